/* rollcall mail preview: the mail that would come, written by the same code from the same facts as
 * the notifier's, and not sent. */
#include "mail_preview.h"
#include "run_find.h"

#include "cli_sql.h"

#include "rollcall/base/id.h"
#include "rollcall/letter/letter.h"

#include <string.h>

const struct cli_option mail_preview_options[] = {
    OPTION_DISTRICT,
    {"email", 0, "ADDRESS", NULL, OPTION_REQUIRED, 0, 0, "Of the member who would read it."},
    {"run", 0, "RUN", NULL, 0, 0, 0, "The mail about this run, or about the latest."},
    {"html", 0, NULL, NULL, 0, 0, 0, "The HTML part instead of the text."},
    OPTION_END,
};

/* Whose mail. */
struct reader {
    const char *district, *member, *reader, *zone;
};

static rc_status find_reader(struct cli *cli, struct rc_db *tx, struct reader *reader)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *const values[] = {args_value(&cli->args, "email")};

    const rc_status found = rc_db_one(tx, sql_mail_preview_reader, 1, values, &rows);
    if (found == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_NOTHING, "`rollcall member list` shows all.",
                          "the district has no member with this address");
    RC_TRY(found);
    *reader = (struct reader){cli_keep(cli, rows, 0, 0), cli_keep(cli, rows, 0, 1),
                              cli_keep(cli, rows, 0, 2), cli_keep(cli, rows, 0, 3)};
    return RC_OK;
}

/* ---- facts ---- */

static rc_status read_digest(struct cli *cli, struct rc_db *tx, const struct reader *reader,
                             struct rc_letter_input *in)
{
    const struct rc_digest_ask ask = {.reader = reader->reader,
                                      .district = reader->district,
                                      .member = reader->member,
                                      .all = true};
    struct rc_digest digest = {0};

    RC_TRY(rc_digest_read(cli->arena, tx, &ask, &digest));
    in->kind = RC_LETTER_DIGEST;
    in->optional = true;
    in->facts = digest.facts;
    return RC_OK;
}

static rc_status read_run(struct cli *cli, struct rc_db *tx, const struct reader *reader,
                          struct rc_letter_input *in)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    struct rc_letter_about about = {.member = reader->member, .zone = reader->zone};
    const char *named = args_value(&cli->args, "run");
    const char *const values[] = {strcmp(named, "latest") == 0 ? NULL : named};

    if (values[0] && !rc_id_valid(rc_str_of(named)))
        return cli_refuse(cli, CLI_USAGE, "`rollcall run list` shows their ids.",
                          "--run: the id of a run is due, or the word latest");
    const rc_status found = rc_db_one(tx, sql_mail_preview_run, 1, values, &rows);
    if (found == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_NOTHING, "`rollcall run list` shows the runs of the district.",
                          "no run of the district that is over goes by this id");
    RC_TRY(found);
    about.run = cli_keep(cli, rows, 0, 0);
    about.kind = rc_rows_bool(rows, 0, 1) ? RC_LETTER_HELD : RC_LETTER_RESULT;
    in->kind = about.kind;
    in->optional = rc_rows_bool(rows, 0, 2);
    return rc_letter_facts(cli->arena, tx, &about, &in->facts);
}

/* ---- the mail ---- */

static const char *text_of(struct cli *cli, const struct rc_buf *buf)
{
    return rc_str_copy(cli->arena, rc_buf_str(buf)).data;
}

static void show(struct cli *cli, const struct rc_letter *letter)
{
    const struct out_fact facts[] = {{"subject", text_of(cli, &letter->subject)},
                                     {"text", text_of(cli, &letter->text)},
                                     {"html", text_of(cli, &letter->html)}};

    if (args_has(&cli->args, "html"))
        out_act(&cli->out, facts, COUNT_OF(facts), "%s", facts[2].value);
    else
        out_act(&cli->out, facts, COUNT_OF(facts), "Subject: %s\n\n%s", facts[0].value,
                facts[1].value);
}

rc_status mail_preview(struct cli *cli)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct rc_letter_input in = {.console_url = rc_str_of(cli->operation.console_url)};
    struct rc_letter letter = {0};
    struct reader reader = {0};

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(find_reader(cli, tx, &reader));
    if (args_has(&cli->args, "run"))
        RC_TRY(read_run(cli, tx, &reader, &in));
    else
        RC_TRY(read_digest(cli, tx, &reader, &in));
    const rc_status status = rc_letter_write(&in, cli->arena, &letter);
    if (status == RC_OK) show(cli, &letter);
    rc_letter_done(&letter);
    RC_TRY(status);
    return rc_db_commit(tx);
}
