/* The gate and the tree: what must be refused, what must be taken, and that nothing is altered on
 * the way. */

#include "rollcall/format/json.h"
#include "support/unit.h"

/* In the spirit of the JSONTestSuite: cJSON alone takes a good many of these. */
static const struct {
    struct rc_str text;
    const char *words;
} must_reject[] = {
    {RC_STR_INIT(""), "cut off"},
    {RC_STR_INIT("  "), "cut off"},
    {RC_STR_INIT("\xEF\xBB\xBF{}"), "byte order mark"},
    {RC_STR_INIT("{} x"), "byte 3: text after the end"},
    {RC_STR_INIT("{}{}"), "text after the end"},
    {RC_STR_INIT("[1]]"), "text after the end"},
    {RC_STR_INIT("1 2"), "text after the end"},
    {RC_STR_INIT("{}\0"), "text after the end"},
    {RC_STR_INIT("\0"), "a NUL byte"},
    {RC_STR_INIT("[\0]"), "a NUL byte"},
    {RC_STR_INIT("[\"a\0b\"]"), "byte 3: a raw control character"},
    {RC_STR_INIT("[\"\\u0000\"]"), "byte 2: \\u0000"},
    {RC_STR_INIT("{\"\\u0000\":1}"), "\\u0000"},
    {RC_STR_INIT("[\"\t\"]"), "a raw control character"},
    {RC_STR_INIT("[\"a\nb\"]"), "a raw control character"},
    {RC_STR_INIT("[\"1234567\x1F\"]"), "a raw control character"},
    {RC_STR_INIT("[\"\xFF\"]"), "byte 2: no well-formed UTF-8"},
    {RC_STR_INIT("[\"\xC0\xAF\"]"), "no well-formed UTF-8"},
    {RC_STR_INIT("[\"\xED\xA0\x80\"]"), "no well-formed UTF-8"},
    {RC_STR_INIT("[\"M\xFCller\"]"), "byte 3: no well-formed UTF-8"},
    {RC_STR_INIT("[\"\\ud800\"]"), "byte 2: the first half of a surrogate pair"},
    {RC_STR_INIT("[\"\\ud800x\"]"), "the first half of a surrogate pair"},
    {RC_STR_INIT("[\"\\ud800\\n\"]"), "the first half of a surrogate pair"},
    {RC_STR_INIT("[\"\\ud800\\ud800\"]"), "the first half of a surrogate pair"},
    {RC_STR_INIT("[\"\\udc00\"]"), "the second half of a surrogate pair"},
    {RC_STR_INIT("[\"\\u12\"]"), "four hex digits"},
    {RC_STR_INIT("[\"\\u12G4\"]"), "four hex digits"},
    {RC_STR_INIT("[\"\\x41\"]"), "no such escape"},
    {RC_STR_INIT("[\"\\\0\"]"), "no such escape"},
    {RC_STR_INIT("[\"\\"), "cut off"},
    {RC_STR_INIT("[\"abc"), "cut off"},
    {RC_STR_INIT("\""), "cut off"},
    {RC_STR_INIT("['a']"), "no value"},
    {RC_STR_INIT("[01]"), "a number in a form"},
    {RC_STR_INIT("[-01]"), "a number in a form"},
    {RC_STR_INIT("[+1]"), "no value"},
    {RC_STR_INIT("[.5]"), "no value"},
    {RC_STR_INIT("[1.]"), "a number in a form"},
    {RC_STR_INIT("[1.e5]"), "a number in a form"},
    {RC_STR_INIT("[1e]"), "a number in a form"},
    {RC_STR_INIT("[1e+]"), "a number in a form"},
    {RC_STR_INIT("[-]"), "a number in a form"},
    {RC_STR_INIT("[0x10]"), "a comma or the closing bracket"},
    {RC_STR_INIT("[1e400]"), "byte 1: the number is too large"},
    {RC_STR_INIT("[-1e400]"), "the number is too large"},
    {RC_STR_INIT("[NaN]"), "no value"},
    {RC_STR_INIT("[Infinity]"), "no value"},
    {RC_STR_INIT("[nul]"), "no JSON value"},
    {RC_STR_INIT("[True]"), "no value"},
    {RC_STR_INIT("tru"), "no JSON value"},
    {RC_STR_INIT("[1,]"), "no value"},
    {RC_STR_INIT("[,1]"), "no value"},
    {RC_STR_INIT("[1 2]"), "a comma or the closing bracket"},
    {RC_STR_INIT("[1"), "byte 2: the text is cut off"},
    {RC_STR_INIT("["), "cut off"},
    {RC_STR_INIT("[1}"), "a comma or the closing bracket"},
    {RC_STR_INIT("{\"a\":1]"), "a comma or the closing bracket"},
    {RC_STR_INIT("{\"a\":1,}"), "a string is due"},
    {RC_STR_INIT("{\"a\" 1}"), "a colon is due"},
    {RC_STR_INIT("{\"a\"}"), "a colon is due"},
    {RC_STR_INIT("{a:1}"), "a string is due"},
    {RC_STR_INIT("{1:1}"), "a string is due"},
    {RC_STR_INIT("{\"a\":}"), "no value"},
    {RC_STR_INIT("{"), "cut off"},
    {RC_STR_INIT("[1]//x"), "text after the end"},
    {RC_STR_INIT("/* x */[1]"), "no value"},
    {RC_STR_INIT("[1\f]"), "a comma or the closing bracket"},
    {RC_STR_INIT("[\xC2\xA0]"), "no value"},
    {RC_STR_INIT("{\"a\":1,\"a\":2}"), "byte 7: the name stands twice"},
    {RC_STR_INIT("{\"a\":1,\"b\":{\"c\":1},\"a\":2}"), "the name stands twice"},
    {RC_STR_INIT("{\"a\":1,\"\\u0061\":2}"), "the name stands twice"},
    {RC_STR_INIT("{\"\\u00e9\":1,\"\xC3\xA9\":2}"), "the name stands twice"},
    {RC_STR_INIT("{\"\\u20AC\":1,\"\xE2\x82\xAC\":2}"), "the name stands twice"},
    {RC_STR_INIT("{\"a\\/\":1,\"a/\":2}"), "the name stands twice"},
    {RC_STR_INIT("{\"\\n\":1,\"\\u000a\":2}"), "the name stands twice"},
    {RC_STR_INIT("{\"\":1,\"\":2}"), "the name stands twice"},
};

