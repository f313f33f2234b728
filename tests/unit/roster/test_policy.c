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
#define AT(at)  ((struct rc_place){.school = (at)})

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
                    {"first-sync", "\"match-and-skip\""},
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
                    {"disabled-people", "\"keep\""},
                    {"archive-after-snapshots", "2"},
                    {"archive-after-days", "3"},
                    {"class-lists", "false"},
                    {"class-list-terms", "[]"},
                    {"class-list-grades", "[]"},
                    {"class-list-name", "\"{class}\""},
                    {"threshold-archive-percent", "10"},
                    {"threshold-archive-number", "0"},
                    {"threshold-change-percent", "75"},
                    {"threshold-change-number", "0"},
                    {"threshold-rekeyed-percent", "10"},
                    {"threshold-rekeyed-number", "0"},
                    {"above-threshold", "\"hold removals\""},
                    {"approval", "\"first and held\""},
                    {"canary-school", "[]"},
                    {"additions-only", "false"},
                    {"year-end-dates", "[]"},
                    {"last-grades", "[]"},
                    {"expected-empty", "[]"},
                    {"blackout-dates", "[]"},
                    {"pupil-data-in-mail", "false"}};
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
        assert_int_equal(settings[i].kind == RC_SETTING_CHOICE ||
                             settings[i].kind == RC_SETTING_NAME,
                         settings[i].choices != NULL);
        assert_true(settings[i].min <= settings[i].max);
    }
}

static void test_the_table_says_which_settings_differ_where_and_which_are_scope(void **state)
{
    static const char *const per_school =
        "students teachers staff administrators guardians existing-people "
        "archive-students archive-teachers archive-staff "
        "archive-administrators disabled-people class-lists "
        "class-list-terms class-list-grades class-list-name "
        "threshold-archive-percent threshold-archive-number "
        "threshold-change-percent threshold-change-number "
        "threshold-rekeyed-percent threshold-rekeyed-number approval "
        "additions-only year-end-dates last-grades ";
    static const char *const per_source =
        "students teachers staff administrators guardians role-map existing-people "
        "archive-students archive-teachers archive-staff "
        "archive-administrators disabled-people archive-after-snapshots "
        "archive-after-days class-lists class-list-terms class-list-grades class-list-name "
        "threshold-archive-percent threshold-archive-number "
        "threshold-change-percent threshold-change-number "
        "threshold-rekeyed-percent threshold-rekeyed-number approval "
        "additions-only expected-empty ";
    static const char *const scope =
        "students teachers staff administrators guardians role-map "
        "schools class-lists class-list-terms class-list-grades ";
    RC_AUTO_BUF struct rc_buf found_school = {0}, found_source = {0}, found_scope = {0};
    size_t count = 0;
    const struct rc_setting *settings = rc_settings(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        if (settings[i].own & RC_OWN_SCHOOL) rc_buf_print(&found_school, "%s ", settings[i].name);
        if (settings[i].own & RC_OWN_SOURCE) rc_buf_print(&found_source, "%s ", settings[i].name);
        if (settings[i].scope) rc_buf_print(&found_scope, "%s ", settings[i].name);
    }
    assert_string_equal(found_school.data, per_school);
    assert_string_equal(found_source.data, per_source);
    assert_string_equal(found_scope.data, scope);
}

/* --- which value holds --- */

