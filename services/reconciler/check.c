/* Check (C3): before anything is believed, what the lanes sealed is compared with what arrived. A
 * contradiction ends the run with the mirror untouched; incompleteness makes a collection unsealed;
 * a size that is out of all proportion makes the snapshot suspect. Who is missing is asked for by
 * id before the mirror believes it (C4, verify.c). */
#include "check.h"

#include "reconciler.h"
#include "reconciler_sql.h"
#include "verdict.h"

#include "rollcall/base/fault.h"
#include "rollcall/base/log.h"
#include "rollcall/roster/policy.h"

#include <stdio.h>

enum { VERIFY_MOST = 500 }; /* verify_most() of 0018: above it a sample is asked */

struct checking {
    struct reconciler *self;
    struct rc_db *tx;
    struct rc_arena *arena;
    const struct run_ref *run;
    int64_t missing;  /* present in the mirror, and did not come */
    int64_t twice;    /* came beyond the first of their id */
    int64_t asked;    /* people whom the source would be asked for by id (C4) */
    char broken[240]; /* words, when the run has to end */
};

static struct collection_facts facts_of(const struct rc_rows *rows, size_t row)
{
    return (struct collection_facts){
        .collection = rc_rows_cstr(rows, row, 0),
        .counted = !rc_rows_null(rows, row, 1),
        .total = rc_rows_int(rows, row, 1),
        .sealed = rc_rows_bool(rows, row, 2),
        .reason = rc_rows_cstr(rows, row, 3),
        .records = rc_rows_int(rows, row, 4),
        .pages_missing = rc_rows_int(rows, row, 5),
        .lanes_open = rc_rows_int(rows, row, 6),
        .lanes_broken = rc_rows_int(rows, row, 7),
        .arrived = rc_rows_int(rows, row, 8),
        .ids = rc_rows_int(rows, row, 9),
        .nameless = rc_rows_int(rows, row, 10),
        .unknown = rc_rows_int(rows, row, 11),
    };
}

static rc_status list_twice(struct checking *checking, const char *collection)
{
    char limit[24];

    snprintf(limit, sizeof limit, "%lld", (long long)checking->self->options->findings_max);
    const char *const values[] = {checking->run->run, collection, limit};
    return rc_db_run(checking->tx, sql_check_duplicates, COUNT_OF(values), values, NULL);
}

static rc_status keep_seal(struct checking *checking, const struct collection_facts *facts,
                           const struct judgement *judgement)
{
    char ids[24];

    snprintf(ids, sizeof ids, "%lld", (long long)facts->ids);
    const char *const values[] = {checking->run->run, facts->collection, ids,
                                  judgement->verdict == VERDICT_SEALED ? "t" : "f",
                                  judgement->words};
    return rc_db_run(checking->tx, sql_check_seal_keep, COUNT_OF(values), values, NULL);
}

static rc_status judge(struct checking *checking, const struct collection_facts *facts)
{
    struct judgement judgement;

    verdict_judge(facts, &judgement);
    if (judgement.verdict == VERDICT_BROKEN) {
        memcpy(checking->broken, judgement.words, sizeof checking->broken);
        return RC_OK;
    }
    const char *const values[] = {checking->run->run, facts->collection,
                                  judgement.verdict == VERDICT_SEALED ? "t" : "f", judgement.words};
    RC_TRY(rc_db_run(checking->tx, sql_check_seal, COUNT_OF(values), values, NULL));
    RC_TRY(keep_seal(checking, facts, &judgement));
    checking->twice += judgement.twice;
    return judgement.twice > 0 ? list_twice(checking, facts->collection) : RC_OK;
}

/* Stops at the first contradiction. */
static rc_status judge_all(struct checking *checking)
{
    const char *const values[] = {checking->run->run, checking->run->source};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_script(checking->tx, sql_work_tables));
    RC_TRY(rc_db_run(checking->tx, sql_work_pages, 1, values, NULL));
    RC_TRY(rc_db_run(checking->tx, sql_work_seen, 1, values, NULL));
    RC_TRY(rc_db_run(checking->tx, sql_check_facts, COUNT_OF(values), values, &rows));
    for (size_t row = 0; row < rc_rows_count(rows) && !checking->broken[0]; row++) {
        const struct collection_facts facts = facts_of(rows, row);
        RC_TRY(judge(checking, &facts));
    }
    return RC_OK;
}

rc_status check_count_missing(struct rc_db *tx, const struct run_ref *run, int64_t *ret_missing)
{
    const char *const values[] = {run->run, run->source};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    *ret_missing = 0;
    if (strcmp(run->kind, "full") != 0) return RC_OK;
    RC_TRY(rc_db_run(tx, sql_check_missing, COUNT_OF(values), values, &rows));
    *ret_missing = rc_rows_touched(rows);
    return RC_OK;
}

/* Does the school-year calendar say that the source may be empty on the run's date? */
static rc_status is_expected(struct checking *checking, bool *ret_expected)
{
    const char *const values[] = {checking->run->source};
    struct rc_arena *arena = checking->arena;
    const struct rc_json *dates = NULL;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    *ret_expected = false;
    const rc_status found = rc_db_one(checking->tx, sql_check_calendar, 1, values, &rows);
    if (found == RC_NOT_FOUND) return RC_OK;
    RC_TRY(found);
    RC_TRY(rc_json_parse(rc_str_copy(arena, rc_rows_text(rows, 0, 0)), NULL, arena, &dates));
    *ret_expected = rc_dates_hold(dates, rc_str_of(checking->run->on));
    return RC_OK;
}

