/* Builds a person, plans and applies for the tests of the planner. */

#include "with_plan.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "rollcall/base/auto.h"

static struct rc_str text(const struct world *world, const char *words)
{
    return rc_str_copy(world->arena, rc_str_of(words));
}

struct world world_blank(void)
{
    struct world world = {.arena = rc_arena_new(0)};
    world.policy = rc_policy_new(world.arena, 7, 4, RC_STR(TODAY));
    return world;
}

struct world world_new(void)
{
    static const char *const settings[][2] = {{"students", "on"},
                                              {"teachers", "on"},
                                              {"staff", "on"},
                                              {"administrators", "on"},
                                              {"guardians", "accounts"},
                                              {"existing-people", "update"},
                                              {"archive-students", "archive"},
                                              {"archive-teachers", "archive"},
                                              {"archive-staff", "archive"},
                                              {"archive-administrators", "archive"}};
    struct world world = world_blank();
    for (size_t i = 0; i < COUNT_OF(settings); i++)
        set(&world, settings[i][0], settings[i][1]);
    rc_policy_choose(world.policy, RC_STR("s1"));
    rc_policy_choose(world.policy, RC_STR("s2"));
    return world;
}

void world_done(struct world *world)
{
    rc_arena_free(world->arena);
}

void set_at(struct world *world, const char *scope, const char *name, const char *typed)
{
    RC_AUTO_BUF struct rc_buf json = {0};
    const struct rc_json *value = NULL;
    const struct rc_setting *setting = rc_setting_find(rc_str_of(name));
    assert(setting);
    if (rc_setting_value(setting, rc_str_of(typed), &json) != RC_OK ||
        rc_json_parse(rc_str_copy(world->arena, rc_buf_str(&json)), NULL, world->arena, &value) !=
            RC_OK ||
        rc_policy_set(world->policy, rc_str_of(scope), rc_str_of(name), value) != RC_OK)
        abort();
}

void set(struct world *world, const char *name, const char *typed)
{
    set_at(world, "", name, typed);
}

/* A copy of count items of size bytes with room for one more, which is zeroed. */
static void *grown(struct world *world, const void *items, size_t count, size_t size)
{
    char *more = rc_arena_array(world->arena, count + 1, size);
    if (count > 0) memcpy(more, items, count * size);
    return more;
}

void add_role(struct world *world, struct rc_plan_record *record, const char *role,
              const char *school)
{
    struct rc_plan_role *roles = grown(world, record->roles, record->role_count,
                                       sizeof *record->roles);
    roles[record->role_count++] = (struct rc_plan_role){.role = text(world, role),
                                                        .school = text(world, school)};
    record->roles = roles;
}

struct rc_plan_record *add_record(struct world *world, const char *node, const char *role,
                                  const char *given, const char *email)
{
    assert(world->record_count < WORLD_ROOM);
    struct rc_plan_record *record = &world->records[world->record_count++];
    *record = (struct rc_plan_record){
        .node = text(world, node), .authority = 1, .shared = true, .present = true, .version = 1};
    record->values[RC_FIELD_GIVEN_NAME] = text(world, given);
    record->values[RC_FIELD_FAMILY_NAME] = RC_STR("Doe");
    record->values[RC_FIELD_EMAIL] = text(world, email);
    if (role) add_role(world, record, role, "s1");
    return record;
}

void add_guardian(struct world *world, struct rc_plan_record *student, const char *node,
                  const char *relation)
{
    struct rc_plan_guardian *all = grown(world, student->guardians, student->guardian_count,
                                         sizeof *student->guardians);
    all[student->guardian_count++] = (struct rc_plan_guardian){.node = text(world, node),
                                                               .relation = text(world, relation)};
    student->guardians = all;
}

struct rc_plan_enrollment *add_enrollment(struct world *world, struct rc_plan_record *record,
                                          const char *node, const char *membership)
{
    struct rc_plan_enrollment *all = grown(world, record->enrollments, record->enrollment_count,
                                           sizeof *record->enrollments);
    struct rc_plan_enrollment *one = &all[record->enrollment_count++];
    *one = (struct rc_plan_enrollment){.node = text(world, node),
                                       .membership = text(world, membership),
                                       .present = true,
                                       .chosen = true,
                                       .running = true};
    record->enrollments = all;
    return one;
}

struct rc_plan_account *add_account(struct world *world, const char *node)
{
    assert(world->account_count < WORLD_ROOM);
    struct rc_plan_account *account = &world->accounts[world->account_count++];
    *account = (struct rc_plan_account){.node = text(world, node), .active = true, .version = 1};
    return account;
}

