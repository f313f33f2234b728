#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include "args.h"

#include "rollcall/base/buf.h"

/* Scripts that complete what can be typed, made from the table of commands. Each is a fixed frame,
 * which finds noun and verb in what was typed, and rows of that table; the districts are asked of
 * the program itself. */
void completion_bash(struct rc_buf *out);
/* For zsh: a function of compdef. */
void completion_zsh(struct rc_buf *out);
/* For fish: a complete line for each option. */
void completion_fish(struct rc_buf *out);

/* What stands for a value in help, and how each shell finds such values; NULL: fish's own files. */
struct completion_kind {
    const char *value;
    const char *bash, *zsh, *fish;
};
/* The kind of a value ("SLUG", "[FILE]"); NULL: nothing is known of it. */
const struct completion_kind *completion_kind(const char *value);

/* Adds a text in single quotes; quote stands for one within. */
void completion_quoted(struct rc_buf *out, const char *text, const char *quote);
/* Adds "table|json" as "table json"; blank stands for one within a choice. */
void completion_choices(struct rc_buf *out, const char *choices, const char *blank);
/* Adds every option that takes a value, once, as a pattern: "--output | -o | --as". Whoever looks
 * for noun and verb steps over what follows them. */
void completion_valued(struct rc_buf *out);

/* How a shell finds an option's value; ends the branch. */
typedef void completion_value_fn(struct rc_buf *out, const struct cli_option *option);
/* Adds a branch for each option that takes a value to a case over "noun verb --option", and ends
 * that case. open stands before each pattern. */
void completion_values(struct rc_buf *out, const char *open, completion_value_fn *value);

#endif
