#ifndef NORMALIZER_RECORDS_H
#define NORMALIZER_RECORDS_H

#include "batch.h"
#include "rollcall/roster/mapper.h"

/* The records of a page, one after the other, whatever the page's format is. */

struct records;

struct records_options {
    size_t max_records;
    size_t max_string;
    bool keeps_agents; /* as the mapper takes it */
    void (*found)(void *self, const struct rc_finding *finding);
    void *self;
};

/* RC_REJECT: the page cannot be cut into records, or its format is not known; the text says what
 * and where. bytes and arena outlive it. */
RC_MUST_CHECK rc_status records_new(struct rc_str bytes, const struct page_facts *facts,
                                    const struct records_options *options, struct rc_arena *arena,
                                    struct records **ret_records);
/* NULL is nothing. */
void records_free(struct records *records);
RC_AUTO_DEFINE(records)

/* How many the page has. */
size_t records_count(const struct records *records);
/* The next one and its place: the number in the page, or the line of a file. False at the end.
 * Views live until the next. */
bool records_next(struct records *records, struct rc_record *ret_record, int64_t *ret_place);

#endif
