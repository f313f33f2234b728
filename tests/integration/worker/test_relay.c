/* The outbox (S2), against the real schema with the rights of a program, and a mock Kafka. */
#include "rollcall/worker/relay.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "rollcall/base/clock.h"

#include "with_database.h"
#include "with_stage.h"

#define TOPIC_ALERT "rollcall.alert.raised.v1"
#define RUN         "0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a78"
#define TRACE       "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

static struct database database;
static struct mock mock;
static struct rc_producer *producer;
static struct rc_arena *arena;
static struct rc_db *relay_db;
static volatile int stop;

static int start_all(void **state)
{
    (void)state;
    database_start(&database);
    mock_start(&mock);
    mock_topic(&mock, TOPIC_ALERT, 1);
    assert_ok(rc_producer_open(&mock.config, &producer));
    arena = rc_arena_new(0);
    relay_db = database_open(&database, "rollcall_fetcher");
    return 0;
}

static int stop_all(void **state)
{
    (void)state;
    rc_db_free(relay_db);
    rc_arena_free(arena);
    rc_producer_free(producer);
    mock_stop(&mock);
    database_stop(&database);
    return 0;
}

static int clean(void **state)
{
    (void)state;
    stop = 0;
    database_tell(&database, "DELETE FROM outbox");
    return 0;
}

/* An event as a program writes it: within a transaction of its district. */
static void add_event(struct rc_db *db, const char *district, const char *key, const char *data)
{
    const struct rc_event event = {.topic = "alert.raised",
                                   .district = district,
                                   .run = RUN,
                                   .key = rc_str_of(key),
                                   .data = rc_str_of(data)};

    assert_ok(rc_outbox_add(db, arena, &event, rc_str_of(TRACE)));
}

static void add_one(const char *district, const char *key, const char *data)
{
    RC_AUTO(rc_db) struct rc_db *db = database_open(&database, "rollcall_reconciler");

    assert_ok(rc_db_begin(db, district));
    add_event(db, district, key, data);
    assert_ok(rc_db_commit(db));
}

static int64_t relay(void)
{
    int64_t sent = 0;

    assert_ok(rc_relay_round(relay_db, producer, arena, &stop, &sent));
    return sent;
}

static int64_t rows_left(void)
{
    return database_ask(&database, "SELECT count(*) FROM outbox");
}

static int64_t end_of_topic(void)
{
    struct rc_marks marks;
    size_t count = 0;

    assert_ok(rc_bus_marks(&mock.config, "rollcall-test", TOPIC_ALERT, &marks, 1, &count));
    return marks.end;
}

static struct rc_message *read_at(int64_t offset)
{
    struct rc_message *message = NULL;

    assert_ok(rc_bus_read_at(&mock.config, TOPIC_ALERT, 0, offset, &message));
    return message;
}

static void test_a_row_becomes_one_message_and_is_gone(void **state)
{
    const int64_t end = end_of_topic();
    struct rc_envelope envelope;
    char id[40];

    (void)state;
    add_one(DISTRICT_A, "the-key", "{\"what\": 1}");
    snprintf(id, sizeof id, "outbox-%lld",
             (long long)database_ask(&database, "SELECT outbox_id FROM outbox"));
    assert_int_equal(relay(), 1);
    assert_int_equal(rows_left(), 0);
    assert_int_equal(relay(), 0);
    assert_int_equal(end_of_topic(), end + 1);
    RC_AUTO(rc_message) struct rc_message *message = read_at(end);
    assert_ok(rc_envelope_parse(&message->headers, &envelope));
    assert_str(message->key, "the-key");
    assert_str(message->payload, "{\"what\": 1}");
    assert_str(envelope.id, id);
    assert_str(envelope.type, TOPIC_ALERT);
    assert_str(envelope.subject, "the-key");
    assert_str(envelope.district, DISTRICT_A);
    assert_str(envelope.run, RUN);
    assert_str(envelope.content_type, "application/json");
    assert_str(rc_trace_id(envelope.traceparent), "0af7651916cd43dd8448eb211c80319c");
    assert_int_equal(envelope.time.len, 24);
}

static void test_what_was_rolled_back_is_never_told(void **state)
{
    RC_AUTO(rc_db) struct rc_db *db = database_open(&database, "rollcall_reconciler");

    (void)state;
    assert_ok(rc_db_begin(db, DISTRICT_A));
    add_event(db, DISTRICT_A, "k", "{}");
    rc_db_rollback(db);
    assert_int_equal(relay(), 0);
}

