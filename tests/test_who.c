/* Who may say a thing: a table of believed and refused senders for each check
   of the header, the rule beside it; and decisions that are taken from a set
   which holds names of standards to come. */
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

/* ---- tests/data/senders.md ---------------------------------------------- */

typedef bool is_believed(const xc_element *e, xc_str asked);

static bool reply(const xc_element *e, xc_str asked)
{
    return xc_iq_is_reply_to(e, XC_STR("7"), asked, XC_STR(OWN));
}

static bool roster_push(const xc_element *e, xc_str asked)
{
    (void)asked;
    return xc_is_roster_push(e, XC_STR(OWN));
}

static bool blocking_push(const xc_element *e, xc_str asked)
{
    (void)asked;
    return xc_is_blocking_push(e, XC_STR(OWN));
}

static bool carbon_copy(const xc_element *e, xc_str asked)
{
    (void)asked;
    return xc_carbon_copy(e, XC_STR(OWN), NULL) != NULL;
}

static bool mam_result(const xc_element *e, xc_str asked)
{
    const xc_element *r = xc_mam_result_of(e, XC_STR("q"), asked, XC_STR(OWN));
    return r != NULL && xc_str_is(xc_attr(r, "id"), "9");
}

static bool pubsub_event(const xc_element *e, xc_str asked)
{
    return xc_is(xc_pubsub_event_of(e, asked, XC_STR(OWN)),
                 XC_TAG_PUBSUB_EVENT);
}

static bool receipt(const xc_element *e, xc_str asked)
{
    return xc_delivery_receipt_of(e, XC_STR("7"), asked, XC_STR(OWN)) != NULL;
}

static const struct {
    const char *name;
    is_believed *check;
} checks[] = {
    {"xc_iq_is_reply_to", reply},
    {"xc_is_roster_push", roster_push},
    {"xc_is_blocking_push", blocking_push},
    {"xc_carbon_copy", carbon_copy},
    {"xc_mam_result_of", mam_result},
    {"xc_pubsub_event_of", pubsub_event},
    {"xc_delivery_receipt_of", receipt},
};

#define TEMPLATES_MAX 8

/* A section of the file, as far as it was read. */
typedef struct section {
    is_believed *check;
    const char *name;
    xc_str template[TEMPLATES_MAX]; /* elements with {from} */
    size_t templates, rows;
    bool in_block;
} section;

static void begin_section(section *now, xc_str name)
{
    memset(now, 0, sizeof *now);
    for (size_t i = 0; i < COUNT_OF(checks); i++)
        if (xc_str_is(name, checks[i].name)) {
            now->check = checks[i].check;
            now->name = checks[i].name;
        }
    CHECK(now->check != NULL, "senders.md: no check " XC_FMT, XC_ARG(name));
}

/* The next cell of a row: an address. */
static xc_str next_address(xc_str *row)
{
    xc_str cell = xc_str_trim(xc_str_cut(row, '|'));
    if (xc_str_is(cell, "-"))
        return str(NULL);
    return xc_str_is(cell, "\"\"") ? XC_STR("") : cell;
}

static const xc_element *fill_in(xc_str template, xc_str from)
{
    static buffer doc;
    const char *hole = strstr(template.ptr, "{from}");
    size_t before = (size_t)(hole - template.ptr);
    buffer_clear(&doc);
    buffer_add(&doc, template.ptr, before);
    if (from.ptr != NULL)
        buffer_printf(&doc, " from='" XC_FMT "'", XC_ARG(from));
    buffer_add(&doc, hole + 6, template.len - before - 6);
    return parse(doc.ptr);
}

static void check_row(section *now, xc_str row, size_t line)
{
    xc_str word, asked = str(NULL), from;
    bool good;
    size_t cells = 0;
    xc_str_cut(&row, '|');
    for (size_t i = 0; i < row.len; i++)
        cells += row.ptr[i] == '|';
    word = xc_str_trim(xc_str_cut(&row, '|'));
    good = xc_str_is(word, "yes");
    CHECK(good || xc_str_is(word, "no"), "senders.md:%zu: yes or no?", line);
    if (cells > 2)
        asked = next_address(&row);
    from = next_address(&row);
    assert_true(now->templates > 0);
    for (size_t i = 0; i < now->templates; i++)
        CHECK(now->check(fill_in(now->template[i], from), asked) == good,
              "tests/data/senders.md:%zu: %s in\n" XC_FMT "\nexpected %s",
              line, now->name, XC_ARG(now->template[i]), good ? "yes" : "no");
    now->rows++;
}

static bool is_row(xc_str line)
{
    return xc_str_starts_with(line, "| ") &&
           !xc_str_starts_with(line, "| believed");
}

static void take_line(section *now, xc_str text, size_t line)
{
    if (xc_str_starts_with(text, "## ")) {
        text.ptr += 3;
        text.len -= 3;
        begin_section(now, text);
    } else if (xc_str_starts_with(text, "```")) {
        now->in_block = !now->in_block;
    } else if (now->in_block) {
        assert_true(now->templates < TEMPLATES_MAX);
        now->template[now->templates++] = text;
    } else if (is_row(text)) {
        check_row(now, text, line);
    }
}

static void senders_are_believed_as_the_table_says(void **state)
{
    buffer file = {0};
    section now;
    size_t line = 0, rows = 0, sections = 0;
    xc_str rest;
    (void)state;
    CHECK(load_file("tests/data/senders.md", &file), "no senders.md");
    memset(&now, 0, sizeof now);
    for (rest = buffer_str(&file); rest.len > 0;) {
        xc_str text = xc_str_cut(&rest, '\n');
        line++;
        if (xc_str_starts_with(text, "## ")) {
            rows += now.rows;
            sections++;
        }
        take_line(&now, text, line);
    }
    rows += now.rows;
    assert_int_equal(sections, COUNT_OF(checks));
    print_message("%zu rows\n", rows);
    assert_true(rows >= 161);
    buffer_free(&file);
}

