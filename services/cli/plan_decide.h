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

/* Names the items that a command is about, as an array of their numbers for statements, in the
 * transaction in hand; plan is the open one. */
typedef rc_status plan_choose_fn(struct cli *cli, struct rc_db *tx, const char *plan,
                                 const char **ret_items);
/* Approves those that choose names, of the open plan of --district. */
RC_MUST_CHECK rc_status plan_approve_chosen(struct cli *cli, plan_choose_fn *choose);
/* The same, declined. */
RC_MUST_CHECK rc_status plan_decline_chosen(struct cli *cli, plan_choose_fn *choose);

#endif
