/* Random people, seeded: the plan never depends on the order in which rows come (P2), carrying it
 * out leads to rest (P1), and no item breaks a promise whatever the mixture. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rollcall/base/auto.h"
#include "with_plan.h"

#define PEOPLE 3000
#define ROUNDS 6

/* --- chance --- */

struct chance {
    uint64_t at;
};

static uint64_t below(struct chance *chance, uint64_t limit)
{
    chance->at ^= chance->at << 13;
    chance->at ^= chance->at >> 7;
    chance->at ^= chance->at << 17;
    return (chance->at * UINT64_C(2685821657736338717) >> 32) % limit;
}

static bool in_ten(struct chance *chance, uint64_t times)
{
    return below(chance, 10) < times;
}

#define ONE_OF(chance, words) ((words)[below(chance, COUNT_OF(words))])

/* --- random people --- */

static const char *const roles[] = {"student", "student", "teacher", "aide", "parent", "visitor"};
static const char *const schools[] = {"s1", "s1", "s2", "s9", ""};
static const char *const names[] = {"Ada", "Ben"};
static const char *const emails[] = {"", "a@example.org", "b@example.org"};
static const char *const short_values[] = {"", "", "1", "2"};
static const char *const classes[] = {"class:A:c1:student", "class:A:c2:student"};
static const char *const nodes[] = {"r:A:1", "r:A:2", "r:B:1", "r:B:2", "r:A:3"};
static const char *const accounts[] = {"a:1", "a:2", "a:3"};

static void choose_settings(struct world *world, struct chance *chance)
{
    static const char *const turns[][2] = {
        {"students", "off"},          {"teachers", "off"},
        {"guardians", "off"},         {"guardians", "contacts"},
        {"existing-people", "skip"},  {"archive-students", "keep"},
        {"archive-teachers", "keep"}, {"approval", "always"},
        {"matching", "email=60"},     {"matching", "name+email=90, number=90, username=50"},
        {"matching-link", "90"}};
    for (size_t i = 0; i < COUNT_OF(turns); i++) {
        if (in_ten(chance, 1)) set(world, turns[i][0], turns[i][1]);
    }
}

static void some_enrollments(struct world *world, struct chance *chance,
                             struct rc_plan_record *record)
{
    for (uint64_t left = below(chance, 3); left > 0; left--) {
        const struct rc_str node = rc_str_print(world->arena, "e:%s:%zu", record->node.data,
                                                record->enrollment_count);
        struct rc_plan_enrollment *e = add_enrollment(world, record, node.data,
                                                      ONE_OF(chance, classes));
        e->present = in_ten(chance, 8);
        e->gone = e->present ? 0 : (int)below(chance, 3);
        e->chosen = in_ten(chance, 8);
        e->running = in_ten(chance, 8);
        e->returns = (int64_t)below(chance, 2);
        e->changes_on = RC_STR("2026-12-01");
    }
}

static void some_record(struct world *world, struct chance *chance, const char *node)
{
    struct rc_plan_record *record = add_record(world, node, NULL, ONE_OF(chance, names),
                                               ONE_OF(chance, emails));
    for (uint64_t left = 1 + below(chance, 2); left > 0; left--)
        add_role(world, record, ONE_OF(chance, roles), ONE_OF(chance, schools));
    record->authority = node[2] == 'A' ? 1 : 2;
    record->values[RC_FIELD_PHONE] = rc_str_of(ONE_OF(chance, short_values));
    record->values[RC_FIELD_USERNAME] = rc_str_of(ONE_OF(chance, short_values));
    record->values[RC_FIELD_SMS] = rc_str_of(ONE_OF(chance, short_values));
    record->present = in_ten(chance, 8);
    record->gone = record->present ? 0 : (int)below(chance, 3);
    record->unread = record->present && in_ten(chance, 1);
    record->shared = in_ten(chance, 9);
    record->excluded = in_ten(chance, 1);
    record->first_sync = in_ten(chance, 1);
    record->returns = (int64_t)below(chance, 2);
    if (in_ten(chance, 1)) mark_record(world, record, "0");
    if (in_ten(chance, 5)) record->account = rc_str_of(ONE_OF(chance, accounts));
    some_enrollments(world, chance, record);
}

static void some_account(struct world *world, struct chance *chance, const char *node)
{
    struct rc_plan_account *account = add_account(world, node);
    account->values[RC_FIELD_GIVEN_NAME] = rc_str_of(ONE_OF(chance, names));
    account->values[RC_FIELD_FAMILY_NAME] = RC_STR("Doe");
    account->values[RC_FIELD_EMAIL] = rc_str_of(ONE_OF(chance, emails));
    account->values[RC_FIELD_ROLES] = RC_STR("student@A/s1");
    account->active = in_ten(chance, 8);
    account->excluded = in_ten(chance, 1);
    account->pinned[RC_FIELD_SMS] = in_ten(chance, 1);
    for (size_t i = 0; i < COUNT_OF(classes); i++) {
        if (in_ten(chance, 4))
            add_membership(world, account, classes[i], in_ten(chance, 7), in_ten(chance, 2));
    }
    if (in_ten(chance, 1)) mark_account(world, account, "archive", "", "r:A:1=gone:0");
    if (in_ten(chance, 1)) mark_account(world, account, "join", classes[0], "e:r:A:1:0=0");
    if (in_ten(chance, 1)) mark_account(world, account, "end", classes[1], "e:r:A:1:0=gone:0");
}

