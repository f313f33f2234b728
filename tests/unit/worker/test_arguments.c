/* A worker's command line. */
#include "../../../common/worker/arguments.h"

#include <stdio.h>
#include <string.h>

#include "support/unit.h"

/* A line as a shell would cut it. */
static rc_status parse(struct arguments *out, const char *line)
{
    static char text[400];
    char *words[20];
    int count = 0;

    snprintf(text, sizeof text, "%s", line);
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
        words[count++] = word;
    return arguments_parse(count, words, out);
}

#define NAME "rollcall-x "

static void test_no_words_mean_run(void **state)
{
    struct arguments out;

    (void)state;
    assert_ok(parse(&out, NAME));
    assert_int_equal(out.act, ARGUMENTS_RUN);
    assert_null(out.file);
    assert_null(out.sets[0]);
}

static void test_each_word_has_its_act(void **state)
{
    static const struct {
        const char *line;
        enum arguments_act act;
    } lines[] = {{NAME "--help", ARGUMENTS_HELP},
                 {NAME "-h", ARGUMENTS_HELP},
                 {NAME "--version", ARGUMENTS_VERSION},
                 {NAME "--check", ARGUMENTS_CHECK},
                 {NAME "--options-md", ARGUMENTS_MARKDOWN}};
    struct arguments out;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        assert_ok(parse(&out, lines[i].line));
        assert_int_equal(out.act, lines[i].act);
    }
}

static void test_settings_are_kept_in_their_order(void **state)
{
    struct arguments out;

    (void)state;
    assert_ok(parse(&out, NAME "--set a=1 --set=b=2 --config x.conf --check"));
    assert_string_equal(out.sets[0], "a=1");
    assert_string_equal(out.sets[1], "b=2");
    assert_null(out.sets[2]);
    assert_string_equal(out.file, "x.conf");
    assert_int_equal(out.act, ARGUMENTS_CHECK);
}

static void test_what_is_wrong_is_named(void **state)
{
    struct arguments out;

    (void)state;
    assert_fails(parse(&out, NAME "--sets a=1"), RC_REJECT, "--sets: no such argument");
    assert_fails(parse(&out, NAME "run"), RC_REJECT, "run: no such argument");
    assert_fails(parse(&out, NAME "--config"), RC_REJECT, "--config: its value is missing");
    assert_fails(parse(&out, NAME "--set a"), RC_REJECT, "name=value is due");
}

static void test_the_format_of_the_log_is_asked_for_by_a_word_of_its_own(void **state)
{
    struct arguments out;

    (void)state;
    assert_ok(parse(&out, NAME "--log-format=text"));
    assert_string_equal(out.sets[0], "log.format=text");
    assert_ok(parse(&out, NAME "--log-format json --set a=b"));
    assert_string_equal(out.sets[0], "log.format=json");
    assert_string_equal(out.sets[1], "a=b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_words_mean_run),
        cmocka_unit_test(test_each_word_has_its_act),
        cmocka_unit_test(test_settings_are_kept_in_their_order),
        cmocka_unit_test(test_what_is_wrong_is_named),
        cmocka_unit_test(test_the_format_of_the_log_is_asked_for_by_a_word_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
