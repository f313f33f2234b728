#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "args.h"

#include "rollcall/base/buf.h"

/* What --help says, made from the table of commands. */

/* What the exit codes mean, in their order; NULL ends it. */
struct cli_exit_code {
    int code;
    const char *means;
};
extern const struct cli_exit_code cli_exit_codes[];

/* Help for what was typed: a command, a noun, or all of it. */
void help_print(const struct args *args, struct rc_buf *out);

#endif