/* Every student may name any other record as guardian. */
static void some_families(struct world *world, struct chance *chance)
{
    static const char *const relations[] = {"guardian", "parent", "relative"};
    for (size_t i = 0; i < world->record_count; i++) {
        for (size_t j = 0; j < world->record_count; j++) {
            if (i == j || !in_ten(chance, 3)) continue;
            add_guardian(world, &world->records[i], world->records[j].node.data,
                         ONE_OF(chance, relations));
        }
    }
}

static struct world some_world(uint64_t seed)
{
    struct world world = world_new();
    struct chance chance = {seed * UINT64_C(0x9e3779b97f4a7c15) + 1};
    choose_settings(&world, &chance);
    const size_t people = 1 + below(&chance, COUNT_OF(nodes));
    for (size_t i = 0; i < people; i++)
        some_record(&world, &chance, nodes[i]);
    for (size_t i = 0; i < COUNT_OF(accounts); i++)
        some_account(&world, &chance, accounts[i]);
    some_families(&world, &chance);
    return world;
}

/* --- shuffling --- */

static void shuffle(struct world *world, struct chance *chance, const void *array, size_t count,
                    size_t size)
{
    char *items = (char *)(uintptr_t)array; /* the world's own; const only for the planner */
    char *kept = rc_arena_bytes(world->arena, size);
    for (size_t left = count; left > 1; left--) {
        char *one = items + below(chance, left) * size, *last = items + (left - 1) * size;
        memcpy(kept, one, size);
        memmove(one, last, size);
        memcpy(last, kept, size);
    }
}

#define SHUFFLE(world, chance, array, count) shuffle(world, chance, array, count, sizeof *(array))

static void shuffle_world(struct world *world, struct chance *chance)
{
    for (size_t i = 0; i < world->record_count; i++) {
        struct rc_plan_record *record = &world->records[i];
        SHUFFLE(world, chance, record->roles, record->role_count);
        SHUFFLE(world, chance, record->enrollments, record->enrollment_count);
        SHUFFLE(world, chance, record->guardians, record->guardian_count);
        SHUFFLE(world, chance, record->marks, record->mark_count);
    }
    for (size_t i = 0; i < world->account_count; i++) {
        struct rc_plan_account *account = &world->accounts[i];
        SHUFFLE(world, chance, account->memberships, account->membership_count);
        SHUFFLE(world, chance, account->marks, account->mark_count);
    }
    SHUFFLE(world, chance, world->records, world->record_count);
    SHUFFLE(world, chance, world->accounts, world->account_count);
}

static void test_the_order_of_rows_never_changes_the_plan(void **state)
{
    size_t items = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= PEOPLE; seed++) {
        AUTO_WORLD world = some_world(seed);
        struct chance chance = {seed};
        const char *due = whole_plan(&world);
        items += world.plan.item_count;
        assert_string_equal(whole_plan(&world), due);
        for (int turn = 0; turn < 3; turn++) {
            shuffle_world(&world, &chance);
            const char *again = whole_plan(&world);
            if (strcmp(again, due) != 0)
                fail_msg("person %zu:\n%s\nand\n%s", (size_t)seed, due, again);
        }
    }
    assert_true(items > 2 * PEOPLE); /* people worth planning */
}

/* --- rest --- */

static void test_carrying_plans_out_leads_to_rest(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= PEOPLE; seed++) {
        AUTO_WORLD world = some_world(seed);
        const char *left = planned(&world);
        for (int round = 0; round < ROUNDS && *left; round++) {
            apply_plan(&world);
            left = planned(&world);
        }
        if (*left) fail_msg("person %zu still has:\n%s", (size_t)seed, left);
    }
}

static bool any_kind(const struct rc_plan *plan, enum rc_item_kind kind)
{
    for (size_t i = 0; i < plan->item_count; i++) {
        if (plan->items[i].kind == kind) return true;
    }
    return false;
}

static void test_one_plan_settles_whom_it_neither_makes_links_nor_brings_back(void **state)
{
    size_t tried = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= PEOPLE; seed++) {
        AUTO_WORLD world = some_world(seed);
        for (size_t i = 0; i < world.record_count; i++) {
            if (world.records[i].account.len == 0)
                world.records[i].account = rc_str_of(accounts[seed % COUNT_OF(accounts)]);
        }
        if (!*planned(&world) || any_kind(&world.plan, RC_ITEM_RESTORE)) continue;
        apply_plan(&world);
        const char *left = planned(&world);
        if (*left) fail_msg("person %zu still has:\n%s", (size_t)seed, left);
        tried++;
    }
    assert_true(tried > PEOPLE / 4);
}

/* --- promises --- */

