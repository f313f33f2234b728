/* The sweeps as a table: what finds the rows that are due, what is done about each. The rules
 * themselves are functions of the schema, so that all programs move a run in one way. */
#include "scheduler.h"
#include "scheduler_sql.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "rollcall/base/log.h"
#include "rollcall/format/envelope.h"

enum { PARAMETERS_MAX = 4, FAILURES_MAX = 20 /* one after another: nothing answers any more */ };

struct sweep {
    const char *label;
    const char *find; /* $1 limit, then after where rolls, then milliseconds where aged */
    const char *lock; /* takes locks that act must look under, in a statement before it; or NULL */
    const char *act;  /* the found row's columns, then milliseconds where act_aged; done: a row that
                         is not false */
    int extra;        /* columns of a found row beside the district and what it is about */
    bool usual;       /* everyday work: not worth a line each */
    bool rolls;       /* found rows stay: go on behind the last one, then from the start */
    size_t aged;      /* offset of the option whose milliseconds find takes; 0: none */
    size_t act_aged;  /* the same for act */
};

#define OPTION(name) offsetof(struct scheduler_options, name)

static const struct sweep sweeps[] = {
    [SWEEP_LANES] = {.label = "lanes", .find = sql_lanes_find, .act = sql_lanes_act, .usual = true},
    [SWEEP_NIGHTLY] = {.label = "nightly",
                       .find = sql_nightly_find,
                       .lock = sql_nightly_lock,
                       .act = sql_nightly_act},
    [SWEEP_SCHEDULED] = {.label = "scheduled",
                         .find = sql_scheduled_find,
                         .act = sql_scheduled_act,
                         .rolls = true,
                         .act_aged = OPTION(again_after_ms)},
    [SWEEP_READY] = {.label = "ready", .find = sql_ready_find, .act = sql_ready_act, .rolls = true},
    [SWEEP_PARKED] = {.label = "parked",
                      .find = sql_parked_find,
                      .act = sql_parked_act,
                      .rolls = true},
    [SWEEP_LEVEL] = {.label = "level",
                     .find = sql_level_find,
                     .act = sql_level_act,
                     .rolls = true,
                     .act_aged = OPTION(again_after_ms)},
    [SWEEP_DECIDED] = {.label = "decided",
                       .find = sql_decided_find,
                       .act = sql_decided_act,
                       .rolls = true,
                       .act_aged = OPTION(again_after_ms)},
    [SWEEP_ACTS] = {.label = "acts",
                    .find = sql_acts_find,
                    .act = sql_acts_act,
                    .rolls = true,
                    .act_aged = OPTION(again_after_ms)},
    [SWEEP_DEADLINE] = {.label = "deadline",
                        .find = sql_deadline_find,
                        .lock = sql_deadline_lock,
                        .act = sql_deadline_act},
    [SWEEP_PASSES] = {.label = "passes",
                      .find = sql_passes_find,
                      .act = sql_passes_act,
                      .extra = 2},
    [SWEEP_MISSING] = {.label = "missing",
                       .find = sql_missing_find,
                       .act = sql_missing_act,
                       .extra = 2,
                       .aged = OPTION(missing_after_ms)},
    [SWEEP_REMOVED] = {.label = "removed", .find = sql_removed_find, .act = sql_removed_act},
    [SWEEP_PICKUPS] = {.label = "pickups",
                       .find = sql_pickups_find,
                       .act = sql_pickups_act,
                       .usual = true},
    [SWEEP_EVENTS] = {.label = "events",
                      .find = sql_events_find,
                      .lock = sql_nightly_lock,
                      .act = sql_events_act},
    [SWEEP_PROBES] = {.label = "probes",
                      .find = sql_probes_find,
                      .lock = sql_nightly_lock,
                      .act = sql_probes_act,
                      .aged = OPTION(probe_after_ms),
                      .act_aged = OPTION(probe_after_ms)},
    [SWEEP_CAUSES] = {.label = "causes",
                      .find = sql_causes_find,
                      .act = sql_causes_act,
                      .rolls = true,
                      .act_aged = OPTION(silent_after_ms)},
};
_Static_assert(COUNT_OF(sweeps) == SWEEP_COUNT_, "a row for every sweep");

const char *sweep_label(enum sweep_name name)
{
    return sweeps[name].label;
}

/* ---- parameters ---- */

struct parameters {
    const char *values[PARAMETERS_MAX];
    size_t count;
};

static void add(struct parameters *to, const char *value)
{
    to->values[to->count++] = value;
}

static void add_number(struct parameters *to, struct rc_arena *arena, int64_t value)
{
    add(to, rc_str_print(arena, "%" PRId64, value).data);
}

static void add_option(struct parameters *to, struct rc_stage_env *env, size_t offset)
{
    int64_t value = 0;

    if (offset == 0) return;
    memcpy(&value, (const char *)env->config + offset, sizeof value);
    add_number(to, env->arena, value);
}

/* ---- one row ---- */

