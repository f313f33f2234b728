/* Mirror (C5): what the source says becomes what we know it says, in one transaction for the whole
 * snapshot, whatever becomes of the plan. Set-based: on a quiet night it writes the snapshot's row
 * and nothing else. */
#include "reconciler.h"
#include "reconciler_sql.h"

#include "rollcall/base/fault.h"
#include "rollcall/base/log.h"

#include <stdio.h>

struct mirroring {
    struct reconciler *self;
    struct rc_db *tx;
    const struct run_ref *run;
    const char *days, *snapshots; /* D1: D and N */
    bool one;                     /* named people alone were asked for */
    bool first;                   /* nothing was mirrored of this source before */
    bool clean;                   /* the snapshot raises no doubt (C3) */
    bool verified;                /* as far as people were asked for by id (C4) */
    bool stale;                   /* another run has moved the mirror (R5) */
};

/* Parameters that statements share, by name; a table says which of them each takes. */
enum place {
    PLACE_RUN,
    PLACE_SOURCE,
    PLACE_ON,
    PLACE_DAYS,
    PLACE_SNAPSHOTS,
    PLACE_CLEAN,
    PLACE_VERIFIED,
    PLACE_LIMIT,
    PLACE_COUNT_
};

struct statement {
    const char *sql;
    enum place places[6];
    size_t count;
};

static rc_status run_one(const struct mirroring *mirroring, const struct statement *statement)
{
    char limit[24];
    const char *values[6] = {NULL};

    snprintf(limit, sizeof limit, "%lld", (long long)mirroring->self->options->findings_max);
    const char *const all[] = {
        [PLACE_RUN] = mirroring->run->run,
        [PLACE_SOURCE] = mirroring->run->source,
        [PLACE_ON] = mirroring->run->on,
        [PLACE_DAYS] = mirroring->days,
        [PLACE_SNAPSHOTS] = mirroring->snapshots,
        [PLACE_CLEAN] = mirroring->clean ? "t" : "f",
        [PLACE_VERIFIED] = mirroring->verified ? "t" : "f",
        [PLACE_LIMIT] = limit,
    };
    _Static_assert(COUNT_OF(all) == PLACE_COUNT_, "a value for every place");
    for (size_t i = 0; i < statement->count; i++)
        values[i] = all[statement->places[i]];
    return rc_db_run(mirroring->tx, statement->sql, statement->count, values, NULL);
}

static rc_status run_all(const struct mirroring *mirroring, const struct statement *statements,
                         size_t count)
{
    for (size_t i = 0; i < count; i++)
        RC_TRY(run_one(mirroring, &statements[i]));
    return RC_OK;
}

/* What came, told from what stands. */
static const struct statement gathering[] = {
    {sql_work_pages, {PLACE_RUN}, 1},
    {sql_work_seen, {PLACE_RUN}, 1},
    {sql_mirror_losers, {PLACE_RUN, PLACE_SOURCE}, 2},
    {sql_work_joins, {PLACE_RUN}, 1},
    {sql_mirror_in, {PLACE_RUN, PLACE_SOURCE}, 2},
    {"ANALYZE w_in (collection, sourced_id, act, row_no)", {PLACE_RUN}, 0},
};

/* Absences first: they ask which rows did not come, and rows that are inserted here would seem to
 * be such. */
static const struct statement following[] = {
    {"SET LOCAL enable_nestloop = off", {PLACE_RUN}, 0},
    {sql_mirror_missing_present, {PLACE_RUN, PLACE_SOURCE}, 2},
    {sql_mirror_missing_still, {PLACE_RUN, PLACE_SOURCE}, 2},
    {sql_mirror_missing_marked, {PLACE_RUN}, 1},
    {"ANALYZE w_missing", {PLACE_RUN}, 0},
    {sql_work_joins, {PLACE_RUN}, 1},
    {sql_mirror_unanswered, {PLACE_RUN}, 1},
    {sql_mirror_absent,
     {PLACE_RUN, PLACE_ON, PLACE_DAYS, PLACE_SNAPSHOTS, PLACE_CLEAN, PLACE_VERIFIED},
     6},
    {sql_mirror_update, {PLACE_RUN}, 1},
    {sql_mirror_insert, {PLACE_RUN, PLACE_SOURCE}, 2},
    {sql_mirror_enabled, {PLACE_SOURCE}, 1},
    {sql_mirror_disabled_new, {PLACE_SOURCE}, 1},
};

