#ifndef RC_INTAKE_MEMBER_H
#define RC_INTAKE_MEMBER_H

#include "rollcall/format/csv.h"
#include "rollcall/intake/intake.h"
#include "rollcall/roster/oneroster_csv.h"

/* One CSV file of the zip, unpacked piece by piece and cut into rows. */

struct member;

struct member_options {
    const struct rc_csv_file *file;
    const struct rc_intake_limits *limits;
    char separator; /* 0: of the header */
    bool windows;   /* Windows-1252: given as UTF-8 */
};

/* index: of the zip's directory. The zip must outlive the member. */
RC_MUST_CHECK rc_status member_open(struct rc_zip *zip, size_t index,
                                    const struct member_options *options,
                                    struct member **ret_member);
/* NULL is nothing. */
void member_free(struct member *member);
RC_AUTO_DEFINE(member)

/* A row and the line that it begins on. */
struct member_row {
    struct rc_csv_record record;
    int64_t line;
};

/* The next row that is not blank; the first is the header. RC_NOT_FOUND: the end. RC_REJECT names
 * file and line. Views live until the next call. */
RC_MUST_CHECK rc_status member_next(struct member *member, struct member_row *ret_row);

/* What a first reading of a file tells; texts in arena. */
struct survey {
    bool empty;     /* not even a header */
    bool windows;   /* read as Windows-1252 */
    int64_t broken; /* line of the first row that is no text in UTF-8, nor the file Windows-1252; or
                       that holds NUL; 0: none */
    int64_t rows;   /* without the header */
    struct rc_str header;
    const struct rc_csv_layout *layout;
};

/* Reads a file once through: its limits, its header, its encoding. RC_REJECT names file, line and
 * mend. */
RC_MUST_CHECK rc_status survey_file(struct rc_zip *zip, size_t index,
                                    const struct rc_csv_file *file,
                                    const struct rc_intake_limits *limits, struct rc_arena *arena,
                                    struct survey *ret_survey);

#endif
