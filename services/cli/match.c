/* rollcall match: the review list. Records that may belong to an account and that the matching
 * rules alone do not link, and what people say of them. An answer moves the versions of both, so
 * that the next plan decides with it (P1, P7). */
#include "cli.h"
#include "nouns.h"

#include "cli_sql.h"

/* ---- list ---- */

static const struct out_column question_columns[] = {
    {"record", OUT_TEXT, false},       {"account", OUT_TEXT, false},
    {"why", OUT_TEXT, false},          {"rule", OUT_TEXT, false},
    {"confidence", OUT_NUMBER, false}, {"asked_at", OUT_TIME, false},
    {"source", OUT_TEXT, true},        {"given_name", OUT_TEXT, false},
    {"family_name", OUT_TEXT, false},  {"email", OUT_TEXT, false},
    {"known_as", OUT_TEXT, false},
};
enum { NAMES = 4 }; /* the last columns, which only --values shows */
static const struct out_column answer_columns[] = {
    {"record", OUT_TEXT, false}, {"account", OUT_TEXT, false},      {"answer", OUT_TEXT, false},
    {"by", OUT_TEXT, false},     {"at", OUT_TIME, false},           {"why", OUT_TEXT, false},
    {"rule", OUT_TEXT, false},   {"confidence", OUT_NUMBER, false}, {"linked", OUT_BOOL, false},
    {"source", OUT_TEXT, true},
};

static rc_status match_list(struct cli *cli)
{
    const struct args *args = &cli->args;
    const char *limit = args_value(args, "limit");
    const char *const values[] = {limit ? limit : "50"};
    const size_t shown = COUNT_OF(question_columns) - (args_has(args, "values") ? 0 : NAMES);
    const struct cli_rows questions = {NULL, sql_match_questions, 1, question_columns, shown},
                          answers = {NULL, sql_match_answers, 1, answer_columns,
                                     COUNT_OF(answer_columns)};

    return cli_list(cli, args_has(args, "answered") ? &answers : &questions, values);
}

/* ---- accept and decline ---- */

/* The questions that a command line means; rows of match_find.sql. */
enum { FOUND_ROW, FOUND_ACCOUNT, FOUND_NODE };

struct answering {
    bool accepted;
    const char *record, *account, *from;
    int64_t questions, parted;
};

static rc_status check_words(struct cli *cli, const struct answering *answering)
{
    if ((answering->record != NULL) != (answering->from != NULL)) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, "`rollcall match list` shows them.",
                      answering->record ? "--from goes with no record"
                                        : "which record, or --from which confidence on");
}

static rc_status refuse_none(struct cli *cli, const struct answering *answering)
{
    if (answering->from)
        return cli_refuse(cli, CLI_NOTHING, "`rollcall match list` shows all.",
                          "no record with one account alone is asked about from %s on",
                          answering->from);
    return cli_refuse(cli, CLI_NOTHING, "`rollcall match list` shows all.",
                      "nothing is asked about record \"%.70s\"%s", answering->record,
                      answering->account ? " and that account" : "");
}

/* One record and several accounts: yes can be said of one alone, and no must be meant of each. */
static rc_status check_found(struct cli *cli, const struct answering *answering,
                             const struct rc_rows *rows)
{
    const size_t count = rc_rows_count(rows);

    if (count == 0) return refuse_none(cli, answering);
    if (answering->from || count == 1) return RC_OK;
    if (!answering->accepted && args_has(&cli->args, "all")) return RC_OK;
    RC_AUTO_BUF struct rc_buf accounts = {0};
    for (size_t i = 0; i < count; i++)
        rc_buf_print(&accounts, "%s%s", i > 0 ? ", " : "", rc_rows_cstr(rows, i, FOUND_ACCOUNT));
    return cli_refuse(cli, CLI_USAGE, rc_str_copy(cli->arena, rc_buf_str(&accounts)).data,
                      "%zu accounts are asked about: name one of these with --account%s", count,
                      answering->accepted ? "" : ", or --all");
}

