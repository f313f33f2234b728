/* The planner's entry: sorts the person's nodes, decides what is loose, then each account, and
 * orders the items. Follows the executable model of the rules step by step; see common/PROTOCOL.md,
 * P and D. */
#include "rollcall/roster/plan.h"

#include <stdlib.h>

#include "plan_private.h"
#include "rollcall/base/buf.h"

/* ---- dates that alone may change the answer (P1) ---- */

static void note_due(struct decision *d, struct rc_str on)
{
    struct rc_str *due = &d->plan->due_on;
    if (on.len == 0 || rc_str_cmp(on, rc_policy_today(d->policy)) <= 0) return;
    if (due->len == 0 || rc_str_cmp(on, *due) < 0) *due = on;
}

static void note_dates(struct decision *d)
{
    for (size_t i = 0; i < d->person->record_count; i++) {
        const struct rc_plan_record *record = &d->person->records[i];
        note_due(d, record->due_on);
        for (size_t j = 0; j < record->enrollment_count; j++) {
            const struct rc_plan_enrollment *e = &record->enrollments[j];
            if (e->chosen || e->soon) note_due(d, e->changes_on);
        }
    }
    for (size_t i = 0; i < d->person->account_count; i++)
        note_due(d, d->person->accounts[i].due_on);
}

/* ---- the decision ---- */

static int record_order(const void *a, const void *b)
{
    return rc_str_cmp(((const struct rc_plan_record *)a)->node,
                      ((const struct rc_plan_record *)b)->node);
}

static int account_order(const void *a, const void *b)
{
    return rc_str_cmp(((const struct rc_plan_account *)a)->node,
                      ((const struct rc_plan_account *)b)->node);
}

static int item_order(const void *left, const void *right)
{
    const struct rc_plan_item *a = left, *b = right;
    if (a->kind != b->kind) return (int)a->kind - (int)b->kind;
    const int subject = rc_str_cmp(a->subject, b->subject);
    return subject ? subject : rc_str_cmp(a->field, b->field);
}

static void sort(void *items, size_t count, size_t size, int (*order)(const void *, const void *))
{
    if (count > 1) qsort(items, count, size, order);
}

/* Rows of one source that it says are one person's are one, students too. */
static struct rc_str row_key(struct decision *d, const struct rc_plan_record *record)
{
    const struct rc_str source = source_of(record->node);
    return rc_str_print(d->arena, "row:%.*s:%.*s", RC_STR_ARG(source), RC_STR_ARG(record->person));
}

static struct rc_str record_key(struct decision *d, size_t at)
{
    const struct rc_str *values = d->person->records[at].values;
    if (d->person->records[at].person.len > 0) return row_key(d, &d->person->records[at]);
    if (d->student[at]) return (struct rc_str){0};
    return rc_plan_person_key(d->arena, values[RC_FIELD_GIVEN_NAME], values[RC_FIELD_FAMILY_NAME],
                              values[RC_FIELD_EMAIL], values[RC_FIELD_PHONE]);
}

void rc_plan_person(const struct rc_policy *policy, struct rc_plan_person *person,
                    struct rc_arena *arena, struct rc_plan *ret_plan)
{
    *ret_plan = (struct rc_plan){0};
    sort(person->records, person->record_count, sizeof *person->records, record_order);
    sort(person->accounts, person->account_count, sizeof *person->accounts, account_order);
    struct decision d = {.policy = policy,
                         .rules = match_rules_of(policy),
                         .person = person,
                         .arena = arena,
                         .plan = ret_plan};
    const size_t room = person->record_count + 1;
    d.tokens = rc_arena_array(arena, room, sizeof *d.tokens);
    d.student = rc_arena_array(arena, room, sizeof *d.student);
    d.keys = rc_arena_array(arena, room, sizeof *d.keys);
    d.joined = rc_arena_array(arena, room, sizeof *d.joined);
    d.creates = rc_arena_array(arena, room, sizeof *d.creates);
    d.awaited = rc_arena_array(arena, person->account_count + 1, sizeof *d.awaited);
    decide_tokens(&d);
    for (size_t i = 0; i < person->record_count; i++)
        d.keys[i] = record_key(&d, i);
    decide_loose(&d);
    for (size_t i = 0; i < person->account_count; i++) {
        decide_account(&d, &person->accounts[i]);
        ask_about_links(&d, &person->accounts[i]);
    }
    note_dates(&d);
    sort(ret_plan->items, ret_plan->item_count, sizeof *ret_plan->items, item_order);
}

/* ---- keys ---- */

struct rc_str rc_plan_item_key(struct rc_arena *arena, const struct rc_plan_item *item)
{
    const bool rests = item->kind == RC_ITEM_ARCHIVE || item->kind == RC_ITEM_END;
    const struct rc_str evidence = rests ? item->evidence : (struct rc_str){0};
    return rc_str_print(arena, "%s\x1f%.*s\x1f%.*s\x1f%.*s\x1f%.*s\x1f%.*s\x1f%.*s",
                        rc_item_kind_name(item->kind), RC_STR_ARG(item->subject),
                        RC_STR_ARG(item->field), RC_STR_ARG(item->from), RC_STR_ARG(item->to),
                        RC_STR_ARG(item->cause), RC_STR_ARG(evidence));
}

static struct rc_str digits(struct rc_arena *arena, struct rc_str phone)
{
    char *out = rc_arena_alloc(arena, phone.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < phone.len; i++) {
        if (phone.data[i] >= '0' && phone.data[i] <= '9') out[len++] = phone.data[i];
    }
    return (struct rc_str){out, len};
}

struct rc_str rc_plan_person_key(struct rc_arena *arena, struct rc_str given, struct rc_str family,
                                 struct rc_str email, struct rc_str phone)
{
    const struct rc_str number = digits(arena, phone);
    if (rc_str_trim(email).len == 0 && number.len == 0) return (struct rc_str){0};
    const struct rc_str text = rc_str_print(
        arena, "person:%.*s|%.*s|%.*s|%.*s", RC_STR_ARG(rc_str_trim(given)),
        RC_STR_ARG(rc_str_trim(family)), RC_STR_ARG(rc_str_trim(email)), RC_STR_ARG(number));
    return rc_str_lower(arena, text);
}
