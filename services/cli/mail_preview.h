#ifndef CLI_MAIL_PREVIEW_H
#define CLI_MAIL_PREVIEW_H

#include "cli.h"

extern const struct cli_option mail_preview_options[];

RC_MUST_CHECK rc_status mail_preview(struct cli *cli);

#endif
