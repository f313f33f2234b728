#ifndef WEBHOOK_MESSAGE_H
#define WEBHOOK_MESSAGE_H

#include "rollcall/worker/ticker.h"

/* A message as it is sent: the same bytes at every attempt. */

enum { MESSAGE_KEYS_MAX = 5 }; /* while a secret is replaced, the former ones sign, too */

struct message {
    const char *delivery;    /* the ledger's id */
    const char *application; /* uuid */
    const char *district;
    struct rc_str id; /* webhook-id */
    const char *url;
    const char *ca_file; /* NULL: the system's */
    const char *state;   /* of the webhook, before this attempt */
    int64_t attempts;    /* that failed in a row before */
    struct rc_str keys[MESSAGE_KEYS_MAX];
    size_t key_count; /* 0: none can be opened, and nothing can be sent */
    bool test;
};

/* Reads what delivery says, in the district's transaction; the body is written to body. Texts live
 * in env's arena. */
RC_MUST_CHECK rc_status message_read(struct rc_stage_env *env, struct rc_db *tx,
                                     struct message *message, struct rc_buf *body);
/* Overwrites its keys, which lie in the arena; it signs nothing afterwards. */
void message_forget(struct message *message);
/* A message whose keys are gone when it leaves scope. */
#define AUTO_MESSAGE __attribute__((cleanup(message_forget))) struct message

#endif