/* "role@source/school,…", sorted, of what the record states: as the directory keeps roles. */
static struct rc_str roles_text(struct world *world, const struct rc_plan_record *record)
{
    struct rc_str source = record->node;
    rc_str_cut(&source, ':');
    source = rc_str_cut(&source, ':');
    struct rc_str list = {0};
    for (size_t i = 0; i < record->role_count; i++) {
        const struct rc_str one = rc_str_print(
            world->arena, "%s@%.*s/%.*s",
            rc_role_name(rc_policy_role(world->policy, source, record->roles[i].role)),
            RC_STR_ARG(source), RC_STR_ARG(record->roles[i].school));
        list = list.len == 0 ? one
               : rc_str_cmp(list, one) < 0
                   ? rc_str_print(world->arena, "%.*s,%.*s", RC_STR_ARG(list), RC_STR_ARG(one))
                   : rc_str_print(world->arena, "%.*s,%.*s", RC_STR_ARG(one), RC_STR_ARG(list));
    }
    return list;
}

struct rc_plan_account *add_account_of(struct world *world, const char *node,
                                       struct rc_plan_record *record)
{
    struct rc_plan_account *account = add_account(world, node);
    memcpy(account->values, record->values, sizeof account->values);
    account->values[RC_FIELD_ROLES] = roles_text(world, record);
    record->account = account->node;
    return account;
}

void add_membership(struct world *world, struct rc_plan_account *account, const char *name, bool on,
                    bool by_hand)
{
    struct rc_plan_membership *all = grown(world, account->memberships, account->membership_count,
                                           sizeof *all);
    all[account->membership_count++] = (struct rc_plan_membership){
        .name = text(world, name), .on = on, .by_hand = by_hand};
    account->memberships = all;
}

static const struct rc_plan_mark *with_mark(struct world *world, const struct rc_plan_mark *marks,
                                            size_t *count, const char *const words[3])
{
    struct rc_plan_mark *all = grown(world, marks, *count, sizeof *all);
    all[(*count)++] = (struct rc_plan_mark){.kind = text(world, words[0]),
                                            .field = text(world, words[1]),
                                            .waits = text(world, words[2])};
    return all;
}

void mark_record(struct world *world, struct rc_plan_record *record, const char *waits)
{
    record->marks = with_mark(world, record->marks, &record->mark_count,
                              (const char *const[]){"presence", "", waits});
}

void mark_account(struct world *world, struct rc_plan_account *account, const char *kind,
                  const char *field, const char *waits)
{
    account->marks = with_mark(world, account->marks, &account->mark_count,
                               (const char *const[]){kind, field, waits});
}

void is_gone(struct rc_plan_record *record, int gone)
{
    record->present = false;
    record->gone = gone;
}

/* ---- planning ---- */

static void plan(struct world *world)
{
    struct rc_plan_person person = {.records = world->records,
                                    .record_count = world->record_count,
                                    .accounts = world->accounts,
                                    .account_count = world->account_count};
    rc_plan_person(world->policy, &person, world->arena, &world->plan);
}

static void print_item(struct rc_buf *out, const struct rc_plan_item *item)
{
    const bool shown = item->kind != RC_ITEM_CREATE;
    rc_buf_print(out, "%s %.*s", rc_item_kind_name(item->kind), RC_STR_ARG(item->subject));
    if (item->field.len > 0) rc_buf_print(out, " %.*s", RC_STR_ARG(item->field));
    if (shown && item->from.len + item->to.len > 0)
        rc_buf_print(out, " %.*s>%.*s", RC_STR_ARG(item->from), RC_STR_ARG(item->to));
    rc_buf_print(out, " (%.*s)", RC_STR_ARG(item->cause));
    if (item->hold.len > 0) rc_buf_print(out, " held: %.*s", RC_STR_ARG(item->hold));
    rc_buf_add_char(out, '\n');
}

const char *planned(struct world *world)
{
    RC_AUTO_BUF struct rc_buf out = {0};
    plan(world);
    for (size_t i = 0; i < world->plan.item_count; i++)
        print_item(&out, &world->plan.items[i]);
    return rc_str_copy(world->arena, rc_buf_str(&out)).data;
}

const struct rc_plan_item *only_item(struct world *world)
{
    plan(world);
    if (world->plan.item_count != 1) {
        printf("%zu items where one is due:\n%s", world->plan.item_count, planned(world));
        abort();
    }
    return &world->plan.items[0];
}

const char *basis_of(struct world *world, const struct rc_plan_item *item)
{
    RC_AUTO_BUF struct rc_buf out = {0};
    for (size_t i = 0; i < item->basis_count; i++)
        rc_buf_print(&out, "%s%.*s", i ? "," : "", RC_STR_ARG(item->basis[i]));
    return rc_str_copy(world->arena, rc_buf_str(&out)).data;
}

static const struct rc_json *values_made(const struct world *world, struct rc_str json)
{
    const struct rc_json *values = NULL;
    if (rc_json_parse(json, NULL, world->arena, &values) != RC_OK) abort();
    return values;
}

