/* What a dead letter says, and that the original can be made from it again. */
#include "rollcall/worker/dead_letter.h"

#include <stdio.h>

#include "support/unit.h"

#define DISTRICT "0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a77"
#define RUN      "0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a78"

static struct rc_arena *arena;
static struct rc_stage_env env;
static struct rc_message message;

static int setup(void **state)
{
    (void)state;
    arena = rc_arena_new(0);
    env = (struct rc_stage_env){
        .arena = arena, .program = "rollcall-normalizer", .version = "1.2.3"};
    message = (struct rc_message){.topic = RC_STR("rollcall.page.fetched.v1"),
                                  .partition = 7,
                                  .offset = 1234567890123,
                                  .timestamp_ms = 0,
                                  .key = RC_STR("page-1"),
                                  .payload = RC_STR("{\"users\":")};
    rc_headers_add(&message.headers, "ce_id", RC_STR("id-1"));
    rc_headers_add(&message.headers, "ce_specversion", RC_STR("1.0"));
    rc_headers_add(&message.headers, "content-type", RC_STR("application/json"));
    rc_headers_add(&message.headers, "rc_district", RC_STR(DISTRICT));
    rc_headers_add(&message.headers, "rc_run", RC_STR(RUN));
    rc_headers_add(&message.headers, "rc_page", RC_STR("p-1"));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    rc_arena_free(arena);
    return 0;
}

static struct rc_outgoing build(const char *error)
{
    struct rc_outgoing letter;

    rc_dead_letter_build(&env, &message, RC_DEAD_REJECT, error, &letter);
    return letter;
}

static void assert_header(const struct rc_outgoing *letter, const char *name, const char *value)
{
    assert_str(rc_headers_get(&letter->headers, name), value);
}

static void test_it_says_what_where_and_why(void **state)
{
    const struct rc_outgoing letter = build("offset 9: a value is due");

    (void)state;
    assert_str(letter.topic, "rollcall.dead.letter.v1");
    assert_str(letter.key, DISTRICT);
    assert_str(letter.payload, "{\"users\":");
    assert_header(&letter, "ce_id", "dead:rollcall.page.fetched.v1:7:1234567890123");
    assert_header(&letter, "ce_type", "rollcall.dead.letter.v1");
    assert_header(&letter, "ce_source", "/rollcall/normalizer");
    assert_header(&letter, "ce_subject", DISTRICT);
    assert_header(&letter, "content-type", "application/json");
    assert_header(&letter, "rc_district", DISTRICT);
    assert_header(&letter, "rc_run", RUN);
    assert_header(&letter, "rc_origin_topic", "rollcall.page.fetched.v1");
    assert_header(&letter, "rc_origin_partition", "7");
    assert_header(&letter, "rc_origin_offset", "1234567890123");
    assert_header(&letter, "rc_origin_timestamp", "1970-01-01T00:00:00.000Z");
    assert_header(&letter, "rc_origin_key", "page-1");
    assert_header(&letter, "rc_stage", "rollcall-normalizer");
    assert_header(&letter, "rc_version", "1.2.3");
    assert_header(&letter, "rc_error_class", "reject");
    assert_header(&letter, "rc_error", "offset 9: a value is due");
    assert_header(&letter, "rc_origin.rc_page", "p-1");
}

static void test_its_own_envelope_is_in_order_whatever_the_original_s_was(void **state)
{
    struct rc_envelope envelope;

    (void)state;
    message.headers.count = 0;
    rc_headers_add(&message.headers, "rc_district", RC_STR("no uuid"));
    rc_headers_add(&message.headers, "content-type", RC_STR("\xff\n"));
    rc_headers_add(&message.headers, "traceparent", RC_STR("rubbish"));
    const struct rc_outgoing letter = build("bytes \xfe\x01 in a text");
    assert_ok(rc_envelope_parse(&letter.headers, &envelope));
    assert_int_equal(envelope.district.len, 0);
    assert_int_equal(letter.key.len, 0);
    assert_header(&letter, "rc_error", "bytes ?? in a text");
}

static void test_the_same_message_set_aside_twice_is_the_same_event(void **state)
{
    const struct rc_outgoing first = build("one");
    const struct rc_outgoing second = build("two");

    (void)state;
    assert_true(rc_str_eq(rc_headers_get(&first.headers, "ce_id"),
                          rc_headers_get(&second.headers, "ce_id")));
}

static void test_more_headers_than_fit_are_counted(void **state)
{
    struct rc_outgoing letter;

    (void)state;
    while (message.headers.count < RC_HEADERS_MAX)
        rc_headers_add(&message.headers, "rc_more", RC_STR("x"));
    letter = build("x");
    assert_true(letter.headers.count < RC_HEADERS_MAX);
    assert_true(rc_headers_get(&letter.headers, "rc_headers_omitted").len > 0);
}

/* As it would be read back from the topic. */
static struct rc_message posted(const struct rc_outgoing *letter)
{
    return (struct rc_message){.topic = letter->topic,
                               .key = letter->key,
                               .payload = letter->payload,
                               .headers = letter->headers};
}

static void test_the_original_can_be_made_from_it_again(void **state)
{
    const struct rc_outgoing letter = build("x");
    const struct rc_message read = posted(&letter);
    struct rc_outgoing original;

    (void)state;
    assert_ok(rc_dead_letter_origin(&read, &original));
    assert_str(original.topic, "rollcall.page.fetched.v1");
    assert_str(original.key, "page-1");
    assert_str(original.payload, "{\"users\":");
    assert_int_equal(original.headers.count, message.headers.count);
    for (size_t i = 0; i < message.headers.count; i++) {
        assert_true(rc_str_eq(original.headers.items[i].name, message.headers.items[i].name));
        assert_true(rc_str_eq(original.headers.items[i].value, message.headers.items[i].value));
    }
}

static void test_a_letter_without_its_payload_names_the_place_of_it(void **state)
{
    struct rc_outgoing letter = build("x");
    struct rc_outgoing original;

    (void)state;
    rc_headers_add(&letter.headers, "rc_payload_omitted", RC_STR("true"));
    const struct rc_message read = posted(&letter);
    assert_fails(rc_dead_letter_origin(&read, &original), RC_REJECT,
                 "rollcall.page.fetched.v1 7/1234567890123");
}

static void test_another_message_is_no_dead_letter(void **state)
{
    struct rc_outgoing original;

    (void)state;
    assert_fails(rc_dead_letter_origin(&message, &original), RC_REJECT, "rc_origin_topic");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_it_says_what_where_and_why),
        CASE(test_its_own_envelope_is_in_order_whatever_the_original_s_was),
        CASE(test_the_same_message_set_aside_twice_is_the_same_event),
        CASE(test_more_headers_than_fit_are_counted),
        CASE(test_the_original_can_be_made_from_it_again),
        CASE(test_a_letter_without_its_payload_names_the_place_of_it),
        CASE(test_another_message_is_no_dead_letter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
