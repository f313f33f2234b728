/* What a person is, where, and between which dates. OneRoster 1.1 says it as one role over all of a
 * person's orgs, 1.2 as a list of roles with an org each, and real sources mix the two; the
 * canonical form is the list. Dates stay in it: which roles count is asked on a day, not here. */

#include <stdlib.h>

#include "mapper_private.h"

/* Where the field's sources stand in its row. */
struct places {
    size_t role, roles, orgs, org;
};
static const struct places places_11 = {.role = 0, .roles = 1, .orgs = 2, .org = 3};
static const struct places places_12 = {.roles = 0, .role = 1, .orgs = 2, .org = 3};

static const struct rc_word type_list[] = {{"primary", NULL}, {"secondary", NULL}};
static const struct rc_words types = {type_list, COUNT_OF(type_list), false};

enum { DATE_LEN = 10 };

struct role {
    struct rc_str role, org, type;
    struct rc_str begin, end; /* YYYY-MM-DD or empty */
};

struct roles {
    struct role *items;
    size_t room;
    size_t count;
};

static void make_room(struct rc_mapper *mapper, struct roles *roles, size_t room)
{
    roles->room = room < RC_ITEMS_MAX ? room : RC_ITEMS_MAX;
    roles->items = rc_arena_array(mapper->scratch, roles->room, sizeof *roles->items);
}

static int compare_roles(const void *left, const void *right)
{
    const struct role *a = left;
    const struct role *b = right;
    const int orders[] = {rc_str_cmp(a->role, b->role), rc_str_cmp(a->org, b->org),
                          rc_str_cmp(a->type, b->type), rc_str_cmp(a->begin, b->begin),
                          rc_str_cmp(a->end, b->end)};

    for (size_t i = 0; i < COUNT_OF(orders); i++)
        if (orders[i] != 0) return orders[i];
    return 0;
}

static void add_role(struct rc_mapper *mapper, struct roles *roles, const struct role *role)
{
    if (roles->count == roles->room) {
        (void)rc_mapper_report(mapper, RC_RULE_TOO_MANY, RC_STR(""));
        return;
    }
    roles->items[roles->count++] = *role;
}

/* Begins telling of another of the sources. */
static void tell_of(struct rc_mapper *mapper, const char *name, bool needed)
{
    mapper->field_name = name;
    mapper->needed = needed;
    mapper->reported = 0;
}

/* --- roles: [{role, org, roleType, beginDate, endDate}, …] --- */

/* A date that cannot be read is none: the role counts rather than not. */
static struct rc_str take_date(struct rc_mapper *mapper, const struct rc_json *value)
{
    struct rc_str text = {0};
    char date[DATE_LEN + 1];

    if (rc_take_text(mapper, value, &text) != RC_TOOK) return (struct rc_str){0};
    if (rc_date_read(text, date))
        return rc_str_copy(mapper->scratch, (struct rc_str){date, DATE_LEN});
    (void)rc_mapper_report(mapper, RC_RULE_MALFORMED, RC_STR(""));
    return (struct rc_str){0};
}

static void take_entry(struct rc_mapper *mapper, const struct rc_json *entry, struct roles *roles)
{
    struct role role = {0};
    const enum rc_took took_role = rc_take_word(mapper, rc_json_get(entry, "role"), &role.role);
    const enum rc_took took_org = rc_take_ref(mapper, rc_json_get(entry, "org"), &role.org);

    if (took_role != RC_TOOK || took_org != RC_TOOK) {
        (void)rc_mapper_report(mapper, RC_RULE_INCOMPLETE, RC_STR(""));
        return;
    }
    (void)rc_take_word_of(mapper, &types, rc_json_get(entry, "roleType"), &role.type);
    role.begin = take_date(mapper, rc_json_get(entry, "beginDate"));
    role.end = take_date(mapper, rc_json_get(entry, "endDate"));
    add_role(mapper, roles, &role);
}

static void take_entries(struct rc_mapper *mapper, const struct rc_json *value, struct roles *roles)
{
    const struct rc_json **items = NULL;
    const size_t found = value ? rc_take_items(mapper, value, &items) : 0;

    make_room(mapper, roles, found);
    for (size_t i = 0; i < found; i++)
        take_entry(mapper, items[i], roles);
}

/* --- role × orgs --- */

typedef enum rc_took take_fn(struct rc_mapper *mapper, const struct rc_json *value,
                             struct rc_str *ret_text);

/* The values of a source that can be read. An error where there is none. */
static size_t take_texts(struct rc_mapper *mapper, const struct rc_json *value, take_fn *take,
                         struct rc_str **ret_texts)
{
    const struct rc_json **items = NULL;
    const size_t found = value ? rc_take_items(mapper, value, &items) : 0;
    struct rc_str *texts = rc_arena_array(mapper->scratch, found, sizeof *texts);
    size_t count = 0;

