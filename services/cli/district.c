/* rollcall district: tenants come into being here, with their keys. */
#include "cli.h"
#include "key_certificate.h"
#include "keys.h"
#include "nouns.h"
#include "purge.h"
#include "zone.h"

#include "cli_sql.h"

#include <string.h>

#include "rollcall/base/id.h"

enum { SLUG_MAX = 63 };

/* The slug as an argument, or by --district as everywhere else. */
static rc_status the_slug(struct cli *cli, const char **ret_slug)
{
    const char *word = args_word(&cli->args, 0);
    const char *option = args_value(&cli->args, "district");

    if (!word && !option)
        return cli_refuse(cli, CLI_USAGE, "For example: rollcall district show maple-county",
                          "SLUG is missing");
    if (word && option) return cli_refuse(cli, CLI_USAGE, NULL, "the district was named twice");
    *ret_slug = word ? word : option;
    return RC_OK;
}

/* Begins a transaction in the district that the command names. */
static rc_status begin(struct cli *cli, const char **ret_slug, struct rc_db **ret_tx)
{
    const char *district = NULL;

    RC_TRY(the_slug(cli, ret_slug));
    RC_TRY(cli_district_of(cli, *ret_slug, &district));
    return rc_db_tx(cli->db, district, ret_tx);
}

/* ---- create ---- */

static rc_status check_slug(struct cli *cli, const char *slug)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

    if (slug[0] && slug[0] != '-' && strlen(slug) <= SLUG_MAX &&
        strspn(slug, letters) == strlen(slug))
        return RC_OK;
    return cli_refuse(cli, CLI_USAGE, "For example maple-county.",
                      "\"%.70s\" is no slug: small letters, digits and dashes, at most %d", slug,
                      SLUG_MAX);
}

static rc_status add_district(struct cli *cli, struct rc_db *tx, const char *id, const char *slug)
{
    const char *const values[] = {slug, args_value(&cli->args, "name"),
                                  args_value(&cli->args, "time-zone")};

    const rc_status added = rc_db_change(tx, sql_district_add, COUNT_OF(values), values, NULL);
    if (added == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_FAILED, "`rollcall district show` shows it.",
                          "there is a district \"%s\" already", slug);
    RC_TRY(added);
    RC_TRY(keys_add_hash(cli, tx, id));
    RC_TRY(keys_first(cli, tx, id));
    return cli_audit(cli, tx, "district.create", (struct rc_str){0});
}

static rc_status district_create(struct cli *cli)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *slug = "";
    char id[RC_ID_TEXT];

    RC_TRY(the_slug(cli, &slug));
    RC_TRY(check_slug(cli, slug));
    rc_id_new(id);
    RC_TRY(rc_db_tx(cli->db, id, &tx));
    RC_TRY(zone_check(cli, tx, args_value(&cli->args, "time-zone")));
    RC_TRY(add_district(cli, tx, id, slug));
    RC_TRY(rc_db_commit(tx));
    const struct out_fact facts[] = {{"district", slug}, {"district_id", id}};
    out_act(&cli->out, facts, COUNT_OF(facts), "District %s was created.", slug);
    out_note(&cli->out,
             "Next: rollcall member add --district %s, rollcall source add --district %s", slug,
             slug);
    return RC_OK;
}

/* ---- list, show ---- */

static const struct out_column list_columns[] = {
    {"district", OUT_TEXT, false},    {"name", OUT_TEXT, false},
    {"state", OUT_TEXT, false},       {"time_zone", OUT_TEXT, false},
    {"paused", OUT_BOOL, false},      {"sources", OUT_NUMBER, false},
    {"last_run", OUT_TEXT, true},     {"last_run_state", OUT_TEXT, false},
    {"last_run_at", OUT_TIME, false}, {"dead_letters", OUT_NUMBER, false},
    {"district_id", OUT_TEXT, true},
};

static rc_status district_list(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, NULL, &tx));
    RC_TRY(rc_db_run(tx, sql_district_list, 0, NULL, &rows));
    out_rows(&cli->out, list_columns, COUNT_OF(list_columns), rows);
    return rc_db_commit(tx);
}

static const struct out_column show_columns[] = {
    {"district_id", OUT_TEXT, false},
    {"district", OUT_TEXT, false},
    {"name", OUT_TEXT, false},
    {"state", OUT_TEXT, false},
    {"time_zone", OUT_TEXT, false},
    {"paused_at", OUT_TIME, false},
    {"paused_reason", OUT_TEXT, false},
    {"policy_version", OUT_NUMBER, false},
    {"created_at", OUT_TIME, false},
    {"sources", OUT_NUMBER, false},
    {"members", OUT_NUMBER, false},
    {"active_accounts", OUT_NUMBER, false},
    {"archived_accounts", OUT_NUMBER, false},
};

static rc_status district_show(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *slug = NULL;

    RC_TRY(begin(cli, &slug, &tx));
    RC_TRY(rc_db_one(tx, sql_district_show, 0, NULL, &rows));
    out_fields(&cli->out, show_columns, COUNT_OF(show_columns), rows);
    return rc_db_commit(tx);
}

