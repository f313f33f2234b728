#ifndef CLI_MAIL_BOUNCE_H
#define CLI_MAIL_BOUNCE_H

#include "cli.h"

/* `rollcall mail bounce`: reports about mails that came back. */

extern const struct cli_option bounce_options[];

RC_MUST_CHECK rc_status mail_bounce(struct cli *cli);

#endif
