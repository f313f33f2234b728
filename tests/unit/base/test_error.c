/* The text of a failure: set once, context before it, cut, and each thread its own. */

#include <pthread.h>

#include "rollcall/base/error.h"
#include "support/unit.h"

static void test_a_failure_returns_its_status_and_keeps_its_text(void **state)
{
    (void)state;
    assert_int_equal(rc_fail(RC_RETRY, "host %s answered %d", "a", 503), RC_RETRY);
    assert_string_equal(rc_error_text(), "host a answered 503");
}

static void test_context_stands_before_what_was_recorded(void **state)
{
    (void)state;
    const rc_status status = rc_fail(RC_REJECT, "no such header");
    assert_int_equal(rc_context(status, "page %d", 7), RC_REJECT);
    assert_string_equal(rc_error_text(), "page 7: no such header");
}

static void test_success_and_expected_absence_pass_context_unchanged(void **state)
{
    (void)state;
    rc_ignore(rc_fail(RC_FATAL, "before"));
    assert_int_equal(rc_context(RC_OK, "x"), RC_OK);
    assert_int_equal(rc_context(RC_NOT_FOUND, "x"), RC_NOT_FOUND);
    assert_string_equal(rc_error_text(), "before");
}

static void test_a_text_may_be_an_argument_of_the_next(void **state)
{
    (void)state;
    rc_ignore(rc_fail(RC_RETRY, "inner"));
    rc_ignore(rc_fail(RC_FATAL, "outer (%s)", rc_error_text()));
    assert_string_equal(rc_error_text(), "outer (inner)");
    rc_ignore(rc_context(RC_FATAL, "again %s", rc_error_text()));
    assert_string_equal(rc_error_text(), "again outer (inner): outer (inner)");
}

static void test_a_long_text_is_cut_at_1000_bytes_and_never_within_a_character(void **state)
{
    char longer[3001];

    (void)state;
    for (size_t i = 0; i < 3000; i += 2)
        memcpy(longer + i, "\xC3\xA9", 2);
    longer[3000] = '\0';
    rc_ignore(rc_fail(RC_REJECT, "%s", longer));
    assert_int_equal(strlen(rc_error_text()), 1000);
    rc_ignore(rc_fail(RC_REJECT, "x%s", longer));
    assert_int_equal(strlen(rc_error_text()), 999);
    assert_true(rc_str_utf8(rc_str_of(rc_error_text()), NULL));
    rc_ignore(rc_context(RC_REJECT, "context"));
    assert_true(strlen(rc_error_text()) <= 1000);
    assert_true(rc_str_utf8(rc_str_of(rc_error_text()), NULL));
    assert_true(rc_str_starts(rc_str_of(rc_error_text()), RC_STR("context: x")));
}

static void *fail_elsewhere(void *unused)
{
    (void)unused;
    rc_ignore(rc_fail(RC_FATAL, "elsewhere"));
    return NULL;
}

static void test_each_thread_has_its_own_text(void **state)
{
    pthread_t thread;

    (void)state;
    rc_ignore(rc_fail(RC_REJECT, "here"));
    assert_int_equal(pthread_create(&thread, NULL, fail_elsewhere, NULL), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_string_equal(rc_error_text(), "here");
}

static void test_every_status_has_a_name(void **state)
{
    static const char *const names[] = {"ok", "not found", "retry", "reject", "fatal"};

    (void)state;
    for (int i = 0; i <= RC_FATAL; i++)
        assert_string_equal(rc_status_name((rc_status)i), names[i]);
    assert_string_equal(rc_status_name((rc_status)99), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_failure_returns_its_status_and_keeps_its_text),
        cmocka_unit_test(test_context_stands_before_what_was_recorded),
        cmocka_unit_test(test_success_and_expected_absence_pass_context_unchanged),
        cmocka_unit_test(test_a_text_may_be_an_argument_of_the_next),
        cmocka_unit_test(test_a_long_text_is_cut_at_1000_bytes_and_never_within_a_character),
        cmocka_unit_test(test_each_thread_has_its_own_text),
        cmocka_unit_test(test_every_status_has_a_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