/* ---- pause, resume ---- */

static rc_status change_state(struct cli *cli, const char *sql, const char *act, const char *reason)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    RC_AUTO_BUF struct rc_buf what = {0};
    struct rc_json_out json = {.buf = &what};
    const char *slug = NULL;
    const char *const values[] = {reason};

    RC_TRY(begin(cli, &slug, &tx));
    const rc_status changed = rc_db_change(tx, sql, reason ? 1 : 0, values, NULL);
    const struct out_fact facts[] = {{"district", slug}, {"reason", reason}};
    if (changed == RC_NOT_FOUND) {
        out_act(&cli->out, facts, 1, "District %s is so already.", slug);
        return RC_OK;
    }
    RC_TRY(changed);
    rc_json_open(&json, NULL, '{');
    if (reason) rc_json_put_text(&json, "reason", rc_str_of(reason));
    rc_json_close(&json, '}');
    RC_TRY(cli_audit(cli, tx, act, rc_buf_str(&what)));
    RC_TRY(rc_db_commit(tx));
    out_act(&cli->out, facts, COUNT_OF(facts), "District %s is %s.", slug,
            reason ? "paused: no run begins; one that is under way goes on" : "no longer paused");
    return RC_OK;
}

static rc_status district_pause(struct cli *cli)
{
    return change_state(cli, sql_district_pause, "district.pause",
                        args_value(&cli->args, "reason"));
}

/* Its credentials are gone and nothing can be sealed: every run would fail. */
static rc_status refuse_destroyed(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *slug = NULL;

    RC_TRY(begin(cli, &slug, &tx));
    RC_TRY(rc_db_one(tx, sql_key_destroyed, 0, NULL, &rows));
    if (!rc_rows_bool(rows, 0, 0)) return rc_db_commit(tx);
    return cli_refuse(cli, CLI_FAILED,
                      "Create it anew under another slug, or purge this one first.",
                      "the keys of district %s were destroyed: it stays paused", slug);
}

static rc_status district_resume(struct cli *cli)
{
    RC_TRY(refuse_destroyed(cli));
    return change_state(cli, sql_district_resume, "district.resume", NULL);
}

/* ---- the table ---- */

#define OPTION_SLUG                                                              \
    {                                                                            \
        "district", "d", "SLUG", NULL, 0, 0, 0, "The same as the argument SLUG." \
    }

static const struct cli_option create_options[] = {
    OPTION_SLUG,
    {"name", 0, "NAME", NULL, OPTION_REQUIRED, 0, 0, "What people call it."},
    {"time-zone", 0, "ZONE", NULL, OPTION_REQUIRED, 0, 0,
     "Its time zone, as America/New_York; nights, dates and mails go by it."},
    OPTION_END,
};
static const struct cli_option slug_options[] = {OPTION_SLUG, OPTION_END};
static const struct cli_option pause_options[] = {
    OPTION_SLUG,
    {"reason", 0, "TEXT", NULL, OPTION_REQUIRED, 0, 0, "Why; shown wherever the district is."},
    OPTION_END,
};

static const struct cli_option district_purge_options[] = {
    OPTION_DISTRICT,
    {"dry-run", 0, NULL, NULL, 0, 0, 0, "Only say how many rows would go."},
    {"reason", 0, "TEXT", NULL, 0, 0, 0, "Why; it stands in the certificate."},
    OPTION_BACKUP_DAYS,
    OPTION_YES,
    OPTION_END,
};

const struct command district_commands[] = {
    {"create",
     "[SLUG]",
     "Makes a district.",
     NULL,
     create_options,
     {"district create maple-county --name \"Maple County Schools\" --time-zone America/New_York"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     district_create},
    {"list",
     NULL,
     "All districts, with their last run.",
     NULL,
     NULL,
     {"district list", "district list -o json"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     district_list},
    {"show",
     "[SLUG]",
     "One district.",
     NULL,
     slug_options,
     {"district show maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     district_show},
    {"pause",
     "[SLUG]",
     "No run of the district begins until it is resumed.",
     NULL,
     pause_options,
     {"district pause maple-county --reason \"the SIS is being moved\""},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     district_pause},
    {"resume",
     "[SLUG]",
     "Ends a pause.",
     NULL,
     slug_options,
     {"district resume maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     district_resume},
    {"purge",
     NULL,
     "Removes a district with all that is kept of it, for good.",
     "Refused while one of its runs is active. Its keys are destroyed first, as `rollcall key "
     "destroy` does, so that what\nlies on topics and in backups is shredded too; then the rows "
     "go. Certificates of both stay: what was shredded and until\nwhen backups hold the wrapped "
     "keys; when, by whom, how many rows of what. Interrupted, it goes on when called again.",
     district_purge_options,
     {"district purge --district maple-county --dry-run",
      "district purge --district maple-county --yes --reason \"contract ended\""},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     purge_district},
    {0},
};
