#ifndef RC_PORT_CERTIFICATE_H
#define RC_PORT_CERTIFICATE_H

#include <stdbool.h>
#include <stdint.h>

#include "rollcall/base/error.h"

/* When the certificates of a PEM file end, through OpenSSL.
 * Of our own chain: the first end, since from then on nobody trusts it. Of certificates to trust:
 * the last, since a file that holds a root's successor beside it is as it should be.
 * RC_NOT_FOUND: path is a folder. RC_REJECT: it cannot be read, or holds no certificate. */
RC_MUST_CHECK rc_status rc_certificate_end(const char *path, bool trusted, int64_t *ret_end_ms);

#endif
