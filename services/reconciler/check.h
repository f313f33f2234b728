#ifndef RECONCILER_CHECK_H
#define RECONCILER_CHECK_H

#include "reconciler.h"

/* What check and verify share. */

/* How many records did not come that the mirror has as present in sealed whole collections; they
 * stand in w_missing then. Of a delta none. The work tables are filled before. */
RC_MUST_CHECK rc_status check_count_missing(struct rc_db *tx, const struct run_ref *run,
                                            int64_t *ret_missing);

#endif
