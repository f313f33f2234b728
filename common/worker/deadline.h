#ifndef RC_WORKER_DEADLINE_H
#define RC_WORKER_DEADLINE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "rollcall/worker/process.h"

/* The end of a drain, come what may: a thread that tells everybody to give up waiting when a part
 * of the time is over, and ends the process when all of it is. What is lost then is what a kill
 * would lose, which is nothing but time. */
struct deadline {
    struct rc_process *process;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int64_t soft_ms; /* of rc_clock_mono_ms */
    int64_t hard_ms;
    int exit_code;
    bool started;
    bool over;
};

/* rc_process_abandon after 70 % of ms, _exit(exit_code) after all of it, unless cancelled before.
 */
void deadline_start(struct deadline *deadline, struct rc_process *process, int64_t ms,
                    int exit_code);
/* The drain has ended in time, or never began; once. */
void deadline_cancel(struct deadline *deadline);

#endif
