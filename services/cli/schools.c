/* Schools as people name them. */
#include "schools.h"

#include "cli_sql.h"

rc_status school_find(struct cli *cli, struct rc_db *tx, const char *named, const char **ret_school)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO(rc_rows) struct rc_rows *all = NULL;
    const char *const values[] = {named};

    RC_TRY(rc_db_run(tx, sql_school_find, 1, values, &rows));
    if (rc_rows_count(rows) > 0) {
        *ret_school = cli_keep(cli, rows, 0, 0);
        return RC_OK;
    }
    RC_TRY(rc_db_one(tx, sql_school_names, 0, NULL, &all));
    const char *names = cli_keep(cli, all, 0, 0);
    return cli_refuse(cli, CLI_NOTHING,
                      names ? rc_str_print(cli->arena, "The sources share: %s", names).data
                            : "Schools are known after a test or a run: rollcall source test",
                      "no source has sent a school \"%.100s\"", named);
}

rc_status schools_warn(struct cli *cli, struct rc_db *tx, struct rc_str list)
{
    RC_AUTO(rc_rows) struct rc_rows *all = NULL;
    const struct rc_json *names = NULL;

    RC_TRY(rc_db_one(tx, sql_school_names, 0, NULL, &all));
    if (rc_rows_null(all, 0, 0)) return RC_OK; /* nothing is known yet */
    RC_TRY(rc_json_parse(list, NULL, cli->arena, &names));
    for (const struct rc_json *name = rc_json_first(names); name; name = rc_json_next(name)) {
        RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
        const char *const values[] = {rc_str_copy(cli->arena, rc_json_text(name)).data};
        RC_TRY(rc_db_run(tx, sql_school_find, 1, values, &rows));
        if (rc_rows_count(rows) == 0)
            out_note(&cli->out, "warning: no source has sent a school \"%s\" so far", values[0]);
    }
    return RC_OK;
}
