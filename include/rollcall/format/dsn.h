#ifndef RC_FORMAT_DSN_H
#define RC_FORMAT_DSN_H

#include "rollcall/base/error.h"
#include "rollcall/base/str.h"

/* Reports of mail servers about mails that they could not deliver (RFC 3464), as they come back to
 * the sender: what became of the mail, in a server's code. Views into the report; what is written
 * for people in it is not looked at. */

struct rc_dsn {
    struct rc_str to; /* address that the report was sent to, of Delivered-To, X-Original-To or
                         To; may be empty */
    struct rc_str
        action; /* of the first recipient: failed, delayed, delivered, relayed, expanded */
    struct rc_str status; /* RFC 3463: "5.1.1" */
};

/* A whole mail, any line ends. RC_REJECT: it is no such report, as an answer by a holiday notice is
 * none. */
RC_MUST_CHECK rc_status rc_dsn_parse(struct rc_str mail, struct rc_dsn *ret_dsn);

#endif
