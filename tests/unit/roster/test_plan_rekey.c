/* People under new ids whom no rule of the district finds: what the two records have in common says
 * how sure it is, and a person has the last word. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rollcall/base/auto.h"
#include "rollcall/roster/rekey.h"
#include "with_plan.h"

/* --- how sure it is --- */

static void test_signs_add_up_and_are_never_certain(void **state)
{
    static const struct {
        unsigned signs;
        int sure;
        const char *rule;
    } cases[] = {
        {0, 0, ""},
        {RC_REKEY_NAME, 0, ""},
        {RC_REKEY_SCHOOL | RC_REKEY_GRADE | RC_REKEY_CLASSES | RC_REKEY_BIRTH_DATE, 0, ""},
        {RC_REKEY_EMAIL, 45, "email"},
        {RC_REKEY_EMAIL | RC_REKEY_SCHOOL, 45, "email"},
        {RC_REKEY_USERNAME | RC_REKEY_EMAIL, 70, "username+email"},
        {RC_REKEY_NUMBER, 70, "number"},
        {RC_REKEY_NUMBER | RC_REKEY_EMAIL, 84, "number+email"},
        {RC_REKEY_NAME | RC_REKEY_SCHOOL, 48, "name+school"},
        {RC_REKEY_NAME | RC_REKEY_SCHOOL | RC_REKEY_GRADE, 61, "name+grade+school"},
        {RC_REKEY_NAME | RC_REKEY_SCHOOL | RC_REKEY_GRADE | RC_REKEY_CLASSES, 80,
         "name+grade+school+classes"},
        {RC_REKEY_NAME | RC_REKEY_BIRTH_DATE, 83, "name+birth-date"},
        {0x1ff, 99, "name+master-id+number+username+email+birth-date+grade+school+classes"},
    };
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(rc_rekey_confidence(cases[i].signs), cases[i].sure);
        assert_string_equal(rc_rekey_rule(arena, cases[i].signs).data, cases[i].rule);
    }
}

static void test_signs_of_classes_add_up_too_and_another_code_outweighs_them(void **state)
{
    static const struct {
        unsigned signs;
        int sure;
        const char *rule;
    } cases[] = {
        {RC_CLASS_TERM | RC_CLASS_CODE, 82, "code+term"},
        {RC_CLASS_TERM | RC_CLASS_TITLE, 67, "title+term"},
        {RC_CLASS_TERM | RC_CLASS_TITLE | RC_CLASS_COURSE, 80, "title+course+term"},
        {RC_CLASS_TERM | RC_CLASS_TITLE | RC_CLASS_MEMBERS, 87, "title+term+members"},
        {0x7f & ~(unsigned)RC_CLASS_CODE, 71, "title+course+term+teacher+members"},
    };
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(rc_rekey_class_confidence(cases[i].signs), cases[i].sure);
        assert_string_equal(rc_rekey_class_rule(arena, cases[i].signs).data, cases[i].rule);
    }
}

/* --- which pairs it makes --- */

static void test_an_id_is_in_one_pair_at_most_and_only_where_no_other_is_as_good(void **state)
{
    struct rc_rekey_candidate all[] = {
        {RC_STR("alone"), RC_STR("n1"), 70, RC_REKEY_NOTHING},
        {RC_STR("weak"), RC_STR("n2"), 49, RC_REKEY_NOTHING},
        {RC_STR("two"), RC_STR("n3"), 85, RC_REKEY_NOTHING}, /* as good as the next */
        {RC_STR("two"), RC_STR("n4"), 80, RC_REKEY_NOTHING},
        {RC_STR("surer"), RC_STR("n5"), 95, RC_REKEY_NOTHING}, /* of an id that two could be */
        {RC_STR("less"), RC_STR("n5"), 80, RC_REKEY_NOTHING},
        {RC_STR("same"), RC_STR("n6"), 80, RC_REKEY_NOTHING},
        {RC_STR("other"), RC_STR("n6"), 80, RC_REKEY_NOTHING},
    };
    static const enum rc_rekey_verdict due[] = {RC_REKEY_PAIR,   RC_REKEY_NOTHING, RC_REKEY_UNSURE,
                                                RC_REKEY_UNSURE, RC_REKEY_PAIR,    RC_REKEY_NOTHING,
                                                RC_REKEY_UNSURE, RC_REKEY_UNSURE};

    (void)state;
    rc_rekey_choose(all, COUNT_OF(all), 50);
    for (size_t i = 0; i < COUNT_OF(all); i++)
        assert_int_equal(all[i].verdict, due[i]);
}

/* --- what becomes of it --- */

static struct rc_plan_record *pupil(struct world *world, const char *node, const char *given)
{
    struct rc_plan_record *record = add_record(world, node, "student", given, "");
    record->home = RC_STR("s1");
    record->grade = RC_STR("07");
    return record;
}

