/* rollcall application: who may ask rollcall-roster-server, about which districts, and with which
 * token. A token is shown once; what is kept is a digest of its secret. */
#include "cli.h"
#include "nouns.h"
#include "person_find.h"

#include "cli_sql.h"

#include <inttypes.h>
#include <string.h>

#include "rollcall/base/id.h"
#include "rollcall/port/crypto.h"

enum { NAME_LONGEST = 63, SECRET_BYTES = 32 };

#define DAY_MS     INT64_C(86400000)
#define YEAR_MS    (365 * DAY_MS)
#define LONGEST_MS (1100 * DAY_MS)

struct application {
    const char *id, *name;
};

/* ---- finding ---- */

static rc_status check_name(struct cli *cli, const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

    if (name[0] && name[0] != '-' && strlen(name) <= NAME_LONGEST &&
        strspn(name, letters) == strlen(name))
        return RC_OK;
    return cli_refuse(cli, CLI_USAGE, "For example learning-portal.",
                      "an application's name has small letters, digits and dashes, at most %d",
                      NAME_LONGEST);
}

static rc_status need_name(struct cli *cli, const char **ret_name)
{
    *ret_name = args_word(&cli->args, 0);
    if (*ret_name) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, "`rollcall application list` shows all.", "NAME is missing");
}

static rc_status find_named(struct cli *cli, struct rc_db *tx, struct application *ret,
                            bool *revoked)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    const rc_status found = rc_db_one(tx, sql_application_find, 1, &ret->name, &rows);
    if (found == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_NOTHING, "`rollcall application list` shows all.",
                          "there is no application \"%.70s\"", ret->name);
    RC_TRY(found);
    ret->id = cli_keep(cli, rows, 0, 0);
    *revoked = rc_rows_bool(rows, 0, 1);
    return RC_OK;
}

static rc_status find_any(struct cli *cli, struct rc_db *tx, struct application *ret, bool *revoked)
{
    RC_TRY(need_name(cli, &ret->name));
    return find_named(cli, tx, ret, revoked);
}

static rc_status find_active(struct cli *cli, struct rc_db *tx, struct application *ret)
{
    bool revoked = false;

    RC_TRY(find_any(cli, tx, ret, &revoked));
    if (!revoked) return RC_OK;
    return cli_refuse(cli, CLI_FAILED, "Add another one: `rollcall application add`.",
                      "the application was revoked, which is for ever");
}

/* ---- what it may ---- */

/* An option's words, separated by commas, as a PostgreSQL array. */
static const char *words_of(struct cli *cli, const char *option)
{
    const char *given = args_value(&cli->args, option);
    RC_AUTO_BUF struct rc_buf out = {0};
    struct rc_str rest = rc_str_of(given);

    rc_db_array_open(&out);
    while (rest.data) {
        const struct rc_str word = rc_str_trim(rc_str_cut(&rest, ','));
        if (word.len > 0) rc_db_array_add(&out, word);
    }
    rc_db_array_close(&out);
    return rc_str_copy(cli->arena, rc_buf_str(&out)).data;
}

static rc_status check_words(struct cli *cli, struct rc_db *tx, const char *const words[3])
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const rc_status found = rc_db_one(tx, sql_application_unknown, 3, words, &rows);

    if (found == RC_NOT_FOUND) return RC_OK;
    RC_TRY(found);
    return cli_refuse(cli, CLI_USAGE, "`rollcall application grant --help` names what there is.",
                      "%.80s: there is no such thing", rc_rows_cstr(rows, 0, 0));
}

static rc_status grant_to(struct cli *cli, struct rc_db *tx, const char *application)
{
    const char *const words[] = {words_of(cli, "read"), words_of(cli, "fields"),
                                 words_of(cli, "edit")};
    const char *const values[] = {application, words[0], words[1], words[2], cli->who};

    RC_TRY(check_words(cli, tx, words));
    return rc_db_run(tx, sql_application_grant, COUNT_OF(values), values, NULL);
}

/* ---- tokens ---- */

struct token {
    const char *text, *id, *expires_at;
};

static rc_status make_token(struct cli *cli, struct rc_db *tx, const char *application,
                            struct token *ret)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    char secret[2 * SECRET_BYTES + 1];
    char kept[2 * RC_TOKEN_BYTES + 1];
    unsigned char digest[RC_TOKEN_BYTES];
    const int64_t holds_ms = args_number(&cli->args, "expires", YEAR_MS);
    const char *holds = rc_str_print(cli->arena, "%" PRId64, holds_ms).data;

    rc_random_hex(SECRET_BYTES, secret);
    rc_token_digest(rc_str_of(secret), digest);
    rc_hex(digest, sizeof digest, kept);
    const char *const values[] = {application, kept, cli->who, holds};
    RC_TRY(rc_db_one(tx, sql_application_token_add, COUNT_OF(values), values, &rows));
    ret->id = cli_keep(cli, rows, 0, 0);
    ret->expires_at = cli_keep(cli, rows, 0, 1);
    ret->text = rc_str_print(cli->arena, "rct_%s_%s", ret->id, secret).data;
    return RC_OK;
}

