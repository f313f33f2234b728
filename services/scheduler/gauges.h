#ifndef SCHEDULER_GAUGES_H
#define SCHEDULER_GAUGES_H

#include "scheduler.h"

/* What the database and Kafka's groups say about the whole system, told as metrics. Every scheduler
 * tells the same, so that none goes on telling what was true when it last led. */

/* What PostgreSQL knows; told as a whole or not at all. */
RC_MUST_CHECK rc_status gauges_tell(struct scheduler *self, struct rc_stage_env *env);
/* How far each group is behind. */
RC_MUST_CHECK rc_status gauges_lag(struct rc_stage_env *env);

#endif
