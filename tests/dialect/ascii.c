/* Addresses with and without the Unicode tables: the same results for ASCII;
   without them anything else is refused. */
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"
#include <stdio.h>

struct row {
    const char *text, *enforced;
    xc_status status;
};

static const struct row rows[] = {
    {"juliet@capulet.lit/balcony", "juliet@capulet.lit/balcony", XC_OK},
    {"JULIET@Capulet.LIT./Balcony", "juliet@capulet.lit/Balcony", XC_OK},
    {"capulet.lit", "capulet.lit", XC_OK},
    {"a@192.0.2.1", "a@192.0.2.1", XC_OK},
    {"a@[2001:DB8::1]/r", "a@[2001:db8::1]/r", XC_OK},
    {"a@b@c", NULL, XC_ERR_JID_CHAR},
    {"@b", NULL, XC_ERR_JID_EMPTY},
    {"d'artagnan@b", NULL, XC_ERR_JID_EXCLUDED},
    {"a@-b", NULL, XC_ERR_JID_HYPHEN},
    {"a@[1]", NULL, XC_ERR_JID_IP},
    {"a\x7F@b", NULL, XC_ERR_JID_CHAR},
#if XMPP_CODEC_UNICODE
    {"\xC3\x84@b", "\xC3\xA4@b", XC_OK},
    {"b/\xC3\x84", "b/\xC3\x84", XC_OK},
    {"a@xn--strae-oqa",
     "a@stra\xC3\x9F"
     "e",
     XC_OK},
    {"a@xn--abc-", NULL, XC_ERR_JID_PUNYCODE},
    {"\xC3@b", NULL, XC_ERR_JID_UTF8},
#else
    {"\xC3\x84@b", NULL, XC_ERR_JID_UNICODE},
    {"b/\xC3\x84", NULL, XC_ERR_JID_UNICODE},
    {"a@xn--strae-oqa", NULL, XC_ERR_JID_UNICODE},
    {"a@xn--abc-", NULL, XC_ERR_JID_UNICODE},
#endif
};

static bool works(const struct row *row)
{
    char mem[XC_JID_MAX];
    xc_jid jid;
    xc_status status =
        xc_jid_parse(xc_str_from(row->text), mem, sizeof mem, &jid);
    if (status == row->status &&
        xc_str_equal(xc_jid_full(jid), xc_str_from(row->enforced)))
        return true;
    printf("%s: %s, " XC_FMT "\n", row->text, xc_status_name(status),
           XC_ARG(xc_jid_full(jid)));
    return false;
}

int main(void)
{
    bool good = true;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        good = works(&rows[i]) && good;
    return !good;
}
