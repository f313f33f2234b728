/* rollcall merge: two accounts of one person become one. Pairs are suggested with a confidence and
 * its reasons, a person accepts some, and what was accepted is an act like any other (P8). */
#include "act.h"

#include "keep.h"
#include "nouns.h"
#include "person_find.h"
#include "undo_wait.h"
#include "wait.h"

#include "cli_sql.h"

#include "rollcall/base/id.h"

/* ---- suggesting ---- */

static rc_status suggest(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(cli_begin(cli, &tx));
    /* The statement joins what it has made itself, of which nobody knows how much it is. */
    RC_TRY(rc_db_script(tx, "SET LOCAL enable_nestloop = off; SET LOCAL jit = off"));
    RC_TRY(rc_db_one(tx, sql_merge_suggest, 0, NULL, &rows));
    RC_TRY(rc_db_commit(tx));
    const struct out_fact facts[] = {{"suggested", cli_keep(cli, rows, 0, 0)}};
    out_act(&cli->out, facts, COUNT_OF(facts), "%s pairs of accounts may be one person each.",
            rc_rows_cstr(rows, 0, 0));
    if (rc_rows_int(rows, 0, 0) > 0)
        out_note(&cli->out, "\nNext: rollcall merge list --district %s",
                 args_value(&cli->args, "district"));
    return RC_OK;
}

static rc_status list(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"stays", OUT_TEXT, false},        {"goes", OUT_TEXT, false},
        {"confidence", OUT_NUMBER, false}, {"reasons", OUT_TEXT, false},
        {"state", OUT_TEXT, false},        {"decided_by", OUT_TEXT, true},
        {"decided_at", OUT_TIME, true},    {"stays_name", OUT_TEXT, false},
        {"stays_email", OUT_TEXT, false},  {"goes_name", OUT_TEXT, false},
        {"goes_email", OUT_TEXT, false},
    };
    enum { NAMES = 4 }; /* the last columns, which only --values shows */
    const size_t shown = COUNT_OF(columns) - (args_has(&cli->args, "values") ? 0 : NAMES);
    const struct cli_rows rows = {NULL, sql_merge_list, 2, columns, shown};
    const char *limit = args_value(&cli->args, "limit");
    const char *const values[] = {args_value(&cli->args, "state"), limit ? limit : "50"};

    return cli_list(cli, &rows, values);
}

/* ---- saying yes or no ---- */

/* The accounts that the command names, as an array of ids. */
static rc_status named(struct cli *cli, const char **ret_accounts)
{
    RC_AUTO_BUF struct rc_buf array = {0};

    if (cli->args.word_count == 0)
        return cli_refuse(cli, CLI_USAGE, "`rollcall merge list` shows them under GOES.",
                          "which accounts: the ids of those that go are due");
    rc_db_array_open(&array);
    for (size_t i = 0; i < cli->args.word_count; i++) {
        const char *word = args_word(&cli->args, i);
        if (!rc_id_valid(rc_str_of(word)))
            return cli_refuse(cli, CLI_USAGE, "`rollcall merge list` shows the ids.",
                              "\"%.60s\" is no account's id", word);
        rc_db_array_add(&array, rc_str_of(word));
    }
    rc_db_array_close(&array);
    *ret_accounts = rc_str_copy(cli->arena, rc_buf_str(&array)).data;
    return RC_OK;
}

static rc_status read_into(struct cli *cli, struct rc_db *tx, const char **ret_stays)
{
    struct person_ref person = {0};

    *ret_stays = NULL;
    if (!args_has(&cli->args, "into")) return RC_OK;
    RC_TRY(person_need(cli, tx, args_value(&cli->args, "into"), &person));
    *ret_stays = person.account;
    if (person.account) return RC_OK;
    return cli_refuse(cli, CLI_NOTHING, NULL, "--into: this person has no account");
}

static rc_status audit(struct cli *cli, struct rc_db *tx, const char *act, int64_t pairs)
{
    return cli_audit(cli, tx, act, rc_str_print(cli->arena, "{\"pairs\":%lld}", (long long)pairs));
}

static rc_status tell_decided(struct cli *cli, const char *decision, int64_t pairs)
{
    const char *count = rc_str_print(cli->arena, "%lld", (long long)pairs).data;
    const struct out_fact facts[] = {{decision, count}};

    out_act(&cli->out, facts, COUNT_OF(facts), pairs == 1 ? "%s pair was %s." : "%s pairs were %s.",
            count, decision);
    return RC_OK;
}

/* Each account that the command names goes in one pair, or --into says in which. */
static rc_status check_decided(struct cli *cli, const struct rc_rows *rows)
{
    for (size_t i = 0; i < cli->args.word_count; i++) {
        const char *word = args_word(&cli->args, i);
        size_t pairs = 0;
        for (size_t row = 0; row < rc_rows_count(rows); row++)
            pairs += rc_str_eq_fold(rc_rows_text(rows, row, 0), rc_str_of(word));
        if (pairs > 1)
            return cli_refuse(cli, CLI_USAGE, "Say which: --into STAYS.",
                              "%s is suggested with several accounts; nothing was said", word);
        if (pairs == 0)
            return cli_refuse(cli, CLI_NOTHING, "`rollcall merge list` shows the pairs.",
                              "%s stands in no pair that waits; nothing was said", word);
    }
    return RC_OK;
}

