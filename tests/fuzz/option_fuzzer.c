/* The configuration file's reader: names are names, values are views of the text without line ends.
 */

#include "fuzz.h"
#include "rollcall/format/option.h"

struct seen {
    struct rc_str text;
    int line;
};

static rc_status see(void *self, struct rc_str name, struct rc_str value, int line)
{
    struct seen *seen = self;
    int64_t number = 0;

    FUZZ_ASSERT(name.len > 0 && name.len < 256 && !memchr(name.data, ' ', name.len));
    FUZZ_ASSERT(line > seen->line);
    FUZZ_ASSERT(value.len == 0 || (value.data >= seen->text.data &&
                                   value.data + value.len <= seen->text.data + seen->text.len));
    FUZZ_ASSERT(value.len == 0 || !memchr(value.data, '\n', value.len));
    if (rc_option_millis(value, &number) == RC_OK) FUZZ_ASSERT(number >= 0);
    if (rc_option_bytes(value, &number) == RC_OK) FUZZ_ASSERT(number >= 0);
    seen->line = line;
    return RC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seen seen = {.text = {(const char *)data, size}};

    const rc_status status = rc_option_file_parse(seen.text, see, &seen);
    FUZZ_ASSERT(status == RC_OK || status == RC_REJECT);
    return 0;
}
