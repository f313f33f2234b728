#ifndef CLI_MEMBER_MAIL_H
#define CLI_MEMBER_MAIL_H

#include "cli.h"

/* Commands about whether a member's address may be mailed. */

/* --district and --email: whom it is about. */
extern const struct cli_option member_address_options[];

RC_MUST_CHECK rc_status member_resume(struct cli *cli);

#endif
