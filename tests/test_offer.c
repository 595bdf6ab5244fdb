/* What a server offers and what a client makes of it: sets with names of the
   future, channel bindings (XEP-0440), the flag of SCRAM (RFC 5802 section 6),
   protection against changed lists (XEP-0474, XEP-0515). */
#define XMPP_CODEC_IMPLEMENTATION
#include "support_tree.h"
#include "../examples/sha.h"

#define MECHANISMS(inside)                                                    \
    "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" inside            \
    "</mechanisms>"
#define SASL2(inside)                                                         \
    "<authentication xmlns='urn:xmpp:sasl:2'>" inside "</authentication>"
#define M(name) "<mechanism>" name "</mechanism>"
#define TYPES(inside)                                                         \
    "<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>" inside                \
    "</sasl-channel-binding>"
#define T(name) "<channel-binding type='" name "'/>"

/* The elements of features; they live until the next call. */
typedef struct features {
    const xc_element *mechanisms, *types;
} features;

static features read_features(const char *mechanisms, const char *types)
{
    static char memory[1 << 20];
    features f;
    buffer doc = {0};
    const xc_element *e;
    buffer_puts(&doc, "<stream:features xmlns='jabber:client' "
                      "xmlns:stream='http://etherx.jabber.org/streams'>");
    buffer_puts(&doc, mechanisms);
    buffer_puts(&doc, types);
    buffer_puts(&doc, "</stream:features>");
    e = read_element(buffer_str(&doc), memory, sizeof memory);
    CHECK(e != NULL, "refused: %.200s", doc.ptr);
    f.mechanisms = xc_child(e, XC_NS_SASL, "mechanisms");
    if (f.mechanisms == NULL)
        f.mechanisms = xc_child(e, XC_NS_SASL2, "authentication");
    f.types = xc_child(e, XC_NS_CHANNEL_BINDING, "sasl-channel-binding");
    buffer_free(&doc);
    return f;
}

static uint32_t offered(const xc_element *mechanisms)
{
    const xc_element *e = xc_child(mechanisms, NULL, "mechanism");
    uint32_t set = 0;
    for (; e != NULL; e = xc_next_same_name(e))
        xc_mechanism_offer(&set, xc_text(e));
    return set;
}

/* ---- sets --------------------------------------------------------------- */

static void test_unknown_names(void **state)
{
    static const struct {
        const char *name;
        uint32_t set;
    } names[] = {
        {"SCRAM-SHA3-512-PLUS", XC_MECHANISMS_UNKNOWN_PLUS},
        {"SCRAM-SHA3-512", XC_MECHANISMS_UNKNOWN_BARE},
        {"GS2-KRB5-PLUS", XC_MECHANISMS_UNKNOWN_PLUS},
        {"X-PLUS-ONE", XC_MECHANISMS_UNKNOWN_BARE},
        {"-PLUS", XC_MECHANISMS_UNKNOWN_BARE},
        {"PLUS", XC_MECHANISMS_UNKNOWN_BARE},
        {"scram-sha-1", XC_MECHANISMS_UNKNOWN_BARE},
        {"", 0},
        {" \n", 0},
        {"\n  PLAIN\t", XC_MECHANISM_BIT(XC_MECHANISM_PLAIN)},
        {"\n  PLAIN\n  ", XC_MECHANISM_BIT(XC_MECHANISM_PLAIN)},
        {"X-PLUS \t\r\n", XC_MECHANISMS_UNKNOWN_PLUS},
        {" SCRAM-SHA-1-PLUS ",
         XC_MECHANISM_BIT(XC_MECHANISM_SCRAM_SHA_1_PLUS)},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        uint32_t set = 0;
        xc_mechanism_offer(&set,
                           guarded_copy(names[i].name, strlen(names[i].name)));
        CHECK(set == names[i].set, "\"%s\": %lx", names[i].name,
              (unsigned long)set);
        if ((set &
             ~(XC_MECHANISMS_UNKNOWN_PLUS | XC_MECHANISMS_UNKNOWN_BARE)) == 0)
            assert_int_equal(xc_mechanism_choose(set, ~(uint32_t)0),
                             XC_MECHANISM_NONE);
    }
    assert_true((int)XC_MECHANISM_NONE <= 30);
    assert_true((XC_MECHANISMS_SCRAM_PLUS & XC_MECHANISMS_UNKNOWN_PLUS) != 0);
    assert_true((XC_MECHANISMS_SCRAM_BARE & XC_MECHANISMS_UNKNOWN_BARE) == 0);
}

