/* Your own payload: a struct, a table of its fields, and both directions.

   The payload is XEP-0080, User Location, in four of its fields. The table
   says what each member is and where it is written; xc_read fills the struct
   from an element, xc_write writes it again. What the table does not know,
   here <country/>, comes back as it was. */
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"
#include <stdio.h>

typedef struct geoloc {
    xc_base base; /* always the first member */
    xc_str lat, lon, text;
    xc_time timestamp;
} geoloc;

static const xc_field geoloc_fields[] = {
    XC_CHILD(geoloc, lat, STRING, NULL, "lat", NULL, 0),
    XC_CHILD(geoloc, lon, STRING, NULL, "lon", NULL, 0),
    XC_CHILD(geoloc, text, STRING, NULL, "text", NULL, 0),
    XC_CHILD(geoloc, timestamp, TIME, NULL, "timestamp", NULL, 0)};

static const xc_schema geoloc_schema = XC_SCHEMA(
    "http://jabber.org/protocol/geoloc", "geoloc", geoloc, geoloc_fields);

static const char recorded[] =
    "<geoloc xmlns='http://jabber.org/protocol/geoloc'>"
    "<country>Italy</country><lat>45.44</lat><lon>12.33</lon>"
    "<timestamp>2026-02-19T21:12:00+01:00</timestamp></geoloc>";

/* A document is one element: a file, a test, the content of a pubsub item. */
static const xc_element *read_document(xc_stream *stream, void *memory,
                                       size_t size, xc_str in)
{
    xc_stream_options options = {0};
    xc_stream_event event;
    options.framing = XC_DOCUMENT;
    if (xc_stream_init(stream, memory, size, &options) != XC_OK ||
        xc_stream_next(stream, &in, &event) != XC_EVENT)
        return NULL;
    return event.element;
}

int main(void)
{
    static char memory[4096], buffer[1024];
    xc_stream stream;
    xc_writer writer;
    geoloc here;
    const xc_field *field;
    xc_status status;
    xc_str out;
    const xc_element *element =
        read_document(&stream, memory, sizeof memory, xc_str_from(recorded));

    /* XC_OK, or the first flaw: all that could be read is in the struct. */
    status = xc_read(&geoloc_schema, element, &here, &field);
    if (!xc_was_read(status))
        return 1;
    if (status != XC_OK)
        printf("flaw in %s: %s\n",
               field->name != NULL ? field->name : "the element's own text",
               xc_status_text(status));
    printf("at " XC_FMT ", " XC_FMT, XC_ARG(here.lat), XC_ARG(here.lon));
    if (here.timestamp.present) /* in UTC */
        printf(" at %02u:%02u UTC", here.timestamp.hour,
               here.timestamp.minute);
    printf("\n");

    here.text = XC_STR("Venice"); /* a member that was absent */
    xc_writer_init(&writer, buffer, sizeof buffer, NULL);
    xc_write(&writer, &geoloc_schema, &here);
    if (xc_writer_finish(&writer, &out) != XC_OK)
        return 1;
    printf(XC_FMT "\n", XC_ARG(out));
    return 0;
}

/* Prints:
at 45.44, 12.33 at 20:12 UTC
<geoloc xmlns='http://jabber.org/protocol/geoloc'><country>Italy</country><lat>45.44</lat><lon>12.33</lon><timestamp>2026-02-19T21:12:00+01:00</timestamp><text>Venice</text></geoloc>
*/
