/* rollcall purge: what the scheduler removes by the clock, shown or done at once; and the removal
 * of a whole district. What may go is the schema's to say (0009_operation); this only walks, in
 * transactions of bounded size. */
#include "purge.h"

#include "key_certificate.h"
#include "nouns.h"

#include "cli_sql.h"

#include <inttypes.h>
#include <stdio.h>

#include "rollcall/worker/retention.h"

enum { STEP_ROWS = 5000 };

/* ---- retention ---- */

struct purging {
    struct cli *cli;
    bool dry;
    int64_t totals[RC_RETENTION_COUNT];
};

static rc_status apply_step(struct purging *purging, const char *district, size_t rule,
                            int64_t *ret_rows)
{
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(purging->cli->db, district, &tx));
    RC_TRY(rc_retention_apply(tx, rc_retention_name(rule),
                              rc_retention_age_ms(&purging->cli->operation.retention, rule),
                              purging->dry ? 0 : STEP_ROWS, ret_rows));
    return rc_db_commit(tx);
}

static rc_status apply_rule(struct purging *purging, const char *district, size_t rule)
{
    int64_t rows = 0;

    if (rc_retention_age_ms(&purging->cli->operation.retention, rule) == 0) return RC_OK;
    do {
        RC_TRY(apply_step(purging, district, rule, &rows));
        purging->totals[rule] += rows;
    } while (rows > 0 && !purging->dry);
    return RC_OK;
}

static rc_status apply_district(struct purging *purging, const char *district)
{
    for (size_t rule = 0; rule < RC_RETENTION_COUNT; rule++)
        RC_TRY(apply_rule(purging, district, rule));
    return RC_OK;
}

enum { RULE_COLUMNS = 3 };
static const struct out_column rule_columns[RULE_COLUMNS] = {
    {"what", OUT_TEXT, false},
    {"kept_days", OUT_NUMBER, false},
    {"rows", OUT_NUMBER, false},
};

static void show_totals(struct purging *purging)
{
    struct cli *cli = purging->cli;
    struct rc_str cells[RC_RETENTION_COUNT * RULE_COLUMNS];

    for (size_t i = 0; i < RC_RETENTION_COUNT; i++) {
        const int64_t age_ms = rc_retention_age_ms(&purging->cli->operation.retention, i);
        struct rc_str *row = &cells[i * RULE_COLUMNS];
        row[0] = rc_str_of(rc_retention_name(i));
        row[1] = age_ms == 0 ? (struct rc_str){0}
                             : rc_str_print(cli->arena, "%" PRId64, age_ms / 86400000);
        row[2] = rc_str_print(cli->arena, "%" PRId64, purging->totals[i]);
    }
    out_cells(&cli->out, rule_columns, RULE_COLUMNS, cells, RC_RETENTION_COUNT);
}

static rc_status purge_run(struct cli *cli)
{
    struct purging purging = {.cli = cli, .dry = args_has(&cli->args, "dry-run")};
    RC_AUTO(rc_rows) struct rc_rows *districts = NULL;
    const char *district = NULL;

    if (args_has(&cli->args, "district")) RC_TRY(cli_district(cli, &district));
    RC_TRY(rc_db_run(cli->db, sql_purge_districts, 1, &district, &districts));
    if (!purging.dry)
        RC_TRY(cli_confirm(cli, (long long)rc_rows_count(districts),
                           "What is over by its retention is removed for good."));
    for (size_t i = 0; i < rc_rows_count(districts); i++)
        RC_TRY(apply_district(&purging, cli_keep(cli, districts, i, 0)));
    show_totals(&purging);
    if (purging.dry) out_note(&cli->out, "Nothing was removed: --dry-run.");
    return RC_OK;
}

/* ---- a whole district ---- */

static const struct out_column place_columns[] = {
    {"table", OUT_TEXT, false},
    {"rows", OUT_NUMBER, false},
};

static rc_status show_rows(struct cli *cli, const char *district)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, district, &tx));
    RC_TRY(rc_db_run(tx, "SELECT * FROM purge_count()", 0, NULL, &rows));
    out_rows(&cli->out, place_columns, COUNT_OF(place_columns), rows);
    out_note(&cli->out,
             "The district's keys would be destroyed before the first of these rows: "
             "its pages, dead letters and uploads, wherever they lie, could never be "
             "read again.");
    out_note(&cli->out, "Nothing was removed: --dry-run.");
    return rc_db_commit(tx);
}

