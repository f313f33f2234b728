/* The planner's entry: sorts the person's nodes, decides what is loose, then each account, and
 * orders the items. Follows the executable model of the rules step by step; see common/PROTOCOL.md,
 * P and D. */
#include "rollcall/roster/plan.h"

#include <stdlib.h>

#include "plan_private.h"
#include "rollcall/base/buf.h"

/* ---- sorted lists "a=1;b=2" in one text ---- */

static struct rc_str entry_text(struct rc_arena *arena, struct rc_str node, struct rc_str value)
{
    if (value.len == 0) return rc_str_copy(arena, node);
    return rc_str_print(arena, "%.*s=%.*s", RC_STR_ARG(node), RC_STR_ARG(value));
}

void list_add(struct rc_arena *arena, struct rc_str *list, struct rc_str node, struct rc_str value)
{
    const struct rc_str entry = entry_text(arena, node, value);
    const char sep = value.len == 0 ? ',' : ';';
    struct rc_str before = {0}, rest = *list;
    while (rest.data && rest.len > 0) {
        struct rc_str tail = rest;
        const struct rc_str one = rc_str_cut(&tail, sep);
        const int order = rc_str_cmp(entry, one);
        if (order == 0) return;
        if (order < 0) break;
        before = (struct rc_str){list->data, (size_t)(one.data + one.len - list->data)};
        rest = tail;
    }
    const char *first = before.len > 0 ? (char[]){sep, 0} : "",
               *second = rest.len > 0 ? (char[]){sep, 0} : "";
    *list = rc_str_print(arena, "%.*s%s%.*s%s%.*s", RC_STR_ARG(before), first, RC_STR_ARG(entry),
                         second, RC_STR_ARG(rest));
}

bool list_holds(struct rc_str list, struct rc_str entry)
{
    while (list.data) {
        if (rc_str_eq(rc_str_cut(&list, ';'), entry)) return true;
    }
    return false;
}

bool list_within(struct rc_str list, struct rc_str waits)
{
    while (list.data && list.len > 0) {
        if (!list_holds(waits, rc_str_cut(&list, ';'))) return false;
    }
    return true;
}

/* ---- what the files share ---- */

const struct rc_plan_mark *find_mark(const struct rc_plan_mark *marks, size_t count,
                                     struct rc_str kind, struct rc_str field)
{
    for (size_t i = 0; i < count; i++) {
        if (rc_str_eq(marks[i].kind, kind) && rc_str_eq(marks[i].field, field)) return &marks[i];
    }
    return NULL;
}

bool presence_declined(const struct rc_plan_record *record)
{
    const struct rc_plan_mark *mark = find_mark(record->marks, record->mark_count,
                                                RC_STR("presence"), (struct rc_str){0});
    int64_t returns = 0;
    return mark && rc_str_int(mark->waits, 0, INT64_MAX, &returns) == RC_OK &&
           returns == record->returns;
}

size_t find_record(const struct decision *d, struct rc_str node)
{
    size_t i = 0;
    while (i < d->person->record_count && !rc_str_eq(d->person->records[i].node, node))
        i++;
    return i;
}

void count_situation(struct decision *d, enum rc_situation situation)
{
    d->plan->situations[situation]++;
}

void set_group(struct rc_plan_item *item, struct rc_str roles)
{
    struct rc_str first = rc_str_cut(&roles, ',');
    const struct rc_str role = rc_str_cut(&first, '@');
    item->role = rc_role_parse(role);
    rc_str_cut(&first, '/');
    item->school = first.data ? first : (struct rc_str){0};
}

/* P5: first sync is a state of the sources an item rests on; cause-based holds are set by who knows
 * the cause. */
static struct rc_str common_hold(const struct decision *d, const struct rc_plan_item *item)
{
    for (size_t i = 0; i < item->basis_count; i++) {
        const size_t at = find_record(d, item->basis[i]);
        if (at < d->person->record_count && d->person->records[at].first_sync)
            return RC_STR("first sync");
    }
    if (rc_str_eq(rc_policy_choice(d->policy, "approval"), RC_STR("always")))
        return RC_STR("always approve");
    return (struct rc_str){0};
}

static struct rc_plan_item *new_item(struct decision *d)
{
    struct rc_plan *plan = d->plan;
    if (plan->item_count == d->item_room) {
        const size_t room = d->item_room ? 2 * d->item_room : 16;
        struct rc_plan_item *items = rc_arena_array(d->arena, room, sizeof *items);
        if (plan->item_count > 0) memcpy(items, plan->items, plan->item_count * sizeof *items);
        plan->items = items;
        d->item_room = room;
    }
    return &plan->items[plan->item_count++];
}

struct rc_plan_item *add_item(struct decision *d, enum rc_item_kind kind, struct rc_str subject,
                              const bool *basis)
{
    struct rc_plan_item *item = new_item(d);
    const size_t count = d->person->record_count;
    *item = (struct rc_plan_item){.kind = kind, .subject = subject, .role = RC_ROLE_COUNT_};
    item->basis = rc_arena_array(d->arena, count + 1, sizeof *item->basis);
    for (size_t i = 0; i < count; i++) {
        if (basis[i]) item->basis[item->basis_count++] = d->person->records[i].node;
    }
    item->hold = common_hold(d, item);
    return item;
}

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
            if (record->enrollments[j].chosen) note_due(d, record->enrollments[j].ends_on);
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

static struct rc_str record_key(struct decision *d, size_t at)
{
    const struct rc_str *values = d->person->records[at].values;
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
    struct decision d = {.policy = policy, .person = person, .arena = arena, .plan = ret_plan};
    const size_t room = person->record_count + 1;
    d.tokens = rc_arena_array(arena, room, sizeof *d.tokens);
    d.student = rc_arena_array(arena, room, sizeof *d.student);
    d.keys = rc_arena_array(arena, room, sizeof *d.keys);
    d.joined = rc_arena_array(arena, room, sizeof *d.joined);
    d.creates = rc_arena_array(arena, room, sizeof *d.creates);
    decide_tokens(&d);
    for (size_t i = 0; i < person->record_count; i++)
        d.keys[i] = record_key(&d, i);
    decide_loose(&d);
    for (size_t i = 0; i < person->account_count; i++)
        decide_account(&d, &person->accounts[i]);
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
