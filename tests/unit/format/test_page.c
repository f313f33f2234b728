/* Pages cut into records: what counts as a page, and what an admin is told when it is none. */

#include "rollcall/format/page.h"

#include "rollcall/base/buf.h"
#include "support/unit.h"

struct fixture {
    struct rc_arena *arena;
    struct rc_page page;
};

static int set_up(void **state)
{
    static struct fixture fixture;

    fixture = (struct fixture){.arena = rc_arena_new(0)};
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    rc_arena_free(fixture->arena);
    return 0;
}

static rc_status split(struct fixture *fixture, struct rc_str text)
{
    return rc_page_split(text, RC_STR("users"), 1000, fixture->arena, &fixture->page);
}

static void test_an_envelope_gives_its_records_as_views(void **state)
{
    struct fixture *fixture = *state;
    const struct rc_str text = RC_STR("{\"users\": [ {\"a\":1} , {\"b\":[{}]}\n,\"x\", 12,null ]}");

    assert_ok(split(fixture, text));
    assert_int_equal(fixture->page.count, 5);
    assert_str(fixture->page.records[0], "{\"a\":1}");
    assert_str(fixture->page.records[1], "{\"b\":[{}]}");
    assert_str(fixture->page.records[2], "\"x\"");
    assert_str(fixture->page.records[3], "12");
    assert_str(fixture->page.records[4], "null");
    assert_ptr_equal(fixture->page.records[0].data, text.data + 12);
    assert_str(fixture->page.envelope, "users");
    assert_false(fixture->page.bare);
}

static void test_other_members_may_stand_before_and_after(void **state)
{
    struct fixture *fixture = *state;

    assert_ok(split(fixture,
                    RC_STR("{\"statusInfoSet\":[{\"users\":[1,2]}],\"n\":-1.5e3 ,\"s\":\"}]\\\"\","
                           "\"users\":[{}],\"warnings\":{\"users\":[]},\"ok\":true}")));
    assert_int_equal(fixture->page.count, 1);
    assert_str(fixture->page.records[0], "{}");
}

static void test_a_bare_array_is_a_page(void **state)
{
    struct fixture *fixture = *state;

    assert_ok(split(fixture, RC_STR(" [{\"a\":1}]\r\n")));
    assert_int_equal(fixture->page.count, 1);
    assert_true(fixture->page.bare);
    assert_str(fixture->page.envelope, "");
}

static void test_an_empty_collection_is_a_page_of_no_records(void **state)
{
    struct fixture *fixture = *state;

    assert_ok(split(fixture, RC_STR("{\"users\":[]}")));
    assert_int_equal(fixture->page.count, 0);
    assert_ok(split(fixture, RC_STR("[ ]")));
    assert_int_equal(fixture->page.count, 0);
}

static void test_a_byte_order_mark_at_the_very_start_is_passed_over(void **state)
{
    struct fixture *fixture = *state;

    assert_ok(split(fixture, RC_STR("\xEF\xBB\xBF{\"users\":[1]}")));
    assert_int_equal(fixture->page.count, 1);
    assert_fails(split(fixture, RC_STR(" \xEF\xBB\xBF{\"users\":[1]}")), RC_REJECT,
                 "neither an object nor an array");
}

static void test_brackets_and_escapes_inside_strings_mean_nothing(void **state)
{
    struct fixture *fixture = *state;

    assert_ok(
        split(fixture,
              RC_STR("{\"users\":[{\"a\":\"]}\\\"[\",\"\\\\\":\"\\\\\"},{\"b\":\"\\\\\\\"\"}]}")));
    assert_int_equal(fixture->page.count, 2);
    assert_str(fixture->page.records[0], "{\"a\":\"]}\\\"[\",\"\\\\\":\"\\\\\"}");
}

static void test_what_is_wrong_inside_a_record_stays_its_own_matter(void **state)
{
    struct fixture *fixture = *state;

    assert_ok(split(
        fixture,
        RC_STR(
            "{\"users\":[{\"a\":01,},{\"b\":\"\xFF\"},{[}],{\"ok\":1},nonsense,{\"c\":\"\t\"}]}")));
    assert_int_equal(fixture->page.count, 6);
    assert_str(fixture->page.records[3], "{\"ok\":1}");
    assert_str(fixture->page.records[4], "nonsense");
}

static void test_a_record_nested_without_end_costs_only_itself(void **state)
{
    struct fixture *fixture = *state;
    RC_AUTO_BUF struct rc_buf text = {0};

    rc_buf_add_str(&text, RC_STR("{\"users\":[{\"good\":1},"));
    for (int i = 0; i < 100000; i++)
        rc_buf_add_char(&text, '[');
    for (int i = 0; i < 100000; i++)
        rc_buf_add_char(&text, ']');
    rc_buf_add_str(&text, RC_STR("]}"));
    assert_ok(split(fixture, rc_buf_str(&text)));
    assert_int_equal(fixture->page.count, 2);
}

static void test_many_records_keep_their_order(void **state)
{
    struct fixture *fixture = *state;
    RC_AUTO_BUF struct rc_buf text = {0};

    for (int i = 0; i < 1000; i++)
        rc_buf_print(&text, "%s%d", i == 0 ? "[" : ",", i);
    rc_buf_add_char(&text, ']');
    assert_ok(split(fixture, rc_buf_str(&text)));
    assert_int_equal(fixture->page.count, 1000);
    assert_str(fixture->page.records[999], "999");
    text.data[text.len - 1] = ',';
    rc_buf_add_str(&text, RC_STR("1]"));
    assert_fails(split(fixture, rc_buf_str(&text)), RC_REJECT, "more than 1000 records");
}

