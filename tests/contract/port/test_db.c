/* What port/db.h promises, against a real PostgreSQL. */
#include "rollcall/base/clock.h"
#include "rollcall/port/db.h"

#include "with_servers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <time.h>

#define DISTRICT "0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a77"

static struct server server;
static char url[120];

static struct rc_db *open_db(void)
{
    struct rc_db *db = NULL;

    assert_int_equal(rc_db_open(url, "test", &db), RC_OK);
    return db;
}

/* A connection of its own, as another program would have. */
static void elsewhere(const char *sql)
{
    RC_AUTO(rc_db) struct rc_db *other = open_db();

    assert_int_equal(rc_db_script(other, sql), RC_OK);
}

/* A server that has just opened its port says "starting up" for a moment: RC_RETRY. */
static rc_status begin_patiently(struct rc_db *db)
{
    const struct timespec pause = {.tv_nsec = 20000000};
    rc_status status = rc_db_begin(db, NULL);

    for (int i = 0; i < 500 && status == RC_RETRY; i++) {
        nanosleep(&pause, NULL);
        status = rc_db_begin(db, NULL);
    }
    rc_db_rollback(db);
    return status;
}

static int start_all(void **state)
{
    (void)state;
    server_start_postgres(&server);
    snprintf(url, sizeof url, "postgresql://postgres@127.0.0.1:%u/postgres", (unsigned)server.port);
    RC_AUTO(rc_db) struct rc_db *db = open_db();
    if (begin_patiently(db) != RC_OK) return -1;
    elsewhere("CREATE SCHEMA rollcall");
    elsewhere("CREATE TABLE rollcall.thing (id int PRIMARY KEY, name text, at date)");
    return 0;
}

static int stop_all(void **state)
{
    (void)state;
    server_remove(&server);
    return 0;
}

static int empty_table(void **state)
{
    (void)state;
    elsewhere("TRUNCATE thing");
    return 0;
}

static int64_t count_things(struct rc_db *db)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    assert_int_equal(rc_db_one(db, "SELECT count(*) FROM thing", 0, NULL, &rows), RC_OK);
    return rc_rows_int(rows, 0, 0);
}

/* ---- rows ---- */

static void test_a_row_comes_back_as_text_numbers_truth_and_nulls(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *const values[] = {"-7", NULL, "Zoë"};

    assert_int_equal(rc_db_one(db, "SELECT $1::bigint, $2::text, $3::text, true", 3, values, &rows),
                     RC_OK);
    assert_int_equal(rc_rows_int(rows, 0, 0), -7);
    assert_true(rc_rows_null(rows, 0, 1));
    assert_null(rc_rows_cstr(rows, 0, 1));
    assert_int_equal(rc_rows_text(rows, 0, 1).len, 0);
    assert_int_equal(rc_rows_int(rows, 0, 1), 0);
    assert_string_equal(rc_rows_cstr(rows, 0, 2), "Zoë");
    assert_true(rc_rows_bool(rows, 0, 3));
}

static void test_bytes_travel_as_hex_both_ways(void **state)
{
    static const struct rc_str bytes = RC_STR_INIT("\0\xFF'a\\x");
    RC_AUTO(rc_db) struct rc_db *db = open_db();
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const char *const values[] = {rc_db_hex(arena, bytes)};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    (void)state;
    assert_int_equal(rc_db_one(db,
                               "SELECT encode(b, 'hex'), octet_length(b), encode(NULL::bytea, "
                               "'hex') FROM (SELECT decode($1::text, 'hex') AS b) s",
                               1, values, &rows),
                     RC_OK);
    const struct rc_str back = rc_rows_bytes(rows, 0, 0, arena);
    assert_true(rc_str_eq(back, bytes));
    assert_int_equal(back.data[back.len], '\0');
    assert_int_equal(rc_rows_int(rows, 0, 1), bytes.len);
    assert_int_equal(rc_rows_bytes(rows, 0, 2, arena).len, 0);
}

static void test_times_are_utc_and_names_are_looked_up_in_our_schema(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    assert_int_equal(rc_db_one(db,
                               "SELECT current_setting('TimeZone'), current_setting('search_path'),"
                               " current_setting('application_name')",
                               0, NULL, &rows),
                     RC_OK);
    assert_string_equal(rc_rows_cstr(rows, 0, 0), "UTC");
    assert_string_equal(rc_rows_cstr(rows, 0, 1), "rollcall,pg_temp");
    assert_string_equal(rc_rows_cstr(rows, 0, 2), "test");
}

