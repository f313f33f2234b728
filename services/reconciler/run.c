/* A run as it stands in PostgreSQL: the message only says "look" (level, not edge). */
#include "reconciler.h"
#include "reconciler_sql.h"

static const char *copy(struct rc_stage_env *env, const struct rc_rows *rows, int column)
{
    return rc_str_copy(env->arena, rc_rows_text(rows, 0, column)).data;
}

rc_status reconciler_run_load(struct rc_stage_env *env, struct run_ref *ret_run)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    if (env->envelope.district.len == 0 || env->envelope.run.len == 0)
        return rc_fail(RC_REJECT,
                       "the message must name a district and a run in rc_district and rc_run");
    const char *district = rc_str_copy(env->arena, env->envelope.district).data;
    const char *const values[] = {rc_str_copy(env->arena, env->envelope.run).data};
    RC_TRY(rc_db_tx(env->db, district, &tx));
    RC_TRY(rc_db_one(tx, sql_run_load, 1, values, &rows));
    *ret_run = (struct run_ref){
        .district = district,
        .run = copy(env, rows, 0),
        .source = copy(env, rows, 1),
        .kind = copy(env, rows, 2),
        .phase = copy(env, rows, 3),
        .on = copy(env, rows, 4),
        .test = rc_rows_bool(rows, 0, 5),
        .over = rc_rows_bool(rows, 0, 6),
        .traceparent = rc_str_copy(env->arena, rc_rows_text(rows, 0, 7)),
    };
    return rc_db_commit(tx);
}
