#ifndef CLI_UPLOAD_OPTIONS_H
#define CLI_UPLOAD_OPTIONS_H

#include "rollcall/format/option.h"

/* What an upload may be at most; offsets count from struct cli's options. */
extern const struct rc_option upload_option_table[];

#endif
