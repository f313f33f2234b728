/* Stage (C1): a batch's records into the ledger and the stage, in one transaction: the token first,
 * the effect, the run's row last. What is unchanged leaves nothing but its row number; a batch that
 * comes twice leaves nothing at all. */
#include "batch.h"
#include "known.h"
#include "moment.h"
#include "reconciler.h"
#include "reconciler_sql.h"

#include "rollcall/base/fault.h"
#include "rollcall/base/log.h"
#include "rollcall/base/map.h"

#include <stdio.h>

/* One batch on its way. Texts for statements are C strings in the arena. */
struct staging {
    struct rc_stage_env *env;
    struct rc_db *tx;
    struct batch *batch;
    const char *run, *page, *normalizer, *part, *parts, *collection;
    const char *source;
    bool honest;
};

static const char *text_of(struct rc_stage_env *env, struct rc_str view)
{
    return rc_str_copy(env->arena, view).data;
}

static const char *number_of(struct rc_stage_env *env, int64_t value)
{
    return rc_str_print(env->arena, "%lld", (long long)value).data;
}

static struct staging staging_of(struct rc_stage_env *env, struct batch *batch)
{
    return (struct staging){
        .env = env,
        .batch = batch,
        .run = text_of(env, env->envelope.run),
        .page = text_of(env, batch->page),
        .normalizer = text_of(env, batch->normalizer),
        .part = number_of(env, batch->part),
        .parts = number_of(env, batch->parts),
        .collection = text_of(env, batch->collection),
    };
}

/* RC_NOT_FOUND: old news, to be dropped without a word: the run holds no token, fetches no more, or
 * has the batch already. */
static rc_status enter(struct staging *staging)
{
    const char *const values[] = {staging->run, staging->page, staging->normalizer, staging->part};
    RC_AUTO(rc_rows) struct rc_rows *holds = NULL;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(staging->tx, "SELECT run_holds($1::uuid)", 1, values, &holds));
    if (!rc_rows_bool(holds, 0, 0)) return RC_NOT_FOUND;
    RC_TRY(rc_db_one(staging->tx, sql_stage_enter, COUNT_OF(values), values, &rows));
    if (!rc_str_eq(rc_rows_text(rows, 0, 0), RC_STR("fetching"))) return RC_NOT_FOUND;
    if (rc_rows_bool(rows, 0, 3)) return RC_NOT_FOUND;
    staging->source = text_of(staging->env, rc_rows_text(rows, 0, 1));
    staging->honest = rc_rows_bool(rows, 0, 2);
    return RC_OK;
}

/* ---- comparing ---- */

static const char *ids_of(struct rc_stage_env *env, const struct batch *batch)
{
    RC_AUTO_BUF struct rc_buf ids = {0};

    rc_db_array_open(&ids);
    for (size_t i = 0; i < batch->count; i++)
        rc_db_array_add(&ids, batch->records[i].id);
    rc_db_array_close(&ids);
    return text_of(env, rc_buf_str(&ids));
}

/* The rows' texts are borrowed by the table: rows must outlive it. */
static struct rc_map *table_of(struct rc_arena *arena, const struct rc_rows *rows)
{
    struct rc_map *known = rc_map_new(arena);
    struct known_row *all = rc_arena_array(arena, rc_rows_count(rows), sizeof *all);

    for (size_t i = 0; i < rc_rows_count(rows); i++) {
        all[i] = (struct known_row){
            .row_no = rc_rows_cstr(rows, i, 0),
            .hash = rc_rows_text(rows, i, 2),
            .dated = !rc_rows_null(rows, i, 3),
            .modified = rc_rows_int(rows, i, 3),
            .plain = rc_rows_bool(rows, i, 4),
        };
        rc_map_put(known, rc_rows_text(rows, i, 1), &all[i]);
    }
    return known;
}

static rc_status compare(struct staging *staging, struct rc_buf *seen,
                         struct known_split *ret_split)
{
    const char *const values[] = {staging->source, staging->collection,
                                  ids_of(staging->env, staging->batch)};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_run(staging->tx, sql_stage_known, COUNT_OF(values), values, &rows));
    *ret_split = known_sort_out(table_of(staging->env->arena, rows), staging->honest,
                                staging->batch, seen);
    return RC_OK;
}

/* ---- writing ---- */

/* RC_NOT_FOUND: another consumer of the same batch was first. */
static rc_status write_ledger(struct staging *staging, const struct rc_message *in,
                              const char *seen, struct known_split split)
{
    struct rc_stage_env *env = staging->env;
    const int64_t dropped = (int64_t)(split.staged - split.readable) + staging->batch->nameless;
    const char *const values[] = {
        staging->run,
        staging->page,
        staging->normalizer,
        staging->part,
        staging->parts,
        staging->collection,
        number_of(env, staging->batch->pass),
        number_of(env, in->partition),
        number_of(env, in->offset),
        seen,
        number_of(env, (int64_t)split.readable),
        number_of(env, dropped),
    };

    return rc_db_change(staging->tx, sql_stage_ledger, COUNT_OF(values), values, NULL);
}