static rc_status decide(struct cli *cli, const char *decision, const char *audited)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *goes = NULL, *stays = NULL;

    RC_TRY(named(cli, &goes));
    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(read_into(cli, tx, &stays));
    const char *const values[] = {goes, stays, decision, cli->who};
    RC_TRY(rc_db_run(tx, sql_merge_decide, COUNT_OF(values), values, &rows));
    RC_TRY(check_decided(cli, rows));
    RC_TRY(audit(cli, tx, audited, (int64_t)rc_rows_count(rows)));
    RC_TRY(rc_db_commit(tx));
    return tell_decided(cli, decision, (int64_t)rc_rows_count(rows));
}

static rc_status decline(struct cli *cli)
{
    return decide(cli, "declined", "merge.decline");
}

/* Who is left out of the sync is not one with somebody whom it moves: a hand's word would be lost.
 */
static rc_status check_excluded(struct cli *cli, struct rc_db *tx, const char *goes,
                                const char *stays)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *const values[] = {goes, stays};

    RC_TRY(rc_db_run(tx, sql_merge_excluded, COUNT_OF(values), values, &rows));
    if (rc_rows_count(rows) == 0) return RC_OK;
    return cli_refuse(cli, CLI_FAILED,
                      "Exclude both, or end it for the one: `rollcall exclusion list`.",
                      "one of %s and %s is excluded from the sync and the other is not",
                      rc_rows_cstr(rows, 0, 0), stays);
}

/* A pair of one's own: --into says which account stays. */
static rc_status accept_pair(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *goes = NULL, *stays = NULL;

    RC_TRY(named(cli, &goes));
    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(read_into(cli, tx, &stays));
    RC_TRY(check_excluded(cli, tx, goes, stays));
    const char *const values[] = {goes, stays, cli->who};
    RC_TRY(rc_db_run(tx, sql_merge_put, COUNT_OF(values), values, &rows));
    RC_TRY(check_decided(cli, rows));
    RC_TRY(audit(cli, tx, "merge.accept", (int64_t)rc_rows_count(rows)));
    RC_TRY(rc_db_commit(tx));
    return tell_decided(cli, "accepted", (int64_t)rc_rows_count(rows));
}

static rc_status accept(struct cli *cli)
{
    if (args_has(&cli->args, "into")) return accept_pair(cli);
    return decide(cli, "accepted", "merge.accept");
}

static const struct out_column left_columns[] = {
    {"stays", OUT_TEXT, false},
    {"goes", OUT_TEXT, false},
    {"left_since", OUT_TEXT, false},
};

/* Which pairs in that state are left out, and why, in words. */
static rc_status find_left(struct rc_db *tx, const char *state, const char *confidence,
                           struct rc_rows **ret_left)
{
    const char *const values[] = {state, confidence};

    return rc_db_run(tx, sql_merge_left, COUNT_OF(values), values, ret_left);
}

static rc_status accept_above(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL, *left = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *word = args_word(&cli->args, 0);
    int64_t confidence = 0;

    if (rc_str_int(rc_str_of(word ? word : ""), 1, 100, &confidence) != RC_OK)
        return cli_refuse(cli, CLI_USAGE, NULL, "a confidence is due, 1 to 100");
    RC_TRY(cli_begin(cli, &tx));
    const char *const values[] = {word, cli->who};
    RC_TRY(find_left(tx, "open", word, &left));
    RC_TRY(rc_db_one(tx, sql_merge_above, COUNT_OF(values), values, &rows));
    RC_TRY(audit(cli, tx, "merge.accept", rc_rows_int(rows, 0, 0)));
    RC_TRY(rc_db_commit(tx));
    const struct out_fact facts[] = {
        {"accepted", cli_keep(cli, rows, 0, 0)},
        {"left", rc_str_print(cli->arena, "%zu", rc_rows_count(left)).data}};
    out_open(&cli->out);
    out_act(&cli->out, facts, COUNT_OF(facts), "%s pairs were accepted; %s were left.",
            facts[0].value, facts[1].value);
    out_part(&cli->out, "left_out", left_columns, COUNT_OF(left_columns), left);
    out_close(&cli->out);
    return RC_OK;
}

/* ---- doing and undoing ---- */

static void note_left(struct cli *cli, const struct rc_rows *left)
{
    for (size_t i = 0; i < rc_rows_count(left); i++)
        out_note(&cli->out, "Left out: %s and %s, since %s.", rc_rows_cstr(left, i, 0),
                 rc_rows_cstr(left, i, 1), rc_rows_cstr(left, i, 2));
}