static void test_one_row_is_due_none_is_not_found_and_two_are_a_bug(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();
    struct rc_rows *rows = NULL;

    assert_int_equal(rc_db_one(db, "SELECT 1 WHERE false", 0, NULL, &rows), RC_NOT_FOUND);
    assert_int_equal(rc_db_one(db, "SELECT generate_series(1, 2)", 0, NULL, &rows), RC_FATAL);
    assert_null(rows);
}

static void test_a_compare_and_set_that_loses_is_not_found(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();
    int64_t touched = 0;

    assert_int_equal(rc_db_script(db, "INSERT INTO thing VALUES (1, 'a', NULL)"), RC_OK);
    assert_int_equal(
        rc_db_change(db, "UPDATE thing SET name = 'b' WHERE name = 'a'", 0, NULL, &touched), RC_OK);
    assert_int_equal(touched, 1);
    assert_int_equal(
        rc_db_change(db, "UPDATE thing SET name = 'b' WHERE name = 'a'", 0, NULL, NULL),
        RC_NOT_FOUND);
}

static void test_more_statements_than_are_kept_prepared_still_run(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();
    char sql[64];

    for (int i = 0; i < 600; i++) {
        RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
        snprintf(sql, sizeof sql, "SELECT %d", i);
        assert_int_equal(rc_db_one(db, sql, 0, NULL, &rows), RC_OK);
        assert_int_equal(rc_rows_int(rows, 0, 0), i);
    }
}

/* ---- transactions ---- */

static void test_a_district_is_set_for_its_transaction_only(void **state)
{
    (void)state;
    static const char sql[] = "SELECT current_setting('rollcall.district', true)";
    RC_AUTO(rc_db) struct rc_db *db = open_db();
    RC_AUTO(rc_rows) struct rc_rows *within = NULL;
    RC_AUTO(rc_rows) struct rc_rows *after = NULL;

    assert_int_equal(rc_db_begin(db, DISTRICT), RC_OK);
    assert_int_equal(rc_db_one(db, sql, 0, NULL, &within), RC_OK);
    assert_int_equal(rc_db_commit(db), RC_OK);
    assert_int_equal(rc_db_begin(db, NULL), RC_OK);
    assert_int_equal(rc_db_one(db, sql, 0, NULL, &after), RC_OK);
    assert_int_equal(rc_db_commit(db), RC_OK);
    assert_string_equal(rc_rows_cstr(within, 0, 0), DISTRICT);
    assert_int_equal(rc_rows_text(after, 0, 0).len, 0);
}

static void test_a_district_that_is_no_uuid_is_rejected_before_it_reaches_sql(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();

    assert_int_equal(rc_db_begin(db, "x', true); DROP TABLE thing; --"), RC_REJECT);
    assert_int_equal(count_things(db), 0);
}

static rc_status insert_and_leave(struct rc_db *db)
{
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(db, NULL, &tx));
    RC_TRY(rc_db_script(tx, "INSERT INTO thing VALUES (1, 'a', NULL)"));
    return rc_fail(RC_REJECT, "changed my mind");
}

static void test_a_transaction_that_is_left_early_leaves_nothing(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();

    assert_int_equal(insert_and_leave(db), RC_REJECT);
    assert_int_equal(count_things(db), 0);
}

static void test_a_transaction_within_another_is_a_bug(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();

    assert_int_equal(rc_db_begin(db, NULL), RC_OK);
    assert_int_equal(rc_db_begin(db, NULL), RC_FATAL);
    rc_db_rollback(db);
    assert_int_equal(rc_db_begin(db, NULL), RC_OK);
    rc_db_rollback(db);
}

static void test_a_commit_after_a_failed_statement_is_no_success(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();

    assert_int_equal(rc_db_begin(db, NULL), RC_OK);
    assert_int_equal(rc_db_run(db, "SELECT 1/0", 0, NULL, NULL), RC_REJECT);
    assert_int_equal(rc_db_commit(db), RC_FATAL);
    assert_int_equal(rc_db_begin(db, NULL), RC_OK);
    rc_db_rollback(db);
}

