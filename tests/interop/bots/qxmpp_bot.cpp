/*
 * usage: qxmpp-bot HOST PORT JID            (password in $XMPP_PASSWORD)
 *
 * A client made with QXmpp that takes commands and prints events like
 * examples/client with --script: /msg, /add, /accept, /status, /quit.
 * Plain TCP, or STARTTLS with the certificates in $XMPP_CA.
 */
#include <QXmppClient.h>
#include <QXmppMessage.h>
#include <QXmppRosterManager.h>
#include <QXmppUtils.h>

#include <QCoreApplication>
#include <QSocketNotifier>
#include <QSslCertificate>
#include <QTimer>

#include <unistd.h>

#include <cstdio>

static const int reconnect = 100; /* ms, where the library takes 10 s */

static void tell(const QStringList &fields)
{
    QStringList clean;
    for (QString field : fields)
        clean << field.replace('\t', ' ').replace('\n', ' ');
    puts(clean.join('\t').toUtf8().constData());
    fflush(stdout);
}

static QString show_of(QXmppPresence::AvailableStatusType show)
{
    switch (show) {
    case QXmppPresence::Away: return "away";
    case QXmppPresence::XA: return "xa";
    case QXmppPresence::DND: return "dnd";
    case QXmppPresence::Chat: return "chat";
    default: return "available";
    }
}

static QString type_of(const QXmppMessage &m)
{
    switch (m.type()) {
    case QXmppMessage::Chat: return "chat";
    case QXmppMessage::GroupChat: return "groupchat";
    case QXmppMessage::Headline: return "headline";
    default: return "normal";
    }
}

static QString subscription_of(const QXmppRosterIq::Item &item)
{
    switch (item.subscriptionType()) {
    case QXmppRosterIq::Item::From: return "from";
    case QXmppRosterIq::Item::To: return "to";
    case QXmppRosterIq::Item::Both: return "both";
    case QXmppRosterIq::Item::Remove: return "remove";
    default: return "none";
    }
}

class Bot {
public:
    Bot(const QString &host, int port, const QString &jid)
        : roster(client.findExtension<QXmppRosterManager>())
    {
        configure(host, port, jid);
        listen();
        client.connectToServer(client.configuration());
    }

    void read_commands()
    {
        char bytes[4096];
        ssize_t n = read(0, bytes, sizeof bytes);
        if (n <= 0)
            return quit();
        input.append(bytes, int(n));
        for (int end; (end = input.indexOf('\n')) >= 0;
             input.remove(0, end + 1))
            command(QString::fromUtf8(input.left(end)));
    }

private:
    QXmppClient client;
    QXmppRosterManager *roster;
    QByteArray input;
    bool leaving = false;

    void configure(const QString &host, int port, const QString &jid)
    {
        QXmppConfiguration &c = client.configuration();
        const QString trusted = qEnvironmentVariable("XMPP_CA");
        c.setJid(jid);
        c.setPassword(qEnvironmentVariable("XMPP_PASSWORD"));
        c.setHost(host);
        c.setPort(port);
        c.setAutoReconnectionEnabled(false);
        c.setIgnoreSslErrors(false);
        c.setStreamSecurityMode(trusted.isEmpty()
                                    ? QXmppConfiguration::TLSDisabled
                                    : QXmppConfiguration::TLSRequired);
        if (!trusted.isEmpty())
            c.setCaCertificates(QSslCertificate::fromPath(trusted));
    }