static void show_token(struct cli *cli, const struct application *application,
                       const struct token *token)
{
    const struct out_fact facts[] = {{"application_id", application->id},
                                     {"name", application->name},
                                     {"token", token->text},
                                     {"expires_at", token->expires_at}};

    out_act(&cli->out, facts, COUNT_OF(facts), "%s", token->text);
    out_note(&cli->out, "The token of %s; it is shown this once, and holds until %s.",
             application->name, token->expires_at);
}

static rc_status audit(struct cli *cli, struct rc_db *tx, const char *act,
                       const struct application *application)
{
    const char *what = rc_str_print(cli->arena, "{\"application\":\"%s\"}", application->id).data;
    const char *const values[] = {application->id, cli->who, act, what};

    return rc_db_run(tx, sql_application_audit, COUNT_OF(values), values, NULL);
}

/* ---- the commands ---- */

static rc_status add(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct application application = {0};
    struct token token = {0};

    RC_TRY(need_name(cli, &application.name));
    RC_TRY(check_name(cli, application.name));
    RC_TRY(cli_begin(cli, &tx));
    const char *const values[] = {application.name, cli->who};
    const rc_status added = rc_db_one(tx, sql_application_add, COUNT_OF(values), values, &rows);
    if (added == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_FAILED, "`rollcall application grant` gives it a district more.",
                          "there is an application of this name already");
    RC_TRY(added);
    application.id = cli_keep(cli, rows, 0, 0);
    RC_TRY(grant_to(cli, tx, application.id));
    RC_TRY(make_token(cli, tx, application.id, &token));
    RC_TRY(audit(cli, tx, "application.add", &application));
    RC_TRY(rc_db_commit(tx));
    show_token(cli, &application, &token);
    return RC_OK;
}

static rc_status grant(struct cli *cli)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct application application = {0};

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(find_active(cli, tx, &application));
    RC_TRY(grant_to(cli, tx, application.id));
    RC_TRY(cli_audit(cli, tx, "application.grant",
                     rc_str_print(cli->arena, "{\"application\":\"%s\"}", application.id)));
    RC_TRY(rc_db_commit(tx));
    const struct out_fact facts[] = {{"application_id", application.id},
                                     {"district", args_value(&cli->args, "district")}};
    out_act(&cli->out, facts, COUNT_OF(facts), "%s may ask about %s.", application.name,
            args_value(&cli->args, "district"));
    return RC_OK;
}

static rc_status withdraw(struct cli *cli)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct application application = {0};
    bool revoked = false;

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(find_any(cli, tx, &application, &revoked));
    const char *const values[] = {application.id};
    const rc_status gone = rc_db_change(tx, sql_application_withdraw, 1, values, NULL);
    if (gone == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_NOTHING, NULL, "it had nothing granted in this district");
    RC_TRY(gone);
    RC_TRY(cli_audit(cli, tx, "application.withdraw",
                     rc_str_print(cli->arena, "{\"application\":\"%s\"}", application.id)));
    RC_TRY(rc_db_commit(tx));
    const struct out_fact facts[] = {{"application_id", application.id}};
    out_act(&cli->out, facts, COUNT_OF(facts), "%s may not ask about %s any more.",
            application.name, args_value(&cli->args, "district"));
    return RC_OK;
}

static rc_status end_older(struct cli *cli, struct rc_db *tx, const struct application *application,
                           const struct token *token)
{
    const int64_t overlap_ms = args_number(&cli->args, "overlap", DAY_MS);
    const char *const values[] = {application->id,
                                  rc_str_print(cli->arena, "%" PRId64, overlap_ms).data, token->id};

    return rc_db_run(tx, sql_application_token_end, COUNT_OF(values), values, NULL);
}

static rc_status rotate(struct cli *cli)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct application application = {0};
    struct token token = {0};

    RC_TRY(rc_db_tx(cli->db, NULL, &tx));
    RC_TRY(find_active(cli, tx, &application));
    RC_TRY(make_token(cli, tx, application.id, &token));
    RC_TRY(end_older(cli, tx, &application, &token));
    RC_TRY(audit(cli, tx, "application.rotate", &application));
    RC_TRY(rc_db_commit(tx));
    show_token(cli, &application, &token);
    return RC_OK;
}

