/* What would be left to do once a plan was carried out. People who get their first account with it
 * are by far the most when a district begins; where nothing is left for them they need not be
 * planned a second time to be settled (P1). */
#include <stdlib.h>

#include "plan_private.h"

/* The person as the plan leaves them. */
struct after {
    const struct rc_plan *plan;
    struct rc_arena *arena;
    struct rc_plan_record *records; /* in the order of their nodes, as the planner left them */
    size_t record_count;
    struct rc_plan_account *accounts;
    size_t account_count;
    size_t *holders; /* of the records: which account has it, from 1; 0: none */
    bool *linked;
};

static int by_node(const void *left, const void *right)
{
    const struct rc_plan_record *a = left, *b = right;
    return rc_str_cmp(a->node, b->node);
}

static struct rc_plan_record *record_of(const struct after *after, struct rc_str node)
{
    const struct rc_plan_record name = {.node = node};
    return bsearch(&name, after->records, after->record_count, sizeof name, by_node);
}

/* Only accounts that come to be, and memberships. */
static bool only_begins(const struct rc_plan *plan)
{
    for (size_t i = 0; i < plan->item_count; i++) {
        const enum rc_item_kind kind = plan->items[i].kind;
        if (kind != RC_ITEM_CREATE && kind != RC_ITEM_JOIN) return false;
    }
    return true;
}

static bool create(struct after *after, const struct rc_plan_item *item)
{
    struct rc_plan_account *account = &after->accounts[after->account_count];
    const struct rc_json *values = NULL;
    if (rc_json_parse(item->to, NULL, after->arena, &values) != RC_OK) return false;
    *account = (struct rc_plan_account){
        .node = rc_str_print(after->arena, "a:%zu", ++after->account_count), .active = true};
    for (int i = 0; i < RC_FIELD_COUNT_; i++)
        account->values[i] = rc_json_text(rc_json_get(values, rc_field_name((enum rc_field)i)));
    for (size_t i = 0; i < item->basis_count; i++) {
        struct rc_plan_record *record = record_of(after, item->basis[i]);
        if (!record) return false;
        record->account = account->node;
        after->holders[record - after->records] = after->account_count;
        after->linked[record - after->records] = true;
    }
    return true;
}

static struct rc_plan_account *account_of(const struct after *after, struct rc_str node)
{
    const struct rc_plan_record *record = record_of(after, node);
    const size_t holder = record ? after->holders[record - after->records] : 0;
    return holder > 0 ? &after->accounts[holder - 1] : NULL;
}

/* A guardianship that was planned before the guardian had an account is known by it afterwards. */
static struct rc_str membership_name(const struct after *after, struct rc_str name)
{
    struct rc_str node = name;
    if (!rc_str_eq(rc_str_cut(&node, ':'), RC_STR("guardian"))) return name;
    const struct rc_plan_record *guardian = record_of(after, node);
    if (!guardian || guardian->account.len == 0) return name;
    return rc_str_print(after->arena, "guardian:%.*s", RC_STR_ARG(guardian->account));
}

/* Joins of one subject stand side by side. */
static bool join_all(struct after *after, size_t first, size_t count)
{
    struct rc_plan_account *account = account_of(after, after->plan->items[first].subject);
    if (!account) return false;
    const size_t before = account->membership_count;
    struct rc_plan_membership *all = rc_arena_array(after->arena, before + count, sizeof *all);
    if (before > 0) memcpy(all, account->memberships, before * sizeof *all);
    for (size_t i = 0; i < count; i++) {
        const struct rc_str name = after->plan->items[first + i].field;
        all[before + i] = (struct rc_plan_membership){.name = membership_name(after, name),
                                                      .on = true};
    }
    account->memberships = all;
    account->membership_count = before + count;
    return true;
}

static size_t same_subject(const struct rc_plan *plan, size_t first)
{
    size_t end = first + 1;
    while (end < plan->item_count && plan->items[end].kind == RC_ITEM_JOIN &&
           rc_str_eq(plan->items[end].subject, plan->items[first].subject))
        end++;
    return end - first;
}

/* Items are sorted: all creates come before the joins. */
static bool carry_out(struct after *after)
{
    const struct rc_plan *plan = after->plan;
    for (size_t i = 0; i < plan->item_count;) {
        const bool joins = plan->items[i].kind == RC_ITEM_JOIN;
        const size_t count = joins ? same_subject(plan, i) : 1;
        if (!(joins ? join_all(after, i, count) : create(after, &plan->items[i]))) return false;
        i += count;
    }
    return true;
}

struct rc_plan_rest rc_plan_rest(const struct rc_policy *policy,
                                 const struct rc_plan_person *person, const struct rc_plan *plan,
                                 struct rc_arena *arena)
{
    const size_t count = person->record_count;
    if (person->account_count > 0 || plan->item_count == 0 || !only_begins(plan))
        return (struct rc_plan_rest){0};
    struct after after = {.plan = plan, .arena = arena, .record_count = count};
    after.records = rc_arena_array(arena, count + 1, sizeof *after.records);
    after.accounts = rc_arena_array(arena, plan->item_count, sizeof *after.accounts);
    after.holders = rc_arena_array(arena, count + 1, sizeof *after.holders);
    after.linked = rc_arena_array(arena, count + 1, sizeof *after.linked);
    memcpy(after.records, person->records, count * sizeof *after.records);
    if (!carry_out(&after)) return (struct rc_plan_rest){0};
    struct rc_plan_person then = {.records = after.records,
                                  .record_count = count,
                                  .accounts = after.accounts,
                                  .account_count = after.account_count};
    struct rc_plan left;
    rc_plan_person(policy, &then, arena, &left);
    return (struct rc_plan_rest){left.item_count + left.question_count == 0, left.due_on,
                                 after.linked};
}