/* A source's first snapshot: there is nothing to be told from, absent or changed. */
static const struct statement beginning[] = {
    {sql_work_pages, {PLACE_RUN}, 1},
    {sql_mirror_losers, {PLACE_RUN, PLACE_SOURCE}, 2},
    {sql_mirror_insert_first, {PLACE_RUN, PLACE_SOURCE}, 2},
    {sql_mirror_disabled_first, {PLACE_SOURCE}, 1},
};

/* C6 */
static const struct statement touching[] = {
    {sql_mirror_moved, {PLACE_RUN}, 0},          {"ANALYZE w_moved", {PLACE_RUN}, 0},
    {sql_mirror_touch_named, {PLACE_RUN}, 0},    {sql_mirror_touch_classes, {PLACE_SOURCE}, 1},
    {sql_mirror_touch_users, {PLACE_SOURCE}, 1}, {"ANALYZE w_touched", {PLACE_RUN}, 0},
    {sql_mirror_touch, {PLACE_SOURCE}, 1},
};

static const struct statement closing[] = {
    {sql_mirror_disabled, {PLACE_RUN, PLACE_ON, PLACE_DAYS, PLACE_SNAPSHOTS, PLACE_CLEAN}, 5},
    {sql_mirror_findings, {PLACE_RUN}, 1},
    {sql_mirror_dates, {PLACE_RUN, PLACE_SOURCE}, 2},
    {sql_mirror_cursor, {PLACE_RUN}, 1},
    {sql_mirror_counts, {PLACE_RUN}, 1},
    {sql_mirror_snapshot, {PLACE_RUN}, 1},
    {sql_mirror_done, {PLACE_RUN}, 1},
    {sql_mirror_release, {PLACE_RUN, PLACE_SOURCE}, 2},
};

/* ---- dangling references (C6) ---- */

static rc_status look(const struct mirroring *mirroring, bool at_everybody)
{
    static const struct statement list = {
        sql_mirror_dangling_findings, {PLACE_RUN, PLACE_LIMIT}, 2};
    const char *const values[] = {mirroring->run->source, mirroring->run->run,
                                  at_everybody ? "t" : "f"};

    RC_TRY(rc_db_run(mirroring->tx, sql_mirror_dangling, COUNT_OF(values), values, NULL));
    return run_one(mirroring, &list);
}

/* Little has moved since the snapshot of the run `before`: whom it does not concern is not looked
 * at. */
static rc_status look_again(const struct mirroring *mirroring, const char *before)
{
    const char *const values[] = {mirroring->run->run, mirroring->run->source, before};

    RC_TRY(rc_db_run(mirroring->tx, sql_mirror_look, COUNT_OF(values), values, NULL));
    RC_TRY(rc_db_script(mirroring->tx, "ANALYZE w_look"));
    return look(mirroring, false);
}

/* On a quiet night the last look still holds, and nobody looks again. */
static rc_status refer(const struct mirroring *mirroring)
{
    const char *const values[] = {mirroring->run->run, mirroring->run->source};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_run(mirroring->tx, sql_mirror_quiet, COUNT_OF(values), values, &rows));
    if (rc_rows_count(rows) == 0) return look(mirroring, true);
    const char *const again[] = {mirroring->run->run, rc_rows_cstr(rows, 0, 0)};
    if (rc_rows_bool(rows, 0, 1))
        return rc_db_run(mirroring->tx, sql_mirror_dangling_again, COUNT_OF(again), again, NULL);
    return rc_rows_bool(rows, 0, 2) ? look_again(mirroring, again[1]) : look(mirroring, true);
}

static rc_status follow_one_before(const struct mirroring *mirroring)
{
    RC_TRY(run_all(mirroring, gathering, COUNT_OF(gathering)));
    RC_TRY(run_all(mirroring, following, COUNT_OF(following)));
    return run_all(mirroring, touching, COUNT_OF(touching));
}

