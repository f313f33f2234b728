/* Completion for zsh: as for bash, and with what each word is for. */
#include "completion.h"

#include "args.h"

#include <stdio.h>
#include <string.h>

#include "rollcall/base/auto.h"

#define ADD(out, text) rc_buf_add_str(out, RC_STR(text))

/* zsh's _describe cuts at a colon. */
static void add_described(struct rc_buf *out, const char *name, const char *help)
{
    RC_AUTO_BUF struct rc_buf whole = {0};

    rc_buf_print(&whole, "%s:%s", name, help);
    completion_quoted(out, whole.data, "'\\''");
}

static const char zsh_head[] =
    "#compdef rollcall\n"
    "# Completion of rollcall for zsh; made by `rollcall completion zsh`.\n"
    "_rollcall_districts()\n{\n"
    "    local -a found\n"
    "    found=(${(f)\"$(rollcall district list 2>/dev/null | tail -n +2 | cut -f 1)\"})\n"
    "    compadd -a found\n}\n"
    "_rollcall()\n{\n"
    "    local noun='' verb='' i prev=${words[CURRENT-1]}\n"
    "    local -a rows options\n"
    "    for ((i = 2; i < CURRENT; i++)); do\n"
    "        case ${words[i]} in\n        (";
static const char zsh_find[] =
    ") ((i++)) ;;\n"
    "        (-*) ;;\n"
    "        (*) if [[ -z $noun ]]; then noun=${words[i]}\n"
    "            elif [[ -z $verb ]]; then verb=${words[i]}; fi ;;\n"
    "        esac\n"
    "    done\n"
    "    case \"$noun $verb $prev\" in\n";

static void zsh_value(struct rc_buf *out, const struct cli_option *option)
{
    const struct completion_kind *kind = completion_kind(option->value);

    if (option->choices) {
        ADD(out, "compadd ");
        completion_choices(out, option->choices, "\\ ");
    } else {
        rc_buf_print(out, "%s", kind ? kind->zsh : "_message value");
    }
    ADD(out, "; return ;;\n");
}

static void zsh_options(struct rc_buf *out, const struct cli_option *table)
{
    char name[80];

    for (; table && table->name; table++) {
        snprintf(name, sizeof name, "--%s", table->name);
        ADD(out, " ");
        add_described(out, name, table->help);
    }
}

static void zsh_command(struct rc_buf *out, const struct noun *noun, const struct command *command)
{
    const struct completion_kind *kind = completion_kind(command->argument);

    rc_buf_print(out, "    ('%s %s')\n        options+=(", noun->name, command->verb);
    zsh_options(out, command->options);
    ADD(out, ")\n");
    if (kind)
        rc_buf_print(out, "        if [[ ${words[CURRENT]} != -* ]]; then %s; return; fi\n",
                     kind->zsh);
    ADD(out, "        _describe -o option options ;;\n");
}

static void zsh_noun(struct rc_buf *out, const struct noun *noun)
{
    rc_buf_print(out, "    ('%s ')\n        rows=(", noun->name);
    for (const struct command *command = noun->commands; command->verb; command++) {
        ADD(out, " ");
        add_described(out, command->verb, command->help);
    }
    ADD(out, ")\n        _describe command rows ;;\n");
    for (const struct command *command = noun->commands; command->verb; command++)
        zsh_command(out, noun, command);
}

void completion_zsh(struct rc_buf *out)
{
    rc_buf_add(out, zsh_head, sizeof zsh_head - 1);
    completion_valued(out);
    rc_buf_add(out, zsh_find, sizeof zsh_find - 1);
    completion_values(out, "(", zsh_value);
    ADD(out, "    options=(");
    zsh_options(out, global_options);
    ADD(out, ")\n    case \"$noun $verb\" in\n    (' ')\n        rows=(");
    for (const struct noun *noun = nouns; noun->name; noun++) {
        ADD(out, " ");
        add_described(out, noun->name, noun->help);
    }
    ADD(out, ")\n        _describe noun rows; _describe -o option options ;;\n");
    for (const struct noun *noun = nouns; noun->name; noun++)
        zsh_noun(out, noun);
    ADD(out,
        "    esac\n}\nif [[ $funcstack[1] = _rollcall ]]; then\n    _rollcall \"$@\"\nelse\n"
        "    compdef _rollcall rollcall\nfi\n");
}
