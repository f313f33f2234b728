/* Drives one planning: who moved, people from SQL, one after the other, through the planner, into
 * temporary tables. Memory is flat: one person at a time, and a few bytes for each node. */
#include "plan_engine.h"

#include "reconciler_sql.h"
#include "rollcall/base/auto.h"

rc_status plan_engine_open(struct plan_engine *engine, struct rc_stage_env *env, struct rc_db *tx)
{
    return plan_engine_open_with(engine, env, tx, "[]");
}

rc_status plan_engine_open_with(struct plan_engine *engine, struct rc_stage_env *env,
                                struct rc_db *tx, const char *changes)
{
    *engine = (struct plan_engine){.env = env, .tx = tx, .changes = changes};
    RC_TRY(rc_db_script(tx, sql_plan_session));
    RC_TRY(rc_db_script(tx, sql_plan_tables));
    RC_TRY(rc_db_script(tx, sql_apply_tables));
    RC_TRY(rc_db_run(tx, sql_plan_lock, 0, NULL, NULL));
    return plan_policy_load(engine);
}

/* ---- who moved ---- */

rc_status plan_engine_seed(struct plan_engine *engine, bool everybody, int64_t *ret_count)
{
    const struct rc_str version = rc_str_print(engine->env->arena, "%lld",
                                               (long long)rc_policy_version(engine->policy));
    const char *const values[] = {version.data, engine->today.data, everybody ? "true" : "false"};
    RC_AUTO(rc_rows) struct rc_rows *records = NULL, *accounts = NULL;
    RC_TRY(plan_engine_join_for(engine, INT64_MAX));
    RC_TRY(rc_db_run(engine->tx, sql_plan_seed_records, COUNT_OF(values), values, &records));
    RC_TRY(rc_db_run(engine->tx, sql_plan_seed_accounts, COUNT_OF(values), values, &accounts));
    *ret_count = rc_rows_touched(records) + rc_rows_touched(accounts);
    return RC_OK;
}

/* ---- person by person ---- */

/* A table in the order of people, and the row of it that is next. */
struct stream {
    struct rc_cursor *cursor;
    const struct rc_rows *rows;
    size_t row;
    int64_t person; /* INT64_MAX: no more rows */
};

enum { RECORDS, ENROLLMENTS, ACCOUNTS, MEMBERSHIPS, STREAM_COUNT };

struct deciding {
    struct plan_engine *engine;
    struct stream streams[STREAM_COUNT];
    struct plan_writer writer;
    struct rc_arena *arena; /* of the person in the making */
};

static rc_status advance(struct stream *stream)
{
    const rc_status status = rc_cursor_next(stream->cursor, &stream->rows, &stream->row);
    stream->person = status == RC_OK ? rc_rows_int(stream->rows, stream->row, 0) : INT64_MAX;
    return status == RC_NOT_FOUND ? RC_OK : status;
}

static rc_status read_row(struct plan_reader *reader, const struct stream *stream, int which)
{
    switch (which) {
    case RECORDS:
        return plan_read_record(reader, stream->rows, stream->row);
    case ENROLLMENTS:
        plan_read_enrollment(reader, stream->rows, stream->row);
        return RC_OK;
    case ACCOUNTS:
        return plan_read_account(reader, stream->rows, stream->row);
    default:
        plan_read_membership(reader, stream->rows, stream->row);
        return RC_OK;
    }
}

static rc_status read_person(struct deciding *deciding, int64_t person, struct plan_reader *reader)
{
    for (int i = 0; i < STREAM_COUNT; i++) {
        struct stream *stream = &deciding->streams[i];
        while (stream->cursor && stream->person == person) {
            RC_TRY(read_row(reader, stream, i));
            RC_TRY(advance(stream));
        }
    }
    plan_read_family(reader);
    return RC_OK;
}

static rc_status decide_person(struct deciding *deciding, int64_t person)
{
    struct plan_engine *engine = deciding->engine;
    struct plan_reader reader = {.arena = deciding->arena, .engine = engine};
    RC_TRY(read_person(deciding, person, &reader));
    /* The planner sorts what it is given; the reader keeps its own order. */
    struct rc_plan_record *records = rc_arena_array(deciding->arena, reader.record_count + 1,
                                                    sizeof *records);
    if (reader.record_count > 0)
        memcpy(records, reader.records, reader.record_count * sizeof *records);
    struct rc_plan_person who = {.records = records,
                                 .record_count = reader.record_count,
                                 .accounts = reader.accounts,
                                 .account_count = reader.account_count};
    struct rc_plan plan;
    rc_plan_person(engine->policy, &who, deciding->arena, &plan);
    for (size_t i = 0; i < RC_SITUATION_COUNT_; i++)
        engine->situations[i] += plan.situations[i];
    const struct plan_decided decided = {
        .number = person,
        .who = &reader,
        .person = &who,
        .plan = &plan,
        .rest = rc_plan_rest(engine->policy, &who, &plan, deciding->arena)};
    RC_TRY(plan_write_person(&deciding->writer, &decided, deciding->arena));
    rc_arena_reset(deciding->arena);
    return RC_OK;
}

static int64_t next_person(const struct deciding *deciding)
{
    const int64_t record = deciding->streams[RECORDS].person,
                  account = deciding->streams[ACCOUNTS].person;
    return record < account ? record : account;
}

static rc_status open_streams(struct deciding *deciding, bool classes)
{
    struct plan_engine *engine = deciding->engine;
    const struct {
        const char *sql;
        size_t values;
        bool wanted;
    } tables[] = {[RECORDS] = {sql_plan_records, 1, true},
                  [ENROLLMENTS] = {sql_plan_enrollments, 1, classes},
                  [ACCOUNTS] = {sql_plan_accounts, 1, true},
                  [MEMBERSHIPS] = {sql_plan_memberships, 0, true}};
    const char *const values[] = {engine->today.data};
    for (int i = 0; i < STREAM_COUNT; i++) {
        struct stream *stream = &deciding->streams[i];
        if (!tables[i].wanted) continue;
        RC_TRY(plan_engine_join_for(engine, i == ENROLLMENTS ? 0 : engine->nodes));
        RC_TRY(rc_cursor_open(engine->tx, tables[i].sql, tables[i].values, values, 1000,
                              &stream->cursor));
        RC_TRY(advance(stream));
    }
    return RC_OK;
}

static rc_status decide_all(struct deciding *deciding)
{
    RC_TRY(plan_lists_load(deciding->engine));
    RC_TRY(open_streams(deciding, deciding->engine->lists == PLAN_LISTS_KEPT));
    for (int64_t person; (person = next_person(deciding)) != INT64_MAX;)
        RC_TRY(decide_person(deciding, person));
    return plan_writer_flush(&deciding->writer);
}

rc_status plan_engine_decide(struct plan_engine *engine, int64_t count)
{
    if (count == 0) return RC_OK;
    RC_TRY(plan_engine_join_for(engine, INT64_MAX));
    RC_TRY(plan_people_group(engine));
    RC_TRY(plan_engine_join_for(engine, engine->nodes));
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(256u << 10);
    struct deciding deciding = {.engine = engine, .arena = arena, .writer = {.engine = engine}};
    const rc_status status = decide_all(&deciding);
    for (int i = 0; i < STREAM_COUNT; i++)
        rc_cursor_free(deciding.streams[i].cursor);
    plan_writer_done(&deciding.writer);
    return status;
}
