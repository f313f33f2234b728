#ifndef CLI_SOURCE_CHANGE_H
#define CLI_SOURCE_CHANGE_H

#include "cli.h"

/* The end of a source: removed, or replaced by another one of the district. What it carried stays;
 * who is carried by nobody else waits as "no longer shared" in the next plan (D3). Both say before
 * what would become of whom, and with --dry-run that alone. */

/* rollcall source remove */
RC_MUST_CHECK rc_status source_remove(struct cli *cli);
/* rollcall source replace */
RC_MUST_CHECK rc_status source_replace(struct cli *cli);

#endif
