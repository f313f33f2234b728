/* Whether a member's address may be mailed, as far as a person decides it. */
#include "member_mail.h"

#include "cli_sql.h"

const struct cli_option member_address_options[] = {
    OPTION_DISTRICT,
    {"email", 0, "ADDRESS", NULL, OPTION_REQUIRED, 0, 0, "Of the member."},
    OPTION_END,
};

/* The trail names members by id. */
static rc_status audit(struct cli *cli, struct rc_db *tx, const char *act, const char *member)
{
    return cli_audit(cli, tx, act, rc_str_print(cli->arena, "{\"member\":\"%s\"}", member));
}

rc_status member_resume(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *const values[] = {args_value(&cli->args, "email")};

    RC_TRY(cli_begin(cli, &tx));
    const rc_status found = rc_db_one(tx, sql_member_resume, COUNT_OF(values), values, &rows);
    if (found == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_NOTHING, "`rollcall member list` shows all.",
                          "the district has no member with this address");
    RC_TRY(found);
    const char *member = cli_keep(cli, rows, 0, 0);
    RC_TRY(audit(cli, tx, "member.resume", member));
    RC_TRY(rc_db_commit(tx));
    const struct out_fact facts[] = {{"member_id", member}};
    out_act(&cli->out, facts, COUNT_OF(facts), "Mails go there again.");
    return RC_OK;
}
