/* rollcall access: who of the rostered people may sign in to the application. A sync gives access
 * to nobody: it is an act of its own, by person, role or school. */
#include "nouns.h"
#include "person_find.h"
#include "schools.h"

#include "cli_sql.h"

/* Whom an act is about, as the statements take it. */
struct access {
    bool on;
    const char *account, *role, *school; /* NULL: any */
};

static rc_status check_given(struct cli *cli)
{
    const struct args *args = &cli->args;
    const bool part = args_has(args, "role") || args_has(args, "school");
    const bool person = args_word(args, 0) != NULL;

    if (person + part + args_has(args, "everybody") == 1) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, NULL,
                      "name one person, or --role and --school, or --everybody");
}

static rc_status read_access(struct cli *cli, struct rc_db *tx, struct access *access)
{
    const char *named = args_word(&cli->args, 0);
    struct person_ref person = {0};

    access->role = args_value(&cli->args, "role");
    if (args_has(&cli->args, "school"))
        RC_TRY(school_find(cli, tx, args_value(&cli->args, "school"), &access->school));
    if (!named) return RC_OK;
    RC_TRY(person_need(cli, tx, named, &person));
    access->account = person.account;
    if (person.account) return RC_OK;
    return cli_refuse(cli, CLI_NOTHING, "`rollcall person explain` says why.",
                      "this person has no account");
}

static rc_status run_access(struct rc_db *tx, const struct access *access, const char *sql,
                            int64_t *ret_count)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *const values[] = {access->on ? "true" : "false", access->account, access->role,
                                  access->school};

    RC_TRY(rc_db_one(tx, sql, COUNT_OF(values), values, &rows));
    *ret_count = rc_rows_int(rows, 0, 0);
    return RC_OK;
}

static rc_status count_access(struct cli *cli, struct access *access, int64_t *ret_count)
{
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(read_access(cli, tx, access));
    RC_TRY(run_access(tx, access, sql_access_count, ret_count));
    return rc_db_commit(tx);
}

static rc_status audit_access(struct cli *cli, struct rc_db *tx, const struct access *access,
                              int64_t count)
{
    const struct out_fact facts[] = {
        {"account", access->account}, {"role", access->role}, {"school", access->school}};
    RC_AUTO_BUF struct rc_buf what = {0};
    struct rc_json_out json = {.buf = &what};

    rc_json_open(&json, NULL, '{');
    for (size_t i = 0; i < COUNT_OF(facts); i++)
        if (facts[i].value) rc_json_put_text(&json, facts[i].name, rc_str_of(facts[i].value));
    rc_json_put_int(&json, "accounts", count);
    rc_json_close(&json, '}');
    return cli_audit(cli, tx, access->on ? "access.grant" : "access.revoke", rc_buf_str(&what));
}

static rc_status set_access(struct cli *cli, const struct access *access, int64_t *ret_count)
{
    RC_AUTO_TX struct rc_db *tx = NULL;

    /* As an apply: else one would hold the accounts and the other the head of the feed. */
    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(rc_db_run(tx, sql_plan_lock, 0, NULL, NULL));
    RC_TRY(run_access(tx, access, sql_access_set, ret_count));
    RC_TRY(audit_access(cli, tx, access, *ret_count));
    return rc_db_commit(tx);
}

/* "1 person gets access.", "12 people lose access." */
static const char *whom(struct cli *cli, int64_t count, bool on)
{
    return rc_str_print(cli->arena, "%lld %s %s%s access.", (long long)count,
                        count == 1 ? "person" : "people", on ? "get" : "lose",
                        count == 1 ? "s" : "")
        .data;
}

static rc_status change(struct cli *cli, bool on)
{
    struct access access = {.on = on};
    int64_t count = 0;

    RC_TRY(check_given(cli));
    RC_TRY(count_access(cli, &access, &count));
    if (count == 0)
        return cli_refuse(cli, CLI_NOTHING, "`rollcall access list` counts both.",
                          "nobody would %s access", on ? "get" : "lose");
    RC_TRY(cli_confirm(cli, count, whom(cli, count, on)));
    RC_TRY(set_access(cli, &access, &count));
    const struct out_fact facts[] = {
        {"accounts", rc_str_print(cli->arena, "%lld", (long long)count).data},
        {"access", on ? "on" : "off"}};
    out_act(&cli->out, facts, COUNT_OF(facts), "%s", whom(cli, count, on));
    return RC_OK;
}

static rc_status grant(struct cli *cli)
{
    return change(cli, true);
}

static rc_status revoke(struct cli *cli)
{
    return change(cli, false);
}

static rc_status list(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"role", OUT_TEXT, false},      {"school", OUT_TEXT, false},   {"with", OUT_NUMBER, false},
        {"without", OUT_NUMBER, false}, {"school_id", OUT_TEXT, true},
    };
    const struct cli_rows rows = {NULL, sql_access_list, 0, columns, COUNT_OF(columns)};

    return cli_list(cli, &rows, NULL);
}

static const struct cli_option change_options[] = {
    OPTION_DISTRICT,
    {"role", 0, "ROLE", "student|teacher|staff|administrator|guardian", 0, 0, 0,
     "Everybody with this role."},
    {"school", 0, "SCHOOL", NULL, 0, 0, 0, "Everybody with a role there, by name or SIS id."},
    {"everybody", 0, NULL, NULL, 0, 0, 0, "Everybody in the district."},
    OPTION_YES,
    OPTION_END,
};
static const struct cli_option list_options[] = {OPTION_DISTRICT, OPTION_END};

const struct command access_commands[] = {
    {"grant",
     "[PERSON]",
     "Lets people sign in to the application: one, or those of a role or a school.",
     "Who comes later has no access until it is granted again. The application is told by "
     "roster.changed.",
     change_options,
     {"access grant --district maple-county --role teacher --school \"North High\"",
      "access grant --district maple-county s-1042 --yes"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     grant},
    {"revoke",
     "[PERSON]",
     "Takes access away; accounts stay.",
     NULL,
     change_options,
     {"access revoke --district maple-county --role guardian"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     revoke},
    {"list",
     NULL,
     "How many have access, per role and school.",
     NULL,
     list_options,
     {"access list --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     list},
    {0},
};
