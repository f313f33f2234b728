/* Reads what was typed by the table of commands. Options may stand anywhere, as --name value or
 * --name=value; the first two words that are no options are noun and verb; "--" ends the options.
 */
#include "args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rollcall/base/auto.h"
#include "rollcall/base/str.h"
#include "rollcall/format/option.h"

/* ---- suggestions ---- */

static const char *noun_at(const void *from, size_t index)
{
    (void)from;
    return nouns[index].name;
}

static const char *verb_at(const void *from, size_t index)
{
    const struct noun *noun = from;

    return noun->commands[index].verb;
}

static const char *option_at(const void *from, size_t index)
{
    const struct command *command = from;
    size_t own = 0;

    for (; command && command->options && command->options[own].name; own++)
        if (own == index) return command->options[own].name;
    return global_options[index - own].name;
}

static rc_status unknown(const char *what, const char *word, const char *nearest)
{
    if (!nearest) return rc_fail(RC_REJECT, "there is no %s \"%.60s\"", what, word);
    return rc_fail(RC_REJECT, "there is no %s \"%.60s\": did you mean \"%s\"?", what, word,
                   nearest);
}

/* ---- nouns, verbs, arguments ---- */

static rc_status take_noun(struct args *args, const char *word)
{
    for (const struct noun *noun = nouns; noun->name; noun++) {
        if (strcmp(noun->name, word) != 0) continue;
        args->noun = noun;
        return RC_OK;
    }
    return unknown("command", word, suggest_nearest(word, noun_at, NULL));
}

static rc_status take_verb(struct args *args, const char *word)
{
    for (const struct command *command = args->noun->commands; command->verb; command++) {
        if (strcmp(command->verb, word) != 0) continue;
        args->command = command;
        return RC_OK;
    }
    char what[80];
    snprintf(what, sizeof what, "command %s", args->noun->name);
    return unknown(what, word, suggest_nearest(word, verb_at, args->noun));
}

static rc_status take_argument(struct args *args, const char *word)
{
    const char *takes = args->command->argument;
    const bool many = takes && strstr(takes, "...") != NULL;

    if (!takes) return rc_fail(RC_REJECT, "\"%.60s\": this command takes no argument", word);
    if (args->word_count > 0 && !many)
        return rc_fail(RC_REJECT, "\"%.60s\": one argument is taken, %s", word, takes);
    if (args->word_count == ARGS_WORDS_MAX)
        return rc_fail(RC_REJECT, "at most %d arguments are taken", ARGS_WORDS_MAX);
    args->words[args->word_count++] = word;
    return RC_OK;
}

static rc_status take_word(struct args *args, const char *word)
{
    if (!args->noun) return take_noun(args, word);
    return args->command ? take_argument(args, word) : take_verb(args, word);
}

/* ---- options ---- */

static bool is_named(const struct cli_option *option, struct rc_str name, char letter)
{
    if (letter) return option->letter && option->letter[0] == letter;
    return rc_str_eq(rc_str_of(option->name), name);
}

static const struct cli_option *find_in(const struct cli_option *table, struct rc_str name,
                                        char letter)
{
    for (; table && table->name; table++)
        if (is_named(table, name, letter)) return table;
    return NULL;
}

static const struct cli_option *find_option(const struct args *args, struct rc_str name,
                                            char letter)
{
    const struct cli_option *own = args->command ? args->command->options : NULL;
    const struct cli_option *found = find_in(own, name, letter);

    return found ? found : find_in(global_options, name, letter);
}

static bool is_choice(const char *choices, const char *value)
{
    struct rc_str rest = rc_str_of(choices);

    while (rest.data)
        if (rc_str_eq(rc_str_cut(&rest, '|'), rc_str_of(value))) return true;
    return false;
}

