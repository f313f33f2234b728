#ifndef CLI_SETTINGS_PREVIEW_H
#define CLI_SETTINGS_PREVIEW_H

#include "settings_change.h"

/* The command `settings preview`. */
RC_MUST_CHECK rc_status settings_preview(struct cli *cli);
/* Before settings are saved by somebody on a terminal: shows what the next sync would do
 * differently, as far as that is known, and asks. With --yes, and where nobody is there: nothing.
 */
RC_MUST_CHECK rc_status preview_ask(struct cli *cli, const struct setting_change *changes,
                                    size_t count);

#endif