static rc_status audit(struct cli *cli, struct rc_db *tx, const struct answering *answering)
{
    RC_AUTO_BUF struct rc_buf what = {0};
    struct rc_json_out json = {.buf = &what};

    rc_json_open(&json, NULL, '{');
    if (answering->record) rc_json_put_text(&json, "record", rc_str_of(answering->record));
    if (answering->account) rc_json_put_text(&json, "account", rc_str_of(answering->account));
    if (answering->from) rc_json_put_text(&json, "from", rc_str_of(answering->from));
    rc_json_put_int(&json, "questions", answering->questions);
    rc_json_close(&json, '}');
    return cli_audit(cli, tx, answering->accepted ? "match.accept" : "match.decline",
                     rc_buf_str(&what));
}

static rc_status find_questions(struct cli *cli, struct rc_db *tx,
                                const struct answering *answering, struct rc_rows **ret_found)
{
    const char *const values[] = {answering->record, answering->account, answering->from};

    RC_TRY(rc_db_run(tx, sql_match_find, COUNT_OF(values), values, ret_found));
    return check_found(cli, answering, *ret_found);
}

/* What is asked about, as it stands before the question whether that is meant. */
static rc_status look_at(struct cli *cli, struct answering *answering)
{
    RC_AUTO(rc_rows) struct rc_rows *found = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(find_questions(cli, tx, answering, &found));
    answering->questions = (int64_t)rc_rows_count(found);
    return rc_db_commit(tx);
}

static rc_status confirm(struct cli *cli, const struct answering *answering)
{
    const char *question = rc_str_print(cli->arena, "%s %lld records and accounts.",
                                        answering->accepted ? "Accept" : "Decline",
                                        (long long)answering->questions)
                               .data;

    return answering->questions > 1 ? cli_confirm(cli, answering->questions, question) : RC_OK;
}

/* Under the district's lock, so that no plan is in the making that would ask again. */
static rc_status say(struct cli *cli, struct rc_db *tx, struct answering *answering)
{
    RC_AUTO(rc_rows) struct rc_rows *found = NULL;

    RC_TRY(rc_db_run(tx, sql_plan_lock, 0, NULL, NULL));
    RC_TRY(find_questions(cli, tx, answering, &found));
    if ((int64_t)rc_rows_count(found) != answering->questions)
        return cli_refuse(cli, CLI_FAILED, "Look at it once more: rollcall match list.",
                          "what is asked about has changed meanwhile; nothing was said");
    for (size_t i = 0; i < rc_rows_count(found); i++) {
        RC_AUTO(rc_rows) struct rc_rows *said = NULL;
        const char *const one[] = {rc_rows_cstr(found, i, FOUND_ROW),
                                   rc_rows_cstr(found, i, FOUND_ACCOUNT),
                                   answering->accepted ? "true" : "false", cli->who};
        RC_TRY(rc_db_one(tx, sql_match_say, COUNT_OF(one), one, &said));
        answering->parted += rc_rows_bool(said, 0, 0) ? 1 : 0;
    }
    if (!answering->record || rc_rows_count(found) != 1) return RC_OK;
    answering->record = cli_keep(cli, found, 0, FOUND_NODE);
    answering->account = cli_keep(cli, found, 0, FOUND_ACCOUNT);
    return RC_OK;
}

static void answer_said(struct cli *cli, const struct answering *answering)
{
    const char *count = rc_str_print(cli->arena, "%lld", (long long)answering->questions).data;
    const struct out_fact facts[] = {{"record", answering->record},
                                     {"account", answering->account},
                                     {"answer", answering->accepted ? "accepted" : "declined"},
                                     {"questions", count}};

    out_act(&cli->out, facts, COUNT_OF(facts), "%s answered: %s. %s", count,
            answering->accepted ? "the same person" : "another person",
            answering->parted > 0 ? "The account follows that record no more; the next sync finds "
                                    "or makes the account that is its own."
                                  : "The next sync goes by it.");
}

static rc_status answer(struct cli *cli, bool accepted)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct answering answering = {.accepted = accepted,
                                  .record = args_word(&cli->args, 0),
                                  .account = args_value(&cli->args, "account"),
                                  .from = accepted ? args_value(&cli->args, "from") : NULL};

    RC_TRY(check_words(cli, &answering));
    RC_TRY(look_at(cli, &answering));
    RC_TRY(confirm(cli, &answering));
    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(say(cli, tx, &answering));
    RC_TRY(audit(cli, tx, &answering));
    RC_TRY(rc_db_commit(tx));
    answer_said(cli, &answering);
    return RC_OK;
}