static void test_a_snapshot_does_not_see_what_others_commit_and_writes_nothing(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();

    assert_int_equal(rc_db_begin_snapshot(db, DISTRICT), RC_OK);
    assert_int_equal(count_things(db), 0);
    elsewhere("INSERT INTO thing VALUES (1, 'a', NULL)");
    assert_int_equal(count_things(db), 0);
    assert_int_not_equal(rc_db_script(db, "INSERT INTO thing VALUES (2, 'b', NULL)"), RC_OK);
    rc_db_rollback(db);
    assert_int_equal(count_things(db), 1);
}

/* ---- failures ---- */

static void test_data_that_is_refused_is_rejected_and_not_repeated(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();
    const char *const values[] = {"Ana Secret"};

    assert_int_equal(rc_db_run(db, "SELECT $1::date", 1, values, NULL), RC_REJECT);
    assert_non_null(strstr(rc_error_text(), "22007"));
    assert_null(strstr(rc_error_text(), "Secret"));
}

static void test_the_second_of_two_equal_inserts_is_tried_again_and_not_repeated(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();

    assert_int_equal(rc_db_script(db, "INSERT INTO thing VALUES (77123, 'a', NULL)"), RC_OK);
    assert_int_equal(rc_db_script(db, "INSERT INTO thing VALUES (77123, 'a', NULL)"), RC_RETRY);
    assert_non_null(strstr(rc_error_text(), "23505"));
    assert_null(strstr(rc_error_text(), "77123"));
}

static void test_a_lock_time_out_is_tried_again(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *one = open_db();
    RC_AUTO(rc_db) struct rc_db *two = open_db();

    assert_int_equal(rc_db_begin(one, NULL), RC_OK);
    assert_int_equal(rc_db_script(one, "LOCK TABLE thing"), RC_OK);
    assert_int_equal(rc_db_script(two, "SET lock_timeout = '20ms'"), RC_OK);
    assert_int_equal(rc_db_run(two, "SELECT * FROM thing", 0, NULL, NULL), RC_RETRY);
    assert_non_null(strstr(rc_error_text(), "55P03"));
    rc_db_rollback(one);
}

static void test_a_missing_table_and_bad_grammar_are_ours(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();

    assert_int_equal(rc_db_run(db, "SELECT * FROM nothing", 0, NULL, NULL), RC_FATAL);
    assert_int_equal(rc_db_run(db, "SELEC", 0, NULL, NULL), RC_FATAL);
    assert_int_equal(rc_db_run(db, "SELECT 1", 0, NULL, NULL), RC_OK);
}

static void test_a_statement_prepared_before_a_migration_works_at_the_next_try(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();
    rc_status status = RC_OK;

    elsewhere("CREATE TABLE moving (id int)");
    assert_int_equal(rc_db_run(db, "SELECT * FROM moving", 0, NULL, NULL), RC_OK);
    elsewhere("ALTER TABLE moving ADD COLUMN name text");
    status = rc_db_run(db, "SELECT * FROM moving", 0, NULL, NULL);
    assert_int_equal(status, RC_RETRY);
    assert_int_equal(rc_db_run(db, "SELECT * FROM moving", 0, NULL, NULL), RC_OK);
}

static void end_sessions(void)
{
    elsewhere(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        " AND application_name = 'test'");
}

static void test_a_connection_lost_in_a_transaction_fails_until_the_next_begin(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();

    assert_int_equal(rc_db_begin(db, NULL), RC_OK);
    assert_int_equal(rc_db_script(db, "INSERT INTO thing VALUES (1, 'a', NULL)"), RC_OK);
    end_sessions();
    assert_int_equal(rc_db_script(db, "INSERT INTO thing VALUES (2, 'b', NULL)"), RC_RETRY);
    /* The second half of a transaction must not slip into a new connection. */
    assert_int_equal(rc_db_script(db, "INSERT INTO thing VALUES (3, 'c', NULL)"), RC_RETRY);
    assert_int_equal(rc_db_commit(db), RC_RETRY);
    assert_int_equal(rc_db_begin(db, NULL), RC_OK);
    assert_int_equal(count_things(db), 0);
    rc_db_rollback(db);
}