static void test_what_is_no_json_is_refused_with_its_place(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(must_reject); i++) {
        const struct rc_json *value = NULL;
        assert_fails(rc_json_parse(must_reject[i].text, NULL, arena, &value), RC_REJECT,
                     must_reject[i].words);
        assert_null(value);
        assert_fails(rc_json_check(must_reject[i].text, NULL), RC_REJECT, must_reject[i].words);
    }
}

/* Taken, and printed again as the second says (NULL: as it came). */
static const char *const must_accept[][2] = {
    {"{}", NULL},
    {"[]", NULL},
    {" [ 1 , 2 ]\r\n\t", "[1,2]"},
    {"null", NULL},
    {"true", NULL},
    {"false", NULL},
    {"\"\"", NULL},
    {"0", NULL},
    {"-0", NULL},
    {"[0,-1,1.5,1E5,1e-5,1e+5,-0.0,123456789012345678901234567890]", NULL},
    {"[1e308,1e-400,0e1]", NULL},
    {"[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "[\"\\\"\\\\/\\u0008\\u000c\\n\\r\\t\"]"},
    {"[\"\\u0041\\u00e9\\u20ac\\ud83d\\ude00\"]", "[\"A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"]"},
    {"[\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\x7F\"]", NULL},
    {"[\"\\u0001\"]", NULL},
    {"[\"\\uFFFF\\uFEFF\"]", "[\"\xEF\xBF\xBF\xEF\xBB\xBF\"]"},
    {"{\"a\":{\"a\":{\"a\":[]}},\"b\":[{\"a\":1},{\"a\":2}]}", NULL},
    {"{\"a\":1,\"A\":2,\"aa\":3,\"\":4}", NULL},
    {"[null,true,false,[],{}]", NULL},
};

static void test_what_is_json_is_taken_and_prints_again(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    RC_AUTO_BUF struct rc_buf out = {0};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(must_accept); i++) {
        const struct rc_json *value = NULL;
        assert_ok(rc_json_check(rc_str_of(must_accept[i][0]), NULL));
        assert_ok(rc_json_parse(rc_str_of(must_accept[i][0]), NULL, arena, &value));
        rc_buf_clear(&out);
        rc_json_print(&out, value);
        assert_string_equal(out.data, must_accept[i][1] ? must_accept[i][1] : must_accept[i][0]);
    }
}

