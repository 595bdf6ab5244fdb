/* A client's login, step by step, against documents of tests/data/login.txt:
   what the server sends, what the client answers, how it ends. That file
   explains its format. A document is right if writing its expectations anew
   gives the same file. So the same code checks and, with UPDATE=1, rewrites
   them. */
#include "support_rows.h"

#include "sha.h"

#include <ctype.h>

#define PATH "tests/data/login.txt"
#define SPACE 16384
#define SALT XC_STR("sodium")

/* ---- what is given ------------------------------------------------------ */

enum {
    NAMES = 100
};

/* One document as far as it has been read. */
struct scene {
    buffer texts[NAMES]; /* of options */
    size_t used;
    xc_login_options options;
    xc_channel_binding bindings[2];
    size_t size; /* of the client's memory */

    xc_login login;
    bool begun;
    bool restarted;

    /* The server. */
    const char *knows; /* the password or token */
    uint32_t iterations;
    bool confirms, can_bind, hears_nothing;
    xc_scram scram;
    xc_scram_keys keys;
    bool challenged;
    char memory[SPACE], message[SPACE];
    xc_str next;  /* its next message of SASL */
    buffer offer; /* what it says that it has offered */
};

static struct scene now;
static char client_memory[SPACE];

static void forget_texts(void)
{
    for (size_t i = 0; i < NAMES; i++)
        buffer_clear(&now.texts[i]);
    now.used = 0;
}

static xc_str keep(const char *text)
{
    buffer *b = &now.texts[now.used++];
    CHECK(now.used < NAMES, "too many texts");
    buffer_clear(b);
    buffer_puts(b, text);
    b->len = unescape(b->ptr);
    return buffer_str(b);
}

static void begin_scene(void)
{
    buffer offer = now.offer;
    forget_texts();
    now.options = (xc_login_options){.nonce = XC_STR("clientnonce"),
                                     .username = XC_STR("juliet"),
                                     .password = XC_STR("secret"),
                                     .token_mechanism = XC_MECHANISM_NONE,
                                     .sha1 = &sha1,
                                     .sha256 = &sha256,
                                     .sha512 = &sha512};
    now.size = 1024;
    now.begun = now.restarted = now.challenged = false;
    now.knows = "secret";
    now.iterations = 4096;
    now.confirms = now.can_bind = now.hears_nothing = false;
    now.next = (xc_str){NULL, 0};
    now.offer = offer;
    buffer_clear(&now.offer);
}

static uint32_t mechanisms_in(xc_str names)
{
    uint32_t set = 0;
    while (names.ptr != NULL)
        set |=
            XC_MECHANISM_BIT(xc_mechanism_from_name(xc_str_cut(&names, ',')));
    return set;
}

static void add_binding(const char *type)
{
    xc_channel_binding *b = &now.bindings[now.options.binding_count++];
    CHECK(now.options.binding_count <= 2, "two bindings at most");
    b->type = keep(type);
    b->data = keep("what both ends of TLS know");
    now.options.bindings = now.bindings;
}

