#ifndef NOTIFIER_ATTACH_H
#define NOTIFIER_ATTACH_H

#include "rollcall/letter/letter.h"

/* Changes and findings as CSV, of each of a digest's districts that allows pupil data in mail. They
 * are read before the mail is written, so that it can say what found no room, and stored with it.
 */

struct attached;
struct attach {
    struct attached *files;
    size_t count;
    struct rc_str left_out; /* of those beyond max_bytes: "a.csv, b.csv and 3 more"; empty: none */
};

/* Reads them into arena, and leaves the transaction in the first part's district. */
RC_MUST_CHECK rc_status attach_read(struct rc_arena *arena, struct rc_db *tx,
                                    const struct rc_digest *digest, int64_t max_bytes,
                                    struct attach *ret_attach);
/* To the mail just planned, in the first part's district, where the transaction is left. */
RC_MUST_CHECK rc_status attach_store(struct rc_db *tx, const struct attach *attach,
                                     const struct rc_digest *digest, const char *mail);

#endif
