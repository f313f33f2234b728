#ifndef CLI_PLAN_DECIDE_H
#define CLI_PLAN_DECIDE_H

#include "cli.h"

/* The commands that change a plan: approve, decline, discard, undo. */
RC_MUST_CHECK rc_status plan_approve(struct cli *cli);
/* What is declined stays away until its source value changes (P7). */
RC_MUST_CHECK rc_status plan_decline(struct cli *cli);
/* Nothing of the plan goes; what it held is held again by the next (P5). */
RC_MUST_CHECK rc_status plan_discard(struct cli *cli);
RC_MUST_CHECK rc_status plan_undo(struct cli *cli);

#endif