/* ---- which binding, which flag ------------------------------------------ */

/* The flag of the first message for what was chosen: a letter, and what
   follows up to the comma. */
static void first_message(uint32_t set, xc_binding_choice choice,
                          const xc_channel_binding *chosen,
                          const xc_channel_binding *mine, char *out)
{
    char memory[256];
    xc_scram s;
    xc_str message, flag;
    uint32_t allowed = XC_MECHANISMS_SCRAM_BARE;
    xc_scram_client_options o = {.hash = &sha1,
                                 .username = XC_STR("u"),
                                 .nonce = XC_STR("abc"),
                                 .offered = set};
    if (choice == XC_BINDING_CHOSEN)
        allowed |= XC_MECHANISMS_SCRAM_PLUS;
    o.mechanism = xc_mechanism_choose(set, allowed);
    if (chosen != NULL)
        o.binding = *chosen;
    else if (mine != NULL)
        o.binding = *mine;
    strcpy(out, "none");
    if (o.mechanism == XC_MECHANISM_NONE)
        return;
    o.hash = xc_mechanism_hash(o.mechanism) == 20 ? &sha1 : &sha256;
    assert_int_equal(
        xc_scram_client_first(&s, memory, sizeof memory, &o, &message), XC_OK);
    flag = xc_str_cut(&message, ',');
    snprintf(out, 64, XC_FMT, XC_ARG(flag));
}

