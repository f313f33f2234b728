/* Waiting for an undo, of a run or of an act. */
#include "undo_wait.h"

#include "wait.h"

#include "cli_sql.h"

static rc_status look(struct cli *cli, void *self, struct rc_buf *line, bool *ret_done)
{
    struct undo_wish *wish = self;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, wish->district, &tx));
    RC_TRY(rc_db_one(tx, sql_undo_progress, 1, &wish->undo, &rows));
    RC_TRY(rc_db_commit(tx));
    *ret_done = rc_rows_bool(rows, 0, 0);
    wish->undone = rc_rows_int(rows, 0, 1);
    wish->left_alone = rc_rows_int(rows, 0, 2);
    rc_buf_print(line, "taking back %lld changes", (long long)wish->count);
    return RC_OK;
}

rc_status undo_wait(struct cli *cli, struct undo_wish *wish)
{
    const struct wait wait = {.what = "the undo", .look = look, .self = wish};

    RC_TRY(wait_until_done(cli, &wait));
    const char *undone = rc_str_print(cli->arena, "%lld", (long long)wish->undone).data;
    const char *left = rc_str_print(cli->arena, "%lld", (long long)wish->left_alone).data;
    const struct out_fact facts[] = {
        {"undo", wish->undo}, {"undone", undone}, {"left_alone", left}};
    out_act(&cli->out, facts, COUNT_OF(facts),
            "%s changes were taken back; %s were left alone, since they moved after.", undone,
            left);
    if (wish->left_alone > 0) cli->exit = CLI_PARTLY;
    return RC_OK;
}
