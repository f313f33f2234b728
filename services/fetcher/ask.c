/* Asking for one page. */
#include "ask.h"

#include "oneroster.h"
#include "oneroster_error.h"
#include "rollcall/base/clock.h"
#include "rollcall/base/log.h"
#include "sign.h"

enum { PASSING_BASE_MS = 250, PASSING_CAP_MS = 2000 };

/* A lane never asks for what the next one reads (L4). */
static int64_t limit_at(const struct lane *lane, int64_t cursor)
{
    const int64_t left = lane->until - cursor;

    return lane->until >= 0 && left < lane->page_size ? left : lane->page_size;
}

static struct rc_str page_url(const struct asker *asker, int64_t cursor)
{
    const struct oneroster_question question = {
        .version = asker->lane->source.version,
        .base_url = asker->lane->source.base_url,
        .collection = asker->lane->collection,
        .limit = limit_at(asker->lane, cursor),
        .offset = cursor,
        .sorted = !asker->unsorted,
    };

    return oneroster_url(&question, asker->env->arena);
}

/* What says more than the words do, and names no person: the transport's and the parser's findings,
 * the standard's word in the source's error payload. */
static const char *detail_of(struct asker *asker, const struct ask_answer *answer, long code)
{
    struct oneroster_error error = {0};

    if (answer->trouble == TROUBLE_TRANSPORT || answer->trouble == TROUBLE_BROKEN_BODY)
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

/* One attempt: sign, ask, judge. */
static void ask_once(struct asker *asker, struct rc_str url, struct ask_answer *answer)
{
    struct rc_str header = {0};
    long code = 0;

    *answer = (struct ask_answer){
        .http = {.body = &asker->fetcher->body, .total = -1, .retry_after_ms = -1, .date_ms = -1}};
    answer->trouble = sign_url(asker, url, &header, &code);
    if (answer->trouble == TROUBLE_NONE) {
        const char *const headers[] = {"Accept: application/json", header.data, NULL};
        const struct rc_http_request request = {.url = url.data, .headers = headers};
        answer->trouble = asker_send(asker, &request, &answer->http);
        code = answer->trouble == TROUBLE_NONE ? answer->http.code : 0;
    }
    if (answer->trouble == TROUBLE_NONE) {
        const struct oneroster_answer came = {
            answer->http.code, answer->http.type, rc_buf_str(answer->http.body),
            asker->lane->collection, asker->fetcher->options->page_records};
        answer->trouble = oneroster_judge(&came, asker->env->arena, &answer->count);
    }
    explain(asker, code, answer);
}

/* What the same task can put right at once, each once: an order that the source refuses, a token
 * that died, a clock that differs. */
static bool mend(struct asker *asker, const struct ask_answer *answer, bool *signed_anew)
{
    const bool refused = answer->http.code == 400 || answer->http.code == 422;

    if (answer->trouble == TROUBLE_QUESTION && refused && !asker->unsorted) {
        asker->unsorted = true;
        return true;
    }
    if (answer->trouble == TROUBLE_CREDENTIALS && !*signed_anew) {
        *signed_anew = true;
        return sign_anew(asker, answer->http.date_ms);
    }
    return false;
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

void ask_page(struct asker *asker, int64_t cursor, struct ask_answer *ret_answer)
{
    bool signed_anew = false;
    unsigned tries = 0;

    do {
        ask_once(asker, page_url(asker, cursor), ret_answer);
        while (mend(asker, ret_answer, &signed_anew))
            ask_once(asker, page_url(asker, cursor), ret_answer);
        tries++;
    } while (ret_answer->trouble != TROUBLE_NONE && wait_in_passing(asker, ret_answer, tries));
}
