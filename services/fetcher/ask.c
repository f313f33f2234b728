/* Asking for one page. */
#include "ask.h"

#include "oneroster.h"
#include "rollcall/base/clock.h"
#include "rollcall/base/log.h"

enum { PASSING_BASE_MS = 250, PASSING_CAP_MS = 2000 };

enum trouble ask_raw(struct ask *ask, const struct rc_http_request *request,
                     struct rc_http_answer *answer)
{
    const struct fetcher_options *options = ask->fetcher->options;
    struct rc_http_request bounded = *request;

    bounded.ca_file = ask->lane->source.ca_file;
    bounded.connect_timeout_ms = options->connect_timeout_ms;
    bounded.timeout_ms = options->timeout_ms;
    bounded.stall_ms = options->stall_ms;
    bounded.max_bytes = (size_t)options->page_bytes;
    bounded.session = ask->lane->source.id.data;
    bounded.stop = rc_process_abandoned(ask->env->process);
    bounded.keep = lease_keep;
    bounded.keep_self = ask->lease;
    const rc_status status = rc_http_ask(ask->fetcher->http, &bounded, ask->env->arena, answer);
    if (status == RC_OK) return TROUBLE_NONE;
    if (ask->lease->lost || rc_process_flag(bounded.stop)) return TROUBLE_STOPPED;
    if (status == RC_RETRY) return TROUBLE_TRANSPORT;
    return answer->body->len > 0 ? TROUBLE_TOO_LARGE : TROUBLE_BAD_URL;
}

static struct rc_str page_url(const struct ask *ask, int64_t cursor)
{
    const struct oneroster_question question = {
        .base_url = ask->lane->source.base_url,
        .collection = ask->lane->collection,
        .limit = ask->lane->page_size,
        .offset = cursor,
        .sorted = !ask->unsorted,
    };

    return oneroster_url(&question, ask->env->arena);
}

static void explain(struct ask *ask, long code, struct ask_answer *answer)
{
    /* Only what says more than the words do: the transport's and the parser's findings; they name
     * no person. */
    const bool more = answer->trouble == TROUBLE_TRANSPORT ||
                      answer->trouble == TROUBLE_BROKEN_BODY;

    if (answer->trouble == TROUBLE_NONE) return;
    const char *detail = more ? rc_str_copy(ask->env->arena, rc_str_of(rc_error_text())).data : "";
    answer->words = trouble_words(answer->trouble, code, detail, ask->env->arena);
}

/* One attempt: sign, ask, judge. */
static void ask_once(struct ask *ask, struct rc_str url, struct ask_answer *answer)
{
    struct rc_str header = {0};
    long code = 0;

    *answer = (struct ask_answer){
        .http = {.body = &ask->fetcher->body, .total = -1, .retry_after_ms = -1}};
    answer->trouble = ask_sign(ask, url, &header, &code);
    if (answer->trouble == TROUBLE_NONE) {
        const char *const headers[] = {"Accept: application/json", header.data, NULL};
        const struct rc_http_request request = {.url = url.data, .headers = headers};
        answer->trouble = ask_raw(ask, &request, &answer->http);
        code = answer->trouble == TROUBLE_NONE ? answer->http.code : 0;
    }
    if (answer->trouble == TROUBLE_NONE) {
        const struct oneroster_answer came = {answer->http.code, answer->http.type,
                                              rc_buf_str(answer->http.body), ask->lane->collection,
                                              ask->fetcher->options->page_records};
        answer->trouble = oneroster_judge(&came, ask->env->arena, &answer->count);
    }
    explain(ask, code, answer);
}

/* What the same task can put right at once, each once: an order that the source refuses, a token
 * that died. */
static bool mend(struct ask *ask, const struct ask_answer *answer, bool *signed_anew)
{
    if (answer->trouble == TROUBLE_QUESTION && answer->http.code == 400 && !ask->unsorted) {
        ask->unsorted = true;
        return true;
    }
    if (answer->trouble == TROUBLE_CREDENTIALS && !*signed_anew) {
        *signed_anew = true;
        return ask_sign_anew(ask);
    }
    return false;
}

/* False: no further try in this task. */
static bool wait_in_passing(struct ask *ask, const struct ask_answer *answer, unsigned tries)
{
    if (!trouble_row(answer->trouble)->in_passing ||
        tries > (unsigned)ask->fetcher->options->quick_retries)
        return false;
    if (answer->http.retry_after_ms > PASSING_CAP_MS || !lease_keep(ask->lease)) return false;
    rc_log_debug("page.retried", "%s", trouble_row(answer->trouble)->name);
    return !rc_process_wait(ask->env->process,
                            rc_backoff_ms(tries, PASSING_BASE_MS, PASSING_CAP_MS));
}

void ask_page(struct ask *ask, int64_t cursor, struct ask_answer *ret_answer)
{
    bool signed_anew = false;
    unsigned tries = 0;

    do {
        ask_once(ask, page_url(ask, cursor), ret_answer);
        while (mend(ask, ret_answer, &signed_anew))
            ask_once(ask, page_url(ask, cursor), ret_answer);
        tries++;
    } while (ret_answer->trouble != TROUBLE_NONE && wait_in_passing(ask, ret_answer, tries));
}
