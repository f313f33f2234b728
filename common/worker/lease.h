#ifndef RC_WORKER_LEASE_H
#define RC_WORKER_LEASE_H

#include <stdint.h>

#include "rollcall/port/db.h"

/* A leader's lease: a row of leader_lease, taken and renewed by compare-and-set in PostgreSQL's
 * time. */

/* Takes the lease, or renews it, for ms. RC_NOT_FOUND: somebody else holds it. Another holder
 * raises the token. spare_ms: with so much of the lease left a holder is late to renew, and without
 * a connection (by application_name) it counts as gone. */
RC_MUST_CHECK rc_status lease_take(struct rc_db *db, const char *name, const char *holder,
                                   int64_t ms, int64_t spare_ms);
/* Gives it back where holder still has it. */
RC_MUST_CHECK rc_status lease_release(struct rc_db *db, const char *name, const char *holder);

#endif