static void test_choices(void **state)
{
    static const xc_channel_binding mine[] = {
        {XC_STR_INIT("tls-exporter"), XC_STR_INIT("1")},
        {XC_STR_INIT("tls-server-end-point"), XC_STR_INIT("2")},
    };
    static const struct {
        const char *mechanisms, *types;
        size_t mine;
        xc_binding_choice choice;
        const char *flag;
    } rows[] = {
        {MECHANISMS(M("SCRAM-SHA-1")), "", 0, XC_BINDING_IMPOSSIBLE, "n"},
        {MECHANISMS(M("SCRAM-SHA-1") M("SCRAM-SHA-1-PLUS")),
         TYPES(T("tls-exporter")), 0, XC_BINDING_IMPOSSIBLE, "n"},
        {MECHANISMS(M("SCRAM-SHA-1")), "", 2, XC_BINDING_NOT_OFFERED, "y"},
        {MECHANISMS(M("SCRAM-SHA-1") M("SCRAM-SHA3-512")), "", 2,
         XC_BINDING_NOT_OFFERED, "y"},
        {MECHANISMS(M("SCRAM-SHA-1")), TYPES(""), 2, XC_BINDING_NOT_OFFERED,
         "y"},
        {MECHANISMS(M("SCRAM-SHA-1") M("SCRAM-SHA-1-PLUS")),
         TYPES(T("tls-server-end-point") T("tls-exporter")), 2,
         XC_BINDING_CHOSEN, "p=tls-exporter"},
        {MECHANISMS(M("SCRAM-SHA-1") M("SCRAM-SHA-1-PLUS")),
         TYPES(T("tls-future") T("tls-server-end-point")), 2,
         XC_BINDING_CHOSEN, "p=tls-server-end-point"},
        {SASL2(M("SCRAM-SHA-256") M("SCRAM-SHA-256-PLUS")),
         TYPES(T("tls-exporter")), 2, XC_BINDING_CHOSEN, "p=tls-exporter"},
        /* what the RFC calls the -PLUS name is one that we do not know */
        {MECHANISMS(M("SCRAM-SHA-1") M("SCRAM-SHA3-512-PLUS")),
         TYPES(T("tls-exporter")), 2, XC_BINDING_CHOSEN, "n"},
        {MECHANISMS(M("SCRAM-SHA-1") M("SCRAM-SHA3-512-PLUS")), "", 2,
         XC_BINDING_UNLISTED, "n"},
        {MECHANISMS(M("SCRAM-SHA-1") M("SCRAM-SHA-1-PLUS")), "", 2,
         XC_BINDING_UNLISTED, "n"},
        {MECHANISMS(M("SCRAM-SHA-1") M("SCRAM-SHA-1-PLUS")),
         TYPES(T("tls-future")), 2, XC_BINDING_NOT_COMMON, "n"},
        {MECHANISMS(M("SCRAM-SHA-1") M("SCRAM-SHA-1-PLUS")),
         TYPES(T("tls-server-end-point")), 1, XC_BINDING_NOT_COMMON, "n"},
        {MECHANISMS(M("SCRAM-SHA-1")), TYPES(T("tls-exporter")), 2,
         XC_BINDING_STRIPPED, "y"},
        {MECHANISMS(M("SCRAM-SHA-1")), TYPES(T("tls-future")), 2,
         XC_BINDING_STRIPPED, "y"},
        {MECHANISMS(M("SCRAM-SHA-1") M("HT-SHA-256-ENDP")), "", 2,
         XC_BINDING_UNLISTED, "n"},
        /* FAST has a list of its own */
        {SASL2(M("SCRAM-SHA-1") "<inline><fast xmlns='urn:xmpp:fast:0'>" M(
             "HT-SHA-256-EXPR") "</fast></inline>"),
         "", 2, XC_BINDING_NOT_OFFERED, "y"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        features f = read_features(rows[i].mechanisms, rows[i].types);
        const xc_channel_binding *chosen;
        uint32_t set = offered(f.mechanisms);
        char flag[64];
        xc_binding_choice choice =
            xc_binding_choose(set, f.types, mine, rows[i].mine, &chosen);
        CHECK(choice == rows[i].choice, "row %zu: %d", i, (int)choice);
        assert_true((chosen != NULL) == (choice == XC_BINDING_CHOSEN));
        first_message(set, choice, chosen, rows[i].mine > 0 ? mine : NULL,
                      flag);
        CHECK(strcmp(flag, rows[i].flag) == 0, "row %zu: %s", i, flag);
    }
    assert_int_equal(xc_binding_choose(0, NULL, NULL, 2, NULL),
                     XC_BINDING_IMPOSSIBLE);
    assert_int_equal(xc_binding_choose(0, NULL, mine, 2, NULL),
                     XC_BINDING_NOT_OFFERED);
}

static void test_is_offered(void **state)
{
    features f = read_features(
        MECHANISMS(""), TYPES(T("a") "<b/>" T(" c ") "<channel-binding/>"));
    (void)state;
    assert_true(xc_binding_offered(f.types, XC_STR("a")));
    assert_true(xc_binding_offered(f.types, XC_STR("c")));
    assert_false(xc_binding_offered(f.types, XC_STR("b")));
    assert_false(xc_binding_offered(f.types, XC_STR("")));
    assert_false(xc_binding_offered(f.types, xc_str_from(NULL)));
    assert_false(xc_binding_offered(NULL, XC_STR("a")));
}

/* ---- XEP-0474: the text ------------------------------------------------- */

static const struct {
    const char *mechanisms, *types, *offer;
} texts[] = {
    /* the example of section 5.3, and orders of all kinds */
    {SASL2(M("SCRAM-SHA-1")
               M("SCRAM-SHA-1-PLUS") "<inline>" M("no") "</inline>"),
     TYPES(T("tls-server-end-point") T("tls-exporter")),
     "SCRAM-SHA-1\x1e"
     "SCRAM-SHA-1-PLUS\x1f"
     "tls-exporter\x1e"
     "tls-server-end-point"},
    {MECHANISMS(M("B") M("A") M("C")), "",
     "A\x1e"
     "B\x1e"
     "C"},
    {MECHANISMS(M("A") M("AA") M("\xC3\xA9") M("Z") M("a")), "",
     "A\x1e"
     "AA\x1e"
     "Z\x1e"
     "a\x1e\xC3\xA9"},
    {MECHANISMS(M("B") M("A") M("B") M("A")), TYPES(""),
     "A\x1e"
     "A\x1e"
     "B\x1e"
     "B\x1f"},
    {MECHANISMS(M("\n PLAIN\n")), TYPES(T("a") T("a")),
     "PLAIN\x1f"
     "a\x1e"
     "a"},
    {MECHANISMS(""), TYPES(T("x")),
     "\x1f"
     "x"},
    {MECHANISMS(""), "", ""},
    {SASL2(M("B") "<inline><fast xmlns='urn:xmpp:fast:0'>" M(
         "HT-SHA-256-EXPR") "</fast></inline>" M("A")),
     "",
     "A\x1e"
     "B"},
};

static void test_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        features f = read_features(texts[i].mechanisms, texts[i].types);
        size_t need = strlen(texts[i].offer);
        xc_str got;
        for (size_t size = 0; size < need; size++) {
            assert_int_equal(xc_sasl_offer(f.mechanisms, f.types,
                                           guarded(GUARD_MEMORY, size), size,
                                           &got),
                             XC_ERR_BUFFER_SIZE);
            assert_true(got.ptr == NULL && got.len == need);
        }
        assert_int_equal(xc_sasl_offer(f.mechanisms, f.types,
                                       guarded(GUARD_MEMORY, need), need,
                                       &got),
                         XC_OK);
        check_str(texts[i].mechanisms, got, texts[i].offer);
    }
}

