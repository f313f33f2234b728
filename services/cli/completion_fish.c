/* Completion for fish: a rule for each word and option, each with where it holds. */
#include "completion.h"

#include "args.h"

#include <stdio.h>
#include <string.h>

#include "rollcall/base/auto.h"

#define ADD(out, text) rc_buf_add_str(out, RC_STR(text))

static const char fish_head[] =
    "# Completion of rollcall for fish; made by `rollcall completion fish`.\n"
    "function __rollcall_districts\n"
    "    rollcall district list 2>/dev/null | tail -n +2 | cut -f 1\nend\n"
    "# The first so many words that are no options are these.\n"
    "function __rollcall_at\n"
    "    set -l found\n"
    "    set -l skip no\n"
    "    for word in (commandline -opc)[2..-1]\n"
    "        if test $skip = yes\n"
    "            set skip no\n"
    "            continue\n"
    "        end\n"
    "        switch $word\n"
    "            case ";
static const char fish_find[] =
    "\n"
    "                set skip yes\n"
    "            case '-*'\n"
    "            case '*'\n"
    "                test (count $found) -ge 2; or set -a found $word\n"
    "        end\n"
    "    end\n"
    "    test \"$found\" = \"$argv\"\n"
    "end\n"
    "complete -c rollcall -f\n";

/* The pattern of a shell's case, as fish has it: words without bars. */
static void fish_valued_options(struct rc_buf *out)
{
    RC_AUTO_BUF struct rc_buf pattern = {0};

    completion_valued(&pattern);
    for (const char *at = pattern.data; *at; at++)
        if (*at != '|') rc_buf_add_char(out, *at);
}

/* Behind an option: its choices, a file, or anything. */
static void fish_value(struct rc_buf *out, const struct cli_option *option)
{
    const struct completion_kind *kind = completion_kind(option->value);
    const char *words = option->choices ? option->choices : kind ? kind->fish : NULL;

    if (words) {
        ADD(out, " -x -a '");
        completion_choices(out, words, "\\ ");
        ADD(out, "'");
    } else {
        rc_buf_print(out, "%s", kind ? " -r -F" : " -x");
    }
}

static void fish_option(struct rc_buf *out, const char *where, const struct cli_option *option)
{
    rc_buf_print(out, "complete -c rollcall%s -l %s", where, option->name);
    if (option->letter) rc_buf_print(out, " -s %s", option->letter);
    if (option->value) fish_value(out, option);
    ADD(out, " -d ");
    completion_quoted(out, option->help, "\\'");
    rc_buf_add_char(out, '\n');
}

static void fish_options(struct rc_buf *out, const char *where, const struct cli_option *table)
{
    for (; table && table->name; table++)
        fish_option(out, where, table);
}

static void fish_word(struct rc_buf *out, const char *at, const char *word, const char *help)
{
    rc_buf_print(out, "complete -c rollcall -n '__rollcall_at %s' -a %s -d ", at, word);
    completion_quoted(out, help, "\\'");
    rc_buf_add_char(out, '\n');
}

static void fish_command(struct rc_buf *out, const struct noun *noun, const struct command *command)
{
    const struct completion_kind *kind = completion_kind(command->argument);
    char where[120];

    snprintf(where, sizeof where, " -n '__rollcall_at %s %s'", noun->name, command->verb);
    fish_options(out, where, command->options);
    if (!kind) return;
    if (kind->fish)
        rc_buf_print(out, "complete -c rollcall%s -a '%s'\n", where, kind->fish);
    else
        rc_buf_print(out, "complete -c rollcall%s -F\n", where);
}

void completion_fish(struct rc_buf *out)
{
    rc_buf_add(out, fish_head, sizeof fish_head - 1);
    fish_valued_options(out);
    rc_buf_add(out, fish_find, sizeof fish_find - 1);
    fish_options(out, "", global_options);
    for (const struct noun *noun = nouns; noun->name; noun++) {
        fish_word(out, "", noun->name, noun->help);
        for (const struct command *command = noun->commands; command->verb; command++) {
            fish_word(out, noun->name, command->verb, command->help);
            fish_command(out, noun, command);
        }
    }
}
