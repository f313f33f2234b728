/* The table of commands, row by row: everything that help and the parser rely on. */
#include "support/unit.h"

#include "args.h"
#include "help.h"
#include "rollcall/base/auto.h"

enum { WORDS_MAX = 64 };

static void each_command(void (*check)(const struct noun *noun, const struct command *command))
{
    for (const struct noun *noun = nouns; noun->name; noun++)
        for (const struct command *command = noun->commands; command->verb; command++)
            check(noun, command);
}

static void check_whole(const struct noun *noun, const struct command *command)
{
    print_message("%s %s\n", noun->name, command->verb);
    assert_non_null(command->help);
    assert_non_null(command->run);
    assert_non_null(command->examples[0]);
    assert_non_null(noun->help);
    /* One sentence. */
    assert_int_equal(command->help[strlen(command->help) - 1], '.');
    for (const struct cli_option *o = command->options; o && o->name; o++)
        assert_non_null(o->help);
}

static void test_every_command_has_help_an_example_and_a_function(void **state)
{
    (void)state;
    each_command(check_whole);
}

/* Splits an example as a shell would, as far as examples go: words and double quotes. */
static int split(char *text, char *words[])
{
    int count = 1;

    while (*text && count < WORDS_MAX) {
        char *out = text;
        bool quoted = false;
        words[count++] = text;
        for (; *text && (quoted || *text != ' '); text++) {
            if (*text == '"')
                quoted = !quoted;
            else
                *out++ = *text;
        }
        if (*text) text++;
        *out = '\0';
    }
    return count;
}

static void check_examples(const struct noun *noun, const struct command *command)
{
    for (size_t i = 0; i < COUNT_OF(command->examples) && command->examples[i]; i++) {
        char text[500];
        char program[] = "rollcall";
        char *words[WORDS_MAX + 1] = {program};
        struct args args;

        print_message("%s\n", command->examples[i]);
        assert_true(strlen(command->examples[i]) < sizeof text);
        memcpy(text, command->examples[i], strlen(command->examples[i]) + 1);
        assert_ok(args_parse(split(text, words), words, &args));
        assert_ptr_equal(args.command, command);
        assert_ptr_equal(args.noun, noun);
    }
}

static void test_every_example_is_a_real_command(void **state)
{
    (void)state;
    each_command(check_examples);
}

static void check_options(const struct noun *noun, const struct command *command)
{
    (void)noun;
    for (const struct cli_option *a = command->options; a && a->name; a++) {
        for (const struct cli_option *b = a + 1; b->name; b++) {
            assert_string_not_equal(a->name, b->name);
            assert_true(!a->letter || !b->letter || strcmp(a->letter, b->letter) != 0);
        }
        for (const struct cli_option *b = global_options; b->name; b++) {
            /* the one name that a command may take over: a source has a version of its own */
            if (strcmp(a->name, "version") != 0) assert_string_not_equal(a->name, b->name);
            assert_true(!a->letter || !b->letter || strcmp(a->letter, b->letter) != 0);
        }
    }
}

static void test_options_of_a_command_are_told_apart(void **state)
{
    (void)state;
    each_command(check_options);
}

/* Options before noun and verb are skipped by what any command says of them. */
static const struct cli_option *seen[500];
static size_t seen_count;

static void check_values(const struct noun *noun, const struct command *command)
{
    for (const struct cli_option *o = command->options; o && o->name; o++) {
        for (size_t i = 0; i < seen_count; i++) {
            if (strcmp(seen[i]->name, o->name) != 0) continue;
            print_message("%s %s --%s\n", noun->name, command->verb, o->name);
            assert_int_equal(o->value == NULL, seen[i]->value == NULL);
        }
        assert_true(seen_count < COUNT_OF(seen));
        seen[seen_count++] = o;
    }
}

static void test_an_option_takes_a_value_in_every_command_or_in_none(void **state)
{
    (void)state;
    seen_count = 0;
    each_command(check_values);
}

static void check_help(const struct noun *noun, const struct command *command)
{
    RC_AUTO_BUF struct rc_buf text = {0};
    const struct args args = {.noun = noun, .command = command};

    help_print(&args, &text);
    assert_non_null(strstr(text.data, command->help));
    assert_non_null(strstr(text.data, command->examples[0]));
    assert_non_null(strstr(text.data, "exit codes:"));
    for (const struct cli_option *o = command->options; o && o->name; o++)
        assert_non_null(strstr(text.data, o->help));
}

static void test_help_says_all_of_a_command(void **state)
{
    (void)state;
    each_command(check_help);
}

static void check_listed(const struct noun *noun, const struct command *command)
{
    RC_AUTO_BUF struct rc_buf all = {0};
    RC_AUTO_BUF struct rc_buf some = {0};
    const struct args nothing = {.help = true};
    const struct args one = {.help = true, .noun = noun};

    help_print(&nothing, &all);
    help_print(&one, &some);
    assert_non_null(strstr(all.data, command->help));
    assert_non_null(strstr(some.data, command->help));
}

static void test_help_lists_every_command(void **state)
{
    (void)state;
    each_command(check_listed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_command_has_help_an_example_and_a_function),
        cmocka_unit_test(test_every_example_is_a_real_command),
        cmocka_unit_test(test_options_of_a_command_are_told_apart),
        cmocka_unit_test(test_an_option_takes_a_value_in_every_command_or_in_none),
        cmocka_unit_test(test_help_says_all_of_a_command),
        cmocka_unit_test(test_help_lists_every_command),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
