/* A room logger (XEP-0045): who says what and when, topics, who comes and goes.

   Anybody can send a message that looks as if it came from the room. The log
   has only what is from the room or its occupants, asks the check of each claim
   whether to believe it, and prints text so that it cannot forge a line. */
#define XMPP_CODEC_IMPLEMENTATION
#include "terminal.h"
#include "xmpp_codec.h"
#include <stdio.h>

static const char room[] = "coven@chat.example";

static void print(const char *before, xc_str text, const char *after)
{
    printf("%s", before);
    terminal_put_text(stdout, text, true);
    printf("%s", after);
}

/* Only the room itself says when something was sent (XEP-0045 section 7.2.14),
   but an occupant can put a <delay/> into a message, too. */
static void print_time(const xc_element *message)
{
    xc_delay delay;
    const xc_element *e = xc_child(message, XC_NS_DELAY, "delay");
    xc_read(&xc_delay_schema, e, &delay, NULL);
    if (delay.stamp.present && xc_str_is(delay.from, room))
        printf("[%04u-%02u-%02u %02u:%02u] ", delay.stamp.year,
               delay.stamp.month, delay.stamp.day, delay.stamp.hour,
               delay.stamp.minute);
}

static void log_message(const xc_element *e)
{
    xc_message m;
    const xc_element *subject = xc_muc_subject_of(e, xc_str_from(room));
    if (!xc_was_read(xc_read(&xc_message_schema, e, &m, NULL)) ||
        m.type != XC_MESSAGE_GROUPCHAT ||
        (subject == NULL && m.body.ptr == NULL))
        return;
    print_time(e);
    if (subject != NULL)
        print("topic: ", xc_text(subject), "\n");
    else {
        print("", xc_jid_split(m.from).resource, ": ");
        print("", m.body, "\n");
    }
}

static void log_presence(const xc_element *e)
{
    xc_presence p;
    xc_muc_user user;
    const xc_element *x = xc_muc_user_of(e, xc_str_from(room));
    if (!xc_was_read(xc_read(&xc_presence_schema, e, &p, NULL)) ||
        !xc_was_read(xc_read(&xc_muc_user_schema, x, &user, NULL)))
        return;
    print("* ", xc_jid_split(p.from).resource,
          p.type == XC_PRESENCE_AVAILABLE ? " is here" : " left");
    printf("%s\n", xc_muc_has_status(x, 307)   ? " (kicked)"
                   : xc_muc_has_status(x, 110) ? " (that is us)"
                                               : "");
}

static void log_stanza(const xc_element *e)
{
    if (!xc_str_is(xc_jid_cut_resource(xc_attr(e, "from")), room))
        print("! not from the room: ", xc_attr(e, "from"), "\n");
    else if (xc_is(e, NULL, "message"))
        log_message(e);
    else if (xc_is(e, NULL, "presence"))
        log_presence(e);
}

static const char recorded[] =
    "<stream:stream xmlns='jabber:client'"
    " xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
    "<presence from='coven@chat.example/logger'>"
    "<x xmlns='http://jabber.org/protocol/muc#user'><status code='110'/>"
    "<item affiliation='none' role='visitor'/></x></presence>"
    "<message from='coven@chat.example/thirdwitch' type='groupchat'>"
    "<body>Thrice the brinded cat hath mew'd.</body>"
    "<delay xmlns='urn:xmpp:delay' stamp='2026-10-13T23:58:37Z'"
    " from='coven@chat.example'/></message>"
    "<message from='coven@chat.example/secondwitch' type='groupchat'>"
    "<subject>Fire Burn and Cauldron Bubble!</subject></message>"
    "<message from='hecate@evil.example/coven' type='groupchat'>"
    "<subject>Party at my place</subject></message>"
    "<message from='coven@chat.example/thirdwitch' type='groupchat'>"
    "<body>'Tis time.&#10;secondwitch: I never said this.</body></message>"
    "<presence from='coven@chat.example/thirdwitch' type='unavailable'>"
    "<x xmlns='http://jabber.org/protocol/muc#user'><status code='307'/>"
    "<item affiliation='none' role='none'/></x></presence></stream:stream>";

int main(void)
{
    static char memory[8192];
    xc_str in = xc_str_from(recorded);
    xc_stream stream;
    xc_stream_event event;
    xc_stream_init(&stream, memory, sizeof memory, NULL);
    while (xc_stream_next(&stream, &in, &event) == XC_EVENT) {
        if (event.kind == XC_EVENT_STANZA)
            log_stanza(event.element);
    }
    return xc_stream_finish(&stream) == XC_CLOSED ? 0 : 1;
}

/* Prints:
* logger is here (that is us)
[2026-10-13 23:58] thirdwitch: Thrice the brinded cat hath mew'd.
topic: Fire Burn and Cauldron Bubble!
! not from the room: hecate@evil.example/coven
thirdwitch: 'Tis time.\nsecondwitch: I never said this.
* thirdwitch left (kicked)
*/
