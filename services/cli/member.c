/* rollcall member: the people of a district who decide and are mailed. */
#include "cli.h"
#include "member_digest.h"
#include "member_mail.h"
#include "nouns.h"
#include "schools.h"
#include "zone.h"

#include "cli_sql.h"

#include <string.h>

/* No more than that a mail could go there: what an address is, its server decides. */
static rc_status check_email(struct cli *cli, const char *email)
{
    const char *at = strchr(email, '@');

    if (at && at != email && at[1] && !strchr(at + 1, '@') && strlen(email) <= 254 &&
        !strpbrk(email, " \t\r\n<>,;\""))
        return RC_OK;
    return cli_refuse(cli, CLI_USAGE, NULL, "--email: that is no address (name@example.org)");
}

static rc_status check_scope(struct cli *cli, const char *role)
{
    if (strcmp(role, "school administrator") != 0 || args_has(&cli->args, "school")) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, "Add --school NAME, once for each school.",
                      "a school administrator has named schools only");
}

static rc_status add_scope(struct cli *cli, struct rc_db *tx, const char *member)
{
    for (size_t i = 0; args_value_at(&cli->args, "school", i); i++) {
        const char *school = NULL;
        RC_TRY(school_find(cli, tx, args_value_at(&cli->args, "school", i), &school));
        const char *const values[] = {member, school};
        RC_TRY(rc_db_run(tx, sql_member_scope_add, COUNT_OF(values), values, NULL));
    }
    return RC_OK;
}

static rc_status add_member(struct cli *cli, struct rc_db *tx, const char **ret_member)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *name = args_value(&cli->args, "name");
    const char *const values[] = {
        args_value(&cli->args, "email"),        name ? name : "",
        args_value(&cli->args, "role"),         args_value(&cli->args, "time-zone"),
        args_value(&cli->args, "digest-hour"),  args_value(&cli->args, "digest"),
        member_is_asked(cli) ? "true" : "false"};

    const rc_status added = rc_db_one(tx, sql_member_add, COUNT_OF(values), values, &rows);
    if (added == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_FAILED, "Remove it first, to give it another role.",
                          "the district has a member with this address already");
    RC_TRY(added);
    *ret_member = cli_keep(cli, rows, 0, 0);
    return RC_OK;
}

/* The trail names members by id: it outlives them. */
static rc_status audit_member(struct cli *cli, struct rc_db *tx, const char *act,
                              const char *member, const char *role)
{
    RC_AUTO_BUF struct rc_buf what = {0};
    struct rc_json_out json = {.buf = &what};

    rc_json_open(&json, NULL, '{');
    rc_json_put_text(&json, "member", rc_str_of(member));
    if (role) rc_json_put_text(&json, "role", rc_str_of(role));
    rc_json_close(&json, '}');
    return cli_audit(cli, tx, act, rc_buf_str(&what));
}

static rc_status member_add(struct cli *cli)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *role = args_value(&cli->args, "role");
    const char *zone = args_value(&cli->args, "time-zone");
    const char *member = NULL;

    RC_TRY(check_email(cli, args_value(&cli->args, "email")));
    RC_TRY(check_scope(cli, role));
    RC_TRY(cli_begin(cli, &tx));
    if (zone) RC_TRY(zone_check(cli, tx, zone));
    RC_TRY(add_member(cli, tx, &member));
    RC_TRY(add_scope(cli, tx, member));
    if (member_is_asked(cli)) RC_TRY(member_ask(tx, member));
    RC_TRY(audit_member(cli, tx, "member.add", member, role));
    RC_TRY(rc_db_commit(tx));
    const struct out_fact facts[] = {{"member_id", member}, {"role", role}};
    out_act(&cli->out, facts, COUNT_OF(facts), "Added as %s.", role);
    return RC_OK;
}

static const struct out_column list_columns[] = {
    {"email", OUT_TEXT, false},
    {"name", OUT_TEXT, false},
    {"role", OUT_TEXT, false},
    {"time_zone", OUT_TEXT, false},
    {"digest", OUT_TEXT, false},
    {"digest_hour", OUT_NUMBER, false},
    {"named_schools", OUT_NUMBER, false},
    {"mails", OUT_TEXT, false},
    {"schools", OUT_RAW, true},
    {"member_id", OUT_TEXT, true},
    {"added_at", OUT_TIME, true},
    {"verified_at", OUT_TIME, true},
    {"stopped_at", OUT_TIME, true},
    {"bounced_at", OUT_TIME, true},
    {"bounce_reply", OUT_TEXT, true},
    {"soft_bounces", OUT_NUMBER, true},
};

