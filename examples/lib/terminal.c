#include "terminal.h"

/* Control characters (C1 too: a terminal may obey them), line and paragraph
   separators, and characters that turn the direction of writing. */
static bool is_harmful(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7F && cp <= 0x9F) ||
           (cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069);
}

static void put_character(FILE *to, xc_str bytes, uint32_t cp, bool script)
{
    if (cp == '\n' && !script)
        fputs("\n    ", to);
    else if (cp == '\n' || cp == '\r' || cp == '\t')
        fprintf(to, "\\%c", cp == '\n' ? 'n' : cp == '\r' ? 'r' : 't');
    else if (cp == '\\' && script)
        fputs("\\\\", to);
    else if (is_harmful(cp))
        fprintf(to, "\\u%04X", (unsigned)cp);
    else
        fwrite(bytes.ptr, 1, bytes.len, to);
}

void terminal_put_text(FILE *to, xc_str text, bool script)
{
    uint32_t cp;
    while (text.len > 0) {
        xc_str one = {text.ptr, xc_utf8_decode(text, &cp)};
        if (one.len == 0) { /* never in what a stream delivers */
            one.len = 1;
            cp = (unsigned char)*text.ptr;
            one.ptr = "?";
        }
        put_character(to, one, cp, script);
        text.ptr += one.len;
        text.len -= one.len;
    }
}

void terminal_put_detail(FILE *to, xc_str text)
{
    if (text.len > 0) {
        fputs(": ", to);
        terminal_put_text(to, text, true);
    }
    fputc('\n', to);
}
