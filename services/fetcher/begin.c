/* run.requested: gives the run its source's token and its lanes, or leaves it to the sweep (R2). */
#include "fetcher.h"

#include "clever_begin.h"
#include "rollcall/base/log.h"

rc_status fetcher_begin(void *self, struct rc_stage_env *env, const struct rc_message *in)
{
    const char *run = rc_str_copy(env->arena, env->envelope.run).data;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    bool clever = false;

    (void)in;
    if (env->envelope.run.len == 0 || env->envelope.district.len == 0)
        return rc_fail(RC_REJECT, "run.requested must name a run and a district");
    const char *district = rc_str_copy(env->arena, env->envelope.district).data;
    RC_TRY(clever_begin(self, env, district, run, &clever));
    if (clever) return RC_OK;
    RC_TRY(rc_db_tx(env->db, district, &tx));
    RC_TRY(rc_db_one(tx, "SELECT run_begin($1::uuid)", 1, &run, &rows));
    RC_TRY(rc_db_commit(tx));
    if (rc_rows_bool(rows, 0, 0))
        rc_log_info("run.begun", "the run has its token and its lanes");
    else
        rc_log_debug("run.not-begun", "not now: its source is busy or paused, or it has begun");
    return RC_OK;
}
