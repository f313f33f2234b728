#ifndef RC_PORT_ZIP_H
#define RC_PORT_ZIP_H

#include <stdbool.h>
#include <stdint.h>

#include "rollcall/base/auto.h"
#include "rollcall/base/str.h"

/* Zips from outside, through libzip. The central directory is judged before a byte is unpacked, and
 * what is unpacked never exceeds what it declared; nothing is ever written to a file. */

struct rc_zip;

struct rc_zip_limits {
    int64_t max_bytes;        /* of the archive */
    int64_t max_members;      /* entries of the directory */
    int64_t max_member_bytes; /* of one member, unpacked */
    int64_t max_total_bytes;  /* of all members, unpacked */
    int64_t max_ratio;        /* unpacked to packed, of one member */
};

struct rc_zip_member {
    struct rc_str name; /* as it stands in the directory, NUL behind; safe: see rc_zip_open */
    int64_t size;       /* unpacked */
    bool folder;
};

/* Opens an archive and judges its directory. RC_REJECT says which member breaks which limit, or
 * what it cannot be: encrypted, a link, of an unknown method; of an absolute name, with "..",
 * backslashes, control characters or no UTF-8; twice the same name but for case. RC_RETRY: the
 * file cannot be read. */
RC_MUST_CHECK rc_status rc_zip_open(const char *path, const struct rc_zip_limits *limits,
                                    struct rc_zip **ret_zip);
/* The same for bytes in memory, which must outlive it. */
RC_MUST_CHECK rc_status rc_zip_open_bytes(struct rc_str bytes, const struct rc_zip_limits *limits,
                                          struct rc_zip **ret_zip);
/* NULL is nothing. */
void rc_zip_free(struct rc_zip *zip);
RC_AUTO_DEFINE(rc_zip)

size_t rc_zip_count(const struct rc_zip *zip);
/* Borrowed from the zip; index below rc_zip_count. */
const struct rc_zip_member *rc_zip_member(const struct rc_zip *zip, size_t index);
/* Bytes of the archive. */
int64_t rc_zip_bytes(const struct rc_zip *zip);

/* A member while it is read; any number of times, one at a time. */
struct rc_zip_reader;
RC_MUST_CHECK rc_status rc_zip_read_open(struct rc_zip *zip, size_t index,
                                         struct rc_zip_reader **ret_reader);
/* NULL is nothing. */
void rc_zip_reader_free(struct rc_zip_reader *reader);
RC_AUTO_DEFINE(rc_zip_reader)
/* The next bytes, 0 at the end. RC_REJECT: damaged (its checksum is another), or longer than the
 * directory says. */
RC_MUST_CHECK rc_status rc_zip_read(struct rc_zip_reader *reader, void *out, size_t room,
                                    size_t *ret_got);

#endif
