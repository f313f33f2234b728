#ifndef SCHEDULER_RETENTION_H
#define SCHEDULER_RETENTION_H

#include "scheduler.h"

/* Goes on with the round over all districts where it stopped, for a few seconds; removes what is
 * over in small transactions. */
RC_MUST_CHECK rc_status retention_round(struct scheduler *self, struct rc_stage_env *env);

#endif
