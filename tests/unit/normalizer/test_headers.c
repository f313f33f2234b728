/* The headers of a batch: the page's facts, and an id that says the same event twice. */

#include "normalizer.h"

#include "batch.h"
#include "support/unit.h"

struct fixture {
    struct rc_arena *arena;
    struct rc_stage_env env;
    struct rc_message in;
};

static struct fixture fixture_of(const char *page)
{
    struct fixture fixture = {.arena = rc_arena_new(0)};

    fixture.env.arena = fixture.arena;
    fixture.env.program = "rollcall-normalizer";
    fixture.env.envelope = (struct rc_envelope){
        .district = RC_STR("0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a77"),
        .run = RC_STR("0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a78"),
        .time = RC_STR("2026-01-31T02:03:04.005Z"),
        .traceparent = RC_STR("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")};
    rc_headers_add(&fixture.in.headers, "rc_page", rc_str_of(page));
    rc_headers_add(&fixture.in.headers, "rc_collection", RC_STR("users"));
    rc_headers_add(&fixture.in.headers, "rc_source", RC_STR("s"));
    rc_headers_add(&fixture.in.headers, "rc_place", RC_STR("4"));
    rc_headers_add(&fixture.in.headers, "rc_format", RC_STR("oneroster-rest/1.1"));
    return fixture;
}

static struct rc_headers part_headers(struct fixture *fixture, const char *page, size_t number,
                                      size_t parts)
{
    const struct normalizer_part part = {rc_str_of(page), number, parts};
    struct rc_headers headers = {0};

    normalizer_headers(&fixture->env, &fixture->in, &part, &headers);
    return headers;
}

static struct rc_headers headers_of(struct fixture *fixture, const char *page)
{
    return part_headers(fixture, page, 1, 1);
}

static void test_the_id_comes_from_the_page_and_the_version_alone(void **state)
{
    struct fixture fixture = fixture_of("p1");
    const struct rc_headers first = headers_of(&fixture, "p1");
    const struct rc_headers again = headers_of(&fixture, "p1");
    const struct rc_headers other = headers_of(&fixture, "p2");

    (void)state;
    assert_true(rc_str_eq(rc_headers_get(&first, "ce_id"), rc_headers_get(&again, "ce_id")));
    assert_false(rc_str_eq(rc_headers_get(&first, "ce_id"), rc_headers_get(&other, "ce_id")));
    assert_str(rc_headers_get(&first, "ce_time"), "2026-01-31T02:03:04.005Z");
    rc_arena_free(fixture.arena);
}

static void test_each_part_is_an_event_of_its_own(void **state)
{
    struct fixture fixture = fixture_of("p1");
    const struct rc_headers first = part_headers(&fixture, "p1", 1, 3);
    const struct rc_headers second = part_headers(&fixture, "p1", 2, 3);

    (void)state;
    assert_false(rc_str_eq(rc_headers_get(&first, "ce_id"), rc_headers_get(&second, "ce_id")));
    assert_str(rc_headers_get(&second, "rc_part"), "2");
    assert_str(rc_headers_get(&second, "rc_parts"), "3");
    rc_arena_free(fixture.arena);
}

static void test_the_pages_facts_go_with_the_batch(void **state)
{
    struct fixture fixture = fixture_of("p1");
    const struct rc_headers headers = headers_of(&fixture, "p1");

    (void)state;
    assert_str(rc_headers_get(&headers, "ce_type"), "rollcall.batch.normalized.v1");
    assert_str(rc_headers_get(&headers, "ce_subject"), "p1");
    assert_str(rc_headers_get(&headers, "rc_place"), "4");
    assert_str(rc_headers_get(&headers, "rc_source"), "s");
    assert_str(rc_headers_get(&headers, "rc_normalizer"), NORMALIZER_VERSION);
    assert_str(rc_headers_get(&headers, "rc_part"), "1");
    assert_str(rc_headers_get(&headers, "rc_parts"), "1");
    assert_str(rc_headers_get(&headers, "rc_format"), "");
    assert_str(rc_headers_get(&headers, "rc_step"), "");
    rc_arena_free(fixture.arena);
}

static void test_the_trace_goes_on(void **state)
{
    struct fixture fixture = fixture_of("p1");
    const struct rc_headers headers = headers_of(&fixture, "p1");

    (void)state;
    assert_str(rc_trace_id(rc_headers_get(&headers, "traceparent")),
               "0af7651916cd43dd8448eb211c80319c");
    rc_arena_free(fixture.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_id_comes_from_the_page_and_the_version_alone),
        cmocka_unit_test(test_each_part_is_an_event_of_its_own),
        cmocka_unit_test(test_the_pages_facts_go_with_the_batch),
        cmocka_unit_test(test_the_trace_goes_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
