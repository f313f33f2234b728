/* rollcall pin, rollcall exclusion: what a person wants kept as it is, whatever the source says.
 * Each moves the version of what it is about, in the database, so that the next plan sees it (P1).
 */
#include "keep.h"

#include "nouns.h"
#include "person_find.h"

#include "cli_sql.h"

rc_status keep_until(struct cli *cli, struct rc_db *tx, const char **ret_until)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *until = args_value(&cli->args, "until");

    *ret_until = until;
    if (!until) return RC_OK;
    const char *const values[] = {until};
    RC_TRY(rc_db_one(tx, sql_date_known, COUNT_OF(values), values, &rows));
    if (rc_rows_bool(rows, 0, 0) && rc_rows_bool(rows, 0, 1)) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, NULL, "--until: a date after today is due, as %s",
                      rc_rows_cstr(rows, 0, 3));
}

rc_status keep_audit(struct cli *cli, struct rc_db *tx, const char *act, const char *node,
                     const char *field, const char *until)
{
    RC_AUTO_BUF struct rc_buf what = {0};
    struct rc_json_out json = {.buf = &what};

    rc_json_open(&json, NULL, '{');
    rc_json_put_text(&json, "node", rc_str_of(node));
    if (field) rc_json_put_text(&json, "field", rc_str_of(field));
    if (until) rc_json_put_text(&json, "until", rc_str_of(until));
    rc_json_close(&json, '}');
    return cli_audit(cli, tx, act, rc_buf_str(&what));
}

/* ---- pins ---- */

/* The account whose field it is. */
static rc_status pinned(struct cli *cli, struct rc_db *tx, struct person_ref *person)
{
    RC_TRY(person_need(cli, tx, args_word(&cli->args, 0), person));
    if (person->account) return RC_OK;
    return cli_refuse(cli, CLI_NOTHING, "An exclusion keeps one out: `rollcall exclusion add`.",
                      "this record has no account, so there is no field to keep");
}

static rc_status pin_add(struct cli *cli)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct person_ref person;
    const char *until = NULL;
    const char *field = args_value(&cli->args, "field");

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(pinned(cli, tx, &person));
    RC_TRY(keep_until(cli, tx, &until));
    const char *const values[] = {person.account, field, args_value(&cli->args, "reason"), cli->who,
                                  until};
    RC_TRY(rc_db_run(tx, sql_pin_put, COUNT_OF(values), values, NULL));
    RC_TRY(keep_audit(cli, tx, "pin.add", person.node, field, until));
    RC_TRY(rc_db_commit(tx));
    const struct out_fact facts[] = {
        {"account", person.account}, {"field", field}, {"until", until}};
    out_act(&cli->out, facts, COUNT_OF(facts), "No sync changes %s of account %s%s%s.", field,
            person.account, until ? " until " : " any more", until ? until : "");
    return RC_OK;
}

static rc_status pin_end(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct person_ref person;
    const char *field = args_value(&cli->args, "field");

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(pinned(cli, tx, &person));
    const char *const values[] = {person.account, field};
    const rc_status ended = rc_db_one(tx, sql_pin_end, COUNT_OF(values), values, &rows);
    if (ended == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_NOTHING, "`rollcall pin list` shows all.",
                          "%s of this account is not pinned", field);
    RC_TRY(ended);
    RC_TRY(keep_audit(cli, tx, "pin.end", person.node, field, NULL));
    RC_TRY(rc_db_commit(tx));
    const struct out_fact facts[] = {{"account", person.account}, {"field", field}};
    out_act(&cli->out, facts, COUNT_OF(facts), "%s of account %s follows the source again.", field,
            person.account);
    return RC_OK;
}

static rc_status list(struct cli *cli, const char *sql, const struct out_column *columns,
                      size_t count)
{
    const struct cli_rows rows = {NULL, sql, 1, columns, count};
    const char *limit = args_value(&cli->args, "limit");
    const char *const values[] = {limit ? limit : "50"};

    return cli_list(cli, &rows, values);
}

static rc_status pin_list(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"account", OUT_TEXT, false}, {"field", OUT_TEXT, false},  {"reason", OUT_TEXT, false},
        {"set_by", OUT_TEXT, false},  {"set_at", OUT_TIME, false}, {"until", OUT_TEXT, false},
        {"over", OUT_BOOL, false},
    };

    return list(cli, sql_pin_list, columns, COUNT_OF(columns));
}

