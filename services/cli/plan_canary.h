#ifndef CLI_PLAN_CANARY_H
#define CLI_PLAN_CANARY_H

#include "plan_find.h"

/* Where a canary school is set, its approved items go first; the rest follows when somebody has
 * compared and says --rest. */

struct plan_canary {
    const char *schools; /* SIS ids, as an array; NULL: no school goes first */
    int64_t waiting;     /* items of it that are still to be carried out */
    int64_t applied;     /* by the plan's run */
};

/* In the transaction in hand. */
RC_MUST_CHECK rc_status plan_canary_find(struct cli *cli, struct rc_db *tx, const char *plan,
                                         struct plan_canary *ret_canary);
/* What an approval may reach now: narrows the selection to the canary school while items of it
 * wait (*ret_first), and refuses what is not its turn. */
RC_MUST_CHECK rc_status plan_canary_turn(struct cli *cli, const struct plan_canary *canary,
                                         struct plan_selection *selection, bool *ret_first);
/* The part "canary" of an answer that is open; nothing without a canary school. */
RC_MUST_CHECK rc_status plan_canary_show(struct cli *cli, struct rc_db *tx, const char *plan);
/* The option with which the rest is approved, or --all. */
const char *plan_canary_option(const struct plan_canary *canary);

#endif
