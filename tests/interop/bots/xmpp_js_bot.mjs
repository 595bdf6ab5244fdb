// A client made with @xmpp/client: see bot.mjs.
import { domain, password, serve, service, tell, tellPresence, username }
  from "./bot.mjs";
import { client, xml } from "@xmpp/client";
import { setTimeout } from "node:timers/promises";

const ROSTER = "jabber:iq:roster";
const xmpp = client({ service, domain, username, password });
let leaving = false;

xmpp.on("error", (e) => tell("error", e.condition ?? e.code ?? e.message));
xmpp.on("online", async (address) => {
  const query = await xmpp.iqCaller.get(xml("query", ROSTER));
  for (const item of query.getChildren("item"))
    tell("roster", item.attrs.jid, item.attrs.subscription, item.attrs.name);
  // It begins to count a moment after <enabled/>: no presence may come before.
  while (!xmpp.streamManagement.enabled) await setTimeout(10);
  await xmpp.send(xml("presence"));
  tell("online", address);
});
xmpp.streamManagement.on("resumed", () => tell("resumed"));
xmpp.streamManagement.on("fail", (s) => {
  if (!leaving) tell("error", "lost", s.attrs.id);
});
xmpp.on("offline", () => {
  if (leaving) tell("closed");
});

xmpp.on("stanza", (stanza) => {
  const { from, type, id } = stanza.attrs;
  if (stanza.is("presence"))
    tellPresence(from, type, stanza.getChildText("show"),
      stanza.getChildText("status"));
  else if (type === "error")
    tell("error", from, id);
  else if (stanza.is("message") && stanza.getChild("body"))
    tell("message", from, type ?? "normal", id, stanza.getChildText("body"));
});
xmpp.iqCallee.set(ROSTER, "query", ({ element }) => {
  for (const { attrs } of element.getChildren("item"))
    tell("roster", attrs.jid, attrs.subscription, attrs.name);
  return true;
});

serve({
  msg: (to, body) => xmpp.send(
    xml("message", { to, type: "chat" }, xml("body", {}, body))),
  add: (to) => xmpp.send(xml("presence", { to, type: "subscribe" })),
  accept: (to) => xmpp.send(xml("presence", { to, type: "subscribed" })),
  status: (show, text) => xmpp.send(xml("presence", {},
    show === "online" ? undefined : xml("show", {}, show),
    xml("status", {}, text))),
  quit: async () => {
    leaving = true;
    await xmpp.send(xml("presence", { type: "unavailable" }));
    await xmpp.stop();
    process.exit(0);
  },
});
xmpp.start();
