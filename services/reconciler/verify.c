/* Verify (C4): a run whose missing people were asked for by id goes on once every answer is there
 * that will come. Unknown to the source, marked deleted, and still there are three causes; who is
 * not answered for counts as present. */
#include "check.h"

#include "reconciler_sql.h"

#include "rollcall/base/fault.h"
#include "rollcall/base/log.h"

#include <stdio.h>

/* Source, lanes, run (R0). RC_NOT_FOUND: answers are still to come, or it is not our turn. */
static rc_status enter(struct rc_db *tx, const struct run_ref *run)
{
    RC_AUTO(rc_rows) struct rc_rows *holds = NULL;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(tx, "SELECT run_holds($1::uuid)", 1, &run->run, &holds));
    if (!rc_rows_bool(holds, 0, 0)) return RC_NOT_FOUND;
    RC_TRY(rc_db_run(tx, sql_verify_lanes, 1, &run->run, NULL));
    RC_TRY(rc_db_one(tx, sql_verify_enter, 1, &run->run, &rows));
    return rc_rows_bool(rows, 0, 0) ? RC_OK : RC_NOT_FOUND;
}

static rc_status resolve(struct rc_db *tx, const struct run_ref *run, int64_t *ret_missing)
{
    RC_TRY(rc_db_script(tx, sql_work_tables));
    RC_TRY(rc_db_run(tx, sql_work_pages, 1, &run->run, NULL));
    RC_TRY(rc_db_run(tx, sql_work_seen, 1, &run->run, NULL));
    RC_TRY(rc_db_run(tx, sql_verify_resolve, 1, &run->run, NULL));
    return check_count_missing(tx, run, ret_missing);
}

static rc_status store(struct rc_db *tx, const struct run_ref *run, int64_t missing)
{
    char number[24];

    snprintf(number, sizeof number, "%lld", (long long)missing);
    const char *const values[] = {run->run, number};
    RC_TRY(rc_db_change(tx, sql_verify_done, COUNT_OF(values), values, NULL));
    RC_TRY(rc_db_run(tx, sql_verify_seal, 1, &run->run, NULL));
    return rc_db_run(tx, sql_verify_finding, 1, &run->run, NULL);
}

rc_status reconciler_verify(struct reconciler *self, struct rc_stage_env *env,
                            const struct run_ref *run)
{
    int64_t missing = 0;
    RC_AUTO_TX struct rc_db *tx = NULL;

    (void)self;
    RC_TRY(rc_db_tx(env->db, run->district, &tx));
    RC_TRY(enter(tx, run));
    RC_TRY(resolve(tx, run, &missing));
    RC_TRY(store(tx, run, missing));
    RC_TRY(rc_db_commit(tx));
    rc_log_info("run.verified", "%lld records stay missing", (long long)missing);
    return rc_fault_at("reconciler.checked", NULL);
}
