/* What a stage does around its functions: payloads leave sealed and come opened, and what does not
 * open is refused with words. */
#include "../../../common/worker/sealing.h"

#include <stdlib.h>
#include <string.h>

#include "rollcall/port/crypto.h"
#include "rollcall/port/seal.h"
#include "rollcall/worker/dead_letter.h"
#include "rollcall/worker/keyring.h"

#include "support/unit.h"
#include "with_database.h"

#define PAGES   "rollcall.page.fetched.v1"
#define BATCHES "rollcall.batch.normalized.v1"

static struct database database;
static struct rc_common_options options;
static struct rc_process *process;
static struct rc_stage_env env;

static int start_all(void **state)
{
    static const struct rc_option *const tables[] = {rc_common_option_table, rc_key_option_table,
                                                     NULL};
    static char name[] = "test";
    char *argv[] = {name, NULL};
    char master[RC_SEAL_MASTER_TEXT];
    int exit_code = 0;

    (void)state;
    assert_ok(rc_crypto_setup());
    rc_seal_master_new(master);
    setenv("ROLLCALL_KEYS_MASTER", master, 1);
    process = rc_process_start("test", tables, &options, 1, argv, &exit_code);
    assert_non_null(process);
    database_start(&database);
    database_tell(&database,
                  "INSERT INTO district (district_id, slug, name) VALUES "
                  "('" DISTRICT_A "', 'a', 'A'), ('" DISTRICT_B "', 'b', 'B')");
    env = (struct rc_stage_env){.process = process,
                                .arena = rc_arena_new(0),
                                .db = database_open(&database, "rollcall_normalizer"),
                                .program = "rollcall-test",
                                .version = "1"};
    assert_ok(rc_keyring_new(&options, &env.keys));
    return 0;
}

static int stop_all(void **state)
{
    (void)state;
    rc_keyring_free(env.keys);
    rc_db_free(env.db);
    rc_arena_free(env.arena);
    database_stop(&database);
    rc_process_free(process);
    return 0;
}

static int clean(void **state)
{
    (void)state;
    options.keys_accept_plain = false;
    env.envelope = (struct rc_envelope){.district = RC_STR(DISTRICT_A)};
    return 0;
}

static struct rc_outgoing outgoing(const char *topic, const char *page, const char *payload)
{
    struct rc_outgoing message = {
        .topic = rc_str_of(topic), .key = rc_str_of(page), .payload = rc_str_of(payload)};

    rc_headers_add(&message.headers, "ce_id", rc_str_of(page));
    rc_headers_add(&message.headers, "traceparent", RC_STR("some"));
    rc_headers_add(&message.headers, "rc_district", RC_STR(DISTRICT_A));
    rc_headers_add(&message.headers, "rc_page", rc_str_of(page));
    return message;
}

/* A page as the next stage finds it on the topic. */
static struct rc_message sent_page(const char *topic, const char *page, const char *payload)
{
    const struct rc_outgoing message = outgoing(topic, page, payload);
    const struct rc_outgoing *sealed = NULL;

    assert_ok(sealing_seal(&env, &message, 1, &sealed));
    return (struct rc_message){.topic = sealed->topic,
                               .key = sealed->key,
                               .payload = sealed->payload,
                               .headers = sealed->headers};
}

static struct rc_message sent(const char *topic, const char *payload)
{
    return sent_page(topic, "page-1", payload);
}

static void set_header(struct rc_message *message, const char *name, const char *value)
{
    for (size_t i = 0; i < message->headers.count; i++)
        if (rc_str_eq(message->headers.items[i].name, rc_str_of(name)))
            message->headers.items[i].value = rc_str_of(value);
}

static bool holds(struct rc_str bytes, const char *text)
{
    for (size_t i = 0; i + strlen(text) <= bytes.len; i++)
        if (memcmp(bytes.data + i, text, strlen(text)) == 0) return true;
    return false;
}

static void test_a_page_is_unreadable_on_its_topic_and_as_it_was_in_the_next_function(void **state)
{
    (void)state;
    const struct rc_message in = sent(PAGES, "{\"familyName\":\"Zyxwvutian\"}");
    struct rc_message opened;

    assert_false(holds(in.payload, "Zyxwvutian"));
    assert_str(rc_headers_get(&in.headers, "rc_sealed"), "1");
    assert_ok(sealing_open(&env, &in, &opened));
    assert_str(opened.payload, "{\"familyName\":\"Zyxwvutian\"}");
    assert_str(opened.key, "page-1");
}

static void test_other_topics_pass_as_they_are(void **state)
{
    (void)state;
    const struct rc_message in = sent("rollcall.run.finished.v1", "{}");
    struct rc_message opened;

    assert_str(in.payload, "{}");
    assert_int_equal(rc_headers_get(&in.headers, "rc_sealed").len, 0);
    assert_ok(sealing_open(&env, &in, &opened));
    assert_str(opened.payload, "{}");
}

static void test_a_page_is_refused_as_a_batch_or_under_another_district(void **state)
{
    (void)state;
    struct rc_message in = sent(PAGES, "{}");
    struct rc_message opened;

    in.topic = RC_STR(BATCHES);
    assert_fails(sealing_open(&env, &in, &opened), RC_REJECT, "the seal is broken");
    in.topic = RC_STR(PAGES);
    env.envelope.district = RC_STR(DISTRICT_B);
    assert_fails(sealing_open(&env, &in, &opened), RC_REJECT, "has no key");
}

