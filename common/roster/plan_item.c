/* What the planner's files share: items with the holds that every kind has, sorted lists in one
 * text, marks of declines. */
#include <string.h>

#include "plan_private.h"

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

/* ---- marks and records ---- */

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

void pick(struct decision *d, struct picked *picked, size_t at)
{
    size_t place = picked->count;
    while (place > 0 && picked->at[place - 1] > at)
        place--;
    if (place > 0 && picked->at[place - 1] == at) return;
    if (picked->count == picked->room) {
        picked->room = picked->room ? 2 * picked->room : 4;
        size_t *wider = rc_arena_array(d->arena, picked->room, sizeof *wider);
        if (picked->count > 0) memcpy(wider, picked->at, picked->count * sizeof *wider);
        picked->at = wider;
    }
    memmove(&picked->at[place + 1], &picked->at[place],
            (picked->count - place) * sizeof *picked->at);
    picked->at[place] = at;
    picked->count++;
}

/* ---- items ---- */

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
static struct rc_str common_hold(struct decision *d, const struct picked *basis)
{
    for (size_t i = 0; i < basis->count; i++) {
        if (d->person->records[basis->at[i]].first_sync) return RC_STR("first sync");
    }
    bool always = basis->count == 0 && rc_policy_asks_always(d->policy, NULL, 0);
    for (size_t i = 0; i < basis->count && !always; i++) {
        struct rc_place *places = NULL;
        const size_t count = places_of_record(d, &d->person->records[basis->at[i]], &places);
        always = rc_policy_asks_always(d->policy, places, count);
    }
    return always ? RC_STR("always approve") : (struct rc_str){0};
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
                              const struct picked *basis)
{
    struct rc_plan_item *item = new_item(d);
    *item = (struct rc_plan_item){.kind = kind, .subject = subject, .role = RC_ROLE_COUNT_};
    item->basis = rc_arena_array(d->arena, basis->count + 1, sizeof *item->basis);
    for (size_t i = 0; i < basis->count; i++)
        item->basis[item->basis_count++] = d->person->records[basis->at[i]].node;
    item->hold = common_hold(d, basis);
    return item;
}
