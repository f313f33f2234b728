/* The owners' settings: what holds when nobody has chosen, per-school values, and that a person in
 * two schools gets the safer of their values. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rollcall/base/auto.h"
#include "with_plan.h"

#define NOWHERE ((struct rc_str){NULL, 0})

/* --- the table --- */

static void test_nothing_is_rostered_written_or_archived_until_somebody_chooses_it(void **state)
{
    static const struct {
        const char *name, *due;
    } defaults[] = {{"students", "false"},
                    {"teachers", "false"},
                    {"staff", "false"},
                    {"administrators", "false"},
                    {"guardians", "\"off\""},
                    {"role-map", "{}"},
                    {"schools", "[]"},
                    {"existing-people", "\"skip\""},
                    {"matching",
                     "[\"name+master-id=100\",\"name+number=95\","
                     "\"name+username=90\",\"name+email=85\","
                     "\"name+email+phone=80\"]"},
                    {"matching-link", "80"},
                    {"matching-ask", "50"},
                    {"archive-students", "\"keep\""},
                    {"archive-teachers", "\"keep\""},
                    {"archive-staff", "\"keep\""},
                    {"archive-administrators", "\"keep\""},
                    {"archive-after-snapshots", "2"},
                    {"archive-after-days", "3"},
                    {"class-lists", "false"},
                    {"class-list-terms", "[]"},
                    {"class-list-grades", "[]"},
                    {"threshold-archive-percent", "10"},
                    {"threshold-archive-number", "0"},
                    {"threshold-change-percent", "75"},
                    {"threshold-change-number", "0"},
                    {"above-threshold", "\"hold removals\""},
                    {"approval", "\"first and held\""},
                    {"blackout-dates", "[]"}};
    size_t count = 0;

    (void)state;
    (void)rc_settings(&count);
    assert_int_equal(count, COUNT_OF(defaults));
    for (size_t i = 0; i < count; i++) {
        const struct rc_setting *setting = rc_setting_find(rc_str_of(defaults[i].name));
        assert_non_null(setting);
        assert_string_equal(setting->fallback, defaults[i].due);
    }
}

static void test_every_setting_has_a_name_of_its_own_and_a_sentence_of_help(void **state)
{
    size_t count = 0;
    const struct rc_setting *settings = rc_settings(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(rc_setting_find(rc_str_of(settings[i].name)), &settings[i]);
        assert_non_null(settings[i].help);
        assert_true(rc_str_ends(rc_str_of(settings[i].help), RC_STR(".")));
    }
    assert_null(rc_setting_find(RC_STR("student")));
    assert_null(rc_setting_find(NOWHERE));
}

static void test_every_default_is_a_value_that_could_be_set(void **state)
{
    size_t count = 0;
    const struct rc_setting *settings = rc_settings(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        AUTO_WORLD world = world_new();
        const struct rc_json *value = NULL;
        RC_AUTO_BUF struct rc_buf again = {0};
        assert_int_equal(rc_json_parse(rc_str_of(settings[i].fallback), NULL, world.arena, &value),
                         RC_OK);
        assert_int_equal(rc_policy_set(world.policy, NOWHERE, rc_str_of(settings[i].name), value),
                         RC_OK);
        assert_int_equal(rc_setting_value(&settings[i], rc_str_of(settings[i].fallback), &again),
                         RC_OK);
        assert_string_equal(again.data, settings[i].fallback);
        assert_int_equal(settings[i].kind == RC_SETTING_CHOICE, settings[i].choices != NULL);
        assert_true(settings[i].min <= settings[i].max);
    }
}

