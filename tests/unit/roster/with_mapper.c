/* Maps single records for the tests of the roster. */

#include "with_mapper.h"

#include <stdio.h>
#include <stdlib.h>

static void note(void *self, const struct rc_finding *finding)
{
    struct mapped *mapped = self;

    rc_finding_code(finding, &mapped->findings);
    rc_buf_print(&mapped->findings, " %s\n", rc_severity_name(finding->severity));
    rc_finding_message(finding, &mapped->messages);
    rc_buf_add_char(&mapped->messages, '\n');
}

static const struct rc_mapping *mapping_of(const char *format, enum rc_collection collection)
{
    const struct rc_mapping *mapping = NULL;

    if (rc_mapping_find(rc_str_of(format), collection, &mapping) != RC_OK) abort();
    return mapping;
}

static struct mapped map_bytes_of(const char *format, enum rc_collection collection,
                                  struct rc_str bytes)
{
    struct mapped mapped = {0};
    struct rc_record record = {0};
    const struct rc_mapper_options options = {.found = note, .self = &mapped};
    RC_AUTO(rc_mapper)
    struct rc_mapper *mapper = rc_mapper_new(mapping_of(format, collection), &options);

    rc_mapper_record(mapper, bytes, 7, &record);
    rc_buf_add_str(&mapped.id, record.id);
    rc_buf_add_str(&mapped.modified, record.modified);
    rc_buf_add_str(&mapped.body, record.body);
    rc_buf_add_str(&mapped.text, record.text);
    rc_buf_add_str(&mapped.join, record.user);
    rc_buf_add_char(&mapped.join, ' ');
    rc_buf_add_str(&mapped.join, record.class_id);
    mapped.dropped = record.dropped;
    mapped.deleted = record.deleted;
    return mapped;
}

struct mapped map_bytes(enum rc_collection collection, struct rc_str bytes)
{
    return map_bytes_of(REST_11, collection, bytes);
}

struct mapped map_record_of(const char *format, enum rc_collection collection, const char *json)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    for (; *json; json++)
        rc_buf_add_char(&text, (char)(*json == '\'' ? '"' : *json));
    return map_bytes_of(format, collection, rc_buf_str(&text));
}

struct mapped map_record(enum rc_collection collection, const char *json)
{
    return map_record_of(REST_11, collection, json);
}

void mapped_done(struct mapped *mapped)
{
    rc_buf_done(&mapped->id);
    rc_buf_done(&mapped->modified);
    rc_buf_done(&mapped->body);
    rc_buf_done(&mapped->text);
    rc_buf_done(&mapped->join);
    rc_buf_done(&mapped->findings);
    rc_buf_done(&mapped->messages);
}

const char *text_of(const struct rc_buf *buf)
{
    return buf->data ? buf->data : "";
}
