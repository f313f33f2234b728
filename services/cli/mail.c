/* rollcall mail: the ledger that knows of every mail before SMTP does (M1). Addresses stay out of
 * it: members are named by id. */
#include "cli.h"
#include "nouns.h"

#include "cli_sql.h"

static const struct out_column list_columns[] = {
    {"mail", OUT_TEXT, false},       {"district", OUT_TEXT, false},
    {"kind", OUT_TEXT, false},       {"state", OUT_TEXT, false},
    {"subject", OUT_TEXT, false},    {"local_day", OUT_TEXT, false},
    {"attempts", OUT_NUMBER, false}, {"planned_at", OUT_TIME, false},
    {"ended_at", OUT_TIME, false},   {"smtp_code", OUT_NUMBER, false},
    {"smtp_reply", OUT_TEXT, false}, {"member_id", OUT_TEXT, true},
    {"about", OUT_TEXT, true},       {"message_id", OUT_TEXT, true},
    {"held", OUT_BOOL, true},
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
    {0},
};
