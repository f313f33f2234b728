/* Asking for one page. */
#include "ask.h"

#include "clever.h"
#include "clever_token.h"
#include "oneroster.h"
#include "oneroster_error.h"
#include "rollcall/base/clock.h"
#include "rollcall/base/log.h"
#include "sign.h"

enum { PASSING_BASE_MS = 250, PASSING_CAP_MS = 2000, REDIRECTS_MAX = 3 };

/* A lane never asks for what the next one reads (L4). */
static int64_t limit_at(const struct lane *lane, int64_t cursor)
{
    const int64_t left = lane->until - cursor;

    return lane->until >= 0 && left < lane->page_size ? left : lane->page_size;
}

static struct rc_str page_url(struct asker *asker, int64_t cursor)
{
    if (asker->lane->clever.is) return clever_url(asker);
    const struct oneroster_question question = {
        .version = asker->lane->source.version,
        .base_url = asker->lane->source.base_url,
        .collection = asker->lane->collection,
        .limit = limit_at(asker->lane, cursor),
        .offset = cursor,
        .sorted = !asker->unsorted,
        .since = asker->unfiltered ? NULL : asker->lane->window.since,
        .before = asker->unfiltered ? NULL : asker->lane->window.before,
    };

    return oneroster_url(&question, asker->env->arena);
}

static bool says_its_reason(enum trouble trouble)
{
    return trouble == TROUBLE_TRANSPORT || trouble == TROUBLE_BROKEN_BODY ||
           trouble == TROUBLE_LATE || trouble == TROUBLE_INWARD || trouble == TROUBLE_REDIRECT;
}

/* What says more than the words do, and names no person: the transport's and the parser's findings,
 * the standard's word in the source's error payload. */
static const char *detail_of(struct asker *asker, const struct ask_answer *answer, long code)
{
    struct oneroster_error error = {0};
    struct rc_str url = {0};

    if (answer->trouble == TROUBLE_REDIRECT &&
        rc_url_follow(asker->lane->source.base_url.data, answer->http.location, asker->env->arena,
                      &url) == RC_OK)
        return "its redirects do not end";
    if (says_its_reason(answer->trouble))
        return rc_str_copy(asker->env->arena, rc_str_of(rc_error_text())).data;
    if (code > 0)
        (void)oneroster_error_read(rc_buf_str(answer->http.body), asker->env->arena, &error);
    return error.word.len > 0 ? error.word.data : "";
}

static void explain(struct asker *asker, long code, struct ask_answer *answer)
{
    if (answer->trouble == TROUBLE_NONE) return;
    const char *detail = detail_of(asker, answer, code);
    answer->words = trouble_words(answer->trouble, code, detail, asker->env->arena);
}

/* What is asked for: a page, or one record. */
struct wanted {
    int64_t cursor;
    struct rc_str id;   /* of one record; no data: a page */
    struct rc_buf *out; /* where the record goes */
};

static struct rc_str url_of(struct asker *asker, const struct wanted *wanted)
{
    const struct oneroster_question question = {.version = asker->lane->source.version,
                                                .base_url = asker->lane->source.base_url,
                                                .collection = lane_records(asker->lane)};

    return wanted->id.data ? oneroster_single_url(&question, wanted->id, asker->env->arena)
                           : page_url(asker, wanted->cursor);
}

static enum trouble sign(struct asker *asker, struct rc_str url, struct rc_str *ret_header,
                         long *ret_code)
{
    return asker->lane->clever.is ? clever_sign(asker, ret_header, ret_code)
                                  : sign_url(asker, url, ret_header, ret_code);
}

static enum trouble judge(struct asker *asker, const struct wanted *wanted,
                          struct ask_answer *answer)
{
    if (asker->lane->clever.is) return clever_judge(asker, answer);
    const struct oneroster_answer came = {answer->http.code, answer->http.type,
                                          rc_buf_str(answer->http.body), asker->lane->collection,
                                          asker->fetcher->options->page_records};
    return wanted->id.data
               ? oneroster_judge_single(&came, wanted->id, asker->env->arena, wanted->out)
               : oneroster_judge(&came, asker->env->arena, &answer->count);
}

/* *ret_code: the status that decides, the source's or the token address's; 0: none came. */
static enum trouble ask_signed(struct asker *asker, struct rc_str url, struct rc_http_answer *http,
                               long *ret_code)
{
    struct rc_str header = {0};

    *ret_code = 0;
    const enum trouble unsigned_for = sign(asker, url, &header, ret_code);
    if (unsigned_for != TROUBLE_NONE) return unsigned_for;
    const bool form = asker->lane->source.quirks.form_type;
    const char *const headers[] = {"Accept: application/json", header.data,
                                   form ? "Content-Type: application/x-www-form-urlencoded" : NULL,
                                   NULL};
    const struct rc_http_request request = {.url = url.data, .headers = headers};
    const enum trouble trouble = asker_send(asker, &request, http);
    if (trouble == TROUBLE_NONE) *ret_code = http->code;
    return trouble;
}