static rc_status member_list(struct cli *cli)
{
    const struct cli_rows list = {NULL, sql_member_list, 0, list_columns, COUNT_OF(list_columns)};

    return cli_list(cli, &list, NULL);
}

static rc_status member_remove(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *const values[] = {args_value(&cli->args, "email")};

    RC_TRY(cli_begin(cli, &tx));
    const rc_status removed = rc_db_one(tx, sql_member_remove, 1, values, &rows);
    if (removed == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_NOTHING, "`rollcall member list` shows all.",
                          "the district has no member with this address");
    RC_TRY(removed);
    const char *member = cli_keep(cli, rows, 0, 0);
    RC_TRY(audit_member(cli, tx, "member.remove", member, NULL));
    RC_TRY(rc_db_commit(tx));
    const struct out_fact facts[] = {{"member_id", member}};
    out_act(&cli->out, facts, COUNT_OF(facts), "Removed; no further mail is sent.");
    return RC_OK;
}

static const struct cli_option add_options[] = {
    OPTION_DISTRICT,
    {"email", 0, "ADDRESS", NULL, OPTION_REQUIRED, 0, 0, "Where mails go."},
    {"role", 0, "ROLE",
     "owner|district manager|school administrator|viewer|integration specialist|it "
     "contact|recipient",
     OPTION_REQUIRED, 0, 0, "What the person may see and do."},
    {"name", 0, "NAME", NULL, 0, 0, 0, "For the salutation."},
    {"school", 0, "SCHOOL", NULL, OPTION_MANY, 0, 0, "Sees this school only, by name or SIS id."},
    {"time-zone", 0, "ZONE", NULL, 0, 0, 0, "The person's own (the district's)."},
    {"digest-hour", 0, "HOUR", NULL, OPTION_NUMBER, 0, 23, "When the digest comes (7)."},
    {"digest", 0, "WHEN", MEMBER_DIGESTS, 0, 0, 0,
     "How often a mail comes that can wait (every run)."},
    OPTION_END,
};
static const struct cli_option list_options[] = {OPTION_DISTRICT, OPTION_END};
static const struct cli_option remove_options[] = {
    OPTION_DISTRICT,
    {"email", 0, "ADDRESS", NULL, OPTION_REQUIRED, 0, 0, "Of the member."},
    OPTION_END,
};

const struct command member_commands[] = {
    {"add",
     NULL,
     "Adds a person.",
     NULL,
     add_options,
     {"member add --district maple-county --email owner@maple-county.example --role owner",
      "member add --district maple-county --email a@maple-county.example --role \"school "
      "administrator\" --school \"North High\""},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     member_add},
    {"set",
     NULL,
     "Sets which mails a person wants, and when.",
     "What cannot wait is mailed at once to owners in any case: what is held, a failed sync, an "
     "alert.\n"
     "Beside it comes a mail about every run, one a day, one on days with something to decide or "
     "to "
     "mend\n"
     "(`only problems`), one on Mondays (`weekly`), or none (`off`). The digest is one for all "
     "districts\n"
     "that mail the address, at the hour and zone of the one that added it first. Who has named "
     "schools\n"
     "reads of those alone.",
     member_set_options,
     {"member set --district maple-county --email owner@maple-county.example --digest daily "
      "--digest-hour 6"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     member_set},
    {"list",
     NULL,
     "The people of a district.",
     NULL,
     list_options,
     {"member list --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     member_list},
    {"remove",
     NULL,
     "Removes a person.",
     NULL,
     remove_options,
     {"member remove --district maple-county --email owner@maple-county.example"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     member_remove},
    {"verify",
     NULL,
     "Asks a person by mail to confirm the address, or takes your word for it.",
     "Until it is confirmed, only what cannot wait is sent there: held and failed syncs, alerts. "
     "One\n"
     "mail a day asks, with a link of the notifier's (mail.links).",
     member_verify_options,
     {"member verify --district maple-county --email owner@maple-county.example",
      "member verify --district maple-county --email owner@maple-county.example --vouch"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     member_verify},
    {"resume",
     NULL,
     "Mails a person again who stopped the mails, or whose address took none.",
     "`member list` says under `mails` who gets none, and why. Ask the person first.",
     member_address_options,
     {"member resume --district maple-county --email owner@maple-county.example"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     member_resume},
    {0},
};
