#ifndef RC_PORT_SMTP_H
#define RC_PORT_SMTP_H

#include <stdbool.h>
#include <stdint.h>

#include "rollcall/base/auto.h"
#include "rollcall/format/mail.h"

/* Hands one mail to an SMTP server, through libcurl and its MIME builder (multipart/alternative,
 * text and HTML, quoted-printable). */

struct rc_smtp;

struct rc_smtp_config {
    const char *url;      /* smtp://host:port or smtps://host:port */
    const char *user;     /* NULL: no login */
    const char *password; /* NULL: no login */
    const char *ca_file;  /* NULL: the system's */
    bool starttls;        /* demand STARTTLS on smtp:// */
    int64_t timeout_ms;   /* 0: 60 s */
};

/* How the server took it: what the mail ledger stores (M1). */
enum rc_smtp_outcome {
    RC_SMTP_ACCEPTED,
    RC_SMTP_REFUSED,   /* 5xx: this address or mail will not be taken */
    RC_SMTP_TRY_LATER, /* 4xx, or never handed over: connection, TLS, login */
    RC_SMTP_UNKNOWN, /* broken after the data was sent and before the answer: it may have been taken
                      */
};

/* Does not connect yet. RC_FATAL: the url is no smtp:// or smtps://. */
RC_MUST_CHECK rc_status rc_smtp_open(const struct rc_smtp_config *config,
                                     struct rc_smtp **ret_smtp);
/* Ends its session; NULL is nothing. */
void rc_smtp_free(struct rc_smtp *smtp);
RC_AUTO_DEFINE(rc_smtp)

/* RC_OK: *ret_outcome says what became of it, *ret_code the last reply code (0: none);
 * rc_error_text() holds the server's words (cut) for outcomes other than accepted. RC_REJECT:
 * rc_mail_check refused it, nothing was sent. */
RC_MUST_CHECK rc_status rc_smtp_send(struct rc_smtp *smtp, const struct rc_mail *mail,
                                     enum rc_smtp_outcome *ret_outcome, int *ret_code);

/* Connects, demands TLS and signs in as rc_smtp_send would, and hands nothing over. RC_RETRY: the
 * text says what the server or the network said. */
RC_MUST_CHECK rc_status rc_smtp_check(struct rc_smtp *smtp);

#endif
