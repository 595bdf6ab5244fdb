#include "client_history.h"

#include <string.h>

#include "client_output.h"
#include "client_queue.h"
#include "client_request.h"
#include "keep.h"

/* An element is one block of bytes: messages wait as copies, which are read as
   if they had just arrived. */

enum {
    PAGE_MESSAGES = 50,
    PAGES_MAX = 100 /* the archive may say that there is always more */
};

/* ---- show --------------------------------------------------------------- */

static xc_str archive_address(const struct client *c)
{
    const struct client_history *h = &c->history;
    return h->archive.jid.ptr != NULL ? client_address_full(&h->archive)
                                      : client_address_bare(&c->own);
}

/* Out of an archive, even if its delay or its addresses are flawed. Returns
   the first flaw. */
static xc_status read_result(const xc_element *e, xc_mam_result *result,
                             xc_message *m, const xc_field **field)
{
    const xc_element *copy;
    xc_status of_message, status;
    e = xc_child(e, XC_NS_MAM, "result");
    status = xc_read(&xc_mam_result_schema, e, result, field);
    copy = xc_forwarded_stanza(result->forwarded.base.element);
    if (status != XC_OK)
        field = NULL;
    of_message = xc_read(&xc_message_schema, copy, m, field);
    return status != XC_OK ? status : of_message;
}

/* Absent if it is missing or flawed. */
static xc_str format_stamp(const xc_mam_result *result, char *mem)
{
    const xc_time *stamp = &result->forwarded.delay.stamp;
    return stamp->present ? xc_time_format(stamp, mem) : nothing;
}

static void show_message(struct client *c, const xc_element *copy)
{
    xc_mam_result result;
    xc_message m;
    char stamp[XC_TIME_MAX];
    read_result(copy, &result, &m, NULL);
    client_show(c, CLIENT_EVENT_HISTORY, m.from, format_stamp(&result, stamp),
                m.body, nothing);
}

void client_history_end(struct client *c)
{
    struct client_history *h = &c->history;
    const char *p = h->memory + h->begin,
               *end = h->memory + CLIENT_HISTORY_BYTES;
    size_t shown = h->have < h->wanted ? h->have : h->wanted;
    for (size_t i = h->have; p < end; i--) {
        if (i <= shown)
            show_message(c, (const xc_element *)p);
        p += xc_element_size((const xc_element *)p);
    }
    if (h->overflow)
        client_show_error(c, client_address_full(&h->archive),
                          "resource-constraint",
                          XC_STR("older messages do not fit the memory"));
    client_show_number(c, CLIENT_EVENT_HISTORY_END, (uint32_t)shown);
    h->active = false;
}

/* ---- ask --------------------------------------------------------------- */

/* Asks for the page before those that we have. */
static void ask_for_page(struct client *c)
{
    struct client_history *h = &c->history;
    xc_mam_query query = {.queryid = xc_str_from(h->query)};
    xc_rsm page = {.max = {true, PAGE_MESSAGES},
                   .before = xc_str_from(h->before)};
    struct client_request *r =
        client_request_begin(c, CLIENT_REQUEST_HISTORY, XC_IQ_SET,
                             client_address_full(&h->archive));
    xc_writer *w = &c->writer;
    xc_write_begin(w, &xc_mam_query_schema, &query);
    xc_write_form_begin(w, XC_FORM_SUBMIT, XC_NS_MAM);
    if (h->with.jid.ptr != NULL)
        xc_write_form_field(w, "with", client_address_full(&h->with));
    xc_writer_end(w);
    xc_write(w, &xc_rsm_schema, &page);
    xc_writer_end(w);
    client_request_send(c, r);
    if (r->kind == CLIENT_REQUEST_NONE)
        client_history_end(c);
}

void client_history_begin(struct client *c, xc_str archive, xc_str with,
                          size_t wanted)
{
    struct client_history *h = &c->history;
    h->active = true;
    h->overflow = false;
    h->wanted = wanted;
    h->have = h->in_page = h->kept = h->pages = h->page = 0;
    h->begin = CLIENT_HISTORY_BYTES;
    h->before[0] = '\0'; /* the last page */
    client_address_set(&h->archive, archive);
    client_address_set(&h->with, with);
    client_make_id(c, h->query);
    ask_for_page(c);
}

/* ---- take --------------------------------------------------------------- */

/* Is it a result of our query, from the archive that we asked? */
static bool is_ours(struct client *c, const xc_element *message)
{
    const struct client_history *h = &c->history;
    return h->active && xc_mam_result_of(message, xc_str_from(h->query),
                                         client_address_full(&h->archive),
                                         client_address_full(&c->own)) != NULL;
}

/* As is_ours, but there is no message in it? */
static bool is_of_nothing(struct client *c, const xc_element *message)
{
    const struct client_history *h = &c->history;
    const xc_element *result = xc_child(message, XC_NS_MAM, "result");
    xc_str from = xc_effective_from(message, client_address_full(&c->own));
    return h->active && xc_str_is(xc_attr(result, "queryid"), h->query) &&
           xc_str_equal(from, archive_address(c));
}

bool client_history_on_message(struct client *c, const xc_element *message)
{
    struct client_history *h = &c->history;
    size_t size = xc_element_size(message);
    const xc_field *field;
    xc_mam_result result;
    xc_message m;
    xc_status status;
    if (!is_ours(c, message) && !is_of_nothing(c, message))
        return false;
    h->in_page++;
    status = read_result(message, &result, &m, &field);
    client_show_flaw(c, archive_address(c), status, field);
    if (m.body.ptr == NULL)
        return true; /* a receipt, say */
    if (size <= h->begin - h->page && !h->overflow) {
        memcpy(h->memory + h->page, message, size);
        h->page += size;
        h->kept++;
    } else {
        h->overflow = true;
    }
    return true;
}

/* A page is complete: it goes before the later ones. */
static void keep_page(struct client_history *h)
{
    if (h->overflow)
        h->page = h->kept = 0; /* half a page would leave a gap */
    h->begin -= h->page;
    memmove(h->memory + h->begin, h->memory, h->page);
    h->have += h->kept;
    h->page = h->in_page = h->kept = 0;
    h->pages++;
}

/* Else the next page ends before this one. */
static bool is_last_page(struct client_history *h, const xc_mam_fin *fin,
                         size_t in_page)
{
    return fin->complete == XC_TRUE || h->have >= h->wanted || in_page == 0 ||
           h->overflow || h->pages >= PAGES_MAX ||
           fin->rsm.first.id.len == 0 ||
           !keep_text(h->before, sizeof h->before, fin->rsm.first.id);
}

void client_history_on_result(struct client *c, const xc_element *payload)
{
    struct client_history *h = &c->history;
    size_t in_page = h->in_page;
    const xc_field *field;
    xc_mam_fin fin;
    xc_status status = xc_read(&xc_mam_fin_schema, payload, &fin, &field);
    client_show_flaw(c, archive_address(c), status, field);
    keep_page(h);
    if (!xc_was_read(status) || is_last_page(h, &fin, in_page))
        client_history_end(c);
    else
        ask_for_page(c);
}
