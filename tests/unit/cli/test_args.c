/* What can be typed and what is said when it is typed wrong. */
#include "support/unit.h"

#include "args.h"
#include "rollcall/base/auto.h"

static rc_status parse_words(struct args *args, char **words, int count)
{
    return args_parse(count, words, args);
}

#define PARSE(args, ...)                                            \
    parse_words(args, (char *[]){w("rollcall"), __VA_ARGS__, NULL}, \
                (int)COUNT_OF(((char *[]){w("rollcall"), __VA_ARGS__})))

static char *w(const char *word)
{
    return (char *)(uintptr_t)word;
}

static void test_a_command_is_found_with_its_argument_and_options(void **state)
{
    struct args args;

    (void)state;
    assert_ok(PARSE(&args, w("district"), w("create"), w("maple-county"), w("--name"), w("Maple"),
                    w("--time-zone=UTC")));
    assert_string_equal(args.noun->name, "district");
    assert_string_equal(args.command->verb, "create");
    assert_string_equal(args_word(&args, 0), "maple-county");
    assert_string_equal(args_value(&args, "name"), "Maple");
    assert_string_equal(args_value(&args, "time-zone"), "UTC");
    assert_null(args_word(&args, 1));
}

static void test_options_may_stand_anywhere(void **state)
{
    struct args args;

    (void)state;
    assert_ok(PARSE(&args, w("-o"), w("json"), w("run"), w("--district"), w("maple"), w("start"),
                    w("-q")));
    assert_string_equal(args.command->verb, "start");
    assert_string_equal(args_value(&args, "output"), "json");
    assert_string_equal(args_value(&args, "district"), "maple");
    assert_true(args_has(&args, "quiet"));
    assert_false(args_has(&args, "wait"));
}

static void test_two_dashes_end_the_options(void **state)
{
    struct args args;

    (void)state;
    assert_ok(PARSE(&args, w("settings"), w("set"), w("-d"), w("maple"), w("--"), w("--a=b")));
    assert_string_equal(args_word(&args, 0), "--a=b");
}

static void test_a_commands_own_version_is_not_the_programs(void **state)
{
    struct args args;

    (void)state;
    assert_ok(PARSE(&args, w("source"), w("set"), w("-d"), w("maple"), w("--version"), w("a=b")));
    assert_true(args.version);
    assert_ok(PARSE(&args, w("source"), w("add"), w("--version"), w("1.2"), w("-d"), w("maple"),
                    w("--url"), w("https://x"), w("--auth=oauth2"), w("--client-id"), w("x")));
    assert_false(args.version);
    assert_string_equal(args_value(&args, "version"), "1.2");
    assert_int_equal(args.word_count, 0);
}

static void test_an_option_that_may_stand_several_times_keeps_each_value(void **state)
{
    struct args args;

    (void)state;
    assert_ok(PARSE(&args, w("plan"), w("approve"), w("--item"), w("3"), w("--item"), w("5")));
    assert_string_equal(args_value_at(&args, "item", 0), "3");
    assert_string_equal(args_value_at(&args, "item", 1), "5");
    assert_null(args_value_at(&args, "item", 2));
    assert_fails(PARSE(&args, w("run"), w("list"), w("--limit"), w("1"), w("--limit"), w("2")),
                 RC_REJECT, "--limit was given twice");
}

static void test_what_was_mistyped_is_told_with_what_was_perhaps_meant(void **state)
{
    struct args args;

    (void)state;
    assert_fails(PARSE(&args, w("plna"), w("show")), RC_REJECT, "did you mean \"plan\"");
    assert_fails(PARSE(&args, w("plan"), w("aprove")), RC_REJECT, "did you mean \"approve\"");
    assert_fails(PARSE(&args, w("run"), w("start"), w("--distrct"), w("x")), RC_REJECT,
                 "did you mean \"district\"");
    assert_fails(PARSE(&args, w("run"), w("start"), w("--outptu"), w("x")), RC_REJECT,
                 "did you mean \"output\"");
    assert_fails(PARSE(&args, w("xyzzy")), RC_REJECT, "there is no command \"xyzzy\"");
    assert_null(strstr(rc_error_text(), "did you mean"));
}

