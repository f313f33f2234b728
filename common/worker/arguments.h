#ifndef RC_WORKER_ARGUMENTS_H
#define RC_WORKER_ARGUMENTS_H

#include <stdbool.h>

#include "rollcall/base/error.h"

enum arguments_act {
    ARGUMENTS_RUN,
    ARGUMENTS_HELP,
    ARGUMENTS_VERSION,
    ARGUMENTS_CHECK,
    ARGUMENTS_MARKDOWN,
    ARGUMENTS_MDOC,
    ARGUMENTS_HEALTHCHECK,
    ARGUMENTS_METRICS,
};

enum { ARGUMENTS_SETS_MAX = 64, ARGUMENTS_WORD_MAX = 40 };

struct arguments {
    enum arguments_act act;
    const char *file;                         /* --config */
    const char *sets[ARGUMENTS_SETS_MAX + 1]; /* --set, NULL-terminated */
    char log_format[ARGUMENTS_WORD_MAX];      /* what --log-format means as --set */
};

/* Reads a worker's command line; views into argv. RC_REJECT says which word is wrong. */
RC_MUST_CHECK rc_status arguments_parse(int argc, char **argv, struct arguments *ret_arguments);

#endif
