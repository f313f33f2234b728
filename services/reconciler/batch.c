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

/* ---- records as JSON values ---- */

static rc_status read_body(const struct rc_json *body, struct rc_arena *arena,
                           struct batch_record *record)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    if (rc_json_kind(body) != RC_JSON_OBJECT) return rc_fail(RC_REJECT, "its body is no object");
    rc_json_print(&text, body);
    record->body = rc_str_copy(arena, rc_buf_str(&text));
    return RC_OK;
}

static rc_status read_record(const struct rc_json *value, struct rc_arena *arena,
                             struct batch_record *record)
{
    RC_TRY(rc_json_need_text(value, "id", &record->id));
    RC_TRY(rc_json_need_int(value, "place", &record->place));
    RC_TRY(rc_json_need_text(value, "hash", &record->hash));
    record->modified = rc_json_text(rc_json_get(value, "modified"));
    record->deleted = rc_json_bool(rc_json_get(value, "deleted"));
    record->user = rc_json_text(rc_json_get(value, "user"));
    record->klass = rc_json_text(rc_json_get(value, "class"));
    if (record->id.len == 0) return rc_fail(RC_REJECT, "its id is empty");
    if (!is_hash(record->hash)) return rc_fail(RC_REJECT, "its hash is not 32 hex digits");
    return read_body(rc_json_get(value, "body"), arena, record);
}

static rc_status check_modified(const struct batch_record *record)
{
    int64_t moment = 0;

    return record->modified.len > 0 ? moment_parse(record->modified, &moment) : RC_OK;
}

static rc_status end_record(struct batch *batch, rc_status status)
{
    if (status == RC_OK) status = check_modified(&batch->records[batch->count]);
    if (status != RC_OK) return rc_context(status, "records[%zu]", batch->count);
    batch->count++;
    return RC_OK;
}

static rc_status read_values(const struct rc_json *list, struct rc_arena *arena,
                             struct batch *batch)
{
    for (const struct rc_json *at = rc_json_first(list); at; at = rc_json_next(at))
        RC_TRY(end_record(batch, read_record(at, arena, &batch->records[batch->count])));
    return RC_OK;
}

/* ---- records as lines ---- */

static rc_status parse_line(struct rc_str line, struct rc_arena *arena, struct batch_record *record)
{
    const struct rc_json *value = NULL;

    RC_TRY(rc_json_parse(line, NULL, arena, &value));
    return read_record(value, arena, record);
}

static rc_status read_line(struct rc_str line, struct rc_arena *arena, struct batch *batch)
{
    struct batch_record *record = &batch->records[batch->count];

    if (line.len > 0 && line.data[line.len - 1] == ',') line.len--;
    return end_record(batch,
                      batch_line_read(line, record) ? RC_OK : parse_line(line, arena, record));
}

static rc_status read_lines(struct rc_str lines, struct rc_arena *arena, struct batch *batch)
{
    while (lines.data)
        RC_TRY(read_line(rc_str_cut(&lines, '\n'), arena, batch));
    return RC_OK;
}

static size_t count_lines(struct rc_str lines)
{
    size_t count = 0;

    while (lines.data) {
        rc_str_cut(&lines, '\n');
        count++;
    }
    return count;
}

/* ---- what stands around them ---- */

/* A dropped record is present under its id; one without an id is only counted (N1, N2). */
static rc_status read_dropped(const struct rc_json *list, struct batch *batch)
{
    for (const struct rc_json *at = rc_json_first(list); at; at = rc_json_next(at)) {
        struct batch_record *record = &batch->records[batch->count];
        *record = (struct batch_record){.id = rc_json_text(rc_json_get(at, "id"))};
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

/* All of it where there is one line only. */
static struct rc_str last_line(struct rc_str text)
{
    size_t len = 0;

    while (len < text.len && text.data[text.len - len - 1] != '\n')
        len++;
    return (struct rc_str){text.data + text.len - len, len};
}

/* The lines between the first, which opens the list of records, and the one that closes it; rest is
 * the document without them. False: the payload is not written so. */
static bool cut_lines(struct rc_str payload, struct rc_arena *arena, struct rc_str *ret_rest,
                      struct rc_str *ret_lines)
{
    struct rc_str behind = payload;
    const struct rc_str head = rc_str_cut(&behind, '\n');

    if (!behind.data || !rc_str_ends(head, RC_STR(",\"records\":["))) return false;
    const struct rc_str tail = last_line(behind);
    if (tail.len == behind.len || !rc_str_starts(tail, RC_STR("]"))) return false;
    *ret_rest = rc_str_print(arena, "%.*s%.*s", RC_STR_ARG(head), RC_STR_ARG(tail));
    *ret_lines = (struct rc_str){behind.data, behind.len - tail.len - 1};
    return true;
}

rc_status batch_parse(struct rc_str payload, struct rc_arena *arena, struct batch *ret_batch)
{
    const struct rc_json *root = NULL;
    struct batch batch = {0};
    struct rc_str rest = payload;
    struct rc_str lines = {0};

    (void)cut_lines(payload, arena, &rest, &lines);
    RC_TRY(rc_json_parse(rest, NULL, arena, &root));
    RC_TRY(read_facts(rc_json_get(root, "batch"), &batch));
    const struct rc_json *records = rc_json_get(root, "records");
    const struct rc_json *dropped = rc_json_get(root, "dropped");
    const size_t count = count_lines(lines) + rc_json_count(records) + rc_json_count(dropped);
    batch.records = rc_arena_array(arena, count + 1, sizeof *batch.records);
    RC_TRY(read_lines(lines, arena, &batch));
    RC_TRY(read_values(records, arena, &batch));
    batch.readable = batch.count;
    RC_TRY(read_dropped(dropped, &batch));
    batch.findings = rc_json_get(root, "findings");
    batch.finding_count = rc_json_count(batch.findings);
    *ret_batch = batch;
    return RC_OK;
}
