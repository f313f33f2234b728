/* The drain's trigger. A thread waits for SIGTERM and SIGINT, so that the first sets a flag that
 * every loop looks at and the second ends the process even when all other threads hang. */
#include "signals.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "rollcall/base/clock.h"
#include "rollcall/base/log.h"
#include "rollcall/worker/process.h"

#include "wait.h"

static void flag_set(volatile int *flag)
{
    __atomic_store_n(flag, 1, __ATOMIC_RELEASE);
}

/* WAKE only wakes the thread when it is to end; sent from outside it does nothing. */
#define WAKE SIGUSR2

static void taken_set(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGINT);
    sigaddset(set, WAKE);
}

static void *signals_run(void *self)
{
    struct signals *signals = self;
    sigset_t set;
    int number = 0;

    taken_set(&set);
    while (sigwait(&set, &number) == 0) {
        if (flag_read(&signals->ending)) return NULL;
        if (number == WAKE) continue;
        if (flag_read(&signals->stopping)) {
            rc_log_warn("process.killed", "a second signal: ending at once");
            _exit(RC_EXIT_FAILED);
        }
        rc_log_info("process.draining", "signal %d: draining", number);
        signals_stop(signals);
    }
    return NULL;
}

void signals_init(struct signals *signals)
{
    memset(signals, 0, sizeof *signals);
    pthread_mutex_init(&signals->mutex, NULL);
    wait_cond_init(&signals->changed);
}

rc_status signals_start(struct signals *signals)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigset_t set;

    sigaction(SIGPIPE, &ignore, NULL);
    taken_set(&set);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (pthread_create(&signals->thread, NULL, signals_run, signals) != 0)
        return rc_fail(RC_FATAL, "no thread can be started");
    signals->started = true;
    return RC_OK;
}

static void end_thread(struct signals *signals)
{
    flag_set(&signals->ending);
    pthread_kill(signals->thread, WAKE);
    pthread_join(signals->thread, NULL);
}

void signals_done(struct signals *signals)
{
    if (signals->started) end_thread(signals);
    pthread_cond_destroy(&signals->changed);
    pthread_mutex_destroy(&signals->mutex);
}

void signals_stop(struct signals *signals)
{
    pthread_mutex_lock(&signals->mutex);
    flag_set(&signals->stopping);
    pthread_cond_broadcast(&signals->changed);
    pthread_mutex_unlock(&signals->mutex);
}

void signals_abandon(struct signals *signals)
{
    flag_set(&signals->abandoned);
}

bool signals_wait(struct signals *signals, int64_t ms)
{
    const int64_t until_ms = rc_clock_mono_ms() + ms;

    pthread_mutex_lock(&signals->mutex);
    for (int64_t left = ms; left > 0 && !flag_read(&signals->stopping);
         left = until_ms - rc_clock_mono_ms())
        wait_cond_ms(&signals->changed, &signals->mutex, left);
    pthread_mutex_unlock(&signals->mutex);
    return flag_read(&signals->stopping);
}
