/* What happens to one message (S1, S3). The order is the rule: attempt noted, function called,
 * outputs and dead letter acknowledged, attempt forgotten; the offset moves last and elsewhere. */
#include "handle.h"

#include <stdio.h>
#include <string.h>

#include "rollcall/base/clock.h"
#include "rollcall/base/fault.h"
#include "rollcall/base/log.h"
#include "rollcall/worker/dead_letter.h"

#include "sealing.h"

enum { LABEL_MAX = 160 };

static const char *const outcome_names[] = {
    [OUTCOME_DONE] = "done",   [OUTCOME_RETRY] = "retry", [OUTCOME_ALONE] = "alone",
    [OUTCOME_FATAL] = "fatal", [OUTCOME_BUG] = "bug",
};
_Static_assert(COUNT_OF(outcome_names) == OUTCOME_COUNT_, "a name for every outcome");

/* ---- judging ---- */

static const enum outcome outcomes[] = {
    [RC_OK] = OUTCOME_DONE,      [RC_NOT_FOUND] = OUTCOME_BUG, [RC_RETRY] = OUTCOME_RETRY,
    [RC_REJECT] = OUTCOME_FATAL, [RC_FATAL] = OUTCOME_FATAL,
};

static rc_status set_aside(const struct handler *handler, const struct hand_item *item,
                           enum rc_dead_class which, const char *error)
{
    /* The text belongs to the thread's last failure, and sending may fail anew. */
    const char *kept = rc_str_copy(handler->env->arena, rc_str_of(error)).data;

    return rc_dead_letter_send(handler->env, item->message, which, kept);
}

static enum outcome judge(const struct handler *handler, const struct hand_item *item,
                          rc_status status)
{
    if (status == RC_REJECT) status = set_aside(handler, item, RC_DEAD_REJECT, rc_error_text());
    return outcomes[status];
}

/* ---- calling ---- */

/* A point at which a test may kill the process for certain messages: "<topic> <key>". */
static rc_status fault_begun(struct rc_stage_env *env, const struct rc_message *message)
{
    const struct rc_str detail = rc_str_print(env->arena, "%.*s %.*s", RC_STR_ARG(message->topic),
                                              RC_STR_ARG(message->key));

    return rc_fault_at("stage.begun", detail.data);
}

static const char *text_of(struct rc_stage_env *env, struct rc_str view)
{
    return rc_str_copy(env->arena, view).data;
}

/* A page's id where the message is about one, else the event's. */
static struct rc_str batch_of(const struct rc_message *message)
{
    const struct rc_str page = rc_headers_get(&message->headers, "rc_page");

    return page.len > 0 ? page : rc_headers_get(&message->headers, "ce_id");
}

static rc_status call_function(const struct handler *handler, const struct hand_item *item)
{
    const struct rc_intake *intake = &handler->stage->intakes[item->intake];
    struct rc_stage_env *env = handler->env;
    struct rc_message opened;

    RC_TRY(fault_begun(env, item->message));
    RC_TRY(sealing_open(env, item->message, &opened));
    const rc_status status = intake->handle(handler->self, env, &opened);
    rc_fault_point("stage.handled");
    return status;
}

static void count_outcome(const struct handler *handler, size_t intake, enum outcome outcome,
                          int64_t took_ms)
{
    char labels[LABEL_MAX];

    snprintf(labels, sizeof labels, "topic=\"%s\",outcome=\"%s\"", handler->topics[intake],
             outcome_names[outcome]);
    rc_metric_add("rollcall_messages_consumed_total", labels, 1);
    snprintf(labels, sizeof labels, "stage=\"%s\"", handler->stage->name);
    rc_metric_observe("rollcall_batch_duration_seconds", labels, (double)took_ms / 1000.0);
}

/* ---- one attempt ---- */

/* Once per doubling: the first, second, fourth, eighth … try. */
static void log_retry(const struct hand_item *item)
{
    const unsigned tries = item->tries + 1;
    const struct rc_message *message = item->message;

    if ((tries & (tries - 1)) == 0)
        rc_log_warn("stage.retry", "%.*s %d/%lld, try %u: %s", RC_STR_ARG(message->topic),
                    (int)message->partition, (long long)message->offset, tries, rc_error_text());
}