/* What became of a row; run and trace only where a line about it is written. */
struct outcome {
    bool done;
    const char *run, *trace;
};

static enum rc_log_level level_of(const struct sweep *sweep)
{
    return sweep->usual ? RC_LOG_DEBUG : RC_LOG_INFO;
}

/* After the act, which may have made the run. */
static rc_status find_run(struct rc_stage_env *env, struct rc_db *tx, const char *about,
                          struct outcome *outcome)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const rc_status status = rc_db_one(tx, sql_sweep_run, 1, &about, &rows);

    if (status == RC_NOT_FOUND) return RC_OK;
    RC_TRY(status);
    outcome->run = rc_str_copy(env->arena, rc_rows_text(rows, 0, 0)).data;
    outcome->trace = rc_str_copy(env->arena, rc_trace_id(rc_rows_text(rows, 0, 1))).data;
    return RC_OK;
}

static rc_status act_in(const struct sweep *sweep, struct rc_stage_env *env, struct rc_db *tx,
                        const struct parameters *row, struct outcome *ret_outcome)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    struct parameters with = *row;

    /* A district whose rows are held for long must not keep all others waiting. */
    RC_TRY(rc_db_run(tx, sql_patience, 0, NULL, NULL));
    if (sweep->lock) RC_TRY(rc_db_run(tx, sweep->lock, row->count, row->values, NULL));
    add_option(&with, env, sweep->act_aged);
    RC_TRY(rc_db_run(tx, sweep->act, with.count, with.values, &rows));
    ret_outcome->done = rc_rows_count(rows) > 0 &&
                        !rc_str_eq(rc_rows_text(rows, 0, 0), RC_STR("f"));
    if (ret_outcome->done && rc_log_enabled(level_of(sweep)))
        RC_TRY(find_run(env, tx, row->values[0], ret_outcome));
    return rc_db_commit(tx);
}

static void tell(const struct sweep *sweep, const struct outcome *outcome)
{
    char labels[64];
    RC_LOG_SCOPE("run", outcome->run);
    RC_LOG_SCOPE("trace_id", outcome->trace);

    snprintf(labels, sizeof labels, "sweep=\"%s\"", sweep->label);
    rc_metric_add("rollcall_sweep_acts_total", labels, 1);
    if (sweep->usual)
        rc_log_debug("sweep.acted", "%s", sweep->label);
    else
        rc_log_info("sweep.acted", "%s", sweep->label);
}

/* The columns of a found row: the district, then what act takes. */
static rc_status act(const struct sweep *sweep, struct rc_stage_env *env,
                     const struct rc_rows *found, size_t at)
{
    const char *district = rc_rows_cstr(found, at, 0);
    RC_LOG_SCOPE("district", district);
    RC_LOG_SCOPE("about", rc_rows_cstr(found, at, 1));
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct parameters row = {0};
    struct outcome outcome = {0};

    for (int column = 1; column < 2 + sweep->extra; column++)
        add(&row, rc_rows_cstr(found, at, column));
    RC_TRY(rc_db_tx(env->db, district, &tx));
    RC_TRY(act_in(sweep, env, tx, &row, &outcome));
    if (outcome.done) tell(sweep, &outcome);
    return RC_OK;
}

/* ---- a round ---- */

static rc_status act_on_each(const struct sweep *sweep, struct rc_stage_env *env,
                             const struct rc_rows *found)
{
    rc_status worst = RC_OK;
    int failures = 0;

    for (size_t i = 0; i < rc_rows_count(found) && !rc_process_flag(env->stop); i++) {
        const rc_status status = act(sweep, env, found, i);
        failures = status == RC_OK ? 0 : failures + 1;
        if (status > worst) worst = status;
        if (status == RC_FATAL || failures == FAILURES_MAX) break;
    }
    return rc_context(worst, "%s", sweep->label);
}

static void remember(struct scheduler *self, enum sweep_name name, const struct rc_rows *found)
{
    const size_t count = rc_rows_count(found);
    const bool more = (int64_t)count >= self->options->batch;

    snprintf(self->at[name], SWEEP_AT_MAX, "%s", more ? rc_rows_cstr(found, count - 1, 1) : "");
}

rc_status sweep_run(struct scheduler *self, struct rc_stage_env *env, enum sweep_name name)
{
    static const char first[] = "00000000-0000-0000-0000-000000000000";
    const struct sweep *sweep = &sweeps[name];
    RC_AUTO(rc_rows) struct rc_rows *found = NULL;
    struct parameters with = {0};

    add_number(&with, env->arena, self->options->batch);
    if (sweep->rolls) add(&with, self->at[name][0] ? self->at[name] : first);
    add_option(&with, env, sweep->aged);
    RC_TRY(rc_context(rc_db_run(env->db, sweep->find, with.count, with.values, &found), "%s",
                      sweep->label));
    const rc_status status = act_on_each(sweep, env, found);
    if (sweep->rolls) remember(self, name, found);
    return status;
}
