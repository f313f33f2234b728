/* rollcall secret: replacing what a source is signed in to with while syncs go on. The new secret
 * is tried first, the old one serves until the new one has worked. Secrets go in and never come
 * out. */
#include "cli.h"
#include "keys.h"
#include "nouns.h"

#include "cli_sql.h"
#include "rollcall/port/seal.h"

#include <string.h>

/* ---- list ---- */

static const struct out_column list_columns[] = {
    {"source", OUT_TEXT, false}, {"credential", OUT_TEXT, false}, {"state", OUT_TEXT, false},
    {"set_at", OUT_TIME, false}, {"by", OUT_TEXT, false},         {"refused_at", OUT_TIME, false},
    {"key", OUT_TEXT, true},     {"source_id", OUT_TEXT, true},
};

static rc_status secret_list(struct cli *cli)
{
    const struct cli_rows list = {NULL, sql_secret_list, 1, list_columns, COUNT_OF(list_columns)};
    const char *const values[] = {args_value(&cli->args, "source")};

    return cli_list(cli, &list, values);
}

/* ---- rotate ---- */

static rc_status read_new(struct cli *cli, struct rc_buf *ret_secret)
{
    const char *file = args_value(&cli->args, "client-secret-file");
    const bool piped = args_has(&cli->args, "client-secret-stdin");

    if (file && piped) return cli_refuse(cli, CLI_USAGE, NULL, "the new secret was named twice");
    const rc_status status = file || piped ? ask_file(piped ? "-" : file, ret_secret)
                                           : ask_secret("New client secret", ret_secret);
    if (status == RC_OK) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, "Give --client-secret-file FILE or --client-secret-stdin.",
                      "the new secret: %s", rc_error_text());
}

/* Who did what, with the names of the credentials and nothing of them. */
static rc_status audit(struct cli *cli, struct rc_db *tx, const char *act, const char *source,
                       const char *names)
{
    RC_AUTO_BUF struct rc_buf what = {0};
    struct rc_json_out json = {.buf = &what};

    rc_json_open(&json, NULL, '{');
    rc_json_put_text(&json, "source", rc_str_of(source));
    rc_json_put_text(&json, "credentials", rc_str_of(names));
    rc_json_close(&json, '}');
    return cli_audit(cli, tx, act, rc_buf_str(&what));
}

static rc_status need_one(struct cli *cli, struct rc_db *tx, const char *source)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const rc_status status = rc_db_one(
        tx,
        "SELECT FROM source_credential WHERE district_id = tenant() AND source_id = $1::uuid "
        "AND name = 'client_secret' FOR UPDATE",
        1, &source, &rows);

    if (status != RC_NOT_FOUND) return status;
    return cli_refuse(cli, CLI_NOTHING,
                      "`rollcall source set --client-secret-file` enters the first.",
                      "the source has no secret that could be replaced");
}

static rc_status store_new(struct cli *cli, const char *district, const char *secret,
                           const char **ret_source)
{
    const char *client = args_value(&cli->args, "client-id");
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, district, &tx));
    RC_TRY(cli_source(cli, tx, ret_source));
    RC_TRY(need_one(cli, tx, *ret_source));
    if (client) RC_TRY(keys_rotate_credential(cli, tx, district, *ret_source, "client_id", client));
    RC_TRY(keys_rotate_credential(cli, tx, district, *ret_source, "client_secret", secret));
    RC_TRY(audit(cli, tx, "secret.rotate", *ret_source,
                 client ? "client_id client_secret" : "client_secret"));
    return rc_db_commit(tx);
}

static rc_status secret_rotate(struct cli *cli)
{
    RC_AUTO_BUF struct rc_buf secret = {0};
    const char *district = NULL;
    const char *source = NULL;

    RC_TRY(cli_district(cli, &district));
    RC_TRY(read_new(cli, &secret));
    const rc_status status = store_new(cli, district, secret.data, &source);
    rc_secret_wipe(secret.data, secret.len);
    RC_TRY(status);
    const struct out_fact facts[] = {{"source_id", source}};
    out_act(&cli->out, facts, COUNT_OF(facts),
            "The new secret is tried first from now on; the old one serves until it has worked.");
    out_note(&cli->out,
             "`rollcall secret list` shows when that has happened; `rollcall secret "
             "withdraw` ends one of them before.");
    return RC_OK;
}

