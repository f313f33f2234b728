/* The kinds of alerts, in the words of their mails. */
#include "rollcall/letter/alert.h"

#include <stddef.h>

#define OWNERS      "{owner,recipient}"
#define SCHOOLS     "{owner,recipient,\"school administrator\"}" /* whom it concerns of these */
#define TECHNICIANS "{owner,recipient,\"it contact\",\"integration specialist\"}"
#define BEHIND      "{\"district manager\",\"integration specialist\"}"
#define SPECIALISTS "{operator,\"integration specialist\",\"district manager\",\"it contact\"}"
#define OPERATORS   "{operator}"
#define KEPT \
    "Until this is settled, your directory stays as it is. Nobody is archived because of it."

static const struct rc_alert_kind kinds[] = {
    {"credentials.refused", TECHNICIANS, RC_ALERT_TROUBLE, false, "Your SIS refuses our key", KEPT,
     "source test", "secret rotate", "With a new key"},
    {"credentials.expiring", TECHNICIANS, RC_ALERT_WAITS, false, "The key to your SIS ends soon",
     "Until then everything goes on. Once it has ended, nothing is read, and nobody is archived "
     "because of it.",
     "secret list", "secret rotate", "With a new key"},
    {"source.vanished", TECHNICIANS, RC_ALERT_TROUBLE, false, "Your SIS is no longer shared", KEPT,
     "source show", "run start", "Once mended"},
    {"source.empty", TECHNICIANS, RC_ALERT_TROUBLE, false, "Your SIS sends nobody", KEPT,
     "run show", "run start", "Once mended"},
    {"source.changed", TECHNICIANS, RC_ALERT_TROUBLE, false, "Your SIS answers differently",
     "Until you have looked, your directory follows what it still sends.", "source test --last",
     NULL, NULL},
    {"clever.connected", OWNERS, RC_ALERT_NEWS, true, "The connection stands", NULL, "run show",
     NULL, NULL},
    {"clever.waiting", TECHNICIANS, RC_ALERT_WAITS, false, "The connection waits", NULL,
     "source show", NULL, NULL},
    {"pickup.", TECHNICIANS, RC_ALERT_TROUBLE, false, "No new file came", KEPT, "sftp show", NULL,
     NULL},
    {"hold.waiting", SCHOOLS, RC_ALERT_WAITS, false, "Your decision is due", NULL, "plan show",
     "plan approve", "To decide"},
    {"hold.unanswered", BEHIND, RC_ALERT_WAITS, false, "A decision is overdue", NULL, "plan show",
     "plan approve", "To decide"},
    {"setup.ready", OWNERS, RC_ALERT_NEWS, false, "Rostering is set up: review your settings", NULL,
     "settings show", "plan show", "What it would do"},
    {"pause.tomorrow", SCHOOLS, RC_ALERT_NEWS, true, "A pause begins tomorrow", NULL,
     "district show", NULL, NULL},
    {"pause.begun", SCHOOLS, RC_ALERT_NEWS, true, "A pause has begun", NULL, "district show", NULL,
     NULL},
    {"pause.ended", SCHOOLS, RC_ALERT_NEWS, true, "A pause has ended", NULL, "district show", NULL,
     NULL},
    {"mail.bouncing", TECHNICIANS, RC_ALERT_TROUBLE, false, "Mails come back", NULL, "member list",
     "member resume", "Once mended"},
    {"owner.unreachable", SPECIALISTS, RC_ALERT_TROUBLE, false, "No owner can be mailed", NULL,
     "member list", "member add --role owner --email ADDRESS", "To add one"},
    {"webhook.failing", TECHNICIANS, RC_ALERT_TROUBLE, false, "An application takes no messages",
     "Your directory is kept in step all the same. Messages wait in their order, and none is left "
     "out.",
     "webhook list", "webhook resume", "Once mended"},
    {"member.verify", "{}", RC_ALERT_NEWS, false, "Please confirm this address",
     "Until you do, only what cannot wait is sent here. If you do not know what this is about, do "
     "nothing.",
     NULL, NULL, NULL},
    {"mail.silent", OPERATORS, RC_ALERT_TROUBLE, false, "Mails stand still",
     "Look at the notifier and at the mail server.", "mail list", NULL, NULL},
    {"", OWNERS, RC_ALERT_TROUBLE, false, "The sync needs attention", KEPT, "dead-letter list",
     "dead-letter replay", "Once mended"}, /* last: lane.failed, run.parked and what is unknown */
};

static bool is_of(struct rc_str kind, struct rc_str row)
{
    return rc_str_eq(kind, row) || (rc_str_ends(row, RC_STR(".")) && rc_str_starts(kind, row));
}

const struct rc_alert_kind *rc_alert_kind_of(struct rc_str kind)
{
    size_t i = 0;

    while (i + 1 < COUNT_OF(kinds) && !is_of(kind, rc_str_of(kinds[i].kind)))
        i++;
    return &kinds[i];
}
