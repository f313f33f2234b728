/* rollcall mail: the ledger that knows of every mail before SMTP does (M1). Addresses stay out of
 * it: members are named by id. */
#include "cli.h"
#include "mail_bounce.h"
#include "mail_preview.h"
#include "nouns.h"

#include "cli_sql.h"

#include "rollcall/base/id.h"

static const struct out_column list_columns[] = {
    {"mail", OUT_TEXT, false},          {"district", OUT_TEXT, false},
    {"kind", OUT_TEXT, false},          {"state", OUT_TEXT, false},
    {"subject", OUT_TEXT, false},       {"local_day", OUT_TEXT, false},
    {"attempts", OUT_NUMBER, false},    {"planned_at", OUT_TIME, false},
    {"ended_at", OUT_TIME, false},      {"smtp_code", OUT_NUMBER, false},
    {"smtp_reply", OUT_TEXT, false},    {"member_id", OUT_TEXT, true},
    {"about", OUT_TEXT, true},          {"message_id", OUT_TEXT, true},
    {"held", OUT_BOOL, true},           {"bounced_at", OUT_TIME, false},
    {"bounce_status", OUT_TEXT, false},
};

static rc_status mail_list(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *limit = args_value(&cli->args, "limit");
    const char *district = NULL;

    if (args_has(&cli->args, "district")) RC_TRY(cli_district(cli, &district));
    const char *const values[] = {district, args_value(&cli->args, "state"), limit ? limit : "50"};
    RC_TRY(rc_db_tx(cli->db, NULL, &tx));
    RC_TRY(rc_db_run(tx, sql_mail_list, COUNT_OF(values), values, &rows));
    out_rows(&cli->out, list_columns, COUNT_OF(list_columns), rows);
    return rc_db_commit(tx);
}

/* ---- show ---- */

static const struct out_column show_columns[] = {
    {"mail", OUT_TEXT, false},        {"district", OUT_TEXT, false},
    {"kind", OUT_TEXT, false},        {"state", OUT_TEXT, false},
    {"subject", OUT_TEXT, false},     {"local_day", OUT_TEXT, false},
    {"held", OUT_BOOL, false},        {"member_id", OUT_TEXT, false},
    {"about", OUT_TEXT, false},       {"message_id", OUT_TEXT, false},
    {"attempts", OUT_NUMBER, false},  {"planned_at", OUT_TIME, false},
    {"handed_at", OUT_TIME, false},   {"ended_at", OUT_TIME, false},
    {"smtp_code", OUT_NUMBER, false}, {"smtp_reply", OUT_TEXT, false},
    {"told_in", OUT_TEXT, false},     {"resent_at", OUT_TIME, false},
    {"resent_by", OUT_TEXT, false},   {"text", OUT_TEXT, false},
    {"html", OUT_TEXT, true},
};
enum { SHOW_STATE = 3, SHOW_TEXT = 19, SHOW_DISTRICT = 21 };

/* The mail that the argument names. */
static rc_status find_mail(struct cli *cli, struct rc_db *tx, struct rc_rows **ret_rows)
{
    const char *mail = args_word(&cli->args, 0);

    if (!rc_id_valid(rc_str_of(mail)))
        return cli_refuse(cli, CLI_USAGE, "`rollcall mail list` shows their ids.",
                          "%.60s: the id of a mail is due", mail);
    const rc_status found = rc_db_one(tx, sql_mail_show, 1, &mail, ret_rows);
    if (found != RC_NOT_FOUND) return found;
    return cli_refuse(cli, CLI_NOTHING, "`rollcall mail list` shows their ids.",
                      "there is no such mail");
}

static rc_status mail_show(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, NULL, &tx));
    RC_TRY(find_mail(cli, tx, &rows));
    out_fields(&cli->out, show_columns, COUNT_OF(show_columns), rows);
    return rc_db_commit(tx);
}

/* ---- resend ---- */

