#ifndef CLI_SOURCE_CSV_H
#define CLI_SOURCE_CSV_H

#include "cli.h"

/* Sources whose roster comes as CSV zips: nobody is asked, so they have neither address nor
 * credentials. */

/* Does the command line of `source add` speak of one? */
bool source_is_csv(const struct cli *cli);
/* `source add` of one. */
RC_MUST_CHECK rc_status source_add_csv(struct cli *cli);
/* What `source set` may not say of one; RC_OK for any other. In the transaction in hand. */
RC_MUST_CHECK rc_status source_csv_check_set(struct cli *cli, struct rc_db *tx, const char *source);
/* `source add` of any other: what it cannot do without. */
RC_MUST_CHECK rc_status source_check_given(struct cli *cli);

#endif
