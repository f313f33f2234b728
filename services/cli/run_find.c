/* Runs are named by their id alone, whichever district they are of, or are the newest of one. */
#include "run_find.h"

#include "cli_sql.h"

#include "rollcall/base/id.h"

static rc_status check_named(struct cli *cli, const char *named)
{
    if (named && !rc_id_valid(rc_str_of(named)))
        return cli_refuse(cli, CLI_USAGE, "`rollcall run list` shows the ids.",
                          "\"%.60s\" is no run's id", named);
    if (!named && !args_has(&cli->args, "district"))
        return cli_refuse(cli, CLI_USAGE, "--district SLUG takes the district's newest run.",
                          "RUN is missing");
    return RC_OK;
}

rc_status run_find(struct cli *cli, const char *named, struct run_ref *ret_run)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *district = NULL;

    RC_TRY(check_named(cli, named));
    if (args_has(&cli->args, "district")) RC_TRY(cli_district(cli, &district));
    const char *const values[] = {named, district, NULL};
    RC_TRY(rc_db_tx(cli->db, NULL, &tx));
    const rc_status found = rc_db_one(tx, sql_run_find, COUNT_OF(values), values, &rows);
    if (found == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_NOTHING, "`rollcall run list` shows all.",
                          "there is no such run");
    RC_TRY(found);
    *ret_run = (struct run_ref){cli_keep(cli, rows, 0, 0), cli_keep(cli, rows, 0, 1),
                                cli_keep(cli, rows, 0, 2)};
    return rc_db_commit(tx);
}
