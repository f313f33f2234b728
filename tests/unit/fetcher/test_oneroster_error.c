/* Error payloads in every shape that sources give them. */

#include "oneroster_error.h"

#include "support/unit.h"

static void test_the_word_is_found_in_every_shape(void **state)
{
    static const struct {
        const char *body, *word;
        enum trouble trouble;
    } cases[] = {
        /* 1.1, and as some write it */
        {"{\"statusInfoSet\":[{\"imsx_codeMajor\":\"failure\",\"imsx_codeMinor\":\"unknown "
         "object\"}]}",
         "unknownobject", TROUBLE_ERROR_BODY},
        {"{\"statusInfoSet\":{\"imsx_codeMinor\":\"unauthorized\"}}", "unauthorized",
         TROUBLE_CREDENTIALS},
        /* 1.2 */
        {"{\"imsx_codeMajor\":\"failure\",\"imsx_severity\":\"error\",\"imsx_CodeMinor\":{"
         "\"imsx_codeMinorField\":[{\"imsx_codeMinorFieldName\":\"TargetEndSystem\","
         "\"imsx_codeMinorFieldValue\":\"unauthorisedrequest\"}]}}",
         "unauthorisedrequest", TROUBLE_CREDENTIALS},
        {"{\"imsx_codeMajor\":\"failure\",\"imsx_codeMinor\":{\"imsx_codeMinorField\":[{"
         "\"imsx_codeMinorFieldValue\":\"server_busy\"}]}}",
         "server_busy", TROUBLE_ERROR_BODY},
        /* seen instead: a plain string, another spelling, a wrapper */
        {"{\"imsx_codeMajor\":\"failure\",\"imsx_codeMinor\":\"invalid_data\"}", "invaliddata",
         TROUBLE_ERROR_BODY},
        {"{\"imsx_StatusInfo\":{\"imsx_codeMajor\":\"failure\",\"imsx_CodeMinor\":{"
         "\"imsx_codeMinorField\":[{\"imsx_codeMinorFieldValue\":\"Forbidden\"}]}}}",
         "forbidden", TROUBLE_FORBIDDEN},
        /* OAuth */
        {"{\"error\":\"invalid_scope\",\"error_description\":\"no\"}", "invalid_scope",
         TROUBLE_FORBIDDEN},
        {"{\"errors\":[{\"code\":\"access_denied\"}]}", "access_denied", TROUBLE_FORBIDDEN},
    };
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct oneroster_error error = {0};
        assert_true(oneroster_error_read(rc_str_of(cases[i].body), arena, &error));
        assert_str(error.word, cases[i].word);
        assert_int_equal(error.trouble, cases[i].trouble);
    }
}

static void test_a_word_that_no_standard_lists_is_never_repeated(void **state)
{
    static const char *const bodies[] = {
        "{\"error\":\"no such user ada.lee@example.org\"}",
        "{\"imsx_codeMajor\":\"failure\",\"imsx_CodeMinor\":{\"imsx_codeMinorField\":[]}}",
        "{\"imsx_codeMajor\":\"failure\"}",
        "{\"statusInfoSet\":[]}",
        "{\"message\":\"forbidden\"}",
        "{\"error\":\"forbidden for ada\"}",
        "{\"error\":\"forbid\"}",
    };
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        struct oneroster_error error = {0};
        assert_true(oneroster_error_read(rc_str_of(bodies[i]), arena, &error));
        assert_int_equal(error.word.len, 0);
        assert_int_equal(error.trouble, TROUBLE_ERROR_BODY);
    }
}

static void test_other_bodies_are_no_error_payloads(void **state)
{
    static const char *const bodies[] = {"", "<html>", "{}", "[]", "null", "{\"users\":[]}"};
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        struct oneroster_error error = {0};
        assert_false(oneroster_error_read(rc_str_of(bodies[i]), arena, &error));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_word_is_found_in_every_shape),
        cmocka_unit_test(test_a_word_that_no_standard_lists_is_never_repeated),
        cmocka_unit_test(test_other_bodies_are_no_error_payloads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
