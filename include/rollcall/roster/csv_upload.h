#ifndef RC_ROSTER_CSV_UPLOAD_H
#define RC_ROSTER_CSV_UPLOAD_H

#include "rollcall/roster/oneroster_csv.h"

/* What a zip of CSV files says about itself, and how far that is believed: its manifest is compared
 * with what lies in it. Nothing that is unclear archives anybody: a file of which it is not sure
 * that it is whole brings additions and changes alone. Pure. */

/* What can be odd about an upload as a whole; each with a code, a text and a way to mend it. */
enum rc_upload_rule {
    RC_UPLOAD_NO_MANIFEST,
    RC_UPLOAD_UNSAID,  /* the manifest does not name a file that is there */
    RC_UPLOAD_HIDDEN,  /* it says absent, and the file is there */
    RC_UPLOAD_LACKING, /* it says bulk or delta, and the file is not there */
    RC_UPLOAD_ODD,     /* it says another word */
    RC_UPLOAD_TWICE,   /* it says two things */
    RC_UPLOAD_VERSION, /* it names another version than the files have */
    RC_UPLOAD_EMPTY,   /* a file of no bytes */
    RC_UPLOAD_HEADER_ONLY,
    RC_UPLOAD_UNKNOWN_FILE,
    RC_UPLOAD_FOLDER, /* the files lie in a folder of the zip */
    RC_UPLOAD_WINDOWS,
    RC_UPLOAD_ORPHANS, /* rows that belong to no record */
    RC_UPLOAD_RULE_COUNT_
};

/* "upload.manifest.hidden"; for ever the same. */
const char *rc_upload_rule_code(enum rc_upload_rule rule);
/* Of the rule's row. */
enum rc_severity rc_upload_rule_severity(enum rc_upload_rule rule);
/* What is odd about subject ("users.csv", "users.csv line 17"), and how to mend it; appended. */
void rc_upload_rule_message(enum rc_upload_rule rule, struct rc_str subject, struct rc_buf *out);

/* --- the manifest --- */

enum rc_csv_said {
    RC_CSV_SAID_NOTHING,
    RC_CSV_SAID_ABSENT,
    RC_CSV_SAID_BULK,
    RC_CSV_SAID_DELTA,
    RC_CSV_SAID_ODD,
    RC_CSV_SAID_TWICE,
    RC_CSV_SAID_COUNT_
};

enum { RC_CSV_FILES_MAX = 32 };

struct rc_csv_manifest {
    bool present;
    struct rc_str version;                   /* oneroster.version as it stands; empty: not said */
    enum rc_csv_said said[RC_CSV_FILES_MAX]; /* by place in rc_csv_file_at */
};

/* Reads manifest.csv: rows in any order, blanks and case as they come, what is not known left out.
 * Views into text or arena. RC_REJECT: too many rows, or one without end. */
RC_MUST_CHECK rc_status rc_csv_manifest_read(struct rc_str text, struct rc_arena *arena,
                                             struct rc_csv_manifest *ret_manifest);

/* What follows for one file. */
struct rc_csv_verdict {
    bool taken; /* its rows are read, or their lack is to be told of */
    bool delta; /* no absence is ever concluded from it */
    bool odd;   /* rule says why it is not believed */
    enum rc_upload_rule rule;
};

/* index: of rc_csv_file_at. present: the zip holds it. */
struct rc_csv_verdict rc_csv_manifest_judge(const struct rc_csv_manifest *manifest, size_t index,
                                            bool present);

/* Appends a line per rule for FINDINGS.md. */
void rc_upload_document(struct rc_buf *out);

#endif
