#ifndef CLI_RUN_FIND_H
#define CLI_RUN_FIND_H

#include "cli.h"

/* A run and its district, in the arena. */
struct run_ref {
    const char *run, *district, *slug;
};

/* The run that the first argument names, or with --latest, or without either but with --district,
 * the newest, a sync of one person aside. CLI_NOTHING: there is none. */
RC_MUST_CHECK rc_status run_find(struct cli *cli, const char *named, struct run_ref *ret_run);

#endif
