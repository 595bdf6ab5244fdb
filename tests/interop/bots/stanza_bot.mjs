// A client made with stanza: see bot.mjs.
import { jid, password, serve, service, tell, tellPresence }
  from "./bot.mjs";
import { createClient } from "stanza";

const xmpp = createClient({
  jid, password, autoReconnect: true, transports: { websocket: service },
});

xmpp.on("session:started", async () => {
  const roster = await xmpp.getRoster();
  roster.items.forEach(tellItem);
  xmpp.sendPresence();
  tell("online", xmpp.jid);
});
xmpp.on("stream:management:resumed", () => tell("resumed"));
xmpp.on("roster:update", (iq) => iq.roster.items.forEach(tellItem));
xmpp.on("presence", (p) => tellPresence(p.from, p.type, p.show, p.status));
xmpp.on("message", (m) => {
  if (m.body && m.type !== "error")
    tell("message", m.from, m.type ?? "normal", m.id, m.body);
});
xmpp.on("auth:failed", () => tell("error", "auth"));
xmpp.on("stream:error", (e) => tell("error", "stream", e.condition));
xmpp.on("message:error", (m) => tell("error", m.from, m.id));
xmpp.on("stanza:failed", ({ kind }) => tell("error", "lost", kind));

function tellItem(item) {
  tell("roster", item.jid, item.subscription, item.name);
}

serve({
  msg: (to, body) => xmpp.sendMessage({ to, body, type: "chat" }),
  add: (to) => xmpp.sendPresence({ to, type: "subscribe" }),
  accept: (to) => xmpp.sendPresence({ to, type: "subscribed" }),
  status: (show, status) => xmpp.sendPresence(
    show === "online" ? { status } : { show, status }),
  quit: () => {
    xmpp.on("disconnected", () => {
      tell("closed");
      process.exit(0);
    });
    xmpp.disconnect();
  },
});
xmpp.connect();
