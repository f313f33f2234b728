/* What port/kv.h promises, against a real Redis. */
#include "rollcall/port/kv.h"

#include "with_servers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <hiredis/hiredis.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

#define KEY RC_STR("rollcall:test:key")

static struct server server;
static struct rc_arena *arena;
static char url[80];

static struct rc_kv *open_kv(void)
{
    struct rc_kv *kv = NULL;

    assert_int_equal(rc_kv_open(url, 1000, &kv), RC_OK);
    return kv;
}

/* Says something to the server that the port has no word for. */
static long long tell(const char *command)
{
    redisContext *redis = redisConnect("127.0.0.1", server.port);
    assert_non_null(redis);
    redisReply *reply = redisCommand(redis, command);
    assert_non_null(reply);
    const long long number = reply->integer;
    freeReplyObject(reply);
    redisFree(redis);
    return number;
}

static int start_all(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    server_start_redis(&server);
    snprintf(url, sizeof url, "redis://127.0.0.1:%u/0", (unsigned)server.port);
    arena = rc_arena_new(0);
    return 0;
}

static int stop_all(void **state)
{
    (void)state;
    rc_arena_free(arena);
    server_remove(&server);
    return 0;
}

static int empty(void **state)
{
    (void)state;
    tell("FLUSHALL");
    return 0;
}

static void sleep_ms(long ms)
{
    nanosleep(&(const struct timespec){.tv_nsec = ms * 1000000L}, NULL);
}

static void test_a_script_gives_its_integers_or_leaves_them_alone(void **state)
{
    (void)state;
    RC_AUTO(rc_kv) struct rc_kv *kv = open_kv();
    const struct rc_str keys[] = {KEY};
    const struct rc_str args[] = {RC_STR("4"), RC_STR("a b")};
    struct rc_kv_script script = {
        .text = "redis.call('SET', KEYS[1], ARGV[2]) return {ARGV[1] + 1, #ARGV[2]}",
        .keys = keys,
        .key_count = COUNT_OF(keys),
        .args = args,
        .arg_count = COUNT_OF(args)};
    int64_t values[2] = {7, 7};
    struct rc_str found = {NULL, 0};

    assert_int_equal(rc_kv_script(kv, &script, values, COUNT_OF(values)), RC_OK);
    assert_int_equal(values[0], 5);
    assert_int_equal(values[1], 3);
    assert_int_equal(rc_kv_get(kv, KEY, arena, &found), RC_OK);
    assert_true(rc_str_eq(found, RC_STR("a b")));
    script.text = "return {1, 'two'}";
    assert_int_equal(rc_kv_script(kv, &script, values, COUNT_OF(values)), RC_FATAL);
    script.text = "return 1";
    assert_int_equal(rc_kv_script(kv, &script, values, COUNT_OF(values)), RC_FATAL);
    script.text = "this is no Lua";
    assert_int_equal(rc_kv_script(kv, &script, values, COUNT_OF(values)), RC_FATAL);
    assert_int_equal(values[0], 5);
}

static void test_a_value_comes_back_byte_by_byte_and_is_gone_when_deleted(void **state)
{
    (void)state;
    RC_AUTO(rc_kv) struct rc_kv *kv = open_kv();
    const struct rc_str value = RC_STR("a \0 b\r\n$5 %s");
    struct rc_str found = {NULL, 0};

    assert_int_equal(rc_kv_get(kv, KEY, arena, &found), RC_NOT_FOUND);
    assert_int_equal(rc_kv_set(kv, KEY, value, 0), RC_OK);
    assert_int_equal(rc_kv_get(kv, KEY, arena, &found), RC_OK);
    assert_true(rc_str_eq(found, value));
    assert_int_equal(tell("PTTL rollcall:test:key"), -1);
    assert_int_equal(rc_kv_delete(kv, KEY), RC_OK);
    assert_int_equal(rc_kv_get(kv, KEY, arena, &found), RC_NOT_FOUND);
    assert_int_equal(rc_kv_delete(kv, KEY), RC_OK);
}

static void test_a_value_with_an_expiry_goes_by_itself(void **state)
{
    (void)state;
    RC_AUTO(rc_kv) struct rc_kv *kv = open_kv();
    struct rc_str found = {NULL, 0};

    assert_int_equal(rc_kv_set(kv, KEY, RC_STR("x"), 30), RC_OK);
    sleep_ms(80);
    assert_int_equal(rc_kv_get(kv, KEY, arena, &found), RC_NOT_FOUND);
}

