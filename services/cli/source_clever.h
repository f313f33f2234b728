#ifndef CLI_SOURCE_CLEVER_H
#define CLI_SOURCE_CLEVER_H

#include "cli.h"

/* Sources whose roster Clever holds: a district at Clever, and either our application's id and
 * secret, by which the district's token is found on Clever's list, or that token itself. */

/* Does the command line of `source add` speak of one? */
bool source_is_clever(const struct cli *cli);
/* `source add` of one; secret as it was read. */
RC_MUST_CHECK rc_status source_add_clever(struct cli *cli, const char *secret);
/* `source add` of one: what it cannot do without, and what it has not. */
RC_MUST_CHECK rc_status source_clever_check(struct cli *cli);
/* What `source set` may not say of one; RC_OK for any other. In the transaction in hand. */
RC_MUST_CHECK rc_status source_clever_check_set(struct cli *cli, struct rc_db *tx,
                                                const char *source);

#endif
