#ifndef CLI_MIGRATIONS_H
#define CLI_MIGRATIONS_H

#include "rollcall/base/arena.h"
#include "rollcall/base/error.h"
#include "rollcall/base/str.h"

/* The numbered steps of the schema in golang-migrate's format: NNNN_name.up.sql leads to version
 * NNNN, NNNN_name.down.sql back to the one before. */

struct migration {
    int64_t version;
    const char *name; /* "0001_init" */
};

struct migrations {
    const char *folder;
    struct migration *items; /* by version, upwards */
    size_t count;
};

/* Reads a folder. RC_REJECT: it cannot be read or is empty, a version stands twice, an up or down
 * file is missing. */
RC_MUST_CHECK rc_status migrations_read(const char *folder, struct rc_arena *arena,
                                        struct migrations *ret_migrations);
/* Place of a version; -1: there is no such. */
int migrations_find(const struct migrations *migrations, int64_t version);
/* The text of a step: suffix ".up.sql" or ".down.sql". */
RC_MUST_CHECK rc_status migrations_text(const struct migrations *migrations, size_t at,
                                        const char *suffix, struct rc_arena *arena,
                                        const char **ret_text);

/* A whole small file, at most 4 MiB. RC_REJECT: it cannot be read. */
RC_MUST_CHECK rc_status file_read(const char *path, struct rc_arena *arena,
                                  struct rc_str *ret_text);

#endif
