#ifndef RC_FORMAT_CSV_PAGE_H
#define RC_FORMAT_CSV_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "rollcall/base/buf.h"
#include "rollcall/base/str.h"

/* A page of a CSV upload: rows of one file as they were sent, and the rows of other files that
 * belong to them. Each section begins with a line of its own,
 *
 *   @users.csv bulk 5002 81234
 *
 * the file, its mode, the line of the first row in that file, and how many bytes follow: the file's
 * header and the rows. A section whose rows were gathered from many places names line 0, and its
 * header and rows begin with a cell of their own, "#", the row's line. */

enum { RC_CSV_SECTIONS_MAX = 4 };

struct rc_csv_section {
    struct rc_str file; /* "users.csv" */
    bool delta;
    int64_t line; /* of the first row; 0: each row says its own */
    struct rc_str header;
    struct rc_str rows;
};

struct rc_csv_page {
    struct rc_csv_section sections[RC_CSV_SECTIONS_MAX]; /* the first is the collection's file */
    size_t count;
};

/* Appends a section. header without its line end; rows with theirs. */
void rc_csv_section_print(const struct rc_csv_section *section, struct rc_buf *out);
/* Views into text. RC_REJECT: not such a page. */
RC_MUST_CHECK rc_status rc_csv_page_parse(struct rc_str text, struct rc_csv_page *ret_page);

#endif
