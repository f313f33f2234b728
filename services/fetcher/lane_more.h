#ifndef FETCHER_LANE_MORE_H
#define FETCHER_LANE_MORE_H

#include "lane.h"

/* What a task must know of its source beside the lane's row: what its host bears, how long it is
 * not to be asked at all, and the credentials that are just being replaced. */

/* In the transaction of the take; lane has its request and its source's id. */
RC_MUST_CHECK rc_status lane_more_read(struct rc_stage_env *env, struct rc_db *tx,
                                       struct lane *lane);

#endif
