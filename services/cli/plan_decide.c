/* Decisions about a plan. A person decides about the plan that was shown, known by its hash: under
 * the district's lock the plan must still be open and be that one (P3). What was decided, the audit
 * trail and plan.decided are one transaction; the reconciler does the rest. */
#include "plan_decide.h"

#include "plan_canary.h"
#include "plan_find.h"
#include "wait.h"

#include "cli_sql.h"

#include <stdio.h>
#include <string.h>

/* A decision on its way: what it is about, and what came of it. */
struct deciding {
    const char *decision; /* "approved" or "declined" */
    const char *act;      /* "approve", "decline" */
    struct plan_ref plan;
    plan_choose_fn *choose; /* NULL: the options say which items */
    struct plan_selection selection;
    bool whole;  /* everything that is undecided is meant */
    bool canary; /* and of that only the school that goes first */
    int64_t items;
    const char *kinds; /* "12 create, 3 link" */
    const char *at;    /* when, as the items have it */
    int64_t pending, applied, declined, overtaken, taken_over;
};

/* ---- which plan, which items ---- */

static rc_status check_open(struct cli *cli, const struct plan_ref *plan, const char *state)
{
    if (strcmp(state, "open") == 0) return RC_OK;
    if (strcmp(state, "test") == 0)
        return cli_refuse(cli, CLI_FAILED, "Start a run without --test.",
                          "plan %s was a test: nothing of it is decided", plan->plan);
    return cli_refuse(cli, CLI_NOTHING, "`rollcall plan show --district` shows the present one.",
                      "no plan of %s is open (the last one is %s)", plan->slug, state);
}

static rc_status check_hash(struct cli *cli, const struct plan_ref *plan)
{
    return cli_check_hash(cli, plan->hash, "the plan", "Look at it once more: rollcall plan show.");
}

/* Somebody must say what is meant: nothing said is not all. */
static rc_status check_selection(struct cli *cli, const struct deciding *deciding)
{
    const struct plan_selection *s = &deciding->selection;
    const bool some = s->kinds || s->roles || s->schools || s->items;

    if (some != deciding->whole) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, NULL,
                      some ? "--all goes with no other selection"
                           : "which items: --all, or some of --kind --role --school --item");
}

/* Before the question, to say how many; once more under the lock, where it counts. */
static rc_status count_items(struct cli *cli, struct rc_db *tx, struct deciding *deciding)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const struct plan_selection *s = &deciding->selection;
    const char *const values[] = {deciding->plan.plan, s->kinds, s->roles,
                                  s->schools,          s->items, deciding->decision};

    RC_TRY(rc_db_one(tx, sql_plan_select, COUNT_OF(values), values, &rows));
    deciding->items = rc_rows_int(rows, 0, 0);
    deciding->kinds = cli_keep(cli, rows, 0, 1);
    if (deciding->items > 0) return RC_OK;
    return cli_refuse(cli, CLI_NOTHING, "`rollcall plan show --items` shows what there is.",
                      "no undecided item matches");
}

static bool is_approval(const struct deciding *deciding)
{
    return strcmp(deciding->decision, "approved") == 0;
}

static rc_status give_turn(struct cli *cli, struct rc_db *tx, struct deciding *deciding)
{
    struct plan_canary canary;

    RC_TRY(plan_canary_find(cli, tx, deciding->plan.plan, &canary));
    return plan_canary_turn(cli, &canary, &deciding->selection, &deciding->canary);
}

static rc_status select_items(struct cli *cli, struct rc_db *tx, struct deciding *deciding)
{
    if (deciding->choose)
        return deciding->choose(cli, tx, deciding->plan.plan, &deciding->selection.items);
    plan_selection(cli, &deciding->selection);
    RC_TRY(check_selection(cli, deciding));
    return is_approval(deciding) ? give_turn(cli, tx, deciding) : RC_OK;
}

static rc_status prepare(struct cli *cli, struct deciding *deciding)
{
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(plan_find(cli, deciding->choose ? NULL : args_word(&cli->args, 0), &deciding->plan));
    RC_TRY(check_open(cli, &deciding->plan, deciding->plan.state));
    RC_TRY(check_hash(cli, &deciding->plan));
    RC_TRY(rc_db_tx(cli->db, deciding->plan.district, &tx));
    RC_TRY(select_items(cli, tx, deciding));
    RC_TRY(count_items(cli, tx, deciding));
    return rc_db_commit(tx);
}

static rc_status confirm(struct cli *cli, const struct deciding *deciding)
{
    const struct rc_str question = rc_str_print(
        cli->arena, "%s%s %lld items of %s%s (%s), plan %s, hash %.12s.",
        deciding->act[0] == 'a' ? "A" : "D", deciding->act + 1, (long long)deciding->items,
        deciding->canary ? "the canary school of " : "", deciding->plan.slug, deciding->kinds,
        deciding->plan.plan, deciding->plan.hash);

    return cli_confirm(cli, deciding->items, question.data);
}

/* ---- deciding ---- */

