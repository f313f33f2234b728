/* Which webhook it is stands in `rollcall webhook list`, not in a label. */
#include "webhook.h"

#include "webhook_sql.h"

#include <stdio.h>

rc_status gauges_tell(void *self, struct rc_stage_env *env)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    int64_t behind = 0;
    int64_t failing_s = 0;
    char labels[40];

    (void)self;
    RC_TRY(rc_db_run(env->db, sql_gauges, 0, NULL, &rows));
    for (size_t i = 0; i < rc_rows_count(rows); i++) {
        snprintf(labels, sizeof labels, "state=\"%s\"", rc_rows_cstr(rows, i, 0));
        rc_metric_set("rollcall_webhooks", labels, (double)rc_rows_int(rows, i, 1));
        if (rc_str_eq(rc_rows_text(rows, i, 0), RC_STR("paused"))) continue;
        if (rc_rows_int(rows, i, 2) > behind) behind = rc_rows_int(rows, i, 2);
        if (rc_rows_int(rows, i, 3) > failing_s) failing_s = rc_rows_int(rows, i, 3);
    }
    rc_metric_set("rollcall_webhook_changes_behind_max", NULL, (double)behind);
    rc_metric_set("rollcall_webhook_failing_seconds_max", NULL, (double)failing_s);
    return RC_OK;
}