/* A word of a line "with", NAME or NAME=VALUE. */
static void set_option(const char *name, const char *value)
{
    xc_login_options *o = &now.options;
    xc_str text = keep(value);
    struct {
        const char *name;
        xc_str *text;
        bool *flag;
    } known[] = {{"username", &o->username, NULL},
                 {"password", &o->password, NULL},
                 {"authzid", &o->authzid, NULL},
                 {"nonce", &o->nonce, NULL},
                 {"resource", &o->resource, NULL},
                 {"tag", &o->tag, NULL},
                 {"previd", &o->previd, NULL},
                 {"agent", &o->agent_id, NULL},
                 {"software", &o->agent_software, NULL},
                 {"device", &o->agent_device, NULL},
                 {"token", &o->token, NULL},
                 {"private", NULL, &o->private_channel},
                 {"sm", NULL, &o->sm},
                 {"carbons", NULL, &o->carbons},
                 {"inactive", NULL, &o->inactive},
                 {"wants-token", NULL, &o->wants_token},
                 {"upgrades", NULL, &o->upgrades},
                 {"pinned-sasl2", NULL, &o->pin.sasl2},
                 {"server-confirms", NULL, &now.confirms},
                 {"server-binds", NULL, &now.can_bind}};
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        if (strcmp(name, known[i].name) != 0)
            continue;
        if (known[i].text != NULL)
            *known[i].text = text;
        else
            *known[i].flag = true;
        return;
    }
    if (strcmp(name, "no-password") == 0)
        o->password = xc_str_from(NULL);
    else if (strcmp(name, "no-sha512") == 0)
        o->sha512 = NULL;
    else if (strcmp(name, "mechanisms") == 0)
        o->mechanisms = mechanisms_in(text);
    else if (strcmp(name, "binding") == 0)
        add_binding(value);
    else if (strcmp(name, "tls") == 0)
        o->tls_version = (uint16_t)number_in(value);
    else if (strcmp(name, "h") == 0)
        o->h = (uint32_t)number_in(value);
    else if (strcmp(name, "count") == 0)
        o->token_count = (uint32_t)number_in(value);
    else if (strcmp(name, "at-once") == 0)
        o->iterations_per_call = (uint32_t)number_in(value);
    else if (strcmp(name, "most-iterations") == 0)
        o->iterations_max = (uint32_t)number_in(value);
    else if (strcmp(name, "token-mechanism") == 0)
        o->token_mechanism = xc_mechanism_from_name(text);
    else if (strcmp(name, "pinned") == 0)
        o->pin.mechanism = (uint8_t)(xc_mechanism_from_name(text) + 1);
    else if (strcmp(name, "memory") == 0)
        now.size = number_in(value);
    else if (strcmp(name, "server-knows") == 0)
        now.knows = text.ptr;
    else if (strcmp(name, "server-iterations") == 0)
        now.iterations = (uint32_t)number_in(value);
    else
        check_fail("there is no option \"%s\"", name);
}

static void set_options(const char *line)
{
    static char copy[SPACE];
    snprintf(copy, sizeof copy, "%s", line);
    for (char *word = strtok(copy, " "); word != NULL;
         word = strtok(NULL, " ")) {
        char *value = strchr(word, '=');
        if (value != NULL)
            *value++ = '\0';
        set_option(word, value != NULL ? value : "");
    }
}

/* ---- elements ----------------------------------------------------------- */

/* The element alone in a stream. One at a time for each memory. */
static const xc_element *element_in(xc_str text, char *memory)
{
    static buffer bytes;
    static xc_stream s;
    xc_stream_event ev = {.element = NULL};
    xc_str in;
    buffer_clear(&bytes);
    buffer_printf(&bytes,
                  "<stream:stream xmlns='jabber:client' xmlns:stream='%s' "
                  "version='1.0'>" XC_FMT,
                  XC_NS_STREAMS, XC_ARG(text));
    in = buffer_str(&bytes);
    memset(memory, 0xEE, SPACE); /* the last element is gone */
    assert_int_equal(xc_stream_init(&s, memory, SPACE, NULL), XC_OK);
    assert_int_equal(xc_stream_next(&s, &in, &ev), XC_EVENT);
    CHECK(xc_stream_next(&s, &in, &ev) == XC_EVENT && in.len == 0,
          "not one element: " XC_FMT, XC_ARG(text));
    return ev.element;
}

/* ---- the server --------------------------------------------------------- */

static buffer *report; /* what is written anew */

static void server_fails(const char *what, xc_status status)
{
    if (status != XC_OK)
        buffer_printf(report, "! %s: %s\n", what, xc_status_name(status));
}

static void derive_keys(const xc_hash *hash)
{
    xc_scram_hi hi;
    assert_int_equal(xc_scram_hi_init(&hi, hash, xc_str_from(now.knows), SALT,
                                      now.iterations),
                     XC_NEED_MORE);
    assert_int_equal(xc_scram_hi_next(&hi, now.iterations), XC_OK);
    assert_int_equal(xc_scram_derive(hash, hi.result, &now.keys), XC_OK);
}

