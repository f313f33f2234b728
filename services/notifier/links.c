/* Two pages and what their buttons do. A page tells nothing of whom the mail went to. */
#include "links.h"
#include "notifier_sql.h"

#include <stdlib.h>
#include <string.h>

#include "rollcall/base/clock.h"
#include "rollcall/base/id.h"
#include "rollcall/base/log.h"
#include "rollcall/port/crypto.h"
#include "rollcall/port/httpd_serve.h"

enum {
    TOKEN_BYTES = 16,
    WINDOW_MS = 60000,
    WRONG_MAX = 300, /* tokens a window that are of no mail */
    CONNECTIONS = 64,
    IDLE_S = 10,
    TARGET_MAX = 512,
    HEADER_MAX = 8192,
    BODY_MAX = 4096,
};

struct links {
    struct rc_httpd_server *server;
    struct rc_db *db; /* borrowed; the server's one thread alone uses it */
    struct rc_arena *arena;
    int64_t window_ms; /* began then */
    int wrong;
};

static const struct act {
    const char *name;
    const char *sql; /* $1 member, in its district */
    const char *title, *text, *button, *done;
} acts[] = {
    {"confirm", sql_link_confirm, "Confirm this address",
     "Mails about the rosters of your school district will come here.", "Confirm",
     "Thank you. The address is confirmed."},
    {"stop", sql_link_stop, "Stop these mails",
     "You will still be told at once of what waits for your decision, and when a sync fails. "
     "Whoever runs Rollcall for you can turn the other mails on again.",
     "Stop", "Done. You get only what cannot wait."},
};

/* ---- pages ---- */

static const char page_begin[] =
    "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
    "content=\"width=device-width\"><title>%s</title><style>body{font:17px/1.5 sans-serif;"
    "max-width:32em;margin:3em auto;padding:0 1em;color-scheme:light dark}button{font:inherit;"
    "padding:.5em 1.2em}</style></head><body><main><h1>%s</h1><p>%s</p>";

static void write_page(struct rc_httpd_answer *answer, int code, const char *title,
                       const char *text, const char *button)
{
    answer->code = code;
    answer->type = "text/html; charset=utf-8";
    rc_httpd_answer_header(answer, "Cache-Control", RC_STR("no-store"));
    rc_httpd_answer_header(answer, "Referrer-Policy", RC_STR("no-referrer"));
    rc_httpd_answer_header(answer, "Content-Security-Policy",
                           RC_STR("default-src 'none'; style-src 'unsafe-inline'; form-action "
                                  "'self'; frame-ancestors 'none'"));
    rc_buf_print(answer->body, page_begin, title, title, text);
    if (button)
        rc_buf_print(answer->body, "<form method=\"post\"><button>%s</button></form>", button);
    rc_buf_print(answer->body, "</main></body></html>");
}

static void write_unknown(struct rc_httpd_answer *answer)
{
    write_page(answer, 404, "This link leads nowhere",
               "It may be old, or was cut off. The newest mail has a link that works.", NULL);
}

/* ---- what a link is about ---- */

const char *links_digest(struct rc_str token, struct rc_arena *arena)
{
    unsigned char bytes[TOKEN_BYTES];
    unsigned char digest[RC_SHA256_BYTES];

    if (!rc_unhex(token, bytes, sizeof bytes)) return NULL;
    rc_sha256((struct rc_str){(const char *)bytes, sizeof bytes}, digest);
    return rc_db_hex(arena, (struct rc_str){(const char *)digest, sizeof digest});
}

/* ".../stop/<token>": whatever a proxy puts before it. NULL: no such act, or no token. *ret_digest
 * is in links' arena. */
static const struct act *read_target(struct links *links, struct rc_str target,
                                     const char **ret_digest)
{
    struct rc_str rest = target;
    struct rc_str path = rc_str_cut(&rest, '?');
    struct rc_str before = {0}, last = {0};

    while (path.data) {
        before = last;
        last = rc_str_cut(&path, '/');
    }
    *ret_digest = links_digest(last, links->arena);
    for (size_t i = 0; i < COUNT_OF(acts); i++)
        if (*ret_digest && rc_str_eq(before, rc_str_of(acts[i].name))) return &acts[i];
    return NULL;
}

static rc_status act_on(struct links *links, const struct act *act, const struct rc_rows *whom,
                        size_t at)
{
    const char *member = rc_rows_cstr(whom, at, 1);
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(links->db, rc_rows_cstr(whom, at, 0), &tx));
    RC_TRY(rc_db_run(tx, act->sql, 1, &member, NULL));
    return rc_db_commit(tx);
}