static void test_a_new_policy_rosters_nobody(void **state)
{
    AUTO_WORLD world = world_blank();

    (void)state;
    rc_policy_choose(world.policy, RC_STR("s1"));
    for (int role = 0; role < RC_ROLE_COUNT_; role++) {
        assert_false(rc_policy_rostered(world.policy, (enum rc_role)role, AT(RC_STR("s1"))));
        assert_false(rc_policy_rostered(world.policy, (enum rc_role)role, AT(NOWHERE)));
        assert_false(rc_policy_archives(world.policy, (enum rc_role)role, NULL, 0));
    }
    assert_false(rc_policy_updates(world.policy, NULL, 0));
    assert_false(rc_policy_guardians_are_contacts(world.policy, NULL, 0));
    assert_false(rc_policy_keeps_lists(world.policy, AT(RC_STR("s1"))));
    assert_false(rc_policy_asks_always(world.policy, NULL, 0));
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
    assert_true(rc_policy_keeps_lists(world.policy, AT(RC_STR("s1"))));
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
    assert_true(rc_policy_rostered(world.policy, RC_ROLE_STUDENT, AT(RC_STR("s1"))));
    assert_false(rc_policy_rostered(world.policy, RC_ROLE_STUDENT, AT(RC_STR("s2"))));
    set_at(&world, "school:s2", "students", "on");
    set(&world, "students", "off");
    assert_false(rc_policy_rostered(world.policy, RC_ROLE_STUDENT, AT(RC_STR("s1"))));
    assert_true(rc_policy_rostered(world.policy, RC_ROLE_STUDENT, AT(RC_STR("s2"))));
}

static void test_a_school_that_was_not_chosen_rosters_nobody(void **state)
{
    AUTO_WORLD world = world_blank();

    (void)state;
    set(&world, "students", "on");
    assert_false(rc_policy_rostered(world.policy, RC_ROLE_STUDENT, AT(RC_STR("s1"))));
    rc_policy_choose(world.policy, RC_STR("s1"));
    assert_true(rc_policy_rostered(world.policy, RC_ROLE_STUDENT, AT(RC_STR("s1"))));
    assert_false(rc_policy_rostered(world.policy, RC_ROLE_STUDENT, AT(RC_STR("s2"))));
    assert_true(rc_policy_school_chosen(world.policy, RC_STR("s1")));
    assert_false(rc_policy_school_chosen(world.policy, RC_STR("s2")));
}

static void test_a_role_at_the_district_itself_needs_no_school(void **state)
{
    AUTO_WORLD world = world_blank();

    (void)state;
    set(&world, "administrators", "on");
    assert_true(rc_policy_rostered(world.policy, RC_ROLE_ADMINISTRATOR, AT(NOWHERE)));
    assert_false(rc_policy_rostered(world.policy, RC_ROLE_STAFF, AT(NOWHERE)));
}

static void test_guardians_are_rostered_wherever_their_school_is(void **state)
{
    AUTO_WORLD world = world_blank();

    (void)state;
    set(&world, "guardians", "accounts");
    assert_true(rc_policy_rostered(world.policy, RC_ROLE_GUARDIAN, AT(RC_STR("not chosen"))));
    assert_false(rc_policy_guardians_are_contacts(world.policy, NULL, 0));
    set(&world, "guardians", "contacts");
    assert_true(rc_policy_rostered(world.policy, RC_ROLE_GUARDIAN, AT(NOWHERE)));
    assert_true(rc_policy_guardians_are_contacts(world.policy, NULL, 0));
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
    const struct rc_place schools[] = {{.school = RC_STR_INIT("s1")},
                                       {.school = RC_STR_INIT("s2")}};

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
    const struct rc_place school = {.school = RC_STR_INIT("s1")};

    (void)state;
    set_at(&world, "school:s1", "archive-students", "archive");
    assert_true(rc_policy_archives(world.policy, RC_ROLE_GUARDIAN, &school, 1));
    assert_false(rc_policy_archives(world.policy, RC_ROLE_GUARDIAN, NULL, 0));
    assert_false(rc_policy_archives(world.policy, RC_ROLE_TEACHER, &school, 1));
    assert_false(rc_policy_archives(world.policy, RC_ROLE_COUNT_, &school, 1));
}

