/* Completion for bash: one function with three cases, for values of options, for words and for
 * options. */
#include "completion.h"

#include "args.h"

#include <stdio.h>
#include <string.h>

#include "rollcall/base/auto.h"

#define ADD(out, text) rc_buf_add_str(out, RC_STR(text))

static const char bash_head[] =
    "# Completion of rollcall for bash; made by `rollcall completion bash`.\n"
    "_rollcall_districts()\n{\n"
    "    local found\n"
    "    found=$(rollcall district list 2>/dev/null | tail -n +2 | cut -f 1)\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$found\" -- \"$1\")\n}\n"
    "_rollcall_files()\n{\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    mapfile -t COMPREPLY < <(compgen -f -- \"$1\")\n}\n"
    "_rollcall()\n{\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
    "    local noun='' verb='' words='' i\n"
    "    COMPREPLY=()\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        case ${COMP_WORDS[i]} in\n        ";
static const char bash_find[] =
    ") ((i++)) ;;\n"
    "        -*) ;;\n"
    "        *) if [ -z \"$noun\" ]; then noun=${COMP_WORDS[i]}\n"
    "           elif [ -z \"$verb\" ]; then verb=${COMP_WORDS[i]}; fi ;;\n"
    "        esac\n"
    "    done\n"
    "    case \"$noun $verb $prev\" in\n";

static void bash_value(struct rc_buf *out, const struct cli_option *option)
{
    const struct completion_kind *kind = completion_kind(option->value);

    if (option->choices) {
        ADD(out, "words='");
        completion_choices(out, option->choices, "\\\\\\ ");
        ADD(out, "' ;;\n");
        return;
    }
    rc_buf_print(out, "%s%sreturn ;;\n", kind ? kind->bash : "", kind ? " \"$cur\"; " : "");
}

static void add_option_names(struct rc_buf *out, const struct cli_option *table)
{
    for (; table && table->name; table++)
        rc_buf_print(out, " --%s", table->name);
}

static void bash_command(struct rc_buf *out, const struct noun *noun, const struct command *command)
{
    const struct completion_kind *kind = completion_kind(command->argument);

    rc_buf_print(out, "    '%s %s')\n", noun->name, command->verb);
    if (kind)
        rc_buf_print(out, "        case $cur in -*) ;; *) %s \"$cur\"; return ;; esac\n",
                     kind->bash);
    ADD(out, "        words='");
    add_option_names(out, command->options);
    add_option_names(out, global_options);
    ADD(out, "' ;;\n");
}

static void bash_noun(struct rc_buf *out, const struct noun *noun)
{
    rc_buf_print(out, "    '%s ')\n        words='", noun->name);
    for (const struct command *command = noun->commands; command->verb; command++)
        rc_buf_print(out, "%s%s", command == noun->commands ? "" : " ", command->verb);
    ADD(out, " --help' ;;\n");
    for (const struct command *command = noun->commands; command->verb; command++)
        bash_command(out, noun, command);
}

void completion_bash(struct rc_buf *out)
{
    rc_buf_add(out, bash_head, sizeof bash_head - 1);
    completion_valued(out);
    rc_buf_add(out, bash_find, sizeof bash_find - 1);
    completion_values(out, "", bash_value);
    ADD(out, "    [ -n \"$words\" ] || case \"$noun $verb\" in\n    ' ')\n        words='");
    for (const struct noun *noun = nouns; noun->name; noun++)
        rc_buf_print(out, "%s%s", noun == nouns ? "" : " ", noun->name);
    add_option_names(out, global_options);
    ADD(out, "' ;;\n");
    for (const struct noun *noun = nouns; noun->name; noun++)
        bash_noun(out, noun);
    ADD(out,
        "    esac\n    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n}\n"
        "complete -F _rollcall rollcall\n");
}
