/* rollcall person: who somebody is in the directory, what was done to them and why, also for one
 * who is not there. It shows what it is asked for to whoever may read the district's tables. */
#include "nouns.h"
#include "person_add.h"
#include "person_find.h"
#include "person_sync.h"
#include "policy.h"
#include "wait.h"

#include "cli_sql.h"

/* ---- find ---- */

static const struct out_column find_columns[] = {
    {"person", OUT_TEXT, false},     {"status", OUT_TEXT, false},
    {"given_name", OUT_TEXT, false}, {"family_name", OUT_TEXT, false},
    {"username", OUT_TEXT, false},   {"email", OUT_TEXT, false},
    {"roles", OUT_TEXT, false},      {"records", OUT_TEXT, false},
};

static rc_status find(struct cli *cli)
{
    const struct cli_rows list = {NULL, sql_person_search, 2, find_columns, COUNT_OF(find_columns)};
    const char *limit = args_value(&cli->args, "limit");
    const char *const values[] = {args_word(&cli->args, 0), limit ? limit : "50"};
    size_t found = 0;

    RC_TRY(cli_list_counted(cli, &list, values, &found));
    if (found > 0) return RC_OK;
    return cli_refuse(cli, CLI_NOTHING,
                      "Names, user names, e-mails, numbers and SIS ids are compared from their "
                      "beginning; `rollcall finding list` tells of records that were dropped.",
                      "nobody begins like that");
}

/* ---- the parts of an answer ---- */

static const struct out_column account_columns[] = {
    {"account", OUT_TEXT, false},     {"status", OUT_TEXT, false},
    {"kind", OUT_TEXT, false},        {"access", OUT_BOOL, false},
    {"origin", OUT_TEXT, false},      {"given_name", OUT_TEXT, false},
    {"middle_name", OUT_TEXT, false}, {"family_name", OUT_TEXT, false},
    {"username", OUT_TEXT, false},    {"email", OUT_TEXT, false},
    {"phone", OUT_TEXT, false},       {"sms", OUT_TEXT, false},
    {"identifier", OUT_TEXT, false},  {"master_id", OUT_TEXT, false},
    {"grades", OUT_TEXT, false},      {"created_at", OUT_TIME, false},
    {"archived_at", OUT_TIME, false}, {"updated_at", OUT_TIME, false},
};
static const struct out_column role_columns[] = {
    {"role", OUT_TEXT, false},     {"school", OUT_TEXT, false},   {"source", OUT_TEXT, false},
    {"began_on", OUT_TEXT, false}, {"ended_on", OUT_TEXT, false}, {"school_id", OUT_TEXT, true},
};
static const struct out_column family_columns[] = {
    {"is", OUT_TEXT, false},         {"relation", OUT_TEXT, false},
    {"given_name", OUT_TEXT, false}, {"family_name", OUT_TEXT, false},
    {"status", OUT_TEXT, false},     {"began_on", OUT_TEXT, false},
    {"ended_on", OUT_TEXT, false},   {"account", OUT_TEXT, true},
};
static const struct out_column list_columns[] = {
    {"list", OUT_TEXT, false},     {"role", OUT_TEXT, false},     {"origin", OUT_TEXT, false},
    {"began_on", OUT_TEXT, false}, {"ended_on", OUT_TEXT, false}, {"class_id", OUT_TEXT, true},
};
static const struct out_column pin_columns[] = {
    {"field", OUT_TEXT, false},  {"reason", OUT_TEXT, false}, {"set_by", OUT_TEXT, false},
    {"set_at", OUT_TIME, false}, {"until", OUT_TEXT, false},  {"over", OUT_BOOL, false},
};
static const struct out_column record_columns[] = {
    {"source", OUT_TEXT, false},   {"record", OUT_TEXT, false},   {"stands", OUT_TEXT, false},
    {"first_run", OUT_TEXT, true}, {"last_run", OUT_TEXT, false}, {"last_run_at", OUT_TIME, false},
    {"modified", OUT_TIME, true},  {"values", OUT_RAW, true},
};
static const struct out_column item_columns[] = {
    {"item", OUT_NUMBER, false},    {"kind", OUT_TEXT, false},     {"field", OUT_TEXT, false},
    {"from", OUT_TEXT, false},      {"to", OUT_TEXT, false},       {"cause", OUT_TEXT, false},
    {"waits_for", OUT_TEXT, false}, {"decision", OUT_TEXT, false}, {"plan", OUT_TEXT, true},
};
static const struct out_column finding_columns[] = {
    {"at", OUT_TIME, false},    {"severity", OUT_TEXT, false}, {"rule", OUT_TEXT, false},
    {"field", OUT_TEXT, false}, {"message", OUT_TEXT, false},  {"run", OUT_TEXT, true},
};
static const struct out_column question_columns[] = {
    {"match", OUT_TEXT, false}, {"record", OUT_TEXT, false}, {"account", OUT_TEXT, false},
    {"why", OUT_TEXT, false},   {"rule", OUT_TEXT, false},   {"confidence", OUT_NUMBER, false},
    {"by", OUT_TEXT, false},    {"at", OUT_TIME, false},
};
static const struct out_column kept_out_columns[] = {
    {"with", OUT_TEXT, false},
    {"says", OUT_TEXT, false},
};
static const struct out_column mark_columns[] = {
    {"declined", OUT_TEXT, false}, {"field", OUT_TEXT, false}, {"by", OUT_TEXT, false},
    {"at", OUT_TIME, false},       {"node", OUT_TEXT, true},
};
static const struct out_column mail_columns[] = {
    {"day", OUT_TEXT, false},
    {"kind", OUT_TEXT, false},
    {"subject", OUT_TEXT, false},
    {"state", OUT_TEXT, false},
};
static const struct out_column history_columns[] = {
    {"at", OUT_TIME, false},        {"kind", OUT_TEXT, false},     {"field", OUT_TEXT, false},
    {"from", OUT_TEXT, false},      {"to", OUT_TEXT, false},       {"cause", OUT_TEXT, false},
    {"approved", OUT_BOOL, true},   {"record", OUT_TEXT, true},    {"run", OUT_TEXT, false},
    {"undone_at", OUT_TIME, false}, {"undone_by", OUT_TEXT, true}, {"change", OUT_NUMBER, false},
};

