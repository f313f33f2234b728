/* What a request asks for (services/roster-server/target.h), and which row of the table takes it.
 */
#include "target.h"

#include "route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

static rc_status parse(struct rc_arena *arena, const char *text, struct target *target)
{
    return target_parse(rc_str_of(text), arena, target);
}

static void test_path_and_query_are_decoded(void **state)
{
    (void)state;
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct target target = {0};

    assert_int_equal(parse(arena, "/v1/a%2Fb/?role=%C3%A9+x&&empty=&bare", &target), RC_OK);
    assert_int_equal(target.segment_count, 3);
    assert_string_equal(target.segments[1].data, "a/b");
    assert_int_equal(target.segments[2].len, 0);
    assert_string_equal(target_value(&target, "role").data, "\xc3\xa9 x");
    assert_int_equal(target_value(&target, "empty").len, 0);
    assert_non_null(target_value(&target, "bare").data);
    assert_null(target_value(&target, "other").data);
}

static void test_what_has_no_one_meaning_is_refused(void **state)
{
    static const char *const wrong[] = {"",
                                        "v1",
                                        "*",
                                        "/%",
                                        "/%4",
                                        "/%zz",
                                        "/%00",
                                        "/a?b=%0A",
                                        "/%ff",
                                        "/a?x=1&x=2",
                                        "/1/2/3/4/5/6/7/8/9/10/11/12/13"};
    (void)state;
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct target target;

    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_int_equal(parse(arena, wrong[i], &target), RC_REJECT);
}

static rc_status nothing(struct call *call)
{
    (void)call;
    return RC_OK;
}

static const struct route made_up[] = {
    {.method = "GET", .path = "/v1/things", .answer = nothing},
    {.method = "GET", .path = "/v1/things/{thing}", .answer = nothing},
    {.method = "PATCH", .path = "/v1/things/{thing}", .answer = nothing},
    {.method = "GET", .path = "/v1/things/{thing}/parts/{part}", .answer = nothing},
    {0},
};

#define ID "0190F3C2-7b1e-7cc0-8a5b-2f1d9c0e4a01"

static void test_a_row_is_found_by_method_and_path(void **state)
{
    (void)state;
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const char *ids[CALL_IDS_MAX] = {0};
    struct rc_str allowed;
    struct target target;

    assert_int_equal(parse(arena, "/v1/things/" ID "?x=1", &target), RC_OK);
    assert_ptr_equal(route_find(made_up, "GET", &target, arena, ids, &allowed), &made_up[1]);
    assert_string_equal(ids[0], "0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a01");
    assert_ptr_equal(route_find(made_up, "HEAD", &target, arena, ids, &allowed), &made_up[1]);
    assert_ptr_equal(route_find(made_up, "PATCH", &target, arena, ids, &allowed), &made_up[2]);
    assert_null(route_find(made_up, "DELETE", &target, arena, ids, &allowed));
    assert_string_equal(allowed.data, "GET, PATCH");
    assert_int_equal(parse(arena, "/v1/things/" ID "/parts/" ID, &target), RC_OK);
    assert_ptr_equal(route_find(made_up, "GET", &target, arena, ids, &allowed), &made_up[3]);
    assert_int_equal(parse(arena, "/v1/things/no-id", &target), RC_OK);
    assert_null(route_find(made_up, "GET", &target, arena, ids, &allowed));
    assert_int_equal(allowed.len, 0);
    assert_int_equal(parse(arena, "/v1/things/", &target), RC_OK);
    assert_null(route_find(made_up, "GET", &target, arena, ids, &allowed));
}

static void test_every_problem_has_a_code_and_a_name(void **state)
{
    (void)state;
    for (int i = 0; i < PROBLEM_COUNT_; i++) {
        assert_in_range(problem_code(i), 400, 599);
        assert_non_null(problem_name(i));
        for (int j = 0; j < i; j++)
            assert_string_not_equal(problem_name(i), problem_name(j));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_path_and_query_are_decoded),
        cmocka_unit_test(test_what_has_no_one_meaning_is_refused),
        cmocka_unit_test(test_a_row_is_found_by_method_and_path),
        cmocka_unit_test(test_every_problem_has_a_code_and_a_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
