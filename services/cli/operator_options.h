#ifndef CLI_OPERATOR_OPTIONS_H
#define CLI_OPERATOR_OPTIONS_H

#include "rollcall/format/option.h"
#include "rollcall/intake/intake.h"
#include "rollcall/worker/retention.h"

/* Options of other programs that this tool reads as they do: the notifier's mail server, for
 * `rollcall doctor`, and the scheduler's retention, for `rollcall purge`; and where an operator's
 * own vendor profiles are. */

struct operator_options {
    char *smtp_url; /* empty: not known here */
    char *smtp_user;
    char *smtp_password;
    char *smtp_ca_file;
    bool smtp_starttls;
    char *console_url;  /* empty: mails have no links */
    char *mail_links;   /* empty: links in mails lead nowhere, so addresses are taken as they are */
    char *profiles_dir; /* empty: only installed ones */
    struct rc_retention_options retention;
};

/* Offsets count from struct cli's options. The second is filled by operator_options_fill, once,
 * before either is read. */
extern const struct rc_option operator_option_table[];
extern struct rc_option operator_upload_table[RC_INTAKE_OPTION_COUNT + 1];
extern struct rc_option operator_retention_table[RC_RETENTION_COUNT + 1];
/* Before the first read of either table. */
void operator_options_fill(void);

#endif
