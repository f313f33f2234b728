/* The bounds of uploads, each an option; the same for whoever takes zips in. */
#include "rollcall/intake/intake.h"

#include <stddef.h>

#define FIELD(name) offsetof(struct rc_intake_limits, name)
#define BYTES(option, field, value, text)                                                 \
    {                                                                                     \
        "upload." option, RC_OPTION_BYTES, FIELD(field), value, 1, INT64_C(1) << 40, text \
    }
#define NUMBER(option, field, value, most, text)                            \
    {                                                                       \
        "upload." option, RC_OPTION_INT, FIELD(field), value, 1, most, text \
    }

static const struct rc_option rows[] = {
    BYTES("max-bytes", zip.max_bytes, "1GiB", "Largest zip that is taken."),
    NUMBER("max-members", zip.max_members, "200", 10000, "Most members of a zip."),
    BYTES("max-member-bytes", zip.max_member_bytes, "4GiB", "Largest member of a zip, unpacked."),
    BYTES("max-total-bytes", zip.max_total_bytes, "8GiB",
          "Most bytes of all members of a zip, unpacked."),
    NUMBER("max-ratio", zip.max_ratio, "200", 1000000,
           "Most times its packed size that a member may unpack to."),
    NUMBER("max-rows", max_rows, "20000000", INT32_MAX, "Most rows of one file."),
    BYTES("max-row", max_row, "1MiB", "Longest row."),
    BYTES("max-field", max_field, "64KiB", "Longest cell of a row."),
    NUMBER("page-rows", page_rows, "5000", 20000,
           "Most rows of a page, which is what an upload is cut into."),
    BYTES("page-bytes", page_bytes, "2MiB",
          "Bytes at which a page is full; it is a row longer at most."),
};
_Static_assert(COUNT_OF(rows) == RC_INTAKE_OPTION_COUNT, "as many as the header says");

void rc_intake_option_table(size_t offset, struct rc_option *table)
{
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        table[i] = rows[i];
        table[i].offset += offset;
    }
    table[COUNT_OF(rows)] = (struct rc_option){.name = NULL};
}