    for (size_t i = 0; i < found; i++)
        if (take(mapper, items[i], &texts[count]) == RC_TOOK) count++;
    mapper->needed = true;
    if (count == 0) (void)rc_mapper_report(mapper, RC_RULE_MISSING, RC_STR(""));
    *ret_texts = texts;
    return count;
}

static void take_product(struct rc_mapper *mapper, const struct places *at, struct roles *roles)
{
    const struct rc_json *orgs_value = rc_mapper_source(mapper, at->orgs);
    struct rc_str *names = NULL;
    struct rc_str *orgs = NULL;

    if (!orgs_value) orgs_value = rc_mapper_source(mapper, at->org);
    tell_of(mapper, "role", false);
    const size_t name_count = take_texts(mapper, rc_mapper_source(mapper, at->role), rc_take_word,
                                         &names);
    tell_of(mapper, "orgs", false);
    const size_t org_count = take_texts(mapper, orgs_value, rc_take_ref, &orgs);
    make_room(mapper, roles, name_count * org_count);
    for (size_t i = 0; i < name_count; i++)
        for (size_t j = 0; j < org_count; j++)
            add_role(mapper, roles, &(struct role){.role = names[i], .org = orgs[j]});
}

/* --- the canonical list --- */

static void put_part(struct rc_mapper *mapper, const char *name, struct rc_str text)
{
    if (text.len > 0) rc_json_put_text(&mapper->json, name, text);
}

static enum rc_took put_roles(struct rc_mapper *mapper, const struct roles *roles)
{
    if (roles->count == 0) return RC_REPORTED;
    qsort(roles->items, roles->count, sizeof *roles->items, compare_roles);
    rc_json_open(&mapper->json, mapper->field->name, '[');
    for (size_t i = 0; i < roles->count; i++) {
        const struct role *role = &roles->items[i];
        if (i > 0 && compare_roles(role - 1, role) == 0) continue;
        rc_json_open(&mapper->json, NULL, '{');
        put_part(mapper, "beginDate", role->begin);
        put_part(mapper, "endDate", role->end);
        put_part(mapper, "org", role->org);
        put_part(mapper, "role", role->role);
        put_part(mapper, "roleType", role->type);
        rc_json_close(&mapper->json, '}');
    }
    rc_json_close(&mapper->json, ']');
    return RC_TOOK;
}

enum {
    TEXT_RULES = (1U << RC_RULE_MALFORMED) | (1U << RC_RULE_CONTROL_CHARACTERS) |
                 (1U << RC_RULE_TOO_LONG) | (1U << RC_RULE_TOO_MANY),
    ROLE_RULES = TEXT_RULES | (1U << RC_RULE_UNKNOWN),
    ENTRY_RULES = ROLE_RULES | (1U << RC_RULE_INCOMPLETE),
};

/* --- 1.1 --- */

static enum rc_took write_role_at_orgs(struct rc_mapper *mapper, const struct rc_json *value)
{
    struct roles roles = {0};

    (void)value;
    tell_of(mapper, "roles", false);
    take_entries(mapper, rc_mapper_source(mapper, places_11.roles), &roles);
    if (roles.count == 0) take_product(mapper, &places_11, &roles);
    return put_roles(mapper, &roles);
}

static const struct rc_told also_11[] = {
    {"roles", ENTRY_RULES}, {"orgs", TEXT_RULES | (1U << RC_RULE_MISSING)}, {NULL, 0}};

const struct rc_field_kind rc_kind_role_at_orgs = {"a role, with the orgs it holds at",
                                                   write_role_at_orgs, ROLE_RULES, also_11};

/* --- 1.2 --- */

static enum rc_took write_roles(struct rc_mapper *mapper, const struct rc_json *value)
{
    struct roles roles = {0};

    (void)value;
    tell_of(mapper, "roles", false);
    take_entries(mapper, rc_mapper_source(mapper, places_12.roles), &roles);
    if (roles.count > 0) return put_roles(mapper, &roles);
    if (rc_mapper_source(mapper, places_12.role)) {
        take_product(mapper, &places_12, &roles);
        return put_roles(mapper, &roles);
    }
    mapper->needed = true;
    return rc_mapper_report(mapper, RC_RULE_MISSING, RC_STR(""));
}

static const struct rc_told also_12[] = {{"role", ROLE_RULES | (1U << RC_RULE_MISSING)},
                                         {"orgs", TEXT_RULES | (1U << RC_RULE_MISSING)},
                                         {NULL, 0}};

const struct rc_field_kind rc_kind_roles = {"a list of `{role, org, roleType, beginDate, endDate}`",
                                            write_roles, ENTRY_RULES, also_12};