static void test_a_district_s_rows_go_out_in_their_order(void **state)
{
    const int64_t end = end_of_topic();
    char key[20];

    (void)state;
    for (int i = 0; i < 250; i++) {
        snprintf(key, sizeof key, "k%d", i);
        add_one(i % 2 ? DISTRICT_A : DISTRICT_B, key, "{}");
    }
    while (relay() > 0)
        continue;
    assert_int_equal(end_of_topic(), end + 250);
    int last[2] = {-1, -1};
    for (int64_t at = end; at < end + 250; at += 17) {
        RC_AUTO(rc_message) struct rc_message *message = read_at(at);
        int64_t number = 0;
        assert_ok(rc_str_int((struct rc_str){message->key.data + 1, message->key.len - 1}, 0, 250,
                             &number));
        assert_true(number > last[number % 2]);
        last[number % 2] = (int)number;
    }
}

/* A first load leaves a round's worth of them, and more. */
static void test_what_moves_a_run_goes_before_what_tells_of_the_directory(void **state)
{
    (void)state;
    database_tell(
        &database,
        "INSERT INTO outbox (district_id, topic, key, data) "
        "SELECT '" DISTRICT_A
        "', CASE n % 2 WHEN 0 THEN 'roster.changed' ELSE 'list.changed' END, 'k' || n, '{}' "
        "FROM generate_series(1, 1000) n");
    add_one(DISTRICT_A, "last", "{}");
    assert_int_equal(relay(), 1000);
    assert_int_equal(rows_left(), 1);
    database_tell(&database,
                  "DELETE FROM outbox WHERE topic IN ('roster.changed', 'list.changed')");
    assert_int_equal(rows_left(), 0);
}

/* Nine ids of four digits fill the buffer of what was sent to its last byte. */
static void test_rows_whose_ids_fill_the_list_to_its_end_are_removed_too(void **state)
{
    (void)state;
    database_tell(&database, "ALTER TABLE outbox ALTER COLUMN outbox_id RESTART WITH 1000");
    for (int i = 0; i < 9; i++)
        add_one(DISTRICT_A, "k", "{}");
    assert_int_equal(relay(), 9);
    assert_int_equal(rows_left(), 0);
}

static void test_a_row_that_commits_after_one_with_a_higher_id_is_not_passed_by(void **state)
{
    RC_AUTO(rc_db) struct rc_db *late = database_open(&database, "rollcall_reconciler");

    (void)state;
    assert_ok(rc_db_begin(late, DISTRICT_A));
    add_event(late, DISTRICT_A, "late", "{}");
    add_one(DISTRICT_A, "early", "{}");
    assert_int_equal(relay(), 1);
    assert_ok(rc_db_commit(late));
    assert_int_equal(relay(), 1);
    assert_int_equal(rows_left(), 0);
}

static void test_one_relay_at_a_time_has_a_district_and_others_go_on(void **state)
{
    RC_AUTO(rc_db) struct rc_db *other = database_open(&database, "rollcall_scheduler");

    (void)state;
    add_one(DISTRICT_A, "a", "{}");
    add_one(DISTRICT_B, "b", "{}");
    assert_ok(rc_db_begin(other, DISTRICT_A));
    assert_ok(rc_db_run(other,
                        "SELECT pg_try_advisory_xact_lock(hashtextextended("
                        "'rollcall.outbox/" DISTRICT_A "', 0))",
                        0, NULL, NULL));
    assert_int_equal(relay(), 1);
    assert_int_equal(database_ask(&database, "SELECT count(*) FROM outbox WHERE key = 'a'"), 1);
    rc_db_rollback(other);
    assert_int_equal(relay(), 1);
}

static void *stop_soon(void *unused)
{
    (void)unused;
    rc_clock_sleep_ms(1500);
    __atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
    return NULL;
}

static void test_rows_stay_while_kafka_is_away(void **state)
{
    pthread_t thread;
    int64_t sent = 0;

    (void)state;
    add_one(DISTRICT_A, "k", "{}");
    rd_kafka_mock_broker_set_down(mock.cluster, 1);
    pthread_create(&thread, NULL, stop_soon, NULL);
    assert_int_equal(rc_relay_round(relay_db, producer, arena, &stop, &sent), RC_RETRY);
    pthread_join(thread, NULL);
    assert_int_equal(sent, 0);
    assert_int_equal(rows_left(), 1);
    rd_kafka_mock_broker_set_up(mock.cluster, 1);
    stop = 0;
    assert_int_equal(relay(), 1);
    assert_int_equal(rows_left(), 0);
}

static void
test_a_program_sees_the_rows_of_all_districts_but_nobody_writes_for_another(void **state)
{
    RC_AUTO(rc_db) struct rc_db *db = database_open(&database, "rollcall_reconciler");
    const struct rc_event event = {
        .topic = "alert.raised", .district = DISTRICT_B, .key = RC_STR("k"), .data = RC_STR("{}")};

    (void)state;
    assert_ok(rc_db_begin(db, DISTRICT_A));
    assert_int_equal(rc_outbox_add(db, arena, &event, (struct rc_str){0}), RC_FATAL);
    rc_db_rollback(db);
}

/* ---- as a process ---- */