static void
test_where_a_school_and_a_source_have_values_of_their_own_the_safer_one_holds(void **state)
{
    static const struct {
        const char *district, *school, *source;
        bool due;
    } cases[] = {{"update", NULL, NULL, true},      {"update", NULL, "skip", false},
                 {"skip", NULL, "update", true},    {"skip", "update", NULL, true},
                 {"skip", "update", "skip", false}, {"skip", "skip", "update", false},
                 {"skip", "update", "update", true}};
    const struct rc_place place = {RC_STR_INIT("sis"), RC_STR_INIT("s1")};
    const struct rc_place other = {RC_STR_INIT("hr"), RC_STR_INIT("s1")};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_WORLD world = world_blank();
        set(&world, "existing-people", cases[i].district);
        if (cases[i].school) set_at(&world, "school:s1", "existing-people", cases[i].school);
        if (cases[i].source) set_at(&world, "source:sis", "existing-people", cases[i].source);
        const char *elsewhere = cases[i].school ? cases[i].school : cases[i].district;
        assert_int_equal(rc_policy_updates(world.policy, &place, 1), cases[i].due);
        assert_int_equal(rc_policy_updates(world.policy, &other, 1),
                         strcmp(elsewhere, "update") == 0);
    }
}

static void test_a_person_of_two_sources_gets_the_safer_of_their_values(void **state)
{
    AUTO_WORLD world = world_blank();
    const struct rc_place places[] = {{RC_STR_INIT("sis"), RC_STR_INIT("s1")},
                                      {RC_STR_INIT("hr"), RC_STR_INIT("s2")},
                                      {.source = RC_STR_INIT("hr")}};

    (void)state;
    set(&world, "archive-staff", "archive");
    set_at(&world, "source:hr", "archive-staff", "keep");
    assert_true(rc_policy_archives(world.policy, RC_ROLE_STAFF, places, 1));
    assert_false(rc_policy_archives(world.policy, RC_ROLE_STAFF, places, 2));
    assert_false(rc_policy_archives(world.policy, RC_ROLE_STAFF, places + 2, 1));
    set_at(&world, "source:hr", "archive-staff", "archive");
    set(&world, "archive-staff", "keep");
    assert_true(rc_policy_archives(world.policy, RC_ROLE_STAFF, places + 1, 2));
    assert_false(rc_policy_archives(world.policy, RC_ROLE_STAFF, places, 3));
}

static void test_a_source_may_roster_other_roles_than_the_district(void **state)
{
    AUTO_WORLD world = world_blank();
    const struct rc_place sis = {RC_STR_INIT("sis"), RC_STR_INIT("s1")};
    const struct rc_place hr = {RC_STR_INIT("hr"), RC_STR_INIT("s1")};

    (void)state;
    rc_policy_choose(world.policy, RC_STR("s1"));
    set(&world, "staff", "on");
    set_at(&world, "source:sis", "staff", "off");
    set_at(&world, "source:hr", "students", "on");
    assert_false(rc_policy_rostered(world.policy, RC_ROLE_STAFF, sis));
    assert_true(rc_policy_rostered(world.policy, RC_ROLE_STAFF, hr));
    assert_true(rc_policy_rostered(world.policy, RC_ROLE_STUDENT, hr));
    assert_false(rc_policy_rostered(world.policy, RC_ROLE_STUDENT, sis));
    set_at(&world, "school:s1", "students", "off");
    assert_false(rc_policy_rostered(world.policy, RC_ROLE_STUDENT, hr));
}

static void test_a_source_has_its_own_words_for_roles_before_the_districts(void **state)
{
    AUTO_WORLD world = world_blank();

    (void)state;
    set(&world, "role-map", "clerk=staff, nurse=staff");
    set_at(&world, "source:hr", "role-map", "clerk=administrator");
    assert_int_equal(rc_policy_role(world.policy, RC_STR("hr"), RC_STR("clerk")),
                     RC_ROLE_ADMINISTRATOR);
    assert_int_equal(rc_policy_role(world.policy, RC_STR("hr"), RC_STR("nurse")), RC_ROLE_STAFF);
    assert_int_equal(rc_policy_role(world.policy, RC_STR("hr"), RC_STR("teacher")),
                     RC_ROLE_TEACHER);
    assert_int_equal(rc_policy_role(world.policy, RC_STR("sis"), RC_STR("clerk")), RC_ROLE_STAFF);
    assert_true(rc_policy_knows_role(world.policy, RC_STR("hr"), RC_STR("clerk")));
    assert_false(rc_policy_knows_role(world.policy, RC_STR("hr"), RC_STR("driver")));
}

