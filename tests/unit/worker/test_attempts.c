/* Counting starts without an end (S3), over a Redis that is one key in memory and can be away. */
#include "../../../common/worker/attempts.h"

#include "support/unit.h"

/* ---- the stand-in for Redis ---- */

static struct {
    char key[400];
    char value[600];
    bool present;
    bool away;  /* calls fail and do nothing */
    bool vague; /* calls fail and do what they should all the same */
} redis;

static rc_status answer(void)
{
    return redis.away || redis.vague ? rc_fail(RC_RETRY, "Redis is away") : RC_OK;
}

rc_status rc_kv_get(struct rc_kv *kv, struct rc_str key, struct rc_arena *arena,
                    struct rc_str *ret_value)
{
    (void)kv;
    (void)key;
    if (redis.away) return answer();
    if (!redis.present) return RC_NOT_FOUND;
    *ret_value = rc_str_copy(arena, rc_str_of(redis.value));
    return RC_OK;
}

rc_status rc_kv_set(struct rc_kv *kv, struct rc_str key, struct rc_str value, int64_t ttl_ms)
{
    (void)kv;
    assert_true(ttl_ms > 0);
    if (redis.away) return answer();
    redis.present = true;
    memcpy(redis.key, key.data, key.len);
    redis.key[key.len] = '\0';
    memcpy(redis.value, value.data, value.len);
    redis.value[value.len] = '\0';
    return answer();
}

rc_status rc_kv_delete(struct rc_kv *kv, struct rc_str key)
{
    (void)kv;
    (void)key;
    if (!redis.away) redis.present = false;
    return answer();
}

/* ---- lives of a program ---- */

static struct rc_arena *arena;
static const struct attempt_id id = {{"rollcall.page.fetched.v1", 24}, 3, 41};

static int setup(void **state)
{
    (void)state;
    memset(&redis, 0, sizeof redis);
    arena = rc_arena_new(0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    rc_arena_free(arena);
    return 0;
}

static enum attempt_verdict begin(const char *life, bool alone, struct attempt *attempt)
{
    enum attempt_verdict verdict = ATTEMPT_SET_ASIDE;

    assert_ok(attempts_begin(NULL, arena, life, &id, alone, attempt, &verdict));
    return verdict;
}

/* A life that begins the message and is killed at it; returns how it began. */
static enum attempt_verdict killed(const char *life)
{
    struct attempt attempt = {0};
    enum attempt_verdict verdict = begin(life, false, &attempt);

    if (verdict == ATTEMPT_ALONE) assert_int_equal(begin(life, true, &attempt), ATTEMPT_RUN);
    return verdict;
}

static void test_a_new_message_runs_beside_others(void **state)
{
    struct attempt attempt = {0};

    (void)state;
    assert_int_equal(begin("one", false, &attempt), ATTEMPT_RUN);
    assert_string_equal(redis.key, "rollcall:attempts:rollcall.page.fetched.v1:3:41");
    assert_true(redis.present);
}

static void test_the_third_kill_alone_does_not_happen(void **state)
{
    struct attempt attempt = {0};

    (void)state;
    assert_int_equal(killed("one"), ATTEMPT_RUN);
    assert_int_equal(killed("two"), ATTEMPT_ALONE);
    assert_int_equal(killed("three"), ATTEMPT_ALONE);
    assert_int_equal(begin("four", false, &attempt), ATTEMPT_SET_ASIDE);
}

static void test_starts_beside_others_never_set_aside(void **state)
{
    struct attempt attempt = {0};

    (void)state;
    killed("one");
    for (int i = 0; i < 20; i++) {
        /* Asked for alone, and killed by another message before it was its turn. */
        assert_int_equal(begin("again", false, &attempt), ATTEMPT_ALONE);
    }
    assert_int_equal(begin("last", true, &attempt), ATTEMPT_RUN);
}

static void test_a_done_message_is_forgotten(void **state)
{
    struct attempt attempt = {0};

    (void)state;
    killed("one");
    begin("two", true, &attempt);
    assert_ok(attempts_finish(NULL, &attempt));
    assert_false(redis.present);
}

static void test_an_end_without_being_done_takes_back_only_ones_own_start(void **state)
{
    struct attempt attempt = {0};

    (void)state;
    killed("one");
    for (int i = 0; i < 10; i++) {
        assert_int_equal(begin("two", true, &attempt), ATTEMPT_RUN);
        assert_ok(attempts_undo(NULL, &attempt));
    }
    assert_string_equal(redis.value, "one together\n");
    assert_int_equal(begin("three", false, &attempt), ATTEMPT_ALONE);
}

static void test_the_first_start_taken_back_leaves_nothing(void **state)
{
    struct attempt attempt = {0};

    (void)state;
    begin("one", false, &attempt);
    assert_ok(attempts_undo(NULL, &attempt));
    assert_false(redis.present);
}

static void test_an_uncertain_write_never_counts_against_a_healthy_message(void **state)
{
    struct attempt attempt = {0};
    enum attempt_verdict verdict = ATTEMPT_RUN;

    (void)state;
    killed("one");
    redis.vague = true;
    for (int i = 0; i < 10; i++) {
        assert_int_equal(attempts_begin(NULL, arena, "two", &id, true, &attempt, &verdict),
                         RC_RETRY);
        assert_int_equal(attempts_undo(NULL, &attempt), RC_RETRY);
    }
    redis.vague = false;
    assert_int_equal(begin("two", true, &attempt), ATTEMPT_RUN);
    assert_ok(attempts_undo(NULL, &attempt));
    assert_string_equal(redis.value, "one together\n");
}

static void test_an_end_that_redis_missed_is_made_good_by_the_next(void **state)
{
    struct attempt attempt = {0};

    (void)state;
    begin("one", false, &attempt);
    redis.away = true;
    assert_int_equal(attempts_undo(NULL, &attempt), RC_RETRY);
    redis.away = false;
    assert_int_equal(begin("one", false, &attempt), ATTEMPT_RUN);
    assert_ok(attempts_undo(NULL, &attempt));
    assert_false(redis.present);
}

static void test_a_flush_forgets_and_does_no_harm(void **state)
{
    struct attempt attempt = {0};

    (void)state;
    killed("one");
    killed("two");
    redis.present = false;
    assert_int_equal(begin("three", false, &attempt), ATTEMPT_RUN);
}

static void test_redis_away_is_an_outage(void **state)
{
    struct attempt attempt = {0};
    enum attempt_verdict verdict = ATTEMPT_RUN;

    (void)state;
    redis.away = true;
    assert_fails(attempts_begin(NULL, arena, "one", &id, false, &attempt, &verdict), RC_RETRY,
                 "away");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_new_message_runs_beside_others),
        CASE(test_the_third_kill_alone_does_not_happen),
        CASE(test_starts_beside_others_never_set_aside),
        CASE(test_a_done_message_is_forgotten),
        CASE(test_an_end_without_being_done_takes_back_only_ones_own_start),
        CASE(test_the_first_start_taken_back_leaves_nothing),
        CASE(test_an_uncertain_write_never_counts_against_a_healthy_message),
        CASE(test_an_end_that_redis_missed_is_made_good_by_the_next),
        CASE(test_a_flush_forgets_and_does_no_harm),
        CASE(test_redis_away_is_an_outage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
