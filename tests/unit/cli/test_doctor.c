/* What the doctor makes of two clocks, and how its lines are kept. */
#include "doctor.h"

#include "support/unit.h"

static struct cli cli;
static struct doctor doctor;

static int setup(void **state)
{
    (void)state;
    cli = (struct cli){.arena = rc_arena_new(0)};
    doctor = (struct doctor){.cli = &cli};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    rc_arena_free(cli.arena);
    return 0;
}

static struct rc_str cell(size_t line, size_t column)
{
    return doctor.cells[line * DOCTOR_COLUMNS + column];
}

static void test_a_clock_is_judged_by_its_distance_from_the_middle_of_the_question(void **state)
{
    static const struct {
        int64_t theirs_ms;
        enum verdict verdict;
    } cases[] = {
        {1000100, VERDICT_OK},  {1000999, VERDICT_OK},   {1001100, VERDICT_WARN},
        {998900, VERDICT_WARN}, {1030100, VERDICT_FAIL}, {970000, VERDICT_FAIL},
    };
    const int64_t asked_ms[2] = {1000000, 1000200};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const size_t before = doctor.counts[cases[i].verdict];
        doctor_clock(&doctor, "clock", cases[i].theirs_ms, asked_ms);
        assert_int_equal(doctor.counts[cases[i].verdict], before + 1);
        assert_int_equal(cell(i, 3).len > 0, cases[i].verdict != VERDICT_OK); /* how to mend it */
    }
}

static void test_a_line_outlives_the_texts_that_it_was_made_of(void **state)
{
    char found[] = "one";

    (void)state;
    doctor_say(&doctor, VERDICT_FAIL, "what", found, NULL);
    found[0] = 'X';
    assert_true(rc_str_eq(cell(0, 0), RC_STR("FAIL")));
    assert_true(rc_str_eq(cell(0, 2), RC_STR("one")));
    assert_int_equal(cell(0, 3).len, 0);
}

static void test_more_lines_than_there_is_room_for_are_counted_all_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < DOCTOR_LINES + 5; i++)
        doctor_say(&doctor, VERDICT_FAIL, "what", "found", "mend");
    assert_int_equal(doctor.lines, DOCTOR_LINES);
    assert_int_equal(doctor.counts[VERDICT_FAIL], DOCTOR_LINES + 5);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_clock_is_judged_by_its_distance_from_the_middle_of_the_question),
        CASE(test_a_line_outlives_the_texts_that_it_was_made_of),
        CASE(test_more_lines_than_there_is_room_for_are_counted_all_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
