#ifndef CLI_ASK_H
#define CLI_ASK_H

#include <stdbool.h>
#include <stddef.h>

#include "rollcall/base/buf.h"

/* Questions to a person, on the terminal itself, never on stdin and stdout, which may be pipes. */

/* Is somebody there who could answer? */
bool ask_possible(void);
/* "question [y/N] ": true for yes. Above `count` 100 the number itself must be typed. */
bool ask_confirm(const char *question, long long count);
/* An answer of one line, to buf; false: no terminal, or nothing was typed. */
bool ask_text(const char *question, struct rc_buf *buf);
/* A secret, without showing it. RC_REJECT: no terminal, or nothing was typed. */
RC_MUST_CHECK rc_status ask_secret(const char *question, struct rc_buf *ret_secret);
/* The first line of a file ("-": of stdin), without its end. RC_REJECT: it cannot be read or is
 * empty. */
RC_MUST_CHECK rc_status ask_file(const char *path, struct rc_buf *ret_secret);

#endif
