/* main.c - plays a recorded session to the client of session.c, the bytes in
   portions as a UART delivers them, and compares what the client sends with
   the recording. Run it with

       make embedded

   for Cortex-M in QEMU and for this machine. Instead of play() a device
   has a loop over its UART or modem, its clock and session_work().

   On the command line: "cut=N", portions of at most N bytes (16); "flip=TEXT",
   spoils the first byte of the first TEXT that the server sends. Exit code 0:
   as recorded. 1: the client has closed or refused the stream, as it should if
   the recording is spoilt. 2: it has sent something else. 3: a fault. */
#include <string.h>

#include "board.h"
#include "recording.h"
#include "session.h"
#include "sha.h"

static struct session session;
static bool leaving;

/* ---- what the device does ----------------------------------------------- */

static xc_str reply(xc_str text)
{
    if (xc_str_is(text, "how bright?"))
        return XC_STR("80 %");
    if (!xc_str_is(text, "sleep"))
        return XC_STR("I know \"how bright?\" and \"sleep\".");
    leaving = true;
    return XC_STR("Good night, good night!");
}

/* ---- the recording ------------------------------------------------------ */

static struct {
    const struct turn *turn; /* what the client has to send next ... */
    size_t done;             /* ... after so many bytes of it */
    bool differs;
    const char *flip; /* NULL: nothing (more) to spoil */
    size_t cut;
    uint32_t random;
    unsigned long received, sent; /* bytes */
    unsigned long hashing;        /* thousands of instructions */
} play_state;

/* The first `part` in the text; NULL: not found, or `part` is NULL. */
static const char *find(const char *text, const char *part)
{
    while (part != NULL && *text != '\0') {
        if (xc_str_starts_with(xc_str_from(text), part))
            return text;
        text++;
    }
    return NULL;
}

static size_t number_of(const char *digits)
{
    size_t n = 0;
    while (*digits >= '0' && *digits <= '9' && n < 10000)
        n = n * 10 + (size_t)(*digits++ - '0');
    return n;
}

static void print(xc_str text)
{
    char piece[33];
    while (text.len > 0) {
        size_t n = text.len < sizeof piece - 1 ? text.len : sizeof piece - 1;
        memcpy(piece, text.ptr, n);
        piece[n] = '\0';
        board_print(piece);
        text.ptr += n;
        text.len -= n;
    }
}

/* How many of the bytes are the next of the recording. */
static size_t match(xc_str bytes)
{
    size_t n = 0;
    while (n < bytes.len && play_state.turn->who == 'C' &&
           bytes.ptr[n] == play_state.turn->text[play_state.done]) {
        n++;
        if (play_state.turn->text[++play_state.done] == '\0') {
            play_state.turn++;
            play_state.done = 0;
        }
    }
    return n;
}

static void send(xc_str bytes)
{
    play_state.sent += bytes.len;
    if (match(bytes) == bytes.len)
        return;
    play_state.differs = true;
    board_print("sent, and not in the recording: ");
    print(bytes);
    board_print("\n");
}

/* 1 to `cut`: reproducible, and no multiple of anything. */
static size_t portion(size_t left)
{
    size_t n;
    play_state.random = play_state.random * 1103515245 + 12345;
    n = (play_state.random >> 16) % play_state.cut + 1;
    return n < left ? n : left;
}

/* As from a UART: into a small buffer. */
static void receive(const char *text, size_t n, const char *spoilt)
{
    char buffer[64];
    xc_str bytes = {buffer, n};
    unsigned long start;
    memcpy(buffer, text, n);
    if (spoilt != NULL && spoilt >= text && spoilt < text + n)
        buffer[spoilt - text] ^= 1;
    play_state.received += n;
    session_receive(&session, bytes);
    start = board_instructions();
    while (session_work(&session))
        board_feed_watchdog();
    play_state.hashing += board_instructions() - start;
    if (leaving)
        session_leave(&session);
    leaving = false;
}

static void server_says(const char *text)
{
    const char *spoilt = find(text, play_state.flip);
    size_t left = strlen(text), n;
    if (spoilt != NULL)
        play_state.flip = NULL;
    for (; left > 0; text += n, left -= n) {
        n = portion(left);
        receive(text, n, spoilt);
    }
}

