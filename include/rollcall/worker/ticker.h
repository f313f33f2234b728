#ifndef RC_WORKER_TICKER_H
#define RC_WORKER_TICKER_H

#include "rollcall/worker/stage.h"

/* Work by the clock: each tick of the table runs every every_ms on one instance at once, under a
 * leader's lease that stands in PostgreSQL (table leader_lease; times are PostgreSQL's). A program
 * whose work is a stage may have ticks beside it (the notifier), or only ticks (the scheduler). */

struct rc_tick {
    const char *name; /* lease and metric name; NULL ends the table */
    int64_t every_ms;
    /* As a stage's function: RC_OK, RC_RETRY (again at the next tick), RC_FATAL. The work must be
     * bounded: it is called again. */
    rc_status (*act)(void *self, struct rc_stage_env *env);
};

struct rc_ticker {
    const char *name; /* "scheduler" */
    const struct rc_tick *ticks;
    const struct rc_option *const *tables;
    size_t config_size;
    size_t state_size;
    rc_status (*open)(void *self, struct rc_stage_env *env);
    void (*close)(void *self);
    bool relays;
};

/* The whole program; returns its exit code. */
int rc_ticker_main(const struct rc_ticker *ticker, int argc, char **argv);

#endif
