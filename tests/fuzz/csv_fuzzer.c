/* The CSV reader: a text cut at any of its records, or known only in part, gives the same records
 * as the whole; together they are the text; and a page made of any text is read to its end, each
 * row either as JSON that the gate takes or dropped. */

#include <stdlib.h>

#include "fuzz.h"
#include "rollcall/format/csv.h"
#include "rollcall/format/csv_page.h"
#include "rollcall/format/json.h"
#include "rollcall/roster/oneroster_csv.h"

enum { MAX_RECORD = 200 };

static void check_again(const struct rc_csv_dialect *dialect, struct rc_str text,
                        struct rc_str rest, const struct rc_csv_record *record)
{
    struct rc_str alone = {text.data, (size_t)(rest.data - text.data)};
    struct rc_csv_record again;

    /* what stands behind a record does not matter to it */
    FUZZ_ASSERT(rc_csv_cut(dialect, &alone, true, &again) == RC_OK);
    FUZZ_ASSERT(alone.len == 0 && rc_str_eq(again.text, record->text));
    FUZZ_ASSERT(again.flaws == record->flaws && again.lines == record->lines);
}

static void check_cells(const struct rc_csv_dialect *dialect, struct rc_str record)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(4096);
    struct rc_str cells[4] = {{0}};
    const size_t count = rc_csv_cells(dialect, record, arena, cells, 4);

    FUZZ_ASSERT(count >= 1 && count <= record.len + 1);
    for (size_t i = 0; i < count && i < 4; i++)
        FUZZ_ASSERT(cells[i].len <= record.len);
}

static void check_records(struct rc_str text, char separator)
{
    const struct rc_csv_dialect dialect = {.separator = separator, .max_record = MAX_RECORD};
    struct rc_csv_record record;
    struct rc_csv_record early;
    struct rc_str rest = text;

    while (rest.len > 0) {
        const struct rc_str before = rest;
        struct rc_str part = {rest.data, rest.len / 2};
        const rc_status status = rc_csv_cut(&dialect, &rest, true, &record);
        if (status != RC_OK) {
            FUZZ_ASSERT(status == RC_REJECT);
            return;
        }
        FUZZ_ASSERT(rest.data > before.data && record.text.data == before.data);
        FUZZ_ASSERT(record.text.len <= MAX_RECORD && record.lines >= 1);
        check_again(&dialect, before, rest, &record);
        check_cells(&dialect, record.text);
        if (rc_csv_cut(&dialect, &part, false, &early) == RC_OK)
            FUZZ_ASSERT(rc_str_eq(early.text, record.text) && early.flaws == record.flaws);
    }
}

static void ignore_finding(void *self, const struct rc_finding *finding)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    (void)self;
    rc_finding_message(finding, &text);
    FUZZ_ASSERT(text.len > 0);
}

static void read_page(struct rc_str page, enum rc_collection collection)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(4096);
    RC_AUTO(rc_csv_reader) struct rc_csv_reader *reader = NULL;
    const struct rc_csv_reader_options options = {.found = ignore_finding};
    struct rc_csv_row row;
    size_t count = 0;

    if (rc_csv_reader_new(page, collection, &options, arena, &reader) != RC_OK) return;
    for (; rc_csv_reader_next(reader, &row); count++) {
        FUZZ_ASSERT(row.dropped || rc_json_check(row.json, NULL) == RC_OK);
        FUZZ_ASSERT(!row.dropped || row.id.len <= page.len);
    }
    FUZZ_ASSERT(count == rc_csv_reader_count(reader));
}

/* The text as users.csv, and once more as the rows of roles.csv that belong to them. */
static void check_page(struct rc_str text)
{
    static const struct rc_str header = RC_STR_INIT(
        "sourcedId,givenName,familyName,userIds,status");
    RC_AUTO_BUF struct rc_buf page = {0};
    const struct rc_csv_section users = {RC_STR("users.csv"), true, 2, header, text};
    const struct rc_csv_section roles = {
        RC_STR("roles.csv"), true, 0, RC_STR("#,sourcedId,userSourcedId,role,orgSourcedId"), text};

    rc_csv_section_print(&users, &page);
    rc_csv_section_print(&roles, &page);
    read_page(rc_buf_str(&page), RC_USERS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct rc_str text = {(const char *)data, size};

    check_records(text, ',');
    check_records(text, rc_csv_separator(text));
    check_page(text);
    read_page(text, RC_ORGS);
    return 0;
}
