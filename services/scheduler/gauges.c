/* The state of all districts as numbers. Statements read operational columns alone; which district
 * it is stands in `rollcall status`, not in a label. */
#include "gauges.h"
#include "scheduler_sql.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "rollcall/worker/stage.h"

/* ---- single numbers ---- */

/* In the order of gauges_all.sql's columns. */
static const char *const single[] = {
    "rollcall_sync_age_seconds_max",
    "rollcall_sources_stale",
    "rollcall_run_age_seconds_max",
    "rollcall_plans_held",
    "rollcall_lanes_due",
    "rollcall_lanes_open",
    "rollcall_lane_lateness_seconds_max",
    "rollcall_emails_due",
    "rollcall_email_age_seconds_max",
    "rollcall_emails_refused",
    "rollcall_outbox_rows",
    "rollcall_outbox_age_seconds_max",
    "rollcall_database_size_bytes",
};

static rc_status tell_single(struct rc_stage_env *env, const char **ret_now)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(env->db, sql_gauges_all, 0, NULL, &rows));
    for (size_t i = 0; i < COUNT_OF(single); i++)
        rc_metric_set(single[i], NULL, (double)rc_rows_int(rows, 0, (int)i));
    *ret_now = rc_str_copy(env->arena, rc_rows_text(rows, 0, COUNT_OF(single))).data;
    return RC_OK;
}

/* ---- numbers by a label ---- */

static const struct {
    const char *metric;
    const char *label;
    const char *sql; /* label's value, number; counters: since $1 */
    bool counts;
} several[] = {
    {"rollcall_runs", "phase", sql_gauges_runs, false},
    {"rollcall_deadletter_depth", "stage", sql_gauges_letters, false},
    {"rollcall_causes", "kind", sql_gauges_causes, false},
    {"rollcall_replay_total", "outcome", sql_gauges_replays, true},
    {"rollcall_runs_ended_total", "state", sql_gauges_ended, true},
};

static void tell_several(size_t at, const struct rc_rows *rows)
{
    const bool counts = several[at].counts;
    char labels[80];

    if (!counts) rc_metric_forget(several[at].metric);
    for (size_t i = 0; i < rc_rows_count(rows); i++) {
        const double number = (double)rc_rows_int(rows, i, 1);
        snprintf(labels, sizeof labels, "%s=\"%s\"", several[at].label, rc_rows_cstr(rows, i, 0));
        if (counts)
            rc_metric_add(several[at].metric, labels, number);
        else
            rc_metric_set(several[at].metric, labels, number);
    }
}

/* Told once all were asked: what was counted before another question failed would be counted
 * again. */
static rc_status ask_several(struct rc_stage_env *env, const char *const window[2])
{
    struct rc_rows *rows[COUNT_OF(several)] = {NULL};
    rc_status status = RC_OK;

    for (size_t i = 0; i < COUNT_OF(several) && status == RC_OK; i++)
        status = rc_db_run(env->db, several[i].sql, several[i].counts ? 2 : 0, window, &rows[i]);
    for (size_t i = 0; i < COUNT_OF(several); i++) {
        if (status == RC_OK) tell_several(i, rows[i]);
        rc_rows_free(rows[i]);
    }
    return status;
}

rc_status gauges_tell(struct scheduler *self, struct rc_stage_env *env)
{
    const char *now = NULL;

    RC_TRY(tell_single(env, &now));
    /* What ended before this program began is not its to count. */
    const char *const window[] = {self->counted_to[0] ? self->counted_to : now, now};
    RC_TRY(ask_several(env, window));
    snprintf(self->counted_to, sizeof self->counted_to, "%s", now);
    return RC_OK;
}

/* ---- lag ---- */

/* Who reads what (schemas/topics.csv). */
static const struct {
    const char *group;
    const char *topic;
} readings[] = {
    {"rollcall-fetcher", "run.requested"},       {"rollcall-fetcher", "fetch.requested"},
    {"rollcall-fetcher", "pickup.requested"},    {"rollcall-normalizer", "page.fetched"},
    {"rollcall-reconciler", "batch.normalized"}, {"rollcall-reconciler", "snapshot.ready"},
    {"rollcall-reconciler", "plan.decided"},     {"rollcall-reconciler", "dead.letter"},
    {"rollcall-notifier", "run.finished"},       {"rollcall-notifier", "alert.raised"},
};

static void tell_partition(const char *group, const char *topic, const struct rc_marks *mark)
{
    const int64_t from = mark->committed > mark->begin ? mark->committed : mark->begin;
    char labels[160];

    if (mark->committed < 0) return; /* nothing committed: no lag that could be summed */
    snprintf(labels, sizeof labels, "group=\"%s\",topic=\"%s\",partition=\"%" PRId32 "\"", group,
             topic, mark->partition);
    rc_metric_set("rollcall_consumer_lag", labels, (double)(mark->end - from));
}

static void tell_reading(struct rc_stage_env *env, size_t at, const struct topic_marks *found)
{
    const struct rc_str topic = rc_topic_name(env->arena, readings[at].topic);

    for (size_t i = 0; i < found->count; i++)
        tell_partition(readings[at].group, topic.data, &found->marks[i]);
}

/* An old number is worse than none: what cannot be asked is not told. But what is being asked is
 * told meanwhile as it was: asking all takes a while, and somebody may look in it. */
rc_status gauges_lag(struct rc_stage_env *env)
{
    struct topic_marks found[COUNT_OF(readings)] = {{NULL, 0}};
    rc_status status = RC_OK;

    for (size_t i = 0; i < COUNT_OF(readings) && status == RC_OK; i++) {
        if (rc_process_flag(env->stop)) return RC_OK;
        status = marks_ask(env, readings[i].group, readings[i].topic, &found[i]);
    }
    rc_metric_forget("rollcall_consumer_lag");
    for (size_t i = 0; i < COUNT_OF(readings); i++)
        tell_reading(env, i, &found[i]);
    return status;
}