static void server_begins_scram(xc_mechanism mechanism, xc_str first)
{
    static const xc_channel_binding binding = {
        XC_STR_INIT(XC_CHANNEL_BINDING_TLS_EXPORTER),
        XC_STR_INIT("what both ends of TLS know")};
    xc_scram_server_options o = {.mechanism = mechanism,
                                 .hash = sha_of_mechanism(mechanism),
                                 .bindings = &binding,
                                 .binding_count = now.can_bind};
    xc_scram_identity who;
    xc_status status;
    if (now.confirms)
        o.offer = buffer_str(&now.offer);
    status =
        xc_scram_server_first(&now.scram, now.memory, SPACE, &o, first, &who);
    server_fails("server, first message", status);
    derive_keys(o.hash);
    if (status == XC_OK)
        server_fails("server, challenge",
                     xc_scram_server_challenge(&now.scram,
                                               XC_STR("servernonce"), SALT,
                                               now.iterations, &now.next));
    now.challenged = true;
}

static void server_takes_token(xc_mechanism mechanism, xc_str message)
{
    xc_str data = {NULL, 0};
    xc_ht ht;
    xc_status status = xc_ht_read(&sha256, message, &ht);
    if (mechanism != XC_MECHANISM_HT_SHA_256_NONE)
        data = XC_STR("what both ends of TLS know");
    if (status == XC_OK)
        status =
            xc_ht_verify(&sha256, xc_str_from(now.knows), data, ht.hashed);
    server_fails("server, token", status);
    xc_ht_reply(&sha256, xc_str_from(now.knows), data, now.message, SPACE,
                &now.next);
}

static void server_takes_first(const xc_element *e, xc_str data)
{
    xc_mechanism m = xc_mechanism_from_name(xc_attr(e, "mechanism"));
    if ((XC_MECHANISM_BIT(m) & XC_MECHANISMS_SCRAM) != 0)
        server_begins_scram(m, data);
    else if (xc_mechanism_hash_size(m) > 0)
        server_takes_token(m, data);
    else
        buffer_printf(report, "  \"%s\"\n", escaped(data));
}

/* What the client has sent, so that the server can go on. */
static void server_takes(xc_str sent)
{
    static char memory[SPACE], mem[SPACE];
    const xc_element *e = element_in(sent, memory), *child;
    bool second = xc_is(e, XC_NS_SASL2, NULL);
    xc_str text = xc_text(e), data;
    xc_status status;
    if (xc_is(e, XC_NS_SASL2, "authenticate")) {
        child = xc_child(e, NULL, "initial-response");
        text = child != NULL ? xc_text(child) : xc_str_from(NULL);
    }
    status = second ? xc_sasl2_decode(text, mem, sizeof mem, &data)
                    : xc_sasl_decode(text, mem, sizeof mem, &data);
    if (xc_is(e, NULL, "auth") || xc_is(e, NULL, "authenticate")) {
        assert_int_equal(status, XC_OK);
        server_takes_first(e, data);
    } else if (xc_is(e, NULL, "response") && now.challenged) {
        now.challenged = false;
        server_fails(
            "server, response",
            xc_scram_server_verify(&now.scram, data, &now.keys, &now.next));
    }
}

/* What the server says that it has offered: what it has, not what came. */
static void server_offers(const xc_element *features)
{
    static char mem[SPACE];
    const xc_element *m = xc_child(features, XC_NS_SASL2, "authentication");
    xc_str offer;
    if (m == NULL)
        m = xc_child(features, XC_NS_SASL, "mechanisms");
    if (m == NULL || xc_sasl_offer(m,
                                   xc_child(features, XC_NS_CHANNEL_BINDING,
                                            "sasl-channel-binding"),
                                   mem, sizeof mem, &offer) != XC_OK)
        return;
    buffer_clear(&now.offer);
    buffer_add(&now.offer, offer.ptr, offer.len);
}

/* ---- the client --------------------------------------------------------- */

static const char *const step_names[] = {"SEND",   "WORK",   "RESTART", "WAIT",
                                         "ONLINE", "FAILED", "NOT_MINE"};

static void say(const char *name, xc_str value)
{
    if (value.ptr != NULL)
        buffer_printf(report, " %s=%s", name, escaped(value));
}

static void say_number(const char *name, xc_number number)
{
    if (number.present)
        buffer_printf(report, " %s=%ld", name, (long)number.value);
}

static void say_if(const char *name, bool is)
{
    if (is)
        buffer_printf(report, " %s", name);
}

