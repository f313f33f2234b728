/* A folder's listing: every line is either read or passed over, names are views of it, and it ends.
 */

#include "fuzz.h"
#include "rollcall/port/sftp_listing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct rc_str text = {(const char *)data, size};
    struct rc_str rest = text;
    struct rc_sftp_entry entry;

    while (rest.len > 0) {
        const size_t before = rest.len;
        const rc_status status = rc_sftp_listing_next(&rest, 2026, 1 + (int)(size % 12), &entry);
        FUZZ_ASSERT(status == RC_OK || status == RC_REJECT);
        FUZZ_ASSERT(rest.len < before);
        if (status != RC_OK) continue;
        FUZZ_ASSERT(entry.name.len > 0 && entry.moment >= 0);
        FUZZ_ASSERT(entry.name.data >= text.data &&
                    entry.name.data + entry.name.len <= text.data + text.len);
        FUZZ_ASSERT(!memchr(entry.name.data, '\n', entry.name.len));
    }
    FUZZ_ASSERT(rc_sftp_listing_next(&rest, 2026, 1, &entry) == RC_NOT_FOUND);
    return 0;
}
