#ifndef CLI_ZONE_H
#define CLI_ZONE_H

#include "cli.h"

/* Does PostgreSQL, whose dates count, know the time zone? CLI_USAGE with what was perhaps meant. */
RC_MUST_CHECK rc_status zone_check(struct cli *cli, struct rc_db *tx, const char *zone);

#endif