/* ---- exclusions ---- */

static rc_status exclusion_add(struct cli *cli)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct person_ref person;
    const char *until = NULL;

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(person_need(cli, tx, args_word(&cli->args, 0), &person));
    RC_TRY(keep_until(cli, tx, &until));
    const char *const values[] = {person.node, args_value(&cli->args, "reason"), cli->who, until};
    RC_TRY(rc_db_run(tx, sql_exclusion_put, COUNT_OF(values), values, NULL));
    RC_TRY(keep_audit(cli, tx, "exclusion.add", person.node, NULL, until));
    RC_TRY(rc_db_commit(tx));
    const struct out_fact facts[] = {{"person", person.node}, {"until", until}};
    out_act(&cli->out, facts, COUNT_OF(facts), "No sync touches this person%s%s.",
            until ? " until " : " any more", until ? until : "");
    return RC_OK;
}

static rc_status exclusion_end(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct person_ref person;

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(person_need(cli, tx, args_word(&cli->args, 0), &person));
    const rc_status ended = rc_db_one(tx, sql_exclusion_end, 1, &person.node, &rows);
    if (ended == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_NOTHING, "`rollcall exclusion list` shows all.",
                          "this person is not excluded");
    RC_TRY(ended);
    RC_TRY(keep_audit(cli, tx, "exclusion.end", person.node, NULL, NULL));
    RC_TRY(rc_db_commit(tx));
    const struct out_fact facts[] = {{"person", person.node}};
    out_act(&cli->out, facts, COUNT_OF(facts), "Syncs treat this person as any other again.");
    return RC_OK;
}

static rc_status exclusion_list(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"person", OUT_TEXT, false}, {"reason", OUT_TEXT, false}, {"set_by", OUT_TEXT, false},
        {"set_at", OUT_TIME, false}, {"until", OUT_TEXT, false},  {"over", OUT_BOOL, false},
    };

    return list(cli, sql_exclusion_list, columns, COUNT_OF(columns));
}

/* ---- the tables ---- */

/* The fields that follow the source: rollcall/roster/plan.h. */
#define OPTION_FIELD                                                                           \
    {                                                                                          \
        "field", 0, "FIELD",                                                                   \
            "username|given_name|family_name|middle_name|email|phone|sms|identifier|master_id" \
            "|grades|roles",                                                                   \
            OPTION_REQUIRED, 0, 0, "The field, as `rollcall person show` names it."            \
    }

static const struct cli_option pin_options[] = {OPTION_DISTRICT, OPTION_FIELD, OPTION_REASON,
                                                OPTION_UNTIL, OPTION_END};
static const struct cli_option unpin_options[] = {OPTION_DISTRICT, OPTION_FIELD, OPTION_END};
static const struct cli_option add_options[] = {OPTION_DISTRICT, OPTION_REASON, OPTION_UNTIL,
                                                OPTION_END};
static const struct cli_option list_options[] = {OPTION_DISTRICT, OPTION_LIMIT, OPTION_END};
static const struct cli_option end_options[] = {OPTION_DISTRICT, OPTION_END};

const struct command pin_commands[] = {
    {"add",
     "PERSON",
     "Keeps one field of an account as it is.",
     "Set again, it takes the new reason and end.",
     pin_options,
     {"pin add --district maple-county s-1042 --field given_name --reason \"preferred name\"",
      "pin add --district maple-county s-1042 --field roles --reason \"long leave\" --until "
      "2027-01-07"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     pin_add},
    {"list",
     NULL,
     "The pins of a district.",
     NULL,
     list_options,
     {"pin list --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     pin_list},
    {"end",
     "PERSON",
     "Lets a field follow the source again.",
     NULL,
     unpin_options,
     {"pin end --district maple-county s-1042 --field given_name"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     pin_end},
    {0},
};

const struct command exclusion_commands[] = {
    {"add",
     "PERSON",
     "Keeps one person out of every sync: nothing is created, changed or archived.",
     NULL,
     add_options,
     {"exclusion add --district maple-county s-1042 --reason \"test account of the SIS\""},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     exclusion_add},
    {"list",
     NULL,
     "The exclusions of a district.",
     NULL,
     list_options,
     {"exclusion list --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     exclusion_list},
    {"end",
     "PERSON",
     "Lets syncs treat a person as any other again.",
     NULL,
     end_options,
     {"exclusion end --district maple-county s-1042"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     exclusion_end},
    {0},
};