static void test_names(void **state)
{
    const xc_str names[] = {XC_STR("PLAIN"), XC_STR("SCRAM-SHA-1-PLUS"),
                            XC_STR("SCRAM-SHA-1"), XC_STR("OAUTHBEARER")};
    const xc_str types[] = {XC_STR("tls-exporter")};
    char mem[128];
    xc_str got;
    (void)state;
    assert_int_equal(
        xc_sasl_offer_names(names, 4, types, 1, mem, sizeof mem, &got), XC_OK);
    check_str("names", got,
              "OAUTHBEARER\x1ePLAIN\x1eSCRAM-SHA-1\x1e"
              "SCRAM-SHA-1-PLUS\x1ftls-exporter");
    assert_int_equal(
        xc_sasl_offer_names(names, 1, types, 0, mem, sizeof mem, &got), XC_OK);
    check_str("an empty list", got, "PLAIN\x1f");
    assert_int_equal(
        xc_sasl_offer_names(names, 1, NULL, 0, mem, sizeof mem, &got), XC_OK);
    check_str("no list", got, "PLAIN");
    assert_int_equal(
        xc_sasl_offer_names(names, 1, NULL, 1, mem, sizeof mem, &got),
        XC_ERR_ARGUMENT);
    assert_int_equal(
        xc_sasl_offer_names(NULL, 1, types, 1, mem, sizeof mem, &got),
        XC_ERR_ARGUMENT);
    assert_int_equal(xc_sasl_offer(NULL, NULL, mem, sizeof mem, &got),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_sasl_offer_names(names, 1, types, 1, NULL, 9, &got),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_sasl_offer_names(names, 1, types, 1, mem, 9, NULL),
                     XC_ERR_ARGUMENT);
}

/* A list that nobody needs does not take the time of its square. */
static void test_many_names(void **state)
{
    static const size_t counts[] = {XC_OFFER_MAX, XC_OFFER_MAX + 1, 4000};
    char mem[8192];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        buffer names = {0}, types = {0};
        xc_status wanted = i == 0 ? XC_OK : XC_ERR_SASL_SYNTAX;
        features f;
        xc_str got;
        buffer_puts(&names, "<mechanisms xmlns='urn:ietf:params:xml:ns:"
                            "xmpp-sasl'>");
        buffer_puts(&types, "<sasl-channel-binding xmlns="
                            "'urn:xmpp:sasl-cb:0'>");
        for (size_t k = 0; k < counts[i]; k++) {
            buffer_printf(&names, M("%zu"), counts[i] - k);
            buffer_printf(&types, T("%zu"), k);
        }
        buffer_puts(&names, "</mechanisms>");
        buffer_puts(&types, "</sasl-channel-binding>");
        f = read_features(names.ptr, TYPES(T("x")));
        check_status(
            "names",
            xc_sasl_offer(f.mechanisms, f.types, mem, sizeof mem, &got),
            wanted);
        f = read_features(MECHANISMS(M("PLAIN")), types.ptr);
        check_status(
            "types",
            xc_sasl_offer(f.mechanisms, f.types, mem, sizeof mem, &got),
            wanted);
        buffer_free(&names);
        buffer_free(&types);
    }
}

