#define _POSIX_C_SOURCE 200809L
#include "client_kept.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "client_output.h"
#include "keep.h"
#include "signals.h"
#include "tsv.h"

/* ---- the file ----------------------------------------------------------- */

static void put_field(FILE *to, xc_str text)
{
    fputc('\t', to);
    tsv_print(to, text);
}

static void put_token(FILE *to, const struct client_kept *k)
{
    fputs("token", to);
    put_field(to, xc_str_from(xc_mechanism_name(k->token_mechanism)));
    put_field(to, xc_str_from(k->token_expiry));
    fprintf(to, "\t%lu", (unsigned long)k->token_count);
    put_field(to, xc_str_from(k->token));
    fputc('\n', to);
}

static void put_login(FILE *to, xc_login_pin pin)
{
    xc_mechanism used = (xc_mechanism)(pin.mechanism - 1);
    fprintf(to, "login\t%s\t%s\n", xc_mechanism_name(used),
            pin.sasl2 ? "SASL2" : "SASL");
}

static void put_all(FILE *to, const struct client *c)
{
    const struct client_kept *k = &c->kept;
    fputs("account", to);
    put_field(to, client_address_bare(&c->jid));
    fprintf(to, "\nagent\t%s\n", k->agent_id);
    if (k->token[0] != '\0')
        put_token(to, k);
    if (k->pin.mechanism != 0)
        put_login(to, k->pin);
}

/* All or nothing: a new file takes the place of the old one. */
static bool write_file(const struct client *c)
{
    const char *path = c->options->state;
    char fresh[CLIENT_PATH_BYTES];
    FILE *to = NULL;
    bool good;
    int fd;
    if (snprintf(fresh, sizeof fresh, "%s.new", path) >= (int)sizeof fresh)
        return false;
    unlink(fresh);
    fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR);
    if (fd < 0 || (to = fdopen(fd, "w")) == NULL)
        return false;
    setbuf(to, NULL); /* no copy of the token */
    put_all(to, c);
    good = !ferror(to) && fsync(fd) == 0;
    return fclose(to) == 0 && good && rename(fresh, path) == 0;
}

static void save(const struct client *c)
{
    if (c->options->state != NULL && !write_file(c))
        client_complain("the file of --state cannot be written",
                        xc_str_from(strerror(errno)));
}

/* ---- reading it --------------------------------------------------------- */

static bool to_count(xc_str text, uint32_t *count)
{
    *count = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9' || *count > 99999999)
            return false;
        *count = *count * 10 + (uint32_t)(text.ptr[i] - '0');
    }
    return text.len > 0;
}

static bool take_token(struct client_kept *k, const xc_str *fields)
{
    k->token_mechanism = xc_mechanism_from_name(fields[0]);
    return k->token_mechanism != XC_MECHANISM_NONE &&
           keep_text(k->token_expiry, sizeof k->token_expiry, fields[1]) &&
           to_count(fields[2], &k->token_count) &&
           keep_text(k->token, sizeof k->token, fields[3]);
}

static bool take_login(struct client_kept *k, const xc_str *fields)
{
    xc_mechanism used = xc_mechanism_from_name(fields[0]);
    k->pin.mechanism = (uint8_t)(used + 1);
    k->pin.sasl2 = xc_str_is(fields[1], "SASL2");
    return used != XC_MECHANISM_NONE;
}

/* Lines with other names are of a later version. */
static bool take_line(struct client *c, char *mem)
{
    struct client_kept *k = &c->kept;
    xc_str line = xc_str_from(mem), name, fields[4];
    line.len = strcspn(mem, "\n");
    if (!tsv_take(mem, &line, &name))
        return false;
    for (int i = 0; i < 4; i++)
        if (!tsv_take(mem, &line, &fields[i]))
            return false;
    if (xc_str_is(name, "account"))
        return xc_str_equal(fields[0], client_address_bare(&c->jid));
    if (xc_str_is(name, "agent"))
        return keep_text(k->agent_id, sizeof k->agent_id, fields[0]);
    if (xc_str_is(name, "token"))
        return take_token(k, fields);
    return !xc_str_is(name, "login") || take_login(k, fields);
}

static bool read_file(struct client *c, FILE *from)
{
    char line[CLIENT_TOKEN_BYTES * 2 + XC_JID_MAX];
    bool good = true;
    setbuf(from, NULL);
    while (good && fgets(line, sizeof line, from) != NULL)
        good = strchr(line, '\n') != NULL && take_line(c, line);
    xc_wipe(line, sizeof line);
    return good && !ferror(from) && c->kept.agent_id[0] != '\0';
}

static void refuse_file(const char *what, const char *detail)
{
    client_complain(what, xc_str_from(detail));
    exit(EXIT_USAGE);
}

void client_kept_load(struct client *c)
{
    const char *path = c->options->state;
    FILE *from = path != NULL ? fopen(path, "r") : NULL;
    if (path != NULL && from == NULL && errno != ENOENT)
        refuse_file(path, strerror(errno));
    if (from != NULL && !read_file(c, from))
        refuse_file("this is not what --state has kept of this account", path);
    if (from != NULL)
        fclose(from);
    else if (!login_make_uuid(c->kept.agent_id))
        refuse_file("no random numbers", NULL);
    if (path != NULL && !write_file(c))
        refuse_file(path, strerror(errno));
}

/* ---- logins ------------------------------------------------------------- */

/* In UTC, texts of times compare as the times do. */
bool client_kept_has_token(const struct client *c)
{
    const struct client_kept *k = &c->kept;
    char text[sizeof "2026-12-22T06:51:03"];
    struct tm utc;
    time_t now = time(NULL);
    return k->token[0] != '\0' && gmtime_r(&now, &utc) != NULL &&
           strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc) > 0 &&
           (k->token_expiry[0] == '\0' || strcmp(text, k->token_expiry) < 0);
}

/* The count is written before it is used: no server takes one twice (XEP-0484
   section 3.3). */
void client_kept_offer(struct client *c)
{
    struct client_kept *k = &c->kept;
    xc_login_options *o = &c->login.options;
    o->agent_id = xc_str_from(k->agent_id);
    o->pin = k->pin;
    o->token = nothing;
    if (!client_kept_has_token(c))
        return;
    k->token_count++;
    o->token = xc_str_from(k->token);
    o->token_mechanism = k->token_mechanism;
    o->token_count = k->token_count;
    save(c);
}

static void drop_token(struct client_kept *k)
{
    xc_wipe(k->token, sizeof k->token);
    k->token_expiry[0] = '\0';
    k->token_count = 0;
}

void client_kept_forget_token(struct client *c)
{
    drop_token(&c->kept);
    save(c);
}

void client_kept_take(struct client *c)
{
    struct client_kept *k = &c->kept;
    const xc_login *l = &c->login.state;
    char expiry[XC_TIME_MAX];
    k->pin = l->pin;
    if (l->token.ptr != NULL) {
        drop_token(k);
        k->token_mechanism = l->token_mechanism;
        keep_text(k->token, sizeof k->token, l->token);
        keep_text(k->token_expiry, sizeof k->token_expiry,
                  xc_time_format(&l->token_expiry, expiry));
    }
    save(c);
}
