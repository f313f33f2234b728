/* M1: what becomes of a mail after a try. */

#include "notifier.h"

#include "support/unit.h"

static void test_only_a_mail_about_something_held_is_sent_twice(void **state)
{
    (void)state;
    assert_int_equal(send_fate(RC_SMTP_UNKNOWN, true), SEND_AGAIN);
    assert_int_equal(send_fate(RC_SMTP_UNKNOWN, false), SEND_UNKNOWN);
}

static void test_the_server_s_word_decides_for_both_alike(void **state)
{
    (void)state;
    for (int held = 0; held <= 1; held++) {
        assert_int_equal(send_fate(RC_SMTP_ACCEPTED, held), SEND_ACCEPTED);
        assert_int_equal(send_fate(RC_SMTP_REFUSED, held), SEND_REFUSED);
        assert_int_equal(send_fate(RC_SMTP_TRY_LATER, held), SEND_AGAIN);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_a_mail_about_something_held_is_sent_twice),
        cmocka_unit_test(test_the_server_s_word_decides_for_both_alike),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
