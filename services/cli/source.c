/* rollcall source: where a roster comes from, and its credentials, which go in and never come out.
 */
#include "cli.h"
#include "keys.h"
#include "nouns.h"
#include "source_change.h"
#include "source_clever.h"
#include "source_csv.h"
#include "source_fields.h"
#include "source_new.h"
#include "source_test.h"

#include "cli_sql.h"

#include <string.h>

/* ---- credentials ---- */

/* From a file, from stdin, or typed without echo. RC_NOT_FOUND: none was given, nor asked for. */
static rc_status read_secret(struct cli *cli, const char *label, bool must,
                             struct rc_buf *ret_secret)
{
    const char *file = args_value(&cli->args, "client-secret-file");
    const bool piped = args_has(&cli->args, "client-secret-stdin");

    if (file && piped) return cli_refuse(cli, CLI_USAGE, NULL, "the client secret was named twice");
    if (!file && !piped && !must) return RC_NOT_FOUND;
    const rc_status status = file || piped ? ask_file(piped ? "-" : file, ret_secret)
                                           : ask_secret(label, ret_secret);
    if (status == RC_OK) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, "Give --client-secret-file FILE or --client-secret-stdin.",
                      "the client secret: %s", rc_error_text());
}

/* Who changed what; never to what, where it is a secret. */
static rc_status audit_source(struct cli *cli, struct rc_db *tx, const char *act,
                              const char *source, const char *fields)
{
    RC_AUTO_BUF struct rc_buf what = {0};
    struct rc_json_out json = {.buf = &what};

    rc_json_open(&json, NULL, '{');
    rc_json_put_text(&json, "source", rc_str_of(source));
    if (fields) rc_json_put_text(&json, "fields", rc_str_of(fields));
    rc_json_close(&json, '}');
    return cli_audit(cli, tx, act, rc_buf_str(&what));
}

/* ---- add ---- */

static rc_status insert_source(struct cli *cli, struct rc_db *tx, const char *name,
                               const struct source_new *new, const char **ret_source)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const struct args *args = &cli->args;
    const char *const values[] = {
        name,
        source_clean_url(cli, new->url),
        new->auth,
        new->token_url,
        args_value(args, "ca-file"),
        new->page_size,
        args_has(args, "demographics") ? "true" : "false",
        new->version,
        args_has(args, "resources") ? "true" : "false",
        new->parallel,
    };

    const rc_status added = rc_db_one(tx, sql_source_add, COUNT_OF(values), values, &rows);
    if (added == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_FAILED, "`rollcall source set` changes it.",
                          "the district has a source \"%.70s\" already", name);
    RC_TRY(added);
    *ret_source = cli_keep(cli, rows, 0, 0);
    if (!new->profile) return RC_OK;
    const char *const kept[] = {*ret_source, new->profile};
    return rc_db_run(tx, sql_source_profile, COUNT_OF(kept), kept, NULL);
}

static rc_status store_source(struct cli *cli, const char *name, const struct source_new *new,
                              const char *secret, const char **ret_source)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *district = NULL;

    RC_TRY(cli_district(cli, &district));
    RC_TRY(rc_db_tx(cli->db, district, &tx));
    RC_TRY(insert_source(cli, tx, name, new, ret_source));
    if (new->client_id)
        RC_TRY(keys_put_credential(cli, tx, district, *ret_source, "client_id", new->client_id));
    RC_TRY(keys_put_credential(cli, tx, district, *ret_source, "client_secret", secret));
    RC_TRY(audit_source(cli, tx, "source.add", *ret_source, NULL));
    return rc_db_commit(tx);
}

static rc_status source_add(struct cli *cli)
{
    RC_AUTO_BUF struct rc_buf secret = {0};
    const char *given = args_value(&cli->args, "name");
    const char *name = given ? given : "sis";
    const char *district = NULL;
    const char *source = NULL;
    struct source_new new = {0};

    if (source_is_csv(cli)) return source_add_csv(cli);
    if (source_is_clever(cli)) {
        RC_TRY(source_clever_check(cli));
        RC_TRY(read_secret(cli, "Client secret, or the district's token", true, &secret));
        return source_add_clever(cli, secret.data);
    }
    RC_TRY(source_new_gather(cli, &new));
    RC_TRY(cli_district(cli, &district));
    RC_TRY(read_secret(cli, new.secret_label, true, &secret));
    RC_TRY(store_source(cli, name, &new, secret.data, &source));
    const struct out_fact facts[] = {{"source", name}, {"source_id", source}};
    out_act(&cli->out, facts, COUNT_OF(facts), "Source %s was added.", name);
    out_note(&cli->out, "Next: rollcall settings set, then rollcall run start --district %s --wait",
             args_value(&cli->args, "district"));
    return RC_OK;
}