/* ---- the attributes ----------------------------------------------------- */

#define OFFER                                                                 \
    "SCRAM-SHA-1\x1e"                                                         \
    "SCRAM-SHA-1-PLUS\x1f"                                                    \
    "tls-exporter\x1e"                                                        \
    "tls-server-end-point"
#define HASH "G6k/rBLDqgOhRRaCuuatSDFkJ08=" /* XEP-0474 section 5.3 */

static void test_client(void **state)
{
    static const struct {
        const char *offer, *more;
        bool required, confirmed;
        uint16_t version;
        xc_status status;
    } rows[] = {
        {OFFER, ",h=" HASH, false, true, 0, XC_OK},
        {OFFER, ",h=" HASH, true, true, 0, XC_OK},
        {OFFER, ",x=y,h=" HASH ",z=1", true, true, 0, XC_OK},
        {OFFER, "", false, false, 0, XC_OK},
        {OFFER, "", true, false, 0, XC_ERR_SASL_DOWNGRADE},
        {OFFER, ",d=" HASH, false, false, 0, XC_OK}, /* version 0.3 */
        {NULL, ",h=" HASH, false, false, 0, XC_OK},
        {NULL, ",h=" HASH, true, false, 0, XC_ERR_SASL_DOWNGRADE},
        {NULL, ",h=x,t=y", false, false, 0, XC_OK},
        {"SCRAM-SHA-1", ",h=" HASH, false, false, 0, XC_ERR_SASL_DOWNGRADE},
        {"", ",h=" HASH, false, false, 0, XC_ERR_SASL_DOWNGRADE},
        {"", ",h=2jmj7l5rSw0yVb/vlWAYkK/YBwk=", true, true, 0, XC_OK},
        {OFFER, ",h=" HASH ",h=2jmj7l5rSw0yVb/vlWAYkK/YBwk=", false, false, 0,
         XC_ERR_SASL_DOWNGRADE},
        {OFFER, ",h=G6k/rBLDqgOhRRaCuuatSDFkJ08", false, false, 0,
         XC_ERR_SASL_DOWNGRADE},
        {OFFER, ",h=G6k/", false, false, 0, XC_ERR_SASL_DOWNGRADE},
        {OFFER, ",h=" HASH "AAAA", false, false, 0, XC_ERR_SASL_DOWNGRADE},
        {OFFER, ",h=?", false, false, 0, XC_ERR_SASL_DOWNGRADE},
        {OFFER, ",h=", false, false, 0, XC_ERR_SASL_SYNTAX},
        {OFFER, ",h=" HASH ",m=x", false, false, 0, XC_ERR_SASL_EXTENSION},
        {"OAUTHBEARER\x1ePLAIN\x1eSCRAM-SHA-1\x1eSCRAM-SHA-1-PLUS\x1f"
         "tls-exporter",
         ",h=0d03IyFgz9MW5VJ5XbFp7h72iRU=", true, true, 0,
         XC_OK}, /* Prosody 13 */
        /* XEP-0515 */
        {OFFER, ",h=" HASH ",t=0304", false, true, 0x0304, XC_OK},
        {OFFER, ",t=0303", false, false, 0x0303, XC_OK},
        {OFFER, ",t=0303", false, false, 0x0304, XC_ERR_SASL_DOWNGRADE},
        {OFFER, ",t=304", false, false, 0x0304, XC_ERR_SASL_DOWNGRADE},
        {OFFER, ",t=03040", false, false, 0x0304, XC_ERR_SASL_DOWNGRADE},
        {OFFER, ",t=0xAB", false, false, 0xABCD, XC_ERR_SASL_DOWNGRADE},
        {OFFER, ",t=ABCD", false, false, 0xABCD, XC_ERR_SASL_DOWNGRADE},
        {OFFER, ",t=abcd", false, false, 0xABCD, XC_OK},
        {OFFER, "", false, false, 0x0304, XC_OK},
        {OFFER, ",t=0303", false, false, 0, XC_OK},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char memory[512], message[256];
        xc_scram s;
        xc_str out;
        xc_scram_challenge c = {.iterations = 0};
        xc_scram_client_options o = {.mechanism = XC_MECHANISM_SCRAM_SHA_1,
                                     .hash = &sha1,
                                     .username = XC_STR("u"),
                                     .nonce = XC_STR("abc"),
                                     .offer = xc_str_from(rows[i].offer),
                                     .offer_required = rows[i].required,
                                     .tls_version = rows[i].version};
        assert_int_equal(
            xc_scram_client_first(&s, memory, sizeof memory, &o, &out), XC_OK);
        snprintf(message, sizeof message, "r=abcdef,s=QUJD,i=4096%s",
                 rows[i].more);
        check_status(rows[i].more,
                     xc_scram_client_challenge(&s, xc_str_from(message), &c),
                     rows[i].status);
        CHECK(c.offer_confirmed == rows[i].confirmed, "row %zu", i);
    }
}

