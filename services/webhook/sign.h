#ifndef WEBHOOK_SIGN_H
#define WEBHOOK_SIGN_H

#include <stdint.h>

#include "rollcall/base/buf.h"

/* Signatures as the Standard Webhooks specification has them: what is signed is the message's id,
 * the time of the attempt in seconds and the body, with dots between. */

struct signed_message {
    struct rc_str id;
    int64_t at_s;
    struct rc_str body;
};

/* Appends the value of webhook-signature: "v1,<base64>" for each of the keys (raw bytes), in their
 * order, with a blank between. */
void sign_add(struct rc_buf *out, const struct signed_message *message, const struct rc_str *keys,
              size_t count);

#endif