const char *made(struct world *world, const struct rc_plan_item *item, const char *field)
{
    return rc_str_copy(world->arena, rc_json_text(rc_json_get(values_made(world, item->to), field)))
        .data;
}

const char *whole_plan(struct world *world)
{
    RC_AUTO_BUF struct rc_buf out = {0};
    plan(world);
    for (size_t i = 0; i < world->plan.item_count; i++) {
        const struct rc_plan_item *item = &world->plan.items[i];
        rc_buf_print(&out, "%s hold=%.*s basis=%s waits=%.*s group=%d/%.*s\n",
                     rc_plan_item_key(world->arena, item).data, RC_STR_ARG(item->hold),
                     basis_of(world, item), RC_STR_ARG(item->waits), (int)item->role,
                     RC_STR_ARG(item->school));
    }
    for (int i = 0; i < RC_SITUATION_COUNT_; i++)
        rc_buf_print(&out, "%zu ", world->plan.situations[i]);
    rc_buf_print(&out, "due %.*s", RC_STR_ARG(world->plan.due_on));
    return rc_str_copy(world->arena, rc_buf_str(&out)).data;
}

/* ---- applying ---- */

static struct rc_plan_record *record_at(struct world *world, struct rc_str node)
{
    for (size_t i = 0; i < world->record_count; i++) {
        if (rc_str_eq(world->records[i].node, node)) return &world->records[i];
    }
    return NULL;
}

static struct rc_plan_account *account_at(struct world *world, struct rc_str node)
{
    for (size_t i = 0; i < world->account_count; i++) {
        if (rc_str_eq(world->accounts[i].node, node)) return &world->accounts[i];
    }
    return NULL;
}

static void apply_create(struct world *world, const struct rc_plan_item *item)
{
    const struct rc_str name = rc_str_print(world->arena, "a:new-%zu", world->account_count);
    struct rc_plan_account *account = add_account(world, name.data);
    const struct rc_json *values = values_made(world, item->to);
    for (int i = 0; i < RC_FIELD_COUNT_; i++)
        account->values[i] = rc_json_text(rc_json_get(values, rc_field_name((enum rc_field)i)));
    for (size_t i = 0; i < item->basis_count; i++)
        record_at(world, item->basis[i])->account = account->node;
}

static void apply_link(struct world *world, const struct rc_plan_item *item)
{
    record_at(world, item->subject)->account = item->to;
}

static void apply_restore(struct world *world, const struct rc_plan_item *item)
{
    account_at(world, item->subject)->active = true;
}

static void apply_archive(struct world *world, const struct rc_plan_item *item)
{
    account_at(world, item->subject)->active = false;
}

static void apply_update(struct world *world, const struct rc_plan_item *item)
{
    account_at(world, item->subject)->values[rc_field_parse(item->field)] = item->to;
}

/* A guardianship that was planned before the guardian had an account is known by it afterwards. */
static struct rc_str membership_name(struct world *world, struct rc_str name)
{
    struct rc_str node = name;
    if (!rc_str_eq(rc_str_cut(&node, ':'), RC_STR("guardian"))) return name;
    const struct rc_plan_record *guardian = record_at(world, node);
    if (!guardian) return name;
    return rc_str_print(world->arena, "guardian:%.*s", RC_STR_ARG(guardian->account));
}

static void put_membership(struct world *world, struct rc_plan_account *account, struct rc_str name,
                           bool on)
{
    struct rc_plan_membership *all = grown(world, account->memberships, account->membership_count,
                                           sizeof *all);
    account->memberships = all;
    for (size_t i = 0; i < account->membership_count; i++) {
        if (!rc_str_eq(all[i].name, name)) continue;
        all[i].on = on;
        return;
    }
    all[account->membership_count++] = (struct rc_plan_membership){.name = name, .on = on};
}

static void apply_join(struct world *world, const struct rc_plan_item *item)
{
    struct rc_plan_account *account = account_at(world, record_at(world, item->subject)->account);
    put_membership(world, account, membership_name(world, item->field), true);
}

static void apply_end(struct world *world, const struct rc_plan_item *item)
{
    put_membership(world, account_at(world, item->subject), item->field, false);
}

void apply_plan(struct world *world)
{
    static void (*const effects[])(struct world *, const struct rc_plan_item *) = {
        [RC_ITEM_CREATE] = apply_create,   [RC_ITEM_LINK] = apply_link,
        [RC_ITEM_RESTORE] = apply_restore, [RC_ITEM_UPDATE] = apply_update,
        [RC_ITEM_ARCHIVE] = apply_archive, [RC_ITEM_JOIN] = apply_join,
        [RC_ITEM_END] = apply_end,         [RC_ITEM_RENAME] = NULL};
    _Static_assert(COUNT_OF(effects) == RC_ITEM_COUNT_, "an effect for every kind of item");
    for (size_t i = 0; i < world->plan.item_count; i++)
        effects[world->plan.items[i].kind](world, &world->plan.items[i]);
}