    void listen()
    {
        QObject::connect(&client, &QXmppClient::connected,
                         [this] { on_connected(); });
        QObject::connect(&client, &QXmppClient::disconnected,
                         [this] { on_disconnected(); });
        QObject::connect(&client, &QXmppClient::error,
                         [this](QXmppClient::Error e) { on_error(e); });
        QObject::connect(&client, &QXmppClient::messageReceived,
                         [](const QXmppMessage &m) { on_message(m); });
        QObject::connect(&client, &QXmppClient::presenceReceived,
                         [](const QXmppPresence &p) { on_presence(p); });
        QObject::connect(roster, &QXmppRosterManager::rosterReceived, [this] {
            for (const QString &jid : roster->getRosterBareJids())
                on_item(jid);
        });
        auto tell_item = [this](const QString &jid) { on_item(jid); };
        QObject::connect(roster, &QXmppRosterManager::itemAdded, tell_item);
        QObject::connect(roster, &QXmppRosterManager::itemChanged, tell_item);
    }

    /* ---- events */

    void on_connected()
    {
        if (client.streamManagementState() == QXmppClient::ResumedStream)
            tell({"resumed"});
        else
            tell({"online", client.configuration().jid()});
    }

    void on_disconnected()
    {
        if (!leaving) {
            QTimer::singleShot(reconnect, [this] {
                client.connectToServer(client.configuration(),
                                       client.clientPresence());
            });
            return;
        }
        tell({"closed"});
        QCoreApplication::quit();
    }

    void on_error(QXmppClient::Error e)
    {
        if (e == QXmppClient::SocketError)
            tell({"lost", client.socketErrorString()});
        else
            tell({"error", "stream",
                  QString::number(int(client.xmppStreamError()))});
    }

    static void on_message(const QXmppMessage &m)
    {
        if (m.type() == QXmppMessage::Error)
            tell({"error", m.from(), m.id(),
                  QString::number(int(m.error().condition()))});
        else if (!m.body().isEmpty())
            tell({"message", m.from(), type_of(m), m.id(), m.body()});
    }

    static void on_presence(const QXmppPresence &p)
    {
        switch (p.type()) {
        case QXmppPresence::Available:
            return tell({"presence", p.from(),
                         show_of(p.availableStatusType()), p.statusText()});
        case QXmppPresence::Unavailable:
            return tell({"presence", p.from(), "unavailable",
                         p.statusText()});
        case QXmppPresence::Subscribe: return tell({"subscribe", p.from()});
        case QXmppPresence::Subscribed: return tell({"subscribed", p.from()});
        case QXmppPresence::Error: return tell({"error", p.from()});
        default: return;
        }
    }

    void on_item(const QString &jid)
    {
        const auto item = roster->getRosterEntry(jid);
        tell({"roster", jid, subscription_of(item), item.name()});
    }

    /* ---- commands */

    void command(const QString &line)
    {
        const QString name = line.section(' ', 0, 0);
        const QString first = line.section(' ', 1, 1);
        const QString rest = line.section(' ', 2);
        if (name == "/msg")
            send(first, rest);
        else if (name == "/add")
            roster->subscribe(first);
        else if (name == "/accept")
            roster->acceptSubscription(first);
        else if (name == "/status")
            status(first, rest);
        else if (name == "/quit")
            quit();
        else
            tell({"error", "command", line});
    }

    void send(const QString &to, const QString &text)
    {
        QXmppMessage m(QString(), to, text);
        m.setType(QXmppMessage::Chat);
        m.setId(QXmppUtils::generateStanzaUuid());
        client.sendPacket(m);
    }

    void status(const QString &show, const QString &text)
    {
        QXmppPresence p(QXmppPresence::Available);
        p.setAvailableStatusType(show == "away" ? QXmppPresence::Away
                                                : QXmppPresence::Online);
        p.setStatusText(text);
        client.setClientPresence(p);
    }

    void quit()
    {
        leaving = true;
        client.disconnectFromServer();
    }
};

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    if (argc != 4)
        return 2;
    Bot bot(argv[1], atoi(argv[2]), argv[3]);
    QSocketNotifier notifier(0, QSocketNotifier::Read);
    QObject::connect(&notifier, &QSocketNotifier::activated,
                     [&bot] { bot.read_commands(); });
    return application.exec();
}
