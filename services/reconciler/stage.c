/* Stage (C1): a batch's records into the ledger and the stage, in one transaction: the token first,
 * the effect, the run's row last. What is unchanged leaves nothing but its row number; a batch that
 * comes twice leaves nothing at all. */
#include "batch.h"
#include "reconciler.h"
#include "reconciler_sql.h"

#include "rollcall/base/fault.h"
#include "rollcall/base/log.h"

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

static struct rc_str or_null(struct rc_str text)
{
    return text.len > 0 ? text : (struct rc_str){0};
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

/* While it fetches, and while it asks for people by id (C4). */
static bool takes_pages(struct rc_str phase)
{
    return rc_str_eq(phase, RC_STR("fetching")) || rc_str_eq(phase, RC_STR("verifying"));
}

/* RC_NOT_FOUND: old news, to be dropped without a word: the run holds no token, fetches no more, or
 * has the batch already. */
static rc_status enter(struct staging *staging)
{
    const char *const values[] = {staging->run, staging->page, staging->normalizer, staging->part};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(staging->tx, sql_stage_enter, COUNT_OF(values), values, &rows));
    if (!rc_rows_bool(rows, 0, 0)) return RC_NOT_FOUND;
    if (!takes_pages(rc_rows_text(rows, 0, 1))) return RC_NOT_FOUND;
    if (rc_rows_bool(rows, 0, 4)) return RC_NOT_FOUND;
    staging->source = text_of(staging->env, rc_rows_text(rows, 0, 2));
    staging->honest = rc_rows_bool(rows, 0, 3);
    return RC_OK;
}

/* ---- comparing: the ledger's row ---- */

/* What the statement is asked, as arrays in the records' order. */
struct question {
    struct rc_buf ids, hashes, dates;
};

static void question_done(struct question *question)
{
    rc_buf_done(&question->ids);
    rc_buf_done(&question->hashes);
    rc_buf_done(&question->dates);
}
#define AUTO_QUESTION __attribute__((cleanup(question_done))) struct question

/* A record without values, or one that is marked deleted, is never merely seen (N1): it is asked
 * for under a hash that no record has. */
static struct rc_str asked_hash(const struct batch_record *record)
{
    static const struct rc_str nobodys = RC_STR_INIT("00000000000000000000000000000000");

    return record->body.len > 0 && !record->deleted ? record->hash : nobodys;
}

static void add_date(struct rc_buf *dates, struct rc_str modified)
{
    if (modified.len > 0) {
        rc_db_array_add(dates, modified);
        return;
    }
    rc_buf_add_str(dates, dates->len > 1 ? RC_STR(",NULL") : RC_STR("NULL"));
}

static void ask(const struct batch *batch, struct question *question)
{
    rc_db_array_open(&question->ids);
    rc_db_array_open(&question->dates);
    rc_buf_add_str(&question->hashes, RC_STR("\\x"));
    for (size_t i = 0; i < batch->count; i++) {
        const struct batch_record *record = &batch->records[i];
        rc_db_array_add(&question->ids, record->id);
        rc_buf_add_str(&question->hashes, asked_hash(record));
        add_date(&question->dates, record->modified);
    }
    rc_db_array_close(&question->ids);
    rc_db_array_close(&question->dates);
}

/* "{2,7,8}": moves these records, counted from 1 and rising, to the front. */
static rc_status keep_front(struct batch *batch, struct rc_str places, size_t *ret_count)
{
    size_t count = 0;

    places = (struct rc_str){places.data + 1, places.len > 2 ? places.len - 2 : 0};
    while (places.data && places.len > 0) {
        int64_t place = 0;
        RC_TRY(rc_str_int(rc_str_cut(&places, ','), 1, (int64_t)batch->count, &place));
        batch->records[count++] = batch->records[place - 1];
    }
    *ret_count = count;
    return RC_OK;
}

/* Writes the ledger's row; *ret_staged records, now in front, are not merely seen. RC_NOT_FOUND:
 * another consumer of the same part was first. */
static rc_status compare(struct staging *staging, const struct rc_message *in, size_t *ret_staged)
{
    struct rc_stage_env *env = staging->env;
    struct batch *batch = staging->batch;
    const int64_t dropped = (int64_t)(batch->count - batch->readable) + batch->nameless;
    AUTO_QUESTION question = {0};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    ask(batch, &question);
    const char *const values[] = {
        staging->run,
        staging->page,
        staging->normalizer,
        staging->part,
        staging->collection,
        number_of(env, in->partition),
        number_of(env, in->offset),
        staging->source,
        staging->honest ? "t" : "f",
        question.ids.data,
        question.hashes.data,
        question.dates.data,
        number_of(env, (int64_t)batch->readable),
        number_of(env, dropped),
        staging->parts,
        number_of(env, batch->pass),
    };
    RC_TRY(rc_db_one(staging->tx, sql_stage_ledger, COUNT_OF(values), values, &rows));
    return keep_front(batch, rc_rows_text(rows, 0, 0), ret_staged);
}

/* ---- writing ---- */

static rc_status copy_record(struct rc_db *tx, const struct batch_record *record)
{
    char place[24];
    char hash[40];

    snprintf(place, sizeof place, "%lld", (long long)record->place);
    snprintf(hash, sizeof hash, "\\x%.*s", RC_STR_ARG(record->hash));
    const struct rc_str fields[] = {
        rc_str_of(place),
        record->id,
        rc_str_of(record->body.len > 0 ? hash : NULL),
        or_null(record->modified),
        rc_str_of(record->deleted ? "t" : "f"),
        or_null(record->user),
        or_null(record->klass),
        or_null(record->body),
    };
    return rc_db_copy_row(tx, fields, COUNT_OF(fields));
}

static rc_status copy_records(struct staging *staging, size_t count)
{
    RC_TRY(rc_db_script(staging->tx, sql_stage_table));
    RC_TRY(rc_db_copy_begin(staging->tx, "COPY stage_in FROM STDIN"));
    for (size_t i = 0; i < count; i++)
        RC_TRY(copy_record(staging->tx, &staging->batch->records[i]));
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
    size_t staged = 0;

    RC_TRY(enter(staging));
    RC_TRY(compare(staging, in, &staged));
    RC_TRY(keep_records(staging, staged));
    RC_TRY(keep_findings(staging));
    RC_TRY(count_page(staging));
    RC_TRY(rc_fault_at("reconciler.stage.before-commit", staging->page));
    RC_TRY(rc_db_commit(staging->tx));
    rc_log_debug("batch.staged", "%s: %zu of %zu records differ from the mirror",
                 staging->collection, staged, staging->batch->count);
    count_records(staging->collection, "staged", staged);
    count_records(staging->collection, "seen", staging->batch->count - staged);
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