static void tell_world(struct world *world)
{
    mock_topic(&world->mock, TOPIC_ALERT, 1);
}

#define RELAYING(url) "ROLLCALL_TEST_RELAYS=1", url

static void test_killed_between_sending_and_removing_it_sends_the_same_event_again(void **state)
{
    struct world *world = *state;
    char url[240];

    tell_world(world);
    snprintf(url, sizeof url, "ROLLCALL_DATABASE_URL=%s",
             database_url(&database, "rollcall_fetcher"));
    add_one(DISTRICT_A, "k", "{}");
    pid_t stage = STAGE_START(world, "ROLLCALL_FAULT=relay.sent:kill", RELAYING(url));
    assert_int_equal(stage_wait(stage, 20000), 1009);
    assert_int_equal(rows_left(), 1);
    stage = STAGE_START(world, RELAYING(url));
    for (int i = 0; i < 500 && rows_left() > 0; i++)
        rc_clock_sleep_ms(20);
    assert_int_equal(rows_left(), 0);
    assert_int_equal(held(world, TOPIC_ALERT), 2);
    struct rc_message *messages[2] = {NULL, NULL};
    for (int i = 0; i < 2; i++)
        assert_ok(rc_bus_read_at(&world->mock.config, TOPIC_ALERT, 0, i, &messages[i]));
    assert_true(rc_str_eq(rc_headers_get(&messages[0]->headers, "ce_id"),
                          rc_headers_get(&messages[1]->headers, "ce_id")));
    rc_message_free(messages[0]);
    rc_message_free(messages[1]);
    assert_int_equal(stage_drain(stage), 0);
}

static void test_a_relay_is_woken_by_the_commit(void **state)
{
    struct world *world = *state;
    char url[240];
    int quick = 0;

    tell_world(world);
    snprintf(url, sizeof url, "ROLLCALL_DATABASE_URL=%s",
             database_url(&database, "rollcall_fetcher"));
    const pid_t stage = STAGE_START(world, RELAYING(url));
    add_one(DISTRICT_A, "first", "{}");
    for (int i = 0; i < 1000 && rows_left() > 0; i++)
        rc_clock_sleep_ms(20);
    for (int i = 0; i < 5; i++) {
        const int64_t began_ms = rc_clock_mono_ms();
        add_one(DISTRICT_A, "k", "{}");
        while (rows_left() > 0 && rc_clock_mono_ms() - began_ms < 5000)
            rc_clock_sleep_ms(5);
        quick += rc_clock_mono_ms() - began_ms < 700;
        rc_clock_sleep_ms(130);
    }
    /* Looking each second alone takes longer nearly each time: the look before has just been. */
    assert_true(quick >= 3);
    assert_int_equal(stage_drain(stage), 0);
}

static void test_postgresql_away_is_waited_for(void **state)
{
    struct world *world = *state;
    char url[240];

    tell_world(world);
    snprintf(url, sizeof url, "ROLLCALL_DATABASE_URL=%s",
             database_url(&database, "rollcall_fetcher"));
    const pid_t stage = STAGE_START(world, RELAYING(url));
    admin_await(world, "/readyz", 200);
    server_stop(&database.server);
    admin_await(world, "/readyz", 503);
    server_start_again(&database.server);
    admin_await(world, "/readyz", 200);
    add_one(DISTRICT_A, "k", "{}");
    for (int i = 0; i < 500 && rows_left() > 0; i++)
        rc_clock_sleep_ms(20);
    assert_int_equal(rows_left(), 0);
    assert_int_equal(stage_drain(stage), 0);
}

#define CASE(test)    cmocka_unit_test_setup(test, clean)
#define PROCESS(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(int argc, char **argv)
{
    int exit_code = 0;
    const struct CMUnitTest tests[] = {
        CASE(test_a_row_becomes_one_message_and_is_gone),
        CASE(test_what_was_rolled_back_is_never_told),
        CASE(test_a_district_s_rows_go_out_in_their_order),
        CASE(test_what_moves_a_run_goes_before_what_tells_of_the_directory),
        CASE(test_rows_whose_ids_fill_the_list_to_its_end_are_removed_too),
        CASE(test_a_row_that_commits_after_one_with_a_higher_id_is_not_passed_by),
        CASE(test_one_relay_at_a_time_has_a_district_and_others_go_on),
        CASE(test_rows_stay_while_kafka_is_away),
        CASE(test_a_program_sees_the_rows_of_all_districts_but_nobody_writes_for_another),
        PROCESS(test_killed_between_sending_and_removing_it_sends_the_same_event_again),
        PROCESS(test_a_relay_is_woken_by_the_commit),
        PROCESS(test_postgresql_away_is_waited_for),
    };

    if (world_is_stage(argc, argv, &exit_code)) return exit_code;
    return cmocka_run_group_tests(tests, start_all, stop_all);
}
