#ifndef CLI_ACT_H
#define CLI_ACT_H

#include "undo_show.h"

/* Acts by hand: made as a preview, decided about by their hash. */

struct act_ref {
    const char *act, *kind, *state, *hash;
    int64_t items;
};

/* An empty act of the kind, of the transaction's district; --reason is its reason. */
RC_MUST_CHECK rc_status act_begin(struct cli *cli, struct rc_db *tx, const char *kind,
                                  struct act_ref *ret_act);
/* Its items are in: hash and audit. CLI_NOTHING: it has none, said as nothing says. */
RC_MUST_CHECK rc_status act_seal(struct cli *cli, struct rc_db *tx, struct act_ref *act,
                                 const char *nothing);
/* Counts and the first items, under out_open; ids and names of fields, values only with --values.
 */
RC_MUST_CHECK rc_status act_tell(struct cli *cli, struct rc_db *tx, const struct act_ref *act);
/* Tells of an act just made, and how to approve it; ends the transaction. */
RC_MUST_CHECK rc_status act_present(struct cli *cli, struct rc_db *tx, const struct act_ref *act);
/* Takes back of an act what was shown; or, shown NULL, of a merge one pair, by the node of the
 * account that went. act->items says how many changes that are. Asks, and waits with --wait. */
RC_MUST_CHECK rc_status act_take_back(struct cli *cli, const struct act_ref *act,
                                      const struct undo_shown *shown, const char *pair);
/* Approves the act that was looked at, by its hash, in the transaction in hand, and says so. */
RC_MUST_CHECK rc_status act_approve(struct cli *cli, struct rc_db *tx, const struct act_ref *act);
/* Waits until it is carried out and says what came of it. */
RC_MUST_CHECK rc_status act_wait(struct cli *cli, const char *district, const char *act);

/* The commands that make one: act_new.c. */
RC_MUST_CHECK rc_status act_archive(struct cli *cli);
RC_MUST_CHECK rc_status act_restore(struct cli *cli);
RC_MUST_CHECK rc_status act_remove_guardians(struct cli *cli);
RC_MUST_CHECK rc_status act_edit(struct cli *cli);

#endif