static void test_the_table_says_which_settings_differ_per_school_and_which_are_scope(void **state)
{
    static const char *const per_school =
        "students teachers staff administrators existing-people "
        "archive-students archive-teachers archive-staff "
        "archive-administrators class-lists "
        "threshold-archive-percent threshold-archive-number "
        "threshold-change-percent threshold-change-number ";
    static const char *const scope =
        "students teachers staff administrators guardians role-map "
        "schools class-lists class-list-terms class-list-grades ";
    RC_AUTO_BUF struct rc_buf found_school = {0}, found_scope = {0};
    size_t count = 0;
    const struct rc_setting *settings = rc_settings(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        if (settings[i].per_school) rc_buf_print(&found_school, "%s ", settings[i].name);
        if (settings[i].scope) rc_buf_print(&found_scope, "%s ", settings[i].name);
    }
    assert_string_equal(found_school.data, per_school);
    assert_string_equal(found_scope.data, scope);
}

/* --- which value holds --- */

static void test_a_new_policy_rosters_nobody(void **state)
{
    AUTO_WORLD world = world_blank();

    (void)state;
    rc_policy_choose(world.policy, RC_STR("s1"));
    for (int role = 0; role < RC_ROLE_COUNT_; role++) {
        assert_false(rc_policy_rostered(world.policy, (enum rc_role)role, RC_STR("s1")));
        assert_false(rc_policy_rostered(world.policy, (enum rc_role)role, NOWHERE));
        assert_false(rc_policy_archives(world.policy, (enum rc_role)role, NULL, 0));
    }
    assert_false(rc_policy_updates(world.policy, NULL, 0));
    assert_false(rc_policy_guardians_are_contacts(world.policy));
}

static void test_a_policy_keeps_its_versions_and_its_date(void **state)
{
    AUTO_WORLD world = world_blank();

    (void)state;
    assert_int_equal(rc_policy_version(world.policy), 7);
    assert_int_equal(rc_policy_scope_version(world.policy), 4);
    assert_true(rc_str_eq(rc_policy_today(world.policy), RC_STR(TODAY)));
}

static void test_values_are_read_as_their_kind(void **state)
{
    AUTO_WORLD world = world_blank();

    (void)state;
    assert_int_equal(rc_policy_number(world.policy, "archive-after-days"), 3);
    assert_int_equal(rc_json_count(rc_policy_list(world.policy, "blackout-dates")), 0);
    set(&world, "archive-after-days", "5");
    set(&world, "class-lists", "on");
    set(&world, "approval", "always");
    set(&world, "blackout-dates", "2026-12-24, 2026-12-25");
    assert_int_equal(rc_policy_number(world.policy, "archive-after-days"), 5);
    assert_true(rc_policy_switch(world.policy, "class-lists"));
    assert_true(rc_str_eq(rc_policy_choice(world.policy, "approval"), RC_STR("always")));
    assert_int_equal(rc_json_count(rc_policy_list(world.policy, "blackout-dates")), 2);
}

static void test_a_school_has_its_own_value_before_the_districts(void **state)
{
    AUTO_WORLD world = world_blank();

    (void)state;
    rc_policy_choose(world.policy, RC_STR("s1"));
    rc_policy_choose(world.policy, RC_STR("s2"));
    set(&world, "students", "on");
    set_at(&world, "school:s2", "students", "off");
    assert_true(rc_policy_rostered(world.policy, RC_ROLE_STUDENT, RC_STR("s1")));
    assert_false(rc_policy_rostered(world.policy, RC_ROLE_STUDENT, RC_STR("s2")));
    set_at(&world, "school:s2", "students", "on");
    set(&world, "students", "off");
    assert_false(rc_policy_rostered(world.policy, RC_ROLE_STUDENT, RC_STR("s1")));
    assert_true(rc_policy_rostered(world.policy, RC_ROLE_STUDENT, RC_STR("s2")));
}

static void test_a_school_that_was_not_chosen_rosters_nobody(void **state)
{
    AUTO_WORLD world = world_blank();

    (void)state;
    set(&world, "students", "on");
    assert_false(rc_policy_rostered(world.policy, RC_ROLE_STUDENT, RC_STR("s1")));
    rc_policy_choose(world.policy, RC_STR("s1"));
    assert_true(rc_policy_rostered(world.policy, RC_ROLE_STUDENT, RC_STR("s1")));
    assert_false(rc_policy_rostered(world.policy, RC_ROLE_STUDENT, RC_STR("s2")));
    assert_true(rc_policy_school_chosen(world.policy, RC_STR("s1")));
    assert_false(rc_policy_school_chosen(world.policy, RC_STR("s2")));
}