/* Both sides; a client that has seen something else, and one that does not
   care. */
static void test_both(void **state)
{
    static const struct {
        const char *offer;
        uint16_t version;
        xc_status status;
    } rows[] = {
        {OFFER, 0x0304, XC_OK},
        {NULL, 0, XC_OK},
        {"PLAIN", 0x0304, XC_ERR_SASL_DOWNGRADE},
        {OFFER, 0x0303, XC_ERR_SASL_DOWNGRADE},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char memory[512], memory2[512];
        xc_scram c, s;
        xc_scram_identity who;
        xc_scram_keys keys;
        xc_scram_hi hi;
        xc_str m;
        xc_scram_client_options o = {.mechanism = XC_MECHANISM_SCRAM_SHA_1,
                                     .hash = &sha1,
                                     .iterations_min = 1,
                                     .username = XC_STR("u"),
                                     .nonce = XC_STR("abc"),
                                     .offer = xc_str_from(rows[i].offer),
                                     .tls_version = rows[i].version};
        xc_scram_server_options so = {.mechanism = XC_MECHANISM_SCRAM_SHA_1,
                                      .hash = &sha1,
                                      .offer = xc_str_from(OFFER),
                                      .tls_version = 0x0304};
        assert_int_equal(
            xc_scram_hi_init(&hi, &sha1, XC_STR("pencil"), XC_STR("ABC"), 1),
            XC_NEED_MORE);
        assert_int_equal(xc_scram_derive(&sha1, hi.result, &keys), XC_OK);
        assert_int_equal(
            xc_scram_client_first(&c, memory, sizeof memory, &o, &m), XC_OK);
        assert_int_equal(
            xc_scram_server_first(&s, memory2, sizeof memory2, &so, m, &who),
            XC_OK);
        assert_int_equal(
            xc_scram_server_challenge(&s, XC_STR("def"), XC_STR("ABC"), 1, &m),
            XC_OK);
        check_str("challenge", m, "r=abcdef,s=QUJD,i=1,h=" HASH ",t=0304");
        check_status("challenge", xc_scram_client_challenge(&c, m, NULL),
                     rows[i].status);
        if (rows[i].status != XC_OK)
            continue;
        assert_int_equal(xc_scram_client_password(&c, XC_STR("pencil"), &m),
                         XC_OK);
        assert_int_equal(xc_scram_server_verify(&s, m, &keys, &m), XC_OK);
        assert_int_equal(xc_scram_client_verify(&c, m), XC_OK);
    }
}

/* A hash function that fails says so before anything is sent. */
static bool fails(const xc_str *pieces, size_t count, unsigned char *out)
{
    (void)pieces;
    (void)count;
    (void)out;
    return false;
}

static void test_failing_hash(void **state)
{
    static const xc_hash broken = {20, 64, fails};
    char memory[256];
    xc_scram s;
    xc_str m;
    xc_scram_identity who;
    xc_scram_client_options o = {.mechanism = XC_MECHANISM_SCRAM_SHA_1,
                                 .hash = &broken,
                                 .username = XC_STR("u"),
                                 .nonce = XC_STR("abc"),
                                 .offer = XC_STR(OFFER)};
    xc_scram_server_options so = {.mechanism = XC_MECHANISM_SCRAM_SHA_1,
                                  .hash = &broken,
                                  .offer = XC_STR(OFFER)};
    (void)state;
    assert_int_equal(xc_scram_client_first(&s, memory, sizeof memory, &o, &m),
                     XC_ERR_SASL_HASH);
    assert_true(m.ptr == NULL);
    assert_int_equal(xc_scram_server_first(&s, memory, sizeof memory, &so,
                                           XC_STR("n,,n=u,r=abc"), &who),
                     XC_ERR_SASL_HASH);
}

