/* A drain has a time limit, and what it waits for (a function, a broker, a database) does not know
 * it. This does. */
#include "deadline.h"

#include <unistd.h>

#include "rollcall/base/clock.h"
#include "rollcall/base/log.h"

#include "wait.h"

enum { SOFT_PERCENT = 70 };

static void *deadline_run(void *context)
{
    struct deadline *deadline = context;

    pthread_mutex_lock(&deadline->mutex);
    for (int64_t now_ms = 0; !deadline->over;) {
        now_ms = rc_clock_mono_ms();
        const bool soft = now_ms >= deadline->soft_ms;
        if (soft) rc_process_abandon(deadline->process);
        if (now_ms >= deadline->hard_ms) {
            rc_log_warn("process.drain-overrun", "the drain took too long: ending at once");
            _exit(deadline->exit_code);
        }
        wait_cond_ms(&deadline->changed, &deadline->mutex,
                     (soft ? deadline->hard_ms : deadline->soft_ms) - now_ms);
    }
    pthread_mutex_unlock(&deadline->mutex);
    return NULL;
}

void deadline_start(struct deadline *deadline, struct rc_process *process, int64_t ms,
                    int exit_code)
{
    const int64_t now_ms = rc_clock_mono_ms();

    *deadline = (struct deadline){.process = process,
                                  .soft_ms = now_ms + ms * SOFT_PERCENT / 100,
                                  .hard_ms = now_ms + ms,
                                  .exit_code = exit_code};
    pthread_mutex_init(&deadline->mutex, NULL);
    wait_cond_init(&deadline->changed);
    deadline->started = pthread_create(&deadline->thread, NULL, deadline_run, deadline) == 0;
}

void deadline_cancel(struct deadline *deadline)
{
    pthread_mutex_lock(&deadline->mutex);
    deadline->over = true;
    pthread_cond_broadcast(&deadline->changed);
    pthread_mutex_unlock(&deadline->mutex);
    if (deadline->started) pthread_join(deadline->thread, NULL);
    pthread_cond_destroy(&deadline->changed);
    pthread_mutex_destroy(&deadline->mutex);
}
