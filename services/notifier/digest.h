#ifndef NOTIFIER_DIGEST_H
#define NOTIFIER_DIGEST_H

#include "notifier.h"

/* Plans the digests that are due, and finds out when those are whose choices were changed. */
RC_MUST_CHECK rc_status notifier_digest(void *self, struct rc_stage_env *env);

#endif
