#ifndef RC_WORKER_TICKS_H
#define RC_WORKER_TICKS_H

#include "rollcall/worker/stage.h"

/* A thread that runs a table of ticks, in a program of ticks or beside a stage. */

struct ticks;

struct ticks_spec {
    const char *program;
    const struct rc_tick *table;
    size_t state_size;
    rc_status (*open)(void *self, struct rc_stage_env *env);
    void (*close)(void *self);
    bool beats; /* it is the program's main work: /healthz goes by it */
    bool database_only;
    int number; /* of a crew's thread, from 1, by which /readyz names it; 0: it is no crew's */
};

/* How many threads the option at crew_at says, at most RC_CREW_MAX; 0 without a crew. */
int64_t ticks_crew_size(const struct rc_tick *crew, size_t crew_at,
                        const struct rc_process *process);

RC_MUST_CHECK rc_status ticks_start(const struct ticks_spec *spec, struct rc_process *process,
                                    struct rc_producer *producer, struct ticks **ret_ticks);
/* Draining has begun: waits for the tick in hand, gives the leases back and frees. */
void ticks_free(struct ticks *ticks);
RC_AUTO_DEFINE(ticks)

#endif