/* ---- answers ------------------------------------------------------------ */

/* Without an own address, only what has no sender is from the account. */
static void before_binding_only_the_absent_sender_is_the_account(void **state)
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

static bool is_roster_push(const xc_element *e)
{
    return xc_is_roster_push(e, XC_STR(OWN));
}

static void only_an_iq_of_type_set_is_a_roster_push(void **state)
{
    static const char *const others[] = {
        "<iq id='1' type='get'%s><query xmlns='jabber:iq:roster'/></iq>",
        "<iq id='1' type='result'%s><query xmlns='jabber:iq:roster'/></iq>",
        "<iq id='1' type='set'%s><query xmlns='jabber:iq:private'/></iq>",
        "<message type='set'%s><query xmlns='jabber:iq:roster'/></message>",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(others); i++)
        assert_false(is_roster_push(said(others[i], NULL)));
}

static bool is_blocking_push(const xc_element *e)
{
    return xc_is_blocking_push(e, XC_STR(OWN));
}

static void only_an_iq_of_type_set_is_a_blocking_push(void **state)
{
    (void)state;
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

static void a_carbon_copy_is_the_message_and_its_direction(void **state)
{
    bool sent;
    (void)state;
    check_str("id",
              xc_attr(xc_carbon_copy(said("<message%s>" CARBON(
                                              "sent", COPY("7")) "</message>",
                                          BARE),
                                     XC_STR(OWN), &sent),
                      "id"),
              "7");
    assert_true(sent);
    assert_true(is_carbon(
        said("<message%s>" CARBON("received", COPY("1")) "</message>", BARE)));
}

/* One copy of one message; what is inside a copy is no copy. */
static void a_carbon_copy_has_one_message(void **state)
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

static void a_result_has_the_queryid_and_one_message(void **state)
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
static void a_stanza_id_counts_by_who_gave_it(void **state)
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

static void an_event_is_alone_in_a_message(void **state)
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

static void other_elements_are_no_receipts(void **state)
{
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
    for (size_t k = 0; k < COUNT_OF(bad); k++)
        CHECK(xc_delivery_receipt_of(said(bad[k], CONTACT), XC_STR("7"),
                                     XC_STR(CONTACT), XC_STR(OWN)) == NULL,
              "%s", bad[k]);
    assert_null(xc_delivery_receipt_of(said(bad[1], CONTACT), str(NULL),
                                       XC_STR(CONTACT), XC_STR(OWN)));
}

static void of_several_receipts_the_first_is_returned(void **state)
{
    const xc_element *e = xc_delivery_receipt_of(
        said("<message%s><received xmlns='urn:xmpp:receipts' id='7'/>"
             "<displayed xmlns='urn:xmpp:chat-markers:0' id='7'/></message>",
             CONTACT),
        XC_STR("7"), XC_STR(CONTACT), XC_STR(OWN));
    (void)state;
    assert_true(xc_is(e, XC_NS_RECEIPTS, "received"));
    assert_true(xc_is(xc_next_sibling(e), XC_NS_MARKERS, "displayed"));
}

/* ---- rooms -------------------------------------------------------------- */

#define OCCUPANT(id)                                                          \
    "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='" id "'/>"

/* XEP-0421 section 4: one on each message and presence that the room sends;
   ignored where the room does not announce it, as any sender can forge it
   there. */
static void an_occupant_id_counts_where_the_room_announces_it(void **state)
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
static void an_author_is_an_address_or_an_occupant(void **state)
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
static void a_moderation_comes_from_the_room(void **state)
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
   7.2.15: of the room, or of the occupant that has set it. */
static void a_subject_has_neither_body_nor_thread(void **state)
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
static void a_room_speaks_in_presence(void **state)
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

/* A limit keeps the time linear. */
static void many_unknown_conditions_take_linear_time(void **state)
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
static void mandatory_features_are_found_known_or_not(void **state)
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

/* Lists of names (disco#info, chat states, status codes) are searched for what
   is known; forms take a field type of the future for text-single (XEP-0004
   section 3.3), messages a type for normal (RFC 6121 section 5.2.2). */
static void unknown_names_in_lists_are_passed_over(void **state)
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
        cmocka_unit_test(senders_are_believed_as_the_table_says),
        cmocka_unit_test(before_binding_only_the_absent_sender_is_the_account),
        cmocka_unit_test(only_an_iq_of_type_set_is_a_roster_push),
        cmocka_unit_test(only_an_iq_of_type_set_is_a_blocking_push),
        cmocka_unit_test(a_carbon_copy_is_the_message_and_its_direction),
        cmocka_unit_test(other_elements_are_no_receipts),
        cmocka_unit_test(of_several_receipts_the_first_is_returned),
        cmocka_unit_test(a_carbon_copy_has_one_message),
        cmocka_unit_test(a_result_has_the_queryid_and_one_message),
        cmocka_unit_test(a_stanza_id_counts_by_who_gave_it),
        cmocka_unit_test(an_event_is_alone_in_a_message),
        cmocka_unit_test(an_occupant_id_counts_where_the_room_announces_it),
        cmocka_unit_test(an_author_is_an_address_or_an_occupant),
        cmocka_unit_test(a_moderation_comes_from_the_room),
        cmocka_unit_test(a_subject_has_neither_body_nor_thread),
        cmocka_unit_test(a_room_speaks_in_presence),
        cmocka_unit_test(many_unknown_conditions_take_linear_time),
        cmocka_unit_test(mandatory_features_are_found_known_or_not),
        cmocka_unit_test(unknown_names_in_lists_are_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