static void test_a_role_at_the_district_itself_needs_no_school(void **state)
{
    AUTO_WORLD world = world_blank();

    (void)state;
    set(&world, "administrators", "on");
    assert_true(rc_policy_rostered(world.policy, RC_ROLE_ADMINISTRATOR, NOWHERE));
    assert_false(rc_policy_rostered(world.policy, RC_ROLE_STAFF, NOWHERE));
}

static void test_guardians_are_rostered_wherever_their_school_is(void **state)
{
    AUTO_WORLD world = world_blank();

    (void)state;
    set(&world, "guardians", "accounts");
    assert_true(rc_policy_rostered(world.policy, RC_ROLE_GUARDIAN, RC_STR("not chosen")));
    assert_false(rc_policy_guardians_are_contacts(world.policy));
    set(&world, "guardians", "contacts");
    assert_true(rc_policy_rostered(world.policy, RC_ROLE_GUARDIAN, NOWHERE));
    assert_true(rc_policy_guardians_are_contacts(world.policy));
}

/* --- the safer of two values --- */

static void test_a_person_in_two_schools_gets_the_safer_of_their_values(void **state)
{
    static const struct {
        const char *district, *s1, *s2;
        bool first, second, both, nowhere;
    } cases[] = {{"off", NULL, NULL, false, false, false, false},
                 {"on", NULL, NULL, true, true, true, true},
                 {"on", "off", NULL, false, true, false, true},
                 {"on", NULL, "off", true, false, false, true},
                 {"off", "on", NULL, true, false, false, false},
                 {"off", "on", "on", true, true, true, false}};
    static const char *const settings[][3] = {{"existing-people", "update", "skip"},
                                              {"archive-students", "archive", "keep"},
                                              {"archive-teachers", "archive", "keep"},
                                              {"archive-staff", "archive", "keep"},
                                              {"archive-administrators", "archive", "keep"}};
    const struct rc_str schools[] = {RC_STR_INIT("s1"), RC_STR_INIT("s2")};

    (void)state;
    for (size_t k = 0; k < COUNT_OF(settings); k++) {
        const bool archive = k > 0;
        const enum rc_role role = archive ? (enum rc_role)(k - 1) : RC_ROLE_STUDENT;
        for (size_t i = 0; i < COUNT_OF(cases); i++) {
            AUTO_WORLD world = world_blank();
            const char *const scopes[] = {"", "school:s1", "school:s2"};
            const char *const values[] = {cases[i].district, cases[i].s1, cases[i].s2};
            for (size_t at = 0; at < COUNT_OF(scopes); at++) {
                if (!values[at]) continue;
                const bool on = strcmp(values[at], "on") == 0;
                set_at(&world, scopes[at], settings[k][0], settings[k][on ? 1 : 2]);
            }
            const bool due[] = {cases[i].nowhere, cases[i].first, cases[i].both, cases[i].second};
            const size_t from[] = {0, 0, 0, 1}, count[] = {0, 1, 2, 1};
            for (size_t at = 0; at < COUNT_OF(due); at++) {
                const bool is =
                    archive ? rc_policy_archives(world.policy, role, schools + from[at], count[at])
                            : rc_policy_updates(world.policy, schools + from[at], count[at]);
                assert_int_equal(is, due[at]);
            }
        }
    }
}

static void test_guardians_leave_as_students_do(void **state)
{
    AUTO_WORLD world = world_blank();
    const struct rc_str school = RC_STR_INIT("s1");

    (void)state;
    set_at(&world, "school:s1", "archive-students", "archive");
    assert_true(rc_policy_archives(world.policy, RC_ROLE_GUARDIAN, &school, 1));
    assert_false(rc_policy_archives(world.policy, RC_ROLE_GUARDIAN, NULL, 0));
    assert_false(rc_policy_archives(world.policy, RC_ROLE_TEACHER, &school, 1));
    assert_false(rc_policy_archives(world.policy, RC_ROLE_COUNT_, &school, 1));
}

