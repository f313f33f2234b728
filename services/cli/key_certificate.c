/* The end of a district's keys. One statement shreds them; the certificate is made in the same
 * transaction and kept in the audit trail, so that what was done can be shown for as long as the
 * trail is kept. */
#include "key_certificate.h"

#include "keys.h"
#include "migrations.h"
#include "topics.h"

#include "cli_sql.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "rollcall/base/clock.h"

enum { COLUMNS = 3, LINES_MAX = 6 + TOPICS_MAX, DAY_MS = 86400000 };

static const struct out_column columns[COLUMNS] = {
    {"what", OUT_TEXT, false}, {"count", OUT_NUMBER, false}, {"how", OUT_TEXT, false}};

struct certificate {
    struct cli *cli;
    struct rc_str cells[LINES_MAX * COLUMNS];
    size_t lines;
    const char *at; /* when the keys were shredded */
};

static void add_line(struct certificate *certificate, const char *what, struct rc_str count,
                     const char *how)
{
    struct rc_str *row = &certificate->cells[certificate->lines++ * COLUMNS];

    row[0] = rc_str_of(what);
    row[1] = count;
    row[2] = rc_str_of(how);
}

/* What the statement counted, in its order. */
static const struct {
    const char *what, *how;
} shredded[] = {
    {"data keys", "overwritten: payloads on topics and in dead letters cannot be opened"},
    {"hash keys", "overwritten: hashes of records can be tied to nobody"},
    {"credentials", "removed"},
    {"upload pages", "cannot be opened; their rows go with `rollcall district purge`"},
    {"dead letters", "cannot be replayed; their rows go with `rollcall district purge`"},
};

static void add_shredded(struct certificate *certificate, const struct rc_rows *rows)
{
    for (size_t i = 0; i < COUNT_OF(shredded); i++)
        add_line(certificate, shredded[i].what,
                 rc_str_copy(certificate->cli->arena, rc_rows_text(rows, 0, (int)i)),
                 shredded[i].how);
}

/* "2026-11-30": a day that lies so many days ahead. */
static const char *day_ahead(struct cli *cli, int64_t days)
{
    char text[25];

    rc_clock_print(rc_clock_now_ms() + days * DAY_MS, text);
    return rc_str_print(cli->arena, "%.10s", text).data;
}

/* Sealed bytes lie on topics until their retention is over: unreadable, but there. A segment is
 * kept a day longer at most. */
static rc_status add_topics(struct certificate *certificate)
{
    struct cli *cli = certificate->cli;
    struct topics topics = {.count = 0};
    struct rc_str text = {0};
    const char *path = NULL;

    RC_TRY(cli_schemas(cli, "topics.csv", &path));
    RC_TRY(file_read(path, cli->arena, &text));
    RC_TRY(topics_parse(text, cli->arena, &topics));
    for (size_t i = 0; i < topics.count; i++) {
        const struct topic *topic = &topics.items[i];
        if (!topic->sealed) continue;
        const char *how = rc_str_print(cli->arena, "sealed bytes age out by %s",
                                       day_ahead(cli, topic->retention_days + 1))
                              .data;
        add_line(certificate, topic->name, (struct rc_str){0}, how);
    }
    return RC_OK;
}

static void add_backups(struct certificate *certificate)
{
    struct cli *cli = certificate->cli;
    const char *given = args_value(&cli->args, "backup-days");
    int64_t days = 35;

    if (given) rc_ignore(rc_str_int(rc_str_of(given), 0, 36500, &days));
    add_line(certificate, "backups", (struct rc_str){0},
             rc_str_print(cli->arena,
                          "hold the wrapped keys until %s; useless at once when the master key is "
                          "replaced (`rollcall key rewrap`) and the former one destroyed",
                          day_ahead(cli, days))
                 .data);
}

/* The certificate as it is kept. */
static struct rc_str to_json(const struct certificate *certificate)
{
    RC_AUTO_BUF struct rc_buf text = {0};
    struct rc_json_out json = {.buf = &text};

    rc_json_open(&json, NULL, '{');
    rc_json_open(&json, "certificate", '[');
    for (size_t i = 0; i < certificate->lines; i++) {
        const struct rc_str *row = &certificate->cells[i * COLUMNS];
        rc_json_open(&json, NULL, '{');
        rc_json_put_text(&json, "what", row[0]);
        if (row[1].data) rc_json_put_text(&json, "count", row[1]);
        rc_json_put_text(&json, "how", row[2]);
        rc_json_close(&json, '}');
    }
    rc_json_close(&json, ']');
    rc_json_close(&json, '}');
    return rc_str_copy(certificate->cli->arena, rc_buf_str(&text));
}

static rc_status refuse_busy(struct cli *cli, struct rc_db *tx)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(tx, sql_key_busy, 0, NULL, &rows));
    if (rc_rows_null(rows, 0, 0)) return RC_OK;
    return cli_refuse(cli, CLI_FAILED, "Nothing was destroyed.", "%s", rc_rows_cstr(rows, 0, 0));
}

rc_status key_shred(struct cli *cli, struct rc_db *tx, const struct certificate **ret_certificate)
{
    struct certificate *certificate = rc_arena_array(cli->arena, 1, sizeof *certificate);
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    certificate->cli = cli;
    RC_TRY(rc_db_one(tx, sql_key_destroy, 0, NULL, &rows));
    if (rc_rows_int(rows, 0, 0) + rc_rows_int(rows, 0, 1) == 0) return RC_NOT_FOUND;
    add_shredded(certificate, rows);
    certificate->at = cli_keep(cli, rows, 0, COUNT_OF(shredded));
    RC_TRY(add_topics(certificate));
    add_backups(certificate);
    RC_TRY(cli_audit(cli, tx, "key.destroy", to_json(certificate)));
    *ret_certificate = certificate;
    return RC_OK;
}

void key_show_certificate(struct cli *cli, const struct certificate *certificate)
{
    out_part_cells(&cli->out, "certificate", columns, COLUMNS, certificate->cells,
                   certificate->lines);
    out_note(&cli->out, "Destroyed at %s by %s. The certificate is in the audit trail.",
             certificate->at, cli->who);
}

rc_status key_destroy(struct cli *cli)
{
    const struct certificate *certificate = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *district = NULL;

    RC_TRY(cli_district(cli, &district));
    RC_TRY(cli_confirm(cli, 1,
                       "All keys of the district are destroyed: its pages, dead letters, uploads "
                       "and credentials can never be read again."));
    RC_TRY(rc_db_tx(cli->db, district, &tx));
    RC_TRY(refuse_busy(cli, tx));
    const rc_status status = key_shred(cli, tx, &certificate);
    if (status == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_NOTHING, "`rollcall key list` shows them.",
                          "the district has no key that could be destroyed");
    RC_TRY(status);
    RC_TRY(rc_db_commit(tx));
    out_open(&cli->out);
    key_show_certificate(cli, certificate);
    out_close(&cli->out);
    return RC_OK;
}
