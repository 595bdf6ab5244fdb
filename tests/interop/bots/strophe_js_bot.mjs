// A client made with strophe.js: see bot.mjs.
import { jid, password, serve, service, tell, tellPresence }
  from "./bot.mjs";
import { $iq, $msg, $pres, Strophe } from "strophe.js";

const ROSTER = "jabber:iq:roster";
const { Status } = Strophe;
const xmpp = new Strophe.Connection(service, {
  enableStreamManagement: true,
  streamManagement: { storage: new Strophe.MemoryStorageBackend() },
});
let leaving = false;

function onStatus(status, condition) {
  if (status === Status.CONNECTED) {
    addHandlers();
    xmpp.hasResumed() ? tell("resumed") : start();
  }
  else if (status === Status.DISCONNECTED && leaving) {
    tell("closed");
    process.exit(0);
  } else if (status === Status.DISCONNECTED) {
    setTimeout(connect, 500);
  } else if (status === Status.AUTHFAIL || status === Status.ERROR) {
    tell("error", condition);
  }
}

// connect() forgets them.
function addHandlers() {
  xmpp.addHandler(onPresence, null, "presence");
  xmpp.addHandler(onMessage, null, "message");
  xmpp.addHandler(onRoster, ROSTER, "iq", "set");
}

function start() {
  xmpp.sendIQ($iq({ type: "get" }).c("query", { xmlns: ROSTER }), (iq) => {
    tellItems(iq);
    xmpp.send($pres());
    tell("online", xmpp.jid);
  });
}

// Handlers that return true stay.
function onPresence(p) {
  tellPresence(p.getAttribute("from"), p.getAttribute("type"),
    textOf(p, "show"), textOf(p, "status"));
  return true;
}

function onMessage(m) {
  const [from, type, id] = ["from", "type", "id"].map(
    (name) => m.getAttribute(name));
  if (type === "error") tell("error", from, id);
  else if (textOf(m, "body") !== null)
    tell("message", from, type ?? "normal", id, textOf(m, "body"));
  return true;
}

function onRoster(iq) {
  tellItems(iq);
  xmpp.send($iq({ type: "result", id: iq.getAttribute("id") }));
  return true;
}

function textOf(stanza, name) {
  const child = Array.from(stanza.childNodes).find((c) => c.nodeName === name);
  return child ? child.textContent : null;
}

function tellItems(iq) {
  for (const item of Array.from(iq.getElementsByTagName("item")))
    tell("roster", item.getAttribute("jid"),
      item.getAttribute("subscription"), item.getAttribute("name"));
}

function connect() {
  xmpp.connect(jid, password, onStatus);
}

serve({
  msg: (to, body) => xmpp.send(
    $msg({ to, type: "chat", id: xmpp.getUniqueId() }).c("body").t(body)),
  add: (to) => xmpp.send($pres({ to, type: "subscribe" })),
  accept: (to) => xmpp.send($pres({ to, type: "subscribed" })),
  status: (show, text) => {
    const presence = $pres();
    if (show !== "online") presence.c("show").t(show).up();
    xmpp.send(presence.c("status").t(text));
  },
  quit: () => {
    leaving = true;
    xmpp.disconnect();
  },
});
connect();