static void test_a_number_keeps_its_source_text(void **state)
{
    static const char *const numbers[] = {"9007199254740993", "-0", "1.50", "1E+5",
                                          "123456789012345678901234567890"};
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        const struct rc_json *value = NULL;
        assert_ok(rc_json_parse(
            rc_str_print(arena, "{\"a\":[%s,\"x\"],\"b\":%s}", numbers[i], numbers[i]), NULL, arena,
            &value));
        assert_int_equal(rc_json_kind(rc_json_get(value, "b")), RC_JSON_NUMBER);
        assert_str(rc_json_text(rc_json_get(value, "b")), numbers[i]);
        assert_str(rc_json_text(rc_json_first(rc_json_get(value, "a"))), numbers[i]);
    }
}

static void test_a_string_of_digits_is_no_number(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct rc_json *value = NULL;

    (void)state;
    assert_ok(rc_json_parse(RC_STR("[\"12\",\"\\u00ff12\",12]"), NULL, arena, &value));
    value = rc_json_first(value);
    assert_int_equal(rc_json_kind(value), RC_JSON_STRING);
    value = rc_json_next(value);
    assert_int_equal(rc_json_kind(value), RC_JSON_STRING);
    assert_str(rc_json_text(value),
               "\xC3\xBF"
               "12");
    assert_int_equal(rc_json_kind(rc_json_next(value)), RC_JSON_NUMBER);
}

static void test_names_that_differ_only_in_the_middle_are_apart(void **state)
{
    (void)state;
    assert_ok(rc_json_check(
        RC_STR("{\"abcdefgh-1-ijklmnop\":1,\"abcdefgh-2-ijklmnop\":2,\"abXcd\":1,\"abYcd\":1}"),
        NULL));
    assert_fails(
        rc_json_check(RC_STR("{\"abcdefgh-1-ijklmnop\":1,\"abcdefgh-1-ijklmnop\":2}"), NULL),
        RC_REJECT, "twice");
}

/* An object of count members n0 … and, if twice is not count, n<twice> once more at the end. */
static void print_object(struct rc_buf *out, int count, int twice)
{
    rc_buf_clear(out);
    rc_buf_add_char(out, '{');
    for (int i = 0; i < count; i++)
        rc_buf_print(out, "\"n%d\":{\"n%d\":%d},", i, i, i);
    rc_buf_print(out, "\"n%d\":null}", twice);
}

static void test_an_object_of_many_names_is_checked_too_and_in_good_time(void **state)
{
    static const int counts[] = {1, 20, 31, 32, 33, 63, 64, 65, 66, 1000, 200000};
    RC_AUTO_BUF struct rc_buf text = {0};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        print_object(&text, counts[i], counts[i]);
        assert_ok(rc_json_check(rc_buf_str(&text), NULL));
        print_object(&text, counts[i], counts[i] - 1);
        assert_fails(rc_json_check(rc_buf_str(&text), NULL), RC_REJECT, "twice");
        print_object(&text, counts[i], 0);
        assert_fails(rc_json_check(rc_buf_str(&text), NULL), RC_REJECT, "twice");
    }
}

static void test_limits_are_kept(void **state)
{
    const struct rc_json_limits limits = {.max_bytes = 40, .max_string = 10, .max_depth = 3};

    (void)state;
    assert_ok(rc_json_check(RC_STR("[[[1]]]"), &limits));
    assert_fails(rc_json_check(RC_STR("[[[[]]]]"), &limits), RC_REJECT,
                 "byte 3: nested too deeply");
    assert_fails(rc_json_check(RC_STR("[{\"a\":[{}]}]"), &limits), RC_REJECT, "nested too deeply");
    assert_ok(rc_json_check(RC_STR("[\"0123456789\"]"), &limits));
    assert_fails(rc_json_check(RC_STR("[\"01234567890\"]"), &limits), RC_REJECT,
                 "the string is too long");
    assert_fails(rc_json_check(RC_STR("{\"01234567890\":1}"), &limits), RC_REJECT,
                 "the string is too long");
    assert_fails(rc_json_check(RC_STR("[1,                                    1]"), &limits),
                 RC_REJECT, "41 bytes, at most 40");
}

