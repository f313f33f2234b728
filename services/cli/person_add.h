#ifndef CLI_PERSON_ADD_H
#define CLI_PERSON_ADD_H

#include "cli.h"

/* People whom a person adds by hand, and the list of them. */
RC_MUST_CHECK rc_status person_add(struct cli *cli);
RC_MUST_CHECK rc_status person_added(struct cli *cli);

extern const struct cli_option person_add_options[];

#endif