static void test_a_lock_has_one_owner_who_alone_renews_and_releases_it(void **state)
{
    (void)state;
    RC_AUTO(rc_kv) struct rc_kv *kv = open_kv();

    assert_int_equal(rc_kv_lock(kv, KEY, RC_STR("one"), 10000), RC_OK);
    assert_int_equal(rc_kv_lock(kv, KEY, RC_STR("two"), 10000), RC_NOT_FOUND);
    assert_int_equal(rc_kv_renew(kv, KEY, RC_STR("two"), 60000), RC_NOT_FOUND);
    assert_int_equal(rc_kv_unlock(kv, KEY, RC_STR("two")), RC_NOT_FOUND);
    assert_int_equal(rc_kv_renew(kv, KEY, RC_STR("one"), 60000), RC_OK);
    assert_true(tell("PTTL rollcall:test:key") > 10000);
    assert_int_equal(rc_kv_unlock(kv, KEY, RC_STR("one")), RC_OK);
    assert_int_equal(rc_kv_lock(kv, KEY, RC_STR("two"), 10000), RC_OK);
}

static void test_a_lock_that_expired_is_not_renewed_by_its_old_owner(void **state)
{
    (void)state;
    RC_AUTO(rc_kv) struct rc_kv *kv = open_kv();

    assert_int_equal(rc_kv_lock(kv, KEY, RC_STR("one"), 30), RC_OK);
    sleep_ms(80);
    assert_int_equal(rc_kv_renew(kv, KEY, RC_STR("one"), 1000), RC_NOT_FOUND);
    assert_int_equal(rc_kv_unlock(kv, KEY, RC_STR("one")), RC_NOT_FOUND);
}

static void test_a_counter_adds_up_and_always_has_an_expiry(void **state)
{
    (void)state;
    RC_AUTO(rc_kv) struct rc_kv *kv = open_kv();
    int64_t value = 0;

    assert_int_equal(rc_kv_count(kv, KEY, RC_STR("started"), 1, 60000, &value), RC_OK);
    assert_int_equal(value, 1);
    assert_int_equal(rc_kv_count(kv, KEY, RC_STR("started"), 2, 60000, &value), RC_OK);
    assert_int_equal(value, 3);
    assert_int_equal(rc_kv_count(kv, KEY, RC_STR("ended"), -1, 60000, &value), RC_OK);
    assert_int_equal(value, -1);
    assert_true(tell("PTTL rollcall:test:key") > 0);
}

static void test_a_key_of_another_kind_is_our_mistake(void **state)
{
    (void)state;
    RC_AUTO(rc_kv) struct rc_kv *kv = open_kv();
    struct rc_str found = {NULL, 0};
    int64_t value = 0;

    tell("LPUSH rollcall:test:key x");
    assert_int_equal(rc_kv_get(kv, KEY, arena, &found), RC_FATAL);
    assert_int_equal(rc_kv_count(kv, KEY, RC_STR("f"), 1, 0, &value), RC_FATAL);
    assert_int_equal(rc_kv_ping(kv), RC_OK);
}

static void test_a_server_without_memory_is_waited_for(void **state)
{
    (void)state;
    RC_AUTO(rc_kv) struct rc_kv *kv = open_kv();

    tell("CONFIG SET maxmemory 1");
    const rc_status status = rc_kv_set(kv, KEY, RC_STR("x"), 0);
    tell("CONFIG SET maxmemory 0");
    assert_int_equal(status, RC_RETRY);
    assert_non_null(strstr(rc_error_text(), "OOM"));
    assert_int_equal(rc_kv_set(kv, KEY, RC_STR("x"), 0), RC_OK);
}

static void test_a_server_that_was_away_is_found_again(void **state)
{
    (void)state;
    RC_AUTO(rc_kv) struct rc_kv *kv = open_kv();

    assert_int_equal(rc_kv_ping(kv), RC_OK);
    server_stop(&server);
    assert_int_equal(rc_kv_ping(kv), RC_RETRY);
    assert_int_equal(rc_kv_ping(kv), RC_RETRY);
    assert_non_null(strstr(rc_error_text(), "127.0.0.1"));
    server_start_again(&server);
    assert_int_equal(rc_kv_ping(kv), RC_OK);
}

