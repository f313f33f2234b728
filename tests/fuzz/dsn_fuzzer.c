/* Reports of mail servers: what is read of one is a part of it, and a status is one of RFC 3463. */

#include "fuzz.h"
#include "rollcall/format/dsn.h"

static bool is_within(struct rc_str part, struct rc_str whole)
{
    return part.len == 0 ||
           (part.data >= whole.data && part.data + part.len <= whole.data + whole.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct rc_str mail = {(const char *)data, size};
    struct rc_dsn dsn = {0};
    const rc_status status = rc_dsn_parse(mail, &dsn);

    FUZZ_ASSERT(status == RC_OK || (status == RC_REJECT && dsn.status.len == 0));
    if (status != RC_OK) return 0;
    FUZZ_ASSERT(is_within(dsn.to, mail) && is_within(dsn.action, mail));
    FUZZ_ASSERT(is_within(dsn.status, mail) && dsn.action.len > 0);
    FUZZ_ASSERT(dsn.status.len >= 5 && dsn.status.len <= 9 && dsn.status.data[1] == '.');
    return 0;
}
