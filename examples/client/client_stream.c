#include "client_stream.h"

#include "client_output.h"
#include "signals.h"

xc_writer *client_nonza_begin(struct client *c)
{
    return connection_begin(&c->connection);
}

void client_nonza_send(struct client *c)
{
    if (connection_send(&c->connection) != XC_OK)
        c->lost = "the server does not read what we write";
    c->last_sent = c->now;
}

void client_send_header(struct client *c)
{
    xc_stream_header header = {.major = 1};
    header.to = xc_str_from(c->domain);
    /* RFC 6120 section 4.7.1: our address is for the server alone. */
    if (c->connection.tls != NULL)
        header.from = client_address_bare(&c->jid);
    xc_writer_stream_open(client_nonza_begin(c), &header);
    client_nonza_send(c);
    c->state = CLIENT_HEADER;
}

enum {
    CLOSING_SECONDS = 5
};

void client_close_stream(struct client *c)
{
    xc_sm_a a = {.h = {true, c->received}};
    /* XEP-0198 section 4: a last acknowledgement, so that nothing that we have
       seen comes again. */
    if (c->state == CLIENT_ONLINE && c->sm_enabled) {
        xc_write(client_nonza_begin(c), &xc_sm_a_schema, &a);
        client_nonza_send(c);
    }
    xc_writer_stream_close(client_nonza_begin(c));
    client_nonza_send(c);
    c->state = CLIENT_CLOSING;
    c->deadline = c->now + CLOSING_SECONDS * 1000;
}

void client_refuse_stream(struct client *c, const char *condition,
                          const char *text)
{
    client_complain("the server's stream is refused", xc_str_from(text));
    c->exit_code = EXIT_REFUSED;
    xc_writer_stream_error(client_nonza_begin(c), condition,
                           xc_str_from(text));
    client_nonza_send(c);
    client_close_stream(c);
}