static void test_guardians_of_a_student_in_two_places_get_the_safer_of_their_values(void **state)
{
    static const struct {
        const char *district, *school, *source;
        bool rostered, contacts;
    } cases[] = {
        {"accounts", NULL, NULL, true, false},      {"accounts", "contacts", NULL, true, true},
        {"accounts", NULL, "contacts", true, true}, {"accounts", "contacts", "off", false, false},
        {"off", "accounts", NULL, false, false},    {"off", "accounts", "accounts", true, false},
        {"off", "contacts", "accounts", true, true}};
    const struct rc_place places[] = {{RC_STR_INIT("sis"), RC_STR_INIT("s1")},
                                      {RC_STR_INIT("hr"), RC_STR_INIT("s2")}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_WORLD world = world_blank();
        set(&world, "guardians", cases[i].district);
        if (cases[i].school) set_at(&world, "school:s1", "guardians", cases[i].school);
        if (cases[i].source) set_at(&world, "source:hr", "guardians", cases[i].source);
        assert_int_equal(rc_policy_rosters_guardians(world.policy, places, COUNT_OF(places)),
                         cases[i].rostered);
        assert_int_equal(rc_policy_guardians_are_contacts(world.policy, places, COUNT_OF(places)),
                         cases[i].contacts);
    }
}

static void test_lists_are_kept_of_the_terms_that_both_a_school_and_a_source_name(void **state)
{
    static const struct {
        const char *district, *school, *source, *due;
    } cases[] = {{"current", NULL, NULL, "[\"current\"]"},
                 {"current", "Fall, Spring", NULL, "[\"Fall\",\"Spring\"]"},
                 {"current", NULL, "Fall", "[\"Fall\"]"},
                 {"current", "Fall, Spring", "Fall", "[\"Fall\"]"},
                 {"current", "all", "Fall, Spring", "[\"Fall\",\"Spring\"]"},
                 {"current", "Fall", "all", "[\"Fall\"]"},
                 {"all", "Fall", "Spring", "[]"}};
    const struct rc_place place = {RC_STR_INIT("sis"), RC_STR_INIT("s1")};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_WORLD world = world_blank();
        RC_AUTO_BUF struct rc_buf words = {0};
        struct rc_json_out out = {.buf = &words};
        set(&world, "class-list-terms", cases[i].district);
        if (cases[i].school) set_at(&world, "school:s1", "class-list-terms", cases[i].school);
        if (cases[i].source) set_at(&world, "source:sis", "class-list-terms", cases[i].source);
        rc_policy_words_at(world.policy, "class-list-terms", place, &out, NULL);
        assert_string_equal(words.data, cases[i].due);
    }
}

static void test_one_place_that_always_asks_is_enough(void **state)
{
    AUTO_WORLD world = world_blank();
    const struct rc_place places[] = {{RC_STR_INIT("sis"), RC_STR_INIT("s1")},
                                      {RC_STR_INIT("hr"), RC_STR_INIT("s1")}};

    (void)state;
    set_at(&world, "source:hr", "approval", "always");
    assert_false(rc_policy_asks_always(world.policy, places, 1));
    assert_true(rc_policy_asks_always(world.policy, places, 2));
    set_at(&world, "source:hr", "approval", "first and held");
    set(&world, "approval", "always");
    assert_true(rc_policy_asks_always(world.policy, places, 1));
    assert_false(rc_policy_asks_always(world.policy, places + 1, 1));
}

