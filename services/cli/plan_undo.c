/* Taking back what a run applied, or one change of it. A wish is written; the reconciler carries it
 * out change by change and leaves alone what moved since. */
#include "plan_decide.h"

#include "run_find.h"
#include "wait.h"

#include "cli_sql.h"

#include "rollcall/base/id.h"

struct undoing {
    struct run_ref run;
    const char *item; /* of the history; NULL: the whole run */
    const char *undo;
    int64_t count, undone, left_alone;
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

static rc_status look(struct cli *cli, void *self, struct rc_buf *line, bool *ret_done)
{
    struct undoing *undoing = self;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, undoing->run.district, &tx));
    RC_TRY(rc_db_one(tx, sql_undo_progress, 1, &undoing->undo, &rows));
    RC_TRY(rc_db_commit(tx));
    *ret_done = rc_rows_bool(rows, 0, 0);
    undoing->undone = rc_rows_int(rows, 0, 1);
    undoing->left_alone = rc_rows_int(rows, 0, 2);
    rc_buf_print(line, "taking back %lld changes", (long long)undoing->count);
    return RC_OK;
}

static rc_status wait_undone(struct cli *cli, struct undoing *undoing)
{
    const struct wait wait = {.what = "the undo", .look = look, .self = undoing};

    RC_TRY(wait_until_done(cli, &wait));
    const char *undone = rc_str_print(cli->arena, "%lld", (long long)undoing->undone).data;
    const char *left = rc_str_print(cli->arena, "%lld", (long long)undoing->left_alone).data;
    const struct out_fact facts[] = {
        {"undo", undoing->undo}, {"undone", undone}, {"left_alone", left}};
    out_act(&cli->out, facts, COUNT_OF(facts),
            "%s changes were taken back; %s were left alone, since they moved after.", undone,
            left);
    if (undoing->left_alone > 0) cli->exit = CLI_PARTLY;
    return RC_OK;
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
    if (args_has(&cli->args, "wait")) return wait_undone(cli, &undoing);
    const struct out_fact facts[] = {{"undo", undoing.undo}, {"run", undoing.run.run}};
    out_act(&cli->out, facts, COUNT_OF(facts), "%lld changes of run %s are taken back.",
            (long long)undoing.count, undoing.run.run);
    return RC_OK;
}
