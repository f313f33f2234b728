/* The digest's subject line: the state and the numbers of all its districts first. */
#include "digest.h"

#include "words.h"

static const struct letter_tone tones[] = {
    [DIGEST_WAITS] = {NULL, "On hold", "?", "#0b4f9e", "#e5f0fc"},
    [DIGEST_FAILED] = {NULL, "Failed", "\xE2\x9C\x95", "#a1121f", "#fce8e9"},
    [DIGEST_ERRORS] = {NULL, "Errors", "!", "#8a4b00", "#fdebd3"},
    [DIGEST_CHANGED] = {NULL, "OK", "\xE2\x9C\x93", "#1a6b34", "#e6f4ea"},
    [DIGEST_QUIET] = {NULL, "OK", "\xE2\x9C\x93", "#1a6b34", "#e6f4ea"},
};
_Static_assert(COUNT_OF(tones) == DIGEST_RANK_COUNT_, "a tone for every rank");

/* ---- ranks ---- */

static bool has_failed(const struct rc_json *district)
{
    const struct rc_json *source = rc_json_first(rc_json_get(district, "sources"));

    for (; source; source = rc_json_next(source)) {
        const struct rc_str state = rc_json_text(rc_json_get(source, "state"));
        if (rc_str_eq(state, RC_STR("Failed")) || rc_str_eq(state, RC_STR("Paused"))) return true;
        if (words_fact(source, "failed") > 0) return true;
    }
    return false;
}

int64_t digest_sum(const struct rc_json *district, const char *time, const char *column)
{
    const struct rc_json *people = rc_json_get(rc_json_get(district, "people"), time);
    const struct rc_json *role = rc_json_first(people);
    int64_t sum = 0;

    for (; role; role = rc_json_next(role))
        sum += words_fact(role, column);
    return sum;
}

static bool has_changed(const struct rc_json *district)
{
    static const char *const columns[] = {"created", "changed", "archived", "restored", "skipped"};

    for (size_t i = 0; i < COUNT_OF(columns); i++)
        if (digest_sum(district, "now", columns[i]) > 0) return true;
    return words_fact(rc_json_get(district, "findings"), "warnings") > 0 ||
           words_fact(rc_json_get(district, "leaving"), "count") > 0 ||
           words_fact(rc_json_get(district, "kept"), "differ") > 0;
}

enum digest_rank digest_rank(const struct rc_json *district)
{
    if (rc_json_first(rc_json_get(district, "holds"))) return DIGEST_WAITS;
    if (words_fact(rc_json_get(district, "asked"), "count") > 0) return DIGEST_WAITS;
    if (has_failed(district)) return DIGEST_FAILED;
    if (words_fact(rc_json_get(district, "findings"), "errors") > 0) return DIGEST_ERRORS;
    return has_changed(district) ? DIGEST_CHANGED : DIGEST_QUIET;
}

enum digest_rank digest_worst(const struct rc_json *facts)
{
    const struct rc_json *district = rc_json_first(rc_json_get(facts, "districts"));
    enum digest_rank worst = DIGEST_QUIET;

    for (; district; district = rc_json_next(district))
        if (digest_rank(district) < worst) worst = digest_rank(district);
    return worst;
}

const struct letter_tone *digest_tone(const struct rc_letter_input *in)
{
    return &tones[digest_worst(in->facts)];
}

/* ---- the line ---- */

static int64_t waiting_of(const struct rc_json *district)
{
    int64_t people = letter_waiting(district, NULL);

    if (people == 0) people = letter_waiting(district, "join") + letter_waiting(district, "end");
    return people + words_fact(rc_json_get(district, "asked"), "count");
}

static int64_t failed_of(const struct rc_json *district)
{
    return has_failed(district) ? 1 : 0;
}

static int64_t created_of(const struct rc_json *district)
{
    return digest_sum(district, "now", "created");
}

static int64_t changed_of(const struct rc_json *district)
{
    return digest_sum(district, "now", "changed");
}

static int64_t archived_of(const struct rc_json *district)
{
    return digest_sum(district, "now", "archived");
}

static int64_t errors_of(const struct rc_json *district)
{
    return words_fact(rc_json_get(district, "findings"), "errors");
}

static const struct {
    int64_t (*of)(const struct rc_json *district);
    const char *one, *many;
    bool always;
} numbers[] = {
    {waiting_of, "waits for your decision", "wait for your decision", false},
    {failed_of, "sync failed", "syncs failed", false},
    {created_of, "new", "new", true},
    {changed_of, "changed", "changed", true},
    {archived_of, "archived", "archived", true},
    {errors_of, "error", "errors", true},
};

static void add_numbers(struct rc_arena *arena, const struct rc_json *facts, struct rc_buf *out)
{
    const struct rc_json *districts = rc_json_get(facts, "districts");
    const char *comma = "";

    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        int64_t sum = 0;
        for (const struct rc_json *one = rc_json_first(districts); one; one = rc_json_next(one))
            sum += numbers[i].of(one);
        if (sum == 0 && !numbers[i].always) continue;
        rc_buf_print(out, "%s%.*s %s", comma, RC_STR_ARG(words_number(arena, sum)),
                     sum == 1 ? numbers[i].one : numbers[i].many);
        comma = ", ";
    }
}

void digest_subject(const struct rc_letter_input *in, struct rc_arena *arena, struct rc_buf *out)
{
    const struct rc_json *districts = rc_json_get(in->facts, "districts");
    const struct rc_json *district = rc_json_get(rc_json_first(districts), "district");
    const size_t count = rc_json_count(districts);

    rc_buf_print(out, "[%s] ", digest_tone(in)->tag);
    if (count == 1)
        rc_buf_add_str(out, rc_json_text(rc_json_get(district, "name")));
    else
        rc_buf_add_str(out, words_count(arena, (int64_t)count, "district"));
    rc_buf_print(out, ": ");
    add_numbers(arena, in->facts, out);
}
