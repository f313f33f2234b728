/* One sender: takes a webhook that is due, sends its messages one after the other, gives it back.
 * The ledger's row is there before the first attempt, and the cursor moves after the receiver's
 * 2xx; a kill in between means that the message is sent once more, under the same id. */
#include "webhook.h"

#include "message.h"
#include "sign.h"
#include "webhook_sql.h"

#include <inttypes.h>

#include "rollcall/base/clock.h"
#include "rollcall/base/fault.h"
#include "rollcall/base/log.h"

enum {
    DUE_MAX = 50,
    TURN_MS = 10000,        /* then others have their turn */
    ROUND_MS = 20000,       /* then the skeleton looks around */
    LEASE_MARGIN_MS = 5000, /* beside the receiver's time, for what stands around an attempt */
    ANSWER_MAX = 256 * 1024,
    SECOND_MS = 1000,
    DAY_MS = 86400000,
};

/* A webhook that this sender has taken. */
struct turn {
    struct sender *sender;
    struct rc_stage_env *env;
    const char *district, *application, *take;
    int64_t until_ms;
};

/* What became of an attempt. */
struct outcome {
    long code;          /* 0: no answer */
    const char *fault;  /* why not, as a word of the ledger; NULL: an answer */
    const char *detail; /* the same in words, which name the host: for the ledger alone */
    int64_t took_ms, wait_ms;
};

static const char *number(const struct turn *turn, int64_t value)
{
    return rc_str_print(turn->env->arena, "%" PRId64, value).data;
}

static const char *lease_of(const struct turn *turn)
{
    return number(turn, turn->sender->options->timeout_ms + LEASE_MARGIN_MS);
}

/* ---- one attempt ---- */

static const char *const faults[] = {
    [RC_HTTP_WHOLE] = NULL,
    [RC_HTTP_BROKEN] = "unreachable",
    [RC_HTTP_LATE] = "timeout",
    [RC_HTTP_LARGE] = "answer too large",
    [RC_HTTP_INWARD] = "address refused",
    [RC_HTTP_URL] = "address refused",
};
_Static_assert(COUNT_OF(faults) == RC_HTTP_URL + 1, "a word for every fault");

static bool accepted(const struct outcome *outcome)
{
    return !outcome->fault && outcome->code >= 200 && outcome->code <= 299;
}

/* What a receiver asks for is kept, within a day. */
static int64_t wait_of(const struct webhook_options *options, const struct message *message,
                       int64_t asked_ms)
{
    if (asked_ms > 0) return asked_ms < DAY_MS ? asked_ms : DAY_MS;
    return rc_backoff_ms((unsigned)message->attempts + 1, options->retry_base_ms,
                         options->retry_cap_ms);
}

static const char *signature_of(struct turn *turn, const struct message *message, int64_t at_s)
{
    RC_AUTO_BUF struct rc_buf text = {0};
    const struct signed_message what = {message->id, at_s, rc_buf_str(&turn->sender->body)};

    rc_buf_add_str(&text, RC_STR("webhook-signature: "));
    sign_add(&text, &what, message->keys, message->key_count);
    return rc_str_copy(turn->env->arena, rc_buf_str(&text)).data;
}

static rc_status post(struct turn *turn, const struct message *message,
                      struct rc_http_answer *answer)
{
    struct rc_arena *arena = turn->env->arena;
    const int64_t at_s = rc_clock_now_ms() / SECOND_MS;
    const char *const headers[] = {
        "Content-Type: application/json",
        rc_str_print(arena, "webhook-id: %.*s", RC_STR_ARG(message->id)).data,
        rc_str_print(arena, "webhook-timestamp: %" PRId64, at_s).data,
        signature_of(turn, message, at_s),
        NULL,
    };
    const struct rc_http_request request = {
        .method = "POST",
        .url = message->url,
        .headers = headers,
        .body = rc_buf_str(&turn->sender->body),
        .ca_file = message->ca_file,
        .guard = turn->sender->guard,
        .connect_timeout_ms = turn->sender->options->timeout_ms,
        .timeout_ms = turn->sender->options->timeout_ms,
        .max_bytes = ANSWER_MAX,
        .stop = rc_process_abandoned(turn->env->process),
    };
    return rc_http_ask(turn->sender->http, &request, arena, answer);
}

