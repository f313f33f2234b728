#ifndef CLI_PURGE_H
#define CLI_PURGE_H

#include "cli.h"

/* rollcall district purge: destroys a district's keys, so that what lies on topics and in backups
 * is shredded too, then removes all its rows; the certificates of both stay. */
RC_MUST_CHECK rc_status purge_district(struct cli *cli);

#endif