/* ---- data of SASL2, base64 with white space ----------------------------- */

static void test_sasl2_data(void **state)
{
    char out[8];
    xc_str got;
    (void)state;
    assert_int_equal(xc_sasl2_encode(xc_str_from(NULL), out, 8, &got), XC_OK);
    check_str("absent", got, NULL);
    assert_int_equal(xc_sasl2_encode(XC_STR(""), out, 8, &got), XC_OK);
    check_str("empty", got, "");
    assert_int_equal(xc_sasl2_encode(XC_STR("foo"), out, 8, &got), XC_OK);
    check_str("some", got, "Zm9v");
    assert_int_equal(xc_sasl2_encode(XC_STR("foo"), out, 3, &got),
                     XC_ERR_BUFFER_SIZE);
    assert_int_equal(got.len, 4);
    assert_int_equal(xc_sasl2_decode(xc_str_from(NULL), out, 8, &got), XC_OK);
    check_str("no element", got, NULL);
    assert_int_equal(xc_sasl2_decode(XC_STR(""), NULL, 0, &got), XC_OK);
    check_str("an empty one", got, "");
    assert_int_equal(xc_sasl2_decode(XC_STR("Zm9v"), out, 8, &got), XC_OK);
    check_str("some", got, "foo");
    assert_int_equal(xc_sasl2_decode(XC_STR("="), out, 8, &got),
                     XC_ERR_BASE64);
    assert_int_equal(xc_sasl2_decode(XC_STR("Zm9v\n"), out, 8, &got),
                     XC_ERR_BASE64);
    assert_int_equal(xc_sasl2_decode(XC_STR("Zm9v"), out, 8, NULL),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_sasl2_decode(xc_str_from(NULL), NULL, 8, &got),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_sasl2_encode(xc_str_from(NULL), NULL, 8, &got),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_sasl_decode(XC_STR("Zm9v\n"), out, 8, &got),
                     XC_ERR_BASE64);
    assert_int_equal(xc_sasl_decode(XC_STR(" "), out, 8, &got), XC_ERR_BASE64);
}

static void test_base64_white_space(void **state)
{
    static const struct {
        const char *text, *data; /* NULL: the byte `where` is wrong */
        size_t where;
    } rows[] = {
        {"QUJD\nREVG\n", "ABCDEF", 0},
        {" \t\r\nQ U\tJ\r\nD ", "ABC", 0},
        {"Zm 8\n=\n", "fo", 0},
        {"Zg=\n=", "f", 0},
        {"\n", "", 0},
        {" ", "", 0},
        {"Zg=\n=A", NULL, 5},
        {"Zg=\n", NULL, 4},
        {"Zm9v\n-", NULL, 5},
        {"Zm9v\xC2\xA0", NULL, 4},
        {"Zm9v\f", NULL, 4},
        {"Zh =\n=", NULL, 3},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char *in = guarded(GUARD_OUTPUT, strlen(rows[i].text));
        xc_str code, got;
        memcpy(in, rows[i].text, strlen(rows[i].text));
        code.ptr = in;
        code.len = strlen(rows[i].text);
        check_status(rows[i].text, /* in place */
                     xc_base64_decode(code, in, code.len, &got),
                     rows[i].data != NULL ? XC_OK : XC_ERR_BASE64);
        check_str(rows[i].text, got, rows[i].data);
        if (rows[i].data == NULL)
            CHECK(got.len == rows[i].where, "row %zu: %zu", i, got.len);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unknown_names),
        cmocka_unit_test(test_choices),
        cmocka_unit_test(test_is_offered),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_many_names),
        cmocka_unit_test(test_client),
        cmocka_unit_test(test_both),
        cmocka_unit_test(test_failing_hash),
        cmocka_unit_test(test_sasl2_data),
        cmocka_unit_test(test_base64_white_space),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
