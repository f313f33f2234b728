/* What every worker thread starts with. A server that is late is waited for with a backoff instead
 * of ending the process again and again: an orchestrator starts things in any order. */
#include "env.h"

#include <string.h>

#include "rollcall/base/clock.h"
#include "rollcall/base/log.h"
#include "rollcall/worker/keyring.h"

enum { WAIT_BASE_MS = 200, WAIT_CAP_MS = 10000 };

static bool is_set(const char *text)
{
    return text && text[0] != '\0';
}

rc_status env_open(struct rc_process *process, struct rc_producer *producer, const char *program,
                   struct rc_stage_env *env)
{
    const struct rc_common_options *common = rc_process_options(process);

    env->process = process;
    env->config = common;
    env->producer = producer;
    env->program = program;
    env->version = rc_build_version();
    env->stop = rc_process_stopping(process);
    env->arena = rc_arena_new(0);
    if (is_set(common->database_url)) {
        RC_TRY(rc_db_open(common->database_url, rc_process_instance(process), &env->db));
        rc_db_bound(env->db, common->database_statement_ms, common->database_lock_ms);
    }
    if (common->keys_master) RC_TRY(rc_keyring_new(common, &env->keys));
    if (is_set(common->redis_url)) RC_TRY(rc_kv_open(common->redis_url, 2000, &env->kv));
    return RC_OK;
}

void env_close(struct rc_stage_env *env)
{
    rc_db_free(env->db);
    rc_kv_free(env->kv);
    rc_keyring_free(env->keys);
    rc_arena_free(env->arena);
    memset(env, 0, sizeof *env);
}

static rc_status ask_database(struct rc_stage_env *env)
{
    return env->db ? rc_db_run(env->db, "SELECT 1", 0, NULL, NULL) : RC_OK;
}

static rc_status ask_redis(struct rc_stage_env *env)
{
    return env->kv ? rc_kv_ping(env->kv) : RC_OK;
}

static const struct {
    const char *part;
    rc_status (*ask)(struct rc_stage_env *env);
} dependencies[] = {{"postgresql", ask_database}, {"redis", ask_redis}};

static rc_status wait_for(struct rc_stage_env *env, const char *part,
                          rc_status (*ask)(struct rc_stage_env *env))
{
    for (unsigned attempt = 1;; attempt++) {
        const rc_status status = ask(env);
        if (status == RC_OK) rc_process_ready(env->process, part, NULL);
        if (status != RC_RETRY) return status;
        rc_process_ready(env->process, part, rc_error_text());
        if (rc_process_wait(env->process, rc_backoff_ms(attempt, WAIT_BASE_MS, WAIT_CAP_MS)))
            return RC_RETRY;
    }
}

rc_status env_wait(struct rc_stage_env *env)
{
    for (size_t i = 0; i < COUNT_OF(dependencies); i++)
        RC_TRY(wait_for(env, dependencies[i].part, dependencies[i].ask));
    return RC_OK;
}

static rc_status open_state(const struct state_spec *spec, struct rc_stage_env *env, void *state)
{
    for (unsigned attempt = 1; spec->open; attempt++) {
        memset(state, 0, spec->size);
        const rc_status status = spec->open(state, env);
        rc_arena_reset(env->arena);
        if (status == RC_OK) rc_process_ready(env->process, "start", NULL);
        if (status != RC_RETRY) return status;
        rc_process_ready(env->process, "start", rc_error_text());
        if (rc_process_wait(env->process, rc_backoff_ms(attempt, WAIT_BASE_MS, WAIT_CAP_MS)))
            return RC_RETRY;
    }
    return RC_OK;
}

static rc_status start_all(struct rc_process *process, struct rc_producer *producer,
                           const char *program, const struct state_spec *spec,
                           struct rc_stage_env *env, void *state)
{
    RC_TRY(env_open(process, producer, program, env));
    if (spec->database_only) {
        rc_kv_free(env->kv);
        env->kv = NULL;
    }
    RC_TRY(env_wait(env));
    if (env->keys && env->db) RC_TRY(rc_keyring_check(env->keys, env->db));
    return open_state(spec, env, state);
}

rc_status env_start(struct rc_process *process, struct rc_producer *producer, const char *program,
                    const struct state_spec *spec, struct rc_stage_env *env, void **ret_state)
{
    void *state = rc_malloc(spec->size + 1);

    memset(state, 0, spec->size + 1);
    const rc_status status = start_all(process, producer, program, spec, env, state);
    if (status == RC_OK) {
        *ret_state = state;
        return RC_OK;
    }
    env_close(env);
    free(state);
    return status;
}

void env_end(const struct state_spec *spec, struct rc_stage_env *env, void *state)
{
    if (spec->close) spec->close(state);
    free(state);
    env_close(env);
}

/* A thread that never gets a connection would make the program look alive and do nothing, so a
 * budget that is too small is said at once. */
rc_status env_budget(const struct rc_process *process, int64_t threads)
{
    const struct rc_common_options *common = rc_process_options(process);
    const int64_t limit = common->database_connections;

    if (limit > 0 && is_set(common->database_url) && threads > limit)
        return rc_fail(RC_REJECT,
                       "database.connections is %lld, but %lld are needed (stage.parallel, one for "
                       "the relay, one for work by the clock): raise it, or lower stage.parallel",
                       (long long)limit, (long long)threads);
    rc_db_limit((int)limit);
    return RC_OK;
}

struct rc_bus_config env_bus_config(const struct rc_process *process)
{
    const struct rc_common_options *common = rc_process_options(process);

    return (struct rc_bus_config){
        .brokers = common->kafka_brokers,
        .client_id = rc_process_instance(process),
        .extra = is_set(common->kafka_settings) ? common->kafka_settings : NULL,
    };
}
