/* What comes back to the return address of a mail, which names the mail by a token: the report says
 * what became of it, the ledger which address that is about. */
#include "mail_bounce.h"

#include "rollcall/format/dsn.h"

#include "cli_sql.h"

/* The part that counts comes before the mail itself, of which servers send back what they like. */
enum { REPORT_MAX = 1 << 20, TOKEN_LEN = 32 };

const struct cli_option bounce_options[] = {
    {"to", 0, "ADDRESS", NULL, 0, 0, 0, "The address it came to, where the mail server says so."},
    OPTION_END,
};

/* ---- the report ---- */

static bool is_token(struct rc_str text)
{
    return text.len == TOKEN_LEN && rc_str_all_of(text, RC_STR("0123456789abcdefABCDEF"));
}

/* Of "bounces+<token>@example.org", alone or in angle brackets. */
static rc_status find_token(struct cli *cli, struct rc_str address, const char **ret_token)
{
    struct rc_str rest = address;

    (void)rc_str_cut(&rest, '+');
    const struct rc_str token = rc_str_cut(&rest, '@');
    if (!is_token(token))
        return cli_refuse(cli, CLI_NOTHING, "Give the address that it came to: --to ADDRESS.",
                          "the report came to no return address of ours");
    *ret_token = rc_str_copy(cli->arena, token).data;
    return RC_OK;
}

/* ---- the ledger ---- */

static rc_status no_mail(struct cli *cli)
{
    return cli_refuse(cli, CLI_NOTHING, "`rollcall mail list` shows the mails that are kept.",
                      "no mail was sent with this return address");
}

static rc_status find_mail(struct cli *cli, const char *token, struct rc_rows **ret_rows)
{
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, NULL, &tx));
    const rc_status found = rc_db_one(tx, sql_mail_return, 1, &token, ret_rows);
    if (found == RC_NOT_FOUND) return no_mail(cli);
    RC_TRY(found);
    return rc_db_commit(tx);
}

static rc_status note(struct cli *cli, const char *district, const char *token,
                      const struct rc_dsn *dsn, const char **ret_taken)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *const values[] = {token, rc_str_copy(cli->arena, dsn->action).data,
                                  rc_str_copy(cli->arena, dsn->status).data};

    RC_TRY(rc_db_tx(cli->db, district, &tx));
    RC_TRY(rc_db_one(tx, sql_mail_bounced, COUNT_OF(values), values, &rows));
    *ret_taken = cli_keep(cli, rows, 0, 0);
    return rc_db_commit(tx);
}

static void tell(struct cli *cli, const struct rc_rows *mail, const struct rc_dsn *dsn,
                 const char *taken)
{
    static const struct {
        const char *taken, *words;
    } words[] = {
        {"hard", "The address takes no mail: none is sent there any more."},
        {"soft", "The mail was not delivered; it is counted."},
        {"nothing", "Nothing was changed: the mail is on its way still, or this was told before."},
    };
    const struct out_fact facts[] = {{"mail", rc_rows_cstr(mail, 0, 1)},
                                     {"member_id", rc_rows_cstr(mail, 0, 2)},
                                     {"status", rc_str_copy(cli->arena, dsn->status).data},
                                     {"taken_as", taken}};

    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (strcmp(words[i].taken, taken) == 0)
            out_act(&cli->out, facts, COUNT_OF(facts), "%s", words[i].words);
}

rc_status mail_bounce(struct cli *cli)
{
    RC_AUTO_BUF struct rc_buf report = {0};
    RC_AUTO(rc_rows) struct rc_rows *mail = NULL;
    const char *to = args_value(&cli->args, "to");
    const char *token = NULL, *taken = NULL;
    struct rc_dsn dsn = {0};

    RC_TRY(cli_read_file(cli, args_word(&cli->args, 0), REPORT_MAX, CLI_USAGE, &report));
    if (rc_dsn_parse(rc_buf_str(&report), &dsn) != RC_OK)
        return cli_refuse(cli, CLI_NOTHING, "Nothing was changed.", "%s", rc_error_text());
    RC_TRY(find_token(cli, to ? rc_str_of(to) : dsn.to, &token));
    RC_TRY(find_mail(cli, token, &mail));
    RC_TRY(note(cli, rc_rows_cstr(mail, 0, 0), token, &dsn, &taken));
    tell(cli, mail, &dsn, taken);
    return RC_OK;
}
