#ifndef RC_INTAKE_PRIVATE_H
#define RC_INTAKE_PRIVATE_H

#include "member.h"
#include "rollcall/roster/csv_upload.h"

/* An upload while it comes in; private to this layer. */

/* A file of the standard and what the zip has of it. */
struct entry {
    const struct rc_csv_file *file;
    bool present;
    size_t member;
    struct rc_csv_verdict verdict;
    struct survey survey;
    bool odd; /* why it is no evidence: */
    enum rc_upload_rule rule;
};

struct intake {
    struct rc_db *tx;
    struct rc_keyring *keyring;
    const struct rc_intake_request *request;
    const struct rc_intake_limits *limits;
    struct rc_arena *arena;
    struct rc_zip *zip;
    struct rc_csv_manifest manifest;
    struct entry entries[RC_CSV_FILES_MAX]; /* in the order of rc_csv_file_at */
    size_t count;
    struct rc_json_out findings; /* elements of a list */
    struct rc_intake_result result;
};

/* Tells of an oddity (tell.c). file NULL: of the upload as a whole; line 0: of no line. */
void intake_tell(struct intake *intake, enum rc_upload_rule rule, const struct rc_csv_file *file,
                 struct rc_str subject, int64_t line);

/* Which member is which file (catalogue.c). RC_REJECT: nothing of a roster is in it. */
RC_MUST_CHECK rc_status intake_catalogue(struct intake *intake);

/* The collection's own file, present or not (intake.c). */
const struct entry *intake_main(const struct intake *intake, enum rc_collection collection);

/* Rows of files that belong to records of others wait in a table of the transaction (joined.c). */
RC_MUST_CHECK rc_status joined_load(struct intake *intake);
/* Appends a section per such file with the rows of these owners (an array literal), which are then
 * gone from the table. */
RC_MUST_CHECK rc_status joined_take(struct intake *intake, enum rc_collection collection,
                                    const char *owners, struct rc_buf *page);
/* Whether any file is joined to the collection. */
bool joined_any(const struct intake *intake, enum rc_collection collection);
/* Tells of rows that nobody has taken. */
RC_MUST_CHECK rc_status joined_tell_orphans(struct intake *intake);

/* Cuts a file into pages and stores them (pages.c). *ret_records: how many rows. */
RC_MUST_CHECK rc_status pages_store(struct intake *intake, const struct entry *entry,
                                    int64_t *ret_records);

#endif