/* --- what is refused --- */

static rc_status store(struct world *world, const char *scope, const char *name, const char *json)
{
    const struct rc_json *value = NULL;
    assert_int_equal(rc_json_parse(rc_str_of(json), NULL, world->arena, &value), RC_OK);
    return rc_policy_set(world->policy, rc_str_of(scope), rc_str_of(name), value);
}

static void test_a_stored_value_of_the_wrong_shape_is_refused_and_changes_nothing(void **state)
{
    static const char *const wrong[][2] = {
        {"students", "\"true\""}, {"existing-people", "true"}, {"archive-after-days", "\"3\""},
        {"schools", "\"North\""}, {"role-map", "[]"},          {"students", "null"}};
    AUTO_WORLD world = world_blank();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        assert_int_equal(store(&world, "", wrong[i][0], wrong[i][1]), RC_REJECT);
        assert_non_null(strstr(rc_error_text(), wrong[i][0]));
    }
    assert_int_equal(rc_policy_number(world.policy, "archive-after-days"), 3);
}

static void test_an_unknown_setting_is_refused_by_name(void **state)
{
    AUTO_WORLD world = world_blank();

    (void)state;
    assert_int_equal(store(&world, "", "pupils", "true"), RC_REJECT);
    assert_non_null(strstr(rc_error_text(), "\"pupils\""));
}

static void test_a_school_may_not_set_what_holds_for_the_district(void **state)
{
    size_t count = 0;
    const struct rc_setting *settings = rc_settings(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        AUTO_WORLD world = world_blank();
        const rc_status due = settings[i].per_school ? RC_OK : RC_REJECT;
        assert_int_equal(store(&world, "school:s1", settings[i].name, settings[i].fallback), due);
    }
}

/* --- roles --- */

static void test_the_roles_have_names_that_parse_back(void **state)
{
    (void)state;
    for (int role = 0; role < RC_ROLE_COUNT_; role++) {
        assert_non_null(rc_role_name((enum rc_role)role));
        assert_int_equal(rc_role_parse(rc_str_of(rc_role_name((enum rc_role)role))), role);
    }
    assert_null(rc_role_name(RC_ROLE_COUNT_));
    assert_int_equal(rc_role_parse(RC_STR("Student")), RC_ROLE_COUNT_);
    assert_int_equal(rc_role_parse(NOWHERE), RC_ROLE_COUNT_);
}

static void test_the_source_roles_count_as_is_usual(void **state)
{
    static const struct {
        const char *source;
        enum rc_role due;
    } roles[] = {{"student", RC_ROLE_STUDENT},
                 {"teacher", RC_ROLE_TEACHER},
                 {"aide", RC_ROLE_STAFF},
                 {"proctor", RC_ROLE_STAFF},
                 {"counselor", RC_ROLE_STAFF},
                 {"administrator", RC_ROLE_ADMINISTRATOR},
                 {"principal", RC_ROLE_ADMINISTRATOR},
                 {"siteAdministrator", RC_ROLE_ADMINISTRATOR},
                 {"districtAdministrator", RC_ROLE_ADMINISTRATOR},
                 {"systemAdministrator", RC_ROLE_ADMINISTRATOR},
                 {"guardian", RC_ROLE_GUARDIAN},
                 {"parent", RC_ROLE_GUARDIAN},
                 {"relative", RC_ROLE_GUARDIAN},
                 {"visitor", RC_ROLE_COUNT_},
                 {"", RC_ROLE_COUNT_}};
    AUTO_WORLD world = world_blank();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(roles); i++)
        assert_int_equal(rc_policy_role(world.policy, rc_str_of(roles[i].source)), roles[i].due);
}

