/* What would the next sync do differently? The question is a row; the reconciler, told by
 * plan.decided, plans with the change and without it and leaves two numbers for each kind, role and
 * cause. */
#include "settings_preview.h"

#include "wait.h"

#include "cli_sql.h"

static const struct out_column columns[] = {
    {"kind", OUT_TEXT, false},      {"role", OUT_TEXT, false},    {"cause", OUT_TEXT, false},
    {"waits_for", OUT_TEXT, false}, {"today", OUT_NUMBER, false}, {"then", OUT_NUMBER, false},
};

struct question {
    const char *district, *preview;
    const char *failure; /* why it has no answer; NULL: it has one */
};

/* ---- asking ---- */

static void changes_json(const struct setting_change *changes, size_t count, const char *scope,
                         struct rc_buf *out)
{
    struct rc_json_out json = {.buf = out};

    rc_json_open(&json, NULL, '[');
    for (size_t i = 0; i < count; i++) {
        const char *value = changes[i].value;
        rc_json_open(&json, NULL, '{');
        rc_json_put_text(&json, "scope", rc_str_of(scope));
        rc_json_put_text(&json, "name", rc_str_of(changes[i].setting->name));
        rc_json_put_raw(&json, "value", rc_str_of(value ? value : "null"));
        rc_json_close(&json, '}');
    }
    rc_json_close(&json, ']');
}

static rc_status ask(struct cli *cli, const struct setting_change *changes, size_t count,
                     struct question *question)
{
    RC_AUTO_BUF struct rc_buf json = {0};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *scope = NULL;

    RC_TRY(cli_district(cli, &question->district));
    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(settings_scope(cli, tx, &scope));
    changes_json(changes, count, scope, &json);
    const char *const values[] = {json.data, cli->who};
    const rc_status status = rc_db_one(tx, sql_preview_add, COUNT_OF(values), values, &rows);
    if (status == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_NOTHING, "Start one: rollcall run start --test.",
                          "nothing was synced yet, so there is nothing to compare with");
    RC_TRY(status);
    question->preview = cli_keep(cli, rows, 0, 0);
    return rc_db_commit(tx);
}

static rc_status look(struct cli *cli, void *self, struct rc_buf *line, bool *ret_done)
{
    struct question *question = self;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, question->district, &tx));
    RC_TRY(rc_db_one(tx, sql_preview_state, 1, &question->preview, &rows));
    *ret_done = rc_rows_bool(rows, 0, 0);
    question->failure = cli_keep(cli, rows, 0, 1);
    rc_buf_add_str(line, RC_STR("planning with and without the change"));
    return rc_db_commit(tx);
}

static rc_status wait_answered(struct cli *cli, struct question *question)
{
    const struct wait wait = {.what = "the preview",
                              .stop =
                                  "The reconciler makes it; nothing was saved. `rollcall "
                                  "status` shows whether it is up.",
                              .look = look,
                              .self = question};

    RC_TRY(wait_until_done(cli, &wait));
    if (!question->failure) return RC_OK;
    return cli_refuse(cli, CLI_FAILED, NULL, "%s", question->failure);
}

/* ---- the command ---- */

static rc_status find_lines(struct cli *cli, const struct question *question,
                            struct rc_rows **ret_rows)
{
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, question->district, &tx));
    RC_TRY(rc_db_run(tx, sql_preview_lines, 1, &question->preview, ret_rows));
    return rc_db_commit(tx);
}

rc_status settings_preview(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const struct setting_change *changes = NULL;
    struct question question = {0};

    RC_TRY(settings_parse(cli, SETTINGS_BOTH, &changes));
    RC_TRY(ask(cli, changes, cli->args.word_count, &question));
    RC_TRY(wait_answered(cli, &question));
    RC_TRY(find_lines(cli, &question, &rows));
    out_rows(&cli->out, columns, COUNT_OF(columns), rows);
    if (rc_rows_count(rows) == 0) out_note(&cli->out, "The next sync would do the same.");
    return RC_OK;
}

/* ---- before saving ---- */

static void note_lines(struct cli *cli, const struct rc_rows *rows)
{
    out_note(&cli->out, rc_rows_count(rows) == 0 ? "The next sync would do the same."
                                                 : "The next sync would do differently:");
    for (size_t i = 0; i < rc_rows_count(rows); i++) {
        const struct rc_str waits = rc_rows_text(rows, i, 3);
        out_note(&cli->out, "  %s %s, %s%s%s: %s today, then %s", rc_rows_cstr(rows, i, 0),
                 rc_rows_cstr(rows, i, 1), rc_rows_cstr(rows, i, 2),
                 waits.len > 0 ? ", waits: " : "", rc_rows_cstr(rows, i, 3),
                 rc_rows_cstr(rows, i, 4), rc_rows_cstr(rows, i, 5));
    }
}

/* A preview that cannot be had is no reason not to save: it is said why, and asked all the same. */
static rc_status show_before(struct cli *cli, const struct setting_change *changes, size_t count)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    struct question question = {0};
    rc_status status = ask(cli, changes, count, &question);

    if (status == RC_OK) status = wait_answered(cli, &question);
    if (status != RC_OK && cli->exit == CLI_INTERRUPTED) return status;
    if (status == RC_OK) {
        RC_TRY(find_lines(cli, &question, &rows));
        note_lines(cli, rows);
        return RC_OK;
    }
    out_note(&cli->out, "What the next sync would do differently is not known: %s.",
             rc_error_text());
    cli->exit = CLI_DONE;
    cli->fix = NULL;
    return RC_OK;
}

rc_status preview_ask(struct cli *cli, const struct setting_change *changes, size_t count)
{
    if (args_has(&cli->args, "yes") || !ask_possible()) return RC_OK;
    RC_TRY(show_before(cli, changes, count));
    return cli_confirm(cli, 1, "Save the settings.");
}
