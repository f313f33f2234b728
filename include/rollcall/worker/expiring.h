#ifndef RC_WORKER_EXPIRING_H
#define RC_WORKER_EXPIRING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rollcall/base/arena.h"
#include "rollcall/format/option.h"

/* What a program's options name that ends by itself: files of certificates, its own and those it
 * trusts (kafka.settings, database.url, smtp.ca-file). */

struct rc_expiring {
    const char *option; /* a literal: "kafka.settings ssl.ca.location" */
    const char *path;
    bool trusted;
};

enum { RC_EXPIRING_MAX = 8 };

/* How many are named. config is filled from tables, and begins with struct rc_common_options. */
size_t rc_expiring_find(const struct rc_option *const *tables, const void *config,
                        struct rc_arena *arena, struct rc_expiring out[RC_EXPIRING_MAX]);
/* Tells the gauge of each that can be read, read anew: who renews a certificate restarts nothing
 * for it. */
void rc_expiring_tell(const struct rc_option *const *tables, const void *config);

#endif
