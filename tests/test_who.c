/* Who may say a thing: a table of believed and refused senders for each check
   of the header, the rule beside it; and decisions that are taken from a set
   which holds names of standards to come. */
#define XMPP_CODEC_IMPLEMENTATION
#include "support_tree.h"

#define OWN "romeo@montague.lit/orchard"
#define BARE "romeo@montague.lit"
#define SERVER "montague.lit"
#define CONTACT "juliet@capulet.lit"
#define STRANGER "mallory@evil.lit"
#define ROOM "coven@chat.lit"
#define WITCH ROOM "/first witch"

/* Parses `format` with " from='...'" in place of its %s; nothing for NULL. */
static const xc_element *said(const char *format, const char *from)
{
    char text[4096], attr[256] = "";
    if (from != NULL)
        snprintf(attr, sizeof attr, " from='%s'", from);
    snprintf(text, sizeof text, format, attr);
    return parse(text);
}

static xc_str str(const char *text)
{
    return xc_str_from(text);
}

/* ---- answers ------------------------------------------------------------ */

/* RFC 6120 section 8.1.2.1: for the account the server speaks without an
   address or as the account (rules 3, 4). Servers that are not of today also
   answer as the full address of the session or as the domain. Section 8.2.3:
   the sender of an answer is who was asked. */
static void test_answers(void **state)
{
    static const struct {
        bool good;
        const char *to, *from;
    } cases[] = {
        /* asked without an address: the own account */
        {true, NULL, NULL},
        {true, NULL, BARE},
        {true, NULL, OWN},
        {true, NULL, SERVER},
        {true, NULL, "Romeo@MONTAGUE.lit"},
        {true, NULL, "montague.lit."},
        {false, NULL, BARE "/balcony"},
        {false, NULL, BARE "/Orchard"},
        {false, NULL, BARE "/"},
        {false, NULL, ""},
        {false, NULL, SERVER "/orchard"},
        {false, NULL, STRANGER},
        {false, NULL, "romeo@montague.lit.evil.lit"},
        {false, NULL, "omeo@montague.lit"},
        {false, NULL, CONTACT},
        /* ... or with it */
        {true, BARE, NULL},
        {true, BARE, BARE},
        {true, BARE, OWN},
        {true, BARE, SERVER},
        {false, BARE, BARE "/balcony"},
        {false, BARE, STRANGER},
        {true, "ROMEO@montague.LIT", NULL},
        /* asked oneself */
        {true, OWN, OWN},
        {true, OWN, NULL},
        {false, OWN, BARE "/balcony"},
        {false, OWN, STRANGER},
        /* asked another client of one's own */
        {true, BARE "/balcony", BARE "/balcony"},
        {false, BARE "/balcony", OWN},
        {false, BARE "/balcony", NULL},
        /* asked the server */
        {true, SERVER, SERVER},
        {true, SERVER, NULL},
        {true, SERVER, "Montague.lit"},
        {true, "MONTAGUE.LIT", SERVER},
        {true, "MONTAGUE.LIT.", NULL},
        {false, SERVER, BARE},
        {false, SERVER, BARE "/balcony"},
        {false, SERVER, "evil.lit"},
        {false, SERVER, "x.montague.lit"},
        /* asked somebody else */
        {true, "capulet.lit", "capulet.lit"},
        {true, "capulet.lit", "CAPULET.lit"},
        {false, "capulet.lit", NULL},
        {false, "capulet.lit", SERVER},
        {false, "capulet.lit", "@capulet.lit"},
        {false, "@capulet.lit", "capulet.lit"},
        {true, CONTACT, CONTACT},
        {false, CONTACT, CONTACT "/balcony"},
        {false, CONTACT, "capulet.lit"},
        {false, CONTACT, NULL},
        {false, CONTACT, BARE},
        {true, CONTACT "/balcony", CONTACT "/balcony"},
        {true, CONTACT "/balcony", "Juliet@capulet.LIT/balcony"},
        {false, CONTACT "/balcony", CONTACT "/Balcony"},
        {false, CONTACT "/balcony", CONTACT},
        {false, CONTACT "/balcony", NULL},
        {false, CONTACT "/balcony", "@capulet.lit/balcony"},
        {true, WITCH, WITCH},
        {false, WITCH, ROOM "/second witch"},
        {false, WITCH, ROOM},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        static const char *const texts[] = {
            "<iq id='7' type='result'%s/>",
            "<iq id='7' type='error'%s><error/></iq>"};
        for (size_t k = 0; k < COUNT_OF(texts); k++)
            CHECK(xc_iq_is_reply_to(said(texts[k], cases[i].from), XC_STR("7"),
                                    str(cases[i].to),
                                    XC_STR(OWN)) == cases[i].good,
                  "to %s from %s", cases[i].to, cases[i].from);
    }
}

/* Without an own address, only what has no sender is from the account. */
static void test_answers_before_binding(void **state)
{
    (void)state;
    assert_true(xc_iq_is_reply_to(parse("<iq id='7' type='result'/>"),
                                  XC_STR("7"), str(NULL), str(NULL)));
    assert_false(
        xc_iq_is_reply_to(said("<iq id='7' type='result'%s/>", SERVER),
                          XC_STR("7"), str(NULL), str(NULL)));
    assert_true(xc_iq_is_reply_to(said("<iq id='7' type='result'%s/>", SERVER),
                                  XC_STR("7"), str(NULL), XC_STR(BARE)));
    assert_false(xc_iq_is_reply_to(said("<iq id='7' type='result'%s/>", OWN),
                                   XC_STR("7"), str(NULL), XC_STR(BARE)));
}

/* ---- what the own account says ------------------------------------------ */

typedef bool (*check)(const xc_element *e);

typedef struct sender {
    bool good;
    const char *from;
} sender;

static void check_senders(const char *format, check believed, const sender *s,
                          size_t n)
{
    for (size_t i = 0; i < n; i++)
        CHECK(believed(said(format, s[i].from)) == s[i].good, "from %s in %s",
              s[i].from, format);
}

/* RFC 6121 section 2.1.6, rule 2: no `from`, or the own bare address. RFC 3921
   section 7.2 allowed the full one, which some servers sent until 2015. */
static const sender account[] = {
    {true, NULL},
    {true, BARE},
    {true, "Romeo@Montague.Lit"},
    {false, OWN},
    {false, BARE "/balcony"},
    {false, BARE "/"},
    {false, SERVER},
    {false, ""},
    {false, CONTACT},
    {false, STRANGER},
    {false, "roster." SERVER},
    {false, "romeo@montague.lit@evil.lit"},
    {false, "evil.lit/romeo@montague.lit"},
};

static bool is_roster_push(const xc_element *e)
{
    return xc_is_roster_push(e, XC_STR(OWN));
}

