/* The life of a stage, from the first connection to the last commit. Each step is in a file of its
 * own: crew.c (threads), handle.c (one message), flow.c (Kafka); here is their order. */
#include "rollcall/worker/stage.h"

#include <string.h>
#include <unistd.h>

#include "rollcall/base/clock.h"
#include "rollcall/base/log.h"
#include "rollcall/worker/relay.h"

#include "crew.h"
#include "deadline.h"
#include "env.h"
#include "flow.h"
#include "program.h"
#include "ticks.h"

enum { INTAKES_MAX = 16, FATAL_DRAIN_MS = 5000, DRAIN_PERCENT = 85 };

struct stage_run {
    const struct rc_stage *stage;
    const char *program;
    struct rc_process *process;
    struct rc_arena *names;
    const char *topics[INTAKES_MAX + 1];
    struct rc_producer *producer;
    struct crew crew;
    struct flow flow;
    struct rc_relay *relay;
    struct ticks *ticks[1 + RC_CREW_MAX];
    size_t tick_count;
};

/* ---- start ---- */

static rc_status name_topics(struct stage_run *run)
{
    const struct rc_intake *intakes = run->stage->intakes;

    for (size_t i = 0; intakes[i].topic; i++) {
        if (i == INTAKES_MAX) return rc_fail(RC_FATAL, "more than %d intakes", INTAKES_MAX);
        run->topics[i] = rc_topic_name(run->names, intakes[i].topic).data;
    }
    return RC_OK;
}

/* Attempts are counted in Redis (S3); without it a message that kills the process would do so for
 * ever. */
static rc_status check_options(const struct stage_run *run)
{
    const struct rc_common_options *common = rc_process_options(run->process);

    if (common->redis_url[0] == '\0')
        return rc_fail(RC_REJECT, "redis.url is empty: a stage needs Redis; set it");
    if (run->stage->static_members && common->instance[0] == '\0')
        rc_log_info("stage.dynamic", "stage.instance is not set: each restart moves partitions");
    return RC_OK;
}

/* Each has a connection of its own to PostgreSQL. */
static int64_t tick_crew_size(const struct stage_run *run)
{
    return ticks_crew_size(run->stage->tick_crew, run->stage->tick_crew_at, run->process);
}

static int64_t threads_of(const struct stage_run *run)
{
    const struct rc_common_options *common = rc_process_options(run->process);

    return common->parallel + (run->stage->relays && common->relay) + (run->stage->ticks != NULL) +
           tick_crew_size(run);
}

/* number: of the crew's thread, 0 for the one beside the stage. */
static rc_status start_ticks(struct stage_run *run, const struct rc_tick *table, int number)
{
    const struct rc_stage *stage = run->stage;
    const struct ticks_spec spec = {.program = run->program,
                                    .table = table,
                                    .state_size = stage->state_size,
                                    .open = stage->open,
                                    .close = stage->close,
                                    .number = number};

    if (!table) return RC_OK;
    RC_TRY(ticks_start(&spec, run->process, run->producer, &run->ticks[run->tick_count]));
    run->tick_count++;
    return RC_OK;
}

static rc_status start_helpers(struct stage_run *run)
{
    const struct rc_stage *stage = run->stage;
    const struct rc_common_options *common = rc_process_options(run->process);
    const int64_t crew = tick_crew_size(run);

    if (stage->relays && common->relay)
        RC_TRY(rc_relay_start(run->process, common, run->producer, &run->relay));
    RC_TRY(start_ticks(run, stage->ticks, 0));
    for (int number = 1; number <= crew; number++)
        RC_TRY(start_ticks(run, stage->tick_crew, number));
    return RC_OK;
}

static rc_status start(struct stage_run *run)
{
    const struct rc_bus_config config = env_bus_config(run->process);

    RC_TRY(check_options(run));
    RC_TRY(env_budget(run->process, threads_of(run)));
    RC_TRY(name_topics(run));
    /* Until the first turn: threads that have what they need must not speak for those that wait. */
    rc_process_ready(run->process, "stage", "starting");
    RC_TRY(rc_producer_open(&config, &run->producer));
    RC_TRY(
        crew_start(&run->crew, run->stage, run->program, run->topics, run->process, run->producer));
    RC_TRY(start_helpers(run));
    RC_TRY(crew_wait_open(&run->crew));
    return flow_open(&run->flow, &run->crew, run->stage, run->topics, run->process);
}

/* ---- end ---- */

/* Functions still run although the drain's time is over: their messages come again elsewhere, and
 * did nothing wrong (S3: a drain is an end). Their threads cannot be joined, so the process ends
 * here. */
_Noreturn static void leave_running(struct stage_run *run)
{
    RC_AUTO(rc_kv) struct rc_kv *kv = NULL;

    if (rc_kv_open(rc_process_options(run->process)->redis_url, 500, &kv) == RC_OK)
        crew_undo_running(&run->crew, kv);
    rc_log_warn("stage.abandoned", "%zu messages still ran at the end of the drain",
                crew_running(&run->crew, SIZE_MAX, 0));
    _exit(rc_process_exit_code(run->process));
}

/* Nothing is committed once something was fatal: what happened is not known well enough. */
static void end_work(struct stage_run *run, int64_t until_ms)
{
    const bool clean = flow_drain(&run->flow, until_ms);

    run->flow.no_commit = rc_process_exit_code(run->process) != RC_EXIT_OK;
    flow_settle(&run->flow);
    if (!clean) leave_running(run);
    flow_close(&run->flow);
}

static void end(struct stage_run *run)
{
    const int exit_code = rc_process_exit_code(run->process);
    const int64_t limit_ms = exit_code == RC_EXIT_OK
                                 ? rc_process_options(run->process)->drain_timeout_ms
                                 : FATAL_DRAIN_MS;
    struct deadline deadline;

    rc_process_stop(run->process);
    deadline_start(&deadline, run->process, limit_ms, exit_code);
    if (run->flow.consumer) end_work(run, rc_clock_mono_ms() + limit_ms * DRAIN_PERCENT / 100);
    while (run->tick_count > 0)
        ticks_free(run->ticks[--run->tick_count]);
    rc_relay_free(run->relay);
    if (run->crew.process) crew_end(&run->crew);
    rc_producer_free(run->producer);
    deadline_cancel(&deadline);
}

/* ---- between ---- */

static rc_status turn_until_stopped(struct stage_run *run)
{
    rc_log_info("stage.started", "%s takes messages", run->program);
    while (!rc_process_flag(rc_process_stopping(run->process)))
        RC_TRY(flow_turn(&run->flow));
    return RC_OK;
}

static void work(struct stage_run *run)
{
    rc_status status = start(run);

    if (status == RC_OK) status = turn_until_stopped(run);
    /* RC_RETRY: a drain began before everything was there. */
    if (status != RC_OK && status != RC_RETRY) program_failed(run->process, status);
    end(run);
}

static void stage_body(const void *self, struct rc_process *process, const char *program)
{
    struct stage_run *run = rc_malloc(sizeof *run);

    *run = (struct stage_run){.stage = self, .program = program, .process = process};
    run->names = rc_arena_new(0);
    work(run);
    rc_arena_free(run->names);
    free(run);
}

int rc_stage_main(const struct rc_stage *stage, int argc, char **argv)
{
    const struct program program = {stage->name, stage->tables, stage->config_size, stage_body,
                                    stage};

    return program_main(&program, argc, argv);
}
