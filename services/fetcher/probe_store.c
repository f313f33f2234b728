/* Calls of the functions of a test's row. */
#include "probe_store.h"

#include "credential.h"
#include "lane_more.h"

#include "fetcher_sql.h"

enum { URL = 1, AUTH, TOKEN_URL, CA_FILE, VERSION, PAGE_SIZE, PARALLEL, DEMOGRAPHICS, RESOURCES };
enum {
    HONEST_DATES = 10,
    NAME,
    KIND,
    REMOVED,
    REQUESTED_BY,
    CLIENT_ID,
    CLIENT_SECRET = 17,
    QUIRKS = 19
};

static struct rc_str column(const struct probe *probe, const struct rc_rows *rows, int at)
{
    return rc_str_copy(probe->env->arena, rc_rows_text(rows, 0, at));
}

static const char *number(const struct probe *probe, int64_t value)
{
    return rc_str_print(probe->env->arena, "%lld", (long long)value).data;
}

/* ---- taking ---- */

static rc_status find_due(struct probe *probe)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(probe->env->db, NULL, &tx));
    RC_TRY(rc_db_one(tx, "SELECT district_id, probe_id FROM probes_due(1)", 0, NULL, &rows));
    probe->district = column(probe, rows, 0).data;
    probe->id = column(probe, rows, 1).data;
    return rc_db_commit(tx);
}

static void read_setup(struct probe *probe, const struct rc_rows *rows)
{
    probe->facts.setup = (struct probe_setup){
        .name = column(probe, rows, NAME),
        .url = column(probe, rows, URL),
        .auth = column(probe, rows, AUTH),
        .version = column(probe, rows, VERSION),
        .page_size = rc_rows_int(rows, 0, PAGE_SIZE),
        .parallel = rc_rows_int(rows, 0, PARALLEL),
        .demographics = rc_rows_bool(rows, 0, DEMOGRAPHICS),
        .resources = rc_rows_bool(rows, 0, RESOURCES),
        .honest_dates = rc_rows_bool(rows, 0, HONEST_DATES),
    };
    probe->by_clock = rc_str_eq(rc_rows_text(rows, 0, REQUESTED_BY), RC_STR("schedule"));
    probe->removed = rc_rows_bool(rows, 0, REMOVED);
}

static rc_status read_source(struct probe *probe, const struct rc_rows *rows)
{
    struct lane_source *source = &probe->lane.source;

    /* Its place at the host is the test's own (rate.c). */
    probe->lane.request = (struct lane_request){
        .district = probe->district, .run = probe->id, .lane = probe->id};
    source->id = column(probe, rows, 0);
    source->base_url = column(probe, rows, URL);
    source->auth = column(probe, rows, AUTH);
    source->token_url = column(probe, rows, TOKEN_URL);
    source->ca_file = rc_rows_null(rows, 0, CA_FILE) ? NULL : column(probe, rows, CA_FILE).data;
    source->version = oneroster_version_find(rc_rows_text(rows, 0, VERSION));
    RC_TRY(lane_quirks_read(probe->env, column(probe, rows, QUIRKS), &source->quirks));
    RC_TRY(credential_read(probe->env, &probe->lane, rows, CLIENT_ID, "client_id",
                           &source->client_id));
    return credential_read(probe->env, &probe->lane, rows, CLIENT_SECRET, "client_secret",
                           &source->client_secret);
}

static rc_status read_rows(struct probe *probe, const struct rc_rows *rows)
{
    read_setup(probe, rows);
    RC_TRY(read_source(probe, rows));
    if (probe->lane.source.version)
        probe->lane.format = oneroster_format(probe->lane.source.version);
    return RC_OK;
}

static rc_status read_taken(struct probe *probe)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(probe->env->db, probe->district, &tx));
    RC_TRY(rc_db_one(tx, sql_probe_source, 1, &probe->id, &rows));
    RC_TRY(read_rows(probe, rows));
    RC_TRY(lane_more_read(probe->env, tx, &probe->lane));
    return rc_db_commit(tx);
}

rc_status probe_take(struct probe *probe, int64_t lease_ms)
{
    RC_AUTO(rc_rows) struct rc_rows *taken = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(find_due(probe));
    const char *const values[] = {probe->id, rc_process_instance(probe->env->process),
                                  number(probe, lease_ms)};
    RC_TRY(rc_db_tx(probe->env->db, probe->district, &tx));
    const rc_status status = rc_db_one(tx, "SELECT probe_take($1::uuid, $2, $3::bigint)",
                                       COUNT_OF(values), values, &taken);
    if (status == RC_NOT_FOUND) RC_TRY(rc_db_commit(tx)); /* it may have ended the test */
    RC_TRY(status);
    probe->lane.take = column(probe, taken, 0);
    probe->take = probe->lane.take.data;
    RC_TRY(rc_db_commit(tx)); /* first: a test that cannot be read must not keep back all others */
    return read_taken(probe);
}

/* ---- while it goes on ---- */

rc_status probe_renew(const struct probe *probe, int64_t lease_ms, bool *ret_mine)
{
    const char *const values[] = {probe->id, probe->take, number(probe, lease_ms)};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(probe->env->db, probe->district, &tx));
    RC_TRY(rc_db_one(tx, "SELECT probe_renew($1::uuid, $2::int, $3::bigint)", COUNT_OF(values),
                     values, &rows));
    RC_TRY(rc_db_commit(tx));
    *ret_mine = rc_rows_bool(rows, 0, 0);
    return RC_OK;
}

rc_status probe_put_off(const struct probe *probe, int64_t wait_ms)
{
    const char *const values[] = {probe->id, probe->take, number(probe, wait_ms)};
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(probe->env->db, probe->district, &tx));
    RC_TRY(rc_db_run(tx, "SELECT probe_put_off($1::uuid, $2::int, $3::bigint)", COUNT_OF(values),
                     values, NULL));
    return rc_db_commit(tx);
}

/* ---- the end ---- */

rc_status probe_before(const struct probe *probe, const struct rc_json **ret_before)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(probe->env->db, probe->district, &tx));
    RC_TRY(rc_db_run(tx, "SELECT probe_before($1::uuid)", 1, &probe->id, &rows));
    RC_TRY(rc_db_commit(tx));
    *ret_before = NULL;
    if (rc_rows_count(rows) == 0) return RC_OK;
    return rc_json_parse(column(probe, rows, 0), NULL, probe->env->arena, ret_before);
}

rc_status probe_finish(const struct probe *probe, const struct probe_end *end)
{
    const char *const values[] = {
        probe->id,
        probe->take,
        end->verdict,
        rc_str_copy(probe->env->arena, end->report).data,
        rc_str_copy(probe->env->arena, end->matters).data,
        rc_str_copy(probe->env->arena, end->changes).data,
        end->alert,
    };
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(probe->env->db, probe->district, &tx));
    RC_TRY(rc_db_run(tx,
                     "SELECT probe_finish($1::uuid, $2::int, $3, $4::jsonb, $5::jsonb, $6::jsonb, "
                     "$7)",
                     COUNT_OF(values), values, NULL));
    return rc_db_commit(tx);
}
