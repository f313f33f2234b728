/* The checkpoint is believed as a whole or not at all (L2), and the page's id names its bytes (L3).
 */

#include "checkpoint.h"

#include "page_send.h"
#include "support/unit.h"

static const struct checkpoint example = {
    .from = 1000,
    .page_size = 500,
    .total = 4321,
    .revision = {"r-7", 3},
    .next = {"0/5f", 4},
    .facts = {{{"id-a", 4}, {"da", 2}, 1000, 500}, {{"id-b", 4}, {"db", 2}, 1500, 499}},
    .count = 2,
};

static void test_a_checkpoint_comes_back_as_it_was_written(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    RC_AUTO_BUF struct rc_buf text = {0};
    struct checkpoint back = {0};

    (void)state;
    checkpoint_print(&example, &text);
    assert_ok(checkpoint_parse(rc_buf_str(&text), arena, &back));
    assert_int_equal(back.from, 1000);
    assert_int_equal(back.page_size, 500);
    assert_int_equal(back.total, 4321);
    assert_str(back.revision, "r-7");
    assert_str(back.next, "0/5f");
    assert_int_equal(back.count, 2);
    assert_str(back.facts[1].id, "id-b");
    assert_str(back.facts[1].digest, "db");
    assert_int_equal(checkpoint_cursor(&back), 1999);
}

static void test_the_facts_alone_are_what_a_step_takes(void **state)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    (void)state;
    checkpoint_print_facts(&example, &text);
    assert_str(rc_buf_str(&text),
               "[{\"id\":\"id-a\",\"digest\":\"da\",\"cursor\":\"1000\",\"count\":500},"
               "{\"id\":\"id-b\",\"digest\":\"db\",\"cursor\":\"1500\",\"count\":499}]");
}

static void test_a_torn_or_mixed_checkpoint_is_none(void **state)
{
    static const char *const texts[] = {
        "",
        "{\"from\":0",
        "{\"from\":0,\"page_size\":5,\"facts\":[]}",
        /* a gap: the second page does not begin where the first ended */
        "{\"from\":0,\"page_size\":5,\"total\":-1,\"revision\":\"\",\"facts\":["
        "{\"id\":\"a\",\"digest\":\"d\",\"cursor\":\"0\",\"count\":5},{\"id\":\"b\",\"digest\":"
        "\"e\",\"cursor\":\"6\",\"count\":5}]}",
        "{\"from\":0,\"page_size\":5,\"total\":-1,\"revision\":\"\",\"facts\":[{\"id\":\"a\","
        "\"digest\":\"d\",\"cursor\":\"0\",\"count\":0}]}",
        "{\"from\":0,\"page_size\":5,\"total\":-1,\"revision\":\"\",\"facts\":[{\"digest\":\"d\","
        "\"cursor\":\"0\",\"count\":5}]}",
    };
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct checkpoint back = {0};
        if (checkpoint_parse(rc_str_of(texts[i]), arena, &back) != RC_REJECT)
            fail_msg("%s", texts[i]);
        assert_int_equal(back.count, 0);
    }
}

static void test_the_key_names_lane_pass_and_step(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    assert_str(checkpoint_key(arena, "l", 2, 17), "rollcall:checkpoint:l:2:17");
}

static struct rc_str id_of(struct rc_arena *arena, int64_t pass, int64_t cursor, const char *body)
{
    const struct lane lane = {.request = {.run = "r", .pass = pass}, .collection = RC_STR("users")};

    return page_fact(&lane, cursor, 1, rc_str_of(body), arena).id;
}

static void test_a_page_fetched_twice_with_other_bytes_is_two_pages(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct rc_str one = id_of(arena, 1, 0, "{\"users\":[1]}");

    (void)state;
    assert_true(rc_str_eq(one, id_of(arena, 1, 0, "{\"users\":[1]}")));
    assert_false(rc_str_eq(one, id_of(arena, 1, 0, "{\"users\":[2]}")));
    assert_false(rc_str_eq(one, id_of(arena, 2, 0, "{\"users\":[1]}")));
    assert_false(rc_str_eq(one, id_of(arena, 1, 100, "{\"users\":[1]}")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_checkpoint_comes_back_as_it_was_written),
        cmocka_unit_test(test_the_facts_alone_are_what_a_step_takes),
        cmocka_unit_test(test_a_torn_or_mixed_checkpoint_is_none),
        cmocka_unit_test(test_the_key_names_lane_pass_and_step),
        cmocka_unit_test(test_a_page_fetched_twice_with_other_bytes_is_two_pages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
