/* One row about the source. */
#include "lane_more.h"

#include "credential.h"

#include "fetcher_sql.h"

static struct lane_limits limits_of(const struct rc_rows *rows)
{
    return (struct lane_limits){.requests = rc_rows_int(rows, 0, 0),
                                .window_ms = rc_rows_int(rows, 0, 1),
                                .concurrent = rc_rows_int(rows, 0, 2),
                                .quiet_ms = rc_rows_int(rows, 0, 3),
                                .share = rc_rows_int(rows, 0, 10)};
}

rc_status lane_more_read(struct rc_stage_env *env, struct rc_db *tx, struct lane *lane)
{
    struct lane_source *source = &lane->source;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *const values[] = {source->id.data};

    RC_TRY(rc_db_one(tx, sql_lane_more, COUNT_OF(values), values, &rows));
    lane->limits = limits_of(rows);
    source->read_at = rc_str_copy(env->arena, rc_rows_text(rows, 0, 8));
    if (!rc_rows_bool(rows, 0, 9)) return RC_OK;
    RC_TRY(credential_read(env, lane, rows, 4, "client_id", &source->old_id));
    return credential_read(env, lane, rows, 6, "client_secret", &source->old_secret);
}
