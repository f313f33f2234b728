/* A survey counts what records say, and nothing of a person is left in it. */

#include "rollcall/roster/survey.h"

#include "support/unit.h"

static void add(struct rc_survey *survey, enum rc_collection collection, const char *record)
{
    rc_survey_add(survey, collection, rc_str_of(record));
}

static int64_t people(const struct rc_survey *survey, const char *school, const char *role)
{
    const struct rc_survey_row *row = NULL;

    for (size_t i = 0; (row = rc_survey_row_at(survey, i)) != NULL; i++)
        if (rc_str_eq(row->school, rc_str_of(school)) && rc_str_eq(row->role, rc_str_of(role)))
            return row->people;
    return 0;
}

static struct rc_survey_counts counts_of(const struct rc_survey *survey)
{
    struct rc_survey_counts counts;

    rc_survey_counts(survey, &counts);
    return counts;
}

static void test_people_are_counted_per_school_and_role_in_either_version(void **state)
{
    RC_AUTO(rc_survey) struct rc_survey *survey = rc_survey_new();

    (void)state;
    add(survey, RC_USERS,
        "{\"sourcedId\":\"1\",\"role\":\"student\",\"orgs\":[{\"sourcedId\":\"n\"},{\"sourcedId\":"
        "\"s\"}]}");
    add(survey, RC_USERS,
        "{\"sourcedId\":\"2\",\"role\":\"student\",\"orgs\":{\"sourcedId\":\"n\"}}");
    add(survey, RC_USERS,
        "{\"sourcedId\":\"3\",\"roles\":[{\"role\":\"teacher\",\"org\":{\"sourcedId\":\"n\"}},"
        "{\"role\":\"teacher\",\"org\":{\"sourcedId\":\"n\"}},{\"role\":\"aide\",\"org\":{"
        "\"sourcedId\":\"s\"}}],\"role\":\"student\"}");
    assert_int_equal(people(survey, "n", "student"), 2);
    assert_int_equal(people(survey, "s", "student"), 1);
    assert_int_equal(people(survey, "", "student"), 2);
    assert_int_equal(people(survey, "n", "teacher"), 1);
    assert_int_equal(people(survey, "s", "aide"), 1);
    assert_int_equal(counts_of(survey).by_role, 2);
    assert_int_equal(counts_of(survey).by_roles, 1);
    assert_int_equal(counts_of(survey).records[RC_USERS], 3);
}

static void test_what_is_no_word_of_a_role_is_other(void **state)
{
    RC_AUTO(rc_survey) struct rc_survey *survey = rc_survey_new();

    (void)state;
    add(survey, RC_USERS, "{\"sourcedId\":\"1\",\"role\":\"kim@home.example\"}");
    add(survey, RC_USERS, "{\"sourcedId\":\"2\",\"role\":\"ext:bus-driver\"}");
    assert_int_equal(people(survey, "", "other"), 1);
    assert_int_equal(people(survey, "", "ext:bus-driver"), 1);
}

static void test_one_person_may_be_several_records(void **state)
{
    RC_AUTO(rc_survey) struct rc_survey *survey = rc_survey_new();

    (void)state;
    add(survey, RC_USERS, "{\"sourcedId\":\"1\",\"role\":\"student\",\"identifier\":\"77\"}");
    add(survey, RC_USERS, "{\"sourcedId\":\"2\",\"role\":\"student\",\"identifier\":77}");
    add(survey, RC_USERS, "{\"sourcedId\":\"3\",\"role\":\"teacher\",\"identifier\":\"77\"}");
    add(survey, RC_USERS, "{\"sourcedId\":\"4\",\"role\":\"student\",\"identifier\":\"\"}");
    add(survey, RC_USERS, "{\"sourcedId\":\"5\",\"userMasterIdentifier\":\"m\"}");
    add(survey, RC_USERS, "{\"sourcedId\":\"6\",\"userMasterIdentifier\":\"m\"}");
    assert_int_equal(counts_of(survey).numbered, 5);
    assert_int_equal(counts_of(survey).persons, 3);
}

static void test_schools_are_kept_by_name_and_other_orgs_are_not(void **state)
{
    RC_AUTO(rc_survey) struct rc_survey *survey = rc_survey_new();

    (void)state;
    add(survey, RC_ORGS, "{\"sourcedId\":\"n\",\"type\":\"School\",\"name\":\" North High \"}");
    add(survey, RC_ORGS, "{\"sourcedId\":\"n\",\"type\":\"school\",\"name\":\"again\"}");
    add(survey, RC_ORGS, "{\"sourcedId\":\"d\",\"type\":\"district\",\"name\":\"Maple\"}");
    assert_int_equal(counts_of(survey).schools, 1);
    assert_str(rc_survey_school_at(survey, 0)->id, "n");
    assert_str(rc_survey_school_at(survey, 0)->name, "North High");
    assert_null(rc_survey_school_at(survey, 1));
}

static void test_dates_are_told_apart_and_what_cannot_be_read_is_counted(void **state)
{
    RC_AUTO(rc_survey) struct rc_survey *survey = rc_survey_new();

    (void)state;
    add(survey, RC_CLASSES, "{\"sourcedId\":\"1\",\"dateLastModified\":\"2026-01-02T00:00:00Z\"}");
    add(survey, RC_CLASSES, "{\"sourcedId\":\"2\",\"dateLastModified\":\"2026-03-01T00:00:00Z\"}");
    add(survey, RC_CLASSES, "{\"sourcedId\":\"3\",\"dateLastModified\":\"2026-01-02T00:00:00Z\"}");
    add(survey, RC_CLASSES, "{\"sourcedId\":\"4\",\"dateLastModified\":\"01/02/2026\"}");
    add(survey, RC_CLASSES, "{\"title\":\"no id\"}");
    add(survey, RC_CLASSES, "{\"sourcedId\":");
    add(survey, RC_CLASSES, "[]");
    const struct rc_survey_counts counts = counts_of(survey);
    assert_int_equal(counts.dated, 3);
    assert_int_equal(counts.dates, 2);
    assert_str(counts.newest, "2026-03-01T00:00:00Z");
    assert_int_equal(counts.unreadable, 3);
    assert_int_equal(counts.records[RC_CLASSES], 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_people_are_counted_per_school_and_role_in_either_version),
        cmocka_unit_test(test_what_is_no_word_of_a_role_is_other),
        cmocka_unit_test(test_one_person_may_be_several_records),
        cmocka_unit_test(test_schools_are_kept_by_name_and_other_orgs_are_not),
        cmocka_unit_test(test_dates_are_told_apart_and_what_cannot_be_read_is_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
