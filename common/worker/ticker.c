/* A program whose work is by the clock alone: the scheduler. */
#include "rollcall/worker/ticker.h"

#include "rollcall/base/log.h"
#include "rollcall/worker/relay.h"

#include "deadline.h"
#include "env.h"
#include "program.h"
#include "ticks.h"

enum { WAIT_MS = 60000 };

/* Until a signal or a fatal tick; then waits for the tick in hand. */
static void wait_for_end(struct rc_process *process, struct ticks *ticks)
{
    struct deadline deadline;

    while (!rc_process_wait(process, WAIT_MS))
        continue;
    deadline_start(&deadline, process, rc_process_options(process)->drain_timeout_ms,
                   rc_process_exit_code(process));
    ticks_free(ticks);
    deadline_cancel(&deadline);
}

static rc_status run(const struct rc_ticker *ticker, struct rc_process *process,
                     const char *program)
{
    const struct rc_common_options *common = rc_process_options(process);
    const struct rc_bus_config config = env_bus_config(process);
    const struct ticks_spec spec = {program,      ticker->ticks, ticker->state_size,
                                    ticker->open, ticker->close, true};
    RC_AUTO(rc_producer) struct rc_producer *producer = NULL;
    RC_AUTO(rc_relay) struct rc_relay *relay = NULL;
    struct ticks *ticks = NULL;

    RC_TRY(env_budget(process, 1 + (ticker->relays && common->relay)));
    RC_TRY(rc_producer_open(&config, &producer));
    if (ticker->relays && common->relay) RC_TRY(rc_relay_start(process, common, producer, &relay));
    RC_TRY(ticks_start(&spec, process, producer, &ticks));
    wait_for_end(process, ticks);
    return RC_OK;
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
