/* The life of one command: what was typed, the configuration, the work, the answer, the exit code.
 * Each kind of failure has its code, so that scripts need not read texts; each text says what to
 * do. */
#include "cli.h"

#include "help.h"
#include "manual.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rollcall/base/log.h"
#include "rollcall/port/crypto.h"
#include "rollcall/worker/keyring.h"

extern char **environ;

const struct rc_option *const cli_option_tables[] = {
    rc_common_option_table, rc_key_option_table,      operator_upload_table,
    operator_option_table,  operator_retention_table, NULL};

/* ---- failures ---- */

rc_status cli_refuse(struct cli *cli, enum cli_exit exit, const char *fix, const char *format, ...)
{
    char text[900];
    va_list values;

    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    cli->exit = (int)exit;
    cli->fix = fix;
    return rc_fail(RC_REJECT, "%s", text);
}

rc_status cli_end(struct cli *cli, enum cli_exit exit, const char *format, ...)
{
    char text[900];
    va_list values;

    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    cli->exit = (int)exit;
    out_note(&cli->out, "%s", text);
    return RC_OK;
}

/* What PostgreSQL's own words mean for the person at the shell. */
static const struct {
    const char *sign;
    int exit;
    const char *fix;
} known_failures[] = {
    {"28P01", CLI_AUTH, "Check the user and password of database.url (ROLLCALL_DATABASE_URL)."},
    {"28000", CLI_AUTH, "Check the user of database.url (ROLLCALL_DATABASE_URL)."},
    {"42501", CLI_AUTH,
     "This role may not do that: database.url should sign in as rollcall_cli, for `rollcall db` as "
     "rollcall_owner."},
    {"42P01", CLI_FAILED,
     "The database lacks tables: run `rollcall db migrate` as rollcall_owner."},
    {"3F000", CLI_FAILED,
     "The database lacks tables: run `rollcall db migrate` as rollcall_owner."},
    {"42883", CLI_FAILED, "The database is older than this program: run `rollcall db migrate`."},
    {"3D000", CLI_FAILED, "Create the database first, owned by rollcall_owner."},
    {"cannot be reached", CLI_FAILED,
     "Start PostgreSQL, or mend database.url (ROLLCALL_DATABASE_URL)."},
};

static void explain(struct cli *cli)
{
    for (size_t i = 0; cli->exit == CLI_DONE && i < COUNT_OF(known_failures); i++) {
        if (!strstr(rc_error_text(), known_failures[i].sign)) continue;
        cli->exit = known_failures[i].exit;
        cli->fix = known_failures[i].fix;
    }
    if (cli->exit == CLI_DONE) cli->exit = CLI_FAILED;
}

static int end_failed(struct cli *cli)
{
    explain(cli);
    fprintf(stderr, "rollcall: %s\n", rc_error_text());
    if (cli->fix) fprintf(stderr, "  %s\n", cli->fix);
    return cli->exit;
}

static int end_usage(struct cli *cli)
{
    const struct args *args = &cli->args;

    fprintf(stderr, "rollcall: %s\n  rollcall%s%s%s%s --help says more\n", rc_error_text(),
            args->noun ? " " : "", args->noun ? args->noun->name : "", args->command ? " " : "",
            args->command ? args->command->verb : "");
    return CLI_USAGE;
}

/* ---- getting ready ---- */

static rc_status load_options(struct cli *cli)
{
    const char *sets[ARGS_WORDS_MAX] = {NULL};
    RC_AUTO_BUF struct rc_buf problems = {0};

    for (size_t i = 0; i + 1 < COUNT_OF(sets); i++)
        sets[i] = args_value_at(&cli->args, "set", i);
    const struct rc_option_sources sources = {
        .file = args_value(&cli->args, "config"), .environment = environ, .sets = sets};
    if (rc_options_load(cli_option_tables, &sources, &cli->options, &problems) == RC_OK)
        return RC_OK;
    const char *text = problems.data ? problems.data : rc_error_text();
    return cli_refuse(cli, CLI_CONFIG, "`rollcall config show` lists every option.",
                      "the configuration has problems\n%s", text);
}

/* Whoever acts is named in the audit trail and in decisions. */
static rc_status name_person(struct cli *cli)
{
    const char *given = args_value(&cli->args, "as");
    const char *user = getenv("USER");
    const char *login = getenv("LOGNAME");

    cli->who = given ? given : user && *user ? user : login && *login ? login : "rollcall";
    if (*cli->who == '\0' || strlen(cli->who) > 200)
        return cli_refuse(cli, CLI_USAGE, NULL, "--as: a name of at most 200 bytes is due");
    return RC_OK;
}

static rc_status get_ready(struct cli *cli)
{
    const unsigned needs = cli->args.command->needs;

    RC_TRY(name_person(cli));
    if (needs == NEEDS_NOTHING) return RC_OK;
    RC_TRY(load_options(cli));
    RC_TRY(rc_crypto_setup());
    if (!(needs & NEEDS_DATABASE)) return RC_OK;
    return rc_db_open(cli->options.database_url, "rollcall", &cli->db);
}

static enum out_form choose_form(const struct args *args)
{
    const char *output = args_value(args, "output");

    if (output && strcmp(output, "json") == 0) return OUT_JSON;
    return isatty(STDOUT_FILENO) ? OUT_TABLE : OUT_TABS;
}

/* ---- the program ---- */

static int run_command(struct cli *cli)
{
    rc_status status = get_ready(cli);

    if (status == RC_OK) status = cli->args.command->run(cli);
    if (status == RC_NOT_FOUND) status = rc_fail(RC_FATAL, "what was looked for is not there");
    if (status != RC_OK) return end_failed(cli);
    if (out_flush(&cli->out) != RC_OK) return end_failed(cli);
    return cli->exit;
}

static int print_help(const struct cli *cli)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    help_print(&cli->args, &text);
    fputs(text.data, stdout);
    return CLI_DONE;
}

static int print_version(void)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    rc_build_print("rollcall", &text);
    fputs(text.data, stdout);
    return CLI_DONE;
}

static int print_manual(void)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    manual_print(cli_option_tables, &text);
    fputs(text.data, stdout);
    return CLI_DONE;
}

static int print_options(void)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    rc_options_markdown(cli_option_tables, &text);
    fputs(text.data, stdout);
    return CLI_DONE;
}

static int act(struct cli *cli, int argc, char **argv)
{
    if (args_parse(argc, argv, &cli->args) != RC_OK) return end_usage(cli);
    if (cli->args.version) return print_version();
    if (cli->args.help) return print_help(cli);
    if (cli->args.man) return print_manual();
    if (cli->args.options_md) return print_options();
    out_init(&cli->out, choose_form(&cli->args), args_has(&cli->args, "quiet"));
    return run_command(cli);
}

int cli_main(int argc, char **argv)
{
    struct cli cli = {.arena = rc_arena_new(0)};

    operator_options_fill();
    rc_log_setup("rollcall", RC_LOG_ERROR, RC_LOG_TEXT);
    const int code = act(&cli, argc, argv);
    out_done(&cli.out);
    rc_db_free(cli.db);
    rc_keyring_free(cli.keys);
    rc_options_done(cli_option_tables, &cli.options);
    rc_arena_free(cli.arena);
    return code;
}
