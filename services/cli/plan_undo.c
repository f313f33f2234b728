/* Taking back what a run applied, or one change of it. What that would do is looked at first, as
 * with a plan; then a wish is written, and the reconciler carries out what was shown change by
 * change, leaving alone what moved since. */
#include "plan_decide.h"

#include "run_find.h"
#include "undo_show.h"
#include "undo_wait.h"

#include "cli_sql.h"

struct undoing {
    struct run_ref run;
    struct undo_shown shown;
    const char *undo;
};

static rc_status look_at(struct cli *cli, struct undoing *undoing)
{
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, undoing->run.district, &tx));
    RC_TRY(undo_look(cli, tx, &undoing->shown));
    if (args_has(&cli->args, "dry-run")) RC_TRY(undo_tell(cli, tx, &undoing->shown));
    return rc_db_commit(tx);
}

static rc_status ask_for_it(struct cli *cli, struct undoing *undoing)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const struct undo_shown *shown = &undoing->shown;
    const char *const values[] = {undoing->run.run, shown->item, cli->who,
                                  shown->hash,      shown->last, shown->leaves};

    RC_TRY(rc_db_tx(cli->db, undoing->run.district, &tx));
    RC_TRY(rc_db_one(tx, sql_undo_add, COUNT_OF(values), values, &rows));
    undoing->undo = cli_keep(cli, rows, 0, 0);
    RC_TRY(cli_audit(cli, tx, "plan.undo",
                     rc_str_print(cli->arena, "{\"run\":\"%s\",\"undo\":\"%s\",\"changes\":%lld}",
                                  undoing->run.run, undoing->undo, (long long)shown->back)));
    const char *const said[] = {undoing->run.run, NULL, undoing->undo};
    RC_TRY(rc_db_run(tx, sql_plan_say, COUNT_OF(said), said, NULL));
    return rc_db_commit(tx);
}

static rc_status confirm(struct cli *cli, const struct undoing *undoing)
{
    const struct undo_shown *shown = &undoing->shown;

    return cli_confirm(cli, shown->back,
                       rc_str_print(cli->arena,
                                    "Take back %lld changes of run %s (%lld were moved since and "
                                    "stay), hash %.12s.",
                                    (long long)shown->back, undoing->run.run,
                                    (long long)shown->stays, shown->hash)
                           .data);
}

rc_status plan_undo(struct cli *cli)
{
    struct undoing undoing = {.shown = {.item = args_value(&cli->args, "item")}};

    RC_TRY(run_find(cli, args_value(&cli->args, "run"), &undoing.run));
    undoing.shown.run = undoing.run.run;
    RC_TRY(look_at(cli, &undoing));
    if (args_has(&cli->args, "dry-run")) return RC_OK;
    RC_TRY(undo_needed(cli, &undoing.shown));
    RC_TRY(confirm(cli, &undoing));
    RC_TRY(ask_for_it(cli, &undoing));
    struct undo_wish wish = {undoing.run.district, undoing.undo, undoing.shown.back, 0, 0};
    if (args_has(&cli->args, "wait")) return undo_wait(cli, &wish);
    const struct out_fact facts[] = {{"undo", undoing.undo}, {"run", undoing.run.run}};
    out_act(&cli->out, facts, COUNT_OF(facts), "%lld changes of run %s are taken back.",
            (long long)wish.count, undoing.run.run);
    return RC_OK;
}
