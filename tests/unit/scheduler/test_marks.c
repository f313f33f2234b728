/* How far a group has come, as the ledger of marks keeps it (C2). */

#include "scheduler.h"

#include "rollcall/port/bus.h"
#include "support/unit.h"

static void test_ends_and_offsets_are_kept_by_partition(void **state)
{
    static const struct rc_marks marks[] = {{0, 0, 12, 15}, {7, 3, 3, 3}};
    RC_AUTO_BUF struct rc_buf out = {0};

    (void)state;
    marks_print(marks, COUNT_OF(marks), true, &out);
    assert_string_equal(out.data, "{\"0\":15,\"7\":3}");
    rc_buf_clear(&out);
    marks_print(marks, COUNT_OF(marks), false, &out);
    assert_string_equal(out.data, "{\"0\":12,\"7\":3}");
}

static void test_a_group_without_a_commit_stands_at_the_beginning(void **state)
{
    static const struct rc_marks marks[] = {{0, 5, -1, 9}, {1, 8, 2, 9}};
    RC_AUTO_BUF struct rc_buf out = {0};

    (void)state;
    marks_print(marks, COUNT_OF(marks), false, &out);
    assert_string_equal(out.data, "{\"0\":5,\"1\":8}");
}

static void test_every_sweep_has_a_name(void **state)
{
    (void)state;
    for (int i = 0; i < SWEEP_COUNT_; i++)
        assert_non_null(sweep_label((enum sweep_name)i));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ends_and_offsets_are_kept_by_partition),
        cmocka_unit_test(test_a_group_without_a_commit_stands_at_the_beginning),
        cmocka_unit_test(test_every_sweep_has_a_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
