/* rollcall upload: zips of CSV files in place of a SIS that is asked. */
#include "cli.h"
#include "nouns.h"

#include "cli_sql.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "rollcall/base/id.h"
#include "rollcall/intake/intake.h"

/* ---- add ---- */

/* What comes on stdin, in a file that has no name any more: a zip is read from its end. */
static rc_status spool(struct cli *cli, FILE **ret_file)
{
    char piece[65536];
    int64_t total = 0;
    FILE *file = tmpfile();

    if (!file)
        return cli_refuse(cli, CLI_FAILED, "Check the space in /tmp.",
                          "a temporary file cannot be made");
    *ret_file = file;
    for (size_t got = 1; got > 0; total += (int64_t)got) {
        got = fread(piece, 1, sizeof piece, stdin);
        if (total > cli->uploads.zip.max_bytes || fwrite(piece, 1, got, file) != got)
            return cli_refuse(cli, CLI_FAILED, NULL,
                              "what came on stdin is larger than upload.max-bytes or the disk");
    }
    if (fflush(file) != 0)
        return cli_refuse(cli, CLI_FAILED, NULL, "the temporary file cannot be written");
    return RC_OK;
}

static void spool_done(FILE **file)
{
    if (*file) (void)fclose(*file);
}

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static rc_status find_source(struct cli *cli, struct rc_db *tx, const char **ret_source)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(cli_source(cli, tx, ret_source));
    RC_TRY(rc_db_one(tx, "SELECT is_csv_source($1::uuid)", 1, ret_source, &rows));
    if (rc_rows_bool(rows, 0, 0)) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, "Add one: rollcall source add --kind oneroster-csv.",
                      "the source is asked for its roster and takes no uploads");
}

static rc_status open_keyring(struct cli *cli, struct rc_keyring **ret_keyring)
{
    if (rc_keyring_new(&cli->options, ret_keyring) == RC_OK) return RC_OK;
    return cli_refuse(cli, CLI_CONFIG, NULL, "uploads are stored sealed: %s",
                      rc_str_copy(cli->arena, rc_str_of(rc_error_text())).data);
}

static rc_status take_in(struct cli *cli, struct rc_db *tx, struct rc_keyring *keyring,
                         const struct rc_intake_request *request,
                         struct rc_intake_result *ret_result)
{
    const rc_status status = rc_intake_add(tx, keyring, request, &cli->uploads, cli->arena,
                                           ret_result);

    if (status != RC_REJECT) return status;
    return cli_refuse(cli, CLI_FAILED, "Nothing was stored and nothing changes.",
                      "the upload is refused: %s",
                      rc_str_copy(cli->arena, rc_str_of(rc_error_text())).data);
}

static rc_status request_run(struct cli *cli, struct rc_db *tx, const char *source,
                             const char **ret_run)
{
    const char *const values[] = {source, cli->who, "false", "full"};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    *ret_run = NULL;
    if (args_has(&cli->args, "no-run")) return RC_OK;
    RC_TRY(rc_db_one(tx, sql_run_start, COUNT_OF(values), values, &rows));
    *ret_run = cli_keep(cli, rows, 0, 0);
    return RC_OK;
}

static rc_status add(struct cli *cli, const char *path, const char *name,
                     struct rc_intake_result *ret_result, const char **ret_run)
{
    struct rc_intake_request request = {.path = path, .name = name, .who = cli->who};
    RC_AUTO(rc_keyring) struct rc_keyring *keyring = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(cli_district(cli, &request.district));
    RC_TRY(open_keyring(cli, &keyring));
    RC_TRY(rc_db_tx(cli->db, request.district, &tx));
    RC_TRY(find_source(cli, tx, &request.source));
    RC_TRY(take_in(cli, tx, keyring, &request, ret_result));
    RC_TRY(cli_audit(cli, tx, "upload.add",
                     rc_str_print(cli->arena, "{\"upload\":\"%s\"}", ret_result->upload)));
    RC_TRY(request_run(cli, tx, request.source, ret_run));
    return rc_db_commit(tx);
}

static rc_status upload_add(struct cli *cli)
{
    const char *word = args_word(&cli->args, 0);
    const char *path = word;
    __attribute__((cleanup(spool_done))) FILE *file = NULL;
    struct rc_intake_result result = {0};
    const char *run = NULL;

    if (!word) return cli_refuse(cli, CLI_USAGE, NULL, "FILE is due: a zip, or - for stdin");
    const bool piped = strcmp(word, "-") == 0;
    if (piped) {
        RC_TRY(spool(cli, &file));
        path = rc_str_print(cli->arena, "/proc/self/fd/%d", fileno(file)).data;
    }
    RC_TRY(add(cli, path, piped ? "stdin" : base_of(word), &result, &run));
    const char *records = rc_str_print(cli->arena, "%lld", (long long)result.records).data;
    const struct out_fact facts[] = {
        {"upload", result.upload}, {"version", result.version}, {"records", records}, {"run", run}};
    out_act(&cli->out, facts, COUNT_OF(facts),
            "Upload %s: OneRoster %s, %s records, %lld findings.", result.upload, result.version,
            records, (long long)result.findings);
    if (run) out_note(&cli->out, "See its run: rollcall run wait %s", run);
    return RC_OK;
}

/* ---- list, show ---- */

static const struct out_column list_columns[] = {
    {"upload", OUT_TEXT, false},  {"source", OUT_TEXT, false},    {"name", OUT_TEXT, false},
    {"version", OUT_TEXT, false}, {"records", OUT_NUMBER, false}, {"findings", OUT_NUMBER, false},
    {"state", OUT_TEXT, false},   {"added_at", OUT_TIME, false},  {"added_by", OUT_TEXT, true},
    {"used_run", OUT_TEXT, true}, {"bytes", OUT_NUMBER, true},
};