/* As a process that was frozen with its locks in hand finds it when it wakes. */
static void test_a_transaction_that_sleeps_too_long_is_ended_and_tried_again(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    assert_int_equal(rc_db_one(db, "SELECT current_setting('idle_in_transaction_session_timeout')",
                               0, NULL, &rows),
                     RC_OK);
    assert_string_equal(rc_rows_cstr(rows, 0, 0), "5min");
    assert_int_equal(rc_db_begin(db, NULL), RC_OK);
    assert_int_equal(rc_db_script(db, "SET LOCAL idle_in_transaction_session_timeout = '50ms'"),
                     RC_OK);
    rc_clock_sleep_ms(500);
    assert_int_equal(rc_db_script(db, "SELECT 1"), RC_RETRY);
    rc_db_rollback(db);
    assert_int_equal(rc_db_begin(db, NULL), RC_OK);
    assert_int_equal(rc_db_script(db, "SELECT 1"), RC_OK);
    assert_int_equal(rc_db_commit(db), RC_OK);
}

static void test_a_connection_lost_while_idle_is_not_noticed_by_the_next_begin(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();

    assert_int_equal(rc_db_run(db, "SELECT 1", 0, NULL, NULL), RC_OK);
    end_sessions();
    assert_int_equal(rc_db_begin(db, DISTRICT), RC_OK);
    assert_int_equal(rc_db_run(db, "SELECT 1", 0, NULL, NULL), RC_OK);
    assert_int_equal(rc_db_commit(db), RC_OK);
}

static void test_a_server_that_is_away_is_waited_for(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();

    assert_int_equal(rc_db_begin(db, NULL), RC_OK);
    server_stop(&server);
    assert_int_equal(rc_db_commit(db), RC_RETRY);
    assert_int_equal(rc_db_begin(db, NULL), RC_RETRY);
    assert_non_null(strstr(rc_error_text(), "127.0.0.1"));
    server_start_again(&server);
    assert_int_equal(begin_patiently(db), RC_OK);
}

static void expect_door(const char *user, const char *database, rc_status expected,
                        const char *code)
{
    struct rc_db *db = NULL;
    char other[160];

    snprintf(other, sizeof other, "postgresql://%s:sesame@127.0.0.1:%u/%s", user,
             (unsigned)server.port, database);
    assert_int_equal(rc_db_open(other, "test", &db), RC_OK);
    assert_int_equal(rc_db_begin(db, NULL), expected);
    assert_non_null(strstr(rc_error_text(), code));
    assert_null(strstr(rc_error_text(), "sesame"));
    rc_db_free(db);
}

static void test_a_wrong_login_or_database_is_said_clearly_without_the_password(void **state)
{
    (void)state;
    expect_door("nobody", "postgres", RC_FATAL, "nobody");
    expect_door("postgres", "nowhere", RC_FATAL, "3D000");
}

static void test_a_server_out_of_connections_is_waited_for(void **state)
{
    (void)state;
    elsewhere("CREATE ROLE narrow LOGIN CONNECTION LIMIT 0");
    expect_door("narrow", "postgres", RC_RETRY, "53300");
}

static void test_a_process_holds_no_more_connections_than_it_may(void **state)
{
    RC_AUTO(rc_db) struct rc_db *first = open_db();
    RC_AUTO(rc_db) struct rc_db *second = open_db();

    (void)state;
    const int before = rc_db_connections();
    rc_db_limit(before + 1);
    assert_int_equal(rc_db_script(first, "SELECT 1"), RC_OK);
    assert_int_equal(rc_db_connections(), before + 1);
    assert_int_equal(rc_db_script(second, "SELECT 1"), RC_RETRY);
    assert_non_null(strstr(rc_error_text(), "database.connections"));
    rc_db_free(rc_db_take(&first));
    assert_int_equal(rc_db_script(second, "SELECT 1"), RC_OK);
    rc_db_limit(0);
}

static void test_what_takes_longer_than_its_bound_is_ended_and_may_be_tried_again(void **state)
{
    RC_AUTO(rc_db) struct rc_db *db = open_db();
    RC_AUTO(rc_db) struct rc_db *holder = open_db();

    (void)state;
    rc_db_bound(db, 200, 0);
    assert_int_equal(rc_db_script(db, "SELECT pg_sleep(5)"), RC_RETRY);
    assert_non_null(strstr(rc_error_text(), "57014"));
    assert_int_equal(rc_db_script(holder, "SELECT pg_advisory_lock(7)"), RC_OK);
    RC_AUTO(rc_db) struct rc_db *waiting = open_db();
    rc_db_bound(waiting, 0, 200);
    assert_int_equal(rc_db_script(waiting, "SELECT pg_advisory_lock(7)"), RC_RETRY);
    assert_non_null(strstr(rc_error_text(), "55P03"));
}

