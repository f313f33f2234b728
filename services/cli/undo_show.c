/* An undo before it is said: previewed as a plan, known by its hash. */
#include "undo_show.h"

#include "cli_sql.h"

enum { HASH, BACK, STAYS, LAST, LEAVES }; /* columns of undo_sum.sql */

static const struct out_column count_columns[] = {
    {"kind", OUT_TEXT, false},
    {"field", OUT_TEXT, false},
    {"taken_back", OUT_NUMBER, false},
    {"left", OUT_NUMBER, false},
};
static const struct out_column item_columns[] = {
    {"change", OUT_NUMBER, false}, {"what", OUT_TEXT, false},     {"then", OUT_TEXT, false},
    {"kind", OUT_TEXT, true},      {"account", OUT_TEXT, true},   {"field", OUT_TEXT, true},
    {"now", OUT_TEXT, false},      {"restored", OUT_TEXT, false},
};
enum { ITEM_VALUES = 2 }; /* the last columns, which only --values shows */

rc_status undo_look(struct cli *cli, struct rc_db *tx, struct undo_shown *shown)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *const values[] = {shown->run, shown->act, shown->item};

    RC_TRY(rc_db_one(tx, sql_undo_sum, COUNT_OF(values), values, &rows));
    shown->hash = cli_keep(cli, rows, 0, HASH);
    shown->back = rc_rows_int(rows, 0, BACK);
    shown->stays = rc_rows_int(rows, 0, STAYS);
    shown->last = cli_keep(cli, rows, 0, LAST);
    shown->leaves = cli_keep(cli, rows, 0, LEAVES);
    if (shown->back + shown->stays == 0)
        return cli_refuse(cli, CLI_NOTHING,
                          "`rollcall plan history` and `rollcall act show` show what there is.",
                          "nothing that could be taken back matches");
    return cli_check_hash(cli, shown->hash, "what would be taken back",
                          "Look at it once more with --dry-run.");
}

rc_status undo_needed(struct cli *cli, const struct undo_shown *shown)
{
    if (shown->back > 0) return RC_OK;
    return cli_refuse(cli, CLI_NOTHING, "--dry-run shows them.",
                      "nothing left to undo: all %lld changes were moved since, and stay",
                      (long long)shown->stays);
}

rc_status undo_tell(struct cli *cli, struct rc_db *tx, const struct undo_shown *shown)
{
    RC_AUTO(rc_rows) struct rc_rows *counts = NULL, *items = NULL;
    const char *limit = args_has(&cli->args, "limit") ? args_value(&cli->args, "limit") : "20";
    const char *const values[] = {shown->run, shown->act, shown->item, limit};
    const size_t hidden = args_has(&cli->args, "values") ? 0 : ITEM_VALUES;
    const struct out_fact facts[] = {
        {"hash", shown->hash},
        {"taken_back", rc_str_print(cli->arena, "%lld", (long long)shown->back).data},
        {"left", rc_str_print(cli->arena, "%lld", (long long)shown->stays).data}};

    RC_TRY(rc_db_run(tx, sql_undo_preview, 3, values, &counts));
    RC_TRY(rc_db_run(tx, sql_undo_items, COUNT_OF(values), values, &items));
    out_open(&cli->out);
    out_act(&cli->out, facts, COUNT_OF(facts),
            "%s changes would be taken back, %s left. Hash %.12s.", facts[1].value, facts[2].value,
            shown->hash);
    out_part(&cli->out, "changes", count_columns, COUNT_OF(count_columns), counts);
    out_part(&cli->out, "list", item_columns, COUNT_OF(item_columns) - hidden, items);
    out_close(&cli->out);
    return RC_OK;
}