/* --- the school year --- */

static void test_dates_hold_by_day_by_range_and_every_year(void **state)
{
    static const struct {
        const char *dates, *on;
        bool due;
    } cases[] = {{"2027-06-10", "2027-06-10", true},
                 {"2027-06-10", "2028-06-10", false},
                 {"2027-06-10/2027-06-30", "2027-06-30", true},
                 {"2027-06-10/2027-06-30", "2027-07-01", false},
                 {"2026-12-20/2027-01-03", "2027-01-01", true},
                 {"06-10", "2031-06-10", true},
                 {"06-10/06-30", "2027-06-09", false},
                 {"06-10/06-30", "2028-06-20", true},
                 {"12-20/01-03", "2027-12-31", true},
                 {"12-20/01-03", "2027-01-03", true},
                 {"12-20/01-03", "2027-01-04", false},
                 {"02-29", "2028-02-29", true},
                 {"2027-01-01, 06-10/06-30", "2027-06-15", true},
                 {"", "2027-06-15", false},
                 {"06-10/06-30", "", false}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_WORLD world = world_blank();
        set(&world, "blackout-dates", cases[i].dates);
        const struct rc_json *dates = rc_policy_list(world.policy, "blackout-dates");
        assert_int_equal(rc_dates_hold(dates, rc_str_of(cases[i].on)), cases[i].due);
    }
}