static void test_depth_is_bounded_by_default_and_by_the_parser(void **state)
{
    const struct rc_json_limits deep = {.max_depth = 100000};
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    char *text = rc_arena_alloc(arena, 4001);
    const struct rc_json *value = NULL;

    (void)state;
    memset(text, '[', 2000);
    memset(text + 2000, ']', 2000);
    assert_ok(rc_json_check((struct rc_str){text + 1936, 128}, NULL));
    assert_fails(rc_json_check((struct rc_str){text + 1935, 130}, NULL), RC_REJECT,
                 "nested too deeply");
    assert_ok(rc_json_parse((struct rc_str){text + 1000, 2000}, &deep, arena, &value));
    assert_fails(rc_json_check((struct rc_str){text + 999, 2002}, &deep), RC_REJECT,
                 "nested too deeply");
}

static void test_a_number_of_endless_digits_is_refused(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    char *digits = rc_arena_alloc(arena, 1000);

    (void)state;
    memset(digits, '9', 999);
    assert_ok(rc_json_check((struct rc_str){digits, 256}, NULL));
    assert_fails(rc_json_check((struct rc_str){digits, 257}, NULL), RC_REJECT,
                 "the number is too long");
}

static void test_a_long_string_crosses_words_and_ends_anywhere(void **state)
{
    RC_AUTO_BUF struct rc_buf text = {0};
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (int len = 0; len < 40; len++) {
        for (int at = 0; at <= len; at++) {
            const struct rc_json *value = NULL;
            rc_buf_clear(&text);
            rc_buf_print(&text, "[\"%.*s\\\"%.*s\"]", at,
                         "0123456789012345678901234567890123456789", len - at,
                         "0123456789012345678901234567890123456789");
            assert_ok(rc_json_parse(rc_buf_str(&text), NULL, arena, &value));
            assert_int_equal(rc_json_text(rc_json_first(value)).len, len + 1);
            text.data[2 + at] = '\x1E';
            assert_fails(rc_json_check(rc_buf_str(&text), NULL), RC_REJECT,
                         "a raw control character");
        }
    }
}

static void test_lookups_chain_over_what_is_absent(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct rc_json *value = NULL;

    (void)state;
    assert_ok(
        rc_json_parse(RC_STR("{\"user\":{\"role\":\"student\",\"enabled\":true,\"orgs\":[1,2,3]}}"),
                      NULL, arena, &value));
    assert_str(rc_json_text(rc_json_get(rc_json_get(value, "user"), "role")), "student");
    assert_null(rc_json_get(rc_json_get(value, "User"), "role"));
    assert_int_equal(rc_json_kind(NULL), RC_JSON_NULL);
    assert_null(rc_json_first(NULL));
    assert_null(rc_json_next(NULL));
    assert_int_equal(rc_json_count(NULL), 0);
    assert_str(rc_json_text(NULL), "");
    assert_str(rc_json_name(NULL), "");
    assert_false(rc_json_bool(NULL));
    const struct rc_json *user = rc_json_first(value);
    assert_str(rc_json_name(user), "user");
    assert_int_equal(rc_json_count(user), 3);
    assert_true(rc_json_bool(rc_json_get(user, "enabled")));
    assert_false(rc_json_bool(rc_json_get(user, "role")));
    assert_int_equal(rc_json_count(rc_json_get(user, "orgs")), 3);
    assert_null(rc_json_get(rc_json_get(user, "orgs"), "0"));
}

