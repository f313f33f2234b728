/* Kinds of trouble: the table is whole, waits grow as they should, words say what to do. */

#include "trouble.h"

#include "support/unit.h"

static void test_every_kind_has_a_name_and_every_real_one_words_that_say_what_to_do(void **state)
{
    (void)state;
    for (enum trouble trouble = 0; trouble < TROUBLE_COUNT_; trouble++) {
        const struct trouble_row *row = trouble_row(trouble);
        assert_non_null(row->name);
        assert_non_null(row->words);
        if (trouble > TROUBLE_STOPPED && trouble != TROUBLE_TOO_LARGE)
            assert_non_null(strchr(row->words, ':'));
    }
}

static void test_what_a_person_must_mend_is_told_within_seconds(void **state)
{
    int64_t waited_ms = 0;

    (void)state;
    for (int64_t tries = 1; tries < 5; tries++)
        waited_ms += trouble_wait_ms(TROUBLE_CREDENTIALS, tries, 1000, 900000, -1);
    assert_int_equal(waited_ms, 10000);
}

static void test_what_passes_by_itself_is_waited_for_longer_each_time(void **state)
{
    static const int64_t due_ms[] = {5000, 20000, 80000, 320000, 900000, 900000};

    (void)state;
    for (int64_t tries = 1; tries <= (int64_t)COUNT_OF(due_ms); tries++)
        assert_int_equal(trouble_wait_ms(TROUBLE_SERVER, tries, 1000, 900000, -1),
                         due_ms[tries - 1]);
}

static void test_a_retry_after_is_honoured_in_full_but_never_shorter_than_a_unit(void **state)
{
    (void)state;
    assert_int_equal(trouble_wait_ms(TROUBLE_BUSY, 1, 1000, 900000, 3600000), 3600000);
    assert_int_equal(trouble_wait_ms(TROUBLE_BUSY, 1, 1000, 900000, 0), 1000);
}

static void test_words_carry_the_status_and_what_the_transport_said(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    assert_true(rc_str_ends(trouble_words(TROUBLE_CREDENTIALS, 401, "", arena),
                            RC_STR("(HTTP status 401)")));
    assert_true(
        rc_str_ends(trouble_words(TROUBLE_TRANSPORT, 0, "sis.example.org: timed out", arena),
                    RC_STR(" [sis.example.org: timed out]")));
    assert_false(rc_str_ends(trouble_words(TROUBLE_HTML, 0, NULL, arena), RC_STR("]")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_has_a_name_and_every_real_one_words_that_say_what_to_do),
        cmocka_unit_test(test_what_a_person_must_mend_is_told_within_seconds),
        cmocka_unit_test(test_what_passes_by_itself_is_waited_for_longer_each_time),
        cmocka_unit_test(test_a_retry_after_is_honoured_in_full_but_never_shorter_than_a_unit),
        cmocka_unit_test(test_words_carry_the_status_and_what_the_transport_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
