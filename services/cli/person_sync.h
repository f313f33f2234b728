#ifndef CLI_PERSON_SYNC_H
#define CLI_PERSON_SYNC_H

#include "cli.h"

/* The command `person sync`. */
RC_MUST_CHECK rc_status person_sync(struct cli *cli);

#endif
