/* Work by the clock, on one instance at once, under a lease in PostgreSQL. */
#include <signal.h>
#include <stdio.h>

#include "../../../common/worker/lease.h"
#include "with_database.h"
#include "with_stage.h"

static struct database database;
static char url[240];

static int start_all(void **state)
{
    (void)state;
    database_start(&database);
    snprintf(url, sizeof url, "ROLLCALL_DATABASE_URL=%s",
             database_url(&database, "rollcall_scheduler"));
    return 0;
}

static int stop_all(void **state)
{
    (void)state;
    database_stop(&database);
    return 0;
}

static int setup(void **state)
{
    database_tell(&database, "DELETE FROM leader_lease");
    return world_setup(state);
}

/* ---- the lease ---- */

enum { LEASE_MS = 60000, SPARE_MS = 30000 };

/* For the leases alone: no machine is too slow for it, and none is waited for. */
static void time_passes(int ms)
{
    char sql[96];

    snprintf(sql, sizeof sql, "UPDATE leader_lease SET until = until - interval '%d ms'", ms);
    database_tell(&database, sql);
}

static void test_a_lease_has_one_holder_until_it_runs_out(void **state)
{
    RC_AUTO(rc_db) struct rc_db *db = database_open(&database, "rollcall_scheduler");

    (void)state;
    assert_ok(lease_take(db, "x", "one", LEASE_MS, 0));
    assert_int_equal(lease_take(db, "x", "two", LEASE_MS, 0), RC_NOT_FOUND);
    assert_ok(lease_take(db, "x", "one", LEASE_MS, 0));
    time_passes(LEASE_MS + 1);
    assert_ok(lease_take(db, "x", "two", LEASE_MS, 0));
    assert_int_equal(lease_take(db, "x", "one", LEASE_MS, 0), RC_NOT_FOUND);
}

static void test_a_new_holder_raises_the_token_and_a_renewal_does_not(void **state)
{
    RC_AUTO(rc_db) struct rc_db *db = database_open(&database, "rollcall_scheduler");

    (void)state;
    assert_ok(lease_take(db, "x", "one", 10000, 0));
    assert_ok(lease_take(db, "x", "one", 10000, 0));
    assert_int_equal(database_ask(&database, "SELECT token FROM leader_lease"), 1);
    assert_ok(lease_release(db, "x", "one"));
    assert_ok(lease_take(db, "x", "two", 10000, 0));
    assert_int_equal(database_ask(&database, "SELECT token FROM leader_lease"), 2);
}

/* The connection of these tests says "test". */
static void test_a_holder_that_is_late_and_has_no_connection_counts_as_gone(void **state)
{
    RC_AUTO(rc_db) struct rc_db *db = database_open(&database, "rollcall_scheduler");

    (void)state;
    assert_ok(lease_take(db, "x", "killed", LEASE_MS, SPARE_MS));
    assert_int_equal(lease_take(db, "x", "two", LEASE_MS, SPARE_MS), RC_NOT_FOUND); /* not late */
    time_passes(LEASE_MS - SPARE_MS + 1);
    assert_ok(lease_take(db, "x", "test", LEASE_MS, SPARE_MS));
    time_passes(LEASE_MS - SPARE_MS + 1);
    assert_int_equal(lease_take(db, "x", "two", LEASE_MS, SPARE_MS), RC_NOT_FOUND); /* but there */
}

static void test_only_the_holder_gives_it_back(void **state)
{
    RC_AUTO(rc_db) struct rc_db *db = database_open(&database, "rollcall_scheduler");

    (void)state;
    assert_ok(lease_take(db, "x", "one", 10000, 0));
    assert_ok(lease_release(db, "x", "two"));
    assert_int_equal(lease_take(db, "x", "two", 10000, 0), RC_NOT_FOUND);
}

/* ---- the program ---- */

#define TICKER(words) "ROLLCALL_TEST_TICK=" words, url
#define SECOND        "ROLLCALL_ADMIN_PORT=0"

static void test_a_tick_comes_again_and_again(void **state)
{
    struct world *world = *state;
    const pid_t ticker = STAGE_START(world, TICKER("a"));

    trace_await(world, "end a", 5);
    assert_int_equal(admin_ask(world, "/readyz", NULL, 0), 200);
    assert_int_equal(stage_drain(ticker), 0);
}