/* Only what is missing can be too much. */
static rc_status is_suspect(struct checking *checking, bool *ret_suspect)
{
    const char *const values[] = {checking->run->source};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    bool expected = false;

    *ret_suspect = false;
    if (checking->missing == 0) return RC_OK;
    RC_TRY(is_expected(checking, &expected));
    if (expected) return RC_OK;
    RC_TRY(rc_db_one(checking->tx, sql_check_band, 1, values, &rows));
    *ret_suspect = rc_rows_bool(rows, 0, 0);
    return RC_OK;
}

/* RC_NOT_FOUND: not ready any more, or without the token. */
static rc_status enter(struct checking *checking)
{
    const char *const values[] = {checking->run->run};
    RC_AUTO(rc_rows) struct rc_rows *holds = NULL;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(checking->tx, "SELECT run_holds($1::uuid)", 1, values, &holds));
    if (!rc_rows_bool(holds, 0, 0)) return RC_NOT_FOUND;
    RC_TRY(rc_db_one(checking->tx, sql_check_enter, 1, values, &rows));
    return rc_str_eq(rc_rows_text(rows, 0, 0), RC_STR("ready")) ? RC_OK : RC_NOT_FOUND;
}

/* Did the source keep to a delta's window? */
static rc_status look_at_filter(struct checking *checking)
{
    if (strcmp(checking->run->kind, "delta") != 0) return RC_OK;
    return rc_db_run(checking->tx, sql_check_filter, 1, &checking->run->run, NULL);
}

/* One person's sync: whom it was started for. */
static rc_status find_named(struct checking *checking)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_run(checking->tx, sql_check_person, 1, &checking->run->run, &rows));
    checking->asked = rc_rows_touched(rows);
    return RC_OK;
}

/* Whom to ask for by id. */
static rc_status find_asked(struct checking *checking)
{
    const struct run_ref *run = checking->run;
    RC_AUTO(rc_rows) struct rc_rows *settings = NULL;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_script(checking->tx, sql_check_ask_table));
    if (strcmp(run->kind, "full") != 0) return find_named(checking);
    RC_TRY(rc_db_one(checking->tx, sql_mirror_settings, 1, &run->source, &settings));
    const char *const values[] = {run->run, run->source, run->on, rc_rows_cstr(settings, 0, 0)};
    RC_TRY(rc_db_run(checking->tx, sql_check_ask, COUNT_OF(values), values, &rows));
    checking->asked = rc_rows_touched(rows);
    return RC_OK;
}

/* The lane that asks, and the people it asks for. */
static rc_status go_to_ask(struct checking *checking)
{
    const char *const values[] = {checking->run->run, checking->asked > VERIFY_MOST ? "t" : "f"};

    RC_TRY(rc_db_run(checking->tx, "SELECT run_verify($1::uuid)", 1, values, NULL));
    return rc_db_run(checking->tx, sql_check_verify, COUNT_OF(values), values, NULL);
}

static rc_status store(struct checking *checking, bool suspect)
{
    char missing[24], twice[24];

    snprintf(missing, sizeof missing, "%lld", (long long)checking->missing);
    snprintf(twice, sizeof twice, "%lld", (long long)checking->twice);
    const char *const values[] = {checking->run->run,
                                  suspect ? "t" : "f",
                                  missing,
                                  twice,
                                  checking->asked > 0 ? "verifying" : "checked",
                                  checking->asked > VERIFY_MOST ? "t" : "f"};
    RC_TRY(rc_db_change(checking->tx, sql_check_done, COUNT_OF(values), values, NULL));
    if (checking->asked > 0) RC_TRY(go_to_ask(checking));
    return rc_db_commit(checking->tx);
}

static rc_status finish_check(struct checking *checking)
{
    bool suspect = false;

    RC_TRY(check_count_missing(checking->tx, checking->run, &checking->missing));
    RC_TRY(is_suspect(checking, &suspect));
    RC_TRY(find_asked(checking));
    RC_TRY(look_at_filter(checking));
    RC_TRY(store(checking, suspect));
    if (suspect)
        rc_log_warn("run.suspect",
                    "far more is missing than usual: removals will wait as source fault suspected");
    if (checking->asked > 0)
        rc_log_info("run.verifying", "the source is asked for %lld people by id",
                    (long long)checking->asked);
    return rc_fault_at("reconciler.checked", NULL);
}

/* In a transaction of its own: the source's row is locked for writing first (R0). */
static rc_status fail_run(struct rc_stage_env *env, const struct run_ref *run, const char *words)
{
    const char *const values[] = {run->run, words, "Failed"};
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(env->db, run->district, &tx));
    RC_TRY(rc_db_run(tx, sql_run_fail, COUNT_OF(values), values, NULL));
    RC_TRY(rc_db_commit(tx));
    rc_log_error("run.failed", "%s", words);
    return RC_OK;
}

rc_status reconciler_check(struct reconciler *self, struct rc_stage_env *env,
                           const struct run_ref *run)
{
    struct checking checking = {.self = self, .arena = env->arena, .run = run};
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(env->db, run->district, &tx));
    checking.tx = tx;
    RC_TRY(enter(&checking));
    RC_TRY(judge_all(&checking));
    if (!checking.broken[0]) return finish_check(&checking);
    rc_db_rollback(tx);
    return fail_run(env, run, checking.broken);
}
