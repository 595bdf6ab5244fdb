#include "villain.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    VILLAIN_STAYS = 3000 /* milliseconds that a connection lasts at most */
};

/* ---- beginning and end -------------------------------------------------- */

void villain_init(struct villain *v, struct load *load, unsigned index,
                  const struct load_client *victim)
{
    struct load_client *c = &v->client;
    v->crime = &crimes[index % crimes_count];
    v->victim = victim;
    c->load = load;
    c->hostile = true;
    c->connection.fd = -1;
    c->out = malloc(VILLAIN_OUT);
    c->out_size = VILLAIN_OUT;
    c->memory = malloc(LOAD_CLIENT_MEMORY);
    snprintf(c->user, sizeof c->user, "v%u", index);
    if (c->out == NULL || c->memory == NULL)
        abort();
}

void villain_free(struct villain *v)
{
    load_client_hang_up(&v->client, LOAD_CLIENT_OFFLINE);
    free(v->client.out);
    free(v->client.memory);
}

/* ---- a villain's life --------------------------------------------------- */

static void go(struct villain *v, int64_t now)
{
    load_client_hang_up(&v->client, LOAD_CLIENT_OFFLINE);
    v->client.asleep = now + 20 + chance_below(&v->client.load->chance, 200);
}

/* NULL: the server has no such port. */
static const char *port_of(const struct villain *v)
{
    const struct load_settings *s = &v->client.load->settings;
    switch (v->crime->port) {
    case CRIME_PORT_WEB: return s->web_port;
    case CRIME_PORT_COMPONENT: return s->component_port;
    default: return s->port;
    }
}

static void come(struct villain *v, int64_t now)
{
    struct load_client *c = &v->client;
    const char *port = port_of(v);
    if (port == NULL)
        return;
    v->acts = 0;
    v->returns++;
    v->leaves = now + VILLAIN_STAYS;
    if (v->crime->logs_in) {
        load_client_connect(c);
        return;
    }
    connection_init(&c->connection, c->out, c->out_size, XC_NS_CLIENT);
    if (!connection_dial(&c->connection, v->client.load->settings.host, port))
        go(v, now);
}

static bool is_active(const struct villain *v)
{
    return v->client.connection.fd >= 0 && !v->client.connection.connecting &&
           (!v->crime->logs_in || v->client.state == LOAD_CLIENT_ONLINE);
}

/* False: the connection has ended. */
static bool drop_input(struct villain *v)
{
    char buffer[65536];
    xc_str in;
    connection_read_result got =
        connection_read(&v->client.connection, buffer, sizeof buffer, &in);
    return got == CONNECTION_BYTES || got == CONNECTION_LATER;
}

void villain_move(struct villain *v, short revents, int64_t now)
{
    bool there = true;
    struct connection *link = &v->client.connection;
    if (v->crime->logs_in && v->client.state != LOAD_CLIENT_ONLINE) {
        load_client_move(&v->client, revents, now);
        return;
    }
    if ((revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !link->connecting &&
        !(v->crime->never_reads && (revents & (POLLHUP | POLLERR)) == 0))
        there = drop_input(v);
    if (!there || !connection_move(link))
        go(v, now);
}

void villain_act(struct villain *v, int64_t now)
{
    if (v->client.connection.fd < 0) {
        if (v->client.state == LOAD_CLIENT_DEAD)
            go(v, now);
        if (now >= v->client.asleep)
            come(v, now);
    } else if (now >= v->leaves) {
        go(v, now);
    } else if (is_active(v)) {
        if (!v->crime->act(v) || !connection_move(&v->client.connection))
            go(v, now);
        v->acts++;
    }
}

short villain_events(const struct villain *v)
{
    short events = connection_poll_events(&v->client.connection);
    return v->crime->never_reads && is_active(v) ? (short)(events & ~POLLIN)
                                                 : events;
}