static rc_status check_value(const struct cli_option *option, const char *value)
{
    int64_t number = 0;

    if (option->choices && !is_choice(option->choices, value))
        return rc_fail(RC_REJECT, "--%s %.60s: one of %s is due", option->name, value,
                       option->choices);
    if (option->flags & OPTION_NUMBER)
        return rc_context(rc_str_int(rc_str_of(value), option->min, option->max, &number), "--%s",
                          option->name);
    if (option->flags & OPTION_DURATION)
        return rc_context(rc_option_millis(rc_str_of(value), &number), "--%s", option->name);
    return RC_OK;
}

static rc_status keep_option(struct args *args, const struct cli_option *option, const char *value)
{
    if (args->given_count == ARGS_WORDS_MAX)
        return rc_fail(RC_REJECT, "at most %d options are taken", ARGS_WORDS_MAX);
    if (!(option->flags & OPTION_MANY) && args_has(args, option->name))
        return rc_fail(RC_REJECT, "--%s was given twice", option->name);
    if (value) RC_TRY(check_value(option, value));
    args->given[args->given_count].option = option;
    args->given[args->given_count++].value = value;
    return RC_OK;
}

/* Options are known once the command is: what stands before the verb is taken after it. */
struct typed {
    int argc, at;
    char **argv;
};

static rc_status take_option(struct args *args, struct typed *typed)
{
    const char *word = typed->argv[typed->at];
    const bool is_long = word[1] == '-';
    struct rc_str rest = rc_str_of(is_long ? word + 2 : word + 1);
    const struct rc_str name = rc_str_cut(&rest, '=');
    const char letter = is_long ? '\0' : word[1];
    char shown[80];

    if (!is_long && name.len != 1)
        return rc_fail(RC_REJECT, "%.60s: no such option; long names take two dashes", word);
    const struct cli_option *option = find_option(args, name, letter);
    if (!option) {
        snprintf(shown, sizeof shown, "%.*s", RC_STR_ARG(name));
        return unknown("option", shown, suggest_nearest(shown, option_at, args->command));
    }
    if (!option->value) {
        if (rest.data) return rc_fail(RC_REJECT, "--%s takes no value", option->name);
        return keep_option(args, option, NULL);
    }
    if (!rest.data && typed->at + 1 == typed->argc)
        return rc_fail(RC_REJECT, "--%s: its value is missing (%s)", option->name, option->value);
    return keep_option(args, option, rest.data ? rest.data : typed->argv[++typed->at]);
}

/* ---- the whole line ---- */

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0';
}

/* Does the next word belong to this option? Of the command's options, as far as it is known; then
 * of global options and, for others, of any command that has it. */
static bool takes_value(const struct args *args, const char *word)
{
    const struct rc_str name = rc_str_of(word[1] == '-' ? word + 2 : word + 1);
    const char letter = word[1] == '-' ? '\0' : word[1];

    if (strchr(word, '=')) return false;
    const struct cli_option *found = find_option(args, name, letter);
    for (const struct noun *noun = nouns; !found && noun->name; noun++)
        for (const struct command *command = noun->commands; !found && command->verb; command++)
            found = find_in(command->options, name, letter);
    return found && found->value;
}

/* Noun and verb come first, so that the options are known by the command's table when they are
 * read; arguments come last: a mistyped option leaves its value standing among them. */
static rc_status take_words(struct args *args, int argc, char **argv, bool arguments)
{
    bool options_end = false;
    size_t seen = 0;

    for (int i = 1; i < argc && (arguments || !args->command); i++) {
        if (!options_end && strcmp(argv[i], "--") == 0) {
            options_end = true;
            continue;
        }
        if (!options_end && is_option(argv[i])) {
            if (takes_value(args, argv[i])) i++;
            continue;
        }
        if (arguments == (seen++ >= 2)) RC_TRY(take_word(args, argv[i]));
    }
    return RC_OK;
}

/* `rollcall status`: a noun with one command alone needs no verb. */
static void take_only_verb(struct args *args)
{
    const struct command *commands = args->noun ? args->noun->commands : NULL;

    if (commands && !args->command && commands[0].verb && !commands[1].verb)
        args->command = &commands[0];
}