static void test_required_members_are_named_with_their_path(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct rc_json *value = NULL;
    struct rc_str text = RC_STR("before");
    int64_t number = 7;

    (void)state;
    assert_ok(rc_json_parse(
        RC_STR("{\"page\":{\"total\":12,\"id\":\"x\",\"half\":0.5,\"big\":9223372036854775808}}"),
        NULL, arena, &value));
    const struct rc_json *page = rc_json_get(value, "page");
    assert_fails(rc_json_need_text(page, "total", &text), RC_REJECT,
                 "page.total: a string is due, a number stands there");
    assert_fails(rc_json_need_text(page, "none", &text), RC_REJECT,
                 "page.none: a string is due, nothing stands there");
    assert_fails(rc_json_need_text(value, "page", &text), RC_REJECT,
                 "page: a string is due, an object stands there");
    assert_fails(rc_json_need_int(page, "id", &number), RC_REJECT,
                 "page.id: a number is due, a string stands there");
    assert_fails(rc_json_need_int(page, "half", &number), RC_REJECT, "half: a whole number");
    assert_fails(rc_json_need_int(page, "big", &number), RC_REJECT, "big: a whole number");
    assert_str(text, "before");
    assert_int_equal(number, 7);
    assert_ok(rc_json_need_text(page, "id", &text));
    assert_ok(rc_json_need_int(page, "total", &number));
    assert_str(text, "x");
    assert_int_equal(number, 12);
}

static void test_the_writer_puts_commas_and_escapes(void **state)
{
    RC_AUTO_BUF struct rc_buf buf = {0};
    struct rc_json_out json = {.buf = &buf};

    (void)state;
    rc_json_open(&json, NULL, '{');
    rc_json_put_text(&json, "ru\"n", RC_STR("a\nb\x01\\"));
    rc_json_open(&json, "list", '[');
    rc_json_put_int(&json, NULL, INT64_MIN);
    rc_json_open(&json, NULL, '{');
    rc_json_close(&json, '}');
    rc_json_put_null(&json, NULL);
    rc_json_close(&json, ']');
    rc_json_put_bool(&json, "yes", true);
    rc_json_put_bool(&json, "no", false);
    rc_json_put_raw(&json, "raw", RC_STR("[1]"));
    rc_json_close(&json, '}');
    assert_string_equal(buf.data,
                        "{\"ru\\\"n\":\"a\\nb\\u0001\\\\\",\"list\":[-9223372036854775808,{},null],"
                        "\"yes\":true,\"no\":false,\"raw\":[1]}");
    assert_ok(rc_json_check(rc_buf_str(&buf), NULL));
}

static void test_what_the_writer_quotes_always_passes_the_gate(void **state)
{
    RC_AUTO_BUF struct rc_buf out = {0};

    (void)state;
    for (unsigned a = 0; a < 256; a++) {
        for (unsigned b = 0; b < 256; b++) {
            const char bytes[] = {'x', (char)a, (char)b, 'y'};
            rc_buf_clear(&out);
            rc_json_quote(&out, (struct rc_str){bytes, sizeof bytes});
            assert_ok(rc_json_check(rc_buf_str(&out), NULL));
        }
    }
    rc_buf_clear(&out);
    rc_json_quote(&out, RC_STR("a\0b\xFF"));
    assert_string_equal(out.data, "\"a\\ufffdb\\ufffd\"");
    rc_buf_clear(&out);
    rc_json_quote(&out, (struct rc_str){NULL, 0});
    assert_string_equal(out.data, "\"\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_no_json_is_refused_with_its_place),
        cmocka_unit_test(test_what_is_json_is_taken_and_prints_again),
        cmocka_unit_test(test_a_number_keeps_its_source_text),
        cmocka_unit_test(test_a_string_of_digits_is_no_number),
        cmocka_unit_test(test_names_that_differ_only_in_the_middle_are_apart),
        cmocka_unit_test(test_an_object_of_many_names_is_checked_too_and_in_good_time),
        cmocka_unit_test(test_limits_are_kept),
        cmocka_unit_test(test_depth_is_bounded_by_default_and_by_the_parser),
        cmocka_unit_test(test_a_number_of_endless_digits_is_refused),
        cmocka_unit_test(test_a_long_string_crosses_words_and_ends_anywhere),
        cmocka_unit_test(test_lookups_chain_over_what_is_absent),
        cmocka_unit_test(test_required_members_are_named_with_their_path),
        cmocka_unit_test(test_the_writer_puts_commas_and_escapes),
        cmocka_unit_test(test_what_the_writer_quotes_always_passes_the_gate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
