/* A stream of chat, presence, groupchat and queries for measurements, made by
   the codec's writer. It is always the same and needs no files. */
#ifndef MIX_H
#define MIX_H

typedef struct mix {
    xc_writer w;
    uint32_t random;
} mix;

/* A number below n; the high bits of a linear congruential generator. */
static uint32_t mix_below(mix *m, uint32_t n)
{
    m->random = m->random * 1664525u + 1013904223u;
    return (m->random >> 16) % n;
}

static xc_str mix_address(mix *m)
{
    static const char *const addresses[] = {
        "romeo@montague.lit/orchard",
        "juliet@capulet.lit/balcony",
        "nurse@capulet.lit/chamber.k9Xz",
        "mercutio@verona.example/street",
        "benvolio@montague.lit/profanity.tn3x",
        "tybalt@capulet.lit/sword",
        "coven@chat.shakespeare.lit/thirdwitch"};
    return xc_str_from(addresses[mix_below(m, 7)]);
}

static xc_str mix_id(mix *m, char id[37])
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < 36; i++)
        id[i] = i == 8 || i == 13 || i == 18 || i == 23
                    ? '-'
                    : digits[mix_below(m, 16)];
    id[36] = '\0';
    return xc_str_from(id);
}

static xc_str mix_sentence(mix *m, char *line, size_t size)
{
    static const char *const words[] = {
        "the",
        "of",
        "and",
        "you",
        "that",
        "meeting",
        "tomorrow",
        "at",
        "coffee",
        "is",
        "for",
        "with",
        "server",
        "they",
        "lunch",
        "have",
        "this",
        "from",
        "one",
        "word",
        "can't",
        "said",
        "R&D",
        "a < b",
        "gr\xC3\xBC\xC3\x9F"
        "e",
        "\xD0\xBF\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5"
        "\xD1\x82",
        "\xF0\x9F\x91\x8D",
        "release",
        "your",
        "what",
        "all"};
    size_t len = 0;
    for (uint32_t n = 3 + mix_below(m, 20); n > 0; n--) {
        xc_str word = xc_str_from(words[mix_below(m, 31)]);
        if (len + word.len + 1 >= size)
            break;
        memcpy(line + len, word.ptr, word.len);
        line[len + word.len] = ' ';
        len += word.len + 1;
    }
    xc_str sentence = {line, len - 1};
    return sentence;
}

static void mix_begin(mix *m, const char *name, const char *type)
{
    char id[37];
    xc_writer_begin(&m->w, NULL, name);
    xc_writer_attr(&m->w, "from", mix_address(m));
    xc_writer_attr(&m->w, "to", mix_address(m));
    xc_writer_attr(&m->w, "id", mix_id(m, id));
    xc_writer_attr(&m->w, "type", xc_str_from(type));
}

static void mix_empty(mix *m, const char *ns, const char *name)
{
    xc_writer_begin(&m->w, ns, name);
    xc_writer_end(&m->w);
}

static void mix_chat(mix *m, const char *type)
{
    char line[400], id[37];
    mix_begin(m, "message", type);
    xc_writer_text_element(&m->w, NULL, "body",
                           mix_sentence(m, line, sizeof line));
    mix_empty(m, "http://jabber.org/protocol/chatstates", "active");
    mix_empty(m, "urn:xmpp:receipts", "request");
    xc_writer_begin(&m->w, "urn:xmpp:sid:0", "origin-id");
    xc_writer_attr(&m->w, "id", mix_id(m, id));
    xc_writer_end(&m->w);
    xc_writer_end(&m->w);
}

static void mix_presence(mix *m)
{
    char line[400];
    mix_begin(m, "presence", NULL);
    xc_writer_text_element(&m->w, NULL, "show", XC_STR("away"));
    xc_writer_text_element(&m->w, NULL, "status", mix_sentence(m, line, 80));
    xc_writer_begin(&m->w, "http://jabber.org/protocol/caps", "c");
    xc_writer_attr(&m->w, "hash", XC_STR("sha-1"));
    xc_writer_attr(&m->w, "node", XC_STR("https://client.example"));
    xc_writer_attr(&m->w, "ver", XC_STR("q07IKJEyjvHSyhy//CH0CxmKi8w="));
    xc_writer_end(&m->w);
    xc_writer_end(&m->w);
}

static void mix_roster(mix *m)
{
    mix_begin(m, "iq", "result");
    xc_writer_begin(&m->w, XC_NS_ROSTER, "query");
    for (uint32_t n = 1 + mix_below(m, 12); n > 0; n--) {
        xc_writer_begin(&m->w, NULL, "item");
        xc_writer_attr(&m->w, "jid", mix_address(m));
        xc_writer_attr(&m->w, "subscription", XC_STR("both"));
        xc_writer_text_element(&m->w, NULL, "group", XC_STR("Friends"));
        xc_writer_end(&m->w);
    }
    xc_writer_end(&m->w);
    xc_writer_end(&m->w);
}

/* A message from an archive: forwarded in a result in a message. */
static void mix_archived(mix *m)
{
    char id[37];
    mix_begin(m, "message", NULL);
    xc_writer_begin(&m->w, "urn:xmpp:mam:2", "result");
    xc_writer_attr(&m->w, "id", mix_id(m, id));
    xc_writer_begin(&m->w, "urn:xmpp:forward:0", "forwarded");
    xc_writer_begin(&m->w, "urn:xmpp:delay", "delay");
    xc_writer_attr(&m->w, "stamp", XC_STR("2026-07-10T23:08:25Z"));
    xc_writer_end(&m->w);
    xc_writer_begin(&m->w, XC_NS_CLIENT, "message");
    xc_writer_attr(&m->w, "from", mix_address(m));
    xc_writer_text_element(&m->w, NULL, "body", XC_STR("Call me but love"));
    for (int open = 4; open > 0; open--)
        xc_writer_end(&m->w);
}

static void mix_stanza(mix *m)
{
    uint32_t kind = mix_below(m, 100);
    if (kind < 45)
        mix_chat(m, "chat");
    else if (kind < 65)
        mix_chat(m, "groupchat");
    else if (kind < 80)
        mix_presence(m);
    else if (kind < 85)
        mix_roster(m);
    else if (kind < 90)
        mix_archived(m);
    else
        mix_empty(m, "urn:xmpp:sm:3", "r");
}

/* Moves the output of the writer to the end of *all. */
static void mix_append(mix *m, char *buffer, xc_str *all)
{
    xc_str out;
    if (xc_writer_finish(&m->w, &out) != XC_OK)
        return;
    memcpy(buffer + all->len, out.ptr, out.len);
    all->len += out.len;
}

/* Fills the buffer with one complete stream of nearly `size` bytes. */
static xc_str mix_make(char *buffer, size_t size)
{
    static const xc_stream_header header = {XC_STR_INIT(XC_NS_CLIENT),
                                            {NULL, 0},
                                            XC_STR_INIT("capulet.lit"),
                                            XC_STR_INIT("mix"),
                                            XC_STR_INIT("en"),
                                            1,
                                            0};
    char stanza[8192];
    mix m;
    xc_str all = {buffer, 0};
    m.random = 1;
    xc_writer_init(&m.w, stanza, sizeof stanza, XC_NS_CLIENT);
    xc_writer_stream_open(&m.w, &header);
    mix_append(&m, buffer, &all);
    while (all.len + 2 * sizeof stanza < size) {
        mix_stanza(&m);
        mix_append(&m, buffer, &all);
    }
    xc_writer_stream_close(&m.w);
    mix_append(&m, buffer, &all);
    return all;
}
#endif