/* Why the statement took none. */
static rc_status refuse_resend(struct cli *cli, const char *state, bool shredded)
{
    if (shredded)
        return cli_refuse(cli, CLI_FAILED, "`rollcall run show` tells of its run.",
                          "the mail's text is over by its retention");
    return cli_refuse(cli, CLI_FAILED, "`rollcall mail show` shows when it was.",
                      "the mail is %s: it is on its way already", state);
}

static rc_status resend(struct cli *cli, const char *district, const char *state, bool shredded,
                        const char **ret_message_id)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *const values[] = {args_word(&cli->args, 0), cli->who};

    RC_TRY(rc_db_tx(cli->db, district, &tx));
    const rc_status sent = rc_db_one(tx, sql_mail_resend, COUNT_OF(values), values, &rows);
    if (sent == RC_NOT_FOUND) return refuse_resend(cli, state, shredded);
    RC_TRY(sent);
    *ret_message_id = cli_keep(cli, rows, 0, 0);
    RC_TRY(cli_audit(cli, tx, "mail.resend",
                     rc_str_print(cli->arena, "{\"mail\":\"%s\"}", values[0])));
    return rc_db_commit(tx);
}

static rc_status mail_resend(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *message_id = NULL;

    RC_TRY(rc_db_tx(cli->db, NULL, &tx));
    RC_TRY(find_mail(cli, tx, &rows));
    RC_TRY(rc_db_commit(tx));
    RC_TRY(resend(cli, rc_rows_cstr(rows, 0, SHOW_DISTRICT), rc_rows_cstr(rows, 0, SHOW_STATE),
                  rc_rows_text(rows, 0, SHOW_TEXT).len == 0, &message_id));
    const struct out_fact facts[] = {{"mail", args_word(&cli->args, 0)},
                                     {"message_id", message_id}};
    out_act(&cli->out, facts, COUNT_OF(facts), "The mail goes out again, under a new Message-ID.");
    return RC_OK;
}

/* ---- the table ---- */

static const struct cli_option no_options[] = {OPTION_END};
static const struct cli_option list_options[] = {
    OPTION_ANY_DISTRICT,
    {"state", 0, "STATE", "planned|handed over|accepted|refused|unknown", 0, 0, 0,
     "In this state."},
    OPTION_LIMIT,
    OPTION_END,
};

const struct command mail_commands[] = {
    {"list",
     NULL,
     "Mails and what became of them, the newest first.",
     NULL,
     list_options,
     {"mail list --district maple-county", "mail list --state refused"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     mail_list},
    {"show",
     "MAIL",
     "One mail with its text, and what became of it; -o json has the HTML too.",
     NULL,
     no_options,
     {"mail show 0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a06"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     mail_show},
    {"preview",
     NULL,
     "Shows the mail that a member would get now, without sending it.",
     "The digest, of all districts that mail the address, as if its hour had come; with --run the "
     "mail\nabout a run. -o json has subject, text and HTML.",
     mail_preview_options,
     {"mail preview --district maple-county --email owner@maple-county.example",
      "mail preview --district maple-county --email owner@maple-county.example --run latest "
      "--html"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     mail_preview},
    {"resend",
     "MAIL",
     "Sends a mail again that was refused, or that its owner misses.",
     "It goes to the member's address of now, with the text of then.",
     no_options,
     {"mail resend 0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4a06"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     mail_resend},
    {"bounce",
     "FILE",
     "Takes in a report about a mail that came back (RFC 3464); - is stdin, for a mail server's "
     "pipe.",
     "An address that takes no mail gets none any more, until `rollcall member resume`; what "
     "failed\n"
     "for other reasons is counted. Exit code 3: it is no such report, or of no mail of ours.",
     bounce_options,
     {"mail bounce report.eml",
      "mail bounce --to bounces+0123456789abcdef0123456789abcdef@x.example -"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     mail_bounce},
    {0},
};