static void test_a_text_that_is_no_url_is_refused_without_repeating_it(void **state)
{
    (void)state;
    struct rc_db *db = NULL;

    assert_int_equal(rc_db_open("postgresql://u:sesame@[::1/x", "test", &db), RC_FATAL);
    assert_null(strstr(rc_error_text(), "sesame"));
}

/* ---- COPY ---- */

static void test_copied_rows_come_back_byte_by_byte(void **state)
{
    (void)state;
    static const char *const texts[] = {"a\tb", "a\nb", "a\rb", "a\\b", "\\N",
                                        "",     "Zoë",  "\\.",  NULL};
    RC_AUTO(rc_db) struct rc_db *db = open_db();
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    char number[8];

    assert_int_equal(rc_db_begin(db, NULL), RC_OK);
    assert_int_equal(rc_db_copy_begin(db, "COPY thing (id, name) FROM STDIN"), RC_OK);
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        snprintf(number, sizeof number, "%zu", i);
        const struct rc_str fields[] = {rc_str_of(number), rc_str_of(texts[i])};
        assert_int_equal(rc_db_copy_row(db, fields, 2), RC_OK);
    }
    assert_int_equal(rc_db_copy_end(db), RC_OK);
    assert_int_equal(rc_db_commit(db), RC_OK);
    assert_int_equal(rc_db_run(db, "SELECT name FROM thing ORDER BY id", 0, NULL, &rows), RC_OK);
    assert_int_equal(rc_rows_count(rows), COUNT_OF(texts));
    for (size_t i = 0; i + 1 < COUNT_OF(texts); i++)
        assert_string_equal(rc_rows_cstr(rows, i, 0), texts[i]);
    assert_true(rc_rows_null(rows, COUNT_OF(texts) - 1, 0));
}

static void test_a_copy_larger_than_its_buffer_arrives_whole(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();
    char number[12];
    const struct rc_str name = RC_STR("a name of some forty bytes that repeats.");

    assert_int_equal(rc_db_begin(db, NULL), RC_OK);
    assert_int_equal(rc_db_copy_begin(db, "COPY thing (id, name) FROM STDIN"), RC_OK);
    for (int i = 0; i < 10000; i++) {
        snprintf(number, sizeof number, "%d", i);
        const struct rc_str fields[] = {rc_str_of(number), name};
        assert_int_equal(rc_db_copy_row(db, fields, 2), RC_OK);
    }
    assert_int_equal(rc_db_copy_end(db), RC_OK);
    assert_int_equal(rc_db_commit(db), RC_OK);
    assert_int_equal(count_things(db), 10000);
}

static void test_a_copy_that_is_left_open_ends_with_its_transaction(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();
    const struct rc_str fields[] = {RC_STR("1"), RC_STR("a")};

    assert_int_equal(rc_db_begin(db, NULL), RC_OK);
    assert_int_equal(rc_db_copy_begin(db, "COPY thing (id, name) FROM STDIN"), RC_OK);
    assert_int_equal(rc_db_copy_row(db, fields, 2), RC_OK);
    rc_db_rollback(db);
    assert_int_equal(count_things(db), 0);
}

static void test_a_copy_with_a_nul_byte_is_rejected(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();
    const struct rc_str fields[] = {RC_STR("1"), RC_STR("a\0b")};

    assert_int_equal(rc_db_begin(db, NULL), RC_OK);
    assert_int_equal(rc_db_copy_begin(db, "COPY thing (id, name) FROM STDIN"), RC_OK);
    assert_int_equal(rc_db_copy_row(db, fields, 2), RC_OK);
    assert_int_equal(rc_db_copy_end(db), RC_REJECT);
    rc_db_rollback(db);
    assert_int_equal(count_things(db), 0);
}

static void test_a_copy_whose_connection_breaks_is_tried_again(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();
    const struct rc_str fields[] = {RC_STR("1"), RC_STR("a")};

    assert_int_equal(rc_db_begin(db, NULL), RC_OK);
    assert_int_equal(rc_db_copy_begin(db, "COPY thing (id, name) FROM STDIN"), RC_OK);
    end_sessions();
    assert_int_equal(rc_db_copy_row(db, fields, 2), RC_OK);
    assert_int_equal(rc_db_copy_end(db), RC_RETRY);
    assert_int_equal(rc_db_begin(db, NULL), RC_OK);
    assert_int_equal(count_things(db), 0);
    rc_db_rollback(db);
}

