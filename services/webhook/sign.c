/* Pure: no clock, no keys of its own. */
#include "sign.h"

#include <inttypes.h>

#include "rollcall/port/crypto.h"

void sign_add(struct rc_buf *out, const struct signed_message *message, const struct rc_str *keys,
              size_t count)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    rc_buf_print(&text, "%.*s.%" PRId64 ".", RC_STR_ARG(message->id), message->at_s);
    rc_buf_add_str(&text, message->body);
    for (size_t i = 0; i < count; i++) {
        rc_buf_add_str(out, i > 0 ? RC_STR(" v1,") : RC_STR("v1,"));
        rc_hmac_base64(RC_HMAC_SHA256, keys[i], rc_buf_str(&text), out);
    }
}
