#ifndef RC_PORT_SMTP_WATCH_H
#define RC_PORT_SMTP_WATCH_H

#include "rollcall/port/smtp.h"

/* How far an SMTP dialogue came, from its commands and replies. Pure; apart from the client so that
 * a test can play any dialogue. */

enum rc_smtp_step {
    RC_SMTP_STEP_GREETING, /* until MAIL FROM: connection, TLS, login */
    RC_SMTP_STEP_SENDER,
    RC_SMTP_STEP_RECIPIENT,
    RC_SMTP_STEP_DATA,    /* DATA was said, 354 not yet heard */
    RC_SMTP_STEP_CONTENT, /* 354 heard: the mail itself is under way */
    RC_SMTP_STEP_END,     /* the mail was answered */
    RC_SMTP_STEP_COUNT_,
};

struct rc_smtp_watch {
    enum rc_smtp_step step;
    bool over;       /* we said goodbye: what comes now is not about the mail */
    int code;        /* of the last reply; 0: none */
    char words[160]; /* the last reply's text, addresses masked */
};

/* One command line as it was sent. */
void rc_smtp_watch_command(struct rc_smtp_watch *watch, struct rc_str line);
/* One reply line as it came; lines of a reply that goes on ("250-") count with their last. */
void rc_smtp_watch_reply(struct rc_smtp_watch *watch, struct rc_str line);
/* What became of the mail; succeeded: the client saw no error. */
enum rc_smtp_outcome rc_smtp_judge(const struct rc_smtp_watch *watch, bool succeeded);

#endif
