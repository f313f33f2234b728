/* --help at three depths: everything, one noun, one command. Examples stand before options: who
 * asks for help mostly wants one. */
#include "help.h"

#include "cli.h"

#include <stdio.h>
#include <string.h>

const struct cli_exit_code cli_exit_codes[] = {
    {CLI_DONE, "done"},
    {CLI_FAILED, "failed"},
    {CLI_USAGE, "wrong usage"},
    {CLI_NOTHING, "nothing matched"},
    {CLI_AUTH, "not allowed to sign in or do it"},
    {CLI_PARTLY, "partly done"},
    {CLI_TIMEOUT, "time was over while waiting"},
    {CLI_CONFIG, "wrong configuration"},
    {CLI_INTERRUPTED, "interrupted"},
    {0, NULL},
};

enum { EXITS_IN_A_LINE = 5 };

static void print_exits(struct rc_buf *out)
{
    rc_buf_print(out, "exit codes:\n ");
    for (size_t i = 0; cli_exit_codes[i].means; i++)
        rc_buf_print(out, "%s%d %s",
                     i == EXITS_IN_A_LINE ? "\n  "
                     : i == 0             ? " "
                                          : "   ",
                     cli_exit_codes[i].code, cli_exit_codes[i].means);
    rc_buf_add_char(out, '\n');
}

static void print_option(struct rc_buf *out, const struct cli_option *option)
{
    char left[80];

    snprintf(left, sizeof left, "%s%s%s--%s%s%s", option->letter ? "-" : " ",
             option->letter ? option->letter : " ", option->letter ? ", " : "  ", option->name,
             option->value ? " " : "", option->value ? option->value : "");
    rc_buf_print(out, "  %-32s %s", left, option->help);
    if (option->choices) rc_buf_print(out, " One of %s.", option->choices);
    if (option->flags & OPTION_MANY) rc_buf_print(out, " May be given several times.");
    if (option->flags & OPTION_REQUIRED) rc_buf_print(out, " Required.");
    rc_buf_print(out, "\n");
}

static void print_options(struct rc_buf *out, const char *title, const struct cli_option *table)
{
    if (!table || !table->name) return;
    rc_buf_print(out, "\n%s:\n", title);
    for (; table->name; table++)
        print_option(out, table);
}

static void print_examples(struct rc_buf *out, const struct command *command)
{
    rc_buf_print(out, "\nexamples:\n");
    for (size_t i = 0; i < COUNT_OF(command->examples) && command->examples[i]; i++)
        rc_buf_print(out, "  rollcall %s\n", command->examples[i]);
}

static void print_command(struct rc_buf *out, const struct noun *noun,
                          const struct command *command)
{
    rc_buf_print(out, "usage: rollcall %s %s%s%s [options]\n\n%s\n", noun->name, command->verb,
                 command->argument ? " " : "", command->argument ? command->argument : "",
                 command->help);
    if (command->more) rc_buf_print(out, "%s\n", command->more);
    print_examples(out, command);
    print_options(out, "options", command->options);
    print_options(out, "for every command", global_options);
    rc_buf_add_char(out, '\n');
    print_exits(out);
}

static void print_commands(struct rc_buf *out, const struct noun *noun)
{
    char left[80];

    for (const struct command *command = noun->commands; command->verb; command++) {
        snprintf(left, sizeof left, "%s %s%s%s", noun->name, command->verb,
                 command->argument ? " " : "", command->argument ? command->argument : "");
        rc_buf_print(out, "  %-32s %s\n", left, command->help);
    }
}

static void print_noun(struct rc_buf *out, const struct noun *noun)
{
    rc_buf_print(out, "usage: rollcall %s COMMAND [options]\n\n%s\n\n", noun->name, noun->help);
    print_commands(out, noun);
    rc_buf_print(out, "\nrollcall %s COMMAND --help says more.\n", noun->name);
}

static void print_all(struct rc_buf *out)
{
    rc_buf_print(out,
                 "usage: rollcall NOUN VERB [arguments] [options]\n\n"
                 "Rosters of school districts, synced into an application's directory.\n"
                 "\nfirst steps:\n"
                 "  rollcall db migrate\n"
                 "  rollcall topics apply\n"
                 "  rollcall district create maple-county --name \"Maple County Schools\" "
                 "--time-zone America/New_York\n"
                 "  rollcall run start --district maple-county --wait\n"
                 "  rollcall plan show --district maple-county\n");
    for (const struct noun *noun = nouns; noun->name; noun++) {
        rc_buf_print(out, "\n%s\n", noun->help);
        print_commands(out, noun);
    }
    print_options(out, "for every command", global_options);
    rc_buf_print(
        out,
        "\nAn option of the configuration (rollcall config show) is read from its default, "
        "then the file of\n--config, then the environment (kafka.brokers is "
        "ROLLCALL_KAFKA_BROKERS), then --set.\n\n");
    print_exits(out);
}

void help_print(const struct args *args, struct rc_buf *out)
{
    if (args->command)
        print_command(out, args->noun, args->command);
    else if (args->noun)
        print_noun(out, args->noun);
    else
        print_all(out);
}
