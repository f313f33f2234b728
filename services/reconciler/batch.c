/* Reads batch.normalized. The normalizer wrote it, so what does not fit here is a fault of ours,
 * and the message is set aside rather than half believed. */
#include "batch.h"

#include "moment.h"

static bool is_hash(struct rc_str text)
{
    if (text.len != 32) return false;
    for (size_t i = 0; i < text.len; i++)
        if (!strchr("0123456789abcdef", text.data[i]) || !text.data[i]) return false;
    return true;
}

static rc_status read_modified(const struct rc_json *value, struct batch_record *record)
{
    const struct rc_str text = rc_json_text(rc_json_get(value, "modified"));

    if (text.len == 0) return RC_OK;
    RC_TRY(moment_parse(text, &record->modified));
    record->dated = true;
    return RC_OK;
}

static rc_status read_record(const struct rc_json *value, struct batch_record *record)
{
    RC_TRY(rc_json_need_text(value, "id", &record->id));
    RC_TRY(rc_json_need_int(value, "place", &record->place));
    RC_TRY(rc_json_need_text(value, "hash", &record->hash));
    RC_TRY(read_modified(value, record));
    record->deleted = rc_json_bool(rc_json_get(value, "deleted"));
    record->user = rc_json_text(rc_json_get(value, "user"));
    record->klass = rc_json_text(rc_json_get(value, "class"));
    record->body = rc_json_get(value, "body");
    if (record->id.len == 0) return rc_fail(RC_REJECT, "its id is empty");
    if (!is_hash(record->hash)) return rc_fail(RC_REJECT, "its hash is not 32 hex digits");
    if (rc_json_kind(record->body) != RC_JSON_OBJECT)
        return rc_fail(RC_REJECT, "its body is no object");
    return RC_OK;
}

static rc_status read_records(const struct rc_json *list, struct batch *batch)
{
    for (const struct rc_json *at = rc_json_first(list); at; at = rc_json_next(at)) {
        const rc_status status = read_record(at, &batch->records[batch->count]);
        if (status != RC_OK) return rc_context(status, "records[%zu]", batch->count);
        batch->count++;
    }
    batch->readable = batch->count;
    return RC_OK;
}

/* A dropped record is present under its id; one without an id is only counted (N1, N2). */
static rc_status read_dropped(const struct rc_json *list, struct batch *batch)
{
    for (const struct rc_json *at = rc_json_first(list); at; at = rc_json_next(at)) {
        struct batch_record *record = &batch->records[batch->count];
        record->id = rc_json_text(rc_json_get(at, "id"));
        RC_TRY(rc_json_need_int(at, "place", &record->place));
        if (record->id.len == 0)
            batch->nameless++;
        else
            batch->count++;
    }
    return RC_OK;
}

static rc_status read_facts(const struct rc_json *facts, struct batch *batch)
{
    RC_TRY(rc_json_need_text(facts, "page", &batch->page));
    RC_TRY(rc_json_need_text(facts, "collection", &batch->collection));
    RC_TRY(rc_json_need_text(facts, "normalizer", &batch->normalizer));
    RC_TRY(rc_json_need_int(facts, "pass", &batch->pass));
    RC_TRY(rc_json_need_int(facts, "part", &batch->part));
    RC_TRY(rc_json_need_int(facts, "parts", &batch->parts));
    if (batch->part < 1 || batch->part > batch->parts)
        return rc_fail(RC_REJECT, "part %d of %d does not exist", (int)batch->part,
                       (int)batch->parts);
    return RC_OK;
}

rc_status batch_parse(struct rc_str payload, struct rc_arena *arena, struct batch *ret_batch)
{
    const struct rc_json *root = NULL;
    struct batch batch = {0};

    RC_TRY(rc_json_parse(payload, NULL, arena, &root));
    RC_TRY(read_facts(rc_json_get(root, "batch"), &batch));
    const struct rc_json *records = rc_json_get(root, "records");
    const struct rc_json *dropped = rc_json_get(root, "dropped");
    batch.records = rc_arena_array(arena, rc_json_count(records) + rc_json_count(dropped) + 1,
                                   sizeof *batch.records);
    RC_TRY(read_records(records, &batch));
    RC_TRY(read_dropped(dropped, &batch));
    batch.findings = rc_json_get(root, "findings");
    batch.finding_count = rc_json_count(batch.findings);
    *ret_batch = batch;
    return RC_OK;
}