static void play_turn(const struct turn *turn)
{
    if (turn->who == 'S')
        server_says(turn->text);
    else
        session_wait(&session, (unsigned)number_of(turn->text));
}

/* Each turn of the server, and the client's replies before the next one. */
static void play(const struct device *device)
{
    play_state.turn = recording;
    session_start(&session, device);
    while (!play_state.differs && play_state.turn->who != 'C' &&
           play_state.turn->who != '\0') {
        const struct turn *turn = play_state.turn++;
        play_turn(turn);
    }
    if (play_state.turn->who == '\0')
        session_hang_up(&session);
}

static int verdict(void)
{
    if (session.error != NULL) {
        board_print("the session has failed: ");
        board_print(session.error);
        board_print("\n");
        return 1;
    }
    if (play_state.turn->who == 'C') {
        board_print("not sent: ");
        board_print(play_state.turn->text + play_state.done);
        board_print("\n");
    }
    return play_state.differs || play_state.turn->who != '\0' ? 2 : 0;
}

/* ---- the report --------------------------------------------------------- */

static void print_number(const char *what, unsigned long number)
{
    char digits[12], *at = digits + sizeof digits - 1;
    *at = '\0';
    for (int i = 0; i < 8; i++, number /= 10)
        *--at = i > 0 && number == 0 ? ' ' : (char)('0' + number % 10);
    board_print(at);
    board_print("  ");
    board_print(what);
    board_print("\n");
}

static void report_memory(const struct board_memory *m)
{
    board_print("RAM, bytes:\n");
    print_number("xc_stream", sizeof session.stream);
    print_number("its memory: the largest stanza", sizeof session.memory);
    print_number("xc_writer", sizeof session.writer);
    print_number("its buffer: the largest reply", sizeof session.out);
    print_number("xc_login and its messages; later, contacts",
                 sizeof session.is);
    print_number("other variables",
                 m->data - sizeof session.stream - sizeof session.memory -
                     sizeof session.writer - sizeof session.out -
                     sizeof session.is);
    print_number("stack, at its deepest", m->peak);
    print_number("stack, the rest of what is set aside", m->stack - m->peak);
    print_number("all", m->data + m->stack);
    print_number("written to beyond that", m->beyond);
}

/* False: the client has written to memory that is not its own. */
static bool report(void)
{
    struct board_memory m;
    print_number("bytes from the server, as recorded", play_state.received);
    print_number("bytes from the client, as recorded", play_state.sent);
    if (!board_memory(&m))
        return true;
    print_number("thousand instructions for the iterations of SCRAM",
                 play_state.hashing);
    print_number("thousand instructions for all else",
                 board_instructions() - play_state.hashing);
    report_memory(&m);
    return m.beyond == 0;
}

static void read_arguments(void)
{
    static char text[80];
    const char *cut, *flip;
    play_state.cut = 16;
    if (!board_arguments(text, sizeof text))
        return;
    cut = find(text, "cut=");
    flip = find(text, "flip=");
    if (cut != NULL)
        play_state.cut = number_of(cut + strlen("cut="));
    if (play_state.cut < 1 || play_state.cut > 64)
        play_state.cut = 64;
    if (flip != NULL)
        play_state.flip = flip + strlen("flip=");
}

/* More iterations would take minutes (RFC 5802 section 9 warns of it). */
static const xc_login_options account = {
    .username = XC_STR_INIT("lamp"),
    .password = XC_STR_INIT("sleep-dwell-upon-thine-eyes"),
    .nonce = XC_STR_INIT("fMyqUEyDn3xCdGVQrLLbNBxu"),
    .sha256 = &sha256,
    .iterations_max = 20000,
    .iterations_per_call = 32, /* between two resets of the watchdog */
    .resource = XC_STR_INIT("balcony")};

int device_main(void)
{
    static const struct device lamp = {XC_STR_INIT("capulet.lit"), &account,
                                       send, reply};
    int code;
    read_arguments();
    play(&lamp);
    code = verdict();
    if (code == 0 && !report())
        code = 2;
    return code;
}