static const struct rc_plan_record *record_at(const struct world *world, struct rc_str node)
{
    for (size_t i = 0; i < world->record_count; i++) {
        if (rc_str_eq(world->records[i].node, node)) return &world->records[i];
    }
    return NULL;
}

static bool states_student(const struct rc_plan_record *record)
{
    for (size_t i = 0; i < record->role_count; i++) {
        if (rc_str_eq(record->roles[i].role, RC_STR("student"))) return true;
    }
    return false;
}

static void check_basis(const struct world *world, const struct rc_plan_item *item)
{
    const bool removal = item->kind == RC_ITEM_ARCHIVE || item->kind == RC_ITEM_END;
    assert_true(item->basis_count > 0);
    for (size_t i = 0; i < item->basis_count; i++) {
        const struct rc_plan_record *record = record_at(world, item->basis[i]);
        assert_true(!record->unread || record->gone > 0 || !record->shared); /* N1 */
        assert_false(record->excluded);
        assert_true(removal || (record->shared && record->gone == 0));
        assert_true(!record->first_sync || item->hold.len > 0); /* P5 */
        assert_true(item->kind != RC_ITEM_ARCHIVE || record->gone != 1 || item->hold.len > 0);
        assert_true(item->kind != RC_ITEM_CREATE || item->basis_count == 1 ||
                    !states_student(record));
    }
}

static void check_accounts(const struct world *world, const struct rc_plan_item *item)
{
    for (size_t i = 0; i < world->account_count; i++) {
        const struct rc_plan_account *account = &world->accounts[i];
        if (!rc_str_eq(item->subject, account->node) && !rc_str_eq(item->to, account->node))
            continue;
        assert_false(account->excluded);
        assert_true(item->kind != RC_ITEM_UPDATE || rc_str_cmp(item->from, item->to) != 0);
        assert_true(item->kind != RC_ITEM_UPDATE || !account->pinned[rc_field_parse(item->field)]);
        assert_true(item->kind == RC_ITEM_LINK || item->kind == RC_ITEM_END ||
                    account->active == (item->kind != RC_ITEM_RESTORE));
    }
}

static void check_links(const struct world *world)
{
    const struct rc_plan *plan = &world->plan;
    for (size_t i = 0; i < plan->item_count; i++) {
        for (size_t j = 0; j < i; j++) {
            const struct rc_plan_item *a = &plan->items[i], *b = &plan->items[j];
            if (a->kind != RC_ITEM_LINK || b->kind != RC_ITEM_LINK || !rc_str_eq(a->to, b->to))
                continue;
            if (a->subject.data[2] != b->subject.data[2]) continue; /* of two sources */
            assert_false(states_student(record_at(world, a->subject)));
            assert_false(states_student(record_at(world, b->subject)));
        }
    }
}

static void test_no_item_of_any_person_breaks_a_promise(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= PEOPLE; seed++) {
        AUTO_WORLD world = some_world(seed);
        (void)planned(&world);
        for (size_t i = 0; i < world.plan.item_count; i++) {
            check_basis(&world, &world.plan.items[i]);
            check_accounts(&world, &world.plan.items[i]);
        }
        check_links(&world);
    }
}

static void test_items_come_by_kind_subject_and_field_and_no_key_twice(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= PEOPLE; seed++) {
        AUTO_WORLD world = some_world(seed);
        (void)planned(&world);
        for (size_t i = 1; i < world.plan.item_count; i++) {
            const struct rc_plan_item *a = &world.plan.items[i - 1], *b = &world.plan.items[i];
            const int subject = rc_str_cmp(a->subject, b->subject);
            assert_true(a->kind < b->kind ||
                        (a->kind == b->kind &&
                         (subject < 0 || (subject == 0 && rc_str_cmp(a->field, b->field) < 0))));
        }
    }
}

/* As in a district that begins: nobody has an account. */
static struct world new_world(uint64_t seed)
{
    struct world world = some_world(seed);
    for (size_t i = 0; i < world.record_count; i++)
        world.records[i].account = (struct rc_str){0};
    world.account_count = 0;
    return world;
}

static void test_who_is_foreseen_to_be_at_rest_is_when_all_was_carried_out(void **state)
{
    size_t foreseen = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= PEOPLE; seed++) {
        AUTO_WORLD world = new_world(seed);
        const struct rc_plan_person person = {.records = world.records,
                                              .record_count = world.record_count};
        (void)planned(&world);
        if (!rc_plan_rest(world.policy, &person, &world.plan, world.arena).nothing) continue;
        foreseen++;
        apply_plan(&world);
        assert_string_equal(planned(&world), "");
    }
    assert_true(foreseen > PEOPLE / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_order_of_rows_never_changes_the_plan),
        cmocka_unit_test(test_carrying_plans_out_leads_to_rest),
        cmocka_unit_test(test_one_plan_settles_whom_it_neither_makes_links_nor_brings_back),
        cmocka_unit_test(test_who_is_foreseen_to_be_at_rest_is_when_all_was_carried_out),
        cmocka_unit_test(test_no_item_of_any_person_breaks_a_promise),
        cmocka_unit_test(test_items_come_by_kind_subject_and_field_and_no_key_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
