#ifndef RC_FORMAT_MAIL_H
#define RC_FORMAT_MAIL_H

#include "rollcall/base/buf.h"
#include "rollcall/base/str.h"

/* The parts of a mail that libcurl's MIME builder leaves to us: header values that are safe (no CR
 * or LF) and encoded (RFC 2047), text with CRLF line ends, addresses in a form that SMTP takes. */

/* A file that comes with a mail. */
struct rc_mail_attachment {
    struct rc_str name;    /* "changes.csv" */
    struct rc_str content; /* UTF-8 text of the type text/csv */
};

struct rc_mail {
    struct rc_str from;       /* address, or "Name <address>" */
    struct rc_str to;         /* one address */
    struct rc_str subject;    /* UTF-8 */
    struct rc_str message_id; /* "<…@…>" */
    struct rc_str date;       /* RFC 5322 */
    struct rc_str
        unsubscribe;         /* List-Unsubscribe URL, where a POST is enough (RFC 8058); or empty */
    struct rc_str refers_to; /* Message-ID of the mail that this one follows; may be empty */
    struct rc_str return_path; /* address that bounces go to; empty: from's */
    struct rc_str text;        /* UTF-8, any line ends */
    struct rc_str html;
    const struct rc_mail_attachment *attachments;
    size_t attachment_count;
};

/* RC_REJECT names the header that holds CR, LF, NUL or bad UTF-8, or the address that is none. */
RC_MUST_CHECK rc_status rc_mail_check(const struct rc_mail *mail);
/* "Name: value", the value as RFC 2047 encoded words where it is not ASCII, folded at 76. */
void rc_mail_header(struct rc_buf *out, const char *name, struct rc_str value);
/* Every line end as CRLF. */
void rc_mail_crlf(struct rc_buf *out, struct rc_str text);
/* Is it an address that SMTP takes, local@domain in ASCII, without quotes or a name? */
bool rc_mail_is_address(struct rc_str text);
/* The bare address of "Name <address>" or "address". */
struct rc_str rc_mail_address(struct rc_str text);
/* RFC 5322 date of milliseconds since 1970, in UTC; out holds at least 40 bytes. */
void rc_mail_date(int64_t unix_ms, char out[40]);

#endif
