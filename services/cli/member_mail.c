/* Whether a member's address may be mailed, as far as a person decides it. */
#include "member_mail.h"

#include "cli_sql.h"

const struct cli_option member_address_options[] = {
    OPTION_DISTRICT,
    {"email", 0, "ADDRESS", NULL, OPTION_REQUIRED, 0, 0, "Of the member."},
    OPTION_END,
};

const struct cli_option member_verify_options[] = {
    OPTION_DISTRICT,
    {"email", 0, "ADDRESS", NULL, OPTION_REQUIRED, 0, 0, "Of the member."},
    {"vouch", 0, NULL, NULL, 0, 0, 0, "You know that the person wants the mails: nobody is asked."},
    OPTION_END,
};

/* The trail names members by id. */
static rc_status audit(struct cli *cli, struct rc_db *tx, const char *act, const char *member)
{
    return cli_audit(cli, tx, act, rc_str_print(cli->arena, "{\"member\":\"%s\"}", member));
}

static rc_status no_member(struct cli *cli)
{
    return cli_refuse(cli, CLI_NOTHING, "`rollcall member list` shows all.",
                      "the district has no member with this address");
}

/* ---- confirming ---- */

bool member_is_asked(const struct cli *cli)
{
    return cli->operation.mail_links && cli->operation.mail_links[0] != '\0';
}

rc_status member_ask(struct rc_db *tx, const char *member)
{
    return rc_db_run(tx, sql_member_ask, 1, &member, NULL);
}

rc_status member_verify(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const bool vouch = args_has(&cli->args, "vouch");
    const char *const values[] = {args_value(&cli->args, "email"), vouch ? "true" : "false"};

    if (!vouch && !member_is_asked(cli))
        return cli_refuse(cli, CLI_FAILED, "Set it as the notifier has it, or give --vouch.",
                          "mail.links is empty: no link could be sent");
    RC_TRY(cli_begin(cli, &tx));
    const rc_status found = rc_db_one(tx, sql_member_verify, COUNT_OF(values), values, &rows);
    if (found == RC_NOT_FOUND) return no_member(cli);
    RC_TRY(found);
    const char *member = cli_keep(cli, rows, 0, 0);
    if (!vouch) RC_TRY(member_ask(tx, member));
    RC_TRY(audit(cli, tx, vouch ? "member.vouch" : "member.ask", member));
    RC_TRY(rc_db_commit(tx));
    const struct out_fact facts[] = {{"member_id", member}};
    out_act(&cli->out, facts, COUNT_OF(facts), "%s",
            vouch ? "The address counts as confirmed."
                  : "A mail asks for a word, unless one did today.");
    return RC_OK;
}

/* ---- going on ---- */

rc_status member_resume(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *const values[] = {args_value(&cli->args, "email")};

    RC_TRY(cli_begin(cli, &tx));
    const rc_status found = rc_db_one(tx, sql_member_resume, COUNT_OF(values), values, &rows);
    if (found == RC_NOT_FOUND) return no_member(cli);
    RC_TRY(found);
    const char *member = cli_keep(cli, rows, 0, 0);
    RC_TRY(audit(cli, tx, "member.resume", member));
    RC_TRY(rc_db_commit(tx));
    const struct out_fact facts[] = {{"member_id", member}};
    out_act(&cli->out, facts, COUNT_OF(facts), "Mails go there again.");
    return RC_OK;
}
