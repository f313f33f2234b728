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

/* The run that was named; else the newest that changed something, as tests and quiet nights did
 * not. */
static rc_status find_run(struct cli *cli, struct run_ref *ret_run)
{
    const char *named = args_value(&cli->args, "run");
    const char *district = NULL;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    if (named || !args_has(&cli->args, "district")) return run_find(cli, named, ret_run);
    RC_TRY(cli_district(cli, &district));
    RC_TRY(rc_db_tx(cli->db, district, &tx));
    const rc_status found = rc_db_one(tx, sql_undo_newest, 0, NULL, &rows);
    if (found == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_NOTHING, "`rollcall run list` shows all runs.",
                          "no run of the district changed anything that could be taken back");
    RC_TRY(found);
    *ret_run = (struct run_ref){cli_keep(cli, rows, 0, 0), district, cli_keep(cli, rows, 0, 1)};
    return rc_db_commit(tx);
}

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

    RC_TRY(find_run(cli, &undoing.run));
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
