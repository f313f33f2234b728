#ifndef RC_WORKER_TICKER_H
#define RC_WORKER_TICKER_H

#include "rollcall/worker/process.h"

/* Work by the clock: each tick of the table runs every every_ms on one instance at once, under a
 * leader's lease that stands in PostgreSQL (table leader_lease; times are PostgreSQL's). A program
 * whose work is a stage may have ticks beside it (rc_stage.ticks, the notifier), or only ticks (the
 * scheduler). The lease saves double work, like every lock: a holder that was stopped past its
 * lease and goes on meets the new one, so what a tick changes is changed by compare-and-set. */

struct rc_keyring;

/* What a function of a stage or a tick works with. One per worker thread. The arena is reset after
 * each message or tick, and before it is tried again. */
struct rc_stage_env {
    struct rc_process *process;
    const void *config;
    struct rc_arena *arena;
    struct rc_db *db;        /* NULL where no database.url is set */
    struct rc_kv *kv;        /* NULL where no redis.url is set */
    struct rc_keyring *keys; /* NULL where the program has no keys (worker/keyring.h) */
    struct rc_producer *producer;
    struct rc_envelope envelope; /* of the message in hand, checked; empty in a tick */
    const char *program;         /* "rollcall-fetcher" */
    const char *version;
    /* Non-zero once draining (read it with rc_process_flag): end what you can end soon; RC_RETRY is
     * right for what was not finished. */
    const volatile int *stop;
};

struct rc_tick {
    const char *name; /* the lease's name, beside the program's; NULL ends the table */
    int64_t every_ms;
    /* As a stage's function: RC_OK, RC_RETRY and RC_REJECT (logged, again at the next tick),
     * RC_FATAL. The work must be bounded, well below 30 s: it is called again. */
    rc_status (*act)(void *self, struct rc_stage_env *env);
    /* Offset in the configuration of an option (RC_OPTION_MILLIS) that says every_ms instead; 0:
     * none. */
    size_t every_at;
    bool everywhere; /* on every instance, without a lease: what each tells of itself */
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
    bool database_only; /* needs neither Kafka nor Redis: env->producer and env->kv are NULL */
    /* Work that several threads of one process share, each with a state of its own (a crew of
     * senders): ticks that are everywhere, on so many threads as the option (RC_OPTION_INT, at most
     * RC_CREW_MAX) at crew_at says. NULL: none. */
    const struct rc_tick *crew;
    size_t crew_at;
};
enum { RC_CREW_MAX = 64 };

/* The whole program; returns its exit code. */
int rc_ticker_main(const struct rc_ticker *ticker, int argc, char **argv);

#endif
