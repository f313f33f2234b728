#ifndef RC_PORT_SFTP_LISTING_H
#define RC_PORT_SFTP_LISTING_H

#include <stdbool.h>
#include <stdint.h>

#include "rollcall/base/str.h"

/* The lines of a folder as SFTP servers write them: like `ls -l`, which no standard promises and
 * servers keep to. What is read of them only chooses which files are looked at more closely; size
 * and time are believed from a look at the file itself (rc_sftp_stat). Pure. */

struct rc_sftp_entry {
    struct rc_str name; /* a view of the line */
    bool regular;       /* a file: no folder, link or device */
    int64_t moment;     /* orders entries by their dates; INT64_MAX: the date cannot be read */
};

/* Cuts the first line off *text. year and month (1 to 12) are the present ones: lines of the last
 * half year show no year. RC_NOT_FOUND: none is left. RC_REJECT: the line is not written in that
 * way; *text stands behind it. */
RC_MUST_CHECK rc_status rc_sftp_listing_next(struct rc_str *text, int year, int month,
                                             struct rc_sftp_entry *ret_entry);

#endif
