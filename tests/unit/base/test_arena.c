/* Memory of one message: zeroed, aligned, distinct, released at once. */

#include <sanitizer/asan_interface.h>
#include <signal.h>
#include <stdalign.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rollcall/base/arena.h"
#include "support/unit.h"

static void test_memory_is_zeroed_aligned_and_apart(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(256);
    unsigned char *at[100];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(at); i++) {
        at[i] = rc_arena_alloc(arena, i);
        assert_int_equal((uintptr_t)at[i] % alignof(max_align_t), 0);
        for (size_t k = 0; k < i; k++)
            assert_int_equal(at[i][k], 0);
        if (i > 0) memset(at[i], (int)i, i);
    }
    for (size_t i = 1; i < COUNT_OF(at); i++)
        for (size_t k = 0; k < i; k++)
            assert_int_equal(at[i][k], i);
}

static void test_memory_is_zeroed_again_after_a_reset(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    unsigned char *at = rc_arena_alloc(arena, 100);

    (void)state;
    memset(at, 0xAA, 100);
    rc_arena_reset(arena);
    at = rc_arena_alloc(arena, 100);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(at[i], 0);
}

static void test_an_object_larger_than_a_block_has_room(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(64);
    char *small = rc_arena_copy(arena, "ab", 2);
    char *large = rc_arena_array(arena, 1000, 7);
    char *after = rc_arena_copy(arena, "cd", 2);

    (void)state;
    memset(large, 'x', 7000);
    assert_string_equal(small, "ab");
    assert_string_equal(after, "cd");
    rc_arena_reset(arena);
    assert_int_equal(rc_arena_used(arena), 0);
}

static void test_used_counts_the_bytes_asked_for(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    (void)rc_arena_alloc(arena, 10);
    (void)rc_arena_array(arena, 3, 5);
    assert_int_equal(rc_arena_used(arena), 25);
    rc_arena_reset(arena);
    assert_int_equal(rc_arena_used(arena), 0);
}

static void test_a_copy_of_nothing_is_an_empty_string(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    assert_string_equal(rc_arena_copy(arena, NULL, 0), "");
}

/* Runs act in a child that stays quiet; true when it was ended by SIGABRT. */
static int aborts(void (*act)(void))
{
    int status = 0;
    const pid_t child = fork();

    if (child == 0) {
        (void)close(STDERR_FILENO);
        act();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void ask_for_a_product_that_overflows(void)
{
    (void)rc_arena_array(rc_arena_new(0), SIZE_MAX / 2, 3);
}

static void ask_for_too_much(void)
{
    (void)rc_arena_alloc(rc_arena_new(0), SIZE_MAX - 8);
}

static void test_what_cannot_be_had_ends_the_process(void **state)
{
    (void)state;
    assert_true(aborts(ask_for_a_product_that_overflows));
    assert_true(aborts(ask_for_too_much));
}

#ifdef __SANITIZE_ADDRESS__
static void test_the_address_sanitizer_sees_overruns_and_uses_after_a_reset(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    char *at = rc_arena_alloc(arena, 13);

    (void)state;
    assert_false(__asan_address_is_poisoned(at + 12));
    assert_true(__asan_address_is_poisoned(at + 13));
    rc_arena_reset(arena);
    assert_true(__asan_address_is_poisoned(at));
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_is_zeroed_aligned_and_apart),
        cmocka_unit_test(test_memory_is_zeroed_again_after_a_reset),
        cmocka_unit_test(test_an_object_larger_than_a_block_has_room),
        cmocka_unit_test(test_used_counts_the_bytes_asked_for),
        cmocka_unit_test(test_a_copy_of_nothing_is_an_empty_string),
        cmocka_unit_test(test_what_cannot_be_had_ends_the_process),
#ifdef __SANITIZE_ADDRESS__
        cmocka_unit_test(test_the_address_sanitizer_sees_overruns_and_uses_after_a_reset),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
