#ifndef RC_LETTER_ALERT_H
#define RC_LETTER_ALERT_H

#include <stdbool.h>

#include "rollcall/base/str.h"

/* What is particular about the mail of a kind of alert: one table, a row for each kind. */

enum rc_alert_mood { RC_ALERT_TROUBLE, RC_ALERT_WAITS, RC_ALERT_NEWS };

struct rc_alert_kind {
    const char *kind;  /* as in the alert's row; ending with a dot: all that begin so */
    const char *roles; /* PostgreSQL's text of an array: who is mailed; "{}": nobody by role */
    enum rc_alert_mood mood;
    bool optional;     /* not for those who stopped the mails */
    const char *head;  /* above the message */
    const char *note;  /* below it: what holds meanwhile; NULL: nothing */
    const char *look;  /* a command to look at it, without --district; NULL: none */
    const char *mend;  /* a command to go on; NULL: none */
    const char *mends; /* what that does: "To decide" */
};

/* Never NULL: a kind that the table does not know is told as trouble. */
const struct rc_alert_kind *rc_alert_kind_of(struct rc_str kind);

#endif