static void test_values_are_checked_by_the_table(void **state)
{
    struct args args;

    (void)state;
    assert_fails(PARSE(&args, w("run"), w("list"), w("--limit"), w("0")), RC_REJECT, "--limit");
    assert_fails(PARSE(&args, w("run"), w("wait"), w("--timeout"), w("soon")), RC_REJECT,
                 "--timeout");
    assert_fails(PARSE(&args, w("run"), w("list"), w("-o"), w("xml")), RC_REJECT, "table|json");
    assert_fails(PARSE(&args, w("run"), w("start"), w("-d")), RC_REJECT, "value is missing");
    assert_fails(PARSE(&args, w("run"), w("start"), w("--wait=yes")), RC_REJECT, "takes no value");
    assert_ok(PARSE(&args, w("run"), w("wait"), w("--timeout"), w("2m")));
    assert_int_equal(args_number(&args, "timeout", 0), 120000);
}

static void test_what_is_missing_or_too_much_is_named(void **state)
{
    struct args args;

    (void)state;
    assert_fails(PARSE(&args, w("run"), w("start")), RC_REJECT, "--district SLUG is missing");
    assert_fails(PARSE(&args, w("dead-letter"), w("show")), RC_REJECT, "ID is missing");
    assert_fails(PARSE(&args, w("run"), w("show"), w("a"), w("b")), RC_REJECT, "one argument");
    assert_fails(PARSE(&args, w("run"), w("list"), w("a")), RC_REJECT, "takes no argument");
    assert_fails(PARSE(&args, w("run")), RC_REJECT, "what is to be done is missing");
}

static void test_help_is_given_whatever_else_is_wrong(void **state)
{
    struct args args;

    (void)state;
    assert_ok(PARSE(&args, w("run"), w("start"), w("--nonsense"), w("--help")));
    assert_true(args.help);
    assert_string_equal(args.command->verb, "start");
    assert_ok(PARSE(&args, w("nothing"), w("-h")));
    assert_true(args.help);
    assert_null(args.noun);
    assert_ok(args_parse(1, (char *[]){w("rollcall"), NULL}, &args));
    assert_true(args.help);
}

static void test_a_noun_with_one_command_alone_needs_no_verb(void **state)
{
    struct args args;

    (void)state;
    assert_ok(PARSE(&args, w("status")));
    assert_string_equal(args.command->verb, "show");
    assert_ok(PARSE(&args, w("purge"), w("--dry-run"), w("-o"), w("json")));
    assert_string_equal(args.command->verb, "run");
    assert_true(args_has(&args, "dry-run"));
    assert_ok(PARSE(&args, w("doctor"), w("check")));
    assert_int_equal(PARSE(&args, w("doctor"), w("chekc")), RC_REJECT);
    assert_int_equal(PARSE(&args, w("run")), RC_REJECT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_command_is_found_with_its_argument_and_options),
        cmocka_unit_test(test_options_may_stand_anywhere),
        cmocka_unit_test(test_two_dashes_end_the_options),
        cmocka_unit_test(test_a_commands_own_version_is_not_the_programs),
        cmocka_unit_test(test_an_option_that_may_stand_several_times_keeps_each_value),
        cmocka_unit_test(test_what_was_mistyped_is_told_with_what_was_perhaps_meant),
        cmocka_unit_test(test_values_are_checked_by_the_table),
        cmocka_unit_test(test_what_is_missing_or_too_much_is_named),
        cmocka_unit_test(test_help_is_given_whatever_else_is_wrong),
        cmocka_unit_test(test_a_noun_with_one_command_alone_needs_no_verb),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
