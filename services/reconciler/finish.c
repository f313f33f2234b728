/* The end of a run: its state in the words that owners read, its counts, and the event that tells
 * them (S2). */
#include "reconciler.h"
#include "reconciler_sql.h"

#include "rollcall/format/json.h"

static rc_status state_of(struct rc_stage_env *env, struct rc_db *tx, const struct run_ref *run,
                          const char **ret_state)
{
    const char *const values[] = {run->run};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(tx, sql_finish_state, 1, values, &rows));
    *ret_state = rc_str_copy(env->arena, rc_rows_text(rows, 0, 0)).data;
    return RC_OK;
}

static rc_status write_counts(struct rc_db *tx, const struct run_ref *run, const char *counts)
{
    const char *const values[] = {run->run, counts};

    return counts ? rc_db_run(tx, sql_finish_counts, COUNT_OF(values), values, NULL) : RC_OK;
}

static rc_status write_state(struct rc_db *tx, const struct run_ref *run, const char *state,
                             const char *failure)
{
    const bool hold = strcmp(state, "On hold") == 0;
    const char *const done[] = {run->run, state, failure};
    const char *const held[] = {run->run, failure};

    return hold ? rc_db_change(tx, sql_finish_hold, COUNT_OF(held), held, NULL)
                : rc_db_change(tx, sql_finish_done, COUNT_OF(done), done, NULL);
}

static rc_status tell(struct rc_stage_env *env, struct rc_db *tx, const struct run_ref *run,
                      const char *state)
{
    RC_AUTO_BUF struct rc_buf data = {0};
    struct rc_json_out json = {.buf = &data};

    rc_json_open(&json, NULL, '{');
    rc_json_put_text(&json, "run", rc_str_of(run->run));
    rc_json_put_text(&json, "source", rc_str_of(run->source));
    rc_json_put_text(&json, "state", rc_str_of(state));
    rc_json_close(&json, '}');
    const struct rc_event event = {
        .topic = "run.finished",
        .district = run->district,
        .run = run->run,
        .key = rc_str_of(run->source),
        .data = rc_buf_str(&data),
    };
    return rc_outbox_add(tx, env->arena, &event, run->traceparent);
}

rc_status reconciler_finish(struct rc_stage_env *env, struct rc_db *tx, const struct run_ref *run,
                            const struct run_end *end)
{
    const char *state = end->state;

    if (!state) RC_TRY(state_of(env, tx, run, &state));
    RC_TRY(write_state(tx, run, state, end->failure));
    RC_TRY(write_counts(tx, run, end->counts));
    return tell(env, tx, run, state);
}
