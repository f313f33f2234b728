/* The loop of every --wait. Connections that break while it waits are made again: a restart of
 * PostgreSQL is no reason to lose sight of a run. */
#include "wait.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "rollcall/base/clock.h"

enum { LOOK_MS = 500, LINE_MS = 5000, TIMEOUT_MS = 600000, FAILURES_MAX = 60 };

static volatile sig_atomic_t interrupted;

static void note_interruption(int number)
{
    (void)number;
    interrupted = 1;
}

struct progress {
    bool terminal;
    int64_t said_at;
    size_t shown; /* bytes of the line that stands there */
};

static void show(struct cli *cli, struct progress *progress, const struct rc_buf *line)
{
    const int64_t now = rc_clock_mono_ms();

    if (cli->out.quiet || line->len == 0) return;
    if (progress->terminal) {
        const int pad = progress->shown > line->len ? (int)(progress->shown - line->len) : 0;
        fprintf(stderr, "\r%s%*s", line->data, pad, "");
        fflush(stderr);
        progress->shown = line->len;
        return;
    }
    if (progress->said_at != 0 && now - progress->said_at < LINE_MS) return;
    progress->said_at = now;
    fprintf(stderr, "%s\n", line->data);
}

static void end_line(const struct progress *progress)
{
    if (progress->shown > 0) fputc('\n', stderr);
}

static rc_status give_up(struct cli *cli, const struct wait *wait)
{
    if (interrupted)
        return cli_refuse(cli, CLI_INTERRUPTED, wait->stop, "interrupted; %s goes on", wait->what);
    return cli_refuse(cli, CLI_TIMEOUT, wait->stop, "%s goes on; the time to wait for it is over",
                      wait->what);
}

static rc_status look_on(struct cli *cli, const struct wait *wait, int64_t until)
{
    RC_AUTO_BUF struct rc_buf line = {0};
    struct progress progress = {.terminal = isatty(STDERR_FILENO) != 0};
    unsigned failures = 0;
    bool done = false;

    while (!interrupted) {
        rc_buf_clear(&line);
        const rc_status status = wait->look(cli, wait->self, &line, &done);
        failures = status == RC_RETRY ? failures + 1 : 0;
        if (status != RC_OK && (status != RC_RETRY || failures > FAILURES_MAX)) return status;
        if (status == RC_OK) show(cli, &progress, &line);
        if (done || rc_clock_mono_ms() >= until) break;
        rc_clock_sleep_ms(LOOK_MS);
    }
    end_line(&progress);
    return done ? RC_OK : give_up(cli, wait);
}

rc_status wait_until_done(struct cli *cli, const struct wait *wait)
{
    struct sigaction noting;
    struct sigaction before;
    const int64_t timeout_ms = args_number(&cli->args, "timeout", TIMEOUT_MS);

    memset(&noting, 0, sizeof noting);
    noting.sa_handler = note_interruption;
    sigemptyset(&noting.sa_mask);
    sigaction(SIGINT, &noting, &before);
    const rc_status status = look_on(cli, wait, rc_clock_mono_ms() + timeout_ms);
    sigaction(SIGINT, &before, NULL);
    return status;
}