static void test_the_role_map_goes_before_what_is_usual(void **state)
{
    AUTO_WORLD world = world_blank();

    (void)state;
    set(&world, "role-map", "aide=teacher, proctor=off, nurse=staff, ext:cook=staff");
    assert_int_equal(rc_policy_role(world.policy, RC_STR("ext:nurse")), RC_ROLE_STAFF);
    assert_int_equal(rc_policy_role(world.policy, RC_STR("ext:cook")), RC_ROLE_STAFF);
    assert_int_equal(rc_policy_role(world.policy, RC_STR("cook")), RC_ROLE_COUNT_);
    assert_int_equal(rc_policy_role(world.policy, RC_STR("ext:driver")), RC_ROLE_COUNT_);
    assert_int_equal(rc_policy_role(world.policy, RC_STR("aide")), RC_ROLE_TEACHER);
    assert_int_equal(rc_policy_role(world.policy, RC_STR("proctor")), RC_ROLE_COUNT_);
    assert_int_equal(rc_policy_role(world.policy, RC_STR("nurse")), RC_ROLE_STAFF);
    assert_int_equal(rc_policy_role(world.policy, RC_STR("counselor")), RC_ROLE_STAFF);
}

static void test_a_role_that_is_none_is_rostered_nowhere(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    assert_false(rc_policy_rostered(world.policy, RC_ROLE_COUNT_, RC_STR("s1")));
    assert_false(rc_policy_rostered(world.policy, RC_ROLE_COUNT_, NOWHERE));
}

/* --- P5 --- */

static void
test_a_threshold_is_exceeded_above_its_share_and_never_without_a_population(void **state)
{
    static const struct {
        int64_t percent, affected, population;
        bool due;
    } cases[] = {{10, 0, 100, false}, {10, 10, 100, false}, {10, 11, 100, true}, {10, 1, 9, true},
                 {10, 1, 10, false},  {0, 0, 5, false},     {0, 1, 5, true},     {100, 5, 5, false},
                 {100, 6, 5, true},   {10, 3, 0, false},    {75, 3, 4, false},   {75, 4, 5, true}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(
            rc_threshold_exceeded(cases[i].percent, cases[i].affected, cases[i].population),
            cases[i].due);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_rostered_written_or_archived_until_somebody_chooses_it),
        cmocka_unit_test(test_every_setting_has_a_name_of_its_own_and_a_sentence_of_help),
        cmocka_unit_test(test_every_default_is_a_value_that_could_be_set),
        cmocka_unit_test(test_the_table_says_which_settings_differ_per_school_and_which_are_scope),
        cmocka_unit_test(test_a_new_policy_rosters_nobody),
        cmocka_unit_test(test_a_policy_keeps_its_versions_and_its_date),
        cmocka_unit_test(test_values_are_read_as_their_kind),
        cmocka_unit_test(test_a_school_has_its_own_value_before_the_districts),
        cmocka_unit_test(test_a_school_that_was_not_chosen_rosters_nobody),
        cmocka_unit_test(test_a_role_at_the_district_itself_needs_no_school),
        cmocka_unit_test(test_guardians_are_rostered_wherever_their_school_is),
        cmocka_unit_test(test_a_person_in_two_schools_gets_the_safer_of_their_values),
        cmocka_unit_test(test_guardians_leave_as_students_do),
        cmocka_unit_test(test_a_stored_value_of_the_wrong_shape_is_refused_and_changes_nothing),
        cmocka_unit_test(test_an_unknown_setting_is_refused_by_name),
        cmocka_unit_test(test_a_school_may_not_set_what_holds_for_the_district),
        cmocka_unit_test(test_the_roles_have_names_that_parse_back),
        cmocka_unit_test(test_the_source_roles_count_as_is_usual),
        cmocka_unit_test(test_the_role_map_goes_before_what_is_usual),
        cmocka_unit_test(test_a_role_that_is_none_is_rostered_nowhere),
        cmocka_unit_test(
            test_a_threshold_is_exceeded_above_its_share_and_never_without_a_population),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