static rc_status take_options(struct args *args, int argc, char **argv)
{
    struct typed typed = {.argc = argc, .argv = argv};

    for (typed.at = 1; typed.at < argc; typed.at++) {
        if (strcmp(argv[typed.at], "--") == 0) return RC_OK;
        if (is_option(argv[typed.at])) RC_TRY(take_option(args, &typed));
    }
    return RC_OK;
}

static rc_status check_required(const struct args *args)
{
    const char *takes = args->command->argument;

    if (takes && takes[0] != '[' && args->word_count == 0)
        return rc_fail(RC_REJECT, "%s is missing", takes);
    for (const struct cli_option *option = args->command->options; option && option->name; option++)
        if ((option->flags & OPTION_REQUIRED) && !args_has(args, option->name))
            return rc_fail(RC_REJECT, "--%s %s is missing", option->name, option->value);
    return RC_OK;
}

/* Help is given even where the rest is wrong or missing. */
static bool asks_for(int argc, char **argv, const char *word, const char *letter)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], word) == 0 || (letter && strcmp(argv[i], letter) == 0)) return true;
    return false;
}

static bool has_own(const struct args *args, const char *name)
{
    return args->command && find_in(args->command->options, rc_str_of(name), '\0');
}

rc_status args_parse(int argc, char **argv, struct args *ret_args)
{
    struct args *args = ret_args;

    *args = (struct args){.help = asks_for(argc, argv, "--help", "-h"),
                          .version = asks_for(argc, argv, "--version", NULL),
                          .man = asks_for(argc, argv, "--man", NULL),
                          .options_md = asks_for(argc, argv, "--options-md", NULL)};
    const rc_status words = take_words(args, argc, argv, false);
    take_only_verb(args);
    if (has_own(args, "version"))
        args->version = false; /* of what it acts on, not of the program */
    if (args->help || args->version || args->man || args->options_md) return RC_OK;
    RC_TRY(words);
    if (!args->command) {
        args->help = !args->noun;
        return args->noun
                   ? rc_fail(RC_REJECT, "%s: what is to be done is missing", args->noun->name)
                   : take_options(args, argc, argv);
    }
    RC_TRY(take_options(args, argc, argv));
    RC_TRY(take_words(args, argc, argv, true));
    return check_required(args);
}

/* ---- asking ---- */

static void must_know(const struct args *args, const char *name)
{
    if (find_option(args, rc_str_of(name), '\0')) return;
    fprintf(stderr, "rollcall: a bug: this command has no option --%s\n", name);
    abort();
}

bool args_has(const struct args *args, const char *name)
{
    must_know(args, name);
    for (size_t i = 0; i < args->given_count; i++)
        if (strcmp(args->given[i].option->name, name) == 0) return true;
    return false;
}

const char *args_value_at(const struct args *args, const char *name, size_t index)
{
    must_know(args, name);
    for (size_t i = 0; i < args->given_count; i++) {
        if (strcmp(args->given[i].option->name, name) != 0) continue;
        if (index-- == 0) return args->given[i].value;
    }
    return NULL;
}

const char *args_value(const struct args *args, const char *name)
{
    return args_value_at(args, name, 0);
}

int64_t args_number(const struct args *args, const char *name, int64_t fallback)
{
    const char *value = args_value(args, name);
    const struct cli_option *option = find_option(args, rc_str_of(name), '\0');
    int64_t number = fallback;

    if (!value) return fallback;
    if (option->flags & OPTION_DURATION)
        rc_ignore(rc_option_millis(rc_str_of(value), &number));
    else
        rc_ignore(rc_str_int(rc_str_of(value), option->min, option->max, &number));
    return number;
}

const char *args_word(const struct args *args, size_t index)
{
    return index < args->word_count ? args->words[index] : NULL;
}
