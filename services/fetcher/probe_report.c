/* The report card as it is kept and shown: ids, counts, names of schools, words. */
#include "probe.h"

#include <inttypes.h>

#include "rollcall/base/auto.h"

static void put_words(struct rc_json_out *out, const char *name, const char *text)
{
    if (text)
        rc_json_put_text(out, name, rc_str_of(text));
    else
        rc_json_put_null(out, name);
}

static void put_count(struct rc_json_out *out, const char *name, int64_t count)
{
    if (count >= 0)
        rc_json_put_int(out, name, count);
    else
        rc_json_put_null(out, name);
}

static void put_lines(struct rc_json_out *out, const struct probe_card *card)
{
    rc_json_open(out, "checks", '[');
    for (size_t i = 0; i < card->count; i++) {
        const struct probe_line *line = &card->lines[i];
        rc_json_open(out, NULL, '{');
        put_words(out, "check", line->check);
        put_words(out, "state", probe_state_name(line->state));
        rc_json_put_text(out, "says", line->says);
        put_words(out, "ask", line->ask);
        rc_json_close(out, '}');
    }
    rc_json_close(out, ']');
}

static void put_collections(struct rc_json_out *out, const struct probe_facts *facts)
{
    rc_json_open(out, "collections", '[');
    for (enum rc_collection c = 0; c < RC_COLLECTION_COUNT_; c++) {
        const struct probe_read *read = &facts->reads[c];
        if (!read->asked) continue;
        rc_json_open(out, NULL, '{');
        put_words(out, "collection", rc_collection_name(c));
        rc_json_put_bool(out, "readable", read->trouble == TROUBLE_NONE);
        put_count(out, "total", read->whole ? read->read : read->total);
        rc_json_put_int(out, "asked_for", read->asked_for);
        rc_json_put_int(out, "received", read->received);
        rc_json_put_int(out, "milliseconds", read->took_ms);
        rc_json_put_int(out, "bytes", read->bytes);
        rc_json_close(out, '}');
    }
    rc_json_close(out, ']');
}

/* ---- people ---- */

static int64_t total_of(const struct probe_facts *facts, struct rc_str role)
{
    for (const struct probe_total *total = facts->totals; total->role; total++)
        if (rc_str_eq(role, rc_str_of(total->role))) return total->people;
    return -1;
}

static void put_role(struct rc_json_out *out, struct rc_str role, int64_t people, bool exact)
{
    rc_json_open(out, NULL, '{');
    rc_json_put_text(out, "role", role);
    rc_json_put_int(out, "people", people);
    rc_json_put_bool(out, "exact", exact);
    rc_json_close(out, '}');
}

/* By filter where that works, else those of the sample; a role of which there is nobody is left
 * out. */
static void put_roles(struct rc_json_out *out, const struct probe_result *result)
{
    const struct probe_facts *facts = result->facts;
    const bool whole = facts->reads[RC_USERS].whole;
    const struct rc_survey_row *row = NULL;

    rc_json_open(out, "roles", '[');
    for (size_t i = 0; (row = rc_survey_row_at(result->survey, i)) != NULL; i++) {
        const int64_t total = total_of(facts, row->role);
        if (row->school.len > 0 || total >= 0) continue;
        put_role(out, row->role, row->people, whole);
    }
    for (const struct probe_total *total = facts->totals; total->role; total++)
        if (total->people > 0) put_role(out, rc_str_of(total->role), total->people, true);
    rc_json_close(out, ']');
}

static void put_school_roles(struct rc_json_out *out, const struct rc_survey *survey,
                             struct rc_str school)
{
    const struct rc_survey_row *row = NULL;

    rc_json_open(out, "roles", '{');
    for (size_t i = 0; (row = rc_survey_row_at(survey, i)) != NULL; i++) {
        if (!rc_str_eq(row->school, school) || school.len == 0) continue;
        rc_json_put_int(out, row->role.data, row->people); /* a survey's texts end with a NUL */
    }
    rc_json_close(out, '}');
}

static void put_schools(struct rc_json_out *out, const struct probe_result *result)
{
    const struct rc_survey_school *school = NULL;

    rc_json_open(out, "schools", '[');
    for (size_t i = 0; (school = rc_survey_school_at(result->survey, i)) != NULL; i++) {
        rc_json_open(out, NULL, '{');
        rc_json_put_text(out, "school", school->id);
        rc_json_put_text(out, "name", school->name);
        put_school_roles(out, result->survey, school->id);
        rc_json_close(out, '}');
    }
    rc_json_close(out, ']');
}

static void put_sample(struct rc_json_out *out, const struct probe_facts *facts)
{
    const struct probe_read *users = &facts->reads[RC_USERS];

    rc_json_open(out, "sample", '{');
    rc_json_put_int(out, "people", facts->survey.records[RC_USERS]);
    put_count(out, "of", users->whole ? users->read : users->asked ? users->total : -1);
    rc_json_put_bool(out, "whole", users->whole);
    rc_json_close(out, '}');
}

/* ---- what follows ---- */

static void put_strategy(struct rc_json_out *out, const struct probe_strategy *strategy)
{
    rc_json_open(out, "strategy", '{');
    rc_json_put_int(out, "page_size", strategy->page_size);
    rc_json_put_int(out, "parallel", strategy->parallel);
    rc_json_put_bool(out, "sorted", strategy->sorted);
    rc_json_put_bool(out, "delta", strategy->delta);
    rc_json_put_bool(out, "demographics", strategy->demographics);
    rc_json_put_bool(out, "resources", strategy->resources);
    rc_json_close(out, '}');
}

static void put_advice(struct rc_json_out *out, const struct probe_result *result,
                       struct rc_arena *arena)
{
    struct probe_advice advice[PROBE_ADVICE_MAX];
    const size_t count = probe_advise(result->facts, result->strategy, arena, advice);

    rc_json_open(out, "suggestions", '[');
    for (size_t i = 0; i < count; i++) {
        rc_json_open(out, NULL, '{');
        put_words(out, "setting", advice[i].name);
        rc_json_put_text(out, "now", advice[i].now);
        rc_json_put_text(out, "better", advice[i].better);
        put_words(out, "why", advice[i].why);
        rc_json_close(out, '}');
    }
    rc_json_close(out, ']');
}

void probe_report(const struct probe_result *result, struct rc_arena *arena, struct rc_buf *out)
{
    struct rc_json_out json = {.buf = out};

    rc_json_open(&json, NULL, '{');
    put_words(&json, "verdict", result->card->verdict);
    put_lines(&json, result->card);
    put_collections(&json, result->facts);
    put_roles(&json, result);
    put_schools(&json, result);
    put_sample(&json, result->facts);
    put_strategy(&json, result->strategy);
    put_advice(&json, result, arena);
    rc_json_put_raw(&json, "changes", result->changes);
    rc_json_put_int(&json, "requests", result->facts->requests);
    rc_json_put_int(&json, "milliseconds", result->facts->took_ms);
    rc_json_close(&json, '}');
}
