/* Questions and answers of OneRoster REST: URLs, and what each kind of answer is. */

#include "oneroster.h"

#include "support/unit.h"

static struct rc_str url_of(const char *version, const char *base, bool sorted,
                            struct rc_arena *arena)
{
    const struct oneroster_question question = {oneroster_version_find(rc_str_of(version)),
                                                rc_str_of(base),
                                                RC_STR("users"),
                                                500,
                                                1500,
                                                sorted};

    return oneroster_url(&question, arena);
}

static void test_a_page_is_asked_for_by_limit_and_offset_in_a_stable_order(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    assert_str(url_of("1.1", "https://sis.example.org", true, arena),
               "https://sis.example.org/ims/oneroster/v1p1/users?limit=500&offset=1500"
               "&sort=sourcedId&orderBy=asc");
    assert_str(url_of("1.2", "https://sis.example.org", true, arena),
               "https://sis.example.org/ims/oneroster/rostering/v1p2/users?limit=500&offset=1500"
               "&sort=sourcedId&orderBy=asc");
}

static void test_the_order_is_left_out_where_a_source_refuses_it(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    assert_str(url_of("1.1", "https://h/campus/api", false, arena),
               "https://h/campus/api/ims/oneroster/v1p1/users?limit=500&offset=1500");
}

static enum trouble judge(long code, const char *type, const char *body, int64_t *ret_count)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct oneroster_answer answer = {code, rc_str_of(type), rc_str_of(body), RC_STR("users"),
                                            1000};

    return oneroster_judge(&answer, arena, ret_count);
}

static void test_records_are_counted_in_every_envelope_that_is_tolerated(void **state)
{
    static const struct {
        const char *body;
        int64_t count;
    } cases[] = {
        {"{\"users\":[{\"sourcedId\":\"1\"},{\"sourcedId\":\"2\"}]}", 2},
        {"{\"users\":[]}", 0},
        {"[{\"sourcedId\":\"1\"}]", 1},
        {"{\"statusInfoSet\":[{\"imsx_codeMajor\":\"success\"}],\"users\":[{}]}", 1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t count = -1;
        assert_int_equal(judge(200, "application/json", cases[i].body, &count), TROUBLE_NONE);
        assert_int_equal(count, cases[i].count);
    }
}

static void test_a_200_without_its_list_is_never_an_empty_roster(void **state)
{
    static const struct {
        const char *type, *body;
        enum trouble trouble;
    } cases[] = {
        {"application/json", "", TROUBLE_EMPTY_BODY},
        {"application/json", " \n", TROUBLE_EMPTY_BODY},
        {"text/html", "<html><body>Sign in</body></html>", TROUBLE_HTML},
        {"application/json", "<!DOCTYPE html><html>", TROUBLE_HTML},
        {"text/html", "Welcome", TROUBLE_HTML},
        {"application/json", "{}", TROUBLE_NO_ENVELOPE},
        {"application/json", "{\"value\":[]}", TROUBLE_NO_ENVELOPE},
        {"application/json", "{\"orgs\":[{\"sourcedId\":\"1\"}]}", TROUBLE_NO_ENVELOPE},
        {"application/json", "null", TROUBLE_NO_ENVELOPE},
        {"application/json", "{\"statusInfoSet\":[{\"imsx_codeMajor\":\"failure\"}]}",
         TROUBLE_ERROR_BODY},
        {"application/json", "{\"imsx_codeMajor\":\"failure\"}", TROUBLE_ERROR_BODY},
        {"application/json", "{\"error\":\"x\",\"error_description\":\"y\"}", TROUBLE_ERROR_BODY},
        {"application/json",
         "{\"imsx_codeMajor\":\"failure\",\"imsx_CodeMinor\":{\"imsx_codeMinorField\":[{"
         "\"imsx_codeMinorFieldValue\":\"forbidden\"}]}}",
         TROUBLE_FORBIDDEN},
        {"application/json", "{\"users\":[{\"sourcedId\":\"1\"},{\"sour", TROUBLE_BROKEN_BODY},
        {"application/json", "{\"users\":[{\"sourcedId\":\"1\"}]} tail", TROUBLE_BROKEN_BODY},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t count = -1;
        if (judge(200, cases[i].type, cases[i].body, &count) != cases[i].trouble)
            fail_msg("%s", cases[i].body);
        assert_int_equal(count, -1);
    }
}

static void test_a_status_is_judged_before_any_content(void **state)
{
    static const struct {
        long code;
        enum trouble trouble;
    } cases[] = {
        {204, TROUBLE_NONE},      {301, TROUBLE_REDIRECT},    {302, TROUBLE_REDIRECT},
        {400, TROUBLE_QUESTION},  {401, TROUBLE_CREDENTIALS}, {403, TROUBLE_FORBIDDEN},
        {404, TROUBLE_NOT_FOUND}, {408, TROUBLE_OVERLOAD},    {410, TROUBLE_NOT_FOUND},
        {422, TROUBLE_QUESTION},  {429, TROUBLE_BUSY},        {500, TROUBLE_OVERLOAD},
        {502, TROUBLE_OVERLOAD},  {503, TROUBLE_SERVER},      {504, TROUBLE_OVERLOAD},
        {599, TROUBLE_SERVER},    {100, TROUBLE_SERVER},      {999, TROUBLE_SERVER},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (oneroster_judge_code(cases[i].code) != cases[i].trouble) fail_msg("%ld", cases[i].code);
    int64_t count = -1;
    assert_int_equal(judge(404, "text/html", "<html>", &count), TROUBLE_NOT_FOUND);
    assert_int_equal(judge(403, "application/json", "{\"users\":[]}", &count), TROUBLE_FORBIDDEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_page_is_asked_for_by_limit_and_offset_in_a_stable_order),
        cmocka_unit_test(test_the_order_is_left_out_where_a_source_refuses_it),
        cmocka_unit_test(test_records_are_counted_in_every_envelope_that_is_tolerated),
        cmocka_unit_test(test_a_200_without_its_list_is_never_an_empty_roster),
        cmocka_unit_test(test_a_status_is_judged_before_any_content),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
