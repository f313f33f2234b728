/* All mappings, and which of them a page is read by. */

#include "mapper_private.h"

static const struct rc_mapping *const tables[] = {rc_oneroster_11, rc_oneroster_12, rc_clever_31};

const struct rc_mapping *rc_mapping_at(size_t index)
{
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        for (const struct rc_mapping *mapping = tables[i]; mapping->format; mapping++)
            if (index-- == 0) return mapping;
    return NULL;
}

rc_status rc_mapping_find(struct rc_str format, enum rc_collection collection,
                          const struct rc_mapping **ret_mapping)
{
    const struct rc_mapping *mapping = NULL;
    bool known = false;

    for (size_t i = 0; (mapping = rc_mapping_at(i)) != NULL; i++) {
        if (!rc_str_eq(format, rc_str_of(mapping->format))) continue;
        known = true;
        if (mapping->collection != collection) continue;
        *ret_mapping = mapping;
        return RC_OK;
    }
    return rc_fail(RC_REJECT,
                   known ? "no mapping of %s in \"%.*s\""
                         : "no mapping of %s: the format \"%.*s\" is not known here",
                   rc_collection_name(collection), RC_STR_ARG(format));
}

struct rc_str rc_mapping_envelope(const struct rc_mapping *mapping)
{
    return rc_str_of(mapping->envelope);
}