static rc_status revoke(struct cli *cli)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct application application = {0};

    RC_TRY(rc_db_tx(cli->db, NULL, &tx));
    RC_TRY(find_active(cli, tx, &application));
    RC_TRY(cli_confirm(cli, 1, "Its tokens are not taken any more, for ever."));
    const char *const values[] = {application.id, cli->who};
    RC_TRY(rc_db_run(tx, sql_application_revoke, COUNT_OF(values), values, NULL));
    RC_TRY(audit(cli, tx, "application.revoke", &application));
    RC_TRY(rc_db_commit(tx));
    const struct out_fact facts[] = {{"application_id", application.id},
                                     {"name", application.name}};
    out_act(&cli->out, facts, COUNT_OF(facts), "%s was revoked.", application.name);
    return RC_OK;
}

static rc_status list(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"name", OUT_TEXT, false},          {"state", OUT_TEXT, false},
        {"districts", OUT_TEXT, false},     {"expires_at", OUT_TIME, false},
        {"made_by", OUT_TEXT, true},        {"made_at", OUT_TIME, true},
        {"application_id", OUT_TEXT, true},
    };
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, NULL, &tx));
    RC_TRY(rc_db_run(tx, sql_application_list, 0, NULL, &rows));
    out_rows(&cli->out, columns, COUNT_OF(columns), rows);
    return rc_db_commit(tx);
}

static const struct out_column show_columns[] = {
    {"application_id", OUT_TEXT, false}, {"name", OUT_TEXT, false},
    {"made_by", OUT_TEXT, false},        {"made_at", OUT_TIME, false},
    {"revoked_by", OUT_TEXT, false},     {"revoked_at", OUT_TIME, false},
};
static const struct out_column grant_columns[] = {
    {"district", OUT_TEXT, false}, {"read", OUT_TEXT, false},      {"fields", OUT_TEXT, false},
    {"edit", OUT_TEXT, false},     {"granted_by", OUT_TEXT, true}, {"granted_at", OUT_TIME, false},
};
static const struct out_column token_columns[] = {
    {"token_id", OUT_TEXT, false}, {"state", OUT_TEXT, false},      {"made_by", OUT_TEXT, false},
    {"made_at", OUT_TIME, false},  {"expires_at", OUT_TIME, false},
};

static rc_status show(struct cli *cli)
{
    static const struct cli_rows parts[] = {
        {"grants", sql_application_grants, 1, grant_columns, COUNT_OF(grant_columns)},
        {"tokens", sql_application_tokens, 1, token_columns, COUNT_OF(token_columns)},
    };
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct application application = {0};
    bool revoked = false;

    RC_TRY(rc_db_tx(cli->db, NULL, &tx));
    RC_TRY(find_any(cli, tx, &application, &revoked));
    const char *const values[] = {application.id};
    RC_TRY(rc_db_one(tx, sql_application_show, 1, values, &rows));
    out_open(&cli->out);
    out_fields(&cli->out, show_columns, COUNT_OF(show_columns), rows);
    RC_TRY(cli_parts(cli, tx, parts, COUNT_OF(parts), values));
    out_close(&cli->out);
    return rc_db_commit(tx);
}

/* ---- what was told ---- */

static rc_status find_person(struct cli *cli, struct rc_db *tx, const char **ret_account)
{
    const char *named = args_value(&cli->args, "person");
    struct person_ref person = {0};

    if (!named) return RC_OK;
    RC_TRY(person_need(cli, tx, named, &person));
    *ret_account = person.account;
    if (person.account) return RC_OK;
    return cli_refuse(cli, CLI_NOTHING, "`rollcall person explain` says why.",
                      "this person has no account");
}

static rc_status disclosures(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"at", OUT_TIME, false},     {"application", OUT_TEXT, false},
        {"route", OUT_TEXT, false},  {"accounts", OUT_NUMBER, false},
        {"fields", OUT_TEXT, false}, {"disclosure_id", OUT_NUMBER, true},
    };
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct application application = {.name = args_value(&cli->args, "application")};
    const char *account = NULL;
    bool revoked = false;

    if (!application.name && !args_has(&cli->args, "person"))
        return cli_refuse(cli, CLI_USAGE, NULL, "name --application or --person, or both");
    RC_TRY(cli_begin(cli, &tx));
    if (application.name) RC_TRY(find_named(cli, tx, &application, &revoked));
    RC_TRY(find_person(cli, tx, &account));
    const char *limit =
        rc_str_print(cli->arena, "%" PRId64, args_number(&cli->args, "limit", 50)).data;
    const char *const values[] = {application.id, account, limit};
    RC_TRY(rc_db_run(tx, sql_application_disclosures, COUNT_OF(values), values, &rows));
    out_rows(&cli->out, columns, COUNT_OF(columns), rows);
    return rc_db_commit(tx);
}

