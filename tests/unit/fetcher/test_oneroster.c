/* Questions and answers of OneRoster REST: URLs, and what each kind of answer is. */

#include "oneroster.h"

#include "support/unit.h"

static struct rc_str url_of(const char *version, const char *base, bool sorted,
                            struct rc_arena *arena)
{
    const struct oneroster_question question = {
        .version = oneroster_version_find(rc_str_of(version)),
        .base_url = rc_str_of(base),
        .collection = RC_STR("users"),
        .limit = 500,
        .offset = 1500,
        .sorted = sorted,
    };

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

static void test_a_delta_is_asked_for_by_a_window_that_is_closed_above(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct oneroster_question question = {.version = oneroster_version_find(RC_STR("1.1")),
                                                .base_url = RC_STR("https://sis.example.org"),
                                                .collection = RC_STR("users"),
                                                .limit = 500,
                                                .since = "2024-12-31T23:30:00.000Z",
                                                .before = "2025-01-02T00:30:00.000Z"};

    (void)state;
    assert_str(oneroster_url(&question, arena),
               "https://sis.example.org/ims/oneroster/v1p1/users?limit=500&offset=0"
               "&filter=dateLastModified%3E%272024-12-31T23:30:00.000Z%27%20AND%20"
               "dateLastModified%3C%3D%272025-01-02T00:30:00.000Z%27");
}

static void test_one_record_is_asked_for_by_its_id_whatever_is_in_it(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct oneroster_question question = {.version = oneroster_version_find(RC_STR("1.2")),
                                                .base_url = RC_STR("https://sis.example.org/"),
                                                .collection = RC_STR("users")};

    (void)state;
    assert_str(oneroster_single_url(&question, RC_STR("A-1_b.~9"), arena),
               "https://sis.example.org/ims/oneroster/rostering/v1p2/users/A-1_b.~9");
    assert_str(oneroster_single_url(&question, RC_STR("../a b?c#d%2F\xc3\xa9"), arena),
               "https://sis.example.org/ims/oneroster/rostering/v1p2/users/"
               "..%2Fa%20b%3Fc%23d%252F%C3%A9");
}

static void test_an_answer_for_one_record_is_that_record_or_none(void **state)
{
    static const struct {
        long code;
        const char *type, *body;
        enum trouble trouble;
    } cases[] = {
        {200, "application/json", "{\"user\":{\"sourcedId\":\"7\"}}", TROUBLE_NONE},
        {200, "application/json", "{\"users\":[{\"sourcedId\":\"7\"}]}", TROUBLE_NONE},
        {200, "application/json", "{\"user\":{\"sourcedId\":7}}", TROUBLE_NONE},
        {200, "application/json", "{\"user\":{\"sourcedId\":\"8\"}}", TROUBLE_NO_ENVELOPE},
        {200, "application/json", "{\"user\":null}", TROUBLE_NO_ENVELOPE},
        {200, "application/json", "{\"users\":[]}", TROUBLE_NO_ENVELOPE},
        {200, "application/json", "{}", TROUBLE_NO_ENVELOPE},
        {200, "application/json", "[]", TROUBLE_NO_ENVELOPE},
        {200, "application/json", "{\"user\":", TROUBLE_BROKEN_BODY},
        {200, "application/json", " ", TROUBLE_EMPTY_BODY},
        {200, "text/html", "<html>", TROUBLE_HTML},
        {404, "text/html", "<html>", TROUBLE_NOT_FOUND},
        {410, "application/json", "{}", TROUBLE_NOT_FOUND},
        {503, "application/json", "{}", TROUBLE_SERVER},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
        RC_AUTO_BUF struct rc_buf out = {0};
        const struct oneroster_answer answer = {cases[i].code, rc_str_of(cases[i].type),
                                                rc_str_of(cases[i].body), RC_STR("verify"), 1000};
        if (oneroster_judge_single(&answer, RC_STR("7"), arena, &out) != cases[i].trouble)
            fail_msg("%s", cases[i].body);
        assert_true((out.len > 0) == (cases[i].trouble == TROUBLE_NONE));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_page_is_asked_for_by_limit_and_offset_in_a_stable_order),
        cmocka_unit_test(test_the_order_is_left_out_where_a_source_refuses_it),
        cmocka_unit_test(test_records_are_counted_in_every_envelope_that_is_tolerated),
        cmocka_unit_test(test_a_200_without_its_list_is_never_an_empty_roster),
        cmocka_unit_test(test_a_status_is_judged_before_any_content),
        cmocka_unit_test(test_a_delta_is_asked_for_by_a_window_that_is_closed_above),
        cmocka_unit_test(test_one_record_is_asked_for_by_its_id_whatever_is_in_it),
        cmocka_unit_test(test_an_answer_for_one_record_is_that_record_or_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
