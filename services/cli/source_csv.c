/* rollcall source add --kind oneroster-csv. */
#include "source_csv.h"

#include "cli_sql.h"

#include <string.h>

static const char *const of_rest[] = {
    "url",      "auth",    "client-id",          "token-url",           "page-size",
    "parallel", "ca-file", "client-secret-file", "client-secret-stdin", "profile"};
enum { REST_NEEDED = 3 };

bool source_is_csv(const struct cli *cli)
{
    const char *kind = args_value(&cli->args, "kind");

    return kind && strcmp(kind, "oneroster-csv") == 0;
}

rc_status source_check_given(struct cli *cli)
{
    for (size_t i = 0; i < REST_NEEDED; i++)
        if (!args_has(&cli->args, of_rest[i]))
            return cli_refuse(cli, CLI_USAGE, "For CSV zips: --kind oneroster-csv.",
                              "--%s is due: where the SIS is, and how one signs in there",
                              of_rest[i]);
    return RC_OK;
}

static rc_status check_none(struct cli *cli)
{
    for (size_t i = 0; i < COUNT_OF(of_rest); i++)
        if (args_has(&cli->args, of_rest[i]))
            return cli_refuse(cli, CLI_USAGE, NULL,
                              "--%s: nobody asks a source of CSV zips: it has neither address "
                              "nor credentials",
                              of_rest[i]);
    return RC_OK;
}

static rc_status store(struct cli *cli, const char *district, const char *name,
                       const char **ret_source)
{
    const char *const values[] = {name, args_has(&cli->args, "demographics") ? "true" : "false",
                                  args_value(&cli->args, "version"),
                                  args_has(&cli->args, "resources") ? "true" : "false"};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, district, &tx));
    const rc_status added = rc_db_one(tx, sql_source_add_csv, COUNT_OF(values), values, &rows);
    if (added == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_FAILED, "`rollcall source set` changes it.",
                          "the district has a source \"%.70s\" already", name);
    RC_TRY(added);
    *ret_source = cli_keep(cli, rows, 0, 0);
    RC_TRY(cli_audit(cli, tx, "source.add",
                     rc_str_print(cli->arena, "{\"source\":\"%s\"}", *ret_source)));
    return rc_db_commit(tx);
}

rc_status source_add_csv(struct cli *cli)
{
    const char *given = args_value(&cli->args, "name");
    const char *name = given ? given : "sis";
    const char *district = NULL;
    const char *source = NULL;

    RC_TRY(check_none(cli));
    RC_TRY(cli_district(cli, &district));
    RC_TRY(store(cli, district, name, &source));
    const struct out_fact facts[] = {{"source", name}, {"source_id", source}};
    out_act(&cli->out, facts, COUNT_OF(facts), "Source %s was added.", name);
    out_note(&cli->out,
             "Next: rollcall settings set, then rollcall upload add --district %s FILE.zip",
             args_value(&cli->args, "district"));
    return RC_OK;
}

/* ---- set ---- */

static const struct {
    const char *name, *words;
} not_of_csv[] = {
    {"automatic", "an upload starts its run, so there is nothing to schedule"},
    {"nightly-at", "an upload starts its run, so there is nothing to schedule"},
    {"parallel", "its pages lie ready in the database, so there is nothing to gain"},
    {"profile", "nobody is asked"},
    {"busy-hours", "nobody is asked"},
    {"quiet-hours", "nobody is asked"},
    {"host-requests", "nobody is asked"},
    {"host-window", "nobody is asked"},
    {"host-concurrent", "nobody is asked"},
    {"delta", "an upload says itself whether it is one"},
    {"full-every-days", "an upload says itself whether it is a delta"},
    {"verify", "nobody can be asked"},
    {"url", "nobody is asked"},
    {"auth", "nobody is asked"},
    {"token-url", "nobody is asked"},
    {"ca-file", "nobody is asked"},
    {"page-size", "pages are cut by upload.page-rows when an upload comes in"},
};

static rc_status check_word(struct cli *cli, const char *word)
{
    struct rc_str rest = rc_str_of(word);
    const struct rc_str name = rc_str_cut(&rest, '=');

    for (size_t i = 0; i < COUNT_OF(not_of_csv); i++)
        if (rc_str_eq(name, rc_str_of(not_of_csv[i].name)))
            return cli_refuse(cli, CLI_USAGE, NULL, "a source of CSV zips has no %s: %s",
                              not_of_csv[i].name, not_of_csv[i].words);
    return RC_OK;
}

rc_status source_csv_check_set(struct cli *cli, struct rc_db *tx, const char *source)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(tx, "SELECT is_csv_source($1::uuid)", 1, &source, &rows));
    if (!rc_rows_bool(rows, 0, 0)) return RC_OK;
    for (size_t i = 0; i < cli->args.word_count; i++)
        RC_TRY(check_word(cli, args_word(&cli->args, i)));
    return RC_OK;
}
