#ifndef RC_ROSTER_CLEVER_H
#define RC_ROSTER_CLEVER_H

#include "rollcall/roster/entity.h"

/* An answer of Clever's Data API 3.1, read as records of one collection. A row of Clever is none,
 * one or many of ours: a section is a class and the enrollments of all whom it lists, a user is a
 * person with every role and, where a student, demographics. Each record is written as a source of
 * OneRoster 1.2 would send it and then read by a mapping of its own (format "clever/3.1"). Rows of
 * the feed of events are records of the same kind, in the state that the event tells of. Pure. */

#define RC_CLEVER_FORMAT "clever/3.1"

struct rc_clever_record {
    struct rc_str json;
    int64_t place; /* of its row in the answer */
};

struct rc_clever_page {
    struct rc_clever_record *records;
    size_t count;
    size_t rows;         /* of the answer, whatever records they are */
    struct rc_str after; /* where the next answer starts, as the next link has it; empty: no link */
};

/* Texts live in arena or in the answer. A row that cannot be read is handed on as it is: the mapper
 * says what is wrong with it. RC_REJECT: no answer of Clever, or more than max_records records. */
RC_MUST_CHECK rc_status rc_clever_page_read(struct rc_str answer, enum rc_collection collection,
                                            size_t max_records, struct rc_arena *arena,
                                            struct rc_clever_page *ret_page);

#endif
