/* A program whose work is by the clock alone: the scheduler. */
#include "rollcall/worker/ticker.h"

#include "rollcall/base/log.h"
#include "rollcall/worker/relay.h"

#include "deadline.h"
#include "env.h"
#include "program.h"
#include "ticks.h"

enum { WAIT_MS = 60000 };

/* The threads of a program: one for its ticks, and its crew. */
struct threads {
    struct ticks *all[1 + RC_CREW_MAX];
    size_t count;
};

static int64_t crew_size(const struct rc_ticker *ticker, const struct rc_process *process)
{
    return ticks_crew_size(ticker->crew, ticker->crew_at, process);
}

static rc_status start_one(const struct ticks_spec *spec, struct rc_process *process,
                           struct rc_producer *producer, struct threads *threads)
{
    RC_TRY(ticks_start(spec, process, producer, &threads->all[threads->count]));
    threads->count++;
    return RC_OK;
}

static rc_status start(const struct rc_ticker *ticker, struct rc_process *process,
                       const char *program, struct rc_producer *producer, struct threads *threads)
{
    struct ticks_spec spec = {.program = program,
                              .table = ticker->ticks,
                              .state_size = ticker->state_size,
                              .open = ticker->open,
                              .close = ticker->close,
                              .beats = true,
                              .database_only = ticker->database_only};
    const int64_t crew = crew_size(ticker, process);

    RC_TRY(start_one(&spec, process, producer, threads));
    spec.table = ticker->crew;
    spec.beats = false; /* one hand that is kept waiting by what it asks says nothing of the rest */
    for (spec.number = 1; spec.number <= crew; spec.number++)
        RC_TRY(start_one(&spec, process, producer, threads));
    return RC_OK;
}

static void join(struct threads *threads)
{
    while (threads->count > 0)
        ticks_free(threads->all[--threads->count]);
}

/* Until a signal or a fatal tick; then waits for the ticks in hand. */
static void wait_for_end(struct rc_process *process, struct threads *threads)
{
    struct deadline deadline;

    while (!rc_process_wait(process, WAIT_MS))
        continue;
    deadline_start(&deadline, process, rc_process_options(process)->drain_timeout_ms,
                   rc_process_exit_code(process));
    join(threads);
    deadline_cancel(&deadline);
}

static rc_status run_threads(const struct rc_ticker *ticker, struct rc_process *process,
                             const char *program, struct rc_producer *producer)
{
    struct threads threads = {.count = 0};
    const rc_status status = start(ticker, process, program, producer, &threads);

    if (status != RC_OK) rc_process_stop(process);
    wait_for_end(process, &threads);
    return status;
}

static rc_status run(const struct rc_ticker *ticker, struct rc_process *process,
                     const char *program)
{
    const struct rc_common_options *common = rc_process_options(process);
    const struct rc_bus_config config = env_bus_config(process);
    const bool relays = ticker->relays && common->relay;
    RC_AUTO(rc_producer) struct rc_producer *producer = NULL;
    RC_AUTO(rc_relay) struct rc_relay *relay = NULL;

    RC_TRY(env_budget(process, 1 + relays + crew_size(ticker, process)));
    if (!ticker->database_only) RC_TRY(rc_producer_open(&config, &producer));
    if (relays) RC_TRY(rc_relay_start(process, common, producer, &relay));
    return run_threads(ticker, process, program, producer);
}

static void ticker_body(const void *self, struct rc_process *process, const char *program)
{
    const rc_status status = run(self, process, program);

    if (status != RC_OK) program_failed(process, status);
}

int rc_ticker_main(const struct rc_ticker *ticker, int argc, char **argv)
{
    const struct program program = {ticker->name, ticker->tables, ticker->config_size, ticker_body,
                                    ticker};

    return program_main(&program, argc, argv);
}
