#ifndef NOTIFIER_LINKS_H
#define NOTIFIER_LINKS_H

#include "notifier.h"

/* The links in mails, on a port of their own: to confirm an address, and to stop mails that are no
 * more than useful. Looking at one changes nothing, since programs that scan mails follow links;
 * the button on its page does, and so does a mail program's own (RFC 8058). */

struct links;

/* Listens, on a thread that has db for itself until links_free. RC_FATAL: the port is taken. */
RC_MUST_CHECK rc_status links_open(const struct notifier_options *options, struct rc_db *db,
                                   struct links **ret_links);
/* NULL is nothing. */
void links_free(struct links *links);

/* What a link is found by, in hex, in arena: the ledger holds no token. NULL: that is no token. */
const char *links_digest(struct rc_str token, struct rc_arena *arena);

/* "https://rollcall.example.org/mail/stop/<token>" in arena; empty where there are no links. */
struct rc_str links_url(const struct notifier_options *options, const char *act,
                        struct rc_str token, struct rc_arena *arena);

#endif