static void test_a_server_that_does_not_answer_is_given_up_in_time(void **state)
{
    (void)state;
    RC_AUTO(rc_kv) struct rc_kv *kv = NULL;

    assert_int_equal(rc_kv_open(url, 1000, &kv), RC_OK);
    assert_int_equal(rc_kv_ping(kv), RC_OK);
    kill(server.pid, SIGSTOP);
    const rc_status status = rc_kv_ping(kv);
    kill(server.pid, SIGCONT);
    assert_int_equal(status, RC_RETRY);
    /* The late answer must not be taken for the next one's. */
    assert_int_equal(rc_kv_set(kv, KEY, RC_STR("x"), 0), RC_OK);
}

static void test_login_and_database_stand_in_the_url(void **state)
{
    (void)state;
    RC_AUTO(rc_kv) struct rc_kv *right = NULL;
    RC_AUTO(rc_kv) struct rc_kv *wrong = NULL;
    struct rc_str found = {NULL, 0};
    char text[120];

    tell("ACL SETUSER reader on >p@ss:/ ~* +@all");
    snprintf(text, sizeof text, "redis://reader:p%%40ss%%3a%%2F@127.0.0.1:%u/3",
             (unsigned)server.port);
    assert_int_equal(rc_kv_open(text, 1000, &right), RC_OK);
    assert_int_equal(rc_kv_set(right, KEY, RC_STR("x"), 0), RC_OK);
    RC_AUTO(rc_kv) struct rc_kv *zero = open_kv();
    assert_int_equal(rc_kv_get(zero, KEY, arena, &found), RC_NOT_FOUND);
    snprintf(text, sizeof text, "redis://reader:sesame@127.0.0.1:%u", (unsigned)server.port);
    assert_int_equal(rc_kv_open(text, 1000, &wrong), RC_OK);
    assert_int_equal(rc_kv_ping(wrong), RC_FATAL);
    assert_null(strstr(rc_error_text(), "sesame"));
}

static void test_the_server_says_what_it_is_and_what_time_it_has(void **state)
{
    RC_AUTO(rc_kv) struct rc_kv *kv = open_kv();
    struct rc_str info = {0};
    int64_t ms = 0;

    (void)state;
    assert_int_equal(rc_kv_info(kv, arena, &info), RC_OK);
    assert_true(info.len > 100);
    assert_true(rc_str_starts(info, RC_STR("# Server")));
    assert_int_equal(rc_kv_time(kv, &ms), RC_OK);
    const int64_t ours_ms = (int64_t)time(NULL) * 1000;
    assert_true(ms > ours_ms - 5000 && ms < ours_ms + 5000);
}

static void test_what_is_no_redis_url_is_rejected(void **state)
{
    (void)state;
    static const char *const urls[] = {
        "",           "http://127.0.0.1",         "rediss://127.0.0.1",      "redis://",
        "redis://:1", "redis://127.0.0.1:sesame", "redis://127.0.0.1:99999", "redis://127.0.0.1/x",
    };
    struct rc_kv *kv = NULL;

    for (size_t i = 0; i < COUNT_OF(urls); i++)
        assert_int_equal(rc_kv_open(urls[i], 0, &kv), RC_REJECT);
    assert_null(kv);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_a_value_comes_back_byte_by_byte_and_is_gone_when_deleted,
                               empty),
        cmocka_unit_test_setup(test_a_value_with_an_expiry_goes_by_itself, empty),
        cmocka_unit_test_setup(test_a_lock_has_one_owner_who_alone_renews_and_releases_it, empty),
        cmocka_unit_test_setup(test_a_lock_that_expired_is_not_renewed_by_its_old_owner, empty),
        cmocka_unit_test_setup(test_a_counter_adds_up_and_always_has_an_expiry, empty),
        cmocka_unit_test_setup(test_a_key_of_another_kind_is_our_mistake, empty),
        cmocka_unit_test_setup(test_a_server_without_memory_is_waited_for, empty),
        cmocka_unit_test_setup(test_a_script_gives_its_integers_or_leaves_them_alone, empty),
        cmocka_unit_test_setup(test_a_server_that_was_away_is_found_again, empty),
        cmocka_unit_test_setup(test_a_server_that_does_not_answer_is_given_up_in_time, empty),
        cmocka_unit_test_setup(test_login_and_database_stand_in_the_url, empty),
        cmocka_unit_test_setup(test_what_is_no_redis_url_is_rejected, empty),
        cmocka_unit_test_setup(test_the_server_says_what_it_is_and_what_time_it_has, empty),
    };

    return cmocka_run_group_tests(tests, start_all, stop_all);
}