/* An account whose record has gone from the source. */
static struct rc_plan_record *gone_pupil(struct world *world, const char *node, const char *account)
{
    struct rc_plan_record *record = pupil(world, node, "Ada");
    add_account_of(world, account, record);
    record->present = false;
    return record;
}

static const struct rc_plan_question *only_question(struct world *world, const char *items)
{
    assert_string_equal(planned(world), items);
    assert_int_equal(world->plan.question_count, 1);
    return &world->plan.questions[0];
}

static void test_name_grade_and_school_make_a_question(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    gone_pupil(&world, "r:A:u1", "a:1");
    pupil(&world, "r:A:u2", "Ada");
    const struct rc_plan_question *asked = only_question(&world, "");
    assert_string_equal(asked->why, "not sure");
    assert_int_equal(asked->confidence, 61);
    assert_true(rc_str_eq(asked->rule, RC_STR("name+grade+school")));
}

static void test_with_the_same_classes_they_are_a_pair_that_waits(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    struct rc_plan_record *old = gone_pupil(&world, "r:A:u1", "a:1"),
                          *now = pupil(&world, "r:A:u2", "Ada");
    add_enrollment(&world, old, "e:A:1", "class:A:c1:student")->present = false;
    add_enrollment(&world, now, "e:A:2", "class:A:c1:student");
    assert_non_null(strstr(planned(&world), "link r:A:u2 >a:1 (re-keyed) held: re-keyed\n"));
    add_enrollment(&world, now, "e:A:3", "class:A:c2:student");
    add_enrollment(&world, now, "e:A:4", "class:A:c3:student");
    assert_null(strstr(planned(&world), "link"));
}

static void test_birth_dates_say_who_is_who(void **state)
{
    static const struct {
        const char *now;
        const char *due;
    } cases[] = {{"2014-03-02", "link r:A:u2 >a:1 (re-keyed) held: re-keyed\n"},
                 {"2014-03-20", "create r:A:u2 (new)\n"},
                 {"", ""}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_WORLD world = world_new();
        gone_pupil(&world, "r:A:u1", "a:1")->born = RC_STR("2014-03-02");
        pupil(&world, "r:A:u2", "Ada")->born = rc_str_of(cases[i].now);
        assert_string_equal(planned(&world), cases[i].due);
    }
}

static void test_a_number_is_a_sign_under_any_name(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    struct rc_plan_record *old = pupil(&world, "r:A:u1", "Ada"),
                          *now = pupil(&world, "r:A:u2", "Adele");
    old->values[RC_FIELD_IDENTIFIER] = now->values[RC_FIELD_IDENTIFIER] = RC_STR("17");
    old->values[RC_FIELD_EMAIL] = RC_STR("ada@example.org");
    add_account_of(&world, "a:1", old);
    old->present = false;
    assert_int_equal(only_question(&world, "")->confidence, 70);
    now->values[RC_FIELD_EMAIL] = RC_STR("ada@example.org");
    assert_string_equal(planned(&world), "link r:A:u2 >a:1 (re-keyed) held: re-keyed\n");
}

static void test_of_one_who_is_still_there_a_namesake_is_somebody_else(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    gone_pupil(&world, "r:A:u1", "a:1")->present = true;
    pupil(&world, "r:A:u2", "Ada");
    assert_string_equal(planned(&world), "create r:A:u2 (new)\n");
}

static void test_of_another_source_it_is_no_new_id(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    gone_pupil(&world, "r:A:u1", "a:1");
    pupil(&world, "r:B:u2", "Ada");
    assert_string_equal(planned(&world), "create r:B:u2 (new)\n");
}

/* One old id and two new ones, or two old ids and one new: somebody must say. */
static void test_what_could_be_two_is_asked_and_not_paired(void **state)
{
    (void)state;
    for (int olds = 1; olds <= 2; olds++) {
        AUTO_WORLD world = world_new();
        gone_pupil(&world, "r:A:u1", "a:1")->born = RC_STR("2014-03-02");
        pupil(&world, "r:A:n1", "Ada")->born = RC_STR("2014-03-02");
        if (olds == 2) gone_pupil(&world, "r:A:u2", "a:2")->born = RC_STR("2014-03-02");
        if (olds == 1) pupil(&world, "r:A:n2", "Ada")->born = RC_STR("2014-03-02");
        assert_string_equal(planned(&world), "");
        assert_int_equal(world.plan.question_count, 2);
        assert_string_equal(world.plan.questions[0].why,
                            olds == 1 ? "several records" : "several accounts");
        assert_string_equal(world.plan.questions[1].why, world.plan.questions[0].why);
    }
}

