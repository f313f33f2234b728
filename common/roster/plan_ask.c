/* Whom a person must say about: what was said already and still holds, and what is asked (P2, P7).
 */
#include "plan_private.h"

enum said said_of(const struct decision *d, size_t at, const struct rc_plan_account *account)
{
    const struct rc_plan_record *record = &d->person->records[at];
    for (size_t i = 0; i < record->answer_count; i++) {
        const struct rc_plan_answer *answer = &record->answers[i];
        if (!rc_str_eq(answer->account, account->node)) continue;
        /* Said of other values, it is void. */
        if (answer->basis != rc_plan_match_basis(record->values, account->values)) continue;
        return answer->accepted ? SAID_YES : SAID_NO;
    }
    return SAID_NOTHING;
}

void ask(struct decision *d, size_t at, const struct rc_plan_account *account, const char *why,
         const struct rc_match_rule *rule)
{
    struct rc_plan *plan = d->plan;
    const struct rc_plan_record *record = &d->person->records[at];
    if (plan->question_count == d->question_room) {
        const size_t room = d->question_room ? 2 * d->question_room : 8;
        struct rc_plan_question *wider = rc_arena_array(d->arena, room, sizeof *wider);
        if (plan->question_count > 0)
            memcpy(wider, plan->questions, plan->question_count * sizeof *wider);
        plan->questions = wider;
        d->question_room = room;
    }
    plan->questions[plan->question_count++] = (struct rc_plan_question){
        .record = at,
        .account = account->node,
        .why = why,
        .rule = rule ? rule->name : (struct rc_str){0},
        .confidence = rule ? rule->weight : 0,
        .basis = rc_plan_match_basis(record->values, account->values)};
}

/* ---- records of one account that no longer agree ---- */

static bool speaks(const struct decision *d, size_t at, const struct rc_plan_account *account)
{
    const struct rc_plan_record *record = &d->person->records[at];
    return rc_str_eq(record->account, account->node) && d->tokens[at].kind == TOKEN_OK &&
           record->present && !record->excluded;
}

/* Rows of one person, as their source says. */
static bool one_owner(const struct decision *d, size_t at, size_t other)
{
    return d->person->records[at].person.len > 0 && rc_str_eq(d->keys[at], d->keys[other]);
}

/* The best rule between a record and whatever else its account is known by; *ret_alone: it is the
 * account's only record, or its source vouches for it. */
static const struct rc_match_rule *bond(const struct decision *d, size_t at,
                                        const struct rc_plan_account *account, bool *ret_alone)
{
    const struct rc_plan_record *records = d->person->records;
    const struct rc_match_rule *best = rule_between(d, records[at].values, account->values,
                                                    d->student[at]);
    *ret_alone = true;
    for (size_t i = 0; i < d->person->record_count; i++) {
        if (i == at || !speaks(d, i, account)) continue;
        if (one_owner(d, at, i)) {
            *ret_alone = true;
            return best;
        }
        *ret_alone = false;
        best = better_rule(best, rule_between(d, records[at].values, records[i].values,
                                              d->student[at] || d->student[i]));
    }
    return best;
}

void ask_about_links(struct decision *d, const struct rc_plan_account *account)
{
    if (!account->active || account->excluded) return;
    for (size_t i = 0; i < d->person->record_count; i++) {
        if (!speaks(d, i, account)) continue;
        bool alone = false;
        const struct rc_match_rule *rule = bond(d, i, account, &alone);
        if (alone || is_sure(d, rule) || said_of(d, i, account) == SAID_YES) continue;
        ask(d, i, account, "no longer agree", rule);
    }
}