static void say_online(const xc_login *l)
{
    say("mechanism", xc_str_from(xc_mechanism_name(l->mechanism)));
    say_if("confirmed", l->offer_confirmed);
    say_if("token-refused", l->token_refused);
    say("address", l->address);
    say_if("resumed", l->resumed);
    say_number("h", l->h);
    say_if("sm", l->sm_enabled);
    say("id", l->sm_id);
    say("location", l->sm_location);
    say_number("max", l->sm_max);
    say_if("carbons", l->carbons);
    say("token", l->token);
    if (l->token.ptr != NULL)
        say("for", xc_str_from(xc_mechanism_name(l->token_mechanism)));
    buffer_printf(report, " pin=%s%s",
                  l->pin.mechanism != 0
                      ? xc_mechanism_name((xc_mechanism)(l->pin.mechanism - 1))
                      : "none",
                  l->pin.sasl2 ? ",sasl2" : "");
}

static void say_failed(const xc_login *l)
{
    buffer_printf(report, " \"%s\"", xc_login_reason_text(l->reason));
    if (l->status != XC_OK)
        buffer_printf(report, " %s", xc_status_name(l->status));
    say("failure", xc_str_from(xc_sasl_failure_name(l->failure)));
    say("error", xc_str_from(xc_stanza_error_name(l->error)));
    say_if("token-refused", l->token_refused);
    say("text", l->text);
}

/* No secret is left in memory once the login is over. */
static void check_residue(void)
{
    const xc_str secrets[] = {now.options.password, now.options.token};
    for (size_t i = 0; i < COUNT_OF(secrets); i++)
        CHECK(secrets[i].len <= 3 ||
                  !contains(client_memory, now.size, secrets[i].ptr),
              "a secret is left in memory");
}

static xc_login_step step_of(const xc_element *e, xc_writer *w)
{
    unsigned works = 0;
    xc_login_step step = xc_login_next(&now.login, e, w);
    for (; step == XC_LOGIN_WORK; works++)
        step = xc_login_work(&now.login, w);
    if (works > 0)
        buffer_printf(report, "= WORK %u times\n", works);
    return step;
}

static void take_element(const xc_element *e)
{
    static char out[SPACE];
    xc_writer w;
    xc_str written;
    xc_login_step step;
    if (!now.begun) {
        memset(client_memory, 0xAA, sizeof client_memory);
        xc_login_init(&now.login, client_memory, now.size, &now.options);
    }
    now.begun = true;
    xc_writer_init(&w, out, sizeof out, XC_NS_CLIENT);
    step = step_of(e, &w);
    assert_int_equal(xc_writer_finish(&w, &written), XC_OK);
    if (written.len > 0)
        buffer_printf(report, "< " XC_FMT "\n", XC_ARG(written));
    buffer_printf(report, "= %s", step_names[step]);
    if (step == XC_LOGIN_ONLINE)
        say_online(&now.login);
    if (step == XC_LOGIN_FAILED)
        say_failed(&now.login);
    buffer_puts(report, "\n");
    if (step == XC_LOGIN_ONLINE || step == XC_LOGIN_FAILED)
        check_residue();
    if (written.len > 0 && step == XC_LOGIN_SEND)
        server_takes(written);
}

/* ---- the file ----------------------------------------------------------- */

enum {
    LETS = 30
};

static struct {
    char name[40];
    buffer text;
} lets[LETS];
static size_t let_count;

static void add_let(const char *line)
{
    size_t name = strcspn(line, " ");
    CHECK(let_count < LETS && name < sizeof lets[0].name, "too many lets");
    snprintf(lets[let_count].name, sizeof lets[0].name, "%.*s", (int)name,
             line);
    buffer_puts(&lets[let_count].text, line + name + 1);
    let_count++;
}

static void expand(buffer *out, const char *text);

/* {NAME}: a text of "let", or the server's next message in base64. */
static void expand_name(buffer *out, const char *name, size_t len)
{
    char base64[SPACE];
    xc_str text;
    if (len == 7 && memcmp(name, "message", len) == 0) {
        assert_int_equal(
            xc_sasl_encode(now.next, base64, sizeof base64, &text), XC_OK);
        buffer_add(out, text.ptr, text.len);
        return;
    }
    for (size_t i = 0; i < let_count; i++) {
        if (strlen(lets[i].name) == len &&
            memcmp(lets[i].name, name, len) == 0) {
            expand(out, lets[i].text.ptr);
            return;
        }
    }
    check_fail("there is no {%.*s}", (int)len, name);
}