/* RC_NOT_FOUND: the token is of no mail for which the act is meant. */
static rc_status act_on_all(struct links *links, const struct act *act, const char *digest)
{
    const char *const values[] = {digest, act->name};
    RC_AUTO(rc_rows) struct rc_rows *whom = NULL;

    RC_TRY(rc_db_run(links->db, sql_link_whom, COUNT_OF(values), values, &whom));
    for (size_t i = 0; i < rc_rows_count(whom); i++)
        RC_TRY(act_on(links, act, whom, i));
    if (rc_rows_count(whom) == 0) return RC_NOT_FOUND;
    rc_log_info("mail.link", "%s: %zu members", act->name, rc_rows_count(whom));
    return RC_OK;
}

/* One count for all, since a proxy hides who asks. So it holds back nobody whose link is known. */
static bool is_guessed(struct links *links)
{
    const int64_t now_ms = rc_clock_mono_ms();

    if (now_ms - links->window_ms >= WINDOW_MS) {
        links->window_ms = now_ms;
        links->wrong = 0;
    }
    if (++links->wrong == WRONG_MAX + 1)
        rc_log_warn("mail.link-guessed", "more than %d tokens of no mail within a minute",
                    WRONG_MAX);
    return links->wrong > WRONG_MAX;
}

static void answer_wrong(struct links *links, struct rc_httpd_answer *answer)
{
    if (is_guessed(links))
        write_page(answer, 429, "Too many requests", "Please try again in a minute.", NULL);
    else
        write_unknown(answer);
}

static void answer_post(struct links *links, const struct act *act, const char *digest,
                        struct rc_httpd_answer *answer)
{
    const rc_status status = act_on_all(links, act, digest);

    if (status == RC_OK) {
        write_page(answer, 200, act->title, act->done, NULL);
    } else if (status == RC_NOT_FOUND) {
        answer_wrong(links, answer);
    } else {
        rc_log_warn("mail.link-failed", "%s", rc_error_text());
        write_page(answer, 503, act->title, "This does not work now. Please try again later.",
                   NULL);
    }
}

/* ---- requests ---- */

static void answer_link(struct links *links, const struct rc_httpd_request *request,
                        struct rc_httpd_answer *answer)
{
    const char *digest = NULL;
    const struct act *act = read_target(links, request->target, &digest);
    const struct rc_str method = rc_str_of(request->method);

    if (!act)
        write_unknown(answer);
    else if (rc_str_eq(method, RC_STR("POST")))
        answer_post(links, act, digest, answer);
    else if (rc_str_eq(method, RC_STR("GET")) || rc_str_eq(method, RC_STR("HEAD")))
        write_page(answer, 200, act->title, act->text, act->button);
    else
        write_page(answer, 405, act->title, "This is not how the link is used.", NULL);
}

static void answer(void *self, const struct rc_httpd_request *request,
                   struct rc_httpd_answer *answer)
{
    struct links *links = self;

    if (request->refused != 0)
        write_page(answer, request->refused, "Too much", "The request is too large.", NULL);
    else
        answer_link(links, request, answer);
    rc_db_rollback(links->db);
    rc_arena_reset(links->arena);
}

/* ---- life ---- */

RC_AUTO_DEFINE(links)

rc_status links_open(const struct notifier_options *options, struct rc_db *db,
                     struct links **ret_links)
{
    const struct rc_httpd_limits limits = {.address = options->links_address,
                                           .port = (uint16_t)options->links_port,
                                           .threads = 1,
                                           .connections = CONNECTIONS,
                                           .idle_s = IDLE_S,
                                           .target_max = TARGET_MAX,
                                           .header_max = HEADER_MAX,
                                           .body_max = BODY_MAX};
    RC_AUTO(links) struct links *links = rc_malloc(sizeof *links);

    *links = (struct links){.db = db, .arena = rc_arena_new(0), .window_ms = rc_clock_mono_ms()};
    RC_TRY(rc_context(rc_httpd_serve(&limits, answer, links, &links->server), "mail.links-port"));
    rc_log_info("mail.links", "links in mails lead to %s port %u", limits.address,
                (unsigned)rc_httpd_server_port(links->server));
    *ret_links = links_take(&links);
    return RC_OK;
}

void links_free(struct links *links)
{
    if (!links) return;
    rc_httpd_server_free(links->server);
    rc_arena_free(links->arena);
    free(links);
}

struct rc_str links_url(const struct notifier_options *options, const char *act,
                        struct rc_str token, struct rc_arena *arena)
{
    if (options->links[0] == '\0') return (struct rc_str){0};
    return rc_str_print(arena, "%s/%s/%.*s", options->links, act, RC_STR_ARG(token));
}
