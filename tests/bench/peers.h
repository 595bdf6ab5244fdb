/* Other parsers. They do the work of the codec's tokenizer: resolve
   namespaces, count elements, attributes and bytes of character data. */
#ifndef PEERS_H
#define PEERS_H

/* ---- counting their allocations ----------------------------------------- */

#if defined(__GLIBC__) &&                                                     \
    (defined(HAVE_expat) || defined(HAVE_libxml) || defined(HAVE_iksemel))
#include <malloc.h>
#define CAN_COUNT true

static void *counted_malloc(size_t size)
{
    void *memory = malloc(size);
    heap_in_use += malloc_usable_size(memory);
    return memory;
}

static void counted_free(void *memory)
{
    heap_in_use -= malloc_usable_size(memory);
    free(memory);
}

static inline void *counted_realloc(void *memory, size_t size)
{
    size_t before = malloc_usable_size(memory);
    void *moved = realloc(memory, size);
    if (moved != NULL)
        heap_in_use += malloc_usable_size(moved) - before;
    return moved;
}

static inline char *counted_strdup(const char *text)
{
    char *copy = strdup(text);
    heap_in_use += malloc_usable_size(copy);
    return copy;
}
#else
#define CAN_COUNT false
#define counted_malloc malloc
#define counted_free free
#define counted_realloc realloc
#define counted_strdup strdup
#endif

/* ---- expat -------------------------------------------------------------- */

#ifdef HAVE_expat
#include <expat.h>

static void XMLCALL expat_start(void *user, const XML_Char *name,
                                const XML_Char **attributes)
{
    tally *t = user;
    (void)name;
    t->elements++;
    for (; *attributes != NULL; attributes += 2)
        t->attributes++;
}

static void XMLCALL expat_end(void *user, const XML_Char *name)
{
    (void)user;
    (void)name;
}

static void XMLCALL expat_text(void *user, const XML_Char *text, int len)
{
    tally *t = user;
    (void)text;
    t->text += (uint64_t)len;
}

static bool expat_open(run *r)
{
    static const XML_Memory_Handling_Suite counted = {
        counted_malloc, counted_realloc, counted_free};
    XML_Parser parser = r->counted ? XML_ParserCreate_MM(NULL, &counted, "|")
                                   : XML_ParserCreateNS(NULL, '|');
    r->peer = parser;
    if (parser == NULL)
        return false;
    XML_SetUserData(parser, &r->sum);
    XML_SetElementHandler(parser, expat_start, expat_end);
    XML_SetCharacterDataHandler(parser, expat_text);
    return true;
}

static bool expat_feed(run *r, xc_str in)
{
    return XML_Parse(r->peer, in.ptr, (int)in.len, 0) == XML_STATUS_OK;
}

static bool expat_close(run *r)
{
    bool complete = XML_Parse(r->peer, "", 0, 1) == XML_STATUS_OK;
    XML_ParserFree(r->peer);
    return complete;
}
#endif

/* ---- libxml2 ------------------------------------------------------------ */

#ifdef HAVE_libxml
#include <libxml/parser.h>

static void libxml_start(void *user, const xmlChar *name,
                         const xmlChar *prefix, const xmlChar *ns,
                         int declarations, const xmlChar **namespaces,
                         int attributes, int defaulted, const xmlChar **values)
{
    tally *t = user;
    (void)name, (void)prefix, (void)ns, (void)declarations;
    (void)namespaces, (void)defaulted;
    t->elements++;
    t->attributes += (uint64_t)attributes;
    for (int i = 0; i < attributes; i++) /* name, prefix, ns, begin, end */
        t->bytes += (uint64_t)(values[5 * i + 4] - values[5 * i + 3]);
}

static void libxml_end(void *user, const xmlChar *name, const xmlChar *prefix,
                       const xmlChar *ns)
{
    (void)user, (void)name, (void)prefix, (void)ns;
}

static void libxml_text(void *user, const xmlChar *text, int len)
{
    tally *t = user;
    (void)text;
    t->text += (uint64_t)len;
}

static bool libxml_open(run *r)
{
    xmlSAXHandler handler;
    xmlParserCtxtPtr context;
    if (r->counted)
        xmlMemSetup(counted_free, counted_malloc, counted_realloc,
                    counted_strdup);
    memset(&handler, 0, sizeof handler);
    handler.initialized = XML_SAX2_MAGIC;
    handler.startElementNs = libxml_start;
    handler.endElementNs = libxml_end;
    handler.characters = libxml_text;
    handler.ignorableWhitespace = libxml_text;
    context = xmlCreatePushParserCtxt(&handler, &r->sum, NULL, 0, NULL);
    r->peer = context;
    if (context == NULL)
        return false;
    xmlCtxtUseOptions(context, XML_PARSE_HUGE | XML_PARSE_NONET);
    return true;
}

static bool libxml_feed(run *r, xc_str in)
{
    return xmlParseChunk(r->peer, in.ptr, (int)in.len, 0) == 0;
}

static bool libxml_close(run *r)
{
    bool complete = xmlParseChunk(r->peer, NULL, 0, 1) == 0;
    xmlFreeParserCtxt(r->peer);
    if (r->counted)
        xmlMemSetup(free, malloc, realloc, strdup);
    return complete;
}
#endif

/* ---- iksemel ------------------------------------------------------------ */

#ifdef HAVE_iksemel
#include <iksemel.h>

/* It does not resolve namespaces, so it does less work than the others. */
static int iksemel_tag(void *user, char *name, char **attributes, int type)
{
    tally *t = user;
    (void)name;
    if (type == IKS_CLOSE)
        return IKS_OK;
    t->elements++;
    for (; attributes != NULL && *attributes != NULL; attributes += 2)
        t->attributes += strncmp(*attributes, "xmlns", 5) != 0;
    return IKS_OK;
}

static int iksemel_text(void *user, char *text, size_t len)
{
    tally *t = user;
    (void)text;
    t->text += len;
    return IKS_OK;
}

static bool iksemel_open(run *r)
{
    if (r->counted)
        iks_set_mem_funcs(counted_malloc, counted_free);
    r->peer = iks_sax_new(&r->sum, iksemel_tag, iksemel_text);
    return r->peer != NULL;
}

static bool iksemel_feed(run *r, xc_str in)
{
    return iks_parse(r->peer, in.ptr, in.len, 0) == IKS_OK;
}

static bool iksemel_close(run *r)
{
    iks_parser_delete(r->peer);
    if (r->counted)
        iks_set_mem_funcs(malloc, free);
    return true;
}
#endif
#endif
