/* Work by the clock, on one instance at once. A tick that fails is simply due again: what it has to
 * do stands in tables, and the next round finds it there. */
#include "ticks.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "rollcall/base/clock.h"
#include "rollcall/base/fault.h"
#include "rollcall/base/log.h"

#include "env.h"
#include "lease.h"

enum {
    TICKS_MAX = 32,
    LEASE_MARGIN_MS = 30000, /* longer than a tick may take */
    LATE_MS = 2000,          /* a holder without connections is gone so long after it was due */
    FOLLOW_MS = 5000,        /* how often a follower looks whether the leader is gone */
    BEAT_MS = 600000,
    LABEL_MAX = 120,
    PART_MAX = 24,
};

struct ticks {
    struct ticks_spec spec;
    struct state_spec state;
    char part[PART_MAX]; /* what /readyz calls this thread */
    struct rc_process *process;
    struct rc_producer *producer;
    pthread_t thread;
    size_t count;
    int64_t every_ms[TICKS_MAX];
    int64_t due_ms[TICKS_MAX];
    bool leads[TICKS_MAX];
    bool troubled[TICKS_MAX];
};

static void lease_name(const struct ticks *ticks, size_t at, char *out, size_t size)
{
    snprintf(out, size, "%s/%s", ticks->spec.program, ticks->spec.table[at].name);
}

/* ---- one tick ---- */

static bool any_troubled(const struct ticks *ticks)
{
    for (size_t i = 0; i < ticks->count; i++)
        if (ticks->troubled[i]) return true;
    return false;
}

/* Each thread speaks for itself: what one does well does not end the trouble of another. */
static void note_trouble(struct ticks *ticks, size_t at, bool troubled)
{
    const bool before = ticks->troubled[at];

    ticks->troubled[at] = troubled;
    if (troubled) {
        if (!before)
            rc_log_warn("tick.failed", "%s: %s", ticks->spec.table[at].name, rc_error_text());
        rc_process_ready(ticks->process, ticks->part, rc_error_text());
    } else if (before && !any_troubled(ticks)) {
        rc_process_ready(ticks->process, ticks->part, NULL);
    }
}

static void count_tick(const struct rc_tick *tick, rc_status status, int64_t took_ms)
{
    char labels[LABEL_MAX];

    snprintf(labels, sizeof labels, "tick=\"%s\",outcome=\"%s\"", tick->name,
             rc_status_name(status));
    rc_metric_add("rollcall_ticks_total", labels, 1);
    snprintf(labels, sizeof labels, "tick=\"%s\"", tick->name);
    rc_metric_observe("rollcall_tick_duration_seconds", labels, (double)took_ms / 1000.0);
}

static rc_status act(struct ticks *ticks, const struct rc_tick *tick, struct rc_stage_env *env,
                     void *state)
{
    RC_LOG_SCOPE("tick", tick->name);
    const int64_t began_ms = rc_clock_mono_ms();

    RC_TRY(rc_fault_at("tick.begun", tick->name));
    const rc_status status = tick->act(state, env);
    rc_fault_point("tick.acted");
    count_tick(tick, status, rc_clock_mono_ms() - began_ms);
    if (status == RC_FATAL || status == RC_NOT_FOUND) {
        rc_log_error("tick.fatal", "%s",
                     status == RC_FATAL ? rc_error_text()
                                        : "a tick let RC_NOT_FOUND escape: a bug");
        rc_process_fail(ticks->process, status == RC_FATAL ? RC_EXIT_FAILED : RC_EXIT_BUG);
    }
    return status;
}

/* The lease outlasts the next round of its holder, so that others keep still meanwhile. */
static rc_status lead(struct ticks *ticks, size_t at, struct rc_stage_env *env)
{
    char name[LABEL_MAX];

    if (!env->db || ticks->spec.table[at].everywhere) return RC_OK;
    lease_name(ticks, at, name, sizeof name);
    return lease_take(env->db, name, rc_process_instance(ticks->process),
                      ticks->every_ms[at] + LEASE_MARGIN_MS, LEASE_MARGIN_MS - LATE_MS);
}

static void run_tick(struct ticks *ticks, size_t at, struct rc_stage_env *env, void *state)
{
    const struct rc_tick *tick = &ticks->spec.table[at];
    const int64_t every_ms = ticks->every_ms[at];
    const int64_t follow_ms = every_ms < FOLLOW_MS ? every_ms : FOLLOW_MS;
    rc_status status = lead(ticks, at, env);

    if (status == RC_FATAL) {
        rc_log_error("tick.fatal", "%s", rc_error_text());
        rc_process_fail(ticks->process, RC_EXIT_FAILED);
    }
    ticks->leads[at] = status == RC_OK;
    if (ticks->leads[at]) status = act(ticks, tick, env, state);
    note_trouble(ticks, at, status == RC_RETRY || status == RC_REJECT);
    ticks->due_ms[at] = rc_clock_mono_ms() + (ticks->leads[at] ? every_ms : follow_ms);
    rc_arena_reset(env->arena);
}