/* A redirect within the source's own host: *url is where it leads. */
static bool leads_on(struct asker *asker, const struct ask_answer *answer, struct rc_str *url)
{
    const long code = answer->http.code;
    const bool moved = (code >= 301 && code <= 303) || code == 307 || code == 308;

    return answer->trouble == TROUBLE_NONE && moved &&
           rc_url_follow(url->data, answer->http.location, asker->env->arena, url) == RC_OK;
}

/* One attempt: sign, ask, judge; where the source leads on, each address is signed for anew. */
static void ask_once(struct asker *asker, const struct wanted *wanted, struct ask_answer *answer)
{
    struct rc_str url = url_of(asker, wanted);
    unsigned hops = 0;
    long code = 0;

    *answer = (struct ask_answer){
        .http = {.body = &asker->fetcher->body, .total = -1, .retry_after_ms = -1, .date_ms = -1}};
    do
        answer->trouble = ask_signed(asker, url, &answer->http, &code);
    while (hops++ < REDIRECTS_MAX && leads_on(asker, answer, &url));
    if (answer->trouble == TROUBLE_NONE) answer->trouble = judge(asker, wanted, answer);
    explain(asker, code, answer);
}

/* The question in another form, each once: without an order, then without a delta's window (which
 * only brings more), in order again, then without both. */
static bool ask_less(struct asker *asker)
{
    if (!asker->unsorted) {
        asker->unsorted = true;
        return true;
    }
    if (asker->unfiltered || !asker->lane->window.since) return false;
    asker->unfiltered = true;
    asker->unsorted = false;
    return true;
}

/* Signing in another way, where there is one. */
static bool renew(struct asker *asker, const struct ask_answer *answer)
{
    return asker->lane->clever.is ? clever_sign_anew(asker)
                                  : sign_anew(asker, answer->http.date_ms);
}

/* What credentials that do not work yet look like: refused, not to be opened, unknown to a proxy's
 * list; for what a district may do without, a token that is not given (sign.c). */
static bool may_be_credentials(enum trouble trouble)
{
    return trouble == TROUBLE_CREDENTIALS || trouble == TROUBLE_NO_CREDENTIALS ||
           trouble == TROUBLE_NOT_LISTED || trouble == TROUBLE_FORBIDDEN;
}

/* What the same task can put right at once, each once: a question that the source refuses, a token
 * that died, a clock that differs, credentials that are too new. */
static bool mend(struct asker *asker, const struct wanted *wanted, const struct ask_answer *answer,
                 bool *signed_anew)
{
    const bool refused = answer->http.code == 400 || answer->http.code == 422;

    if (answer->trouble == TROUBLE_QUESTION && refused && !wanted->id.data && ask_less(asker))
        return true;
    if (answer->trouble == TROUBLE_CREDENTIALS && !*signed_anew) {
        *signed_anew = true;
        if (renew(asker, answer)) return true;
    }
    if (!may_be_credentials(answer->trouble)) return false;
    *signed_anew = false;
    return asker_fall_back(asker);
}

/* False: no further try in this task. */
static bool wait_in_passing(struct asker *asker, const struct ask_answer *answer, unsigned tries)
{
    if (!trouble_row(answer->trouble)->in_passing ||
        tries > (unsigned)asker->fetcher->options->quick_retries)
        return false;
    if (answer->http.retry_after_ms > PASSING_CAP_MS || !lease_keep(asker->lease)) return false;
    rc_log_debug("page.retried", "%s", trouble_row(answer->trouble)->name);
    return !rc_process_wait(asker->env->process,
                            rc_backoff_ms(tries, PASSING_BASE_MS, PASSING_CAP_MS));
}

static void ask(struct asker *asker, const struct wanted *wanted, struct ask_answer *ret_answer)
{
    bool signed_anew = false;
    unsigned tries = 0;

    do {
        ask_once(asker, wanted, ret_answer);
        while (mend(asker, wanted, ret_answer, &signed_anew))
            ask_once(asker, wanted, ret_answer);
        tries++;
    } while (ret_answer->trouble != TROUBLE_NONE && wait_in_passing(asker, ret_answer, tries));
    if (ret_answer->trouble == TROUBLE_NONE) asker_note_worked(asker);
}

void ask_page(struct asker *asker, int64_t cursor, struct ask_answer *ret_answer)
{
    const struct wanted wanted = {.cursor = cursor};

    ask(asker, &wanted, ret_answer);
}

void ask_single(struct asker *asker, struct rc_str id, struct rc_buf *out,
                struct ask_answer *ret_answer)
{
    const struct wanted wanted = {.id = id, .out = out};

    ask(asker, &wanted, ret_answer);
}