static void attempt(struct turn *turn, const struct message *message, struct outcome *ret)
{
    struct rc_http_answer answer = {.body = &turn->sender->answer, .retry_after_ms = -1};
    const int64_t began_ms = rc_clock_mono_ms();

    if (message->key_count == 0) {
        ret->fault = "no secret";
        ret->wait_ms = wait_of(turn->sender->options, message, -1);
        return;
    }
    const rc_status status = post(turn, message, &answer);
    ret->took_ms = rc_clock_mono_ms() - began_ms;
    ret->fault = status == RC_OK ? NULL : faults[answer.fault];
    ret->detail = status == RC_OK ? NULL
                                  : rc_str_copy(turn->env->arena, rc_str_of(rc_error_text())).data;
    ret->code = status == RC_OK ? answer.code : 0;
    ret->wait_ms = wait_of(turn->sender->options, message,
                           status == RC_OK ? answer.retry_after_ms : -1);
}

static void count(const struct outcome *outcome)
{
    const char *word = accepted(outcome) ? "accepted" : outcome->fault ? "failed" : "refused";

    rc_metric_count("rollcall_webhook_deliveries_total", 1, "outcome=\"%s\"", word);
    rc_metric_observe("rollcall_webhook_delivery_duration_seconds", NULL,
                      (double)outcome->took_ms / SECOND_MS);
}

/* ---- what came of it ---- */

static void tell_change(const struct message *message, const char *becomes)
{
    const struct rc_str state = rc_str_of(becomes);

    if (rc_str_eq(state, rc_str_of(message->state))) return;
    if (rc_str_eq(state, RC_STR("active")))
        rc_log_info("webhook.recovered", "application %s accepts messages again",
                    message->application);
    else if (rc_str_eq(state, RC_STR("paused")))
        rc_log_warn("webhook.paused", "nothing is sent to application %s any more",
                    message->application);
    else
        rc_log_warn("webhook.failing", "application %s accepts nothing", message->application);
}

static void tell_outcome(const struct message *message, const struct outcome *outcome)
{
    if (accepted(outcome))
        rc_log_debug("webhook.accepted", "%.*s after %" PRId64 " ms", RC_STR_ARG(message->id),
                     outcome->took_ms);
    else
        rc_log_info("webhook.not-accepted",
                    "%.*s to application %s: %s %ld; again in %" PRId64 " s",
                    RC_STR_ARG(message->id), message->application,
                    outcome->fault ? outcome->fault : "answered", outcome->code,
                    outcome->wait_ms / SECOND_MS);
}

static rc_status note_detail(struct rc_db *tx, const struct message *message,
                             const struct outcome *outcome)
{
    const char *const values[] = {message->delivery, outcome->detail};

    return rc_db_run(tx, sql_detail, COUNT_OF(values), values, NULL);
}

/* RC_NOT_FOUND: another sender has taken the webhook meanwhile. */
static rc_status note(struct turn *turn, const struct message *message,
                      const struct outcome *outcome)
{
    const struct webhook_options *options = turn->sender->options;
    const char *const values[] = {turn->application,
                                  turn->take,
                                  message->delivery,
                                  outcome->code > 0 ? number(turn, outcome->code) : NULL,
                                  outcome->fault,
                                  number(turn, outcome->took_ms),
                                  number(turn, outcome->wait_ms),
                                  number(turn, options->failing_after_ms),
                                  number(turn, options->pause_after_ms)};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(turn->env->db, turn->district, &tx));
    RC_TRY(rc_db_one(tx, sql_end, COUNT_OF(values), values, &rows));
    if (rc_rows_null(rows, 0, 0)) return RC_NOT_FOUND;
    RC_TRY(note_detail(tx, message, outcome));
    RC_TRY(rc_db_commit(tx));
    tell_outcome(message, outcome);
    tell_change(message, rc_rows_cstr(rows, 0, 0));
    return RC_OK;
}

