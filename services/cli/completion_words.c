/* What completion has in common for all shells: what a value is, quoting, and which options take
 * one.
 */
#include "completion.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "rollcall/base/auto.h"

/* What stands behind an option or as an argument, by the word that help uses for it. */
static const struct completion_kind kinds[] = {
    {"SLUG", "_rollcall_districts", "_rollcall_districts", "(__rollcall_districts)"},
    {"FILE", "_rollcall_files", "_files", NULL},
    {"FOLDER", "_rollcall_files", "_files", NULL},
};

/* ---- quoting: a text in single quotes ---- */

void completion_quoted(struct rc_buf *out, const char *text, const char *quote)
{
    rc_buf_add_char(out, '\'');
    for (; *text; text++) {
        if (*text == '\'')
            rc_buf_add_str(out, rc_str_of(quote));
        else
            rc_buf_add_char(out, *text);
    }
    rc_buf_add_char(out, '\'');
}

void completion_choices(struct rc_buf *out, const char *choices, const char *blank)
{
    for (; *choices; choices++) {
        if (*choices == ' ')
            rc_buf_add_str(out, rc_str_of(blank));
        else
            rc_buf_add_char(out, *choices == '|' ? ' ' : *choices);
    }
}

const struct completion_kind *completion_kind(const char *value)
{
    for (size_t i = 0; value && i < COUNT_OF(kinds); i++)
        if (strstr(value, kinds[i].value)) return &kinds[i];
    return NULL;
}

/* ---- every option that takes a value, once: whoever looks for noun and verb steps over it ---- */

static bool is_first(const struct cli_option *wanted)
{
    for (const struct noun *noun = nouns; noun->name; noun++)
        for (const struct command *c = noun->commands; c->verb; c++)
            for (const struct cli_option *o = c->options; o && o->name; o++)
                if (strcmp(o->name, wanted->name) == 0) return o == wanted;
    return true;
}

static void add_valued(struct rc_buf *out, const struct cli_option *table, bool once)
{
    for (; table && table->name; table++) {
        if (!table->value || (once && !is_first(table))) continue;
        rc_buf_print(out, " | --%s", table->name);
        if (table->letter) rc_buf_print(out, " | -%s", table->letter);
    }
}

/* A pattern of a shell's case. */
void completion_valued(struct rc_buf *out)
{
    rc_buf_add_str(out, RC_STR("--set"));
    for (const struct cli_option *o = global_options; o->name; o++)
        if (o->value && strcmp(o->name, "set") != 0) {
            rc_buf_print(out, " | --%s", o->name);
            if (o->letter) rc_buf_print(out, " | -%s", o->letter);
        }
    for (const struct noun *noun = nouns; noun->name; noun++)
        for (const struct command *c = noun->commands; c->verb; c++)
            add_valued(out, c->options, true);
}

/* ---- every option that takes a value, where it stands ---- */

struct branches {
    struct rc_buf *out;
    const char *open;
    completion_value_fn *value;
};

/* command: "run' 'start"; "*" is any. */
static void add_branch(const struct branches *branches, const char *command,
                       const struct cli_option *option)
{
    struct rc_buf *out = branches->out;

    if (!option->value) return;
    rc_buf_print(out, "    %s%s' --%s'", branches->open, command, option->name);
    if (option->letter) rc_buf_print(out, " | %s' -%s'", command, option->letter);
    rc_buf_add_str(out, RC_STR(") "));
    branches->value(out, option);
}

void completion_values(struct rc_buf *out, const char *open, completion_value_fn *value)
{
    const struct branches branches = {out, open, value};
    char command[80];

    for (const struct noun *noun = nouns; noun->name; noun++)
        for (const struct command *c = noun->commands; c->verb; c++) {
            snprintf(command, sizeof command, "%s' '%s", noun->name, c->verb);
            for (const struct cli_option *o = c->options; o && o->name; o++)
                add_branch(&branches, command, o);
        }
    for (const struct cli_option *o = global_options; o->name; o++)
        add_branch(&branches, "*", o);
    rc_buf_add_str(out, RC_STR("    esac\n"));
}
