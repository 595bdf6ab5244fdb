/* client_history.h - the last messages of an archive (XEP-0313), fetched page
   by page (XEP-0059) from the newest to the oldest, told from the oldest to
   the newest.

   An element is one block of bytes: what has to wait is a copy of it, and read
   as if it had just arrived. */
#ifndef CLIENT_HISTORY_H
#define CLIENT_HISTORY_H

#include "client_send.h"

#define HISTORY_PAGE 50
#define HISTORY_PAGES 100 /* a server has to come to an end */

/* ---- tell --------------------------------------------------------------- */

/* A message with a text, out of an archive; whatever is wrong with its delay
   or its addresses. */
static bool history_read(const xc_element *e, xc_mam_result *result,
                         xc_message *m)
{
    e = xc_child(e, XC_NS_MAM, "result");
    if (!xc_was_read(xc_read(&xc_mam_result_schema, e, result, NULL)))
        return false;
    e = xc_forwarded_stanza(result->forwarded.base.element);
    return xc_was_read(xc_read(&xc_message_schema, e, m, NULL)) &&
           m->body.ptr != NULL;
}

/* Without a good stamp, none. */
static xc_str history_stamp(const xc_mam_result *result, char *mem)
{
    const xc_time *stamp = &result->forwarded.delay.stamp;
    return stamp->present ? xc_time_format(stamp, mem) : nothing;
}

static void history_show(struct client *c, const xc_element *copy)
{
    xc_mam_result result;
    xc_message m;
    char stamp[XC_TIME_MAX];
    if (history_read(copy, &result, &m))
        show(c, EVENT_HISTORY, m.from, history_stamp(&result, stamp), m.body,
             nothing);
}

static void history_end(struct client *c)
{
    struct history *h = &c->history;
    const char *p = h->memory + h->begin, *end = h->memory + HISTORY_BYTES;
    size_t shown = h->have < h->wanted ? h->have : h->wanted;
    for (size_t i = h->have; p < end; i--) {
        if (i <= shown)
            history_show(c, (const xc_element *)p);
        p += xc_element_size((const xc_element *)p);
    }
    if (h->overflow)
        show_error(c, address_full(&h->archive), "resource-constraint",
                   XC_STR("older messages do not fit the memory"));
    show_number(c, EVENT_HISTORY_END, (uint32_t)shown);
    h->active = false;
}

/* ---- ask --------------------------------------------------------------- */

/* Asks for the page before those that we have. */
static void history_ask(struct client *c)
{
    struct history *h = &c->history;
    xc_mam_query query = {.queryid = xc_str_from(h->query)};
    xc_rsm page = {.max = {true, HISTORY_PAGE},
                   .before = xc_str_from(h->before)};
    struct request *r = request_begin(c, REQUEST_HISTORY, XC_IQ_SET,
                                      address_full(&h->archive));
    xc_writer *w = &c->writer;
    xc_write_begin(w, &xc_mam_query_schema, &query);
    xc_write_form_begin(w, XC_FORM_SUBMIT, XC_NS_MAM);
    if (h->with.jid.ptr != NULL)
        xc_write_form_field(w, "with", address_full(&h->with));
    xc_writer_end(w);
    xc_write(w, &xc_rsm_schema, &page);
    xc_writer_end(w);
    request_send(c, r);
    if (r->kind == REQUEST_NONE)
        history_end(c);
}

/* Absent: our own archive; of everybody. */
static void history_begin(struct client *c, xc_str archive, xc_str with,
                          size_t wanted)
{
    struct history *h = &c->history;
    h->active = true;
    h->overflow = false;
    h->wanted = wanted;
    h->have = h->in_page = h->kept = h->pages = h->page = 0;
    h->begin = HISTORY_BYTES;
    h->before[0] = '\0'; /* the last page */
    address_set(&h->archive, archive);
    address_set(&h->with, with);
    make_id(c, h->query);
    history_ask(c);
}

/* ---- take --------------------------------------------------------------- */

/* Is it a result of our query, from the archive that we have asked? */
static bool history_is_mine(struct client *c, const xc_element *message)
{
    const struct history *h = &c->history;
    return h->active && xc_mam_result_of(message, xc_str_from(h->query),
                                         address_full(&h->archive),
                                         address_full(&c->own)) != NULL;
}

/* True: it was a message from the archive. */
static bool history_on_message(struct client *c, const xc_element *message)
{
    struct history *h = &c->history;
    size_t size = xc_element_size(message);
    xc_mam_result result;
    xc_message m;
    if (!history_is_mine(c, message))
        return false;
    h->in_page++;
    if (!history_read(message, &result, &m))
        return true;
    if (size <= h->begin - h->page && !h->overflow) {
        memcpy(h->memory + h->page, message, size);
        h->page += size;
        h->kept++;
    } else {
        h->overflow = true;
    }
    return true;
}

/* A page is complete: the whole of it goes before what is there. */
static void history_keep_page(struct history *h)
{
    if (h->overflow)
        h->page = h->kept = 0; /* half a page would leave a gap */
    h->begin -= h->page;
    memmove(h->memory + h->begin, h->memory, h->page);
    h->have += h->kept;
    h->page = h->in_page = h->kept = 0;
    h->pages++;
}

/* If it is not, the next page ends before this one. */
static bool history_is_over(struct history *h, const xc_mam_fin *fin,
                            size_t in_page)
{
    return fin->complete == XC_TRUE || h->have >= h->wanted || in_page == 0 ||
           h->overflow || h->pages >= HISTORY_PAGES ||
           fin->rsm.first.id.len == 0 ||
           !keep(h->before, sizeof h->before, fin->rsm.first.id);
}

static void history_on_result(struct client *c, const xc_element *payload)
{
    struct history *h = &c->history;
    size_t in_page = h->in_page;
    xc_mam_fin fin;
    history_keep_page(h);
    if (!xc_was_read(xc_read(&xc_mam_fin_schema, payload, &fin, NULL)) ||
        history_is_over(h, &fin, in_page))
        history_end(c);
    else
        history_ask(c);
}

#endif
