/* rollcall member set: which mails a member wants, at which hour of which zone. */
#include "member_digest.h"
#include "zone.h"

#include "cli_sql.h"

const struct cli_option member_set_options[] = {
    OPTION_DISTRICT,
    {"email", 0, "ADDRESS", NULL, OPTION_REQUIRED, 0, 0, "Of the member."},
    {"digest", 0, "WHEN", MEMBER_DIGESTS, 0, 0, 0, "How often a mail comes that can wait."},
    {"digest-hour", 0, "HOUR", NULL, OPTION_NUMBER, 0, 23, "When the digest comes."},
    {"time-zone", 0, "ZONE", NULL, 0, 0, 0, "The person's own."},
    OPTION_END,
};

static rc_status audit(struct cli *cli, struct rc_db *tx, const char *member, const char *digest)
{
    RC_AUTO_BUF struct rc_buf what = {0};
    struct rc_json_out json = {.buf = &what};

    rc_json_open(&json, NULL, '{');
    rc_json_put_text(&json, "member", rc_str_of(member));
    rc_json_put_text(&json, "digest", rc_str_of(digest));
    rc_json_close(&json, '}');
    return cli_audit(cli, tx, "member.set", rc_buf_str(&what));
}

static rc_status check_any(struct cli *cli)
{
    for (const struct cli_option *option = &member_set_options[2]; option->name; option++)
        if (args_has(&cli->args, option->name)) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, "Give --digest, --digest-hour or --time-zone.",
                      "there is nothing to set");
}

rc_status member_set(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *zone = args_value(&cli->args, "time-zone");
    const char *const values[] = {args_value(&cli->args, "email"), args_value(&cli->args, "digest"),
                                  args_value(&cli->args, "digest-hour"), zone};

    RC_TRY(check_any(cli));
    RC_TRY(cli_begin(cli, &tx));
    if (zone) RC_TRY(zone_check(cli, tx, zone));
    const rc_status found = rc_db_one(tx, sql_member_set, COUNT_OF(values), values, &rows);
    if (found == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_NOTHING, "`rollcall member list` shows all.",
                          "the district has no member with this address");
    RC_TRY(found);
    const struct out_fact facts[] = {{"member_id", cli_keep(cli, rows, 0, 0)},
                                     {"digest", cli_keep(cli, rows, 0, 1)},
                                     {"digest_hour", cli_keep(cli, rows, 0, 2)},
                                     {"time_zone", cli_keep(cli, rows, 0, 3)}};
    RC_TRY(audit(cli, tx, facts[0].value, facts[1].value));
    RC_TRY(rc_db_commit(tx));
    out_act(&cli->out, facts, COUNT_OF(facts), "Set. Mails about what cannot wait come at once.");
    return RC_OK;
}
