/* The normalizer's core: cuts a page into records, maps each, hashes it, and puts the batch
 * together. One record is in memory at a time beside the page and a part of the batch. */

#include "batch.h"

#include <stdlib.h>

#include "records.h"
#include "rollcall/base/id.h"
#include "rollcall/port/crypto.h"
#include "rollcall/roster/mapper.h"
#include "rollcall/worker/process.h"

/* --- what the headers say --- */

static rc_status need_number(const struct rc_headers *headers, const char *name, int64_t *ret_value)
{
    struct rc_str text = {0};

    RC_TRY(rc_headers_need(headers, name, &text));
    return rc_context(rc_str_int(text, 0, INT32_MAX, ret_value), "header %s", name);
}

rc_status page_facts_read(const struct rc_headers *headers, struct page_facts *ret_facts)
{
    struct page_facts facts = {0};
    struct rc_str collection = {0};

    RC_TRY(rc_headers_need(headers, "rc_page", &facts.page));
    RC_TRY(rc_headers_need(headers, "rc_format", &facts.format));
    RC_TRY(rc_headers_need(headers, "rc_collection", &collection));
    RC_TRY(rc_headers_need(headers, "rc_cursor", &facts.cursor));
    RC_TRY(need_number(headers, "rc_pass", &facts.pass));
    RC_TRY(need_number(headers, "rc_lane", &facts.lane));
    facts.keeps_agents = rc_str_eq(rc_headers_get(headers, "rc_primary_parent"),
                                   RC_STR("first-agent"));
    if (!rc_collection_parse(collection, &facts.collection))
        return rc_fail(RC_REJECT, "header rc_collection: no collection is called \"%.*s\"",
                       RC_STR_ARG(collection));
    *ret_facts = facts;
    return RC_OK;
}

/* --- a batch on its way --- */

struct batch {
    const struct page_facts *facts;
    const struct batch_limits *limits;
    struct rc_str hash_key;
    struct rc_arena *arena;
    struct records *records;
    size_t count, width, parts;               /* records in all, and in a part */
    size_t part;                              /* in hand, from 1 */
    struct rc_json_out json;                  /* records go straight to the payload */
    struct rc_json_out dropped, findings;     /* these wait beside it */
    struct rc_buf dropped_text, finding_text; /* where they wait */
    struct batch_counts counts;
};

/* --- cutting --- */

static size_t divide_up(size_t value, size_t by)
{
    return (value + by - 1) / by;
}

/* Parts of equally many records, as many as records or bytes ask for. By the page's size, not by
 * what becomes of it: so the number is known before the first is written. */
static void cut(struct batch *batch, size_t bytes)
{
    const size_t count = records_count(batch->records);
    const size_t by_records = divide_up(count, batch->limits->part_records);
    const size_t by_bytes = divide_up(bytes, batch->limits->part_bytes);
    const size_t wanted = by_records > by_bytes ? by_records : by_bytes;

    batch->count = count;
    batch->width = count > wanted ? divide_up(count, wanted) : 1;
    batch->parts = count > 0 ? divide_up(count, batch->width) : 1;
}

/* --- findings, dropped records --- */

static void count_finding(const struct rc_finding *finding)
{
    const char *collection = rc_collection_name(finding->collection);

    if (finding->severity == RC_ERROR)
        rc_metric_count("rollcall_record_errors_total", 1, "collection=\"%s\",rule=\"%s\"",
                        collection, rc_rule_text(finding->rule)->name);
    else
        rc_metric_count("rollcall_record_warnings_total", 1, "collection=\"%s\"", collection);
}

static void note_finding(void *self, const struct rc_finding *finding)
{
    struct batch *batch = self;

    count_finding(finding);
    if (batch->counts.findings++ < batch->limits->max_findings)
        rc_finding_print(finding, &batch->findings);
}

/* What was not listed is at least told of, by the last part. */
static void note_left_out(struct batch *batch)
{
    const size_t listed = batch->limits->max_findings;

    if (batch->part < batch->parts || batch->counts.findings <= listed) return;
    const struct rc_finding finding = {
        .collection = batch->facts->collection,
        .place = -1,
        .field = "page",
        .rule = RC_RULE_LEFT_OUT,
        .severity = RC_WARNING,
        .detail = rc_str_print(batch->arena, "%zu of %zu listed", listed, batch->counts.findings)};
    rc_finding_print(&finding, &batch->findings);
}

static void put_dropped(struct batch *batch, const struct rc_record *record, int64_t place)
{
    batch->counts.dropped++;
    rc_json_open(&batch->dropped, NULL, '{');
    if (record->id.len > 0) rc_json_put_text(&batch->dropped, "id", record->id);
    rc_json_put_int(&batch->dropped, "place", place);
    rc_json_close(&batch->dropped, '}');
}

/* --- records --- */

#define PUT(out, text) rc_buf_add(out, text, sizeof(text) - 1)

static void put_optional(struct rc_buf *out, const char *name, struct rc_str text)
{
    if (text.len == 0) return;
    PUT(out, ",\"");
    rc_buf_add_str(out, rc_str_of(name));
    PUT(out, "\":");
    rc_json_quote(out, text);
}

