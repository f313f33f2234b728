#ifndef CLI_RUN_WAIT_H
#define CLI_RUN_WAIT_H

#include "run_find.h"

/* Waits until the run has ended or waits for a person, and answers with its state. The exit code:
 * Completed (of any kind) and On hold are CLI_DONE, anything else CLI_FAILED. */
RC_MUST_CHECK rc_status run_wait(struct cli *cli, const struct run_ref *run);

#endif
