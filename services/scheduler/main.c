/* rollcall-scheduler: what is due by the clock, and what the state in PostgreSQL says is due
 * although no message says so any more (level, not edge). Each tick runs on one scheduler at a
 * time. */
#include "gauges.h"
#include "retention.h"
#include "scheduler.h"

#include <stddef.h>

#define EVERY(option, member, default_, text)                                                    \
    {                                                                                            \
        .name = (option), .kind = RC_OPTION_MILLIS,                                              \
        .offset = offsetof(struct scheduler_options, member), .fallback = (default_), .min = 50, \
        .max = 86400000, .help = (text)                                                          \
    }

static const struct rc_option scheduler_table[] = {
    EVERY("scheduler.lanes-every", lanes_every_ms, "1s",
          "How often lanes that are due, or whose lease ran out, are looked for."),
    EVERY("scheduler.nightly-every", nightly_every_ms, "10s",
          "How often districts whose night has come are looked for."),
    EVERY("scheduler.sweep-every", sweep_every_ms, "5s",
          "How often runs that stand still are looked for."),
    EVERY("scheduler.marks-every", marks_every_ms, "60s",
          "How often the groups' offsets are noted while pages are on their way."),
    EVERY("scheduler.again-after", again_after_ms, "30s",
          "How long nothing moves before a message is sent again."),
    EVERY("scheduler.missing-after", missing_after_ms, "1h",
          "How long a page is waited for after all messages before it were handled."),
    EVERY("scheduler.gauges-every", gauges_every_ms, "15s",
          "How often the metrics over the database are told."),
    EVERY("scheduler.lag-every", lag_every_ms, "30s",
          "How often the metrics of how far groups are behind are told."),
    EVERY("scheduler.retention-every", retention_every_ms, "10m",
          "How often what is over by its retention is removed, for 5 s at most."),
    EVERY("scheduler.probes-every", probes_every_ms, "1m",
          "How often sources whose last test is too long ago are looked for."),
    EVERY("scheduler.causes-every", causes_every_ms, "1m",
          "How often districts are looked through for what a person should know of at once."),
    {.name = "scheduler.silent-after",
     .kind = RC_OPTION_MILLIS,
     .offset = offsetof(struct scheduler_options, silent_after_ms),
     .fallback = "1h",
     .min = 1000,
     .max = (int64_t)7 * 86400000,
     .help = "Mails that are due or planned for so long raise mail.silent."},
    {.name = "scheduler.probe-after",
     .kind = RC_OPTION_MILLIS,
     .offset = offsetof(struct scheduler_options, probe_after_ms),
     .fallback = "720h",
     .min = 60000,
     .max = (int64_t)400 * 86400000,
     .help = "How old the last test of an automatic source's connection may be."},
    {.name = "scheduler.batch",
     .kind = RC_OPTION_INT,
     .offset = offsetof(struct scheduler_options, batch),
     .fallback = "200",
     .min = 1,
     .max = 10000,
     .help = "Rows that one sweep handles at a time."},
    {0},
};

static struct rc_option retention_table[RC_RETENTION_COUNT + 1];

static const struct rc_option *const scheduler_tables[] = {rc_common_option_table, scheduler_table,
                                                           retention_table, NULL};

static rc_status open_state(void *self, struct rc_stage_env *env)
{
    struct scheduler *scheduler = self;

    if (!env->db)
        return rc_fail(RC_REJECT, "database.url is empty: the scheduler works from tables; set it");
    scheduler->options = env->config;
    return RC_OK;
}

/* Each of the sweeps, whatever became of the others. */
static rc_status run_all(struct scheduler *self, struct rc_stage_env *env,
                         const enum sweep_name *names, size_t count)
{
    rc_status worst = RC_OK;

    for (size_t i = 0; i < count && !rc_process_flag(env->stop); i++) {
        const rc_status status = sweep_run(self, env, names[i]);
        if (status > worst) worst = status;
        if (status == RC_FATAL) break;
    }
    return worst;
}

static rc_status tick_lanes(void *self, struct rc_stage_env *env)
{
    static const enum sweep_name names[] = {SWEEP_LANES, SWEEP_PICKUPS};

    return run_all(self, env, names, COUNT_OF(names));
}

static rc_status tick_nightly(void *self, struct rc_stage_env *env)
{
    static const enum sweep_name names[] = {SWEEP_NIGHTLY, SWEEP_EVENTS};

    return run_all(self, env, names, COUNT_OF(names));
}

static rc_status tick_sweep(void *self, struct rc_stage_env *env)
{
    static const enum sweep_name names[] = {SWEEP_SCHEDULED, SWEEP_READY,   SWEEP_PARKED,
                                            SWEEP_LEVEL,     SWEEP_DECIDED, SWEEP_ACTS,
                                            SWEEP_DEADLINE,  SWEEP_PASSES,  SWEEP_REMOVED};

    return run_all(self, env, names, COUNT_OF(names));
}

static rc_status tick_marks(void *self, struct rc_stage_env *env)
{
    RC_TRY(marks_note(self, env));
    return sweep_run(self, env, SWEEP_MISSING);
}

static rc_status tick_gauges(void *self, struct rc_stage_env *env)
{
    return gauges_tell(self, env);
}

static rc_status tick_lag(void *self, struct rc_stage_env *env)
{
    (void)self;
    return gauges_lag(env);
}

static rc_status tick_probes(void *self, struct rc_stage_env *env)
{
    return sweep_run(self, env, SWEEP_PROBES);
}

static rc_status tick_causes(void *self, struct rc_stage_env *env)
{
    return sweep_run(self, env, SWEEP_CAUSES);
}

static rc_status tick_retention(void *self, struct rc_stage_env *env)
{
    return retention_round(self, env);
}

static const struct rc_tick scheduler_ticks[] = {
    {"lanes", 0, tick_lanes, offsetof(struct scheduler_options, lanes_every_ms), false},
    {"nightly", 0, tick_nightly, offsetof(struct scheduler_options, nightly_every_ms), false},
    {"sweep", 0, tick_sweep, offsetof(struct scheduler_options, sweep_every_ms), false},
    {"marks", 0, tick_marks, offsetof(struct scheduler_options, marks_every_ms), false},
    {"gauges", 0, tick_gauges, offsetof(struct scheduler_options, gauges_every_ms), true},
    {"lag", 0, tick_lag, offsetof(struct scheduler_options, lag_every_ms), true},
    {"retention", 0, tick_retention, offsetof(struct scheduler_options, retention_every_ms), false},
    {"probes", 0, tick_probes, offsetof(struct scheduler_options, probes_every_ms), false},
    {"causes", 0, tick_causes, offsetof(struct scheduler_options, causes_every_ms), false},
    {0},
};

static const struct rc_ticker scheduler = {
    .name = "scheduler",
    .ticks = scheduler_ticks,
    .tables = scheduler_tables,
    .config_size = sizeof(struct scheduler_options),
    .state_size = sizeof(struct scheduler),
    .open = open_state,
    .relays = true,
};

int main(int argc, char **argv)
{
    rc_retention_table(offsetof(struct scheduler_options, retention), retention_table);
    return rc_ticker_main(&scheduler, argc, argv);
}