static void test_the_payloads_of_two_pages_of_a_district_cannot_be_swapped(void **state)
{
    (void)state;
    struct rc_message one = sent_page(PAGES, "page-1", "{\"users\":[1]}");
    struct rc_message two = sent_page(PAGES, "page-2", "{\"users\":[2]}");
    const struct rc_str first = one.payload;
    struct rc_message opened;

    one.payload = two.payload;
    two.payload = first;
    assert_fails(sealing_open(&env, &one, &opened), RC_REJECT, "sealed for another message");
    assert_fails(sealing_open(&env, &two, &opened), RC_REJECT, "sealed for another message");
    two.headers = one.headers; /* back where it belongs */
    assert_ok(sealing_open(&env, &two, &opened));
    assert_str(opened.payload, "{\"users\":[1]}");
}

static void test_what_headers_say_of_a_payload_cannot_be_changed_but_its_trace_may(void **state)
{
    static const char *const bound[] = {"ce_id", "rc_page", "rc_district"};
    struct rc_message in = sent(PAGES, "{}");
    struct rc_message opened;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bound); i++) {
        struct rc_message changed = in;
        set_header(&changed, bound[i], "other");
        assert_fails(sealing_open(&env, &changed, &opened), RC_REJECT, "what is said of them");
    }
    set_header(&in, "traceparent", "other");
    assert_ok(sealing_open(&env, &in, &opened));
    rc_headers_add(&in.headers, "rc_page", RC_STR("page-2")); /* the last of a name counts */
    assert_fails(sealing_open(&env, &in, &opened), RC_REJECT, "the seal is broken");
}

/* What an older version sent lies on topics for a week, in dead letters for a month. */
static void test_a_payload_of_before_it_was_bound_to_its_headers_opens(void **state)
{
    (void)state;
    RC_AUTO_BUF struct rc_buf sealed = {0};
    struct rc_message in = sent(PAGES, "{}");
    struct rc_message opened;

    assert_ok(rc_keyring_seal_packed(env.keys, env.db, DISTRICT_A, "topic:page.fetched",
                                     RC_STR("{\"old\":1}"), &sealed));
    in.payload = rc_buf_str(&sealed);
    assert_ok(sealing_open(&env, &in, &opened));
    assert_str(opened.payload, "{\"old\":1}");
}

static void test_a_plain_page_is_refused_unless_an_upgrade_is_under_way(void **state)
{
    (void)state;
    const struct rc_message in = {.topic = RC_STR(PAGES), .payload = RC_STR("{}")};
    struct rc_message opened;

    assert_fails(sealing_open(&env, &in, &opened), RC_REJECT, "keys.accept-plain");
    options.keys_accept_plain = true;
    assert_ok(sealing_open(&env, &in, &opened));
    assert_str(opened.payload, "{}");
}

/* Accepting plain pages accepts no page whose seal is broken. */
static void test_a_changed_page_is_refused_also_while_plain_ones_are_taken(void **state)
{
    (void)state;
    struct rc_message in = sent(PAGES, "{}");
    struct rc_message opened;

    options.keys_accept_plain = true;
    in.payload.len--;
    assert_fails(sealing_open(&env, &in, &opened), RC_REJECT, "the seal is broken");
    in.payload = RC_STR("{}");
    assert_fails(sealing_open(&env, &in, &opened), RC_REJECT, "not sealed, or cut short");
}

static void test_a_dead_letter_carries_the_sealed_bytes_and_its_replay_opens(void **state)
{
    (void)state;
    const struct rc_message in = sent(PAGES, "{\"familyName\":\"Zyxwvutian\"}");
    struct rc_outgoing letter;
    struct rc_outgoing original;
    struct rc_message opened;

    rc_dead_letter_build(&env, &in, RC_DEAD_REJECT, "why", &letter);
    assert_true(rc_str_eq(letter.payload, in.payload));
    const struct rc_message there = {.payload = letter.payload, .headers = letter.headers};
    assert_ok(rc_dead_letter_origin(&there, &original));
    const struct rc_message again = {
        .topic = original.topic, .payload = original.payload, .headers = original.headers};
    assert_ok(sealing_open(&env, &again, &opened));
    assert_str(opened.payload, "{\"familyName\":\"Zyxwvutian\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(
            test_a_page_is_unreadable_on_its_topic_and_as_it_was_in_the_next_function, clean),
        cmocka_unit_test_setup(test_other_topics_pass_as_they_are, clean),
        cmocka_unit_test_setup(test_a_page_is_refused_as_a_batch_or_under_another_district, clean),
        cmocka_unit_test_setup(test_the_payloads_of_two_pages_of_a_district_cannot_be_swapped,
                               clean),
        cmocka_unit_test_setup(
            test_what_headers_say_of_a_payload_cannot_be_changed_but_its_trace_may, clean),
        cmocka_unit_test_setup(test_a_payload_of_before_it_was_bound_to_its_headers_opens, clean),
        cmocka_unit_test_setup(test_a_plain_page_is_refused_unless_an_upgrade_is_under_way, clean),
        cmocka_unit_test_setup(test_a_changed_page_is_refused_also_while_plain_ones_are_taken,
                               clean),
        cmocka_unit_test_setup(test_a_dead_letter_carries_the_sealed_bytes_and_its_replay_opens,
                               clean),
    };

    return cmocka_run_group_tests(tests, start_all, stop_all);
}
