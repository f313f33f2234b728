/* What is left after a plan: what the planner foresees is what it finds once all was carried out.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "rollcall/base/auto.h"
#include "with_plan.h"

static struct rc_plan_rest rest_of(struct world *world)
{
    const struct rc_plan_person person = {.records = world->records,
                                          .record_count = world->record_count,
                                          .accounts = world->accounts,
                                          .account_count = world->account_count};
    (void)planned(world);
    return rc_plan_rest(world->policy, &person, &world->plan, world->arena);
}

static void test_a_new_student_in_a_class_is_settled_by_the_first_plan(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_record(&world, "r:A:u1", "student", "Ada", "a@example.org");

    (void)state;
    add_enrollment(&world, ada, "e:A:1", "class:A:c1:student")->changes_on = RC_STR("2026-12-01");
    const struct rc_plan_rest rest = rest_of(&world);
    assert_true(rest.nothing);
    assert_true(rest.linked[0]);
    assert_true(rc_str_eq(rest.due_on, RC_STR("2026-12-01")));
    apply_plan(&world);
    assert_string_equal(planned(&world), "");
}

static void test_a_new_family_is_settled_though_its_accounts_were_not_known(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_record(&world, "r:A:u1", "student", "Ada", "a@example.org");

    (void)state;
    add_guardian(&world, ada, "r:A:g1", "parent");
    add_record(&world, "r:A:g1", "parent", "Pat", "p@example.org");
    assert_true(rest_of(&world).nothing);
    assert_int_equal(world.plan.item_count, 3);
    apply_plan(&world);
    assert_string_equal(planned(&world), "");
}

static void test_who_gets_no_account_is_not_taken_for_linked(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_record(&world, "r:A:1", "visitor", "Vic", "a@example.org");
    add_record(&world, "r:A:2", "student", "Ada", "a@example.org");
    const struct rc_plan_rest rest = rest_of(&world);
    assert_true(rest.nothing);
    assert_false(rest.linked[0]);
    assert_true(rest.linked[1]);
}

static void test_of_people_with_accounts_nothing_is_said(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_record(&world, "r:A:u1", "student", "Ada", "a@example.org");

    (void)state;
    add_account_of(&world, "a:1", ada)->values[RC_FIELD_GIVEN_NAME] = RC_STR("Eve");
    assert_false(rest_of(&world).nothing);
    assert_int_equal(world.plan.item_count, 1);
}

static void test_where_nothing_is_proposed_nothing_is_foreseen(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_record(&world, "r:A:1", "visitor", "Vic", "a@example.org");
    assert_false(rest_of(&world).nothing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_new_student_in_a_class_is_settled_by_the_first_plan),
        cmocka_unit_test(test_a_new_family_is_settled_though_its_accounts_were_not_known),
        cmocka_unit_test(test_who_gets_no_account_is_not_taken_for_linked),
        cmocka_unit_test(test_of_people_with_accounts_nothing_is_said),
        cmocka_unit_test(test_where_nothing_is_proposed_nothing_is_foreseen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