/* Under the lock: the plan that was looked at, and no other. */
static rc_status lock_plan(struct cli *cli, struct rc_db *tx, const struct plan_ref *plan)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_run(tx, sql_plan_lock, 0, NULL, NULL));
    RC_TRY(rc_db_one(tx, sql_plan_state, 1, &plan->plan, &rows));
    if (rc_str_eq(rc_rows_text(rows, 0, 0), RC_STR("open")) &&
        rc_str_eq(rc_rows_text(rows, 0, 1), rc_str_of(plan->hash)))
        return RC_OK;
    return cli_refuse(cli, CLI_FAILED, "Look at the present one: rollcall plan show.",
                      "plan %s was replaced or closed meanwhile; nothing was decided", plan->plan);
}

static rc_status audit_plan(struct cli *cli, struct rc_db *tx, const char *act,
                            const struct plan_ref *plan, int64_t items)
{
    RC_AUTO_BUF struct rc_buf what = {0};
    struct rc_json_out json = {.buf = &what};
    const char *reason = args_value(&cli->args, "reason");

    rc_json_open(&json, NULL, '{');
    rc_json_put_text(&json, "plan", rc_str_of(plan->plan));
    rc_json_put_text(&json, "hash", rc_str_of(plan->hash));
    rc_json_put_int(&json, "items", items);
    if (reason) rc_json_put_text(&json, "reason", rc_str_of(reason));
    rc_json_close(&json, '}');
    return cli_audit(cli, tx, act, rc_buf_str(&what));
}

static rc_status say(struct rc_db *tx, const char *run, const char *plan, const char *undo)
{
    const char *const values[] = {run, plan, undo};

    return rc_db_run(tx, sql_plan_say, COUNT_OF(values), values, NULL);
}

/* Approving all is a word about the plan, however many items it has. */
static rc_status set_decision(struct cli *cli, struct rc_db *tx, const struct deciding *deciding)
{
    const struct plan_selection *s = &deciding->selection;
    const char *const items[] = {deciding->plan.plan, s->kinds, s->roles, s->schools, s->items,
                                 deciding->decision,  cli->who};
    const char *const plan[] = {deciding->plan.plan, cli->who};

    if (deciding->whole && !deciding->canary && is_approval(deciding))
        return rc_db_run(tx, sql_plan_approve, COUNT_OF(plan), plan, NULL);
    return rc_db_run(tx, sql_plan_decide, COUNT_OF(items), items, NULL);
}

static rc_status write_decision(struct cli *cli, struct rc_db *tx, struct deciding *deciding)
{
    RC_AUTO(rc_rows) struct rc_rows *now = NULL;

    RC_TRY(set_decision(cli, tx, deciding));
    RC_TRY(rc_db_one(tx, "SELECT now()", 0, NULL, &now));
    deciding->at = cli_keep(cli, now, 0, 0);
    const char *act = rc_str_print(cli->arena, "plan.%s", deciding->act).data;
    RC_TRY(audit_plan(cli, tx, act, &deciding->plan, deciding->items));
    return say(tx, deciding->plan.run, deciding->plan.plan, NULL);
}

static rc_status decide(struct cli *cli, struct deciding *deciding)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    const int64_t asked = deciding->items;

    RC_TRY(rc_db_tx(cli->db, deciding->plan.district, &tx));
    RC_TRY(lock_plan(cli, tx, &deciding->plan));
    RC_TRY(count_items(cli, tx, deciding));
    if (deciding->items != asked)
        return cli_refuse(cli, CLI_FAILED, "Look at it once more: rollcall plan show.",
                          "somebody else decided about the plan meanwhile; nothing was done");
    RC_TRY(write_decision(cli, tx, deciding));
    return rc_db_commit(tx);
}

/* ---- waiting for what comes of it ---- */

enum { PENDING, APPLIED, DECLINED, OVERTAKEN, TAKEN_OVER, LATER, RUN_STATE, HELD, STILL_OPEN };

/* Whoever applies makes a new plan after it, and applies that in turn; a run of which nothing waits
 * any more is then ended. Only after that the next decision finds a plan that stays. */
static bool is_settled(const struct deciding *deciding, const struct rc_rows *rows)
{
    const bool moved = deciding->applied + deciding->overtaken > 0;

    if (deciding->pending > 0 || rc_rows_int(rows, 0, LATER) > 0) return false;
    if (moved && rc_rows_bool(rows, 0, STILL_OPEN)) return false;
    return rc_rows_int(rows, 0, HELD) > 0 ||
           !rc_str_eq(rc_rows_text(rows, 0, RUN_STATE), RC_STR("On hold"));
}

