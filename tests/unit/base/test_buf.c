/* Growing bytes. */

#include "rollcall/base/buf.h"
#include "support/unit.h"

static void test_an_empty_buffer_is_valid(void **state)
{
    RC_AUTO_BUF struct rc_buf buf = {0};

    (void)state;
    assert_str(rc_buf_str(&buf), "");
    rc_buf_clear(&buf);
    rc_buf_add(&buf, NULL, 0);
    assert_string_equal(buf.data, "");
}

static void test_pieces_stand_in_order_with_a_nul_behind(void **state)
{
    RC_AUTO_BUF struct rc_buf buf = {0};

    (void)state;
    rc_buf_add_str(&buf, RC_STR("seven "));
    rc_buf_add_char(&buf, 'o');
    rc_buf_print(&buf, "f %d%s", 9, "!");
    assert_string_equal(buf.data, "seven of 9!");
    assert_int_equal(buf.len, 11);
}

static void test_it_grows_over_many_small_pieces(void **state)
{
    RC_AUTO_BUF struct rc_buf buf = {0};

    (void)state;
    for (int i = 0; i < 10000; i++)
        rc_buf_print(&buf, "%04d", i);
    assert_int_equal(buf.len, 40000);
    assert_memory_equal(buf.data + 4 * 1234, "1234", 4);
}

static void test_reserved_room_may_be_written_by_the_caller(void **state)
{
    RC_AUTO_BUF struct rc_buf buf = {0};

    (void)state;
    rc_buf_reserve(&buf, 1000);
    memset(buf.data, 'x', 1000);
    buf.len = 1000;
    rc_buf_add_char(&buf, 'y');
    assert_int_equal(buf.data[999], 'x');
    assert_int_equal(buf.data[1000], 'y');
}

static void test_clearing_keeps_the_room_and_done_frees_it(void **state)
{
    struct rc_buf buf = {0};

    (void)state;
    rc_buf_add_str(&buf, RC_STR("abc"));
    const size_t cap = buf.cap;
    rc_buf_clear(&buf);
    assert_string_equal(buf.data, "");
    assert_int_equal(buf.cap, cap);
    rc_buf_done(&buf);
    assert_null(buf.data);
    rc_buf_done(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_empty_buffer_is_valid),
        cmocka_unit_test(test_pieces_stand_in_order_with_a_nul_behind),
        cmocka_unit_test(test_it_grows_over_many_small_pieces),
        cmocka_unit_test(test_reserved_room_may_be_written_by_the_caller),
        cmocka_unit_test(test_clearing_keeps_the_room_and_done_frees_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