/* ---- list, show ---- */

static const struct out_column list_columns[] = {
    {"source", OUT_TEXT, false},      {"kind", OUT_TEXT, false},
    {"url", OUT_TEXT, false},         {"auth", OUT_TEXT, false},
    {"automatic", OUT_BOOL, false},   {"nightly_at", OUT_TEXT, false},
    {"first_sync", OUT_BOOL, true},   {"last_run_state", OUT_TEXT, false},
    {"last_run_at", OUT_TIME, false}, {"source_id", OUT_TEXT, true},
};

static rc_status source_list(struct cli *cli)
{
    const struct cli_rows list = {NULL, sql_source_list, 0, list_columns, COUNT_OF(list_columns)};

    return cli_list(cli, &list, NULL);
}

static const struct out_column show_columns[] = {
    {"source_id", OUT_TEXT, false},
    {"source", OUT_TEXT, false},
    {"kind", OUT_TEXT, false},
    {"profile", OUT_TEXT, false},
    {"version", OUT_TEXT, false},
    {"url", OUT_TEXT, false},
    {"auth", OUT_TEXT, false},
    {"token_url", OUT_TEXT, false},
    {"ca_file", OUT_TEXT, false},
    {"page_size", OUT_NUMBER, false},
    {"parallel", OUT_NUMBER, false},
    {"demographics", OUT_BOOL, false},
    {"resources", OUT_BOOL, false},
    {"authority", OUT_NUMBER, false},
    {"honest_dates", OUT_BOOL, false},
    {"honest_deletes", OUT_BOOL, false},
    {"busy_hours", OUT_TEXT, false},
    {"quirks", OUT_RAW, true},
    {"automatic", OUT_BOOL, false},
    {"nightly_at", OUT_TEXT, false},
    {"next_due_at", OUT_TIME, false},
    {"first_sync", OUT_BOOL, false},
    {"active_run", OUT_TEXT, false},
    {"mirror_version", OUT_NUMBER, false},
    {"secret_set_at", OUT_TIME, false},
    {"created_at", OUT_TIME, false},
    {"host_requests", OUT_NUMBER, false},
    {"host_window", OUT_NUMBER, false},
    {"host_concurrent", OUT_NUMBER, false},
    {"quiet_hours", OUT_TEXT, false},
    {"delta", OUT_BOOL, false},
    {"full_every_days", OUT_NUMBER, false},
    {"verify", OUT_BOOL, false},
    {"credentials_end", OUT_TEXT, false},
    {"clever_district", OUT_TEXT, false},
    {"clever_state", OUT_TEXT, false},
    {"clever_since", OUT_TIME, false},
    {"clever_district_state", OUT_TEXT, false},
    {"clever_last_sync", OUT_TIME, false},
    {"clever_asked_at", OUT_TIME, false},
    {"clever_trouble", OUT_TEXT, false},
    {"events_every", OUT_NUMBER, false},
};

static rc_status source_show(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *source = NULL;

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(cli_source(cli, tx, &source));
    RC_TRY(rc_db_one(tx, sql_source_show, 1, &source, &rows));
    out_fields(&cli->out, show_columns, COUNT_OF(show_columns), rows);
    return rc_db_commit(tx);
}

/* ---- set ---- */

static rc_status set_fields(struct cli *cli, struct rc_db *tx, const char *district,
                            const char *source, struct rc_buf *changed)
{
    RC_AUTO_BUF struct rc_buf secret = {0};
    const char *client = args_value(&cli->args, "client-id");

    RC_TRY(source_csv_check_set(cli, tx, source));
    RC_TRY(source_clever_check_set(cli, tx, source));
    for (size_t i = 0; i < cli->args.word_count; i++)
        RC_TRY(source_set_field(cli, tx, source, args_word(&cli->args, i), changed));
    if (client) {
        RC_TRY(keys_put_credential(cli, tx, district, source, "client_id", client));
        rc_buf_add_str(changed, RC_STR(" client-id"));
    }
    const rc_status given = read_secret(cli, "Client secret", false, &secret);
    if (given == RC_NOT_FOUND) return RC_OK;
    RC_TRY(given);
    rc_buf_add_str(changed, RC_STR(" client-secret"));
    return keys_put_credential(cli, tx, district, source, "client_secret", secret.data);
}

