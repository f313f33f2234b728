#ifndef CLI_ARGS_H
#define CLI_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rollcall/base/error.h"

/* The grammar of the command line: noun, verb, arguments, options; and what was typed, read by it.
 * Pure: everything that can be typed is described by the table of commands, so that help, typing
 * errors and their suggestions come from the same rows. */

struct cli;

enum {
    OPTION_REQUIRED = 1,
    OPTION_MANY = 2,     /* may be given several times */
    OPTION_NUMBER = 4,   /* a whole number within [min, max] */
    OPTION_DURATION = 8, /* 250ms, 30s, 10m, 2h */
};

struct cli_option {
    const char *name;    /* without dashes; NULL ends a table */
    const char *letter;  /* short form; NULL: none */
    const char *value;   /* what stands for its value in help; NULL: a switch */
    const char *choices; /* "table|json"; NULL: free */
    unsigned flags;
    int64_t min, max;
    const char *help;
};

/* What a command wants to be ready before it runs. */
enum { NEEDS_NOTHING = 0, NEEDS_OPTIONS = 1, NEEDS_DATABASE = 2, NEEDS_KAFKA = 4 };

struct command {
    const char *verb;     /* NULL ends a table */
    const char *argument; /* "SLUG", "[RUN]", "NAME=VALUE..."; NULL: takes none */
    const char *help;     /* one sentence */
    const char *more;     /* what else one should know; NULL */
    const struct cli_option *options;
    const char *examples[5]; /* whole commands without the program's name; NULL ends them */
    unsigned needs;
    rc_status (*run)(struct cli *cli);
};

struct noun {
    const char *name; /* NULL ends the table */
    const char *help;
    const struct command *commands;
};

/* All nouns, in the order of help; the options that every command takes. */
extern const struct noun nouns[];
extern const struct cli_option global_options[];

#define ARGS_WORDS_MAX 200

struct args {
    const struct noun *noun;       /* NULL: none was given */
    const struct command *command; /* NULL: help or version was asked for, or nothing */
    bool help, version, man, options_md;
    const char *words[ARGS_WORDS_MAX]; /* the command's arguments */
    size_t word_count;
    struct {
        const struct cli_option *option;
        const char *value;
    } given[ARGS_WORDS_MAX];
    size_t given_count;
};

/* Reads a command line. Views point into argv. RC_REJECT says what is wrong and what was perhaps
 * meant; noun and command are set as far as they were understood. */
RC_MUST_CHECK rc_status args_parse(int argc, char **argv, struct args *ret_args);

/* Was the option given? Asking for one that the command does not have is a bug and ends the
 * process; so for all below. */
bool args_has(const struct args *args, const char *name);
/* The value that was given last; NULL: none. */
const char *args_value(const struct args *args, const char *name);
/* The value that was given at place index (0, 1, …) of an option that may stand several times. */
const char *args_value_at(const struct args *args, const char *name, size_t index);
/* Its number or duration in milliseconds, checked while parsing; fallback: not given. */
int64_t args_number(const struct args *args, const char *name, int64_t fallback);
/* The argument at place index; NULL: none. */
const char *args_word(const struct args *args, size_t index);

/* The candidate that is nearest to word and near enough to be meant; NULL: none. next gives the
 * candidates, NULL after the last. */
const char *suggest_nearest(const char *word, const char *(*next)(const void *from, size_t index),
                            const void *from);

#endif
