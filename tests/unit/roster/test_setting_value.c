/* What a person types for a setting, and the JSON that is stored for it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rollcall/base/auto.h"
#include "rollcall/roster/policy.h"

static void test_values_are_taken_as_people_type_them(void **state)
{
    static const struct {
        const char *name, *typed, *due;
    } cases[] = {
        {"students", "on", "true"},
        {"students", " Yes ", "true"},
        {"students", "TRUE", "true"},
        {"students", "1", "true"},
        {"students", "off", "false"},
        {"students", "no", "false"},
        {"students", "false", "false"},
        {"students", "0", "false"},
        {"existing-people", "update", "\"update\""},
        {"existing-people", "Skip", "\"skip\""},
        {"existing-people", "\"skip\"", "\"skip\""},
        {"guardians", "contacts", "\"contacts\""},
        {"above-threshold", "hold all", "\"hold all\""},
        {"archive-after-days", "0", "0"},
        {"archive-after-days", " 365 ", "365"},
        {"threshold-archive-percent", "100", "100"},
        {"schools", "North High", "[\"North High\"]"},
        {"schools", " North High ,South High,, ", "[\"North High\",\"South High\"]"},
        {"schools", "", "[]"},
        {"schools", "[]", "[]"},
        {"schools", "[\"North, old\", \"South\"]", "[\"North, old\",\"South\"]"},
        {"schools", "the \"old\" one", "[\"the \\\"old\\\" one\"]"},
        {"role-map", "aide=staff", "{\"aide\":\"staff\"}"},
        {"role-map", " aide = staff , proctor = off ", "{\"aide\":\"staff\",\"proctor\":\"off\"}"},
        {"role-map", "", "{}"},
        {"matching", "name+email=85, email=60", "[\"name+email=85\",\"email=60\"]"},
        {"matching", "[\"number=70\"]", "[\"number=70\"]"},
        {"matching", "", "[]"},
        {"blackout-dates", "2026-12-24, 2026-12-20 / 2027-01-03",
         "[\"2026-12-24\",\"2026-12-20 / 2027-01-03\"]"},
        {"year-end-dates", "06-10/06-30", "[\"06-10/06-30\"]"},
        {"year-end-dates", "12-20/01-03, 02-29", "[\"12-20/01-03\",\"02-29\"]"},
        {"expected-empty", "[\"2028-02-29\"]", "[\"2028-02-29\"]"},
        {"role-map", "{\"aide\": \"staff\", \"a,b\": \"off\"}",
         "{\"aide\":\"staff\",\"a,b\":\"off\"}"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        RC_AUTO_BUF struct rc_buf json = {0};
        const struct rc_setting *setting = rc_setting_find(rc_str_of(cases[i].name));
        assert_int_equal(rc_setting_value(setting, rc_str_of(cases[i].typed), &json), RC_OK);
        assert_string_equal(json.data, cases[i].due);
    }
}

static void test_what_is_not_allowed_is_refused_with_what_is(void **state)
{
    static const struct {
        const char *name, *typed, *said;
    } cases[] = {
        {"students", "maybe", "students: on or off is due"},
        {"students", "", "students: on or off is due"},
        {"students", "2", "students: on or off is due"},
        {"existing-people", "write", "existing-people: one of skip|update is due"},
        {"existing-people", "", "existing-people: one of skip|update is due"},
        {"existing-people", "skip|update", "one of skip|update is due"},
        {"archive-after-days", "-1", "archive-after-days: a whole number from 0 to 365 is due"},
        {"archive-after-days", "366", "from 0 to 365"},
        {"archive-after-days", "3.5", "a whole number"},
        {"archive-after-days", "three", "a whole number"},
        {"threshold-archive-percent", "101", "from 0 to 100"},
        {"role-map", "aide", "source-role=role is due"},
        {"role-map", "aide=", "source-role=role is due"},
        {"role-map", "=staff", "source-role=role is due"},
        {"role-map", "aide=boss", "student, teacher, staff, administrator, guardian or off"},
        {"role-map", "aide=staff, aide=off", "\"aide\" is named twice"},
        {"role-map", "{\"aide\": \"boss\"}", "source-role=role is due"},
        {"role-map", "{\"aide\": 1}", "source-role=role is due"},
        {"role-map", "{\"aide\": \"staff\"", "role-map: "},
        {"class-list-name", "Class", "every list would be called the same"},
        {"class-list-name", "", "every list would be called the same"},
        {"class-list-name", "{class", "a { is not closed"},
        {"class-list-name", "{class} }", "a } closes nothing"},
        {"class-list-name", "{Class}", "there is no such field; a text with fields in braces"},
        {"class-list-name", "{class|term}", "there is no such field"},
        {"class-list-name", "{}", "there is no such field"},
        {"matching", "name=80", "\"name=80\": values that must agree and a weight"},
        {"matching", "email", "as in name+email=85"},
        {"matching", "email=60, email=70", "\"email\" is named twice"},
        {"matching", "[\"email=60\", \" email=70\"]", "\"email\" is named twice"},
        {"matching", "[60]", "as in name+email=85"},
        {"blackout-dates", "Christmas", "blackout-dates: \"Christmas\": a date or a range"},
        {"blackout-dates", "2026-13-01", "a date or a range"},
        {"blackout-dates", "2027-02-29", "a date or a range"},
        {"blackout-dates", "2027-01-03/2026-12-20", "the earlier one first"},
        {"blackout-dates", "2026-12-20/01-03", "a date or a range"},
        {"blackout-dates", "2026-12-20/", "a date or a range"},
        {"blackout-dates", "12-24-2026", "a date or a range"},
        {"year-end-dates", "06-31", "a date or a range"},
        {"year-end-dates", "00-10", "for every year"},
        {"expected-empty", "[20270101]", "expected-empty: "},
        {"schools", "[1]", "schools: a list of texts is due"},
        {"schools", "[\"North\"", "schools: "},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        RC_AUTO_BUF struct rc_buf json = {0};
        const struct rc_setting *setting = rc_setting_find(rc_str_of(cases[i].name));
        assert_int_equal(rc_setting_value(setting, rc_str_of(cases[i].typed), &json), RC_REJECT);
        assert_int_equal(rc_buf_str(&json).len, 0);
        if (!strstr(rc_error_text(), cases[i].said))
            fail_msg("%s=%s: %s", cases[i].name, cases[i].typed, rc_error_text());
    }
}

static void test_what_is_written_is_added_behind_what_stands(void **state)
{
    RC_AUTO_BUF struct rc_buf json = {0};

    (void)state;
    rc_buf_add_str(&json, RC_STR("was "));
    assert_int_equal(rc_setting_value(rc_setting_find(RC_STR("students")), RC_STR("on"), &json),
                     RC_OK);
    assert_string_equal(json.data, "was true");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_are_taken_as_people_type_them),
        cmocka_unit_test(test_what_is_not_allowed_is_refused_with_what_is),
        cmocka_unit_test(test_what_is_written_is_added_behind_what_stands),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
