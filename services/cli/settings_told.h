#ifndef CLI_SETTINGS_TOLD_H
#define CLI_SETTINGS_TOLD_H

#include "cli.h"

/* What is told about settings beside their values. */

/* `settings history`: who changed what, and when. */
RC_MUST_CHECK rc_status settings_history(struct cli *cli);
/* `settings roles`: the sources' words for roles, with counts, and what each becomes. */
RC_MUST_CHECK rc_status settings_roles(struct cli *cli);

#endif
