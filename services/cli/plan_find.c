/* Plans and their items as they are named on a command line. */
#include "plan_find.h"

#include "cli_sql.h"

#include "rollcall/base/id.h"

static rc_status check_ids(struct cli *cli, const char *named, const char *run)
{
    if ((named && !rc_id_valid(rc_str_of(named))) || (run && !rc_id_valid(rc_str_of(run))))
        return cli_refuse(cli, CLI_USAGE,
                          "`rollcall run show` shows the ids of a run and its plan.",
                          "\"%.60s\" is no id", named ? named : run);
    if (!named && !run && !args_has(&cli->args, "district"))
        return cli_refuse(cli, CLI_USAGE, NULL, "which plan: --district SLUG is missing");
    return RC_OK;
}

rc_status plan_find(struct cli *cli, const char *named, struct plan_ref *ret_plan)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *run = args_value(&cli->args, "run");
    const char *district = NULL;

    RC_TRY(check_ids(cli, named, run));
    if (args_has(&cli->args, "district")) RC_TRY(cli_district(cli, &district));
    const char *const values[] = {named, run, district};
    RC_TRY(rc_db_tx(cli->db, NULL, &tx));
    const rc_status found = rc_db_one(tx, sql_plan_find, COUNT_OF(values), values, &rows);
    if (found == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_NOTHING, "A run makes one: rollcall run start.",
                          "there is no such plan");
    RC_TRY(found);
    *ret_plan = (struct plan_ref){
        .plan = cli_keep(cli, rows, 0, 0),
        .district = cli_keep(cli, rows, 0, 1),
        .slug = cli_keep(cli, rows, 0, 2),
        .state = cli_keep(cli, rows, 0, 3),
        .hash = cli_keep(cli, rows, 0, 4),
        .run = cli_keep(cli, rows, 0, 5),
    };
    return rc_db_commit(tx);
}

static const char *array_of(struct cli *cli, const char *option)
{
    RC_AUTO_BUF struct rc_buf array = {0};

    if (!args_has(&cli->args, option)) return NULL;
    rc_db_array_open(&array);
    for (size_t i = 0; args_value_at(&cli->args, option, i); i++)
        rc_db_array_add(&array, rc_str_of(args_value_at(&cli->args, option, i)));
    rc_db_array_close(&array);
    return rc_str_copy(cli->arena, rc_buf_str(&array)).data;
}

void plan_selection(struct cli *cli, struct plan_selection *ret_selection)
{
    *ret_selection = (struct plan_selection){
        .kinds = array_of(cli, "kind"),
        .roles = array_of(cli, "role"),
        .schools = array_of(cli, "school"),
        .items = array_of(cli, "item"),
    };
}
