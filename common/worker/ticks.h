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
};

RC_MUST_CHECK rc_status ticks_start(const struct ticks_spec *spec, struct rc_process *process,
                                    struct rc_producer *producer, struct ticks **ret_ticks);
/* Draining has begun: waits for the tick in hand, gives the leases back and frees. */
void ticks_free(struct ticks *ticks);
RC_AUTO_DEFINE(ticks)

#endif