static rc_status source_set(struct cli *cli)
{
    RC_AUTO_BUF struct rc_buf changed = {0};
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *district = NULL;
    const char *source = NULL;

    RC_TRY(cli_district(cli, &district));
    RC_TRY(rc_db_tx(cli->db, district, &tx));
    RC_TRY(cli_source(cli, tx, &source));
    RC_TRY(rc_db_run(tx, sql_source_lock, 1, &source, NULL)); /* first of all (R0) */
    RC_TRY(set_fields(cli, tx, district, source, &changed));
    if (changed.len == 0)
        return cli_refuse(cli, CLI_USAGE, "For example: automatic=on nightly-at=02:00",
                          "NAME=VALUE is missing");
    RC_TRY(rc_db_run(tx, sql_source_due, 1, &source, NULL));
    if (strstr(changed.data, " quiet-hours"))
        RC_TRY(rc_db_run(tx, sql_source_wake, 1, &source, NULL));
    if (strstr(changed.data,
               " authority")) /* others speak for people now: all are looked at (P1) */
        RC_TRY(rc_db_run(tx, sql_setting_version, 0, NULL, NULL));
    RC_TRY(audit_source(cli, tx, "source.set", source, changed.data + 1));
    RC_TRY(rc_db_commit(tx));
    const struct out_fact facts[] = {{"source_id", source}, {"changed", changed.data + 1}};
    out_act(&cli->out, facts, COUNT_OF(facts), "Set:%s.", changed.data);
    return RC_OK;
}

/* ---- the table ---- */

#define OPTION_SECRETS                                                                           \
    {"client-secret-file",                                                                       \
     0,                                                                                          \
     "FILE",                                                                                     \
     NULL,                                                                                       \
     0,                                                                                          \
     0,                                                                                          \
     0,                                                                                          \
     "Its first line is the client secret; else it is asked for, without showing it."},          \
    {                                                                                            \
        "client-secret-stdin", 0, NULL, NULL, 0, 0, 0, "The client secret is the line on stdin." \
    }

static const struct cli_option add_options[] = {
    OPTION_DISTRICT,
    {"name", 0, "NAME", NULL, 0, 0, 0, "What the district calls it (sis)."},
    {"profile", 0, "PROFILE", NULL, 0, 0, 0,
     "The kind of SIS: brings its defaults and asks for just the fields that it needs "
     "(rollcall profile list)."},
    {"kind", 0, "KIND", "oneroster-rest|oneroster-csv|clever", 0, 0, 0,
     "Asked over REST (so without this), brought as CSV zips by rollcall upload, or shared by "
     "Clever."},
    {"url", 0, "URL", NULL, 0, 0, 0,
     "The SIS's address, with /ims/oneroster/… behind it or without."},
    {"version", 0, "VERSION", "1.1|1.2", 0, 0, 0, "Of OneRoster, as the SIS speaks it (1.1)."},
    {"auth", 0, "KIND", "oauth1-sha1|oauth1-sha256|oauth2|bearer", 0, 0, 0,
     "How one signs in there."},
    {"client-id", 0, "ID", NULL, 0, 0, 0, "The client id, or consumer key."},
    OPTION_SECRETS,
    {"token-url", 0, "URL", NULL, 0, 0, 0, "oauth2: where tokens are asked for."},
    {"clever-district", 0, "ID", NULL, 0, 0, 0,
     "clever: the district's id there. With --client-id the secret is the application's; without, "
     "the district's token."},
    {"page-size", 0, "RECORDS", NULL, OPTION_NUMBER, 1, 10000, "Records asked for at once (1000)."},
    {"parallel", 0, "LANES", NULL, OPTION_NUMBER, 1, 8,
     "Requests at a time for one large collection, where the SIS allows it (1)."},
    {"ca-file", 0, "FILE", NULL, 0, 0, 0,
     "Certificates for a server whose chain is incomplete; a path where the fetchers run."},
    {"demographics", 0, NULL, NULL, 0, 0, 0, "Read demographics too."},
    {"resources", 0, NULL, NULL, 0, 0, 0, "Read resources too."},
    OPTION_END,
};
static const struct cli_option list_options[] = {OPTION_DISTRICT, OPTION_END};
static const struct cli_option one_options[] = {OPTION_DISTRICT, OPTION_SOURCE, OPTION_END};
static const struct cli_option set_options[] = {
    OPTION_DISTRICT,
    OPTION_SOURCE,
    {"client-id", 0, "ID", NULL, 0, 0, 0, "The client id, or consumer key."},
    OPTION_SECRETS,
    OPTION_END,
};
static const struct cli_option remove_options[] = {
    OPTION_DISTRICT,
    OPTION_SOURCE,
    {"dry-run", 0, NULL, NULL, 0, 0, 0, "Only say what would become of its people."},
    OPTION_YES,
    OPTION_END,
};
static const struct cli_option replace_options[] = {
    OPTION_DISTRICT,
    {"source", 0, "NAME", NULL, OPTION_REQUIRED, 0, 0, "The source that goes, by its name."},
    {"with", 0, "NAME", NULL, OPTION_REQUIRED, 0, 0, "The source that takes its place."},
    {"dry-run", 0, NULL, NULL, 0, 0, 0, "Only say what would become of its people."},
    OPTION_YES,
    OPTION_END,
};

