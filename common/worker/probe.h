#ifndef RC_WORKER_PROBE_H
#define RC_WORKER_PROBE_H

#include "rollcall/worker/process.h"

/* Asks /healthz of the process that runs with these options. RC_EXIT_OK: it is alive;
 * RC_EXIT_FAILED: it is not, or did not answer; RC_EXIT_CONFIG: it has no admin port. Says why on
 * stderr. */
int probe_health(const struct rc_common_options *options);

#endif
