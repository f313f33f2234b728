#ifndef CLI_PURGE_H
#define CLI_PURGE_H

#include "cli.h"

/* rollcall district purge: removes all rows of a district; its certificate stays. */
RC_MUST_CHECK rc_status purge_district(struct cli *cli);

#endif
