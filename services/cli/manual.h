#ifndef CLI_MANUAL_H
#define CLI_MANUAL_H

#include "rollcall/base/buf.h"
#include "rollcall/format/option.h"

/* rollcall(1) in mdoc, made from the table of commands and these options. */
void manual_print(const struct rc_option *const *options, struct rc_buf *out);

#endif
