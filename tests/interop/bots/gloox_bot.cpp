/*
 * usage: gloox-bot HOST PORT JID            (password in $XMPP_PASSWORD)
 *
 * A client made with gloox that takes commands and prints events like
 * examples/client with --script: /msg, /add, /accept, /status, /ping, /quit.
 */
#include <gloox/client.h>
#include <gloox/connectionlistener.h>
#include <gloox/connectiontcpclient.h>
#include <gloox/error.h>
#include <gloox/eventhandler.h>
#include <gloox/message.h>
#include <gloox/messagehandler.h>
#include <gloox/presence.h>
#include <gloox/rosterlistener.h>
#include <gloox/rostermanager.h>

#include <poll.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

using gloox::JID;
using std::string;

static void tell(const std::vector<string> &fields)
{
    string line;
    for (size_t i = 0; i < fields.size(); i++) {
        if (i)
            line += '\t';
        for (char c : fields[i])
            line += c == '\t' || c == '\n' ? ' ' : c;
    }
    std::cout << line << std::endl;
}

static string show_of(gloox::Presence::PresenceType type)
{
    switch (type) {
    case gloox::Presence::Available: return "available";
    case gloox::Presence::Chat: return "chat";
    case gloox::Presence::Away: return "away";
    case gloox::Presence::DND: return "dnd";
    case gloox::Presence::XA: return "xa";
    case gloox::Presence::Unavailable: return "unavailable";
    default: return "error";
    }
}

static string subscription_of(gloox::SubscriptionType type)
{
    switch (type) {
    case gloox::S10nTo:
    case gloox::S10nToIn: return "to";
    case gloox::S10nFrom:
    case gloox::S10nFromOut: return "from";
    case gloox::S10nBoth: return "both";
    default: return "none";
    }
}

class Bot : public gloox::ConnectionListener,
            public gloox::MessageHandler,
            public gloox::RosterListener,
            public gloox::EventHandler {
public:
    Bot(const JID &jid, const string &password, const string &host, int port)
        : client(jid, password)
    {
        client.setServer(host);
        client.setPort(port);
        client.setTls(gloox::TLSDisabled);
        client.setCompression(false);
        client.registerConnectionListener(this);
        client.registerMessageHandler(this);
        client.rosterManager()->registerRosterListener(this, false);
    }

    int run()
    {
        if (!client.connect(false))
            return 3;
        while (!over) {
            client.recv(10000);
            read_commands();
        }
        return 0;
    }

    /* ---- events */

    void onConnect() override {}

    void onDisconnect(gloox::ConnectionError e) override
    {
        if (e == gloox::ConnStreamError)
            tell({"error", "stream", client.streamErrorText()});
        else if (e == gloox::ConnAuthenticationFailed)
            tell({"error", "auth"});
        tell({"closed"});
        over = true;
    }

    bool onTLSConnect(const gloox::CertInfo &) override { return true; }

    void handleMessage(const gloox::Message &m,
                       gloox::MessageSession *) override
    {
        if (m.subtype() == gloox::Message::Error)
            tell({"error", m.from().full(), m.id()});
        else if (!m.body().empty())
            tell({"message", m.from().full(),
                  m.subtype() == gloox::Message::Chat ? "chat" :
                  m.subtype() == gloox::Message::Groupchat ? "groupchat" :
                  "normal", m.id(), m.body()});
    }

    void handleRoster(const gloox::Roster &roster) override
    {
        for (const auto &entry : roster)
            tell_item(*entry.second);
        tell({"online", client.jid().full()});
    }

    void handleItemAdded(const JID &jid) override { tell_item(jid); }
    void handleItemSubscribed(const JID &jid) override { tell_item(jid); }
    void handleItemUpdated(const JID &jid) override { tell_item(jid); }
    void handleItemUnsubscribed(const JID &jid) override { tell_item(jid); }

    void handleItemRemoved(const JID &jid) override
    {
        tell({"roster", jid.bare(), "remove", ""});
    }

    void handleRosterPresence(const gloox::RosterItem &item,
                              const string &resource,
                              gloox::Presence::PresenceType type,
                              const string &status) override
    {
        tell({"presence", item.jidJID().bare() + "/" + resource,
              show_of(type), status});
    }

    void handleSelfPresence(const gloox::RosterItem &, const string &,
                            gloox::Presence::PresenceType,
                            const string &) override {}

    bool handleSubscriptionRequest(const JID &jid, const string &) override
    {
        tell({"subscribe", jid.bare()});
        return false; /* asynchronous: /accept answers */
    }

    bool handleUnsubscriptionRequest(const JID &, const string &) override
    {
        return false;
    }

    void handleNonrosterPresence(const gloox::Presence &p) override
    {
        tell({"presence", p.from().full(), show_of(p.presence()),
              p.status()});
    }

    void handleRosterError(const gloox::IQ &) override
    {
        tell({"error", "roster"});
    }

    void handleEvent(const gloox::Event &event) override
    {
        tell({event.eventType() == gloox::Event::PingPong ? "pong" : "error",
              client.jid().server()});
    }

private:
    gloox::Client client;
    string input;
    bool over = false;

    void tell_item(const JID &jid)
    {
        gloox::RosterItem *item = client.rosterManager()->getRosterItem(jid);
        if (item)
            tell_item(*item);
    }

    static void tell_item(const gloox::RosterItem &item)
    {
        tell({"roster", item.jidJID().bare(),
              subscription_of(item.subscription()), item.name()});
    }

    /* ---- commands */

    void command(const string &line)
    {
        std::istringstream words(line);
        string name, first, rest;
        words >> name >> first;
        std::getline(words >> std::ws, rest);
        if (name == "/msg") {
            gloox::Message m(gloox::Message::Chat, JID(first), rest);
            m.setID(client.getID());
            client.send(m);
        } else if (name == "/add") {
            client.rosterManager()->subscribe(JID(first));
        } else if (name == "/accept") {
            client.rosterManager()->ackSubscriptionRequest(JID(first), true);
        } else if (name == "/status") {
            client.setPresence(first == "away" ? gloox::Presence::Away :
                               first == "chat" ? gloox::Presence::Chat :
                               first == "dnd" ? gloox::Presence::DND :
                               first == "xa" ? gloox::Presence::XA :
                               gloox::Presence::Available, 0, rest);
        } else if (name == "/ping") {
            client.xmppPing(JID(first), this);
        } else if (name == "/quit") {
            client.disconnect();
        } else if (!name.empty()) {
            tell({"error", "command", name});
        }
    }

    void read_commands()
    {
        struct pollfd p = {0, POLLIN, 0};
        char buf[4096];
        if (over || poll(&p, 1, 0) <= 0)
            return;
        ssize_t n = read(0, buf, sizeof buf);
        if (n <= 0) {
            client.disconnect();
            return;
        }
        input.append(buf, static_cast<size_t>(n));
        for (size_t end; (end = input.find('\n')) != string::npos;) {
            string line = input.substr(0, end);
            input.erase(0, end + 1);
            command(line);
        }
    }
};

int main(int argc, char **argv)
{
    const char *password = std::getenv("XMPP_PASSWORD");
    if (argc != 4 || !password)
        return 2;
    Bot bot((JID(argv[3])), password, argv[1], std::atoi(argv[2]));
    return bot.run();
}
