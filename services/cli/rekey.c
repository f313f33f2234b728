/* rollcall rekey: many people and classes under new ids, as a mapping of old ids to new ones. Its
 * pairs are items of the open plan (P5); approving one links the record with the account, or the
 * list with the class, which keeps all that it has, declining one says that they are two. */
#include "cli.h"
#include "nouns.h"
#include "plan_decide.h"
#include "plan_find.h"
#include "wait.h"

#include "cli_sql.h"

#include "rollcall/port/db_bulk.h"

/* In the order of rekey_pairs.sql. */
static const struct out_column columns[] = {
    {"old", OUT_TEXT, false},   {"new", OUT_TEXT, false},     {"confidence", OUT_NUMBER, false},
    {"by", OUT_TEXT, false},    {"role", OUT_TEXT, false},    {"school", OUT_TEXT, false},
    {"hold", OUT_TEXT, false},  {"decision", OUT_TEXT, true}, {"account", OUT_TEXT, true},
    {"item", OUT_NUMBER, true},
};
enum { PAIR_OLD, PAIR_NEW, PAIR_ITEM = 9 };

/* The ids that were named, as an array; NULL: none were. */
static const char *named_ids(struct cli *cli)
{
    RC_AUTO_BUF struct rc_buf ids = {0};
    if (!args_word(&cli->args, 0)) return NULL;
    rc_db_array_open(&ids);
    for (size_t i = 0; args_word(&cli->args, i); i++)
        rc_db_array_add(&ids, rc_str_of(args_word(&cli->args, i)));
    rc_db_array_close(&ids);
    return rc_str_copy(cli->arena, rc_buf_str(&ids)).data;
}

/* asked: what is a question and no pair too. */
static rc_status find_pairs(struct cli *cli, struct rc_db *tx, const char *plan, const char *limit,
                            bool asked, struct rc_rows **ret_rows)
{
    const char *const values[] = {plan, args_value(&cli->args, "above"), named_ids(cli), limit,
                                  asked ? "true" : "false"};

    return rc_db_run(tx, sql_rekey_pairs, COUNT_OF(values), values, ret_rows);
}

static rc_status rekey_show(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct plan_ref plan;
    const char *limit = args_value(&cli->args, "limit");

    RC_TRY(plan_find(cli, NULL, &plan));
    RC_TRY(rc_db_tx(cli->db, plan.district, &tx));
    RC_TRY(find_pairs(cli, tx, plan.plan, limit ? limit : "50", true, &rows));
    out_rows(&cli->out, columns, COUNT_OF(columns), rows);
    return rc_db_commit(tx);
}

/* ---- decisions ---- */

/* Somebody must say which: nothing said is not all. */
static rc_status check_named(struct cli *cli)
{
    const bool some = args_word(&cli->args, 0) || args_has(&cli->args, "above");

    if (some != args_has(&cli->args, "all")) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, NULL,
                      some ? "--all goes with no other selection"
                           : "which pairs: ids, --above CONFIDENCE, or --all");
}

static bool is_in(const struct rc_rows *rows, const char *id)
{
    for (size_t i = 0; i < rc_rows_count(rows); i++) {
        struct rc_str old = rc_rows_text(rows, i, PAIR_OLD);
        if (rc_str_eq(rc_rows_text(rows, i, PAIR_NEW), rc_str_of(id))) return true;
        while (old.data) {
            if (rc_str_eq(rc_str_trim(rc_str_cut(&old, ',')), rc_str_of(id))) return true;
        }
    }
    return false;
}

/* Each id that was named is in a pair, or nothing is done. */
static rc_status check_found(struct cli *cli, const struct rc_rows *rows)
{
    const char *fix = "`rollcall rekey show` shows them.";

    for (size_t i = 0; args_word(&cli->args, i); i++) {
        if (is_in(rows, args_word(&cli->args, i))) continue;
        return cli_refuse(cli, CLI_NOTHING, fix, "no pair of the open plan%s is of id \"%.70s\"",
                          args_has(&cli->args, "above") ? ", as sure as that," : "",
                          args_word(&cli->args, i));
    }
    if (rc_rows_count(rows) > 0) return RC_OK;
    return cli_refuse(cli, CLI_NOTHING, fix, "no pair of the open plan is meant by that");
}

