/* A partition's low-water mark (S1). */
#include "../../../common/worker/marks.h"

#include "support/unit.h"

static void add(struct marks *marks, int64_t first, int64_t last)
{
    for (int64_t offset = first; offset <= last; offset++)
        assert_true(marks_add(marks, offset));
}

static void test_nothing_in_hand_is_nothing_to_commit(void **state)
{
    struct marks marks = {0};

    (void)state;
    assert_int_equal(marks_due(&marks), -1);
    add(&marks, 7, 7);
    assert_int_equal(marks_due(&marks), -1);
    marks_done(&marks);
}

static void test_the_mark_stays_below_the_lowest_offset_in_hand(void **state)
{
    struct marks marks = {0};

    (void)state;
    add(&marks, 10, 14);
    marks_finish(&marks, 12);
    marks_finish(&marks, 11);
    assert_int_equal(marks_due(&marks), -1);
    marks_finish(&marks, 10);
    assert_int_equal(marks_due(&marks), 13);
    marks_finish(&marks, 14);
    assert_int_equal(marks_due(&marks), 13);
    marks_finish(&marks, 13);
    assert_int_equal(marks_due(&marks), 15);
    marks_done(&marks);
}

static void test_gaps_between_offsets_hold_nothing_up(void **state)
{
    struct marks marks = {0};

    (void)state;
    assert_true(marks_add(&marks, 3));
    assert_true(marks_add(&marks, 9));
    marks_finish(&marks, 3);
    assert_int_equal(marks_due(&marks), 9);
    marks_finish(&marks, 9);
    assert_int_equal(marks_due(&marks), 10);
    marks_done(&marks);
}

static void test_what_was_committed_is_not_due_again(void **state)
{
    struct marks marks = {0};

    (void)state;
    add(&marks, 0, 1);
    marks_finish(&marks, 0);
    marks_commit(&marks, marks_due(&marks));
    assert_int_equal(marks_due(&marks), -1);
    marks_finish(&marks, 1);
    assert_int_equal(marks_due(&marks), 2);
    marks_done(&marks);
}

static void test_an_offset_that_came_before_is_not_taken_twice(void **state)
{
    struct marks marks = {0};

    (void)state;
    add(&marks, 5, 6);
    assert_false(marks_add(&marks, 6));
    marks_finish(&marks, 5);
    assert_false(marks_add(&marks, 5));
    assert_false(marks_add(&marks, 2));
    assert_true(marks_add(&marks, 7));
    marks_done(&marks);
}

static void test_a_new_assignment_begins_anew_even_at_an_earlier_offset(void **state)
{
    struct marks marks = {0};

    (void)state;
    add(&marks, 20, 25);
    marks_reset(&marks);
    assert_int_equal(marks_due(&marks), -1);
    assert_true(marks_add(&marks, 18));
    marks_finish(&marks, 18);
    assert_int_equal(marks_due(&marks), 19);
    marks_done(&marks);
}

static void test_thousands_of_offsets_finished_out_of_order_end_at_the_last(void **state)
{
    struct marks marks = {0};

    (void)state;
    for (int64_t round = 0; round < 100; round++) {
        add(&marks, round * 50, round * 50 + 49);
        for (int64_t i = 49; i >= 0; i--)
            marks_finish(&marks, round * 50 + i);
        assert_int_equal(marks_due(&marks), round * 50 + 50);
    }
    marks_done(&marks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_in_hand_is_nothing_to_commit),
        cmocka_unit_test(test_the_mark_stays_below_the_lowest_offset_in_hand),
        cmocka_unit_test(test_gaps_between_offsets_hold_nothing_up),
        cmocka_unit_test(test_what_was_committed_is_not_due_again),
        cmocka_unit_test(test_an_offset_that_came_before_is_not_taken_twice),
        cmocka_unit_test(test_a_new_assignment_begins_anew_even_at_an_earlier_offset),
        cmocka_unit_test(test_thousands_of_offsets_finished_out_of_order_end_at_the_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
