/* Verification is an act, with who and when: the first syncs of a role were looked at and found
 * right. Until then updates and archives are switched on only by somebody who says so twice. */
#include "settings_verify.h"

#include "cli_sql.h"

#include <string.h>

/* ---- the act ---- */

static const struct out_column columns[] = {
    {"role", OUT_TEXT, false},
    {"verified", OUT_BOOL, false},
    {"by", OUT_TEXT, false},
    {"at", OUT_TIME, false},
};

static void given_roles(struct cli *cli, struct rc_buf *out)
{
    rc_db_array_open(out);
    for (size_t i = 0; args_value_at(&cli->args, "role", i); i++)
        rc_db_array_add(out, rc_str_of(args_value_at(&cli->args, "role", i)));
    rc_db_array_close(out);
}

static rc_status audit_roles(struct cli *cli, struct rc_db *tx, bool withdraw)
{
    RC_AUTO_BUF struct rc_buf what = {0};
    struct rc_json_out json = {.buf = &what};

    rc_json_open(&json, NULL, '{');
    rc_json_open(&json, "roles", '[');
    for (size_t i = 0; args_value_at(&cli->args, "role", i); i++)
        rc_json_put_text(&json, NULL, rc_str_of(args_value_at(&cli->args, "role", i)));
    rc_json_close(&json, ']');
    rc_json_close(&json, '}');
    return cli_audit(cli, tx, withdraw ? "settings.unverify" : "settings.verify",
                     rc_buf_str(&what));
}

static rc_status say(struct cli *cli, struct rc_db *tx)
{
    const bool withdraw = args_has(&cli->args, "withdraw");
    RC_AUTO_BUF struct rc_buf roles = {0};

    given_roles(cli, &roles);
    const char *const values[] = {roles.data, cli->who};
    RC_TRY(withdraw ? rc_db_run(tx, sql_verification_drop, 1, values, NULL)
                    : rc_db_run(tx, sql_verification_put, COUNT_OF(values), values, NULL));
    return audit_roles(cli, tx, withdraw);
}

rc_status settings_verify(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const bool role = args_has(&cli->args, "role");

    if (args_has(&cli->args, "withdraw") && !role)
        return cli_refuse(cli, CLI_USAGE, NULL, "--withdraw: name the roles with --role");
    RC_TRY(cli_begin(cli, &tx));
    if (role) RC_TRY(say(cli, tx));
    RC_TRY(rc_db_run(tx, sql_verification_list, 0, NULL, &rows));
    out_rows(&cli->out, columns, COUNT_OF(columns), rows);
    return rc_db_commit(tx);
}

/* ---- the question ---- */

static bool starts(const char *name, const char *with)
{
    return strncmp(name, with, strlen(with)) == 0;
}

/* What of the changes matters: archives, updates, roles that are switched on beside them. */
struct asked {
    struct rc_buf archives, switches;
    bool everybody; /* of whatever role */
};

static void read_changes(const struct verify_change *changes, size_t count, struct asked *asked)
{
    rc_db_array_open(&asked->archives);
    rc_db_array_open(&asked->switches);
    for (size_t i = 0; i < count; i++) {
        const char *name = changes[i].name;
        const char *value = changes[i].value ? changes[i].value : "";
        if (starts(name, "archive-") && strcmp(value, "\"archive\"") == 0)
            rc_db_array_add(&asked->archives, rc_str_of(name));
        if ((strcmp(name, "existing-people") == 0 && strcmp(value, "\"update\"") == 0) ||
            (strcmp(name, "disabled-people") == 0 && strcmp(value, "\"archive\"") == 0))
            asked->everybody = true;
        if (strcmp(value, "true") == 0 || strcmp(name, "guardians") == 0)
            rc_db_array_add(&asked->switches, rc_str_of(name));
    }
    rc_db_array_close(&asked->archives);
    rc_db_array_close(&asked->switches);
}

/* *ret_roles: "students, teachers"; NULL: none. */
static rc_status find_lacks(struct cli *cli, const struct asked *asked, const char **ret_roles,
                            int64_t *ret_count)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *const values[] = {asked->archives.data, asked->everybody ? "true" : "false",
                                  asked->switches.data};

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(rc_db_one(tx, sql_verification_lacks, COUNT_OF(values), values, &rows));
    *ret_roles = cli_keep(cli, rows, 0, 0);
    *ret_count = rc_rows_int(rows, 0, 1);
    return rc_db_commit(tx);
}

rc_status verify_ask(struct cli *cli, const struct verify_change *changes, size_t count)
{
    struct asked asked = {0};
    const char *roles = NULL;
    int64_t lacking = 0;

    read_changes(changes, count, &asked);
    const rc_status found = find_lacks(cli, &asked, &roles, &lacking);
    rc_buf_done(&asked.archives);
    rc_buf_done(&asked.switches);
    RC_TRY(found);
    if (!roles) return RC_OK;
    return cli_confirm(cli, lacking,
                       rc_str_print(cli->arena,
                                    "Nobody has verified the sync of %s (rollcall settings verify "
                                    "--role): from the next one on they are written or archived.",
                                    roles)
                           .data);
}