static void test_roster_push(void **state)
{
    static const char *const others[] = {
        "<iq id='1' type='get'%s><query xmlns='jabber:iq:roster'/></iq>",
        "<iq id='1' type='result'%s><query xmlns='jabber:iq:roster'/></iq>",
        "<iq id='1' type='set'%s><query xmlns='jabber:iq:private'/></iq>",
        "<message type='set'%s><query xmlns='jabber:iq:roster'/></message>",
    };
    (void)state;
    check_senders("<iq id='1' type='set'%s><query xmlns='jabber:iq:roster'>"
                  "<item jid='" STRANGER "'/></query></iq>",
                  is_roster_push, account, COUNT_OF(account));
    for (size_t i = 0; i < COUNT_OF(others); i++)
        assert_false(is_roster_push(said(others[i], NULL)));
}

static bool is_blocking_push(const xc_element *e)
{
    return xc_is_blocking_push(e, XC_STR(OWN));
}

/* XEP-0191 sections 3.3 to 3.5: pushed as a roster is. */
static void test_blocking_push(void **state)
{
    (void)state;
    check_senders("<iq id='1' type='set'%s><block xmlns='urn:xmpp:blocking'>"
                  "<item jid='" CONTACT "'/></block></iq>",
                  is_blocking_push, account, COUNT_OF(account));
    check_senders("<iq id='1' type='set'%s><unblock "
                  "xmlns='urn:xmpp:blocking'/></iq>",
                  is_blocking_push, account, COUNT_OF(account));
    assert_false(is_blocking_push(
        parse("<iq id='1' type='result'><block xmlns='urn:xmpp:blocking'/>"
              "</iq>")));
    assert_false(is_blocking_push(
        parse("<iq id='1' type='set'><blocklist xmlns='urn:xmpp:blocking'/>"
              "</iq>")));
}

#define COPY(id)                                                              \
    "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' "   \
    "id='" id "' from='" CONTACT "/b' to='" OWN "'><body/></message>"         \
    "</forwarded>"
#define CARBON(name, inner)                                                   \
    "<" name " xmlns='urn:xmpp:carbons:2'>" inner "</" name ">"

static bool is_carbon(const xc_element *e)
{
    return xc_carbon_copy(e, XC_STR(OWN), NULL) != NULL;
}

/* XEP-0280 section 11: from the own bare address; sections 7 and 8: the server
   must write it (CVE-2017-5589). */
static void test_carbon(void **state)
{
    static const sender senders[] = {
        {true, BARE},        {true, "ROMEO@montague.lit"},
        {false, NULL},       {false, OWN},
        {false, SERVER},     {false, BARE "/balcony"},
        {false, CONTACT},    {false, CONTACT "/b"},
        {false, STRANGER},   {false, ""},
        {false, BARE ".eu"}, {false, BARE "/"},
    };
    bool sent;
    (void)state;
    check_senders("<message%s>" CARBON("received", COPY("1")) "</message>",
                  is_carbon, senders, COUNT_OF(senders));
    check_senders("<message%s>" CARBON("sent", COPY("1")) "</message>",
                  is_carbon, senders, COUNT_OF(senders));
    check_str("id",
              xc_attr(xc_carbon_copy(said("<message%s>" CARBON(
                                              "sent", COPY("7")) "</message>",
                                          BARE),
                                     XC_STR(OWN), &sent),
                      "id"),
              "7");
    assert_true(sent);
}

/* One copy of one message; what is inside a copy is no copy. */
static void test_carbon_shape(void **state)
{
#define M(inner) "<message%s>" inner "</message>"
    static const char *const refused[] = {
        M(CARBON("received", "")),
        M(CARBON("received", COPY("1") COPY("2"))),
        M(CARBON("received", COPY("1")) CARBON("received", COPY("2"))),
        M(CARBON("received", COPY("1")) CARBON("sent", COPY("2"))),
        M(CARBON("private", COPY("1"))),
        M(CARBON("received", "<forwarded xmlns='urn:xmpp:forward:0'>"
                             "<message xmlns='jabber:client'/>"
                             "<message xmlns='jabber:client'/></forwarded>")),
        M(CARBON("received", "<forwarded xmlns='urn:xmpp:forward:0'>"
                             "<message xmlns='u'/></forwarded>")),
        M(CARBON("received", "<message xmlns='jabber:client'/>")),
        M("<x xmlns='u'>" CARBON("received", COPY("1")) "</x>"),
        M(COPY("1")),
        "<presence%s>" CARBON("received", COPY("1")) "</presence>",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refused); i++)
        CHECK(!is_carbon(said(refused[i], BARE)), "%s", refused[i]);
    assert_null(xc_carbon_copy(said(M(CARBON("sent", COPY("1"))), BARE),
                               str(NULL), NULL));
    assert_null(xc_carbon_copy(NULL, XC_STR(OWN), NULL));
}

/* ---- archives ----------------------------------------------------------- */

#define RESULT(attrs, inner)                                                  \
    "<message to='" OWN "'%s><result xmlns='urn:xmpp:mam:2' id='9' " attrs    \
    ">" inner "</result></message>"

/* XEP-0313 section 8.2: from who was asked, with the queryid of an
   open query (CVE-2020-26547). */
