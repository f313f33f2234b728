/* A district's settings as the planner reads them, for commands that say what they mean for one
 * person. Versions are the planner's business and stand at zero here. */
#include "policy.h"

#include "cli_sql.h"

static rc_status load_settings(struct cli *cli, struct rc_db *tx, struct rc_policy **ret_policy)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_run(tx, sql_policy_settings, 0, NULL, &rows));
    *ret_policy = rc_policy_new(cli->arena, 0, 0,
                                rc_str_copy(cli->arena, rc_rows_text(rows, 0, 3)));
    for (size_t i = 0; i < rc_rows_count(rows); i++) {
        const struct rc_json *value = NULL;
        if (rc_rows_null(rows, i, 1)) continue;
        RC_TRY(rc_json_parse(rc_str_copy(cli->arena, rc_rows_text(rows, i, 2)), NULL, cli->arena,
                             &value));
        RC_TRY(rc_policy_set(*ret_policy, rc_str_copy(cli->arena, rc_rows_text(rows, i, 0)),
                             rc_rows_text(rows, i, 1), value));
    }
    return RC_OK;
}

rc_status policy_load(struct cli *cli, struct rc_db *tx, struct rc_policy **ret_policy)
{
    RC_AUTO(rc_rows) struct rc_rows *schools = NULL;

    RC_TRY(load_settings(cli, tx, ret_policy));
    RC_TRY(rc_db_run(tx, sql_policy_schools, 0, NULL, &schools));
    for (size_t i = 0; i < rc_rows_count(schools); i++) {
        const struct rc_str id = rc_str_copy(cli->arena, rc_rows_text(schools, i, 0));
        if (rc_policy_names_school(*ret_policy, id, rc_rows_text(schools, i, 1)))
            rc_policy_choose(*ret_policy, id);
    }
    return RC_OK;
}