static rc_status look(struct cli *cli, void *self, struct rc_buf *line, bool *ret_done)
{
    struct deciding *deciding = self;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *const values[] = {deciding->plan.plan, deciding->at, cli->who, deciding->plan.run};

    RC_TRY(rc_db_tx(cli->db, deciding->plan.district, &tx));
    RC_TRY(rc_db_one(tx, sql_plan_progress, COUNT_OF(values), values, &rows));
    RC_TRY(rc_db_commit(tx));
    deciding->pending = rc_rows_int(rows, 0, PENDING);
    deciding->applied = rc_rows_int(rows, 0, APPLIED);
    deciding->declined = rc_rows_int(rows, 0, DECLINED);
    deciding->overtaken = rc_rows_int(rows, 0, OVERTAKEN);
    deciding->taken_over = rc_rows_int(rows, 0, TAKEN_OVER);
    *ret_done = is_settled(deciding, rows);
    rc_buf_print(line, "%lld of %lld items done", (long long)(deciding->items - deciding->pending),
                 (long long)deciding->items);
    return RC_OK;
}

static const char *number(struct cli *cli, int64_t value)
{
    return rc_str_print(cli->arena, "%lld", (long long)value).data;
}

static rc_status answer_waited(struct cli *cli, const struct deciding *deciding)
{
    const struct out_fact facts[] = {
        {"plan", deciding->plan.plan},
        {"hash", deciding->plan.hash},
        {"decision", deciding->decision},
        {"items", number(cli, deciding->items)},
        {"applied", number(cli, deciding->applied)},
        {"declined", number(cli, deciding->declined)},
        {"overtaken", number(cli, deciding->overtaken)},
        {"taken_over", number(cli, deciding->taken_over)},
    };

    out_act(&cli->out, facts, COUNT_OF(facts),
            "%s items %s: %s applied, %s declined, %s overtaken by later changes.", facts[3].value,
            deciding->decision, facts[4].value, facts[5].value, facts[6].value);
    if (deciding->overtaken > 0) cli->exit = CLI_PARTLY;
    return RC_OK;
}

static rc_status wait_decided(struct cli *cli, struct deciding *deciding)
{
    const struct wait wait = {
        .what = "what was decided",
        .stop =
            "The reconciler does it as soon as it can, but nothing on a blackout date: "
            "rollcall plan show shows how far it is.",
        .look = look,
        .self = deciding,
    };

    RC_TRY(wait_until_done(cli, &wait));
    return answer_waited(cli, deciding);
}

static rc_status decide_command(struct cli *cli, const char *decision, const char *act,
                                plan_choose_fn *choose)
{
    struct deciding deciding = {.decision = decision, .act = act, .choose = choose};

    if (!choose)
        deciding.whole = args_has(&cli->args, "all") ||
                         (is_approval(&deciding) && args_has(&cli->args, "rest"));
    RC_TRY(prepare(cli, &deciding));
    RC_TRY(confirm(cli, &deciding));
    RC_TRY(decide(cli, &deciding));
    if (deciding.canary)
        out_note(&cli->out,
                 "The canary school goes first. Compare it (rollcall plan show), then approve the "
                 "rest: rollcall plan approve --rest");
    if (args_has(&cli->args, "wait")) return wait_decided(cli, &deciding);
    const struct out_fact facts[] = {{"plan", deciding.plan.plan},
                                     {"hash", deciding.plan.hash},
                                     {"decision", decision},
                                     {"items", number(cli, deciding.items)}};
    out_act(&cli->out, facts, COUNT_OF(facts), "%s items %s (%s) of plan %s, hash %.12s.",
            facts[3].value, decision, deciding.kinds, deciding.plan.plan, deciding.plan.hash);
    return RC_OK;
}

rc_status plan_approve(struct cli *cli)
{
    return decide_command(cli, "approved", "approve", NULL);
}

rc_status plan_approve_chosen(struct cli *cli, plan_choose_fn *choose)
{
    return decide_command(cli, "approved", "approve", choose);
}

rc_status plan_decline(struct cli *cli)
{
    return decide_command(cli, "declined", "decline", NULL);
}

rc_status plan_decline_chosen(struct cli *cli, plan_choose_fn *choose)
{
    return decide_command(cli, "declined", "decline", choose);
}

/* ---- discard ---- */

static rc_status discard(struct cli *cli, const struct plan_ref *plan)
{
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, plan->district, &tx));
    RC_TRY(lock_plan(cli, tx, plan));
    RC_TRY(rc_db_run(tx, sql_plan_discard, 1, &plan->plan, NULL));
    RC_TRY(audit_plan(cli, tx, "plan.discard", plan, 0));
    RC_TRY(say(tx, plan->run, plan->plan, NULL));
    return rc_db_commit(tx);
}

rc_status plan_discard(struct cli *cli)
{
    struct plan_ref plan;

    RC_TRY(plan_find(cli, args_word(&cli->args, 0), &plan));
    RC_TRY(check_open(cli, &plan, plan.state));
    RC_TRY(check_hash(cli, &plan));
    RC_TRY(cli_confirm(cli, 1,
                       rc_str_print(cli->arena,
                                    "Discard plan %s of %s, hash %.12s: nothing of it is declined, "
                                    "the next run proposes it again.",
                                    plan.plan, plan.slug, plan.hash)
                           .data));
    RC_TRY(discard(cli, &plan));
    const struct out_fact facts[] = {{"plan", plan.plan}, {"state", "discarded"}};
    out_act(&cli->out, facts, COUNT_OF(facts), "Plan %s was discarded.", plan.plan);
    return RC_OK;
}