/* ---- the thread ---- */

static int64_t next_due_ms(const struct ticks *ticks)
{
    int64_t next_ms = INT64_MAX;

    for (size_t i = 0; i < ticks->count; i++)
        if (ticks->due_ms[i] < next_ms) next_ms = ticks->due_ms[i];
    return next_ms;
}

static void beat(const struct ticks *ticks)
{
    if (ticks->spec.beats) rc_process_beat(ticks->process, BEAT_MS);
}

static void loop(struct ticks *ticks, struct rc_stage_env *env, void *state)
{
    int64_t wait_ms = 0;

    while (!rc_process_wait(ticks->process, wait_ms)) {
        for (size_t i = 0; i < ticks->count && !rc_process_flag(env->stop); i++) {
            beat(ticks);
            if (ticks->due_ms[i] <= rc_clock_mono_ms()) run_tick(ticks, i, env, state);
        }
        wait_ms = next_due_ms(ticks) - rc_clock_mono_ms();
        if (wait_ms > FOLLOW_MS) wait_ms = FOLLOW_MS;
    }
}

static void release_all(const struct ticks *ticks, struct rc_stage_env *env)
{
    char name[LABEL_MAX];

    for (size_t i = 0; env->db && i < ticks->count; i++) {
        if (!ticks->leads[i] || ticks->spec.table[i].everywhere) continue;
        lease_name(ticks, i, name, sizeof name);
        if (lease_release(env->db, name, rc_process_instance(ticks->process)) != RC_OK) return;
    }
}

static void *ticks_run(void *context)
{
    struct ticks *ticks = context;
    struct rc_stage_env env = {0};
    void *state = NULL;

    const rc_status status = env_start(ticks->process, ticks->producer, ticks->spec.program,
                                       &ticks->state, &env, &state);
    if (status != RC_OK) {
        if (status == RC_RETRY) return NULL; /* draining began */
        rc_log_error("tick.start-failed", "%s", rc_error_text());
        rc_process_fail(ticks->process, status == RC_REJECT ? RC_EXIT_CONFIG : RC_EXIT_FAILED);
        return NULL;
    }
    loop(ticks, &env, state);
    release_all(ticks, &env);
    env_end(&ticks->state, &env, state);
    return NULL;
}

/* How often, by the table or by the option that it names. */
static int64_t every_ms_of(const struct rc_tick *tick, const struct rc_process *process)
{
    const char *config = (const char *)rc_process_options(process);
    int64_t every_ms = tick->every_ms;

    if (tick->every_at > 0) memcpy(&every_ms, config + tick->every_at, sizeof every_ms);
    return every_ms;
}

int64_t ticks_crew_size(const struct rc_tick *crew, size_t crew_at,
                        const struct rc_process *process)
{
    int64_t size = 0;

    if (!crew) return 0;
    memcpy(&size, (const char *)rc_process_options(process) + crew_at, sizeof size);
    return size < RC_CREW_MAX ? size : RC_CREW_MAX;
}

static void name_part(struct ticks *ticks)
{
    if (ticks->spec.number == 0)
        snprintf(ticks->part, sizeof ticks->part, "ticks");
    else
        snprintf(ticks->part, sizeof ticks->part, "ticks of thread %d", ticks->spec.number);
}

static void read_table(struct ticks *ticks)
{
    const struct rc_tick *table = ticks->spec.table;

    for (; table[ticks->count].name && ticks->count < TICKS_MAX; ticks->count++)
        ticks->every_ms[ticks->count] = every_ms_of(&table[ticks->count], ticks->process);
}

rc_status ticks_start(const struct ticks_spec *spec, struct rc_process *process,
                      struct rc_producer *producer, struct ticks **ret_ticks)
{
    struct ticks *ticks = rc_malloc(sizeof *ticks);

    *ticks = (struct ticks){.spec = *spec, .process = process, .producer = producer};
    ticks->state = (struct state_spec){spec->state_size, spec->open, spec->close,
                                       spec->database_only};
    name_part(ticks);
    read_table(ticks);
    if (pthread_create(&ticks->thread, NULL, ticks_run, ticks) != 0) {
        free(ticks);
        return rc_fail(RC_FATAL, "no thread can be started");
    }
    *ret_ticks = ticks;
    return RC_OK;
}

void ticks_free(struct ticks *ticks)
{
    if (!ticks) return;
    pthread_join(ticks->thread, NULL);
    free(ticks);
}