static void test_who_leaves_a_last_grade_at_the_end_of_a_school_year_graduates(void **state)
{
    static const struct {
        const char *grades, *on;
        size_t from, count;
        bool due;
    } cases[] = {{"12", "2027-06-15", 0, 1, true},   {"12", "2027-05-15", 0, 1, false},
                 {"11", "2027-06-15", 0, 1, false},  {"11,12", "2027-06-15", 0, 1, false},
                 {"", "2027-06-15", 0, 1, false},    {"12", "", 0, 1, false},
                 {"12", "2027-06-15", 0, 0, false},  {"05", "2027-06-15", 1, 1, true},
                 {"12", "2027-06-15", 1, 1, false},  {"12", "2027-06-15", 0, 2, false},
                 {"12,12", "2027-06-15", 0, 1, true}};
    const struct rc_place places[] = {{.school = RC_STR_INIT("high")},
                                      {.school = RC_STR_INIT("elementary")}};
    AUTO_WORLD world = world_blank();

    (void)state;
    assert_false(rc_policy_graduates(world.policy, places, 1, RC_STR("12"), RC_STR("2027-06-15")));
    set(&world, "year-end-dates", "06-10/06-30");
    set(&world, "last-grades", "12");
    set_at(&world, "school:elementary", "last-grades", "05");
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(rc_policy_graduates(world.policy, places + cases[i].from, cases[i].count,
                                             rc_str_of(cases[i].grades), rc_str_of(cases[i].on)),
                         cases[i].due);
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

static void test_a_school_or_a_source_may_not_set_what_holds_for_the_district(void **state)
{
    size_t count = 0;
    const struct rc_setting *settings = rc_settings(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        AUTO_WORLD world = world_blank();
        const rc_status due = (settings[i].own & RC_OWN_SCHOOL) ? RC_OK : RC_REJECT;
        const rc_status by_source = (settings[i].own & RC_OWN_SOURCE) ? RC_OK : RC_REJECT;
        assert_int_equal(store(&world, "school:s1", settings[i].name, settings[i].fallback), due);
        assert_int_equal(store(&world, "source:x", settings[i].name, settings[i].fallback),
                         by_source);
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
        assert_int_equal(rc_policy_role(world.policy, NOWHERE, rc_str_of(roles[i].source)),
                         roles[i].due);
}

static void test_the_role_map_goes_before_what_is_usual(void **state)
{
    AUTO_WORLD world = world_blank();

    (void)state;
    set(&world, "role-map", "aide=teacher, proctor=off, nurse=staff, ext:cook=staff");
    assert_int_equal(rc_policy_role(world.policy, NOWHERE, RC_STR("ext:nurse")), RC_ROLE_STAFF);
    assert_int_equal(rc_policy_role(world.policy, NOWHERE, RC_STR("ext:cook")), RC_ROLE_STAFF);
    assert_int_equal(rc_policy_role(world.policy, NOWHERE, RC_STR("cook")), RC_ROLE_COUNT_);
    assert_int_equal(rc_policy_role(world.policy, NOWHERE, RC_STR("ext:driver")), RC_ROLE_COUNT_);
    assert_int_equal(rc_policy_role(world.policy, NOWHERE, RC_STR("aide")), RC_ROLE_TEACHER);
    assert_int_equal(rc_policy_role(world.policy, NOWHERE, RC_STR("proctor")), RC_ROLE_COUNT_);
    assert_int_equal(rc_policy_role(world.policy, NOWHERE, RC_STR("nurse")), RC_ROLE_STAFF);
    assert_int_equal(rc_policy_role(world.policy, NOWHERE, RC_STR("counselor")), RC_ROLE_STAFF);
}

static void test_a_role_that_is_none_is_rostered_nowhere(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    assert_false(rc_policy_rostered(world.policy, RC_ROLE_COUNT_, AT(RC_STR("s1"))));
    assert_false(rc_policy_rostered(world.policy, RC_ROLE_COUNT_, AT(NOWHERE)));
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
        cmocka_unit_test(test_the_table_says_which_settings_differ_where_and_which_are_scope),
        cmocka_unit_test(test_a_new_policy_rosters_nobody),
        cmocka_unit_test(test_a_policy_keeps_its_versions_and_its_date),
        cmocka_unit_test(test_values_are_read_as_their_kind),
        cmocka_unit_test(test_a_school_has_its_own_value_before_the_districts),
        cmocka_unit_test(test_a_school_that_was_not_chosen_rosters_nobody),
        cmocka_unit_test(test_a_role_at_the_district_itself_needs_no_school),
        cmocka_unit_test(test_guardians_are_rostered_wherever_their_school_is),
        cmocka_unit_test(test_a_person_in_two_schools_gets_the_safer_of_their_values),
        cmocka_unit_test(test_guardians_leave_as_students_do),
        cmocka_unit_test(test_dates_hold_by_day_by_range_and_every_year),
        cmocka_unit_test(test_who_leaves_a_last_grade_at_the_end_of_a_school_year_graduates),
        cmocka_unit_test(
            test_where_a_school_and_a_source_have_values_of_their_own_the_safer_one_holds),
        cmocka_unit_test(test_a_person_of_two_sources_gets_the_safer_of_their_values),
        cmocka_unit_test(test_a_source_may_roster_other_roles_than_the_district),
        cmocka_unit_test(test_a_source_has_its_own_words_for_roles_before_the_districts),
        cmocka_unit_test(test_guardians_of_a_student_in_two_places_get_the_safer_of_their_values),
        cmocka_unit_test(test_lists_are_kept_of_the_terms_that_both_a_school_and_a_source_name),
        cmocka_unit_test(test_one_place_that_always_asks_is_enough),
        cmocka_unit_test(test_a_stored_value_of_the_wrong_shape_is_refused_and_changes_nothing),
        cmocka_unit_test(test_an_unknown_setting_is_refused_by_name),
        cmocka_unit_test(test_a_school_or_a_source_may_not_set_what_holds_for_the_district),
        cmocka_unit_test(test_the_roles_have_names_that_parse_back),
        cmocka_unit_test(test_the_source_roles_count_as_is_usual),
        cmocka_unit_test(test_the_role_map_goes_before_what_is_usual),
        cmocka_unit_test(test_a_role_that_is_none_is_rostered_nowhere),
        cmocka_unit_test(
            test_a_threshold_is_exceeded_above_its_share_and_never_without_a_population),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
