/* Message headers, read and written in one place, so that every program means the same by them. */

#include "rollcall/format/envelope.h"

#include <stdio.h>
#include <stdlib.h>

#include "rollcall/base/auto.h"
#include "rollcall/base/id.h"

enum {
    VALUE_MAX = 1024,
    TRACEPARENT_LEN = 55,
    TRACE_AT = 3,
    TRACE_LEN = 32,
    SPAN_AT = 36,
    SPAN_LEN = 16
};

static bool is_lower_hex(struct rc_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!(text.data[i] >= '0' && text.data[i] <= '9') &&
            !(text.data[i] >= 'a' && text.data[i] <= 'f'))
            return false;
    return true;
}

static bool is_all_zeros(struct rc_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] != '0') return false;
    return true;
}

/* W3C Trace Context, version 00: 00-<trace>-<span>-<flags>. */
static bool is_traceparent(struct rc_str text)
{
    if (text.len != TRACEPARENT_LEN || !rc_str_starts(text, RC_STR("00-"))) return false;
    const struct rc_str trace = {text.data + TRACE_AT, TRACE_LEN};
    const struct rc_str span = {text.data + SPAN_AT, SPAN_LEN};
    const struct rc_str flags = {text.data + SPAN_AT + SPAN_LEN + 1, 2};

    return text.data[TRACE_AT + TRACE_LEN] == '-' && text.data[SPAN_AT + SPAN_LEN] == '-' &&
           is_lower_hex(trace) && is_lower_hex(span) && is_lower_hex(flags) &&
           !is_all_zeros(trace) && !is_all_zeros(span);
}

/* Every header of the envelope: where it stands in the struct, and what is asked of it. */
static const struct rule {
    const char *name;
    size_t offset;
    bool required;
    bool (*valid)(struct rc_str value);
    const char *due;
} rules[] = {
    {"ce_id", offsetof(struct rc_envelope, id), true, NULL, NULL},
    {"ce_source", offsetof(struct rc_envelope, source), true, NULL, NULL},
    {"ce_type", offsetof(struct rc_envelope, type), true, NULL, NULL},
    {"ce_time", offsetof(struct rc_envelope, time), false, NULL, NULL},
    {"ce_subject", offsetof(struct rc_envelope, subject), false, NULL, NULL},
    {"content-type", offsetof(struct rc_envelope, content_type), false, NULL, NULL},
    {"traceparent", offsetof(struct rc_envelope, traceparent), false, is_traceparent,
     "a W3C trace context"},
    {"rc_district", offsetof(struct rc_envelope, district), false, rc_id_valid, "a UUID"},
    {"rc_run", offsetof(struct rc_envelope, run), false, rc_id_valid, "a UUID"},
};

struct rc_str rc_headers_get(const struct rc_headers *headers, const char *name)
{
    const struct rc_str wanted = rc_str_of(name);

    for (size_t i = headers->count; i > 0; i--)
        if (rc_str_eq(headers->items[i - 1].name, wanted)) return headers->items[i - 1].value;
    return (struct rc_str){NULL, 0};
}

rc_status rc_headers_need(const struct rc_headers *headers, const char *name,
                          struct rc_str *ret_value)
{
    const struct rc_str value = rc_headers_get(headers, name);

    if (value.len == 0) return rc_fail(RC_REJECT, "header %s is missing", name);
    *ret_value = value;
    return RC_OK;
}

static bool is_plain(struct rc_str value)
{
    for (size_t i = 0; i < value.len; i++)
        if ((unsigned char)value.data[i] < 0x20 || value.data[i] == 0x7F) return false;
    return rc_str_utf8(value, NULL);
}

static rc_status check_value(const struct rule *rule, struct rc_str value)
{
    if (value.len > VALUE_MAX)
        return rc_fail(RC_REJECT, "header %s is longer than %d bytes", rule->name, VALUE_MAX);
    if (!is_plain(value))
        return rc_fail(RC_REJECT, "header %s holds control characters or bad UTF-8", rule->name);
    if (value.len > 0 && rule->valid && !rule->valid(value))
        return rc_fail(RC_REJECT, "header %s is not %s", rule->name, rule->due);
    return RC_OK;
}

static rc_status read_header(const struct rc_headers *headers, const struct rule *rule,
                             struct rc_envelope *envelope)
{
    struct rc_str value = rc_headers_get(headers, rule->name);

    if (rule->required) RC_TRY(rc_headers_need(headers, rule->name, &value));
    RC_TRY(check_value(rule, value));
    memcpy((char *)envelope + rule->offset, &value, sizeof value);
    return RC_OK;
}

rc_status rc_envelope_parse(const struct rc_headers *headers, struct rc_envelope *ret_envelope)
{
    struct rc_envelope envelope = {0};
    struct rc_str version = {0};

    RC_TRY(rc_headers_need(headers, "ce_specversion", &version));
    if (!rc_str_eq(version, RC_STR("1.0")))
        return rc_fail(RC_REJECT, "header ce_specversion is not 1.0");
    for (size_t i = 0; i < COUNT_OF(rules); i++)
        RC_TRY(read_header(headers, &rules[i], &envelope));
    *ret_envelope = envelope;
    return RC_OK;
}

void rc_headers_add(struct rc_headers *headers, const char *name, struct rc_str value)
{
    if (headers->count == RC_HEADERS_MAX) {
        fprintf(stderr, "rollcall: more than %d headers on a message, %s is one too many\n",
                RC_HEADERS_MAX, name);
        abort();
    }
    headers->items[headers->count++] = (struct rc_header){rc_str_of(name), value};
}

void rc_envelope_print(const struct rc_envelope *envelope, struct rc_headers *headers)
{
    rc_headers_add(headers, "ce_specversion", RC_STR("1.0"));
    for (size_t i = 0; i < COUNT_OF(rules); i++) {
        struct rc_str value = {0};
        memcpy(&value, (const char *)envelope + rules[i].offset, sizeof value);
        if (value.len > 0) rc_headers_add(headers, rules[i].name, value);
    }
}

struct rc_str rc_trace_id(struct rc_str traceparent)
{
    if (!is_traceparent(traceparent)) return (struct rc_str){NULL, 0};
    return (struct rc_str){traceparent.data + TRACE_AT, TRACE_LEN};
}

struct rc_str rc_trace_child(struct rc_arena *arena, struct rc_str parent)
{
    unsigned char chance[(TRACE_LEN + SPAN_LEN) / 2];
    char hex[TRACE_LEN + SPAN_LEN + 1];
    const bool known = is_traceparent(parent);

    rc_random(chance, sizeof chance);
    chance[sizeof chance - 1] |= 1; /* all zeros would mean no span */
    chance[0] |= 1;
    rc_hex(chance, sizeof chance, hex);
    const char *trace = known ? parent.data + TRACE_AT : hex;
    const char *flags = known ? parent.data + SPAN_AT + SPAN_LEN + 1 : "01";
    return rc_str_print(arena, "00-%.32s-%.16s-%.2s", trace, hex + TRACE_LEN, flags);
}
