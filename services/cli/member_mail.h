#ifndef CLI_MEMBER_MAIL_H
#define CLI_MEMBER_MAIL_H

#include "cli.h"

/* Commands about whether a member's address may be mailed. */

/* --district and --email: whom it is about. */
extern const struct cli_option member_address_options[];

/* The same, and --vouch. */
extern const struct cli_option member_verify_options[];

/* Are addresses confirmed here? Only where links in mails lead somewhere. */
bool member_is_asked(const struct cli *cli);
/* Has the notifier ask a member's address for a word, with the transaction in hand. */
RC_MUST_CHECK rc_status member_ask(struct rc_db *tx, const char *member);

RC_MUST_CHECK rc_status member_verify(struct cli *cli);
RC_MUST_CHECK rc_status member_resume(struct cli *cli);

#endif