/* In the order and form that the reconciler reads without a parser. */
static void put_record(struct batch *batch, const struct rc_record *record, int64_t place)
{
    struct rc_buf *out = batch->json.buf;
    unsigned char hash[RC_HASH_BYTES];
    char text[RC_HASH_TEXT];

    rc_hash_keyed(batch->hash_key, record->text, hash);
    rc_hex(hash, sizeof hash, text);
    batch->counts.records++;
    PUT(out, "{\"id\":");
    rc_json_quote(out, record->id);
    rc_json_put_int(&batch->json, "place", place);
    PUT(out, ",\"hash\":\"");
    rc_buf_add(out, text, RC_HASH_TEXT - 1);
    PUT(out, "\"");
    put_optional(out, "modified", record->modified);
    if (record->deleted) PUT(out, ",\"deleted\":true");
    put_optional(out, "user", record->user);
    put_optional(out, "class", record->class_id);
    PUT(out, ",\"body\":");
    rc_buf_add_str(out, record->body);
    PUT(out, "}");
}

static void put_line(struct batch *batch, const struct rc_record *record, int64_t place, bool first)
{
    rc_buf_add_str(batch->json.buf, first ? RC_STR("\n") : RC_STR(",\n"));
    put_record(batch, record, place);
}

static void put_records(struct batch *batch)
{
    struct rc_record record;
    int64_t place = 0;
    bool first = true;

    rc_json_open(&batch->json, "records", '[');
    batch->json.comma = true; /* within a record; its line brings the comma before it */
    for (size_t i = 0; i < batch->width && records_next(batch->records, &record, &place); i++) {
        if (record.dropped) {
            put_dropped(batch, &record, place);
            continue;
        }
        put_line(batch, &record, place, first);
        first = false;
    }
    if (!first) rc_buf_add_char(batch->json.buf, '\n');
    rc_json_close(&batch->json, ']');
}

/* Records of the part in hand. */
static size_t part_count(const struct batch *batch)
{
    const size_t before = (batch->part - 1) * batch->width;
    const size_t left = batch->count - before;

    return left < batch->width ? left : batch->width;
}

static void put_facts(const struct batch *batch, struct rc_json_out *json)
{
    const struct page_facts *facts = batch->facts;

    rc_json_open(json, "batch", '{');
    rc_json_put_text(json, "page", facts->page);
    rc_json_put_text(json, "collection", rc_str_of(rc_collection_name(facts->collection)));
    rc_json_put_int(json, "pass", facts->pass);
    rc_json_put_int(json, "lane", facts->lane);
    rc_json_put_text(json, "cursor", facts->cursor);
    rc_json_put_text(json, "normalizer", RC_STR(NORMALIZER_VERSION));
    rc_json_put_int(json, "part", (int64_t)batch->part);
    rc_json_put_int(json, "parts", (int64_t)batch->parts);
    rc_json_put_int(json, "count", (int64_t)part_count(batch));
    rc_json_close(json, '}');
}

static void put_list(struct rc_json_out *json, const char *name, const struct rc_buf *elements)
{
    rc_json_open(json, name, '[');
    rc_buf_add_str(json->buf, rc_buf_str(elements));
    rc_json_close(json, ']');
}

/* What waits beside the records of the next part; a file's own findings come before its first. */
static void begin_waiting(struct batch *batch)
{
    rc_buf_clear(&batch->dropped_text);
    rc_buf_clear(&batch->finding_text);
    batch->dropped = (struct rc_json_out){.buf = &batch->dropped_text};
    batch->findings = (struct rc_json_out){.buf = &batch->finding_text};
}

void batch_next(struct batch *batch, struct rc_buf *out)
{
    batch->json = (struct rc_json_out){.buf = out};
    batch->part++;
    rc_json_open(&batch->json, NULL, '{');
    put_facts(batch, &batch->json);
    put_records(batch);
    note_left_out(batch);
    put_list(&batch->json, "dropped", &batch->dropped_text);
    put_list(&batch->json, "findings", &batch->finding_text);
    rc_json_close(&batch->json, '}');
    begin_waiting(batch);
}

size_t batch_parts(const struct batch *batch)
{
    return batch->parts;
}

struct batch_counts batch_counts(const struct batch *batch)
{
    return batch->counts;
}

/* --- life --- */

rc_status batch_open(struct rc_str bytes, const struct page_facts *facts, struct rc_str hash_key,
                     const struct batch_limits *limits, struct rc_arena *arena,
                     struct batch **ret_batch)
{
    RC_AUTO(batch) struct batch *batch = rc_malloc(sizeof *batch);
    const struct records_options options = {.max_records = limits->max_records,
                                            .max_string = limits->max_string,
                                            .keeps_agents = facts->keeps_agents,
                                            .found = note_finding,
                                            .self = batch};

    *batch = (struct batch){.facts = facts, .limits = limits, .hash_key = hash_key, .arena = arena};
    begin_waiting(batch);
    RC_TRY(records_new(bytes, facts, &options, arena, &batch->records));
    cut(batch, bytes.len);
    *ret_batch = batch_take(&batch);
    return RC_OK;
}

void batch_free(struct batch *batch)
{
    if (!batch) return;
    records_free(batch->records);
    rc_buf_done(&batch->dropped_text);
    rc_buf_done(&batch->finding_text);
    free(batch);
}
