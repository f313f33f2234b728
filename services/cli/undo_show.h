#ifndef CLI_UNDO_SHOW_H
#define CLI_UNDO_SHOW_H

#include "cli.h"

/* What an undo would do, shown before it is said: what it takes back, what it leaves since others
 * moved it later, whoever that was. */
struct undo_shown {
    const char *run, *act, *item; /* of which it is: run or act, one entry of the history or NULL */
    const char *hash;             /* of all of it */
    int64_t back, stays;
    const char *last, *leaves; /* as the table undo has them */
};

/* Fills in all but what it is of. CLI_NOTHING: nothing could be taken back; CLI_FAILED: --hash is
 * of another one. */
RC_MUST_CHECK rc_status undo_look(struct cli *cli, struct rc_db *tx, struct undo_shown *shown);
/* CLI_NOTHING where none of it is left to take back: no wish is written then. */
RC_MUST_CHECK rc_status undo_needed(struct cli *cli, const struct undo_shown *shown);
/* Shows it: counts and the first changes, ids and fields only; with --values what they hold. */
RC_MUST_CHECK rc_status undo_tell(struct cli *cli, struct rc_db *tx,
                                  const struct undo_shown *shown);

#define OPTION_DRY_RUN                                                                   \
    {                                                                                    \
        "dry-run", 0, NULL, NULL, 0, 0, 0, "Show what would be taken back, and why not." \
    }
#define OPTION_UNDO_HASH                                                                     \
    {                                                                                        \
        "hash", 0, "HASH", NULL, 0, 0, 0, "Only if it is what was shown (6 or more digits)." \
    }

#endif
