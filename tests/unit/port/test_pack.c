/* Packing, and packed bytes that are not what they say. */
#include "rollcall/port/pack.h"

#include <string.h>

#include "rollcall/base/id.h"
#include "support/unit.h"

static struct rc_packer *packer;
static struct rc_arena *arena;

static int setup(void **state)
{
    (void)state;
    packer = rc_packer_new();
    arena = rc_arena_new(0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    rc_packer_free(packer);
    rc_arena_free(arena);
    return 0;
}

static void expect_same_again(struct rc_str plain)
{
    RC_AUTO_BUF struct rc_buf packed = {0};
    struct rc_str again = {0};

    rc_pack(packer, plain, &packed);
    assert_ok(rc_unpack(packer, rc_buf_str(&packed), plain.len, arena, &again));
    assert_true(rc_str_eq(again, plain));
    assert_int_equal(again.data[again.len], 0);
}

static void test_what_was_packed_is_the_same_again(void **state)
{
    (void)state;
    static char large[3 << 20];

    expect_same_again(RC_STR(""));
    expect_same_again(RC_STR("{\"users\":[]}"));
    rc_random(large, sizeof large / 2);
    expect_same_again((struct rc_str){large, sizeof large});
}

static void test_a_roster_becomes_much_smaller(void **state)
{
    (void)state;
    RC_AUTO_BUF struct rc_buf page = {0};
    RC_AUTO_BUF struct rc_buf packed = {0};

    for (int i = 0; i < 1000; i++)
        rc_buf_print(&page, "{\"sourcedId\":\"u%d\",\"status\":\"active\",\"role\":\"student\"},",
                     i);
    rc_pack(packer, rc_buf_str(&page), &packed);
    assert_true(packed.len * 5 < page.len);
}

static void test_more_than_is_allowed_is_refused_before_memory_is_taken(void **state)
{
    (void)state;
    static char zeros[1 << 20];
    RC_AUTO_BUF struct rc_buf packed = {0};
    struct rc_str plain = {0};

    rc_pack(packer, (struct rc_str){zeros, sizeof zeros}, &packed);
    const size_t before = rc_arena_used(arena);
    assert_int_equal(rc_unpack(packer, rc_buf_str(&packed), sizeof zeros - 1, arena, &plain),
                     RC_REJECT);
    assert_int_equal(rc_arena_used(arena), before);
    assert_non_null(strstr(rc_error_text(), "at most 1048575"));
}

static void test_damaged_and_foreign_bytes_are_refused(void **state)
{
    (void)state;
    RC_AUTO_BUF struct rc_buf packed = {0};
    struct rc_str plain = {0};

    rc_pack(packer, RC_STR("a text that is long enough to be cut anywhere"), &packed);
    for (size_t len = 0; len < packed.len; len++)
        assert_int_equal(rc_unpack(packer, (struct rc_str){packed.data, len}, 4096, arena, &plain),
                         RC_REJECT);
    assert_int_equal(rc_unpack(packer, RC_STR("{\"users\":[]}"), 4096, arena, &plain), RC_REJECT);
}

/* A frame whose head says less than what is inside. */
static void test_a_frame_that_lies_about_its_size_is_refused(void **state)
{
    (void)state;
    static char zeros[200];
    RC_AUTO_BUF struct rc_buf packed = {0};
    struct rc_str plain = {0};

    rc_pack(packer, (struct rc_str){zeros, sizeof zeros}, &packed);
    assert_int_equal((unsigned char)packed.data[5], sizeof zeros);
    packed.data[5] = 20;
    assert_int_equal(rc_unpack(packer, rc_buf_str(&packed), 4096, arena, &plain), RC_REJECT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_packed_is_the_same_again),
        cmocka_unit_test(test_a_roster_becomes_much_smaller),
        cmocka_unit_test(test_more_than_is_allowed_is_refused_before_memory_is_taken),
        cmocka_unit_test(test_damaged_and_foreign_bytes_are_refused),
        cmocka_unit_test(test_a_frame_that_lies_about_its_size_is_refused),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
