#include "letter.h"
#include "support/unit.h"

#define LANE "0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a77"

static void origin(struct rc_message *message, const char *topic)
{
    rc_headers_add(&message->headers, "rc_origin_topic", rc_str_of(topic));
    rc_headers_add(&message->headers, "rc_origin_partition", RC_STR("3"));
    rc_headers_add(&message->headers, "rc_origin_offset", RC_STR("17"));
    rc_headers_add(&message->headers, "rc_origin_key", RC_STR(LANE));
    rc_headers_add(&message->headers, "rc_stage", RC_STR("rollcall-normalizer"));
    rc_headers_add(&message->headers, "rc_version", RC_STR("0.1.0"));
}

static void test_a_message_set_aside_names_its_page(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct rc_envelope envelope = {.run = RC_STR(LANE)};
    struct rc_message message = {.payload = RC_STR("not even JSON")};
    struct letter letter = {0};

    (void)state;
    origin(&message, "rollcall.page.fetched.v1");
    rc_headers_add(&message.headers, "rc_origin.rc_page", RC_STR("p1"));
    rc_headers_add(&message.headers, "rc_error_class", RC_STR("crash"));
    assert_ok(letter_parse(&message, &envelope, arena, &letter));
    assert_str(letter.page, "p1");
    assert_str(letter.lane, "");
    assert_str(letter.run, LANE);
    assert_str(letter.error_class, "crash");
    assert_int_equal(letter.origin_partition, 3);
    assert_int_equal(letter.origin_offset, 17);
}

static void test_a_request_set_aside_names_its_lane_by_its_key(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct rc_envelope envelope = {0};
    struct rc_message message = {0};
    struct letter letter = {0};

    (void)state;
    origin(&message, "rollcall.fetch.requested.v1");
    assert_ok(letter_parse(&message, &envelope, arena, &letter));
    assert_str(letter.lane, LANE);
    assert_str(letter.error_class, "reject");
}

static void test_a_lanes_end_is_read_from_its_event(void **state)
{
    static const char text[] = "{\"lane\":\"" LANE "\",\"run\":\"" LANE
                               "\",\"collection\":\"users\",\"class\":\"source\","
                               "\"error\":\"refused\"}";
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct rc_envelope envelope = {.id = RC_STR("outbox-19")};
    const struct rc_message message = {.payload = rc_str_of(text)};
    struct letter letter = {0};

    (void)state;
    assert_ok(letter_parse(&message, &envelope, arena, &letter));
    assert_str(letter.lane, LANE);
    assert_str(letter.run, LANE);
    assert_str(letter.origin_topic, "outbox");
    assert_int_equal(letter.origin_offset, 19);
    assert_str(letter.stage, "rollcall-scheduler");
}

static void test_a_lanes_end_with_a_request_behind_it_has_that_as_origin(void **state)
{
    static const char text[] =
        "{\"lane\":\"" LANE
        "\",\"topic\":\"rollcall.fetch.requested.v1\",\"partition\":5,\"offset\":8,"
        "\"stage\":\"rollcall-fetcher\",\"version\":\"1\",\"key\":\"k\"}";
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct rc_envelope envelope = {.id = RC_STR("outbox-19")};
    const struct rc_message message = {.payload = rc_str_of(text)};
    struct letter letter = {0};

    (void)state;
    assert_ok(letter_parse(&message, &envelope, arena, &letter));
    assert_str(letter.origin_topic, "rollcall.fetch.requested.v1");
    assert_int_equal(letter.origin_partition, 5);
    assert_int_equal(letter.origin_offset, 8);
    assert_str(letter.stage, "rollcall-fetcher");
}

static void test_a_letter_without_an_origin_is_rejected(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct rc_envelope envelope = {.id = RC_STR("something")};
    const struct rc_message message = {.payload = RC_STR("{}")};
    struct letter letter = {0};

    (void)state;
    assert_fails(letter_parse(&message, &envelope, arena, &letter), RC_REJECT, "ce_id");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_message_set_aside_names_its_page),
        cmocka_unit_test(test_a_request_set_aside_names_its_lane_by_its_key),
        cmocka_unit_test(test_a_lanes_end_is_read_from_its_event),
        cmocka_unit_test(test_a_lanes_end_with_a_request_behind_it_has_that_as_origin),
        cmocka_unit_test(test_a_letter_without_an_origin_is_rejected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
