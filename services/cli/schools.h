#ifndef CLI_SCHOOLS_H
#define CLI_SCHOOLS_H

#include "cli.h"

/* The SIS id of a school that was named by its id or its name, among those that the sources sent so
 * far. CLI_NOTHING: there is none, with the names that there are. */
RC_MUST_CHECK rc_status school_find(struct cli *cli, struct rc_db *tx, const char *named,
                                    const char **ret_school);
/* Says on stderr which of a list's schools (JSON) no source has sent. */
RC_MUST_CHECK rc_status schools_warn(struct cli *cli, struct rc_db *tx, struct rc_str list);

#endif
