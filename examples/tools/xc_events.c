/* xc_events.c - the tokens of one XML document, one line each.

   Shows the XML layer alone: xc_xml_init, xc_xml_next, xc_token_attr,
   xc_xml_finish. Try:
       printf '<a x="1">hi<b/></a>' | build/xc_events */
#include "xmpp_codec.h"

#include <stdio.h>
#include <stdlib.h>

#include "tool.h"
#include "tsv.h"

static size_t chunk = 65536;
static size_t memory_size = 65536;
static bool count_only;

static const tool_option options[] = {{"--chunk", NULL, &chunk},
                                      {"--mem", NULL, &memory_size},
                                      {"--count", &count_only, NULL},
                                      {NULL, NULL, NULL}};

static const tool self = {
    "xc_events", "[--chunk N] [--mem BYTES] [--count] [FILE]",
    "Reads one XML document in the profile of XMPP from FILE or standard\n"
    "input and prints what it is made of, fields separated by TAB:\n\n"
    "  START  {namespace}local  prefix\n"
    "  ATTR   {namespace}local  value\n"
    "  TEXT   value\n"
    "  END\n"
    "  ERROR  class  byte-offset  XC_ERR_NAME  condition\n\n"
    "In values \\\\ \\n \\r \\t stand for backslash, LF, CR and TAB. The\n"
    "class of an error is not-well-formed, restricted, encoding, namespace\n"
    "or limit; the condition is the stream error of RFC 6120.\n\n"
    "  --chunk N    give the tokenizer N bytes at a time (65536)\n"
    "  --mem BYTES  give the tokenizer so much memory (65536)\n"
    "  --count      print only: elements attributes bytes-of-text\n\n"
    "Exit status: 0 accepted, 1 rejected, 2 wrong use or unreadable.\n",
    options};

typedef struct report {
    unsigned long long elements, attributes, text_bytes;
    bool in_text; /* the line of a TEXT is not over */
} report;

static void print_name(xc_str ns, xc_str name)
{
    putchar('{');
    tsv_print(stdout, ns);
    printf("}" XC_FMT "\t", XC_ARG(name));
}

static void print_start(const xc_token *tok)
{
    xc_attribute attr;
    fputs("START\t", stdout);
    print_name(tok->ns, tok->name);
    printf(XC_FMT "\n", XC_ARG(tok->prefix));
    for (size_t i = 0; xc_token_attr(tok, i, &attr); i++) {
        fputs("ATTR\t", stdout);
        print_name(attr.ns, attr.name);
        tsv_print(stdout, attr.value);
        putchar('\n');
    }
}

/* A run of text comes in pieces: its line ends when something else comes. */
static void end_text(report *r)
{
    if (r->in_text)
        putchar('\n');
    r->in_text = false;
}

static void print_token(report *r, const xc_token *tok)
{
    if (tok->type == XC_TEXT) {
        if (!r->in_text)
            fputs("TEXT\t", stdout);
        r->in_text = true;
        tsv_print(stdout, tok->text);
        return;
    }
    end_text(r);
    if (tok->type == XC_START)
        print_start(tok);
    else
        puts("END");
}

static void count_token(report *r, const xc_token *tok)
{
    if (tok->type == XC_START) {
        r->elements++;
        r->attributes += tok->attributes;
    } else if (tok->type == XC_TEXT) {
        r->text_bytes += tok->text.len;
    }
}

static const char *class_of(xc_status status)
{
    if (status == XC_ERR_WORKSPACE)
        return "limit";
    if (status >= XC_ERR_LIMIT_STANZA && status <= XC_ERR_LIMIT_NAME)
        return "limit";
    if (status == XC_ERR_UTF8 || status == XC_ERR_ENCODING_NAME)
        return "encoding";
    if (status >= XC_ERR_COMMENT && status <= XC_ERR_ENTITY)
        return "restricted";
    if (status >= XC_ERR_QNAME && status <= XC_ERR_DUPLICATE_EXPANDED)
        return "namespace";
    return "not-well-formed";
}

static void print_error(const xc_xml *x, xc_status status)
{
    printf("ERROR\t%s\t%llu\t%s\t%s\n", class_of(status),
           (unsigned long long)xc_xml_offset(x), xc_status_name(status),
           xc_status_condition(status));
}

/* Reads the document; XC_OK or the error. */
static xc_status read_document(xc_xml *x, tool_input *input, report *r)
{
    xc_str in;
    xc_token tok;
    while (tool_read(input, &in)) {
        xc_status status;
        while ((status = xc_xml_next(x, &in, &tok)) == XC_EVENT) {
            if (count_only)
                count_token(r, &tok);
            else
                print_token(r, &tok);
        }
        if (xc_status_is_error(status))
            return status;
    }
    return xc_xml_finish(x);
}

int main(int argc, char **argv)
{
    const char *file = tool_options(&self, argc, argv);
    const xc_limits limits = {0, UINT16_MAX, UINT16_MAX, UINT16_MAX};
    void *memory = tool_alloc(&self, NULL, memory_size);
    report r = {0, 0, 0, false};
    tool_input input;
    xc_xml x;
    xc_status status;

    tool_open(&input, &self, file, chunk);
    status = xc_xml_init(&x, memory, memory_size, &limits);
    if (xc_status_is_error(status))
        tool_fail(&self, "--mem", xc_status_text(status));
    status = read_document(&x, &input, &r);
    end_text(&r);
    if (xc_status_is_error(status))
        print_error(&x, status);
    else if (count_only)
        printf("%llu %llu %llu\n", r.elements, r.attributes, r.text_bytes);
    tool_close(&input);
    free(memory);
    return tool_exit(&self,
                     xc_status_is_error(status) ? TOOL_REJECTED : TOOL_OK);
}