static rc_status choose(struct cli *cli, struct rc_db *tx, const char *plan, const char *alone,
                        const char **ret_items)
{
    RC_AUTO(rc_rows) struct rc_rows *pairs = NULL, *items = NULL;
    RC_AUTO_BUF struct rc_buf links = {0};

    RC_TRY(check_named(cli));
    RC_TRY(find_pairs(cli, tx, plan, "10000000", false, &pairs));
    RC_TRY(check_found(cli, pairs));
    rc_db_array_open(&links);
    for (size_t i = 0; i < rc_rows_count(pairs); i++)
        rc_db_array_add(&links, rc_rows_text(pairs, i, PAIR_ITEM));
    rc_db_array_close(&links);
    const char *const values[] = {plan, links.data, alone};
    RC_TRY(rc_db_one(tx, sql_rekey_items, COUNT_OF(values), values, &items));
    *ret_items = cli_keep(cli, items, 0, 0);
    return RC_OK;
}

static rc_status choose_with_joins(struct cli *cli, struct rc_db *tx, const char *plan,
                                   const char **ret_items)
{
    return choose(cli, tx, plan, "false", ret_items);
}

static rc_status choose_links(struct cli *cli, struct rc_db *tx, const char *plan,
                              const char **ret_items)
{
    return choose(cli, tx, plan, "true", ret_items);
}

static rc_status rekey_approve(struct cli *cli)
{
    return plan_approve_chosen(cli, choose_with_joins);
}

static rc_status rekey_decline(struct cli *cli)
{
    return plan_decline_chosen(cli, choose_links);
}

/* ---- the table ---- */

#define OPTION_ABOVE                                                     \
    {                                                                    \
        "above", 0, "CONFIDENCE", NULL, OPTION_NUMBER, 1, 100,           \
            "Pairs of at least this confidence, the weight of the rule." \
    }

#define OPTION_RUN                                                \
    {                                                             \
        "run", 0, "RUN", NULL, 0, 0, 0, "Of this run, by its id." \
    }

static const struct cli_option show_options[] = {OPTION_ANY_DISTRICT, OPTION_RUN, OPTION_ABOVE,
                                                 OPTION_LIMIT, OPTION_END};
static const struct cli_option decide_options[] = {
    OPTION_ANY_DISTRICT,
    OPTION_RUN,
    OPTION_ABOVE,
    {"all", 0, NULL, NULL, 0, 0, 0, "Every pair of the mapping."},
    {"hash", 0, "HASH", NULL, 0, 0, 0,
     "Only if the plan is the one with this hash, or its beginning (plan show)."},
    {"reason", 0, "TEXT", NULL, 0, 0, 0, "Why, for the audit trail."},
    OPTION_YES,
    OPTION_WAIT,
    OPTION_TIMEOUT,
    OPTION_END,
};

const struct command rekey_commands[] = {
    {"show",
     "[ID...]",
     "Old ids and the new ones that were found to be the same people or classes.",
     "The least sure first. Above threshold-rekeyed-percent of a role at a school they wait, and "
     "so\n"
     "does each that no rule of the setting matching finds, but that has enough in common with an\n"
     "old id: number, user name, e-mail, or the name with birth date, grade, school and classes.\n"
     "What could be two people, or is not that sure, is no pair: `rollcall match` asks about it; "
     "of\n"
     "classes each is a list of its own then.",
     show_options,
     {"rekey show --district maple-county", "rekey show --district maple-county N-1042"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     rekey_show},
    {"approve",
     "[ID...]",
     "Accounts and class lists go on under the new ids, with all that they have.",
     "Pairs by an old or a new id, by --above, or --all of them.",
     decide_options,
     {"rekey approve --district maple-county --above 90 --wait",
      "rekey approve --district maple-county N-1042 N-1043 --yes"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     rekey_approve},
    {"decline",
     "[ID...]",
     "These are two: the new one gets an account or a list, the old one has left.",
     "Pairs by an old or a new id, by --above, or --all of them.",
     decide_options,
     {"rekey decline --district maple-county N-1042 --reason \"a namesake\""},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     rekey_decline},
    {0},
};
