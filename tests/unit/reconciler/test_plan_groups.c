/* Who belongs together: by keys and by links, whatever the order, and at any size. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plan_groups.h"

static void add(struct plan_groups *groups, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(plan_groups_add(groups), i);
}

static void assert_together(struct plan_groups *groups, uint32_t a, uint32_t b)
{
    assert_int_equal(plan_groups_root(groups, a), plan_groups_root(groups, b));
}

static void assert_apart(struct plan_groups *groups, uint32_t a, uint32_t b)
{
    assert_int_not_equal(plan_groups_root(groups, a), plan_groups_root(groups, b));
}

static void test_nodes_that_give_one_key_belong_together_and_others_do_not(void **state)
{
    RC_AUTO(plan_groups) struct plan_groups *groups = plan_groups_new();

    (void)state;
    add(groups, 4);
    plan_groups_key(groups, 0, 7);
    plan_groups_key(groups, 1, 8);
    plan_groups_key(groups, 2, 7);
    assert_together(groups, 0, 2);
    assert_apart(groups, 0, 1);
    assert_apart(groups, 1, 3);
}

static void test_who_belongs_to_one_of_them_belongs_to_all(void **state)
{
    RC_AUTO(plan_groups) struct plan_groups *groups = plan_groups_new();

    (void)state;
    add(groups, 6);
    plan_groups_key(groups, 4, 1);
    plan_groups_key(groups, 5, 1);
    plan_groups_join(groups, 0, 5);
    plan_groups_key(groups, 3, 2);
    plan_groups_key(groups, 0, 2);
    assert_together(groups, 3, 4);
    assert_int_equal(plan_groups_root(groups, 5), 0); /* the first of them stands for all */
    assert_apart(groups, 1, 2);
}

static void test_a_key_is_found_by_who_gave_it(void **state)
{
    RC_AUTO(plan_groups) struct plan_groups *groups = plan_groups_new();

    (void)state;
    assert_int_equal(plan_groups_find(groups, 1), PLAN_NOBODY);
    add(groups, 2);
    plan_groups_key(groups, 1, UINT64_MAX);
    plan_groups_key(groups, 0, 0);
    assert_int_equal(plan_groups_find(groups, UINT64_MAX), 1);
    assert_int_equal(plan_groups_find(groups, 0), 0);
    assert_int_equal(plan_groups_find(groups, 1), PLAN_NOBODY);
    plan_groups_forget_keys(groups);
    assert_int_equal(plan_groups_find(groups, 0), PLAN_NOBODY);
    assert_apart(groups, 0, 1);
}

/* Spread over the whole range, as digests are. */
static uint64_t key_of(uint32_t number)
{
    return (number + UINT64_C(1)) * UINT64_C(0x9e3779b97f4a7c15);
}

static void test_no_key_is_lost_while_the_table_grows(void **state)
{
    enum { NODES = 200000 };
    RC_AUTO(plan_groups) struct plan_groups *groups = plan_groups_new();

    (void)state;
    add(groups, NODES);
    for (uint32_t i = 0; i < NODES; i++)
        plan_groups_key(groups, i, key_of(i / 2));
    for (uint32_t i = 0; i < NODES; i++)
        assert_int_equal(plan_groups_root(groups, i), i - i % 2);
    assert_int_equal(plan_groups_count(groups), NODES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nodes_that_give_one_key_belong_together_and_others_do_not),
        cmocka_unit_test(test_who_belongs_to_one_of_them_belongs_to_all),
        cmocka_unit_test(test_a_key_is_found_by_who_gave_it),
        cmocka_unit_test(test_no_key_is_lost_while_the_table_grows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