static rc_status upload_list(struct cli *cli)
{
    const char *limit = args_value(&cli->args, "limit");
    const char *const values[] = {NULL, limit ? limit : "50"};
    const struct cli_rows list = {NULL, sql_upload_list, COUNT_OF(values), list_columns,
                                  COUNT_OF(list_columns)};

    return cli_list(cli, &list, values);
}

static const struct out_column file_columns[] = {
    {"collection", OUT_TEXT, false}, {"file", OUT_TEXT, false},    {"mode", OUT_TEXT, false},
    {"records", OUT_NUMBER, false},  {"pages", OUT_NUMBER, false}, {"reason", OUT_TEXT, false},
};
static const struct out_column finding_columns[] = {
    {"severity", OUT_TEXT, false},
    {"rule", OUT_TEXT, false},
    {"message", OUT_TEXT, false},
};

/* The upload that is named by its id; without, the newest. */
static rc_status find_upload(struct cli *cli, struct rc_db *tx, struct rc_rows **ret_rows)
{
    const char *word = args_word(&cli->args, 0);
    const char *const values[] = {word, "1"};

    if (word && !rc_id_valid(rc_str_of(word)))
        return cli_refuse(cli, CLI_USAGE, "`rollcall upload list` shows ids.",
                          "an upload is named by its id");
    RC_TRY(rc_db_run(tx, sql_upload_list, COUNT_OF(values), values, ret_rows));
    if (rc_rows_count(*ret_rows) > 0) return RC_OK;
    return cli_refuse(cli, CLI_NOTHING, "`rollcall upload list` shows all.",
                      "there is no such upload in the district");
}

static const struct cli_rows parts[] = {
    {"files", sql_upload_files, 1, file_columns, COUNT_OF(file_columns)},
    {"findings", sql_upload_findings, 1, finding_columns, COUNT_OF(finding_columns)},
};

static rc_status upload_show(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(find_upload(cli, tx, &rows));
    const char *upload = cli_keep(cli, rows, 0, 0);
    out_open(&cli->out);
    out_fields(&cli->out, list_columns, COUNT_OF(list_columns), rows);
    RC_TRY(cli_parts(cli, tx, parts, COUNT_OF(parts), &upload));
    out_close(&cli->out);
    return rc_db_commit(tx);
}

/* ---- discard ---- */

static rc_status upload_discard(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *district = NULL;
    int64_t touched = 0;

    if (!args_word(&cli->args, 0))
        return cli_refuse(cli, CLI_USAGE, "`rollcall upload list` shows ids.",
                          "the upload's id is due");
    RC_TRY(cli_district(cli, &district));
    RC_TRY(cli_confirm(cli, 1, "The upload's pages are deleted; what runs have read of it stays."));
    RC_TRY(rc_db_tx(cli->db, district, &tx));
    RC_TRY(find_upload(cli, tx, &rows));
    const char *const values[] = {cli_keep(cli, rows, 0, 0), cli->who};
    RC_TRY(rc_db_run(tx, sql_upload_lock, 1, values, NULL));
    const rc_status done = rc_db_change(tx, sql_upload_discard, COUNT_OF(values), values, &touched);
    if (done == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_FAILED, "Let it end, or cancel it: rollcall run cancel.",
                          "a run reads the upload now, or it was discarded before");
    RC_TRY(done);
    RC_TRY(rc_db_run(tx, sql_upload_shred, 1, values, NULL));
    RC_TRY(cli_audit(cli, tx, "upload.discard",
                     rc_str_print(cli->arena, "{\"upload\":\"%s\"}", values[0])));
    RC_TRY(rc_db_commit(tx));
    const struct out_fact facts[] = {{"upload", values[0]}};
    out_act(&cli->out, facts, COUNT_OF(facts), "Discarded; no run reads it any more.");
    return RC_OK;
}

/* ---- the table ---- */

static const struct cli_option add_options[] = {
    OPTION_DISTRICT,
    OPTION_SOURCE,
    {"no-run", 0, NULL, NULL, 0, 0, 0, "Only store it; a run that is started later reads it."},
    OPTION_END,
};
static const struct cli_option list_options[] = {OPTION_DISTRICT, OPTION_LIMIT, OPTION_END};
static const struct cli_option show_options[] = {OPTION_DISTRICT, OPTION_END};
static const struct cli_option discard_options[] = {OPTION_DISTRICT, OPTION_YES, OPTION_END};

const struct command upload_commands[] = {
    {"add",
     "FILE",
     "Takes in a zip of OneRoster CSV files (1.1, 1.2, 1.2.1) and starts its run.",
     "FILE is a path, or - for stdin. The zip is checked, cut into pages and stored sealed; what "
     "cannot be\nused at all is refused with file, line and mend. Its bounds are the options "
     "upload.*: rollcall config show.",
     add_options,
     {"upload add --district maple-county roster.zip",
      "upload add --district maple-county --source sis --no-run -"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     upload_add},
    {"list",
     NULL,
     "The uploads of a district, the newest first.",
     NULL,
     list_options,
     {"upload list --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     upload_list},
    {"show",
     "[UPLOAD]",
     "One upload, the newest without an id: its files and what is odd about them.",
     NULL,
     show_options,
     {"upload show --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     upload_show},
    {"discard",
     "UPLOAD",
     "Deletes an upload's pages, so that no run reads it.",
     NULL,
     discard_options,
     {"upload discard --district maple-county 01980000-0000-7000-8000-000000000001 --yes"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     upload_discard},
    {0},
};
