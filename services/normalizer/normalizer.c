/* What becomes of one message: its headers and bytes in, a batch out and acknowledged. Nothing is
 * kept between messages but hash keys, so any number of normalizers share the work. */

#include "normalizer.h"

#include "batch.h"
#include "rollcall/base/fault.h"
#include "rollcall/base/log.h"
#include "rollcall/port/crypto.h"

enum { PAYLOAD_KEPT = 4 * 1024 * 1024 };

const struct rc_option normalizer_option_table[] = {
    {.name = "normalizer.max-records",
     .kind = RC_OPTION_INT,
     .offset = offsetof(struct normalizer_options, max_records),
     .fallback = "20000",
     .min = 1,
     .max = 1000000,
     .help = "Most records of one page; a page with more is set aside."},
    {.name = "normalizer.max-field",
     .kind = RC_OPTION_BYTES,
     .offset = offsetof(struct normalizer_options, max_string),
     .fallback = "64KiB",
     .min = 1024,
     .max = INT64_C(1) << 20,
     .help = "Longest text of a record; a record with a longer one is dropped with a finding."},
    {.name = "normalizer.max-findings",
     .kind = RC_OPTION_INT,
     .offset = offsetof(struct normalizer_options, max_findings),
     .fallback = "5000",
     .min = 1,
     .max = 100000,
     .help = "Findings of one page that are listed; further ones are counted."},
    {.name = "normalizer.key-life",
     .kind = RC_OPTION_MILLIS,
     .offset = offsetof(struct normalizer_options, key_life_ms),
     .fallback = "60s",
     .min = 0,
     .max = 3600000,
     .help = "How long a district's hash key is used before it is read again."},
    {0},
};

rc_status normalizer_open(void *self, struct rc_stage_env *env)
{
    const struct normalizer_options *options = env->config;
    struct normalizer *normalizer = self;

    if (!env->db) return rc_fail(RC_FATAL, "database.url is not set: hash keys are read there");
    keys_init(&normalizer->keys, env->keys, options->key_life_ms);
    return RC_OK;
}

void normalizer_close(void *self)
{
    struct normalizer *normalizer = self;

    keys_done(&normalizer->keys);
    rc_buf_done(&normalizer->payload);
}

/* Facts of the page that stand by the batch too. */
static const char *const kept_headers[] = {
    "rc_source", "rc_collection", "rc_pass",  "rc_lane", "rc_lane_id",
    "rc_step",   "rc_cursor",     "rc_place", "rc_page", "rc_digest",
};

static struct rc_str number_of(struct rc_stage_env *env, size_t number)
{
    return rc_str_print(env->arena, "%zu", number);
}

void normalizer_headers(struct rc_stage_env *env, const struct rc_message *in,
                        const struct normalizer_part *part, struct rc_headers *out)
{
    char id[RC_HASH_TEXT];
    const struct rc_str said = rc_str_print(env->arena, "%.*s|" NORMALIZER_VERSION "|%zu",
                                            RC_STR_ARG(part->page), part->part);

    rc_digest_text(said, id);
    struct rc_envelope envelope = rc_stage_envelope(
        env, "batch.normalized", rc_str_copy(env->arena, rc_str_of(id)), part->page);
    /* The page's own time, so that the same page gives the same event. */
    envelope.time = env->envelope.time;
    rc_envelope_print(&envelope, out);
    for (size_t i = 0; i < COUNT_OF(kept_headers); i++) {
        const struct rc_str value = rc_headers_get(&in->headers, kept_headers[i]);
        if (value.len > 0) rc_headers_add(out, kept_headers[i], value);
    }
    rc_headers_add(out, "rc_normalizer", RC_STR(NORMALIZER_VERSION));
    rc_headers_add(out, "rc_part", number_of(env, part->part));
    rc_headers_add(out, "rc_parts", number_of(env, part->parts));
}