/* ---- cursors ---- */

struct seen {
    struct rc_db *db;
    int64_t sum;
    int64_t rows;
    int64_t stop_after;
};

static rc_status add_row(void *self, const struct rc_rows *rows, size_t row)
{
    struct seen *seen = self;

    seen->sum += rc_rows_int(rows, row, 0);
    seen->rows++;
    if (seen->rows == seen->stop_after) return rc_fail(RC_REJECT, "enough");
    /* A statement in between must not disturb the reading. */
    return rc_db_run(seen->db, "SELECT 1", 0, NULL, NULL);
}

static void test_a_cursor_gives_every_row_once_whatever_the_block(void **state)
{
    (void)state;
    static const int blocks[] = {1, 3, 10, 100};
    RC_AUTO(rc_db) struct rc_db *db = open_db();
    const char *const values[] = {"10"};

    assert_int_equal(rc_db_begin_snapshot(db, NULL), RC_OK);
    for (size_t i = 0; i < COUNT_OF(blocks); i++) {
        struct seen seen = {.db = db};
        assert_int_equal(rc_db_each(db, "SELECT generate_series(1, $1::int)", 1, values, blocks[i],
                                    add_row, &seen),
                         RC_OK);
        assert_int_equal(seen.rows, 10);
        assert_int_equal(seen.sum, 55);
    }
    assert_int_equal(rc_db_commit(db), RC_OK);
}

static void test_a_failure_of_the_reader_ends_the_reading(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();
    struct seen seen = {.db = db, .stop_after = 4};

    assert_int_equal(rc_db_begin(db, NULL), RC_OK);
    assert_int_equal(rc_db_each(db, "SELECT generate_series(1, 100)", 0, NULL, 3, add_row, &seen),
                     RC_REJECT);
    assert_int_equal(seen.rows, 4);
    rc_db_rollback(db);
}

/* ---- notifications ---- */

static void test_the_first_wait_returns_at_once_so_that_nothing_before_it_is_missed(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();

    assert_int_equal(rc_db_wait(db, "outbox", 10000), RC_OK);
    assert_int_equal(rc_db_wait(db, "outbox", 20), RC_NOT_FOUND);
}

static void test_a_notification_wakes_the_waiter_and_many_are_one(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();

    assert_int_equal(rc_db_wait(db, "outbox", 0), RC_OK);
    /* One transaction: of two the server tells when it pleases. */
    elsewhere("NOTIFY outbox, 'a'; NOTIFY outbox, 'b'");
    assert_int_equal(rc_db_wait(db, "outbox", 10000), RC_OK);
    assert_int_equal(rc_db_wait(db, "outbox", 20), RC_NOT_FOUND);
}

static void test_a_waiter_whose_connection_breaks_listens_again(void **state)
{
    (void)state;
    RC_AUTO(rc_db) struct rc_db *db = open_db();

    assert_int_equal(rc_db_wait(db, "outbox", 0), RC_OK);
    end_sessions();
    assert_int_equal(rc_db_wait(db, "outbox", 10000), RC_RETRY);
    assert_int_equal(rc_db_wait(db, "outbox", 10000), RC_OK);
    elsewhere("NOTIFY outbox");
    assert_int_equal(rc_db_wait(db, "outbox", 10000), RC_OK);
}

/* ---- arrays ---- */