static struct rc_str or_null(struct rc_str text)
{
    return text.len > 0 ? text : (struct rc_str){0};
}

static rc_status copy_record(struct rc_db *tx, const struct batch_record *record,
                             struct rc_buf *body)
{
    char place[24];
    char hash[40];
    char modified[MOMENT_TEXT];

    rc_buf_clear(body);
    snprintf(place, sizeof place, "%lld", (long long)record->place);
    snprintf(hash, sizeof hash, "\\x%.*s", RC_STR_ARG(record->hash));
    if (record->dated) moment_print(record->modified, modified);
    if (record->body) rc_json_print(body, record->body);
    const struct rc_str fields[] = {
        rc_str_of(place),
        record->id,
        rc_str_of(record->body ? hash : NULL),
        rc_str_of(record->dated ? modified : NULL),
        rc_str_of(record->deleted ? "t" : "f"),
        or_null(record->user),
        or_null(record->klass),
        or_null(rc_buf_str(body)),
    };
    return rc_db_copy_row(tx, fields, COUNT_OF(fields));
}

static rc_status copy_records(struct staging *staging, size_t count)
{
    RC_AUTO_BUF struct rc_buf body = {0};

    RC_TRY(rc_db_script(staging->tx, sql_stage_table));
    RC_TRY(rc_db_copy_begin(staging->tx, "COPY stage_in FROM STDIN"));
    for (size_t i = 0; i < count; i++)
        RC_TRY(copy_record(staging->tx, &staging->batch->records[i], &body));
    return rc_db_copy_end(staging->tx);
}

static rc_status keep_records(struct staging *staging, size_t count)
{
    const char *const values[] = {staging->run, staging->page, staging->normalizer, staging->part,
                                  staging->collection};

    if (count == 0) return RC_OK;
    RC_TRY(copy_records(staging, count));
    return rc_db_run(staging->tx, sql_stage_keep, COUNT_OF(values), values, NULL);
}

static rc_status keep_findings(struct staging *staging)
{
    RC_AUTO_BUF struct rc_buf list = {0};

    if (staging->batch->finding_count == 0) return RC_OK;
    rc_json_print(&list, staging->batch->findings);
    const char *const values[] = {staging->run,  staging->page,       staging->normalizer,
                                  staging->part, staging->collection, list.data};
    return rc_db_run(staging->tx, sql_stage_findings, COUNT_OF(values), values, NULL);
}

/* Everything that counts comes after the lock of the run's row, each in a statement of its own
 * (C2). */
static rc_status count_page(struct staging *staging)
{
    const char *const page[] = {staging->run, staging->page, staging->normalizer, staging->parts};

    return rc_db_run(staging->tx, "SELECT stage_page($1::uuid, $2, $3, $4::int)", COUNT_OF(page),
                     page, NULL);
}

static void count_records(const char *collection, const char *change, size_t count)
{
    rc_metric_count("rollcall_records_total", (double)count, "collection=\"%s\",change=\"%s\"",
                    collection, change);
}

static rc_status stage_batch(struct staging *staging, const struct rc_message *in)
{
    RC_AUTO_BUF struct rc_buf seen = {0};
    struct known_split split = {0};

    RC_TRY(enter(staging));
    RC_TRY(compare(staging, &seen, &split));
    RC_TRY(write_ledger(staging, in, seen.data, split));
    RC_TRY(keep_records(staging, split.staged));
    RC_TRY(keep_findings(staging));
    RC_TRY(count_page(staging));
    RC_TRY(rc_fault_at("reconciler.stage.before-commit", staging->page));
    RC_TRY(rc_db_commit(staging->tx));
    rc_log_debug("batch.staged", "%s: %zu of %zu records differ from the mirror",
                 staging->collection, split.staged, staging->batch->count);
    count_records(staging->collection, "staged", split.staged);
    count_records(staging->collection, "seen", staging->batch->count - split.staged);
    return rc_fault_at("reconciler.stage.committed", staging->page);
}

rc_status reconciler_stage(void *self, struct rc_stage_env *env, const struct rc_message *in)
{
    struct batch batch = {0};
    RC_AUTO_TX struct rc_db *tx = NULL;

    (void)self;
    if (env->envelope.district.len == 0 || env->envelope.run.len == 0)
        return rc_fail(RC_REJECT,
                       "a batch must name its district and its run in rc_district and rc_run");
    RC_TRY(batch_parse(in->payload, env->arena, &batch));
    struct staging staging = staging_of(env, &batch);
    RC_TRY(rc_db_tx(env->db, text_of(env, env->envelope.district), &tx));
    staging.tx = tx;
    const rc_status status = stage_batch(&staging, in);
    if (status != RC_NOT_FOUND) return status;
    rc_log_debug("batch.dropped", "%s: old news, or staged before", staging.collection);
    return RC_OK;
}
