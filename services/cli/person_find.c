/* Whom a word of the command line means. */
#include "person_find.h"

#include "cli_sql.h"

static rc_status refuse_several(struct cli *cli, const struct rc_rows *rows)
{
    RC_AUTO_BUF struct rc_buf nodes = {0};

    for (size_t i = 0; i < rc_rows_count(rows); i++)
        rc_buf_print(&nodes, "%s%s", i > 0 ? ", " : "", rc_rows_cstr(rows, i, 0));
    return cli_refuse(cli, CLI_USAGE, rc_str_copy(cli->arena, rc_buf_str(&nodes)).data,
                      "that may be %zu people: name one of these", rc_rows_count(rows));
}

rc_status person_find(struct cli *cli, struct rc_db *tx, const char *named,
                      struct person_ref *ret_person)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_run(tx, sql_person_named, 1, &named, &rows));
    if (rc_rows_count(rows) == 0) return RC_NOT_FOUND;
    if (rc_rows_count(rows) > 1) return refuse_several(cli, rows);
    *ret_person = (struct person_ref){cli_keep(cli, rows, 0, 0), cli_keep(cli, rows, 0, 1),
                                      cli_keep(cli, rows, 0, 2)};
    return RC_OK;
}

rc_status person_need(struct cli *cli, struct rc_db *tx, const char *named,
                      struct person_ref *ret_person)
{
    const rc_status status = person_find(cli, tx, named, ret_person);

    if (status != RC_NOT_FOUND) return status;
    return cli_refuse(cli, CLI_NOTHING,
                      "`rollcall person find` looks for names, `rollcall person explain` says why "
                      "somebody is not there.",
                      "nobody in the district is \"%.70s\"", named);
}