#define PART(title, sql, values, columns)              \
    {                                                  \
        title, sql, values, columns, COUNT_OF(columns) \
    }

/* ---- show ---- */

static rc_status show_account(struct cli *cli, struct rc_db *tx, const struct person_ref *person)
{
    const struct cli_rows parts[] = {
        PART("roles", sql_person_roles, 1, role_columns),
        PART("family", sql_person_family, 1, family_columns),
        PART("lists", sql_person_lists, 1, list_columns),
        PART("pins", sql_person_pins, 1, pin_columns),
    };
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(tx, sql_person_account, 1, &person->account, &rows));
    out_fields(&cli->out, account_columns, COUNT_OF(account_columns), rows);
    return cli_parts(cli, tx, parts, COUNT_OF(parts), &person->account);
}

static rc_status show(struct cli *cli)
{
    const struct cli_rows records = PART("records", sql_person_records, 1, record_columns);
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct person_ref person;

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(person_need(cli, tx, args_word(&cli->args, 0), &person));
    out_open(&cli->out);
    if (person.account) RC_TRY(show_account(cli, tx, &person));
    RC_TRY(cli_parts(cli, tx, &records, 1, &person.node));
    out_close(&cli->out);
    return rc_db_commit(tx);
}

/* ---- history ---- */

static rc_status history(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *limit = args_value(&cli->args, "limit");
    struct person_ref person;

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(person_need(cli, tx, args_word(&cli->args, 0), &person));
    const char *const values[] = {person.account, limit ? limit : "50"};
    RC_TRY(rc_db_run(tx, sql_person_history, COUNT_OF(values), values, &rows));
    out_rows(&cli->out, history_columns, COUNT_OF(history_columns), rows);
    return rc_db_commit(tx);
}

/* ---- explain ---- */

static const struct out_column standing_columns[] = {
    {"record", OUT_TEXT, false},  {"states", OUT_TEXT, false},  {"at", OUT_TEXT, false},
    {"becomes", OUT_TEXT, false}, {"because", OUT_TEXT, false},
};