static void expand(buffer *out, const char *text)
{
    while (*text != '\0') {
        size_t plain = strcspn(text, "{");
        const char *end = strchr(text + plain, '}');
        buffer_add(out, text, plain);
        text += plain;
        if (end == NULL)
            break;
        expand_name(out, text + 1, (size_t)(end - text) - 1);
        text = end + 1;
    }
    buffer_puts(out, text);
}

static void take_line(const char *line)
{
    static char memory[SPACE];
    static buffer text;
    const xc_element *e;
    if (strncmp(line, "title ", 6) == 0)
        begin_scene();
    else if (strncmp(line, "with ", 5) == 0)
        set_options(line + 5);
    else if (strncmp(line, "let ", 4) == 0)
        add_let(line + 4);
    else if (strncmp(line, "offered ", 8) == 0 ||
             strncmp(line, "> ", 2) == 0) {
        buffer_clear(&text);
        expand(&text, strchr(line, ' ') + 1);
        e = element_in(buffer_str(&text), memory);
        if (line[0] == 'o' || now.offer.len == 0)
            server_offers(e);
        if (line[0] == '>')
            take_element(e);
    } else if (line[0] != '#' && line[0] != '\0') {
        check_fail("what is \"%s\"?", line);
    }
}

static bool is_expectation(const char *line)
{
    return line[0] != '\0' && strchr("<=! ", line[0]) != NULL;
}

static void write_anew(char *text, buffer *out)
{
    report = out;
    while (text != NULL && *text != '\0') {
        char *end = strchr(text, '\n');
        if (end != NULL)
            *end++ = '\0';
        if (!is_expectation(text)) {
            buffer_printf(out, "%s\n", text);
            take_line(text);
        }
        text = end;
    }
}

static void print_first_difference(const char *a, const char *b)
{
    unsigned line = 1;
    const char *from_a = a, *from_b = b;
    for (; *a != '\0' && *a == *b; a++, b++) {
        if (*a == '\n') {
            line++;
            from_a = a + 1;
            from_b = b + 1;
        }
    }
    check_fail(PATH ":%u: the file has\n%.*s\nbut this happens\n%.*s", line,
               (int)strcspn(from_a, "\n"), from_a, (int)strcspn(from_b, "\n"),
               from_b);
}

static void logins_go_as_the_documents_say(void **state)
{
    static buffer file, copy, anew;
    const char *update = getenv("UPDATE");
    FILE *out;
    (void)state;
    CHECK(load_file(PATH, &file), "cannot read " PATH);
    buffer_add(&copy, file.ptr, file.len);
    write_anew(copy.ptr, &anew);
    if (strcmp(anew.ptr, file.ptr) == 0)
        return;
    if (update == NULL || strcmp(update, "1") != 0) {
        print_first_difference(file.ptr, anew.ptr);
        return;
    }
    out = fopen(PATH, "wb");
    CHECK(out != NULL && fwrite(anew.ptr, 1, anew.len, out) == anew.len &&
              fclose(out) == 0,
          "cannot write " PATH);
    print_message(PATH " was rewritten: review it\n");
}

/* ---- misuse ------------------------------------------------------------- */

static void misuse_is_an_error(void **state)
{
    xc_login l;
    xc_writer w;
    char out[100];
    (void)state;
    xc_login_init(NULL, client_memory, SPACE, NULL);
    xc_login_wipe(NULL);
    xc_writer_init(&w, out, sizeof out, XC_NS_CLIENT);
    assert_int_equal(xc_login_next(NULL, NULL, &w), XC_LOGIN_NOT_MINE);
    assert_int_equal(xc_login_work(NULL, &w), XC_LOGIN_WAIT);
    xc_login_init(&l, client_memory, SPACE, NULL);
    assert_int_equal(xc_login_work(&l, &w), XC_LOGIN_WAIT);
    assert_int_equal(xc_login_next(&l, NULL, &w), XC_LOGIN_FAILED);
    assert_int_equal(l.reason, XC_LOGIN_REASON_OPTIONS);
    assert_int_equal(xc_login_next(&l, NULL, &w), XC_LOGIN_NOT_MINE);
    begin_scene();
    xc_login_init(&l, client_memory, SPACE, &now.options);
    assert_int_equal(xc_login_next(&l, NULL, NULL), XC_LOGIN_FAILED);
    assert_int_equal(l.reason, XC_LOGIN_REASON_OPTIONS);
    xc_login_init(&l, NULL, SPACE, &now.options);
    xc_login_wipe(&l);
    assert_int_equal(xc_login_next(&l, NULL, &w), XC_LOGIN_NOT_MINE);
}

