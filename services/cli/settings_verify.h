#ifndef CLI_SETTINGS_VERIFY_H
#define CLI_SETTINGS_VERIFY_H

#include "cli.h"

/* That somebody has looked at a role's sync and found it right. */

/* `settings verify`: says so, takes it back, or shows what was said. */
RC_MUST_CHECK rc_status settings_verify(struct cli *cli);

/* Changes that are about to be made, by the settings' names and JSON values (NULL: taken back). */
struct verify_change {
    const char *name, *value;
};
/* Asks once more where they would have people of a role that nobody has verified written or
 * archived. In a transaction of its own. */
RC_MUST_CHECK rc_status verify_ask(struct cli *cli, const struct verify_change *changes,
                                   size_t count);

#endif