static void test_two_instances_never_tick_together_and_the_second_takes_over(void **state)
{
    struct world *world = *state;
    const pid_t first = STAGE_START(world, TICKER("a"));

    trace_await(world, "end a", 2);
    const pid_t second = STAGE_START(world, TICKER("b"), SECOND);
    trace_await(world, "end a", trace_count(world, "end a") + 5);
    assert_int_equal(trace_count(world, "begin b"), 0);
    assert_int_equal(stage_drain(first), 0);
    trace_await(world, "end b", 2);
    assert_int_equal(stage_drain(second), 0);
}

static void test_a_drain_waits_for_the_tick_in_hand(void **state)
{
    struct world *world = *state;
    const pid_t ticker = STAGE_START(world, TICKER("a sleep=1000"));

    trace_await(world, "begin a", 1);
    assert_int_equal(stage_drain(ticker), 0);
    assert_int_equal(trace_count(world, "end a"), trace_count(world, "begin a"));
}

static void test_an_outage_is_another_round(void **state)
{
    struct world *world = *state;

    world_flag(world, "outage", true);
    const pid_t ticker = STAGE_START(world, TICKER("a retry-while=outage"));
    trace_await(world, "begin a", 3);
    admin_await(world, "/readyz", 503);
    world_flag(world, "outage", false);
    trace_await(world, "end a", 1);
    admin_await(world, "/readyz", 200);
    assert_int_equal(stage_drain(ticker), 0);
}

static void test_what_one_of_a_crew_does_well_does_not_hide_the_trouble_of_another(void **state)
{
    struct world *world = *state;

    world_flag(world, "outage", true);
    const pid_t ticker = STAGE_START(world, TICKER("a"), "ROLLCALL_TEST_CREW=1");
    trace_await(world, "begin hand-1", 2);
    for (int round = 0; round < 10; round++) {
        trace_await(world, "end hand-n", trace_count(world, "end hand-n") + 1);
        assert_int_equal(admin_ask(world, "/readyz", NULL, 0), 503);
    }
    world_flag(world, "outage", false);
    trace_await(world, "end hand-1", 1);
    admin_await(world, "/readyz", 200);
    assert_int_equal(stage_drain(ticker), 0);
}

static void test_postgresql_away_is_waited_for(void **state)
{
    struct world *world = *state;
    const pid_t ticker = STAGE_START(world, TICKER("a"));

    trace_await(world, "end a", 1);
    server_stop(&database.server);
    admin_await(world, "/readyz", 503);
    server_start_again(&database.server);
    trace_await(world, "end a", trace_count(world, "end a") + 2);
    assert_int_equal(stage_drain(ticker), 0);
}

static void test_a_fatal_tick_asks_for_a_restart(void **state)
{
    struct world *world = *state;

    assert_int_equal(stage_wait(STAGE_START(world, TICKER("a fatal")), 20000), 1);
    assert_int_equal(stage_wait(STAGE_START(world, TICKER("a bug")), 20000), 70);
}

static void test_a_stage_ticks_beside_its_messages(void **state)
{
    struct world *world = *state;
    const pid_t stage = STAGE_START(world, "ROLLCALL_TEST_BESIDE=tick", url);

    trace_await(world, "end tick", 3);
    world_send(world, TOPIC_ONE, "k", "a");
    trace_await(world, "end a", 1);
    committed_await(world, TOPIC_ONE, 1);
    assert_int_equal(stage_drain(stage), 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, world_teardown)

int main(int argc, char **argv)
{
    int exit_code = 0;
    const struct CMUnitTest tests[] = {
        CASE(test_a_lease_has_one_holder_until_it_runs_out),
        CASE(test_a_new_holder_raises_the_token_and_a_renewal_does_not),
        CASE(test_only_the_holder_gives_it_back),
        CASE(test_a_holder_that_is_late_and_has_no_connection_counts_as_gone),
        CASE(test_a_tick_comes_again_and_again),
        CASE(test_two_instances_never_tick_together_and_the_second_takes_over),
        CASE(test_a_drain_waits_for_the_tick_in_hand),
        CASE(test_an_outage_is_another_round),
        CASE(test_what_one_of_a_crew_does_well_does_not_hide_the_trouble_of_another),
        CASE(test_postgresql_away_is_waited_for),
        CASE(test_a_fatal_tick_asks_for_a_restart),
        CASE(test_a_stage_ticks_beside_its_messages),
    };

    if (world_is_stage(argc, argv, &exit_code)) return exit_code;
    return cmocka_run_group_tests(tests, start_all, stop_all);
}
