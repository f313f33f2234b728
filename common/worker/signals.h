#ifndef RC_WORKER_SIGNALS_H
#define RC_WORKER_SIGNALS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "rollcall/base/error.h"

/* Signals as state: SIGTERM and SIGINT are blocked everywhere and taken by one thread, which sets a
 * flag. No code runs inside a handler. */
struct signals {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    volatile int stopping;  /* written and read atomically */
    volatile int abandoned; /* likewise */
    volatile int ending;
    bool started;
};

/* Before anything else of signals. */
void signals_init(struct signals *signals);
/* Blocks the signals for this and all later threads and starts the thread. SIGPIPE is ignored.
 * Before any other thread, and after the log is set up. */
RC_MUST_CHECK rc_status signals_start(struct signals *signals);
/* Ends the thread, where it was started. */
void signals_done(struct signals *signals);

/* As the first signal does; a later signal then ends the process. */
void signals_stop(struct signals *signals);
/* Waits of others end at once: the drain's deadline has passed. */
void signals_abandon(struct signals *signals);
/* At most ms; true as soon as stopping. */
bool signals_wait(struct signals *signals, int64_t ms);

static inline bool flag_read(const volatile int *flag)
{
    return __atomic_load_n(flag, __ATOMIC_ACQUIRE) != 0;
}

#endif
