#ifndef CLI_WAIT_H
#define CLI_WAIT_H

#include "cli.h"

#include <stdbool.h>

/* Waiting for what the workers do: looks again and again, shows progress on stderr (one line that
 * is written over on a terminal, a line every few seconds otherwise), ends at --timeout with
 * CLI_TIMEOUT and at an interruption with CLI_INTERRUPTED. Either leaves the work going on. */

struct wait {
    const char *what; /* "run 0190…", for the failure's text */
    const char *stop; /* how the work itself is stopped; NULL: it cannot be */
    /* Looks once. *ret_done true: the wait is over. Appends what is to be shown. */
    rc_status (*look)(struct cli *cli, void *self, struct rc_buf *line, bool *ret_done);
    void *self;
};

/* Looks until done, or --timeout or an interrupt, which set the exit code. */
RC_MUST_CHECK rc_status wait_until_done(struct cli *cli, const struct wait *wait);

#define OPTION_WAIT                                                              \
    {                                                                            \
        "wait", "w", NULL, NULL, 0, 0, 0, "Wait for the end, with its progress." \
    }
#define OPTION_TIMEOUT                                                                   \
    {                                                                                    \
        "timeout", 0, "TIME", NULL, OPTION_DURATION, 0, 0, "Wait at most so long (10m)." \
    }

#endif
