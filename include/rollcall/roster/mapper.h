#ifndef RC_ROSTER_MAPPER_H
#define RC_ROSTER_MAPPER_H

#include "rollcall/base/auto.h"
#include "rollcall/roster/finding.h"

/* From a source's record to the canonical one. A mapping is a table of fields for one (source kind,
 * version, collection); a mapper applies one to record after record. Pure: bytes in, bytes and
 * findings out; the same bytes always give the same. */

struct rc_mapping; /* a table; for ever */
struct rc_mapper;

/* The mapping for rc_format ("oneroster-rest/1.1") and a collection. RC_REJECT names what is not
 * known. */
RC_MUST_CHECK rc_status rc_mapping_find(struct rc_str format, enum rc_collection collection,
                                        const struct rc_mapping **ret_mapping);
/* The name under which the source's answers hold the collection's array. */
struct rc_str rc_mapping_envelope(const struct rc_mapping *mapping);

struct rc_mapper_options {
    size_t max_string; /* bytes of any one string of a record; 0: 64 KiB */
    bool keeps_agents; /* in the source's order, where it says who is the primary parent */
    /* Told of each finding; its views live until it returns. */
    void (*found)(void *self, const struct rc_finding *finding);
    void *self;
};

/* A mapper for records of that mapping; options may be copied and forgotten. */
struct rc_mapper *rc_mapper_new(const struct rc_mapping *mapping,
                                const struct rc_mapper_options *options);
/* NULL is taken. */
void rc_mapper_free(struct rc_mapper *mapper);
RC_AUTO_DEFINE(rc_mapper)

/* One record in canonical form. Views live until the mapper's next record. */
struct rc_record {
    struct rc_str id;       /* empty: could not be read; the collection cannot be sealed (N1) */
    bool dropped;           /* an error took the values; the record is present all the same (N1) */
    bool deleted;           /* the source marks it tobedeleted */
    struct rc_str modified; /* dateLastModified, RFC 3339 in UTC; empty: none */
    struct rc_str user;     /* enrollments: the ids it joins */
    struct rc_str class_id;
    struct rc_str body; /* canonical JSON; empty where dropped */
    struct rc_str text; /* what is hashed: collection, id and body on three lines (N4) */
};

/* Reads one record's bytes. place is its number in the page, for findings. Never fails: what cannot
 * be used is dropped, with findings. */
void rc_mapper_record(struct rc_mapper *mapper, struct rc_str bytes, int64_t place,
                      struct rc_record *ret_record);

/* A line per code that mappings can give, as Markdown table rows in order; what
 * services/normalizer/FINDINGS.md holds. */
void rc_mapper_document(struct rc_buf *out);

#endif
