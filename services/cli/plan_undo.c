/* Taking back what a run applied, or one change of it. A wish is written; the reconciler carries it
 * out change by change and leaves alone what moved since. */
#include "plan_decide.h"

#include "run_find.h"
#include "undo_wait.h"

#include "cli_sql.h"

#include "rollcall/base/id.h"

struct undoing {
    struct run_ref run;
    const char *item; /* of the history; NULL: the whole run */
    const char *undo;
    int64_t count;
};

static rc_status count_changes(struct cli *cli, struct undoing *undoing)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *const values[] = {undoing->run.run, undoing->item};

    RC_TRY(rc_db_tx(cli->db, undoing->run.district, &tx));
    RC_TRY(rc_db_one(tx, sql_history_count, COUNT_OF(values), values, &rows));
    undoing->count = rc_rows_int(rows, 0, 0);
    if (undoing->count > 0) return rc_db_commit(tx);
    return cli_refuse(cli, CLI_NOTHING, "`rollcall plan history --run` shows what there is.",
                      "nothing that could be taken back matches");
}

static rc_status ask_for_it(struct cli *cli, struct undoing *undoing)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *const values[] = {undoing->run.run, undoing->item, cli->who};

    RC_TRY(rc_db_tx(cli->db, undoing->run.district, &tx));
    RC_TRY(rc_db_one(tx, sql_undo_add, COUNT_OF(values), values, &rows));
    undoing->undo = cli_keep(cli, rows, 0, 0);
    RC_TRY(cli_audit(cli, tx, "plan.undo",
                     rc_str_print(cli->arena, "{\"run\":\"%s\",\"undo\":\"%s\",\"changes\":%lld}",
                                  undoing->run.run, undoing->undo, (long long)undoing->count)));
    const char *const said[] = {undoing->run.run, NULL, undoing->undo};
    RC_TRY(rc_db_run(tx, sql_plan_say, COUNT_OF(said), said, NULL));
    return rc_db_commit(tx);
}

rc_status plan_undo(struct cli *cli)
{
    struct undoing undoing = {.item = args_value(&cli->args, "item")};

    RC_TRY(run_find(cli, args_value(&cli->args, "run"), &undoing.run));
    RC_TRY(count_changes(cli, &undoing));
    RC_TRY(cli_confirm(cli, undoing.count,
                       rc_str_print(cli->arena, "Take back %lld changes of run %s.",
                                    (long long)undoing.count, undoing.run.run)
                           .data));
    RC_TRY(ask_for_it(cli, &undoing));
    struct undo_wish wish = {undoing.run.district, undoing.undo, undoing.count, 0, 0};
    if (args_has(&cli->args, "wait")) return undo_wait(cli, &wish);
    const struct out_fact facts[] = {{"undo", undoing.undo}, {"run", undoing.run.run}};
    out_act(&cli->out, facts, COUNT_OF(facts), "%lld changes of run %s are taken back.",
            (long long)undoing.count, undoing.run.run);
    return RC_OK;
}
