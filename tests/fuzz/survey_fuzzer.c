/* Any bytes as records of a sample, one per line: counts stay within what was given, and no role is
 * more than a word. The first byte of a line chooses the collection. */

#include "rollcall/roster/survey.h"

#include "fuzz.h"

static void check_rows(const struct rc_survey *survey, int64_t records)
{
    const struct rc_survey_row *row = NULL;

    for (size_t i = 0; (row = rc_survey_row_at(survey, i)) != NULL; i++) {
        FUZZ_ASSERT(row->role.len > 0 && row->role.len <= 40);
        FUZZ_ASSERT(row->people > 0 && row->people <= records);
        FUZZ_ASSERT(rc_str_utf8(row->school, NULL));
    }
}

static void check_schools(const struct rc_survey *survey)
{
    const struct rc_survey_school *school = NULL;

    for (size_t i = 0; (school = rc_survey_school_at(survey, i)) != NULL; i++)
        FUZZ_ASSERT(school->id.len > 0 && rc_str_is_text(school->id) &&
                    rc_str_is_text(school->name));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    RC_AUTO(rc_survey) struct rc_survey *survey = rc_survey_new();
    struct rc_str rest = {(const char *)data, size};
    struct rc_survey_counts counts;
    int64_t given = 0;

    while (rest.data) {
        struct rc_str line = rc_str_cut(&rest, '\n');
        if (line.len == 0) continue;
        const enum rc_collection collection = (unsigned char)line.data[0] % RC_COLLECTION_COUNT_;
        rc_survey_add(survey, collection, (struct rc_str){line.data + 1, line.len - 1});
        given++;
    }
    rc_survey_counts(survey, &counts);
    FUZZ_ASSERT(counts.persons <= counts.numbered && counts.dates <= counts.dated);
    FUZZ_ASSERT(counts.unreadable <= given && counts.dated <= given - counts.unreadable);
    check_rows(survey, given);
    check_schools(survey);
    return 0;
}