/* ---- withdraw ---- */

static const struct {
    const char *word, *sql, *act, *said;
} sides[] = {
    {"old", sql_secret_withdraw_old, "secret.withdraw-old", "The old secret serves no longer."},
    {"new", sql_secret_withdraw_new, "secret.withdraw-new",
     "The new secret is forgotten; the old one is the only one again."},
};

static const char *names_of(struct cli *cli, const struct rc_rows *rows)
{
    struct rc_str names = RC_STR("");

    for (size_t i = 0; i < rc_rows_count(rows); i++)
        names = rc_str_print(cli->arena, "%.*s%s%.*s", RC_STR_ARG(names), i > 0 ? " " : "",
                             RC_STR_ARG(rc_rows_text(rows, i, 0)));
    return names.data;
}

/* Nobody is to cut a source off by taking away the one secret that it takes. */
static rc_status keep_what_works(struct cli *cli, struct rc_db *tx, const char *source)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    if (args_has(&cli->args, "yes")) return RC_OK;
    const rc_status found = rc_db_one(tx, sql_secret_refused, 1, &source, &rows);
    if (found == RC_NOT_FOUND) return RC_OK;
    RC_TRY(found);
    return cli_refuse(
        cli, CLI_USAGE,
        "`rollcall secret rotate` enters another new one, --which new withdraws it; "
        "--yes drops the old one all the same.",
        "the source refused the new secret (%.40s), the old one is the one that works",
        rc_rows_text(rows, 0, 0).data);
}

static rc_status secret_withdraw(struct cli *cli)
{
    const size_t side = strcmp(args_value(&cli->args, "which"), "new") == 0;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *source = NULL;

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(cli_source(cli, tx, &source));
    if (side == 0) RC_TRY(keep_what_works(cli, tx, source));
    RC_TRY(rc_db_run(tx, sides[side].sql, 1, &source, &rows));
    if (rc_rows_count(rows) == 0)
        return cli_refuse(cli, CLI_NOTHING, "`rollcall secret list` shows what there is.",
                          "no secret of the source is being replaced");
    RC_TRY(audit(cli, tx, sides[side].act, source, names_of(cli, rows)));
    RC_TRY(rc_db_commit(tx));
    const struct out_fact facts[] = {{"source_id", source}};
    out_act(&cli->out, facts, COUNT_OF(facts), "%s", sides[side].said);
    return RC_OK;
}

/* ---- the table ---- */

static const struct cli_option list_options[] = {OPTION_DISTRICT, OPTION_SOURCE, OPTION_END};
static const struct cli_option rotate_options[] = {
    OPTION_DISTRICT,
    OPTION_SOURCE,
    {"client-id", 0, "ID", NULL, 0, 0, 0, "The client id too, where the SIS gave a new one."},
    {"client-secret-file", 0, "FILE", NULL, 0, 0, 0,
     "Its first line is the new secret; else it is asked for, without showing it."},
    {"client-secret-stdin", 0, NULL, NULL, 0, 0, 0, "The new secret is the line on stdin."},
    OPTION_END,
};
static const struct cli_option withdraw_options[] = {
    OPTION_DISTRICT,
    OPTION_SOURCE,
    {"which", 0, "SIDE", "old|new", OPTION_REQUIRED, 0, 0, "Which of the two serves no longer."},
    OPTION_YES,
    OPTION_END,
};

const struct command secret_commands[] = {
    {"list",
     NULL,
     "Which secrets a district's sources have, since when and by whom; never the secrets.",
     NULL,
     list_options,
     {"secret list --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     secret_list},
    {"rotate",
     NULL,
     "Replaces a source's secret without a gap.",
     "The new one is tried first; the old one serves until the new one has worked or one of them "
     "is "
     "withdrawn.",
     rotate_options,
     {"secret rotate --district maple-county --client-secret-file secret",
      "secret rotate --district maple-county --client-id maple-2 --client-secret-file secret"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     secret_rotate},
    {"withdraw",
     NULL,
     "Ends a replacement: the old secret serves no longer, or the new one.",
     "An old one is not withdrawn while the source refuses the new one, unless --yes says so.",
     withdraw_options,
     {"secret withdraw --district maple-county --which old",
      "secret withdraw --district maple-county --which new"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     secret_withdraw},
    {0},
};
