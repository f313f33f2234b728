#ifndef NOTIFIER_ATTACH_H
#define NOTIFIER_ATTACH_H

#include "rollcall/letter/letter.h"

/* Attaches changes and findings of the digest's district as CSV to the mail just planned, where the
 * district allows pupil data in mail; in the transaction in hand, which is in that district. */
RC_MUST_CHECK rc_status attach_digest(struct rc_db *tx, const struct rc_digest *digest,
                                      const char *mail);

#endif
