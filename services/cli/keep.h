#ifndef CLI_KEEP_H
#define CLI_KEEP_H

#include "cli.h"

/* What pins and exclusions have in common: a reason, an end, a trace. */

/* --until, a date after today in the district's zone; NULL: none was given. */
RC_MUST_CHECK rc_status keep_until(struct cli *cli, struct rc_db *tx, const char **ret_until);
/* Into the audit trail: node, field (NULL: none) and the end; the reason stands in the row. */
RC_MUST_CHECK rc_status keep_audit(struct cli *cli, struct rc_db *tx, const char *act,
                                   const char *node, const char *field, const char *until);

#define OPTION_REASON                                                                       \
    {                                                                                       \
        "reason", 0, "TEXT", NULL, OPTION_REQUIRED, 0, 0, "Why; shown wherever it matters." \
    }
#define OPTION_UNTIL                                                           \
    {                                                                          \
        "until", 0, "DATE", NULL, 0, 0, 0, "The first day without it (never)." \
    }

#endif