static rc_status match_accept(struct cli *cli)
{
    return answer(cli, true);
}

static rc_status match_decline(struct cli *cli)
{
    return answer(cli, false);
}

/* ---- withdraw ---- */

static rc_status match_withdraw(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *taken = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *const values[] = {args_word(&cli->args, 0), args_value(&cli->args, "account")};

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(rc_db_run(tx, sql_plan_lock, 0, NULL, NULL));
    RC_TRY(rc_db_run(tx, sql_match_unsay, COUNT_OF(values), values, &taken));
    const size_t count = rc_rows_count(taken);
    if (count == 0)
        return cli_refuse(cli, CLI_NOTHING, "`rollcall match list --answered` shows all.",
                          "no answer about record \"%.70s\" stands", values[0]);
    RC_AUTO_BUF struct rc_buf what = {0};
    struct rc_json_out json = {.buf = &what};
    rc_json_open(&json, NULL, '{');
    rc_json_put_text(&json, "record", rc_str_of(values[0]));
    rc_json_put_int(&json, "answers", (int64_t)count);
    rc_json_close(&json, '}');
    RC_TRY(cli_audit(cli, tx, "match.withdraw", rc_buf_str(&what)));
    RC_TRY(rc_db_commit(tx));
    const struct out_fact facts[] = {{"record", values[0]},
                                     {"answers", rc_str_print(cli->arena, "%zu", count).data}};
    out_act(&cli->out, facts, COUNT_OF(facts),
            "%s taken back: the next sync goes by the rules again; a link that was made stays.",
            facts[1].value);
    return RC_OK;
}

/* ---- the table ---- */

#define OPTION_ACCOUNT                                                                        \
    {                                                                                         \
        "account", 0, "ACCOUNT", NULL, 0, 0, 0, "The account, where several are asked about." \
    }

static const struct cli_option list_options[] = {
    OPTION_DISTRICT,
    {"answered", 0, NULL, NULL, 0, 0, 0, "What was answered, in place of what is asked."},
    {"values", 0, NULL, NULL, 0, 0, 0, "Names and e-mail addresses of both: personal data."},
    OPTION_LIMIT,
    OPTION_END,
};
static const struct cli_option accept_options[] = {
    OPTION_DISTRICT,
    OPTION_ACCOUNT,
    {"from", 0, "CONFIDENCE", NULL, OPTION_NUMBER, 1, 100,
     "Every record with one account alone, of this confidence or more."},
    OPTION_YES,
    OPTION_END,
};
static const struct cli_option decline_options[] = {
    OPTION_DISTRICT,
    OPTION_ACCOUNT,
    {"all", 0, NULL, NULL, 0, 0, 0, "None of the accounts that are asked about."},
    OPTION_YES,
    OPTION_END,
};
static const struct cli_option withdraw_options[] = {OPTION_DISTRICT, OPTION_ACCOUNT, OPTION_END};

const struct command match_commands[] = {
    {"list",
     NULL,
     "Records that may belong to an account, for a person to say.",
     "Why: a rule matches that is lighter than matching-link; several accounts match, or several\n"
     "records the same one; only an older value of the account matches; or records of one "
     "account\nno longer agree. Until somebody says, no account is made, and none of these is "
     "archived.\nIds alone; with --values also who they are.",
     list_options,
     {"match list --district maple-county",
      "match list --district maple-county --answered -o json"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     match_list},
    {"accept",
     "[RECORD]",
     "It is the same person: the account follows the record.",
     "RECORD is its SIS id, or r:SOURCE:ID. The answer holds while the values of both stay as "
     "they\nare; once one of them changes, it is asked again.",
     accept_options,
     {"match accept --district maple-county s-1042",
      "match accept --district maple-county --from 70"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     match_accept},
    {"decline",
     "RECORD",
     "It is another person: the record gets an account of its own.",
     "A record that the account followed leaves it. An account whose user name or e-mail is taken "
     "waits\nin the plan.",
     decline_options,
     {"match decline --district maple-county s-1042",
      "match decline --district maple-county s-1042 --all"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     match_decline},
    {"withdraw",
     "RECORD",
     "Takes an answer back.",
     "What it led to stays: `rollcall plan undo` takes back a link.",
     withdraw_options,
     {"match withdraw --district maple-county s-1042"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     match_withdraw},
    {0},
};