static rc_status apply(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *left = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct act_ref act;

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(find_left(tx, "accepted", "0", &left));
    note_left(cli, left);
    RC_TRY(act_begin(cli, tx, "merge", &act));
    RC_TRY(rc_db_run(tx, sql_act_items_merge, 1, &act.act, NULL));
    RC_TRY(act_seal(cli, tx, &act, "no pair was accepted that is not merged"));
    return act_present(cli, tx, &act);
}

static rc_status find_merged(struct cli *cli, const char *account, struct act_ref *ret_act)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(cli_begin(cli, &tx));
    const rc_status found = rc_db_one(tx, sql_merge_find, 1, &account, &rows);
    if (found == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_NOTHING, "`rollcall merge list --state merged` shows who was.",
                          "account %s was not merged into another", account);
    RC_TRY(found);
    *ret_act = (struct act_ref){.act = cli_keep(cli, rows, 0, 0),
                                .kind = "merge",
                                .hash = "",
                                .items = rc_rows_int(rows, 0, 1)};
    return rc_db_commit(tx);
}

static rc_status undo(struct cli *cli)
{
    const char *account = args_word(&cli->args, 0);
    struct act_ref act;

    if (!account || !rc_id_valid(rc_str_of(account)))
        return cli_refuse(cli, CLI_USAGE, "`rollcall merge list --state merged` shows the ids.",
                          "the id of the account that went is due");
    RC_TRY(find_merged(cli, account, &act));
    return act_take_back(cli, &act, NULL, rc_str_print(cli->arena, "a:%s", account).data);
}

/* ---- the table ---- */

static const struct cli_option suggest_options[] = {OPTION_DISTRICT, OPTION_END};
static const struct cli_option list_options[] = {
    OPTION_DISTRICT,
    {"state", 0, "STATE", "open|accepted|declined|merged", 0, 0, 0,
     "Only pairs in this state (all but those declined)."},
    {"values", 0, NULL, NULL, 0, 0, 0, "Names and e-mail addresses of both: personal data."},
    OPTION_LIMIT,
    OPTION_END,
};
static const struct cli_option decide_options[] = {
    OPTION_DISTRICT,
    {"into", 0, "PERSON", NULL, 0, 0, 0, "The account that stays, where several are suggested."},
    OPTION_END,
};
static const struct cli_option above_options[] = {OPTION_DISTRICT, OPTION_END};
static const struct cli_option apply_options[] = {
    OPTION_DISTRICT,
    OPTION_REASON,
    OPTION_LIMIT,
    {"values", 0, NULL, NULL, 0, 0, 0, "Show values before and after: ids of accounts."},
    OPTION_END,
};
static const struct cli_option undo_options[] = {OPTION_DISTRICT, OPTION_YES, OPTION_WAIT,
                                                 OPTION_TIMEOUT, OPTION_END};

#define GOES_ID "01980000-0000-7000-8000-000000000002"

const struct command merge_commands[] = {
    {"suggest",
     NULL,
     "Looks for pairs of accounts that may be one person.",
     "Pairs an account that follows no record with one that was made later and follows one; the\n"
     "confidence adds up what is equal and takes off what is not. What was said of a pair stays.",
     suggest_options,
     {"merge suggest --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     suggest},
    {"list",
     NULL,
     "The pairs, the likeliest first, with the reasons.",
     "Ids alone; with --values also who they are.",
     list_options,
     {"merge list --district maple-county", "merge list --district maple-county --state merged"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     list},
    {"accept",
     "GOES...",
     "Says that pairs are one person: one or many, by the accounts that go.",
     "With --into also a pair that nobody suggested. Nothing changes before `rollcall merge "
     "apply`.",
     decide_options,
     {"merge accept --district maple-county " GOES_ID,
      "merge accept --district maple-county " GOES_ID " --into s-1042"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     accept},
    {"accept-above",
     "CONFIDENCE",
     "Says so of all pairs of at least this confidence.",
     "An account that stands in several such pairs is left for a person to say which, and so is a "
     "pair of which\none alone is excluded from the sync; those left out are shown with the "
     "reason.",
     above_options,
     {"merge accept-above --district maple-county 80"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     accept_above},
    {"decline",
     "GOES...",
     "Says that pairs are two people; they are not suggested again.",
     NULL,
     decide_options,
     {"merge decline --district maple-county " GOES_ID},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     decline},
    {"apply",
     NULL,
     "Prepares the merge of what was accepted, as an act to approve.",
     "The account that stays keeps its id, history and fields, and gets the other's records, "
     "roles,\n"
     "lists and guardianships. The other's id leads to it for ever.",
     apply_options,
     {"merge apply --district maple-county --reason \"first sync beside\""},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     apply},
    {"undo",
     "GOES",
     "Takes two accounts apart again, by the id of the one that went.",
     "`rollcall act undo` takes back a whole act. Exit code 5 with --wait: some was left alone.",
     undo_options,
     {"merge undo --district maple-county " GOES_ID " --wait"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     undo},
    {0},
};
