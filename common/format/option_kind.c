/* The kinds of options: one table of how each is read, shown and freed. */

#include "option_kind.h"

#include <inttypes.h>
#include <stdlib.h>

#include "rollcall/base/auto.h"

struct unit {
    struct rc_str name;
    int64_t size;
};

static const struct unit times[] = {
    {RC_STR_INIT("d"), INT64_C(86400000)},
    {RC_STR_INIT("h"), 3600000},
    {RC_STR_INIT("ms"), 1},
    {RC_STR_INIT("m"), 60000},
    {RC_STR_INIT("s"), 1000},
};
/* Largest first, so that printing finds the one that fits without a rest. */
static const size_t times_by_size[] = {0, 1, 3, 4, 2};

static const struct unit sizes[] = {
    {RC_STR_INIT("GiB"), INT64_C(1) << 30},
    {RC_STR_INIT("MiB"), 1 << 20},
    {RC_STR_INIT("KiB"), 1 << 10},
    {RC_STR_INIT(""), 1},
};
static const size_t sizes_by_size[] = {0, 1, 2, 3};

static rc_status parse_units(struct rc_str text, const struct unit *units, size_t count,
                             int64_t *ret_value)
{
    int64_t number = 0;

    for (size_t i = 0; i < count; i++) {
        if (!rc_str_ends(text, units[i].name)) continue;
        RC_TRY(rc_str_int((struct rc_str){text.data, text.len - units[i].name.len}, 0,
                          INT64_MAX / units[i].size, &number));
        *ret_value = number * units[i].size;
        return RC_OK;
    }
    return RC_REJECT;
}

rc_status rc_option_millis(struct rc_str text, int64_t *ret_ms)
{
    if (parse_units(text, times, COUNT_OF(times), ret_ms) == RC_OK) return RC_OK;
    if (rc_str_eq(text, RC_STR("0"))) {
        *ret_ms = 0;
        return RC_OK;
    }
    return rc_fail(RC_REJECT, "a time like 250ms, 30s, 5m, 2h or 1d is due");
}

rc_status rc_option_bytes(struct rc_str text, int64_t *ret_bytes)
{
    if (parse_units(text, sizes, COUNT_OF(sizes), ret_bytes) == RC_OK) return RC_OK;
    return rc_fail(RC_REJECT, "a size like 512, 64KiB, 8MiB or 1GiB is due");
}

static void print_units(int64_t value, const struct unit *units, const size_t *order, size_t count,
                        struct rc_buf *out)
{
    size_t i = 0;

    while (i + 1 < count && (value == 0 || value % units[order[i]].size != 0))
        i++;
    rc_buf_print(out, "%" PRId64 "%.*s", value / units[order[i]].size,
                 RC_STR_ARG(units[order[i]].name));
}

static void print_int(const void *at, struct rc_buf *out)
{
    rc_buf_print(out, "%" PRId64, *(const int64_t *)at);
}

static void print_millis(const void *at, struct rc_buf *out)
{
    print_units(*(const int64_t *)at, times, times_by_size, COUNT_OF(times), out);
}

static void print_bytes(const void *at, struct rc_buf *out)
{
    print_units(*(const int64_t *)at, sizes, sizes_by_size, COUNT_OF(sizes), out);
}

static void print_bool(const void *at, struct rc_buf *out)
{
    rc_buf_add_str(out, *(const bool *)at ? RC_STR("true") : RC_STR("false"));
}

static void print_text(const void *at, struct rc_buf *out)
{
    rc_buf_add_str(out, rc_str_of(*(char *const *)at));
}

static void print_secret(const void *at, struct rc_buf *out)
{
    const char *secret = *(char *const *)at;

    if (secret && *secret) rc_buf_add_str(out, RC_STR("***"));
}

void rc_option_range(const struct rc_option *option, struct rc_buf *out)
{
    const struct rc_option_kind_rule *rule = rc_option_kind_rule(option->kind);
    const bool number = option->kind != RC_OPTION_TEXT && option->kind != RC_OPTION_SECRET &&
                        option->kind != RC_OPTION_BOOL;

    if (!number || (option->min == 0 && option->max == 0)) return;
    rc_buf_add_str(out, RC_STR("from "));
    rule->print(&option->min, out);
    if (option->max == 0) return;
    rc_buf_add_str(out, RC_STR(" to "));
    rule->print(&option->max, out);
}

static rc_status set_in_range(const struct rc_option *option, int64_t value, void *at)
{
    RC_AUTO_BUF struct rc_buf range = {0};

    if (value < option->min || (option->max != 0 && value > option->max)) {
        rc_option_range(option, &range);
        return rc_fail(RC_REJECT, "a value %s is due", range.data ? range.data : "from 0");
    }
    memcpy(at, &value, sizeof value);
    return RC_OK;
}

static rc_status parse_int(const struct rc_option *option, struct rc_str text, void *at)
{
    int64_t value = 0;

    RC_TRY(rc_str_int(text, option->min, option->max != 0 ? option->max : INT64_MAX, &value));
    return set_in_range(option, value, at);
}

static rc_status parse_millis(const struct rc_option *option, struct rc_str text, void *at)
{
    int64_t value = 0;

    RC_TRY(rc_option_millis(text, &value));
    return set_in_range(option, value, at);
}

static rc_status parse_bytes(const struct rc_option *option, struct rc_str text, void *at)
{
    int64_t value = 0;

    RC_TRY(rc_option_bytes(text, &value));
    return set_in_range(option, value, at);
}

static rc_status parse_bool(const struct rc_option *option, struct rc_str text, void *at)
{
    static const struct {
        struct rc_str word;
        bool value;
    } words[] = {
        {RC_STR_INIT("true"), true}, {RC_STR_INIT("on"), true},     {RC_STR_INIT("yes"), true},
        {RC_STR_INIT("1"), true},    {RC_STR_INIT("false"), false}, {RC_STR_INIT("off"), false},
        {RC_STR_INIT("no"), false},  {RC_STR_INIT("0"), false},
    };

    (void)option;
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (!rc_str_eq_fold(text, words[i].word)) continue;
        *(bool *)at = words[i].value;
        return RC_OK;
    }
    return rc_fail(RC_REJECT, "true or false is due");
}

static rc_status parse_text(const struct rc_option *option, struct rc_str text, void *at)
{
    char *copy = rc_malloc(text.len + 1);

    (void)option;
    if (text.len > 0) memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    free(*(char **)at);
    *(char **)at = copy;
    return RC_OK;
}

static void done_text(void *at)
{
    free(*(char **)at);
    *(char **)at = NULL;
}

static const struct rc_option_kind_rule rules[] = {
    [RC_OPTION_TEXT] = {"text", parse_text, print_text, done_text},
    [RC_OPTION_SECRET] = {"secret", parse_text, print_secret, done_text},
    [RC_OPTION_INT] = {"number", parse_int, print_int, NULL},
    [RC_OPTION_BOOL] = {"true or false", parse_bool, print_bool, NULL},
    [RC_OPTION_MILLIS] = {"time", parse_millis, print_millis, NULL},
    [RC_OPTION_BYTES] = {"size", parse_bytes, print_bytes, NULL},
};
_Static_assert(COUNT_OF(rules) == RC_OPTION_KIND_COUNT_, "a rule for every kind of option");

const struct rc_option_kind_rule *rc_option_kind_rule(enum rc_option_kind kind)
{
    return &rules[kind];
}
