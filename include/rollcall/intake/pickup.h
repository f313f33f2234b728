#ifndef RC_INTAKE_PICKUP_H
#define RC_INTAKE_PICKUP_H

#include <stdio.h>

#include "rollcall/base/arena.h"
#include "rollcall/port/sftp.h"

/* A folder of an SFTP server from which a source's zips are picked up: which file is the newest
 * that fits, and what is wrong in words. Whether it was taken before, or may still grow, is said by
 * the tables (0016_sftp); whoever looks (fetcher, `rollcall sftp test`) asks both. */

enum rc_pickup_trouble {
    RC_PICKUP_FINE,
    RC_PICKUP_UNREACHABLE,
    RC_PICKUP_INWARD, /* the host is within our own network */
    RC_PICKUP_HOST_KEY,
    RC_PICKUP_LOGIN,
    RC_PICKUP_CREDENTIALS, /* none is stored, or it cannot be opened */
    RC_PICKUP_FOLDER,
    RC_PICKUP_UNREADABLE, /* the file, or the folder's listing */
    RC_PICKUP_NO_FILE,
    RC_PICKUP_OLD,
    RC_PICKUP_GROWING,
    RC_PICKUP_TOO_LARGE,
    RC_PICKUP_REFUSED,
    RC_PICKUP_ARCHIVE,
    RC_PICKUP_LOCAL,
    RC_PICKUP_STOPPED, /* by us: nobody is told */
    RC_PICKUP_TROUBLE_COUNT_
};

/* Its name in tables and alerts: "host-key"; NULL for FINE and STOPPED. */
const char *rc_pickup_trouble_name(enum rc_pickup_trouble trouble);
/* In how many looks one after another it stands before somebody is told. */
int rc_pickup_trouble_looks(enum rc_pickup_trouble trouble);

/* As it stands in its row; texts are borrowed. */
struct rc_pickup {
    const char *host, *user, *host_keys;
    const char *folder, *pattern;
    const char *archive; /* NULL: what was taken is left */
};

struct rc_pickup_file {
    const char *name; /* NULL: none fits */
    const char *path;
    int64_t bytes;
    int64_t mtime; /* seconds since 1970 */
};

/* A look's outcome: trouble with its one line, or the newest file that fits. In arena. */
struct rc_pickup_found {
    enum rc_pickup_trouble trouble;
    struct rc_str words;
    struct rc_pickup_file file;
};

/* `*` is any run of characters, `?` one; letters are compared without case. A name with a slash or
 * a control character fits nothing. */
bool rc_pickup_fits(const char *pattern, struct rc_str name);

/* Lists the folder and looks at the newest files that fit. */
void rc_pickup_look(struct rc_sftp *sftp, const struct rc_pickup *pickup, struct rc_arena *arena,
                    struct rc_pickup_found *ret_found);
/* The file as it stands now, in *file; a trouble of found says that it could not be seen. */
void rc_pickup_see(struct rc_sftp *sftp, const struct rc_pickup *pickup,
                   struct rc_pickup_file *file, struct rc_arena *arena,
                   struct rc_pickup_found *found);
/* The whole file into `into`, and once more a look at it: a size or time that moved is GROWING. */
void rc_pickup_fetch(struct rc_sftp *sftp, const struct rc_pickup *pickup,
                     const struct rc_pickup_file *file, int64_t max_bytes, FILE *into,
                     struct rc_arena *arena, struct rc_pickup_found *ret_found);
/* Moves a file into the archive folder; *ret_name is what it is called there. */
void rc_pickup_archive(struct rc_sftp *sftp, const struct rc_pickup *pickup,
                       const struct rc_pickup_file *file, struct rc_arena *arena,
                       struct rc_pickup_found *ret_found, const char **ret_name);

/* One line for a trouble: what, where, how to mend; detail may be "". */
struct rc_str rc_pickup_words(enum rc_pickup_trouble trouble, const struct rc_pickup *pickup,
                              const char *detail, struct rc_arena *arena);

#endif