static void log_end(const struct hand_item *item, rc_status status, enum outcome outcome,
                    int64_t took_ms)
{
    const struct rc_message *message = item->message;
    RC_LOG_SCOPE("err.class", rc_status_name(status));
    RC_LOG_NUMBER("dur_ms", took_ms);

    if (outcome == OUTCOME_RETRY) {
        log_retry(item);
        return;
    }
    if (outcome >= OUTCOME_FATAL) {
        rc_log_error("stage.fatal", "%.*s %d/%lld: %s", RC_STR_ARG(message->topic),
                     (int)message->partition, (long long)message->offset,
                     outcome == OUTCOME_BUG ? "a function let RC_NOT_FOUND escape: a bug"
                                            : rc_error_text());
        return;
    }
    rc_log_debug("stage.done", "%.*s %d/%lld: %s", RC_STR_ARG(message->topic),
                 (int)message->partition, (long long)message->offset, outcome_names[outcome]);
}

/* What the message is about stands in the function's lines and in those about its end. */
static enum outcome run_function(const struct handler *handler, struct hand_item *item)
{
    struct rc_stage_env *env = handler->env;
    const int64_t began_ms = rc_clock_mono_ms();
    const rc_status parsed = rc_envelope_parse(&item->message->headers, &env->envelope);
    RC_LOG_SCOPE("district", text_of(env, env->envelope.district));
    RC_LOG_SCOPE("run", text_of(env, env->envelope.run));
    RC_LOG_SCOPE("trace_id", text_of(env, rc_trace_id(env->envelope.traceparent)));

    const rc_status status = parsed == RC_OK ? call_function(handler, item) : parsed;
    const enum outcome outcome = judge(handler, item, status);
    const int64_t took_ms = rc_clock_mono_ms() - began_ms;

    count_outcome(handler, item->intake, outcome, took_ms);
    log_end(item, status, outcome, took_ms);
    return outcome;
}

static enum outcome run_alone_later(const struct handler *handler, struct hand_item *item)
{
    (void)handler;
    rc_log_warn("stage.suspected", "%.*s %d/%lld began before without an end: handled alone",
                RC_STR_ARG(item->message->topic), (int)item->message->partition,
                (long long)item->message->offset);
    return OUTCOME_ALONE;
}

static enum outcome set_aside_unread(const struct handler *handler, struct hand_item *item)
{
    const rc_status status = set_aside(handler, item, RC_DEAD_CRASH,
                                       "it ended the program each time it was handled, twice of "
                                       "them alone: set aside unread");

    return outcomes[status];
}

static enum outcome (*const verdicts[])(const struct handler *handler, struct hand_item *item) = {
    [ATTEMPT_RUN] = run_function,
    [ATTEMPT_ALONE] = run_alone_later,
    [ATTEMPT_SET_ASIDE] = set_aside_unread,
};

static void publish(const struct handler *handler, struct hand_item *item,
                    const struct attempt *attempt)
{
    handler->begun(handler->context, item, attempt);
}

/* Done forgets the message, RETRY is an end; FATAL is none, as if the process had been killed. A
 * failure here is borne: our own line never counts against the message while we live. */
static void end_attempt(const struct handler *handler, struct attempt *attempt,
                        enum outcome outcome)
{
    if (outcome == OUTCOME_DONE) rc_ignore(attempts_finish(handler->env->kv, attempt));
    if (outcome == OUTCOME_RETRY) rc_ignore(attempts_undo(handler->env->kv, attempt));
}

static enum outcome attempt_item(const struct handler *handler, struct hand_item *item,
                                 struct attempt *attempt)
{
    const struct rc_message *message = item->message;
    const struct attempt_id id = {message->topic, message->partition, message->offset};
    enum attempt_verdict verdict = ATTEMPT_RUN;

    const rc_status status = attempts_begin(handler->env->kv, handler->env->arena,
                                            rc_process_life(handler->env->process), &id,
                                            item->alone, attempt, &verdict);
    publish(handler, item, attempt);
    if (status != RC_OK) {
        log_end(item, status, outcomes[status], 0);
        return outcomes[status];
    }
    return verdicts[verdict](handler, item);
}

enum outcome handle_item(struct handler *handler, struct hand_item *item)
{
    struct attempt attempt = item->attempt;
    RC_LOG_SCOPE("batch", text_of(handler->env, batch_of(item->message)));
    RC_LOG_NUMBER("attempt", item->tries + 1);

    const enum outcome outcome = attempt_item(handler, item, &attempt);

    if (outcome == OUTCOME_RETRY)
        snprintf(handler->why, sizeof handler->why, "%s", rc_error_text());
    end_attempt(handler, &attempt, outcome);
    publish(handler, item, &attempt);
    handler->env->envelope = (struct rc_envelope){0};
    rc_arena_reset(handler->env->arena);
    return outcome;
}