/* ---- one webhook ---- */

/* The next message, read; RC_NOT_FOUND: nothing is due. */
static rc_status next(struct turn *turn, struct message *message)
{
    const char *batch = number(turn, turn->sender->options->batch);
    const char *const values[] = {turn->application, turn->take, lease_of(turn), batch};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(turn->env->db, turn->district, &tx));
    RC_TRY(rc_db_one(tx, sql_next, COUNT_OF(values), values, &rows));
    if (rc_rows_null(rows, 0, 0)) {
        RC_TRY(rc_db_commit(tx));
        return RC_NOT_FOUND;
    }
    message->district = turn->district;
    message->application = turn->application;
    message->delivery = rc_str_copy(turn->env->arena, rc_rows_text(rows, 0, 0)).data;
    RC_TRY(message_read(turn->env, tx, message, &turn->sender->body));
    return rc_db_commit(tx);
}

/* RC_NOT_FOUND: the turn is over. */
static rc_status send_one(struct turn *turn)
{
    AUTO_MESSAGE message = {0};
    struct outcome outcome = {0};

    RC_TRY(next(turn, &message));
    rc_fault_point("webhook.opened");
    attempt(turn, &message, &outcome);
    if (rc_process_flag(rc_process_abandoned(turn->env->process))) return RC_NOT_FOUND;
    rc_fault_point("webhook.sent");
    count(&outcome);
    RC_TRY(note(turn, &message, &outcome));
    return accepted(&outcome) || message.test ? RC_OK : RC_NOT_FOUND;
}

static rc_status query(struct turn *turn, const char *sql, const char *second, const char **ret)
{
    const char *const values[] = {turn->application, second};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(turn->env->db, turn->district, &tx));
    RC_TRY(rc_db_one(tx, sql, COUNT_OF(values), values, &rows));
    RC_TRY(rc_db_commit(tx));
    if (ret && !rc_rows_null(rows, 0, 0))
        *ret = rc_str_copy(turn->env->arena, rc_rows_text(rows, 0, 0)).data;
    return RC_OK;
}

static rc_status serve(struct turn *turn)
{
    RC_LOG_SCOPE("district", turn->district);
    rc_status status = RC_OK;

    RC_TRY(query(turn, sql_take, lease_of(turn), &turn->take));
    if (!turn->take) return RC_OK; /* another one was faster */
    turn->until_ms = rc_clock_mono_ms() + TURN_MS;
    while (status == RC_OK && !rc_process_flag(turn->env->stop) &&
           rc_clock_mono_ms() < turn->until_ms)
        status = send_one(turn);
    if (status != RC_OK && status != RC_NOT_FOUND) return status; /* its lease runs out */
    return query(turn, sql_release, turn->take, NULL);
}

rc_status sender_round(void *self, struct rc_stage_env *env)
{
    const int64_t until_ms = rc_clock_mono_ms() + ROUND_MS;
    const char *most = rc_str_print(env->arena, "%d", DUE_MAX).data;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_run(env->db, sql_due, 1, &most, &rows));
    for (size_t i = 0; i < rc_rows_count(rows); i++) {
        struct turn turn = {.sender = self,
                            .env = env,
                            .district = rc_rows_cstr(rows, i, 0),
                            .application = rc_rows_cstr(rows, i, 1)};
        RC_TRY(serve(&turn));
        if (rc_process_flag(env->stop) || rc_clock_mono_ms() >= until_ms) break;
    }
    return RC_OK;
}