static rc_status follow(const struct mirroring *mirroring)
{
    RC_TRY(rc_db_script(mirroring->tx, sql_work_tables));
    RC_TRY(mirroring->first ? run_all(mirroring, beginning, COUNT_OF(beginning))
                            : follow_one_before(mirroring));
    /* What dangles is for the next run to say that has read the others. */
    if (!mirroring->one) RC_TRY(refer(mirroring));
    return run_all(mirroring, closing, COUNT_OF(closing));
}

/* ---- entering ---- */

static const char *copy(struct rc_stage_env *env, const struct rc_rows *rows, int column)
{
    return rc_str_copy(env->arena, rc_rows_text(rows, 0, column)).data;
}

static rc_status read_settings(struct rc_stage_env *env, struct mirroring *mirroring)
{
    const char *const values[] = {mirroring->run->source};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(mirroring->tx, sql_mirror_settings, 1, values, &rows));
    mirroring->days = copy(env, rows, 0);
    mirroring->snapshots = copy(env, rows, 1);
    return RC_OK;
}

/* Locks the source's row, then the run's (R0). RC_NOT_FOUND: somebody else did it, or the token is
 * gone. */
static rc_status enter(struct rc_stage_env *env, struct mirroring *mirroring)
{
    const char *const values[] = {mirroring->run->run};
    RC_AUTO(rc_rows) struct rc_rows *source = NULL;
    RC_AUTO(rc_rows) struct rc_rows *run = NULL;

    RC_TRY(rc_db_one(mirroring->tx, sql_mirror_source, 1, values, &source));
    RC_TRY(rc_db_one(mirroring->tx, sql_mirror_run, 1, values, &run));
    if (!rc_rows_bool(source, 0, 0) || !rc_str_eq(rc_rows_text(run, 0, 0), RC_STR("checked")))
        return RC_NOT_FOUND;
    mirroring->first = rc_rows_int(source, 0, 1) == 0;
    mirroring->stale = rc_rows_int(source, 0, 1) != rc_rows_int(run, 0, 1);
    mirroring->clean = !rc_rows_bool(run, 0, 2);
    mirroring->verified = !rc_rows_bool(run, 0, 3);
    mirroring->one = rc_rows_bool(run, 0, 4);
    return read_settings(env, mirroring);
}

/* ---- the step ---- */

static rc_status supersede(const struct mirroring *mirroring)
{
    const char *const values[] = {mirroring->run->run, "another run has moved the mirror meanwhile",
                                  "Superseded"};

    RC_TRY(rc_db_run(mirroring->tx, sql_run_fail, COUNT_OF(values), values, NULL));
    RC_TRY(rc_db_commit(mirroring->tx));
    rc_log_warn("run.superseded", "another run has moved the mirror meanwhile");
    return RC_OK;
}

/* The stage has served. Left undone by a crash, the next run of the source does it. */
static rc_status tidy_up(struct rc_stage_env *env, const struct run_ref *run)
{
    const char *const values[] = {run->source};
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(env->db, run->district, &tx));
    RC_TRY(rc_db_run(tx, sql_stage_clear, 1, values, NULL));
    RC_TRY(rc_db_run(tx, sql_mirror_analyze, 1, &run->run, NULL));
    return rc_db_commit(tx);
}

rc_status reconciler_mirror(struct reconciler *self, struct rc_stage_env *env,
                            const struct run_ref *run)
{
    struct mirroring mirroring = {.self = self, .run = run};
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(env->db, run->district, &tx));
    mirroring.tx = tx;
    RC_TRY(enter(env, &mirroring));
    if (mirroring.stale) return supersede(&mirroring);
    RC_TRY(follow(&mirroring));
    RC_TRY(rc_fault_at("reconciler.mirror.before-commit", NULL));
    RC_TRY(rc_db_commit(tx));
    rc_log_info("run.mirrored", "the mirror follows the source");
    RC_TRY(rc_fault_at("reconciler.mirrored", NULL));
    return tidy_up(env, run);
}
