/* The normalizer's core: cuts a page into records, maps each, hashes it, and puts the batch
 * together. One record is in memory at a time beside the page and the batch. */

#include "batch.h"

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
    struct rc_mapper *mapper;
    struct rc_json_out json;    /* records go straight to the payload */
    struct rc_json_out dropped; /* these wait beside it */
    struct rc_json_out findings;
    struct batch_counts counts;
};

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

/* What was not listed is at least told of. */
static void note_left_out(struct batch *batch, struct rc_arena *arena)
{
    const size_t listed = batch->limits->max_findings;

    if (batch->counts.findings <= listed) return;
    const struct rc_finding finding = {
        .collection = batch->facts->collection,
        .place = -1,
        .field = "page",
        .rule = RC_RULE_LEFT_OUT,
        .severity = RC_WARNING,
        .detail = rc_str_print(arena, "%zu of %zu listed", listed, batch->counts.findings)};
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

static void put_optional(struct rc_json_out *json, const char *name, struct rc_str text)
{
    if (text.len > 0) rc_json_put_text(json, name, text);
}

static void put_record(struct batch *batch, const struct rc_record *record, int64_t place)
{
    struct rc_json_out *json = &batch->json;
    unsigned char hash[RC_HASH_BYTES];
    char text[RC_HASH_TEXT];

    rc_hash_keyed(batch->hash_key, record->text, hash);
    rc_hex(hash, sizeof hash, text);
    batch->counts.records++;
    rc_json_open(json, NULL, '{');
    rc_json_put_text(json, "id", record->id);
    rc_json_put_int(json, "place", place);
    rc_json_put_text(json, "hash", (struct rc_str){text, RC_HASH_TEXT - 1});
    put_optional(json, "modified", record->modified);
    if (record->deleted) rc_json_put_bool(json, "deleted", true);
    put_optional(json, "user", record->user);
    put_optional(json, "class", record->class_id);
    rc_json_put_raw(json, "body", record->body);
    rc_json_close(json, '}');
}

static void put_records(struct batch *batch, struct records *records)
{
    struct rc_record record;
    int64_t place = 0;

    rc_json_open(&batch->json, "records", '[');
    while (records_next(records, &record, &place)) {
        if (record.dropped)
            put_dropped(batch, &record, place);
        else
            put_record(batch, &record, place);
    }
    rc_json_close(&batch->json, ']');
}

static void put_facts(struct rc_json_out *json, const struct page_facts *facts, size_t count)
{
    rc_json_open(json, "batch", '{');
    rc_json_put_text(json, "page", facts->page);
    rc_json_put_text(json, "collection", rc_str_of(rc_collection_name(facts->collection)));
    rc_json_put_int(json, "pass", facts->pass);
    rc_json_put_int(json, "lane", facts->lane);
    rc_json_put_text(json, "cursor", facts->cursor);
    rc_json_put_text(json, "normalizer", RC_STR(NORMALIZER_VERSION));
    rc_json_put_int(json, "part", 1);
    rc_json_put_int(json, "parts", 1);
    rc_json_put_int(json, "count", (int64_t)count);
    rc_json_close(json, '}');
}

static void put_list(struct rc_json_out *json, const char *name, const struct rc_buf *elements)
{
    rc_json_open(json, name, '[');
    rc_buf_add_str(json->buf, rc_buf_str(elements));
    rc_json_close(json, ']');
}

static void put_batch(struct batch *batch, struct records *records, struct rc_arena *arena)
{
    rc_json_open(&batch->json, NULL, '{');
    put_facts(&batch->json, batch->facts, records_count(records));
    put_records(batch, records);
    note_left_out(batch, arena);
    put_list(&batch->json, "dropped", batch->dropped.buf);
    put_list(&batch->json, "findings", batch->findings.buf);
    rc_json_close(&batch->json, '}');
}

rc_status batch_write(struct rc_str bytes, const struct page_facts *facts, struct rc_str hash_key,
                      const struct batch_limits *limits, struct rc_arena *arena, struct rc_buf *out,
                      struct batch_counts *ret_counts)
{
    RC_AUTO_BUF struct rc_buf dropped = {0};
    RC_AUTO_BUF struct rc_buf findings = {0};
    RC_AUTO(records) struct records *records = NULL;
    struct batch batch = {.facts = facts,
                          .limits = limits,
                          .hash_key = hash_key,
                          .json = {.buf = out},
                          .dropped = {.buf = &dropped},
                          .findings = {.buf = &findings}};
    const struct records_options options = {.max_records = limits->max_records,
                                            .max_string = limits->max_string,
                                            .found = note_finding,
                                            .self = &batch};

    RC_TRY(records_new(bytes, facts, &options, arena, &records));
    rc_buf_reserve(out, bytes.len);
    put_batch(&batch, records, arena);
    *ret_counts = batch.counts;
    return RC_OK;
}
