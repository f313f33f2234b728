#ifndef CLI_UNDO_WAIT_H
#define CLI_UNDO_WAIT_H

#include "cli.h"

/* A wish to undo that was written down: of a run or of an act. */
struct undo_wish {
    const char *district, *undo;
    int64_t count; /* changes that are to be taken back */
    int64_t undone, left_alone;
};

/* Waits until the reconciler has carried it out and says what came of it; CLI_PARTLY where some
 * changes were left alone. */
RC_MUST_CHECK rc_status undo_wait(struct cli *cli, struct undo_wish *wish);

#endif
