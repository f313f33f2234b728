/* Zips from outside: whatever the bytes, opening ends with a verdict, names of what is taken are
 * safe, and no member gives more than it declared. */

#include "fuzz.h"
#include "rollcall/base/buf.h"
#include "rollcall/port/zip.h"

enum { MEMBER_MAX = 100000 };

static void read_member(struct rc_zip *zip, size_t index)
{
    RC_AUTO(rc_zip_reader) struct rc_zip_reader *reader = NULL;
    char piece[4096];
    int64_t total = 0;
    size_t got = 1;

    if (rc_zip_read_open(zip, index, &reader) != RC_OK) return;
    while (got > 0 && rc_zip_read(reader, piece, sizeof piece, &got) == RC_OK)
        total += (int64_t)got;
    FUZZ_ASSERT(total <= rc_zip_member(zip, index)->size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct rc_zip_limits limits = {.max_bytes = 1 << 20,
                                                .max_members = 20,
                                                .max_member_bytes = MEMBER_MAX,
                                                .max_total_bytes = 5 * MEMBER_MAX,
                                                .max_ratio = 100};
    RC_AUTO(rc_zip) struct rc_zip *zip = NULL;
    const struct rc_str bytes = {(const char *)data, size};
    const rc_status status = rc_zip_open_bytes(bytes, &limits, &zip);

    FUZZ_ASSERT(status == RC_OK || (status == RC_REJECT && !zip));
    for (size_t i = 0; zip && i < rc_zip_count(zip); i++) {
        const struct rc_zip_member *member = rc_zip_member(zip, i);
        FUZZ_ASSERT(member->size <= MEMBER_MAX && member->name.len > 0);
        FUZZ_ASSERT(member->name.data[0] != '/' &&
                    !memchr(member->name.data, '\\', member->name.len));
        read_member(zip, i);
    }
    return 0;
}