/* What the record says of a role, and of the person. */
struct stated {
    bool over, disabled;
};

/* Why a stated role is rostered or not, from the nearest reason. */
static struct rc_str role_reason(struct cli *cli, const struct rc_policy *policy, enum rc_role role,
                                 struct rc_place place, const struct stated *stated)
{
    if (stated->over) return RC_STR("it has ended");
    if (role == RC_ROLE_COUNT_) return RC_STR("the role map gives it no role");
    if (rc_policy_rostered(policy, role, place)) {
        return stated->disabled && rc_policy_archives_disabled(policy, &place, 1)
                   ? RC_STR("the SIS says that they are disabled (setting disabled-people)")
                   : RC_STR("rostered");
    }
    if (place.school.len > 0 && !rc_policy_school_chosen(policy, place.school))
        return RC_STR("its school is not chosen");
    return rc_str_print(cli->arena, "%ss are not rostered%s", rc_role_name(role),
                        place.school.len > 0 ? " there" : "");
}

static rc_status explain_roles(struct cli *cli, struct rc_db *tx, const struct person_ref *person)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    struct rc_policy *policy = NULL;

    RC_TRY(policy_load(cli, tx, &policy));
    RC_TRY(rc_db_run(tx, sql_person_record_roles, 1, &person->node, &rows));
    const size_t count = rc_rows_count(rows);
    struct rc_str *cells = rc_arena_array(cli->arena, count * COUNT_OF(standing_columns) + 1,
                                          sizeof *cells);
    for (size_t i = 0; i < count; i++) {
        struct rc_str *row = &cells[i * COUNT_OF(standing_columns)];
        const struct rc_place place = {rc_rows_text(rows, i, 5), rc_rows_text(rows, i, 3)};
        const struct stated stated = {rc_rows_bool(rows, i, 4), rc_rows_bool(rows, i, 6)};
        const enum rc_role role = rc_policy_role(policy, place.source, rc_rows_text(rows, i, 1));
        for (int column = 0; column < 3; column++)
            row[column] = rc_rows_text(rows, i, column);
        if (role != RC_ROLE_COUNT_) row[3] = rc_str_of(rc_role_name(role));
        row[4] = role_reason(cli, policy, role, place, &stated);
    }
    out_part_cells(&cli->out, "roles", standing_columns, COUNT_OF(standing_columns), cells, count);
    return RC_OK;
}

static rc_status explain_account(struct cli *cli, struct rc_db *tx, const char *account)
{
    static const struct out_column why_columns[] = {
        {"account", OUT_TEXT, false},
        {"status", OUT_TEXT, false},
        {"because", OUT_TEXT, false},
    };
    const struct cli_rows parts[] = {
        PART("account", sql_person_standing, 1, why_columns),
        PART("pins", sql_person_pins, 1, pin_columns),
        PART("history", sql_person_history, 2, history_columns),
        PART("mails", sql_person_mails, 1, mail_columns),
    };
    const char *const values[] = {account, "20"};

    return cli_parts(cli, tx, parts, COUNT_OF(parts), values);
}

static rc_status explain_person(struct cli *cli, struct rc_db *tx, const struct person_ref *person)
{
    const struct cli_rows records = PART("records", sql_person_records, 1, record_columns);
    const struct cli_rows parts[] = {
        PART("items", sql_person_items, 1, item_columns),
        PART("guardianships", sql_person_kept_out, 1, kept_out_columns),
        PART("matching", sql_person_questions, 1, question_columns),
        PART("declined", sql_person_marks, 1, mark_columns),
        PART("findings", sql_person_findings, 1, finding_columns),
    };

    RC_TRY(cli_parts(cli, tx, &records, 1, &person->node));
    RC_TRY(explain_roles(cli, tx, person));
    RC_TRY(cli_parts(cli, tx, parts, COUNT_OF(parts), &person->node));
    return person->account ? explain_account(cli, tx, person->account) : RC_OK;
}