static void test_an_array_of_any_texts_comes_back(void **state)
{
    (void)state;
    static const char *const texts[] = {"plain", "",      "NULL",        "a,b",
                                        "{x}",   "\"q\"", "back\\slash", "Zoë"};
    RC_AUTO(rc_db) struct rc_db *db = open_db();
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_BUF struct rc_buf array = {0};

    rc_db_array_open(&array);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        rc_db_array_add(&array, rc_str_of(texts[i]));
    rc_db_array_close(&array);
    const char *const values[] = {array.data};
    assert_int_equal(rc_db_run(db, "SELECT unnest($1::text[])", 1, values, &rows), RC_OK);
    assert_int_equal(rc_rows_count(rows), COUNT_OF(texts));
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_string_equal(rc_rows_cstr(rows, i, 0), texts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_row_comes_back_as_text_numbers_truth_and_nulls, empty_table),
        cmocka_unit_test_setup(test_bytes_travel_as_hex_both_ways, empty_table),
        cmocka_unit_test_setup(test_times_are_utc_and_names_are_looked_up_in_our_schema,
                               empty_table),
        cmocka_unit_test_setup(test_one_row_is_due_none_is_not_found_and_two_are_a_bug,
                               empty_table),
        cmocka_unit_test_setup(test_a_compare_and_set_that_loses_is_not_found, empty_table),
        cmocka_unit_test_setup(test_more_statements_than_are_kept_prepared_still_run, empty_table),
        cmocka_unit_test_setup(test_a_district_is_set_for_its_transaction_only, empty_table),
        cmocka_unit_test_setup(test_a_district_that_is_no_uuid_is_rejected_before_it_reaches_sql,
                               empty_table),
        cmocka_unit_test_setup(test_a_transaction_that_is_left_early_leaves_nothing, empty_table),
        cmocka_unit_test_setup(test_a_transaction_within_another_is_a_bug, empty_table),
        cmocka_unit_test_setup(test_a_commit_after_a_failed_statement_is_no_success, empty_table),
        cmocka_unit_test_setup(test_a_snapshot_does_not_see_what_others_commit_and_writes_nothing,
                               empty_table),
        cmocka_unit_test_setup(test_data_that_is_refused_is_rejected_and_not_repeated, empty_table),
        cmocka_unit_test_setup(test_the_second_of_two_equal_inserts_is_tried_again_and_not_repeated,
                               empty_table),
        cmocka_unit_test_setup(test_a_lock_time_out_is_tried_again, empty_table),
        cmocka_unit_test_setup(test_a_missing_table_and_bad_grammar_are_ours, empty_table),
        cmocka_unit_test_setup(test_a_statement_prepared_before_a_migration_works_at_the_next_try,
                               empty_table),
        cmocka_unit_test_setup(test_a_connection_lost_in_a_transaction_fails_until_the_next_begin,
                               empty_table),
        cmocka_unit_test_setup(test_a_transaction_that_sleeps_too_long_is_ended_and_tried_again,
                               empty_table),
        cmocka_unit_test_setup(test_a_connection_lost_while_idle_is_not_noticed_by_the_next_begin,
                               empty_table),
        cmocka_unit_test_setup(test_a_server_that_is_away_is_waited_for, empty_table),
        cmocka_unit_test_setup(test_a_wrong_login_or_database_is_said_clearly_without_the_password,
                               empty_table),
        cmocka_unit_test_setup(test_a_server_out_of_connections_is_waited_for, empty_table),
        cmocka_unit_test_setup(test_a_text_that_is_no_url_is_refused_without_repeating_it,
                               empty_table),
        cmocka_unit_test_setup(test_copied_rows_come_back_byte_by_byte, empty_table),
        cmocka_unit_test_setup(test_a_copy_larger_than_its_buffer_arrives_whole, empty_table),
        cmocka_unit_test_setup(test_a_copy_that_is_left_open_ends_with_its_transaction,
                               empty_table),
        cmocka_unit_test_setup(test_a_copy_with_a_nul_byte_is_rejected, empty_table),
        cmocka_unit_test_setup(test_a_copy_whose_connection_breaks_is_tried_again, empty_table),
        cmocka_unit_test_setup(test_a_cursor_gives_every_row_once_whatever_the_block, empty_table),
        cmocka_unit_test_setup(test_a_failure_of_the_reader_ends_the_reading, empty_table),
        cmocka_unit_test_setup(
            test_the_first_wait_returns_at_once_so_that_nothing_before_it_is_missed, empty_table),
        cmocka_unit_test_setup(test_a_notification_wakes_the_waiter_and_many_are_one, empty_table),
        cmocka_unit_test_setup(test_a_waiter_whose_connection_breaks_listens_again, empty_table),
        cmocka_unit_test_setup(test_an_array_of_any_texts_comes_back, empty_table),
        cmocka_unit_test_setup(test_a_process_holds_no_more_connections_than_it_may, empty_table),
        cmocka_unit_test_setup(
            test_what_takes_longer_than_its_bound_is_ended_and_may_be_tried_again, empty_table),
    };

    return cmocka_run_group_tests(tests, start_all, stop_all);
}
