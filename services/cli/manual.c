/* The manual page of the command line, out of the same rows as --help: what can be typed is
 * described, and nothing else. */
#include "manual.h"

#include "args.h"
#include "help.h"

#include <string.h>

#include "rollcall/base/auto.h"
#include "rollcall/format/mdoc.h"

#define ADD(out, text) rc_buf_add_str(out, RC_STR(text))

/* ---- options ---- */

/* "One of table, json." */
static void add_choices(struct rc_buf *out, const char *choices)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    ADD(&text, "One of ");
    for (; *choices; choices++) {
        if (*choices == '|')
            ADD(&text, ", ");
        else
            rc_buf_add_char(&text, *choices);
    }
    rc_buf_add_char(&text, '.');
    rc_mdoc_text(out, text.data);
}

static void add_option(struct rc_buf *out, const struct cli_option *option)
{
    ADD(out, ".It");
    if (option->letter) rc_buf_print(out, " Fl %s ,", option->letter);
    rc_buf_print(out, " Fl -%s", option->name);
    if (option->value) rc_buf_print(out, " Ar %s", option->value);
    rc_buf_add_char(out, '\n');
    rc_mdoc_text(out, option->help);
    if (option->choices) add_choices(out, option->choices);
    if (option->flags & OPTION_MANY) ADD(out, "May be given several times.\n");
    if (option->flags & OPTION_REQUIRED) ADD(out, "Required.\n");
}

static void add_options(struct rc_buf *out, const struct cli_option *table)
{
    if (!table || !table->name) return;
    ADD(out, ".Bl -tag -width Ds\n");
    for (; table->name; table++)
        add_option(out, table);
    ADD(out, ".El\n");
}

/* ---- commands ---- */

static void add_example(struct rc_buf *out, const char *example)
{
    ADD(out, ".Dl");
    RC_AUTO_BUF struct rc_buf whole = {0};
    rc_buf_print(&whole, "rollcall %s", example);
    rc_mdoc_word(out, whole.data);
    rc_buf_add_char(out, '\n');
}

static void add_command(struct rc_buf *out, const struct noun *noun, const struct command *command)
{
    rc_buf_print(out, ".It Ic %s Ic %s", noun->name, command->verb);
    if (command->argument) {
        ADD(out, " Ar");
        rc_mdoc_word(out, command->argument);
    }
    rc_buf_add_char(out, '\n');
    rc_mdoc_text(out, command->help);
    if (command->more) rc_mdoc_text(out, command->more);
    add_options(out, command->options);
    ADD(out, ".Pp\n");
    for (size_t i = 0; i < COUNT_OF(command->examples) && command->examples[i]; i++)
        add_example(out, command->examples[i]);
}

static void add_noun(struct rc_buf *out, const struct noun *noun)
{
    rc_buf_print(out, ".Ss %s\n", noun->name);
    rc_mdoc_text(out, noun->help);
    ADD(out, ".Bl -tag -width Ds\n");
    for (const struct command *command = noun->commands; command->verb; command++)
        add_command(out, noun, command);
    ADD(out, ".El\n");
}

/* ---- the page ---- */

static void add_exits(struct rc_buf *out)
{
    ADD(out, ".Sh EXIT STATUS\n.Bl -tag -width Ds\n");
    for (size_t i = 0; cli_exit_codes[i].means; i++)
        rc_buf_print(out, ".It %d\n%s\n", cli_exit_codes[i].code, cli_exit_codes[i].means);
    ADD(out, ".El\n");
}

static const char head[] =
    ".Dd November 22, 2026\n"
    ".Dt ROLLCALL 1\n"
    ".Os\n"
    ".Sh NAME\n"
    ".Nm rollcall\n"
    ".Nd districts, their settings, runs and plans, from a shell\n"
    ".Sh SYNOPSIS\n"
    ".Nm\n"
    ".Ar noun verb\n"
    ".Op Ar argument ...\n"
    ".Op Ar options\n"
    ".Nm\n"
    ".Op Ar noun Op Ar verb\n"
    ".Fl -help\n"
    ".Sh DESCRIPTION\n"
    "Rollcall keeps an application's directory in step with the rosters of school\n"
    "districts.\n"
    ".Nm\n"
    "makes districts and their sources, shows what a sync would change and why it\n"
    "waits, approves, declines and undoes, and replays what no program could\n"
    "handle.\n"
    ".Pp\n"
    "Answers go to standard output, as a table on a terminal, with tabs between the\n"
    "fields when piped, and as JSON with\n"
    ".Fl -output Cm json ;\n"
    "progress, questions and failures go to standard error.\n"
    "These options are understood by every command:\n";

static const char configuration[] =
    ".Sh CONFIGURATION\n"
    "An option is read from its default, then from the file of\n"
    ".Fl -config ,\n"
    "whose lines are\n"
    ".Ql name = value ,\n"
    "then from the environment, then from\n"
    ".Fl -set .\n"
    "In the environment\n"
    ".Cm kafka.brokers\n"
    "is\n"
    ".Ev ROLLCALL_KAFKA_BROKERS ;\n"
    "a secret may also stand in a file, which\n"
    ".Ev ROLLCALL_DATABASE_URL_FILE\n"
    "names for\n"
    ".Cm database.url .\n"
    ".Bl -tag -width Ds\n";

static const char tail[] =
    ".Sh SEE ALSO\n"
    ".Xr rollcall-fetcher 8 ,\n"
    ".Xr rollcall-normalizer 8 ,\n"
    ".Xr rollcall-notifier 8 ,\n"
    ".Xr rollcall-reconciler 8 ,\n"
    ".Xr rollcall-scheduler 8\n";

void manual_print(const struct rc_option *const *options, struct rc_buf *out)
{
    rc_buf_add(out, head, sizeof head - 1);
    add_options(out, global_options);
    ADD(out, ".Sh COMMANDS\n");
    for (const struct noun *noun = nouns; noun->name; noun++)
        add_noun(out, noun);
    rc_buf_add(out, configuration, sizeof configuration - 1);
    rc_options_mdoc(options, out);
    ADD(out, ".El\n");
    add_exits(out);
    rc_buf_add(out, tail, sizeof tail - 1);
}
