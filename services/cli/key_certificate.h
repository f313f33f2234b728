#ifndef CLI_KEY_CERTIFICATE_H
#define CLI_KEY_CERTIFICATE_H

#include "cli.h"

/* rollcall key destroy: shreds a district's keys and says in a certificate what cannot be read any
 * more, and what is left to age out. */
RC_MUST_CHECK rc_status key_destroy(struct cli *cli);

#endif
