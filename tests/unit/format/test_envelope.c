/* Message headers. */

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rollcall/base/id.h"
#include "rollcall/format/envelope.h"
#include "support/unit.h"

#define DISTRICT "0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a77"
#define TRACE    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

static struct rc_headers good_headers(void)
{
    struct rc_headers headers = {0};
    const struct rc_envelope envelope = {
        .id = RC_STR("id-1"),
        .source = RC_STR("/rollcall/fetcher"),
        .type = RC_STR("rollcall.page.fetched.v1"),
        .time = RC_STR("2026-01-31T12:00:00Z"),
        .subject = RC_STR("key"),
        .content_type = RC_STR("application/json"),
        .traceparent = RC_STR(TRACE),
        .district = RC_STR(DISTRICT),
        .run = RC_STR(DISTRICT),
    };

    rc_envelope_print(&envelope, &headers);
    return headers;
}

/* Good headers, one of them replaced (the last of a name counts). */
static rc_status parse_with(const char *name, struct rc_str value)
{
    struct rc_headers headers = good_headers();
    struct rc_envelope envelope = {0};

    rc_headers_add(&headers, name, value);
    const rc_status status = rc_envelope_parse(&headers, &envelope);
    if (status != RC_OK) assert_null(envelope.id.data);
    return status;
}

static void test_what_is_printed_parses_to_the_same(void **state)
{
    const struct rc_headers headers = good_headers();
    struct rc_envelope envelope = {0};

    (void)state;
    assert_int_equal(headers.count, 10);
    assert_str(rc_headers_get(&headers, "ce_specversion"), "1.0");
    assert_ok(rc_envelope_parse(&headers, &envelope));
    assert_str(envelope.id, "id-1");
    assert_str(envelope.source, "/rollcall/fetcher");
    assert_str(envelope.type, "rollcall.page.fetched.v1");
    assert_str(envelope.time, "2026-01-31T12:00:00Z");
    assert_str(envelope.subject, "key");
    assert_str(envelope.content_type, "application/json");
    assert_str(envelope.traceparent, TRACE);
    assert_str(envelope.district, DISTRICT);
    assert_str(envelope.run, DISTRICT);
}

static void test_absent_headers_are_left_out_and_read_as_empty(void **state)
{
    const struct rc_envelope little = {
        .id = RC_STR("a"), .source = RC_STR("b"), .type = RC_STR("c")};
    struct rc_headers headers = {0};
    struct rc_envelope envelope = {0};

    (void)state;
    rc_envelope_print(&little, &headers);
    assert_int_equal(headers.count, 4);
    assert_ok(rc_envelope_parse(&headers, &envelope));
    assert_int_equal(envelope.district.len, 0);
    assert_int_equal(envelope.traceparent.len, 0);
}

static void test_a_header_that_is_wrong_is_named(void **state)
{
    static char longer[1026];

    (void)state;
    memset(longer, 'x', 1025);
    assert_fails(parse_with("ce_specversion", RC_STR("0.3")), RC_REJECT,
                 "ce_specversion is not 1.0");
    assert_fails(parse_with("ce_specversion", RC_STR("")), RC_REJECT, "ce_specversion is missing");
    assert_fails(parse_with("ce_id", RC_STR("")), RC_REJECT, "ce_id is missing");
    assert_fails(parse_with("ce_source", RC_STR("")), RC_REJECT, "ce_source is missing");
    assert_fails(parse_with("ce_type", RC_STR("")), RC_REJECT, "ce_type is missing");
    assert_fails(parse_with("ce_id", rc_str_of(longer)), RC_REJECT,
                 "ce_id is longer than 1024 bytes");
    assert_ok(parse_with("ce_id", (struct rc_str){longer, 1024}));
    assert_fails(parse_with("ce_subject", RC_STR("a\nb")), RC_REJECT,
                 "ce_subject holds control characters");
    assert_fails(parse_with("ce_subject", RC_STR("\xFF")), RC_REJECT, "ce_subject holds");
    assert_fails(parse_with("rc_district", RC_STR("maple")), RC_REJECT,
                 "rc_district is not a UUID");
    assert_fails(parse_with("rc_run", RC_STR("1")), RC_REJECT, "rc_run is not a UUID");
}

static void test_a_trace_context_out_of_form_is_refused(void **state)
{
    static const char *const bad[] = {
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g",
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        assert_fails(parse_with("traceparent", rc_str_of(bad[i])), RC_REJECT,
                     "traceparent is not a W3C trace context");
        assert_int_equal(rc_trace_id(rc_str_of(bad[i])).len, 0);
    }
}

static void test_the_last_header_of_a_name_counts(void **state)
{
    struct rc_headers headers = {0};
    struct rc_str value = {0};

    (void)state;
    rc_headers_add(&headers, "x", RC_STR("1"));
    rc_headers_add(&headers, "x", RC_STR("2"));
    assert_str(rc_headers_get(&headers, "x"), "2");
    assert_null(rc_headers_get(&headers, "y").data);
    assert_ok(rc_headers_need(&headers, "x", &value));
    assert_str(value, "2");
    assert_fails(rc_headers_need(&headers, "y", &value), RC_REJECT, "header y is missing");
}

static void test_a_child_keeps_the_trace_and_has_its_own_span(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct rc_str child = rc_trace_child(arena, RC_STR(TRACE));
    const struct rc_str other = rc_trace_child(arena, RC_STR(TRACE));

    (void)state;
    assert_str(rc_trace_id(child), "0af7651916cd43dd8448eb211c80319c");
    assert_true(rc_str_ends(child, RC_STR("-01")));
    assert_false(rc_str_eq(child, RC_STR(TRACE)));
    assert_false(rc_str_eq(child, other));
}

static void test_without_a_parent_a_new_trace_begins(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct rc_str first = rc_trace_child(arena, (struct rc_str){NULL, 0});
    const struct rc_str second = rc_trace_child(arena, RC_STR("nonsense"));

    (void)state;
    assert_int_equal(rc_trace_id(first).len, 32);
    assert_int_equal(rc_trace_id(second).len, 32);
    assert_false(rc_str_eq(rc_trace_id(first), rc_trace_id(second)));
}

static void test_a_header_too_many_ends_the_process(void **state)
{
    int status = 0;
    const pid_t child = fork();

    (void)state;
    if (child == 0) {
        struct rc_headers headers = {0};
        (void)close(STDERR_FILENO);
        for (int i = 0; i <= RC_HEADERS_MAX; i++)
            rc_headers_add(&headers, "x", RC_STR("y"));
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_printed_parses_to_the_same),
        cmocka_unit_test(test_absent_headers_are_left_out_and_read_as_empty),
        cmocka_unit_test(test_a_header_that_is_wrong_is_named),
        cmocka_unit_test(test_a_trace_context_out_of_form_is_refused),
        cmocka_unit_test(test_the_last_header_of_a_name_counts),
        cmocka_unit_test(test_a_child_keeps_the_trace_and_has_its_own_span),
        cmocka_unit_test(test_without_a_parent_a_new_trace_begins),
        cmocka_unit_test(test_a_header_too_many_ends_the_process),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
