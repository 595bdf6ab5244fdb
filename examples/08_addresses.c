/* Addresses (RFC 7622): split, enforce, compare, escape.

   Two spellings are the same address if their enforced bytes are the same, so
   enforce what people typed before you compare it or keep it as a key. */
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"
#include <stdio.h>

static void enforce(const char *typed)
{
    char memory[XC_JID_MAX];
    xc_jid jid;
    xc_status status =
        xc_jid_parse(xc_str_from(typed), memory, sizeof memory, &jid);
    if (status == XC_OK)
        printf("%-32s -> " XC_FMT "\n", typed, XC_ARG(xc_jid_full(jid)));
    else
        printf("%-32s -> byte %u: %s\n", typed, (unsigned)jid.where,
               xc_status_text(status));
}

static void compare(const char *a, const char *b)
{
    char memory_a[XC_JID_MAX], memory_b[XC_JID_MAX];
    xc_jid jid_a, jid_b;
    if (xc_jid_parse(xc_str_from(a), memory_a, sizeof memory_a, &jid_a) !=
            XC_OK ||
        xc_jid_parse(xc_str_from(b), memory_b, sizeof memory_b, &jid_b) !=
            XC_OK)
        return;
    printf("%s and %s: %s\n", a, b,
           xc_jid_equal(jid_a, jid_b)        ? "the same"
           : xc_jid_bare_equal(jid_a, jid_b) ? "the same account"
                                             : "different");
}

/* A name of another network as a localpart (XEP-0106), and back. */
static void escape(const char *name)
{
    char memory[256], memory_back[256];
    xc_str local, back;
    if (xc_jid_escape(xc_str_from(name), memory, sizeof memory, &local) ==
            XC_OK &&
        xc_jid_unescape(local, memory_back, sizeof memory_back, &back) ==
            XC_OK)
        printf("%s as a localpart: " XC_FMT ", and back: " XC_FMT "\n", name,
               XC_ARG(local), XC_ARG(back));
}

/* What the DNS and a TLS certificate know. */
static void look_up(const char *address)
{
    char memory[XC_JID_MAX], name[256];
    xc_jid jid;
    xc_str ascii;
    if (xc_jid_parse(xc_str_from(address), memory, sizeof memory, &jid) ==
            XC_OK &&
        xc_jid_domain_ascii(jid, name, sizeof name, &ascii) == XC_OK)
        printf("%s in the DNS: " XC_FMT "\n", address, XC_ARG(ascii));
}

int main(void)
{
    enforce("Juliet@Capulet.EXAMPLE/Balcony");
    enforce("romeo@montague.example.");
    enforce("fu\xC3\x9F"
            "ball@b\xC3\xBC"
            "cher.example");
    enforce("not an address@example");
    enforce("user@-bad-.example");
    compare("JULIET@capulet.example/a", "juliet@capulet.example/a");
    compare("juliet@capulet.example/a", "juliet@capulet.example/b");
    escape("d'artagnan@musketeers");
    look_up("b\xC3\xBC"
            "cher.example");
    return 0;
}

/* Prints:
Juliet@Capulet.EXAMPLE/Balcony   -> juliet@capulet.example/Balcony
romeo@montague.example.          -> romeo@montague.example
fußball@bücher.example         -> fußball@bücher.example
not an address@example           -> byte 3: a character not allowed in this part of an address
user@-bad-.example               -> byte 5: a label with a hyphen at an end, or two as characters 3 and 4
JULIET@capulet.example/a and juliet@capulet.example/a: the same
juliet@capulet.example/a and juliet@capulet.example/b: the same account
d'artagnan@musketeers as a localpart: d\27artagnan\40musketeers, and back: d'artagnan@musketeers
bücher.example in the DNS: xn--bcher-kva.example
*/