/* Of one account two old ids say as much, one by the grade and one by the school. */
static void test_what_is_told_of_equal_signs_depends_on_no_order(void **state)
{
    struct rc_str rules[2] = {0};
    AUTO_WORLD one = world_new();
    AUTO_WORLD other = world_new();
    struct world *worlds[] = {&one, &other};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(worlds); i++) {
        struct world *world = worlds[i];
        struct rc_plan_record *first = gone_pupil(world, "r:A:u1", "a:1");
        struct rc_plan_record *second = pupil(world, "r:A:u2", "Ada"),
                              *now = pupil(world, "r:A:n1", "Ada");
        second->account = first->account;
        second->present = false;
        (i == 0 ? first : second)->grade = RC_STR("08");
        (i == 0 ? second : first)->home = RC_STR("s2");
        add_enrollment(world, first, "e:A:1", "class:A:c1:student")->present = false;
        add_enrollment(world, second, "e:A:2", "class:A:c1:student")->present = false;
        add_enrollment(world, now, "e:A:3", "class:A:c1:student");
        (void)planned(world);
        assert_int_equal(world->plan.question_count, 1);
        rules[i] = world->plan.questions[0].rule;
    }
    assert_true(rules[0].len > 0 && rc_str_eq(rules[0], rules[1]));
}

static void test_who_may_have_a_new_id_is_not_archived_meanwhile(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    is_gone(gone_pupil(&world, "r:A:u1", "a:1"), 2);
    assert_non_null(strstr(planned(&world), "archive a:1"));
    pupil(&world, "r:A:u2", "Ada");
    (void)only_question(&world, "");
}

static void test_the_districts_thresholds_hold_for_signs_too(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    gone_pupil(&world, "r:A:u1", "a:1");
    pupil(&world, "r:A:u2", "Ada");
    set(&world, "matching-link", "60");
    assert_string_equal(planned(&world), "link r:A:u2 >a:1 (re-keyed) held: re-keyed\n");
    set(&world, "matching-link", "80");
    set(&world, "matching-ask", "70");
    assert_string_equal(planned(&world), "create r:A:u2 (new)\n");
}

/* --- who is looked at together --- */

static size_t shared_keys(const struct rc_plan_likeness *a, const struct rc_plan_likeness *b,
                          const struct rc_str *left, const struct rc_str *right)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct rc_plan_keys one = {0}, other = {0};
    size_t shared = 0;
    rc_plan_keys_of_likeness(&one, arena, a, left);
    rc_plan_keys_of_likeness(&other, arena, b, right);
    for (size_t i = 0; i < one.count; i++) {
        for (size_t j = 0; j < other.count; j++)
            shared += one.items[i] == other.items[j];
    }
    return shared;
}

static void test_whoever_signs_could_find_shares_a_key(void **state)
{
    const struct rc_str
        ada[RC_FIELD_COUNT_] =
            {[RC_FIELD_GIVEN_NAME] = RC_STR("Ada"), [RC_FIELD_FAMILY_NAME] = RC_STR("Doe")},
        shout[RC_FIELD_COUNT_] =
            {[RC_FIELD_GIVEN_NAME] = RC_STR(" ADA"), [RC_FIELD_FAMILY_NAME] = RC_STR("DOE ")},
        nobody[RC_FIELD_COUNT_] = {[RC_FIELD_GIVEN_NAME] = RC_STR("Ada")};
    const struct rc_plan_likeness a = {RC_STR("A"), RC_STR("s1"), RC_STR("07"), RC_STR("2014")},
                                  later = {RC_STR("A"), RC_STR("s2"), RC_STR("08"), RC_STR("2014")},
                                  plain = {RC_STR("A"), RC_STR("s1"), RC_STR("07"), {0}},
                                  other = {RC_STR("B"), RC_STR("s1"), RC_STR("07"), RC_STR("2014")};

    (void)state;
    assert_int_equal(shared_keys(&a, &a, ada, shout), 2);
    assert_int_equal(shared_keys(&a, &later, ada, ada), 1);
    assert_int_equal(shared_keys(&a, &plain, ada, ada), 1);
    assert_int_equal(shared_keys(&a, &other, ada, ada), 0);
    assert_int_equal(shared_keys(&a, &a, nobody, nobody), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signs_add_up_and_are_never_certain),
        cmocka_unit_test(test_signs_of_classes_add_up_too_and_another_code_outweighs_them),
        cmocka_unit_test(test_an_id_is_in_one_pair_at_most_and_only_where_no_other_is_as_good),
        cmocka_unit_test(test_name_grade_and_school_make_a_question),
        cmocka_unit_test(test_with_the_same_classes_they_are_a_pair_that_waits),
        cmocka_unit_test(test_birth_dates_say_who_is_who),
        cmocka_unit_test(test_a_number_is_a_sign_under_any_name),
        cmocka_unit_test(test_of_one_who_is_still_there_a_namesake_is_somebody_else),
        cmocka_unit_test(test_of_another_source_it_is_no_new_id),
        cmocka_unit_test(test_what_could_be_two_is_asked_and_not_paired),
        cmocka_unit_test(test_what_is_told_of_equal_signs_depends_on_no_order),
        cmocka_unit_test(test_who_may_have_a_new_id_is_not_archived_meanwhile),
        cmocka_unit_test(test_the_districts_thresholds_hold_for_signs_too),
        cmocka_unit_test(test_whoever_signs_could_find_shares_a_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
