#ifndef RC_WORKER_ENV_H
#define RC_WORKER_ENV_H

#include "rollcall/worker/stage.h"

/* Opens what one thread works with: arena, database, Redis (each where its option is set). Nothing
 * connects yet. env is zeroed memory. */
RC_MUST_CHECK rc_status env_open(struct rc_process *process, struct rc_producer *producer,
                                 const char *program, struct rc_stage_env *env);
/* Whatever env_open made; zeroed memory is nothing to close. */
void env_close(struct rc_stage_env *env);

/* Waits until PostgreSQL and Redis answer. RC_RETRY: draining began; RC_FATAL: they never will. */
RC_MUST_CHECK rc_status env_wait(struct rc_stage_env *env);

/* A service's state on one thread. */
struct state_spec {
    size_t size;
    rc_status (*open)(void *self, struct rc_stage_env *env);
    void (*close)(void *self);
    bool database_only; /* no Redis, whatever redis.url says */
};
/* env_open, env_wait and the service's own open, tried again while it says RC_RETRY. On RC_OK the
 * caller owns *ret_state and the open env; else both are closed again. */
RC_MUST_CHECK rc_status env_start(struct rc_process *process, struct rc_producer *producer,
                                  const char *program, const struct state_spec *spec,
                                  struct rc_stage_env *env, void **ret_state);
/* Closes state by its spec, then env. */
void env_end(const struct state_spec *spec, struct rc_stage_env *env, void *state);

/* Holds the process to its option database.connections, with threads that need one each. RC_REJECT:
 * too few for them. */
RC_MUST_CHECK rc_status env_budget(const struct rc_process *process, int64_t threads);

/* What rc_producer_open and rc_consumer_open need, without a group. */
struct rc_bus_config env_bus_config(const struct rc_process *process);

#endif