/* ---- the table ---- */

#define OPTION_EXPIRES                                                  \
    {                                                                   \
        "expires", 0, "TIME", NULL, OPTION_DURATION, 60000, LONGEST_MS, \
            "How long the token holds (365d)."                          \
    }
#define OPTIONS_OF_A_GRANT                                                                    \
    {"read",                                                                                  \
     0,                                                                                       \
     "WORDS",                                                                                 \
     NULL,                                                                                    \
     OPTION_REQUIRED,                                                                         \
     0,                                                                                       \
     0,                                                                                       \
     "What it may read: accounts, guardians, lists, schools, changes; separated by commas."}, \
        {"fields",                                                                            \
         0,                                                                                   \
         "WORDS",                                                                             \
         NULL,                                                                                \
         0,                                                                                   \
         0,                                                                                   \
         0,                                                                                   \
         "Fields of accounts that it sees: username, given_name, family_name, middle_name, "  \
         "email, phone, sms, identifier, master_id, grades, or all (none)."},                 \
    {                                                                                         \
        "edit", 0, "WORDS", NULL, 0, 0, 0,                                                    \
            "What it may change: fields, status (archive and restore), create (nothing)."     \
    }

static const struct cli_option add_options[] = {OPTION_DISTRICT, OPTIONS_OF_A_GRANT, OPTION_EXPIRES,
                                                OPTION_END};
static const struct cli_option grant_options[] = {OPTION_DISTRICT, OPTIONS_OF_A_GRANT, OPTION_END};
static const struct cli_option withdraw_options[] = {OPTION_DISTRICT, OPTION_END};
static const struct cli_option rotate_options[] = {OPTION_EXPIRES,
                                                   {"overlap", 0, "TIME", NULL, OPTION_DURATION, 0,
                                                    LONGEST_MS,
                                                    "How long the former tokens still hold (1d)."},
                                                   OPTION_END};
static const struct cli_option revoke_options[] = {OPTION_YES, OPTION_END};
static const struct cli_option disclosures_options[] = {
    OPTION_DISTRICT,
    {"application", 0, "NAME", NULL, 0, 0, 0, "What this application was told."},
    {"person", 0, "PERSON", NULL, 0, 0, 0, "What was told of this person."},
    OPTION_LIMIT,
    OPTION_END,
};
static const struct cli_option no_options[] = {OPTION_END};

const struct command application_commands[] = {
    {"add",
     "NAME",
     "Makes an application, lets it ask about a district, and shows its token once.",
     "Only what is named is given: without --fields it sees ids, roles and states alone.",
     add_options,
     {"application add learning-portal --district maple-county --read accounts,lists,changes "
      "--fields username,given_name,family_name",
      "application add directory --district maple-county --read "
      "accounts,guardians,lists,schools,changes --fields all --edit email,status,create"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     add},
    {"grant",
     "NAME",
     "Lets it ask about one more district, or says anew what it may there.",
     NULL,
     grant_options,
     {"application grant learning-portal --district oak-valley --read accounts --fields email"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     grant},
    {"withdraw",
     "NAME",
     "Takes a district away from it.",
     NULL,
     withdraw_options,
     {"application withdraw learning-portal --district oak-valley"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     withdraw},
    {"list",
     NULL,
     "All applications.",
     NULL,
     no_options,
     {"application list"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     list},
    {"show",
     "NAME",
     "One application: what it may, and its tokens, without their secrets.",
     NULL,
     no_options,
     {"application show learning-portal"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     show},
    {"rotate",
     "NAME",
     "Makes another token and shows it once; the former ones run out.",
     NULL,
     rotate_options,
     {"application rotate learning-portal --overlap 2h"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     rotate},
    {"revoke",
     "NAME",
     "Ends an application, with all its tokens, for ever.",
     NULL,
     revoke_options,
     {"application revoke learning-portal --yes"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     revoke},
    {"disclosures",
     NULL,
     "What applications were told of whom, newest first.",
     "A row for each answer with people in it; kept for retention.disclosures.",
     disclosures_options,
     {"application disclosures --district maple-county --person s-1042",
      "application disclosures --district maple-county --application learning-portal"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     disclosures},
    {0},
};
