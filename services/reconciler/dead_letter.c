/* Keeps a row for every dead letter, so that people see them, replay them, and a run that waits for
 * one is parked (R4). */
#include "letter.h"
#include "reconciler.h"
#include "reconciler_sql.h"

#include "rollcall/base/fault.h"
#include "rollcall/base/log.h"

static const char *text_or_null(struct rc_arena *arena, struct rc_str view)
{
    return view.len > 0 ? rc_str_copy(arena, view).data : NULL;
}

static const char *number_of(struct rc_arena *arena, int64_t value)
{
    return rc_str_print(arena, "%lld", (long long)value).data;
}

static rc_status add(struct rc_stage_env *env, struct rc_db *tx, const struct letter *letter,
                     const struct rc_message *in)
{
    struct rc_arena *arena = env->arena;
    const char *const values[] = {
        text_or_null(arena, letter->run),
        text_or_null(arena, letter->page),
        text_or_null(arena, letter->lane),
        text_or_null(arena, letter->collection),
        rc_str_copy(arena, in->topic).data,
        number_of(arena, in->partition),
        number_of(arena, in->offset),
        rc_str_copy(arena, letter->origin_topic).data,
        number_of(arena, letter->origin_partition),
        number_of(arena, letter->origin_offset),
        text_or_null(arena, letter->origin_key),
        rc_str_copy(arena, letter->stage).data,
        rc_str_copy(arena, letter->version).data,
        rc_str_copy(arena, letter->error_class).data,
        rc_str_copy(arena, letter->error).data,
    };

    return rc_db_run(tx, sql_dead_letter_add, COUNT_OF(values), values, NULL);
}

static rc_status record(struct rc_stage_env *env, const struct letter *letter,
                        const struct rc_message *in)
{
    const char *const run[] = {text_or_null(env->arena, letter->run)};
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(env->db, rc_str_copy(env->arena, env->envelope.district).data, &tx));
    if (run[0]) RC_TRY(rc_db_run(tx, sql_dead_letter_lock, 1, run, NULL));
    RC_TRY(add(env, tx, letter, in));
    /* The page needs no credit any more (L7). */
    if (run[0]) RC_TRY(rc_db_run(tx, "SELECT run_wake($1::uuid)", 1, run, NULL));
    RC_TRY(rc_fault_at("reconciler.dead-letter.before-commit", NULL));
    return rc_db_commit(tx);
}

/* Parking decides over the whole run, so it is a transaction of its own, never part of a recording
 * or a staging (R4). */
static rc_status park(struct rc_stage_env *env, const struct letter *letter)
{
    const char *const values[] = {text_or_null(env->arena, letter->run),
                                  rc_str_copy(env->arena, letter->origin_topic).data};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    if (!values[0]) return RC_OK;
    RC_TRY(rc_db_tx(env->db, rc_str_copy(env->arena, env->envelope.district).data, &tx));
    RC_TRY(rc_db_run(tx, sql_dead_letter_park, COUNT_OF(values), values, &rows));
    RC_TRY(rc_db_commit(tx));
    if (rc_rows_count(rows) > 0 && rc_rows_bool(rows, 0, 0))
        rc_log_warn("run.parked", "the run waits for a person: see `rollcall dead-letter list`");
    return RC_OK;
}

rc_status reconciler_dead_letter(void *self, struct rc_stage_env *env, const struct rc_message *in)
{
    struct letter letter = {0};

    (void)self;
    if (env->envelope.district.len == 0)
        return rc_fail(RC_REJECT, "a dead letter must name its district in rc_district");
    RC_TRY(letter_parse(in, &env->envelope, env->arena, &letter));
    RC_TRY(record(env, &letter, in));
    RC_TRY(park(env, &letter));
    rc_log_warn("dead-letter.recorded", "%.*s set aside by %.*s", RC_STR_ARG(letter.origin_topic),
                RC_STR_ARG(letter.stage));
    return RC_OK;
}