static void test_mam(void **state)
{
    static const struct {
        bool good;
        const char *archive, *from;
    } cases[] = {
        {true, NULL, NULL},
        {true, NULL, BARE},
        {true, BARE, NULL},
        {true, BARE, BARE},
        {true, NULL, "Romeo@montague.LIT"},
        {false, NULL, OWN},
        {false, NULL, SERVER},
        {false, NULL, BARE "/b"},
        {false, NULL, STRANGER},
        {false, NULL, ROOM},
        {false, BARE, STRANGER},
        {false, NULL, ""},
        {true, ROOM, ROOM},
        {true, ROOM, "coven@CHAT.lit"},
        {false, ROOM, NULL},
        {false, ROOM, BARE},
        {false, ROOM, WITCH},
        {false, ROOM, "other@chat.lit"},
        {false, ROOM, "chat.lit"},
        {false, ROOM, ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const xc_element *e =
            said(RESULT("queryid='q'", COPY("in")), cases[i].from);
        const xc_element *r = xc_mam_result_of(
            e, XC_STR("q"), str(cases[i].archive), XC_STR(OWN));
        CHECK((r != NULL) == cases[i].good, "archive %s from %s",
              cases[i].archive, cases[i].from);
        if (r != NULL)
            check_str("id", xc_attr(r, "id"), "9");
    }
}

static void test_mam_query(void **state)
{
    static const struct {
        bool good;
        const char *queryid, *text;
    } cases[] = {
        {true, "q", RESULT("queryid='q'", COPY("1"))},
        {false, "q", RESULT("queryid='p'", COPY("1"))},
        {false, "q", RESULT("queryid=''", COPY("1"))},
        {false, "q", RESULT("", COPY("1"))},
        {false, NULL, RESULT("queryid='q'", COPY("1"))},
        {true, NULL, RESULT("", COPY("1"))},
        /* the message is inside the result */
        {false, "q", RESULT("queryid='q'", "")},
        {false, "q", RESULT("queryid='q'", COPY("1") COPY("2"))},
        {false, "q",
         "<message%s><result xmlns='urn:xmpp:mam:2' id='9' "
         "queryid='q'/>" COPY("1") "</message>"},
        {false, "q",
         RESULT("queryid='q'", "<forwarded xmlns='urn:xmpp:forward:0'>"
                               "<presence xmlns='jabber:client'/>"
                               "</forwarded>")},
        {false, "q",
         RESULT("queryid='q'", "<message xmlns='jabber:client'/>")},
        {false, NULL, "<message%s/>"},
        {false, "q",
         "<message type='error'%s><result xmlns='urn:xmpp:mam:2' "
         "queryid='q'>" COPY("1") "</result><error/></message>"},
        {false, "q",
         "<iq type='set'%s><result xmlns='urn:xmpp:mam:2' "
         "queryid='q'>" COPY("1") "</result></iq>"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        CHECK((xc_mam_result_of(said(cases[i].text, BARE),
                                str(cases[i].queryid), str(NULL),
                                XC_STR(OWN)) != NULL) == cases[i].good,
              "%s in %s", cases[i].queryid, cases[i].text);
    assert_null(xc_mam_result_of(NULL, XC_STR("q"), str(NULL), XC_STR(OWN)));
}

#define ID(by, id)                                                            \
    "<stanza-id xmlns='urn:xmpp:sid:0' by='" by "' id='" id "'/>"
#define NO_ID(by) "<stanza-id xmlns='urn:xmpp:sid:0' by='" by "'/>"

/* XEP-0359 section 3: the account gives the id of a message from person to
   person, the room that of a groupchat message (rule 7); one for each `by`
   (rule 4), with an id (rule 5). Section 6: only if it is announced. */
static void test_stanza_id(void **state)
{
    static const struct {
        const char *id, *text;
    } cases[] = {
        {"1", "<message from='" CONTACT "/b'>" ID(BARE, "1") "</message>"},
        {"1", "<message type='chat' from='" CONTACT "'>" ID("capulet.lit", "2")
                  ID(BARE, "1") "</message>"},
        {"1", "<message from='" CONTACT
              "'>" ID("Romeo@Montague.LIT", "1") "</message>"},
        {"1", "<message>" ID(BARE, "1") "</message>"},
        {NULL, "<message from='" CONTACT "'>" ID(CONTACT, "1") "</message>"},
        {NULL, "<message from='" CONTACT "'>" ID(OWN, "1") "</message>"},
        {NULL, "<message from='" CONTACT "'>" ID(SERVER, "1") "</message>"},
        {NULL, "<message from='" CONTACT "'>" ID("", "1") "</message>"},
        {NULL, "<message from='" CONTACT "'>" ID(ROOM, "1") "</message>"},
        {NULL,
         "<message from='" WITCH "' type='chat'>" ID(ROOM, "1") "</message>"},
        {"1", "<message from='" WITCH "' type='chat'>" ID(ROOM, "2")
                  ID(BARE, "1") "</message>"},
        /* in a room */
        {"1", "<message from='" WITCH
              "' type='groupchat'>" ID(ROOM, "1") "</message>"},
        {"1", "<message from='" ROOM "' type='groupchat'>" ID(ROOM, "1")
                  ID(WITCH, "2") ID(BARE, "3") "</message>"},
        {NULL, "<message from='" WITCH
               "' type='groupchat'>" ID(BARE, "1") "</message>"},
        {NULL, "<message from='" WITCH
               "' type='groupchat'>" ID(WITCH, "1") "</message>"},
        {NULL, "<message from='" WITCH
               "' type='groupchat'>" ID("other@chat.lit", "1") "</message>"},
        {NULL, "<message type='groupchat'>" ID("", "1") "</message>"},
        {"1", "<message from='" WITCH "' type=' groupchat '>" ID(ROOM, "1")
                  ID(BARE, "2") "</message>"},
        /* what an error repeats */
        {NULL, "<message from='" CONTACT
               "' type='error'>" ID(BARE, "1") "<error/></message>"},
        /* two of one, or one without an id */
        {NULL, "<message>" ID(BARE, "1") ID(BARE, "2") "</message>"},
        {NULL, "<message>" ID(BARE, "1") ID(BARE, "1") "</message>"},
        {NULL,
         "<message>" ID(BARE, "1") ID("ROMEO@montague.lit", "2") "</message>"},
        {NULL, "<message>" NO_ID(BARE) "</message>"},
        {NULL, "<message>" ID(BARE, "") "</message>"},
        {NULL, "<message>" NO_ID(BARE) ID(BARE, "1") "</message>"},
        {NULL, "<message>" ID(BARE, "1") NO_ID(BARE) "</message>"},
        {"1", "<message>" NO_ID(ROOM) ID(BARE, "1") ID(ROOM, "2")
                  ID(ROOM, "3") "</message>"},
        {NULL, "<message><origin-id xmlns='urn:xmpp:sid:0' by='" BARE
               "' id='1'/></message>"},
        {NULL, "<message><x xmlns='u'>" ID(BARE, "1") "</x></message>"},
        {NULL, "<iq>" ID(BARE, "1") "</iq>"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const xc_element *e = parse(cases[i].text);
        check_str(cases[i].text, xc_stanza_id_of(e, XC_STR(OWN), true),
                  cases[i].id);
        check_str(cases[i].text, xc_stanza_id_of(e, XC_STR(OWN), false), NULL);
    }
    check_str("no address",
              xc_stanza_id_of(parse("<message>" ID(BARE, "1") "</message>"),
                              str(NULL), true),
              NULL);
    check_str("by",
              xc_stanza_id_by(
                  parse("<message>" NO_ID(ROOM) ID(ROOM, "1") "</message>"),
                  XC_STR(ROOM)),
              NULL);
}

/* ---- events of nodes ---------------------------------------------------- */

#define EVENT                                                                 \
    "<event xmlns='http://jabber.org/protocol/pubsub#event'><items "          \
    "node='urn:xmpp:bookmarks:1'><item id='" ROOM "'/></items></event>"

/* XEP-0223 section 6 (CVE-2023-28686): of the own nodes, without `from` or
   from the own account. XEP-0163 section 4.3.1: of others, from the bare
   address of the account; XEP-0060 section 7.1.2: or from the service. */
static void test_pubsub_event(void **state)
{
    static const struct {
        bool good;
        const char *service, *from;
    } cases[] = {
        {true, NULL, NULL},
        {true, NULL, BARE},
        {true, BARE, NULL},
        {true, BARE, BARE},
        {true, NULL, "Romeo@montague.lit."},
        {false, NULL, OWN},
        {false, NULL, BARE "/balcony"},
        {false, NULL, SERVER},
        {false, NULL, CONTACT},
        {false, NULL, STRANGER},
        {false, NULL, "pubsub." SERVER},
        {false, BARE, STRANGER},
        {false, NULL, ""},
        {true, CONTACT, CONTACT},
        {false, CONTACT, CONTACT "/balcony"},
        {false, CONTACT, NULL},
        {false, CONTACT, BARE},
        {false, CONTACT, STRANGER},
        {false, CONTACT, "capulet.lit"},
        {true, "pubsub.lit", "pubsub.lit"},
        {false, "pubsub.lit", "x@pubsub.lit"},
        {false, "pubsub.lit", NULL},
        {false, "", NULL},
        {false, "", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const xc_element *e = xc_pubsub_event_of(
            said("<message type='headline'%s>" EVENT "</message>",
                 cases[i].from),
            str(cases[i].service), XC_STR(OWN));
        CHECK((e != NULL) == cases[i].good, "service %s from %s",
              cases[i].service, cases[i].from);
        CHECK(e == NULL || xc_is(e, XC_TAG_PUBSUB_EVENT), "%zu", i);
    }
}

static void test_pubsub_event_shape(void **state)
{
    static const char *const refused[] = {
        "<message type='error'>" EVENT "<error/></message>",
        "<message>" EVENT EVENT "</message>",
        "<message/>",
        "<message><event/></message>",
        "<message><x xmlns='u'>" EVENT "</x></message>",
        "<presence>" EVENT "</presence>",
        "<iq type='set' id='1'>" EVENT "</iq>",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refused); i++)
        CHECK(xc_pubsub_event_of(parse(refused[i]), str(NULL), XC_STR(OWN)) ==
                  NULL,
              "%s", refused[i]);
    assert_null(xc_pubsub_event_of(NULL, str(NULL), XC_STR(OWN)));
}

/* ---- receipts ----------------------------------------------------------- */

/* XEP-0184 section 5.4, XEP-0333 section 4.2: from who was sent the message;
   any client of an account may have got it. */
static void test_receipt(void **state)
{
    static const struct {
        bool good;
        const char *to, *from;
    } cases[] = {
        {true, CONTACT, CONTACT},
        {true, CONTACT, CONTACT "/balcony"},
        {true, CONTACT, "JULIET@capulet.lit/x"},
        {false, CONTACT, NULL},
        {false, CONTACT, OWN},
        {false, CONTACT, STRANGER},
        {false, CONTACT, "capulet.lit"},
        {true, CONTACT "/balcony", CONTACT "/balcony"},
        {false, CONTACT "/balcony", CONTACT "/hall"},
        {false, CONTACT "/balcony", CONTACT},
        {true, WITCH, WITCH},
        {false, WITCH, ROOM "/second witch"},
        {true, ROOM, WITCH},
        {true, NULL, BARE "/balcony"},
        {true, NULL, NULL},
        {true, BARE, OWN},
        {false, NULL, STRANGER},
        {false, "", ""},
    };
    static const char *const good[] = {
        "<message%s><received xmlns='urn:xmpp:receipts' id='7'/></message>",
        "<message%s><received xmlns='urn:xmpp:chat-markers:0' id='7'/>"
        "</message>",
        "<message%s type='chat'><body/><displayed "
        "xmlns='urn:xmpp:chat-markers:0' id='7'/></message>",
        "<message%s><acknowledged xmlns='urn:xmpp:chat-markers:0' id='7'/>"
        "</message>",
        "<message%s><received xmlns='urn:xmpp:receipts' id='6'/>"
        "<displayed xmlns='urn:xmpp:chat-markers:0' id='7'/></message>",
    };
    static const char *const bad[] = {
        "<message%s><received xmlns='urn:xmpp:receipts' id='8'/></message>",
        "<message%s><received xmlns='urn:xmpp:receipts'/></message>",
        "<message%s><request xmlns='urn:xmpp:receipts' id='7'/></message>",
        "<message%s><markable xmlns='urn:xmpp:chat-markers:0' id='7'/>"
        "</message>",
        "<message%s><received xmlns='urn:xmpp:carbons:2' id='7'/></message>",
        "<message%s type='error'><received xmlns='urn:xmpp:receipts' "
        "id='7'/><error/></message>",
        "<presence%s><received xmlns='urn:xmpp:receipts' id='7'/></presence>",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        for (size_t k = 0; k < COUNT_OF(good); k++)
            CHECK((xc_delivery_receipt_of(said(good[k], cases[i].from),
                                          XC_STR("7"), str(cases[i].to),
                                          XC_STR(OWN)) != NULL) ==
                      cases[i].good,
                  "to %s from %s", cases[i].to, cases[i].from);
    for (size_t k = 0; k < COUNT_OF(bad); k++)
        CHECK(xc_delivery_receipt_of(said(bad[k], CONTACT), XC_STR("7"),
                                     XC_STR(CONTACT), XC_STR(OWN)) == NULL,
              "%s", bad[k]);
    assert_null(xc_delivery_receipt_of(said(bad[1], CONTACT), str(NULL),
                                       XC_STR(CONTACT), XC_STR(OWN)));
}

/* ---- rooms -------------------------------------------------------------- */

#define OCCUPANT(id)                                                          \
    "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='" id "'/>"

/* XEP-0421 section 4: one on each message and presence that the room sends;
   ignored where the room does not announce it, as whoever writes can forge it
   there. */
static void test_occupant_id(void **state)
{
    static const struct {
        const char *id, *text;
    } cases[] = {
        {"1", "<message from='" WITCH
              "' type='groupchat'>" OCCUPANT("1") "</message>"},
        {"1",
         "<message from='" WITCH "' type='chat'>" OCCUPANT("1") "</message>"},
        {"1", "<presence from='" WITCH "'>" OCCUPANT("1") "</presence>"},
        {"1",
         "<presence from='COVEN@chat.lit/x'>" OCCUPANT("1") "</presence>"},
        {"1", "<message from='" ROOM "'>" OCCUPANT("1") "</message>"},
        {NULL, "<message>" OCCUPANT("1") "</message>"},
        {NULL, "<message from='" STRANGER "/x'>" OCCUPANT("1") "</message>"},
        {NULL, "<message from='other@chat.lit/first witch'>" OCCUPANT(
                   "1") "</message>"},
        {NULL, "<message from='chat.lit'>" OCCUPANT("1") "</message>"},
        {NULL, "<message from='" WITCH "'>" OCCUPANT("1")
                   OCCUPANT("2") "</message>"},
        {NULL, "<message from='" WITCH "'>" OCCUPANT("1")
                   OCCUPANT("1") "</message>"},
        {NULL, "<message from='" WITCH "'>" OCCUPANT("") "</message>"},
        {NULL, "<message from='" WITCH "'><occupant-id "
               "xmlns='urn:xmpp:occupant-id:0'/></message>"},
        {NULL, "<message from='" WITCH "'><moderated "
               "xmlns='urn:xmpp:message-moderate:1'>" OCCUPANT(
                   "1") "</moderated></message>"},
        {NULL, "<message from='" WITCH
               "' type='error'>" OCCUPANT("1") "<error/></message>"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const xc_element *e = parse(cases[i].text);
        check_str(cases[i].text, xc_occupant_id_of(e, XC_STR(ROOM), true),
                  cases[i].id);
        check_str(cases[i].text, xc_occupant_id_of(e, XC_STR(WITCH), true),
                  cases[i].id);
        check_str(cases[i].text, xc_occupant_id_of(e, XC_STR(ROOM), false),
                  NULL);
        check_str(cases[i].text, xc_occupant_id_of(e, str(NULL), true), NULL);
    }
}

/* XEP-0308 section 4, XEP-0424 section 5, XEP-0444 section 4.1: the same bare
   address, in a room the same occupant id, else the same full address. */
static void test_same_author(void **state)
{
#define SAY(from, type, more)                                                 \
    "<message from='" from "' type='" type "'>" more "</message>"
    enum {
        DIRECT,
        NICKS,
        IDS
    };
    static const struct {
        bool good;
        int where;
        const char *a, *b;
    } cases[] = {
        {true, DIRECT, SAY(CONTACT "/a", "chat", ""),
         SAY(CONTACT "/b", "normal", "")},
        {true, DIRECT, SAY("Juliet@capulet.lit", "chat", ""),
         SAY(CONTACT, "chat", "")},
        {true, DIRECT, "<message/>", SAY(OWN, "chat", "")},
        {false, DIRECT, SAY(STRANGER "/a", "chat", ""),
         SAY(CONTACT "/a", "chat", "")},
        {false, DIRECT, SAY(CONTACT, "chat", ""), "<message/>"},
        {false, DIRECT, SAY(WITCH, "groupchat", ""),
         SAY(ROOM "/second witch", "groupchat", "")},
        {false, DIRECT, SAY(WITCH, "groupchat", ""),
         SAY(WITCH, "groupchat", "")},
        {false, DIRECT, SAY(WITCH, "groupchat", ""), SAY(WITCH, "chat", "")},
        {false, DIRECT, SAY(WITCH, " groupchat\n", ""),
         SAY(ROOM "/second witch", " groupchat ", "")},
        {false, DIRECT, SAY(CONTACT, "error", "<error/>"),
         SAY(CONTACT, "chat", "")},
        {true, NICKS, SAY(WITCH, "groupchat", ""),
         SAY(WITCH, "groupchat", "")},
        {true, NICKS, SAY(WITCH, "chat", ""), SAY(WITCH, "chat", "")},
        {false, NICKS, SAY(WITCH, "groupchat", OCCUPANT("1")),
         SAY(ROOM "/second witch", "groupchat", OCCUPANT("1"))},
        {false, NICKS, SAY(ROOM "/First Witch", "groupchat", ""),
         SAY(WITCH, "groupchat", "")},
        {false, NICKS, SAY(ROOM, "groupchat", ""), SAY(ROOM, "groupchat", "")},
        {false, NICKS, SAY("other@chat.lit/first witch", "groupchat", ""),
         SAY(WITCH, "groupchat", "")},
        {false, NICKS, SAY(CONTACT "/a", "chat", ""),
         SAY(CONTACT "/a", "chat", "")},
        {true, IDS, SAY(WITCH, "groupchat", OCCUPANT("1")),
         SAY(WITCH, "groupchat", OCCUPANT("1"))},
        {true, IDS, SAY(ROOM "/new name", "groupchat", OCCUPANT("1")),
         SAY(WITCH, "groupchat", OCCUPANT("1"))},
        {false, IDS, SAY(WITCH, "groupchat", OCCUPANT("2")),
         SAY(WITCH, "groupchat", OCCUPANT("1"))},
        {false, IDS, SAY(WITCH, "groupchat", ""),
         SAY(WITCH, "groupchat", OCCUPANT("1"))},
        {false, IDS, SAY(WITCH, "groupchat", ""), SAY(WITCH, "groupchat", "")},
        {false, IDS, SAY(STRANGER "/first witch", "groupchat", OCCUPANT("1")),
         SAY(WITCH, "groupchat", OCCUPANT("1"))},
        {false, IDS, "<presence from='" WITCH "'>" OCCUPANT("1") "</presence>",
         SAY(WITCH, "groupchat", OCCUPANT("1"))},
    };
    static char memory[65536];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const xc_element *b =
            read_element(str(cases[i].b), memory, sizeof memory);
        const xc_element *a = said(cases[i].a, NULL);
        xc_str room = str(cases[i].where == DIRECT ? NULL : ROOM);
        bool ids = cases[i].where == IDS;
        CHECK(xc_is_same_author(a, b, room, ids, XC_STR(OWN)) == cases[i].good,
              "%s, %s", cases[i].a, cases[i].b);
        CHECK(xc_is_same_author(b, a, room, ids, XC_STR(OWN)) == cases[i].good,
              "%s, %s", cases[i].b, cases[i].a);
    }
    assert_false(xc_is_same_author(NULL, NULL, str(NULL), true, XC_STR(OWN)));
}

/* XEP-0425 section 5: from the room itself, everything else is discarded. */
static void test_moderation(void **state)
{
#define RETRACT(inner)                                                        \
    "<retract xmlns='urn:xmpp:message-retract:1' id='1'>" inner "</retract>"
#define MODERATED                                                             \
    RETRACT("<moderated xmlns='urn:xmpp:message-moderate:1' by='" WITCH "'/"  \
            ">")
    static const struct {
        bool good;
        const char *from, *text;
    } cases[] = {
        {true, ROOM, "<message type='groupchat'%s>" MODERATED "</message>"},
        {true, "coven@CHAT.lit",
         "<message type='groupchat'%s>" MODERATED "</message>"},
        {false, WITCH, "<message type='groupchat'%s>" MODERATED "</message>"},
        {false, NULL, "<message type='groupchat'%s>" MODERATED "</message>"},
        {false, BARE, "<message type='groupchat'%s>" MODERATED "</message>"},
        {false, "chat.lit",
         "<message type='groupchat'%s>" MODERATED "</message>"},
        {false, STRANGER,
         "<message type='groupchat'%s>" MODERATED "</message>"},
        {false, ROOM, "<message type='groupchat'%s>" RETRACT("") "</message>"},
        {false, ROOM,
         "<message type='groupchat'%s>" MODERATED MODERATED "</message>"},
        {false, ROOM,
         "<message type='error'%s>" MODERATED "<error/></message>"},
        {false, ROOM, "<presence%s>" MODERATED "</presence>"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const xc_element *e = said(cases[i].text, cases[i].from);
        CHECK((xc_muc_moderation_of(e, XC_STR(ROOM)) != NULL) == cases[i].good,
              "%s: %s", cases[i].from, cases[i].text);
        assert_null(xc_muc_moderation_of(e, str(NULL)));
    }
}

/* XEP-0045 section 8.1: a subject with neither body nor thread; section
   7.2.15: of the room, or of whoever has set it. */
static void test_subject(void **state)
{
#define GROUP(inner) "<message type='groupchat'%s>" inner "</message>"
    static const struct {
        const char *subject, *from, *text;
    } cases[] = {
        {"s", WITCH, GROUP("<subject>s</subject>")},
        {"s", ROOM, GROUP("<subject>s</subject>")},
        {"", ROOM, GROUP("<subject/>")},
        {"s", ROOM,
         GROUP("<delay xmlns='urn:xmpp:delay'/>"
               "<subject>s</subject><body xmlns='u'/>")},
        {"s", ROOM,
         GROUP("<subject xml:lang='de'>s</subject>"
               "<subject>t</subject>")},
        {NULL, WITCH, GROUP("<subject>s</subject><body>b</body>")},
        {NULL, WITCH, GROUP("<body/><subject>s</subject>")},
        {NULL, WITCH, GROUP("<subject>s</subject><thread>t</thread>")},
        {NULL, WITCH, GROUP("<thread/><subject>s</subject>")},
        {NULL, WITCH, GROUP("<body>b</body>")},
        {NULL, WITCH, GROUP("<subject xmlns='u'>s</subject>")},
        {NULL, NULL, GROUP("<subject>s</subject>")},
        {NULL, STRANGER, GROUP("<subject>s</subject>")},
        {NULL, "other@chat.lit/first witch", GROUP("<subject>s</subject>")},
        {NULL, WITCH, "<message type='chat'%s><subject>s</subject></message>"},
        {NULL, WITCH, "<message%s><subject>s</subject></message>"},
        {NULL, WITCH,
         "<message type='error'%s><subject>s</subject><error/>"
         "</message>"},
        {NULL, WITCH,
         "<presence type='groupchat'%s><subject>s</subject></presence>"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const xc_element *e = xc_muc_subject_of(
            said(cases[i].text, cases[i].from), XC_STR(ROOM));
        CHECK((e != NULL) == (cases[i].subject != NULL), "%s", cases[i].text);
        if (e != NULL)
            check_str(cases[i].text, xc_text(e), cases[i].subject);
    }
    assert_null(xc_muc_subject_of(NULL, XC_STR(ROOM)));
}

/* XEP-0045 sections 7.2 and 7.8.2: <x/> is the room's in presence; in messages
   occupants can write it (XEP-0313 section 8.4), so that it counts only if the
   room itself is the sender. */
static void test_muc_user(void **state)
{
#define X "<x xmlns='http://jabber.org/protocol/muc#user'/>"
    static const struct {
        bool good;
        const char *from, *text;
    } cases[] = {
        {true, WITCH, "<presence%s>" X "</presence>"},
        {true, ROOM, "<presence%s>" X "</presence>"},
        {true, WITCH, "<presence type='unavailable'%s>" X "</presence>"},
        {false, WITCH, "<presence type='error'%s>" X "<error/></presence>"},
        {false, WITCH, "<presence%s>" X X "</presence>"},
        {false, CONTACT "/b", "<presence%s>" X "</presence>"},
        {false, "other@chat.lit/x", "<presence%s>" X "</presence>"},
        {false, "chat.lit", "<presence%s>" X "</presence>"},
        {false, NULL, "<presence%s>" X "</presence>"},
        {true, ROOM, "<message%s>" X "</message>"},
        {true, ROOM, "<message type='groupchat'%s>" X "</message>"},
        {false, WITCH, "<message%s>" X "</message>"},
        {false, WITCH, "<message type='groupchat'%s>" X "</message>"},
        {false, WITCH, "<message type='chat'%s>" X "</message>"},
        {false, ROOM, "<message type='error'%s>" X "<error/></message>"},
        {false, STRANGER, "<message%s>" X "</message>"},
        {false, NULL, "<message%s>" X "</message>"},
        {false, ROOM, "<iq type='set'%s>" X "</iq>"},
        {false, ROOM, "<message%s/>"},
    };
    const xc_element *e;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        e = said(cases[i].text, cases[i].from);
        CHECK((xc_muc_user_of(e, XC_STR(ROOM)) != NULL) == cases[i].good,
              "%s: %s", cases[i].from, cases[i].text);
        assert_null(xc_muc_user_of(e, str(NULL)));
        assert_null(xc_muc_user_of(e, XC_STR("")));
    }
    /* an invitation, of a room that is not known yet */
    e = said("<message%s>" X "</message>", ROOM);
    assert_non_null(xc_muc_user_of(e, xc_attr(e, "from")));
    e = said("<message%s>" X "</message>", STRANGER "/r");
    assert_null(xc_muc_user_of(e, xc_attr(e, "from")));
}

/* ---- sets that hold names from the future ------------------------------- */

#define STANZAS " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'"
#define STREAMS " xmlns='urn:ietf:params:xml:ns:xmpp-streams'"

/* RFC 6120 section 8.3.2: an unknown condition is undefined-condition; what
   applications add is in a namespace of its own. A name that is known counts,
   wherever it stands. */
static void test_future_stanza_error(void **state)
{
    static const struct {
        int is;
        const char *text;
    } cases[] = {
        {XC_STANZA_ERROR_ITEM_NOT_FOUND, "<item-not-found" STANZAS "/>"},
        {XC_STANZA_ERROR_UNDEFINED_CONDITION, "<future" STANZAS "/>"},
        {XC_STANZA_ERROR_ITEM_NOT_FOUND,
         "<future" STANZAS "/><item-not-found" STANZAS "/>"},
        {XC_STANZA_ERROR_ITEM_NOT_FOUND,
         "<item-not-found" STANZAS "/><future" STANZAS "/>"},
        {XC_STANZA_ERROR_ITEM_NOT_FOUND,
         "<f" STANZAS "/><g" STANZAS "/><x xmlns='u'/><item-not-found" STANZAS
         "/><h" STANZAS "/>"},
        {XC_STANZA_ERROR_ITEM_NOT_FOUND,
         "<conflict xmlns='u'/><item-not-found" STANZAS "/>"},
        {XC_STANZA_ERROR_ITEM_NOT_FOUND,
         "<text" STANZAS ">t</text><item-not-found" STANZAS "/>"},
        {XC_STANZA_ERROR_UNDEFINED_CONDITION,
         "<text" STANZAS ">t</text><future" STANZAS "/>"},
        {XC_STANZA_ERROR_UNDEFINED_CONDITION,
         "<future" STANZAS "/><item-not-found xmlns='u'/>"},
        {XC_STANZA_ERROR_ITEM_NOT_FOUND,
         "<item-not-found" STANZAS "/><conflict" STANZAS "/>"},
        {XC_STANZA_ERROR_NONE, "<item-not-found xmlns='u'/>"},
        {XC_STANZA_ERROR_NONE, "<item-not-found/>"},
        {XC_STANZA_ERROR_NONE, ""},
    };
    char text[1024];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        xc_message m;
        snprintf(text, sizeof text,
                 "<message xmlns='jabber:client' type='error'><error "
                 "type='future'>%s</error></message>",
                 cases[i].text);
        check_status(text, xc_read(&xc_message_schema, parse(text), &m, NULL),
                     XC_OK);
        CHECK(m.error.condition.value == cases[i].is, "%d: %s",
              m.error.condition.value, text);
        /* section 8.3.2 has five types; what another one asks for is not
           known, so nothing is tried again */
        assert_int_equal(m.error.type, XC_STANZA_ERROR_TYPE_CANCEL);
    }
}

/* RFC 6120 sections 4.9.3.21 and 6.5; XEP-0198 takes stanza errors. */
static void test_future_conditions(void **state)
{
    xc_stream_error s;
    xc_sasl_failure f;
    xc_sasl2_failure f2;
    xc_sm_failed sm;
    (void)state;
    xc_read(&xc_stream_error_schema,
            parse("<stream:error xmlns:stream='http://etherx.jabber.org/"
                  "streams'><x xmlns='u'/><text" STREAMS "/><future" STREAMS
                  "/><see-other-host" STREAMS ">h</see-other-host>"
                  "</stream:error>"),
            &s, NULL);
    assert_int_equal(s.condition.value, XC_STREAM_ERROR_SEE_OTHER_HOST);
    check_str("host", s.condition.text, "h");
    xc_read(&xc_stream_error_schema,
            parse("<stream:error xmlns:stream='http://etherx.jabber.org/"
                  "streams'><future" STREAMS ">h</future></stream:error>"),
            &s, NULL);
    assert_int_equal(s.condition.value, XC_STREAM_ERROR_UNDEFINED_CONDITION);
    xc_read(&xc_sasl_failure_schema,
            parse("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                  "<future/><account-disabled/></failure>"),
            &f, NULL);
    assert_int_equal(f.condition.value, XC_SASL_FAILURE_ACCOUNT_DISABLED);
    xc_read(&xc_sasl_failure_schema,
            parse("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                  "<text>t</text><future/></failure>"),
            &f, NULL);
    assert_int_equal(f.condition.value, XC_SASL_FAILURE_NOT_AUTHORIZED);
    xc_read(&xc_sasl2_failure_schema,
            parse("<failure xmlns='urn:xmpp:sasl:2'><a-task xmlns='u'/>"
                  "<future xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"
                  "<aborted xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"
                  "</failure>"),
            &f2, NULL);
    assert_int_equal(f2.condition.value, XC_SASL_FAILURE_ABORTED);
    xc_read(&xc_sm_failed_schema,
            parse("<failed xmlns='urn:xmpp:sm:3'><future" STANZAS
                  "/><item-not-found" STANZAS "/></failed>"),
            &sm, NULL);
    assert_int_equal(sm.condition.value, XC_STANZA_ERROR_ITEM_NOT_FOUND);
}

static void check_rewritten(const char *text, int condition,
                            const char *expected)
{
    static char memory[4096];
    xc_writer w;
    xc_str out;
    xc_stanza_error error;
    xc_read(&xc_stanza_error_schema, parse(text), &error, NULL);
    if (condition >= 0)
        error.condition.value = (uint8_t)condition;
    xc_writer_init(&w, memory, sizeof memory, XC_NS_CLIENT);
    xc_write(&w, &xc_stanza_error_schema, &error);
    check_status(text, xc_writer_finish(&w, &out), XC_OK);
    check_str(text, out, expected);
}

/* Written again, what is not known stays where it was, and only the condition
   that was read changes. */
static void test_future_rewritten(void **state)
{
#define ERROR "<error xmlns='jabber:client' type='cancel'>"
    (void)state;
    check_rewritten(
        ERROR "<future" STANZAS "/><item-not-found" STANZAS "/></error>", -1,
        "<error type='cancel'><future" STANZAS "/><item-not-found" STANZAS
        "/></error>");
    check_rewritten(ERROR "<future" STANZAS "/><item-not-found" STANZAS
                          "/></error>",
                    XC_STANZA_ERROR_CONFLICT,
                    "<error type='cancel'><future" STANZAS
                    "/><conflict" STANZAS "/></error>");
    check_rewritten(
        ERROR "<future" STANZAS ">t</future><text" STANZAS "/></error>", -1,
        "<error type='cancel'><future" STANZAS ">t</future><text" STANZAS
        "/></error>");
}

/* A limit keeps the time linear. */
static void test_future_many(void **state)
{
    buffer text = {0};
    xc_stanza_error error;
    (void)state;
    buffer_puts(&text, "<error xmlns='jabber:client'>");
    buffer_repeat(&text, "<future" STANZAS "/>", 5000);
    buffer_puts(&text, "<conflict" STANZAS "/></error>");
    check_status(
        "many",
        xc_read(&xc_stanza_error_schema, parse(text.ptr), &error, NULL),
        XC_OK);
    assert_int_equal(error.condition.value,
                     XC_STANZA_ERROR_UNDEFINED_CONDITION);
    buffer_free(&text);
}

/* RFC 6120 section 4.3.2: with nothing mandatory, negotiation is over. Always
   mandatory are SASL (6.3.1), resource binding (7.3.1), STARTTLS alone
   (5.3.1). One of several will do; without any that is known,
   unsupported-feature (4.9.3.23). */
static void test_features(void **state)
{
#define TLS "urn:ietf:params:xml:ns:xmpp-tls"
#define BIND "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
    static const struct {
        const char *name; /* NULL: over */
        bool known;
        const char *text;
    } cases[] = {
        {NULL, false, ""},
        {NULL, false, "<future xmlns='urn:future'/>"},
        {NULL, false,
         "<ver xmlns='urn:xmpp:features:rosterver'/><sm "
         "xmlns='urn:xmpp:sm:3'/><csi xmlns='urn:xmpp:csi:0'/>"},
        {NULL, false,
         "<limits xmlns='urn:xmpp:stream-limits:0'>"
         "<max-bytes>9</max-bytes></limits>"},
        {NULL, false,
         "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'>"
         "<optional/></session>"},
        {"starttls", true, "<starttls xmlns='" TLS "'><required/></starttls>"},
        {"starttls", true, "<starttls xmlns='" TLS "'/>"},
        {NULL, false,
         "<starttls xmlns='" TLS "'/><dialback "
         "xmlns='urn:xmpp:features:dialback'/>"},
        {"mechanisms", true,
         "<starttls xmlns='" TLS "'/><mechanisms "
         "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"},
        {"authentication", true,
         "<authentication xmlns='urn:xmpp:sasl:2'/><x xmlns='u'/>"},
        {"bind", true, "<sm xmlns='urn:xmpp:sm:3'/>" BIND},
        /* names that are not known yet */
        {"future", false, "<future xmlns='urn:future'><required/></future>"},
        {"future", false,
         "<ver xmlns='urn:xmpp:features:rosterver'/>"
         "<future xmlns='urn:future'><a/><required/></future>"
         "<later xmlns='urn:later'><required/></later>"},
        {"bind", true, "<future xmlns='urn:future'><required/></future>" BIND},
        {"bind", true, BIND "<future xmlns='urn:future'><required/></future>"},
        {NULL, false,
         "<future xmlns='urn:future'><required xmlns='u'/>"
         "</future>"},
        {NULL, false,
         "<future xmlns='urn:future'><a><required/></a>"
         "</future>"},
        {"starttls", false,
         "<starttls xmlns='urn:tls:2'><required/></starttls>"},
    };
    char text[1024];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const xc_element *e;
        bool known = !cases[i].known;
        snprintf(text, sizeof text,
                 "<s:features xmlns:s='http://etherx.jabber.org/streams'>%s"
                 "</s:features>",
                 cases[i].text);
        e = parse(text);
        check_str(text, xc_name(xc_features_required(e, &known)),
                  cases[i].name);
        CHECK(known == cases[i].known, "%s", text);
        check_str(text, xc_name(xc_features_required(e, NULL)), cases[i].name);
    }
    assert_null(xc_features_required(NULL, NULL));
    assert_null(
        xc_features_required(parse("<features>" BIND "</features>"), NULL));
}

/* Absent says something here: available (RFC 6121 section 4.7.1), a request
   (XEP-0220 section 2), execute (XEP-0050 section 3.4). A name of the future
   does not say the same. */
static void test_future_types(void **state)
{
    static const struct {
        const xc_schema *schema;
        const char *field, *text;
        int unknown;
        size_t at;
    } cases[] = {
        {&xc_presence_schema, "type",
         "<presence xmlns='jabber:client' type='future'/>",
         XC_PRESENCE_UNKNOWN, offsetof(xc_presence, type)},
        {&xc_presence_schema, "type",
         "<presence xmlns='jabber:client' type=''/>", XC_PRESENCE_UNKNOWN,
         offsetof(xc_presence, type)},
        {&xc_dialback_result_schema, "type",
         "<result xmlns='jabber:server:dialback' from='a' to='b' "
         "type='future'>k</result>",
         XC_DIALBACK_UNKNOWN, offsetof(xc_dialback_result, type)},
        {&xc_dialback_verify_schema, "type",
         "<verify xmlns='jabber:server:dialback' from='a' to='b' id='1' "
         "type='future'>k</verify>",
         XC_DIALBACK_UNKNOWN, offsetof(xc_dialback_verify, type)},
        {&xc_command_schema, "action",
         "<command xmlns='http://jabber.org/protocol/commands' node='n' "
         "action='future'/>",
         XC_COMMAND_UNKNOWN, offsetof(xc_command, action)},
    };
    static char memory[4096];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        union {
            xc_presence presence;
            xc_dialback_result result;
            xc_dialback_verify verify;
            xc_command command;
        } u;
        const xc_field *field = NULL;
        xc_writer w;
        xc_str out;
        check_status(
            cases[i].text,
            xc_read(cases[i].schema, parse(cases[i].text), &u, &field),
            XC_ERR_FIELD_VALUE);
        assert_non_null(field);
        assert_string_equal(field->name, cases[i].field);
        assert_int_equal(((unsigned char *)&u)[cases[i].at], cases[i].unknown);
        /* it cannot be said anew */
        ((xc_base *)&u)->element = NULL;
        xc_writer_init(&w, memory, sizeof memory, XC_NS_CLIENT);
        xc_write(&w, cases[i].schema, &u);
        check_status(cases[i].text, xc_writer_finish(&w, &out),
                     XC_ERR_FIELD_VALUE);
    }
}

/* ... but stays when a tree is written again. */
static void test_future_type_stays(void **state)
{
    static char memory[4096];
    xc_presence p;
    xc_writer w;
    xc_str out;
    (void)state;
    xc_read(&xc_presence_schema,
            parse("<presence xmlns='jabber:client' type='future'/>"), &p,
            NULL);
    xc_writer_init(&w, memory, sizeof memory, XC_NS_CLIENT);
    xc_write(&w, &xc_presence_schema, &p);
    check_status("again", xc_writer_finish(&w, &out), XC_OK);
    check_str("again", out, "<presence type='future'/>");
    p.type = XC_PRESENCE_UNAVAILABLE;
    xc_writer_init(&w, memory, sizeof memory, XC_NS_CLIENT);
    xc_write(&w, &xc_presence_schema, &p);
    check_status("changed", xc_writer_finish(&w, &out), XC_OK);
    check_str("changed", out, "<presence type='unavailable'/>");
}

/* Lists of names (disco#info, chat states, status codes) are searched for what
   is known; forms take a field type of the future for text-single (XEP-0004
   section 3.3), messages a type for normal (RFC 6121 section 5.2.2). */
static void test_future_lists(void **state)
{
    const xc_element *e;
    xc_form_field field;
    xc_message m;
    (void)state;
    e = parse("<query xmlns='http://jabber.org/protocol/disco#info'>"
              "<future/><feature/><feature var='urn:xmpp:ping:2'/>"
              "<feature var='urn:xmpp:ping'/></query>");
    assert_true(xc_disco_has_feature(e, XC_NS_PING));
    assert_false(xc_disco_has_feature(e, "urn:xmpp:pin"));
    e = parse("<message><future xmlns='http://jabber.org/protocol/"
              "chatstates'/><composing xmlns='http://jabber.org/protocol/"
              "chatstates'/></message>");
    assert_int_equal(xc_chat_state_of(e), XC_CHAT_STATE_COMPOSING);
    e = parse("<x xmlns='http://jabber.org/protocol/muc#user'><status "
              "code='999'/><status/><status code='x'/><status code='110'/>"
              "</x>");
    assert_true(xc_muc_has_status(e, 110));
    assert_false(xc_muc_has_status(e, 0));
    e = parse("<field xmlns='jabber:x:data' var='v' type='future'/>");
    check_status("field", xc_read(&xc_form_field_schema, e, &field, NULL),
                 XC_OK);
    assert_int_equal(field.type, XC_FORM_FIELD_TEXT_SINGLE);
    e = parse("<message xmlns='jabber:client' type='future'/>");
    check_status("message", xc_read(&xc_message_schema, e, &m, NULL), XC_OK);
    assert_int_equal(m.type, XC_MESSAGE_NORMAL);
    assert_int_equal(xc_stanza_error_from_name(XC_STR("future")),
                     XC_STANZA_ERROR_UNDEFINED_CONDITION);
    assert_int_equal(xc_sasl_failure_from_name(XC_STR("future")),
                     XC_SASL_FAILURE_NOT_AUTHORIZED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_answers_before_binding),
        cmocka_unit_test(test_roster_push),
        cmocka_unit_test(test_blocking_push),
        cmocka_unit_test(test_carbon),
        cmocka_unit_test(test_carbon_shape),
        cmocka_unit_test(test_mam),
        cmocka_unit_test(test_mam_query),
        cmocka_unit_test(test_stanza_id),
        cmocka_unit_test(test_pubsub_event),
        cmocka_unit_test(test_pubsub_event_shape),
        cmocka_unit_test(test_receipt),
        cmocka_unit_test(test_occupant_id),
        cmocka_unit_test(test_same_author),
        cmocka_unit_test(test_moderation),
        cmocka_unit_test(test_subject),
        cmocka_unit_test(test_muc_user),
        cmocka_unit_test(test_future_stanza_error),
        cmocka_unit_test(test_future_conditions),
        cmocka_unit_test(test_future_rewritten),
        cmocka_unit_test(test_future_many),
        cmocka_unit_test(test_features),
        cmocka_unit_test(test_future_types),
        cmocka_unit_test(test_future_type_stays),
        cmocka_unit_test(test_future_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