static rc_status send_part(struct rc_stage_env *env, const struct rc_message *in,
                           const struct normalizer_part *part, struct rc_str payload)
{
    struct rc_outgoing batch = {.topic = rc_topic_name(env->arena, "batch.normalized"),
                                .key = part->page,
                                .payload = payload};

    normalizer_headers(env, in, part, &batch.headers);
    RC_TRY(rc_stage_send(env, &batch, 1));
    return rc_fault_at("normalizer.part.sent", number_of(env, part->part).data);
}

/* One part after the other, each acknowledged: a kill between leaves a set that is not complete,
 * and the page comes again (N3). */
static rc_status send_parts(struct normalizer *normalizer, struct rc_stage_env *env,
                            const struct rc_message *in, struct batch *batch)
{
    struct normalizer_part part = {.page = rc_headers_get(&in->headers, "rc_page"),
                                   .parts = batch_parts(batch)};

    for (part.part = 1; part.part <= part.parts; part.part++) {
        rc_buf_clear(&normalizer->payload);
        batch_next(batch, &normalizer->payload);
        RC_TRY(send_part(env, in, &part, rc_buf_str(&normalizer->payload)));
    }
    return RC_OK;
}

static void count_records(enum rc_collection collection, const char *change, size_t count)
{
    rc_metric_count("rollcall_records_total", (double)count, "collection=\"%s\",change=\"%s\"",
                    rc_collection_name(collection), change);
}

static void note_counts(const struct page_facts *facts, const struct batch_counts *counts)
{
    rc_metric_add("rollcall_pages_total", "stage=\"normalizer\"", 1);
    count_records(facts->collection, "normalized", counts->records);
    count_records(facts->collection, "dropped", counts->dropped);
    rc_log_info("page.normalized", "%s: %zu records, %zu dropped, %zu findings",
                rc_collection_name(facts->collection), counts->records, counts->dropped,
                counts->findings);
}

static rc_status normalize(struct normalizer *normalizer, struct rc_stage_env *env,
                           const struct rc_message *in, const struct page_facts *facts)
{
    const struct normalizer_options *options = env->config;
    const struct batch_limits limits = {.max_records = (size_t)options->max_records,
                                        .max_string = (size_t)options->max_string,
                                        .max_findings = (size_t)options->max_findings,
                                        .part_records = BATCH_PART_RECORDS,
                                        .part_bytes = BATCH_PART_BYTES};
    RC_AUTO(batch) struct batch *batch = NULL;
    struct rc_str key = {0};

    RC_TRY(keys_get(&normalizer->keys, env->db, env->envelope.district, &key));
    const rc_status status = batch_open(in->payload, facts, key, &limits, env->arena, &batch);
    if (status != RC_OK)
        return rc_context(status, "page %.*s (%s from %.*s)", RC_STR_ARG(facts->page),
                          rc_collection_name(facts->collection), RC_STR_ARG(facts->cursor));
    RC_TRY(send_parts(normalizer, env, in, batch));
    rc_fault_point("normalizer.sent");
    const struct batch_counts counts = batch_counts(batch);
    note_counts(facts, &counts);
    return RC_OK;
}

/* One huge page does not keep its memory for ever. */
static void shrink(struct rc_buf *payload)
{
    if (payload->cap > PAYLOAD_KEPT) rc_buf_done(payload);
}

rc_status normalizer_page(void *self, struct rc_stage_env *env, const struct rc_message *in)
{
    struct normalizer *normalizer = self;
    struct page_facts facts = {0};

    if (env->envelope.district.len == 0) return rc_fail(RC_REJECT, "header rc_district is missing");
    RC_TRY(page_facts_read(&in->headers, &facts));
    const struct rc_str detail = rc_str_print(
        env->arena, "%.*s %s %.*s %.*s", RC_STR_ARG(env->envelope.district),
        rc_collection_name(facts.collection), RC_STR_ARG(facts.page), RC_STR_ARG(facts.cursor));
    RC_TRY(rc_fault_at("normalizer.page", detail.data));
    const rc_status status = normalize(normalizer, env, in, &facts);
    shrink(&normalizer->payload);
    return status;
}