static void test_what_is_no_page_is_refused_in_words_that_help(void **state)
{
    static const struct {
        struct rc_str text;
        const char *words;
    } cases[] = {
        {RC_STR_INIT(""), "an empty answer"},
        {RC_STR_INIT(" \r\n"), "an empty answer"},
        {RC_STR_INIT("\xEF\xBB\xBF"), "an empty answer"},
        {RC_STR_INIT("\n<!DOCTYPE html><html>"), "an HTML or XML page"},
        {RC_STR_INIT("\x1F\x8B\x08"), "compressed bytes"},
        {RC_STR_INIT("\xFF\xFE{\0"), "UTF-16"},
        {RC_STR_INIT("Unauthorized"), "neither an object nor an array"},
        {RC_STR_INIT("\"users\""), "neither an object nor an array"},
        {RC_STR_INIT("null"), "neither an object nor an array"},
        {RC_STR_INIT("{}"), "an empty object instead of \"users\""},
        {RC_STR_INIT("{\"users\":null}"), "under \"users\" stands no array"},
        {RC_STR_INIT("{\"users\":{}}"), "under \"users\" stands no array"},
        {RC_STR_INIT("{\"users\":[],\"users\":[1]}"), "\"users\" stands twice"},
        {RC_STR_INIT("{\"user\":{\"users\":[]}}"),
         "\"users\" is not in the answer; there stand \"user\""},
        {RC_STR_INIT("{\"users\":[1]} x"), "byte 14 of the answer: text after the end"},
        {RC_STR_INIT("[1]]"), "text after the end"},
        {RC_STR_INIT("{\"users\":[1"), "cut off at byte 11"},
        {RC_STR_INIT("{\"users\":[{\"a\":\"b"), "cut off at byte 17"},
        {RC_STR_INIT("{\"users\":[{\"a\":\"b\\"), "cut off at byte 18"},
        {RC_STR_INIT("{\"users\":[{\"a\":1},"), "cut off at byte 18"},
        {RC_STR_INIT("{\"users\":[{\"a\":1}]"), "cut off at byte 18"},
        {RC_STR_INIT("{\"users\":"), "cut off at byte 9"},
        {RC_STR_INIT("{\"users\""), "cut off at byte 8"},
        {RC_STR_INIT("{\"us"), "cut off at byte 4"},
        {RC_STR_INIT("{"), "cut off at byte 1"},
        {RC_STR_INIT("["), "cut off at byte 1"},
        {RC_STR_INIT("{\"users\":[1,]}"), "byte 12 of the answer: a value is due"},
        {RC_STR_INIT("{\"users\":[1 2]}"),
         "byte 12 of the answer: a comma or the closing bracket is due"},
        {RC_STR_INIT("{\"users\":[1}}"), "a comma or the closing bracket is due"},
        {RC_STR_INIT("{\"users\" [1]}"), "a colon is due"},
        {RC_STR_INIT("{users:[1]}"), "a name is due"},
        {RC_STR_INIT("{\"users\":[1],}"), "a name is due"},
        {RC_STR_INIT("[\0]"), "a value is due"},
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_fails(split(fixture, cases[i].text), RC_REJECT, cases[i].words);
    assert_null(fixture->page.records);
}

static void test_names_are_shown_few_short_and_printable(void **state)
{
    struct fixture *fixture = *state;

    assert_fails(
        split(fixture, RC_STR("{\"error\":1,\"M\xC3\xBCller\\n\":2,"
                              "\"0123456789012345678901234567890123456789-and-more\":3}")),
        RC_REJECT,
        "there stand \"error\", \"M??ller\\n\", \"0123456789012345678901234567890123456789\"");
    assert_null(strstr(rc_error_text(), "and-more"));
    assert_fails(split(fixture, RC_STR("{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1}")),
                 RC_REJECT, "\"a\", \"b\", \"c\", \"d\", \"e\" and more");
    assert_null(strstr(rc_error_text(), "\"f\""));
}

/* No cut may make a whole page: a truncated answer is a failure, not a small roster. */
static void test_every_truncation_of_a_page_is_refused(void **state)
{
    static const char whole[] =
        "{\"statusInfoSet\":[{\"a\":\"b\"}],\"users\":[{\"id\":\"1\",\"x\":[1,2]},{\"id\":"
        "\"\\\"2\"}]}";
    struct fixture *fixture = *state;

    for (size_t len = 0; len + 1 < sizeof whole; len++)
        assert_int_equal(split(fixture, (struct rc_str){whole, len}), RC_REJECT);
    assert_ok(split(fixture, rc_str_of(whole)));
    assert_int_equal(fixture->page.count, 2);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(test_an_envelope_gives_its_records_as_views),
        WITH_FIXTURE(test_other_members_may_stand_before_and_after),
        WITH_FIXTURE(test_a_bare_array_is_a_page),
        WITH_FIXTURE(test_an_empty_collection_is_a_page_of_no_records),
        WITH_FIXTURE(test_a_byte_order_mark_at_the_very_start_is_passed_over),
        WITH_FIXTURE(test_brackets_and_escapes_inside_strings_mean_nothing),
        WITH_FIXTURE(test_what_is_wrong_inside_a_record_stays_its_own_matter),
        WITH_FIXTURE(test_a_record_nested_without_end_costs_only_itself),
        WITH_FIXTURE(test_many_records_keep_their_order),
        WITH_FIXTURE(test_what_is_no_page_is_refused_in_words_that_help),
        WITH_FIXTURE(test_names_are_shown_few_short_and_printable),
        WITH_FIXTURE(test_every_truncation_of_a_page_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