/* The server is not asked while the password is hashed. */
static void an_element_during_the_work_ends_the_login(void **state)
{
    static buffer ignored;
    static char memory[SPACE], out[SPACE];
    xc_writer w;
    xc_str written;
    (void)state;
    report = &ignored;
    take_line("title Work");
    take_line("> {OLD}");
    now.options.iterations_per_call = 4000;
    xc_writer_init(&w, out, sizeof out, XC_NS_CLIENT);
    buffer_clear(&ignored);
    expand(&ignored, "<challenge xmlns='{SASL}'>{message}</challenge>");
    assert_int_equal(xc_login_next(&now.login,
                                   element_in(buffer_str(&ignored), memory),
                                   &w),
                     XC_LOGIN_WORK);
    assert_int_equal(xc_writer_size(&w), 0);
    assert_int_equal(xc_login_next(&now.login,
                                   element_in(buffer_str(&ignored), memory),
                                   &w),
                     XC_LOGIN_FAILED);
    assert_int_equal(now.login.reason, XC_LOGIN_REASON_PROTOCOL);
    assert_int_equal(xc_writer_finish(&w, &written), XC_OK);
    assert_true(xc_is(element_in(written, memory), XC_NS_SASL, "abort"));
    assert_int_equal(xc_login_work(&now.login, &w), XC_LOGIN_WAIT);
}

static void log_in_salted(const char *password, xc_login_salted *salted,
                          const char *end)
{
    static buffer ignored;
    report = &ignored;
    take_line("title Salted");
    now.options.salted = salted;
    now.options.password = xc_str_from(password);
    take_line("> {OLD}");
    take_line("> <challenge xmlns='{SASL}'>{message}</challenge>");
    take_line(end);
    take_line("> {SESSION}");
    take_line("> {BOUND}");
}

/* The second time the password is not needed, and a salt is known by its
   bytes. What was of a wrong password is gone. */
static void a_salted_password_is_kept(void **state)
{
    static const char success[] = "> <success xmlns='{SASL}'>{message}"
                                  "</success>";
    static const char failure[] = "> <failure xmlns='{SASL}'>"
                                  "<not-authorized/></failure>";
    static xc_login_salted salted, none;
    (void)state;
    log_in_salted("secret", &salted, success);
    assert_true(now.login.address.ptr != NULL);
    assert_int_equal(salted.iterations, now.iterations);
    assert_int_equal(salted.hash_size, 32);
    log_in_salted("forgotten", &salted, success);
    assert_true(now.login.address.ptr != NULL);
    salted.salt[0]++;
    log_in_salted("secret", &salted, success);
    assert_true(now.login.address.ptr != NULL);
    assert_int_equal(salted.iterations, now.iterations);
    log_in_salted("secret", &salted, failure);
    assert_int_equal(now.login.reason, XC_LOGIN_REASON_REFUSED);
    assert_memory_equal(&salted, &none, sizeof none);
    log_in_salted("forgotten", &salted, failure);
    assert_int_equal(salted.iterations, 0);
}

static void every_reason_has_a_text(void **state)
{
    (void)state;
    for (int i = 1; i < XC_LOGIN_REASON_COUNT; i++)
        for (int k = 0; k < i; k++)
            assert_string_not_equal(xc_login_reason_text((xc_login_reason)i),
                                    xc_login_reason_text((xc_login_reason)k));
    assert_string_equal(xc_login_reason_text(XC_LOGIN_REASON_COUNT),
                        xc_login_reason_text(XC_LOGIN_REASON_NONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logins_go_as_the_documents_say),
        cmocka_unit_test(an_element_during_the_work_ends_the_login),
        cmocka_unit_test(a_salted_password_is_kept),
        cmocka_unit_test(misuse_is_an_error),
        cmocka_unit_test(every_reason_has_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