const struct command source_commands[] = {
    {"add",
     "[NAME=VALUE...]",
     "Adds a source: a SIS that speaks OneRoster.",
     "With --profile, NAME=VALUE are the fields that the profile asks for, and what is missing is "
     "asked for on a terminal\n(rollcall profile show says where each stands in that SIS). "
     "Without, "
     "--url, --auth and --client-id are due.\nAutomatic syncing is off until it is turned on: "
     "rollcall source set automatic=on.",
     add_options,
     {"source add --district maple-county --profile infinite-campus-1.2 "
      "site=https://campus.maple.example app-name=maple --client-id maple --client-secret-file "
      "secret",
      "source add --district maple-county --url https://sis.example/ims/oneroster/v1p1 --auth "
      "oauth2 --token-url https://sis.example/token --client-id maple --client-secret-file secret",
      "source add --district maple-county --kind oneroster-csv --name zips",
      "source add --district maple-county --kind clever --clever-district "
      "4fd43cc56d11340000000005 --client-id rollcall --client-secret-file secret",
      "source add --district maple-county --version 1.2 --resources --url https://sis.example "
      "--auth "
      "oauth2 --token-url 'https://sis.example/oauth2/token?appName=rollcall' --client-id maple"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     source_add},
    {"list",
     NULL,
     "The sources of a district.",
     NULL,
     list_options,
     {"source list --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     source_list},
    {"show",
     NULL,
     "One source; its secret is never shown.",
     NULL,
     one_options,
     {"source show --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     source_show},
    {"set",
     "[NAME=VALUE...]",
     "Changes a source.",
     "Names: automatic (on|off), nightly-at (02:00, in the district's time zone), name, authority\n"
     "(1 wins); url, version (1.1|1.2), auth, token-url, ca-file, profile; page-size, parallel "
     "(requests\n"
     "at a time for one collection, 1 to 8); demographics, resources (on|off: read them too);\n"
     "honest-dates, honest-deletes, delta (on|off), full-every-days (1 to 7), verify (on|off: "
     "missing\n"
     "people are asked for by id); host-requests in host-window seconds, host-concurrent (of all\n"
     "fetchers, to the SIS's host); quiet-hours (07:00-16:30: the SIS is not asked then), "
     "busy-hours\n"
     "(one request at a time), or none; credentials-end (2027-03-31: the key's last day, or "
     "none);\n"
     "events-every (of Clever: minutes from 5 to 1440, or off).",
     set_options,
     {"source set --district maple-county automatic=on nightly-at=02:00",
      "source set --district maple-county host-requests=100 host-window=60 quiet-hours=07:00-16:30",
      "source set --district maple-county page-size=500",
      "source set --district maple-county --client-secret-file secret"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     source_set},
    {"remove",
     NULL,
     "Removes a source and forgets its credentials.",
     "Its people stay. Whom no other source carries, the next plan holds as \"no longer shared\".",
     remove_options,
     {"source remove --district maple-county --source sis --dry-run",
      "source remove --district maple-county --source sis --yes"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     source_remove},
    {"replace",
     NULL,
     "Puts another source in the place of one, as when the SIS changes.",
     "Add the new source and sync it beside the old one first: whom it recognises follows both. "
     "Then "
     "it takes over\nrank and nights, the old one is removed, and a run plans what is left behind, "
     "held as \"no longer shared\".",
     replace_options,
     {"source replace --district maple-county --source sis --with new-sis --dry-run",
      "source replace --district maple-county --source sis --with new-sis --yes"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     source_replace},
    {"test",
     NULL,
     "Tests a source's connection: signs in, reads first pages, and says in plain words what is "
     "wrong and what to ask the SIS vendor.",
     "A fetcher does the asking; nothing is stored of what it reads but ids, counts and names of "
     "schools. Automatic\nsources are tested every month by themselves, and the owners are mailed "
     "what has changed.\nExit code 1: a sync cannot work. 6: the time is over, as where no fetcher "
     "runs.",
     source_test_options,
     {"source test --district maple-county", "source test --district maple-county --apply",
      "source test --district maple-county --last",
      "source test --district maple-county --history"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     source_test},
    {0},
};