static rc_status refuse_busy(struct cli *cli, struct rc_db *tx)
{
    const char *reason = args_value(&cli->args, "reason");
    const char *const values[] = {cli->who, reason ? reason : ""};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(tx, "SELECT purge_begin($1, $2)", COUNT_OF(values), values, &rows));
    if (rc_rows_null(rows, 0, 0)) return RC_OK;
    return cli_refuse(cli, CLI_FAILED,
                      "`rollcall run cancel` ends a run before its records are stored.", "%s",
                      rc_rows_cstr(rows, 0, 0));
}

/* The keys go with the beginning, before any row: were they removed like rows, an interruption
 * could leave bytes on topics whose key is still there, and no certificate would say that it is
 * gone. Doing it again shreds whatever an interrupted removal left. */
static rc_status begin(struct cli *cli, const char *district, const char *slug,
                       const struct certificate **ret_certificate)
{
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, district, &tx));
    RC_TRY(refuse_busy(cli, tx));
    RC_TRY(
        cli_audit(cli, tx, "district.purge", rc_str_print(cli->arena, "{\"slug\":\"%s\"}", slug)));
    const rc_status status = key_shred(cli, tx, ret_certificate);
    if (status != RC_NOT_FOUND) RC_TRY(status);
    return rc_db_commit(tx);
}

static rc_status step(struct cli *cli, const char *district, int64_t *ret_rows)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    char limit[16];
    const char *const values[] = {limit};

    snprintf(limit, sizeof limit, "%d", STEP_ROWS);
    *ret_rows = 0;
    RC_TRY(rc_db_tx(cli->db, district, &tx));
    RC_TRY(rc_db_run(tx, "SELECT * FROM purge_step($1::int)", 1, values, &rows));
    if (rc_rows_count(rows) > 0) *ret_rows = rc_rows_int(rows, 0, 1);
    return rc_db_commit(tx);
}

static rc_status remove_rows(struct cli *cli, const char *district, int64_t *ret_total)
{
    int64_t rows = 0;

    *ret_total = 0;
    do {
        RC_TRY(step(cli, district, &rows));
        *ret_total += rows;
    } while (rows > 0);
    return RC_OK;
}

static void show_removed(struct cli *cli, const char *district, int64_t total,
                         const struct certificate *certificate)
{
    const char *slug = args_value(&cli->args, "district");
    const char *count = rc_str_print(cli->arena, "%" PRId64, total).data;
    const struct out_fact facts[] = {{"district", slug}, {"id", district}, {"rows", count}};

    out_open(&cli->out);
    out_act(&cli->out, facts, COUNT_OF(facts), "District %s was removed: %s rows.", slug, count);
    if (certificate) key_show_certificate(cli, certificate);
    out_close(&cli->out);
    if (!certificate)
        out_note(&cli->out,
                 "Its keys were destroyed before: that certificate is in the audit "
                 "trail (key.destroy).");
    out_note(&cli->out, "The certificate of its rows stays (table purge_certificate).");
}

rc_status purge_district(struct cli *cli)
{
    const struct certificate *certificate = NULL;
    const char *slug = args_value(&cli->args, "district");
    const char *district = NULL;
    int64_t total = 0;

    RC_TRY(cli_district(cli, &district));
    if (args_has(&cli->args, "dry-run")) return show_rows(cli, district);
    RC_TRY(cli_confirm(cli, 1,
                       "All that is kept of the district is removed for good, and its keys are "
                       "destroyed: its pages, dead letters and uploads can never be read again."));
    RC_TRY(begin(cli, district, slug, &certificate));
    RC_TRY(remove_rows(cli, district, &total));
    show_removed(cli, district, total, certificate);
    return RC_OK;
}

/* ---- the table ---- */

static const struct cli_option purge_options[] = {
    OPTION_ANY_DISTRICT,
    {"dry-run", 0, NULL, NULL, 0, 0, 0, "Only say how many rows would go."},
    OPTION_YES,
    OPTION_END,
};

const struct command purge_commands[] = {
    {"run",
     NULL,
     "Removes what is over by its retention, as the scheduler does by the clock.",
     "The ages are the scheduler's options retention.*, read as the scheduler reads them. What an "
     "open, "
     "parked or held\nrun, or an undo, still needs stays however old it is. \"run\" may be left "
     "out.",
     purge_options,
     {"purge --dry-run", "purge --district maple-county --yes"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     purge_run},
    {0},
};
