/* What a person is, and where. OneRoster 1.1 says it as one role over all of a person's orgs, 1.2
 * as a list of roles with an org each, and real sources mix the two; the canonical form is the
 * list. */

#include <stdlib.h>

#include "mapper_private.h"

/* The field's sources, in this order. */
enum { SOURCE_ROLE, SOURCE_ROLES, SOURCE_ORGS, SOURCE_ORG };

struct role {
    struct rc_str role;
    struct rc_str org;
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
    const int order = rc_str_cmp(a->role, b->role);

    return order != 0 ? order : rc_str_cmp(a->org, b->org);
}

static void add_role(struct rc_mapper *mapper, struct roles *roles, struct rc_str role,
                     struct rc_str org)
{
    if (roles->count == roles->room) {
        (void)rc_mapper_report(mapper, RC_RULE_TOO_MANY, RC_STR(""));
        return;
    }
    roles->items[roles->count++] = (struct role){role, org};
}

/* Begins telling of another of the sources. */
static void tell_of(struct rc_mapper *mapper, const char *name, bool needed)
{
    mapper->field_name = name;
    mapper->needed = needed;
    mapper->reported = 0;
}

/* roles: [{role, org}, …] */
static void take_entries(struct rc_mapper *mapper, struct roles *roles)
{
    const struct rc_json **items = NULL;
    const struct rc_json *value = rc_mapper_source(mapper, SOURCE_ROLES);
    const size_t found = value ? rc_take_items(mapper, value, &items) : 0;

    make_room(mapper, roles, found);
    for (size_t i = 0; i < found; i++) {
        struct rc_str role = {0};
        struct rc_str org = {0};
        const enum rc_took took_role = rc_take_word(mapper, rc_json_get(items[i], "role"), &role);
        const enum rc_took took_org = rc_take_ref(mapper, rc_json_get(items[i], "org"), &org);
        if (took_role == RC_TOOK && took_org == RC_TOOK)
            add_role(mapper, roles, role, org);
        else
            (void)rc_mapper_report(mapper, RC_RULE_INCOMPLETE, RC_STR(""));
    }
}

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

/* role × orgs */
static void take_product(struct rc_mapper *mapper, struct roles *roles)
{
    const struct rc_json *place = rc_mapper_source(mapper, SOURCE_ORGS);
    struct rc_str *names = NULL;
    struct rc_str *orgs = NULL;

    tell_of(mapper, "role", false);
    const size_t name_count = take_texts(mapper, rc_mapper_source(mapper, SOURCE_ROLE),
                                         rc_take_word, &names);
    tell_of(mapper, "orgs", false);
    const size_t org_count = take_texts(
        mapper, place ? place : rc_mapper_source(mapper, SOURCE_ORG), rc_take_ref, &orgs);
    make_room(mapper, roles, name_count * org_count);
    for (size_t i = 0; i < name_count; i++)
        for (size_t j = 0; j < org_count; j++)
            add_role(mapper, roles, names[i], orgs[j]);
}

static void put_roles(struct rc_mapper *mapper, const struct roles *roles)
{
    rc_json_open(&mapper->json, mapper->field->name, '[');
    for (size_t i = 0; i < roles->count; i++) {
        if (i > 0 && compare_roles(&roles->items[i - 1], &roles->items[i]) == 0) continue;
        rc_json_open(&mapper->json, NULL, '{');
        rc_json_put_text(&mapper->json, "org", roles->items[i].org);
        rc_json_put_text(&mapper->json, "role", roles->items[i].role);
        rc_json_close(&mapper->json, '}');
    }
    rc_json_close(&mapper->json, ']');
}

static enum rc_took write_roles(struct rc_mapper *mapper, const struct rc_json *value)
{
    struct roles roles = {0};

    (void)value;
    tell_of(mapper, "roles", false);
    take_entries(mapper, &roles);
    if (roles.count == 0) take_product(mapper, &roles);
    if (roles.count == 0) return RC_REPORTED;
    qsort(roles.items, roles.count, sizeof *roles.items, compare_roles);
    put_roles(mapper, &roles);
    return RC_TOOK;
}

enum {
    TEXT_RULES = (1U << RC_RULE_MALFORMED) | (1U << RC_RULE_CONTROL_CHARACTERS) |
                 (1U << RC_RULE_TOO_LONG) | (1U << RC_RULE_TOO_MANY),
};
static const struct rc_told also[] = {
    {"roles", TEXT_RULES | (1U << RC_RULE_UNKNOWN) | (1U << RC_RULE_INCOMPLETE)},
    {"orgs", TEXT_RULES | (1U << RC_RULE_MISSING)},
    {NULL, 0},
};

const struct rc_field_kind rc_kind_roles = {"a role, with the orgs it holds at", write_roles,
                                            TEXT_RULES | (1U << RC_RULE_UNKNOWN), also};
