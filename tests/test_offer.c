/* What a server offers and what a client makes of it: sets with names of the
   future, channel bindings (XEP-0440), the flag of SCRAM (RFC 5802 section 6),
   protection against changed lists (XEP-0474, XEP-0515). The rows are in
   tests/data/offer.tsv. */
#include "support_rows.h"
#include "support_tree.h"
#include "sha.h"

#define MECHANISMS(inside)                                                    \
    "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" inside            \
    "</mechanisms>"
#define M(name) "<mechanism>" name "</mechanism>"
#define TYPES(inside)                                                         \
    "<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>" inside                \
    "</sasl-channel-binding>"
#define T(name) "<channel-binding type='" name "'/>"

/* The elements of features; they live until the next call. */
typedef struct features {
    const xc_element *mechanisms, *types;
} features;

static features read_features(const char *inside)
{
    static char memory[1 << 20];
    features f;
    buffer doc = {0};
    const xc_element *e;
    buffer_puts(&doc, "<stream:features xmlns='jabber:client' "
                      "xmlns:stream='http://etherx.jabber.org/streams'>");
    buffer_puts(&doc, inside);
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

static void sets_have_room_for_every_mechanism(void **state)
{
    (void)state;
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
    o.hash = xc_mechanism_hash_size(o.mechanism) == 20 ? &sha1 : &sha256;
    check_status(
        "first message",
        xc_scram_client_first(&s, memory, sizeof memory, &o, &message), XC_OK);
    flag = xc_str_cut(&message, ',');
    snprintf(out, 64, XC_FMT, XC_ARG(flag));
}

static const xc_channel_binding mine[] = {
    {XC_STR_INIT("tls-exporter"), XC_STR_INIT("1")},
    {XC_STR_INIT("tls-server-end-point"), XC_STR_INIT("2")},
};

static void binding_row(const row *r)
{
    static const char *const choices[] = {"IMPOSSIBLE", "NOT_OFFERED",
                                          "CHOSEN",     "UNLISTED",
                                          "NOT_COMMON", "STRIPPED"};
    features f = read_features(r->field[1]);
    const xc_channel_binding *chosen;
    uint32_t set = offered(f.mechanisms);
    size_t count = number_in(r->field[2]);
    char flag[64];
    xc_binding_choice choice;
    CHECK(count <= COUNT_OF(mine), "%zu bindings", count);
    choice = xc_binding_choose(set, f.types, mine, count, &chosen);
    CHECK(strcmp(choices[choice], r->field[3]) == 0, "got %s, expected %s",
          choices[choice], r->field[3]);
    CHECK((chosen != NULL) == (choice == XC_BINDING_CHOSEN),
          "a binding that was not chosen");
    first_message(set, choice, chosen, count > 0 ? mine : NULL, flag);
    CHECK(strcmp(flag, r->field[4]) == 0, "got \"%s\", expected \"%s\"", flag,
          r->field[4]);
}

static void without_a_list_of_types_nothing_is_chosen(void **state)
{
    (void)state;
    assert_int_equal(xc_binding_choose(0, NULL, NULL, 2, NULL),
                     XC_BINDING_IMPOSSIBLE);
    assert_int_equal(xc_binding_choose(0, NULL, mine, 2, NULL),
                     XC_BINDING_NOT_OFFERED);
}

static void a_binding_is_offered_by_its_name(void **state)
{
    features f =
        read_features(TYPES(T("a") "<b/>" T(" c ") "<channel-binding/>"));
    (void)state;
    assert_true(xc_binding_offered(f.types, XC_STR("a")));
    assert_true(xc_binding_offered(f.types, XC_STR("c")));
    assert_false(xc_binding_offered(f.types, XC_STR("b")));
    assert_false(xc_binding_offered(f.types, XC_STR("")));
    assert_false(xc_binding_offered(f.types, xc_str_from(NULL)));
    assert_false(xc_binding_offered(NULL, XC_STR("a")));
}

/* ---- XEP-0474: the text ------------------------------------------------- */

/* In memory of every size up to what it needs. */
static void offer_row(const row *r)
{
    features f = read_features(unescaped(r->field[1]).ptr);
    xc_str expected = unescaped(r->field[4]), got;
    for (size_t size = 0; size < expected.len; size++) {
        check_status("small memory",
                     xc_sasl_offer(f.mechanisms, f.types,
                                   guarded(GUARD_MEMORY, size), size, &got),
                     XC_ERR_BUFFER_SIZE);
        CHECK(got.ptr == NULL && got.len == expected.len, "%zu bytes needed",
              got.len);
    }
    check_status("enough memory",
                 xc_sasl_offer(f.mechanisms, f.types,
                               guarded(GUARD_MEMORY, expected.len),
                               expected.len, &got),
                 XC_OK);
    CHECK(xc_str_equal(got, expected), "got \"%s\", expected \"%s\"",
          escaped(got), r->field[4]);
}

static void an_offer_can_be_made_of_names(void **state)
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
static void an_offer_of_too_many_names_is_refused(void **state)
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
        buffer_puts(&names, TYPES(T("x")));
        f = read_features(names.ptr);
        check_status(
            "names",
            xc_sasl_offer(f.mechanisms, f.types, mem, sizeof mem, &got),
            wanted);
        buffer_puts(&types, MECHANISMS(M("PLAIN")));
        f = read_features(types.ptr);
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

/* With: "required", "tls=0304", or both. */
static void set_options(xc_scram_client_options *o, const char *with)
{
    const char *version = strstr(with, "tls=");
    o->offer_required = strncmp(with, "required", 8) == 0;
    if (version != NULL)
        o->tls_version = (uint16_t)strtoul(version + 4, NULL, 16);
    CHECK(with[0] == '\0' || o->offer_required || version == with,
          "there is no option \"%s\"", with);
}

static void confirm_row(const row *r)
{
    char memory[512], message[256];
    xc_scram s;
    xc_str out;
    xc_scram_challenge c = {.iterations = 0};
    xc_scram_client_options o = {.mechanism = XC_MECHANISM_SCRAM_SHA_1,
                                 .hash = &sha1,
                                 .username = XC_STR("u"),
                                 .nonce = XC_STR("abc")};
    if (strcmp(r->field[1], "(absent)") != 0)
        o.offer = unescaped(r->field[1]);
    set_options(&o, r->field[2]);
    check_status("first message",
                 xc_scram_client_first(&s, memory, sizeof memory, &o, &out),
                 XC_OK);
    snprintf(message, sizeof message, "r=abcdef,s=QUJD,i=4096%s", r->field[5]);
    check_status(
        r->field[5], xc_scram_client_challenge(&s, xc_str_from(message), &c),
        strcmp(r->field[3], "ok") == 0 ? XC_OK : status_named(r->field[3]));
    CHECK(c.offer_confirmed == (strcmp(r->field[4], "confirmed") == 0),
          "%s: confirmed, or not", r->field[5]);
}

/* Both sides; a client that has seen something else, and one that does not
   care. */
static void both_sides_agree_on_the_offer_or_stop(void **state)
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

static void a_hash_function_that_fails_says_so_at_once(void **state)
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

/* ---- data of SASL2 ------------------------------------------------------ */

static void absent_and_empty_sasl2_data_are_told_apart(void **state)
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

/* ---- rows of offer.tsv -------------------------------------------------- */

static void any_row(const row *r)
{
    if (strcmp(r->field[0], "binding") == 0)
        binding_row(r);
    else if (strcmp(r->field[0], "offer") == 0)
        offer_row(r);
    else if (strcmp(r->field[0], "confirm") == 0)
        confirm_row(r);
    else
        check_fail("there is no kind \"%s\"", r->field[0]);
}

static void every_offer_of_the_table_is_read_as_it_says(void **state)
{
    (void)state;
    for_each_row("tests/data/offer.tsv", any_row);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_have_room_for_every_mechanism),
        cmocka_unit_test(without_a_list_of_types_nothing_is_chosen),
        cmocka_unit_test(a_binding_is_offered_by_its_name),
        cmocka_unit_test(an_offer_can_be_made_of_names),
        cmocka_unit_test(an_offer_of_too_many_names_is_refused),
        cmocka_unit_test(both_sides_agree_on_the_offer_or_stop),
        cmocka_unit_test(a_hash_function_that_fails_says_so_at_once),
        cmocka_unit_test(absent_and_empty_sasl2_data_are_told_apart),
        cmocka_unit_test(every_offer_of_the_table_is_read_as_it_says),
    };
    return cmocka_run_group_tests_name("offer", tests, NULL, NULL);
}
