#ifndef NOTIFIER_H
#define NOTIFIER_H

#include "rollcall/letter/letter.h"
#include "rollcall/port/smtp.h"
#include "rollcall/worker/stage.h"

/* What the notifier's files share. Messages make mail rows (tell.c), the clock makes mails of them
 * (send.c): between the two stands the ledger, so that a mail is one however often a message comes
 * and wherever the program ends (M1). */

struct notifier_options {
    struct rc_common_options common; /* first: the skeleton reads it there */
    char *smtp_url, *smtp_user, *smtp_password, *smtp_ca_file;
    bool smtp_starttls;
    int64_t smtp_timeout_ms;
    char *from, *domain, *console_url, *bounce_address;
    char *operators;             /* addresses, parted by commas */
    char *links, *links_address; /* where links in mails lead, and where they are listened for */
    int64_t links_port;          /* 0: nowhere */
    int64_t attachments_max;     /* bytes of all CSV files of a mail */
    int64_t send_every_ms;
    int64_t parallel;                    /* threads that write digests and send */
    int64_t retry_base_ms, retry_cap_ms; /* between tries of a mail that was not taken */
    int64_t try_for_ms;     /* a mail is tried so long at least, though its day has ended */
    int64_t found_after_ms; /* handed over so long ago, nobody is at it any more */
};

struct notifier {
    const struct notifier_options *options;
    struct rc_smtp *smtp;
    struct links *links; /* of the clock's state alone; NULL: not open */
};

/* ---- intakes: mail rows for a district's owners, in one transaction ---- */

/* run.finished: the result, or what waits. Of a test nobody is told. */
RC_MUST_CHECK rc_status notifier_run_finished(void *self, struct rc_stage_env *env,
                                              const struct rc_message *in);
/* alert.raised: the alert that it names. */
RC_MUST_CHECK rc_status notifier_alert_raised(void *self, struct rc_stage_env *env,
                                              const struct rc_message *in);

/* One mail for each of its readers, unless it was planned before. */
struct notice {
    const char *traceparent; /* of the message that brought it; never NULL when told */
    enum rc_letter_kind kind;
    const char *district;
    const char *run;    /* uuid or NULL */
    const char *about;  /* what makes it one */
    const char *when;   /* NULL: now; whose local day it belongs to */
    bool held;          /* tells of something that waits */
    bool optional;      /* not for those who stopped the mails */
    const char *roles;  /* of an alert: who is told, as PostgreSQL's text of an array; else NULL */
    const char *only;   /* uuid of the one member who is told; NULL: by roles */
    const char *thread; /* the conversation that its mails belong to */
    const struct rc_json *alert;
};
/* A mail row for each owner, in one transaction of its own. */
RC_MUST_CHECK rc_status notifier_tell(struct notifier *self, struct rc_stage_env *env,
                                      const struct notice *notice);

/* ---- the clock ---- */

/* Sends what is due, after deciding about what a crash left handed over. */
RC_MUST_CHECK rc_status notifier_send(void *self, struct rc_stage_env *env);

/* The address that a mail with that return token comes back to, in arena; empty: to its sender. */
struct rc_str send_return_path(const struct notifier_options *options, struct rc_str token,
                               struct rc_arena *arena);

/* Listens for the links in mails, from its first tick on, where a port is set. */
RC_MUST_CHECK rc_status notifier_links(void *self, struct rc_stage_env *env);

/* What becomes of a mail after a try (M1). */
enum send_fate { SEND_ACCEPTED, SEND_REFUSED, SEND_AGAIN, SEND_UNKNOWN };
/* held: it tells of something that waits. */
enum send_fate send_fate(enum rc_smtp_outcome outcome, bool held);

#endif
