// What the bots in JavaScript share: usage: BOT.mjs SERVICE JID, the password
// in $XMPP_PASSWORD; SERVICE is xmpp://HOST:PORT or ws://HOST:PORT/PATH.
// Commands come in and events go out as with examples/client --script.
import { createInterface } from "node:readline";
import { webcrypto } from "node:crypto";
import ws from "ws";

// Browsers have these, and newer versions of Node.js.
globalThis.WebSocket ??= ws;
globalThis.crypto ??= webcrypto;

export const [service, jid] = process.argv.slice(2);
export const [username, domain] = jid.split("@");
export const password = process.env.XMPP_PASSWORD;

export function tell(...fields) {
  const clean = fields.map((f) => String(f ?? "").replace(/[\t\n]/g, " "));
  console.log(clean.join("\t"));
}

// presence, subscribe and the like, from their attributes.
export function tellPresence(from, type, show, status) {
  if (!type || type === "available" || type === "unavailable")
    tell("presence", from, type === "unavailable" ? type : show || "available",
      status);
  else tell(type, from);
}

// commands: {name: function(first word, the rest)}
export function serve(commands) {
  const lines = createInterface({ input: process.stdin });
  lines.on("line", (line) => {
    const [name, first = "", ...rest] = line.split(" ");
    const command = commands[name.slice(1)];
    if (command) command(first, rest.join(" "));
    else tell("error", "command", line);
  });
  lines.on("close", () => commands.quit());
}
