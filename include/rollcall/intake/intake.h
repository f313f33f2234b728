#ifndef RC_INTAKE_INTAKE_H
#define RC_INTAKE_INTAKE_H

#include "rollcall/base/arena.h"
#include "rollcall/format/option.h"
#include "rollcall/port/db.h"
#include "rollcall/port/zip.h"
#include "rollcall/worker/keyring.h"

/* Where CSV uploads come in: a zip is judged, cut into pages at the ends of its rows, and stored
 * sealed in PostgreSQL, all in the transaction in hand; it is never unpacked to a file, and memory
 * does not grow with it. What cannot be used at all is refused in words that name file, line and
 * mend; what can be used in part is kept with findings, and the fetcher then reads its pages as it
 * reads those of any other source. Whoever receives zips (command line, SFTP, console) calls this.
 */

struct rc_intake_limits {
    struct rc_zip_limits zip;
    int64_t max_rows;  /* of one file */
    int64_t max_row;   /* bytes of one row */
    int64_t max_field; /* bytes of one cell */
    int64_t page_rows; /* where pages are cut */
    int64_t page_bytes;
};

/* The options upload.*, as a table for a configuration in which struct rc_intake_limits begins at
 * offset; room for RC_INTAKE_OPTION_COUNT + 1 rows. */
enum { RC_INTAKE_OPTION_COUNT = 10 };
void rc_intake_option_table(size_t offset, struct rc_option *table);

struct rc_intake_request {
    const char *path;     /* of the zip */
    const char *name;     /* what the upload is called in lists */
    const char *district; /* uuids */
    const char *source;
    const char *who;
};

/* What came in; texts in the arena. */
struct rc_intake_result {
    const char *upload; /* uuid */
    const char *version;
    int64_t records;
    int64_t findings;
};

/* tx: a transaction of the district. RC_REJECT: refused; roll the transaction back. */
RC_MUST_CHECK rc_status rc_intake_add(struct rc_db *tx, struct rc_keyring *keyring,
                                      const struct rc_intake_request *request,
                                      const struct rc_intake_limits *limits, struct rc_arena *arena,
                                      struct rc_intake_result *ret_result);

#endif
