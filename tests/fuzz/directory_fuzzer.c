/* Any bytes as a file of accounts: read to its end, each row either JSON that the gate takes or a
 * problem with words. */

#include <stdlib.h>

#include "fuzz.h"
#include "rollcall/format/json.h"
#include "rollcall/roster/directory_csv.h"

static void read_rows(struct rc_directory_csv *csv)
{
    RC_AUTO_BUF struct rc_buf row = {0};
    const struct rc_directory_problem *problem = NULL;
    size_t line = 1;

    while (rc_directory_csv_next(csv, &row, &problem) == RC_OK) {
        FUZZ_ASSERT((row.len == 0) == (problem != NULL));
        FUZZ_ASSERT(problem || rc_json_check(rc_buf_str(&row), NULL) == RC_OK);
        for (; problem; problem = problem->next) {
            FUZZ_ASSERT(problem->line >= line && problem->what);
            line = problem->line;
        }
        rc_buf_clear(&row);
    }
}

static void read_text(struct rc_str text)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(4096);
    struct rc_directory_csv *csv = NULL;

    if (rc_directory_csv_new(text, arena, &csv) == RC_OK) {
        read_rows(csv);
    } else {
        FUZZ_ASSERT(rc_error_text()[0] != '\0');
    }
}

/* As a whole file, and as rows below a header that is fine. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char header[] =
        "id,given_name,family_name,username,email,number,staff number,"
        "grades,roles,status,students,relation\n";
    RC_AUTO_BUF struct rc_buf file = {0};

    read_text((struct rc_str){(const char *)data, size});
    rc_buf_add_str(&file, rc_str_of(header));
    rc_buf_add(&file, data, size);
    read_text(rc_buf_str(&file));
    return 0;
}