/* Nobody is there: what the sources last said, and whether a record of that id was dropped. */
static rc_status explain_absence(struct cli *cli, struct rc_db *tx, const char *named)
{
    static const struct out_column source_columns[] = {
        {"source", OUT_TEXT, false},
        {"last_read", OUT_TEXT, false},
        {"kind", OUT_TEXT, true},
        {"says", OUT_TEXT, false},
    };
    const struct cli_rows parts[] = {
        PART("findings", sql_person_findings, 1, finding_columns),
        PART("sources", sql_person_sources, 0, source_columns),
    };

    RC_TRY(cli_parts(cli, tx, parts, COUNT_OF(parts), &named));
    return cli_end(cli, CLI_NOTHING,
                   "No account and no record is \"%.70s\". If the SIS has this person, the source "
                   "does not share the record with us; a record that was dropped stands under "
                   "findings.",
                   named);
}

static rc_status explain(struct cli *cli)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct person_ref person;
    const char *named = args_word(&cli->args, 0);

    RC_TRY(cli_begin(cli, &tx));
    const rc_status found = person_find(cli, tx, named, &person);
    if (found != RC_OK && found != RC_NOT_FOUND) return found;
    out_open(&cli->out);
    const rc_status told = found == RC_OK ? explain_person(cli, tx, &person)
                                          : explain_absence(cli, tx, named);
    out_close(&cli->out);
    RC_TRY(told);
    return rc_db_commit(tx);
}

/* ---- the table ---- */

static const struct cli_option sync_options[] = {
    OPTION_DISTRICT,
    {"source", 0, "NAME", NULL, 0, 0, 0,
     "The source to ask, by its name; where the person follows several, or none."},
    OPTION_WAIT,
    OPTION_TIMEOUT,
    OPTION_END,
};
static const struct cli_option one_options[] = {OPTION_DISTRICT, OPTION_END};
static const struct cli_option many_options[] = {OPTION_DISTRICT, OPTION_LIMIT, OPTION_END};

#define PERSON_MORE \
    "A person is named by the account's id, user name, e-mail or number, or by a record's SIS id."

const struct command person_commands[] = {
    {"find",
     "TEXT",
     "People whose name, user name, e-mail, number or SIS id begins like this.",
     NULL,
     many_options,
     {"person find --district maple-county \"ada lov\""},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     find},
    {"show",
     "PERSON",
     "One account with its roles, family, lists and records.",
     PERSON_MORE,
     one_options,
     {"person show --district maple-county s-1042"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     show},
    {"history",
     "PERSON",
     "What was done to an account, newest first: by which run, for which cause.",
     "`rollcall plan undo --run RUN --item CHANGE` takes one back.",
     many_options,
     {"person history --district maple-county ada@maple-county.example"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     history},
    {"sync",
     "PERSON",
     "Asks the source for this one person now, and does what follows from it.",
     "The record alone is asked for, by its id: enrollments come with the next whole sync, and "
     "nobody counts as\ngone by it. Settings, thresholds and approval hold as ever; what else is "
     "due goes with it. Whoever is\nnot here yet is named by the SIS id. A source of CSV files, or "
     "Clever, cannot be asked so.",
     sync_options,
     {"person sync --district maple-county s-1042 --wait",
      "person sync --district maple-county --source sis s-2001"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     person_sync},
    {"explain",
     "PERSON",
     "Why somebody is in the directory as they are, or is not there.",
     "Their records, what the settings make of each role, what the open plan intends, whose "
     "account\na record may be and what was said of that, what was declined, findings, history and "
     "mails.\n" PERSON_MORE,
     one_options,
     {"person explain --district maple-county s-1042",
      "person explain --district maple-county s-1042 -o json"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     explain},
    {"add",
     NULL,
     "Adds somebody whom no source carries.",
     "A source's record that is found to be theirs joins them; no source archives whom it never\n"
     "carried. --until proposes their archive on that day, if no source has brought them by then.\n"
     "Taken back by `rollcall act undo`.",
     person_add_options,
     {"person add --district maple-county --role teacher --school \"North High\" --given-name Ada "
      "--family-name Lovelace --email ada@maple-county.example --reason \"substitute\" --until "
      "2027-01-07"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     person_add},
    {"added",
     NULL,
     "People who were added by hand: why, by whom, until when.",
     NULL,
     many_options,
     {"person added --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     person_added},
    {0},
};
