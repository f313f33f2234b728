/* By what people are found: two texts that the planner takes for one value give one key, and two
 * that it tells apart give two. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "rollcall/roster/plan.h"

static struct rc_plan_keys keys_of(struct rc_arena *arena, enum rc_field field, const char *text)
{
    struct rc_str values[RC_FIELD_COUNT_] = {[RC_FIELD_COUNT_ - 1] = {0}};
    struct rc_plan_keys keys = {0};
    values[field] = rc_str_of(text);
    rc_plan_keys_of_values(&keys, arena, values);
    return keys;
}

static void test_a_value_gives_one_key_however_it_is_written(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct rc_plan_keys plain = keys_of(arena, RC_FIELD_EMAIL, "ada@example.org"),
                              other = keys_of(arena, RC_FIELD_EMAIL, " Ada@Example.ORG ");

    (void)state;
    assert_int_equal(plain.count, 1);
    assert_int_equal(other.count, 1);
    assert_true(plain.items[0] == other.items[0]);
}

static void test_one_text_in_two_fields_is_two_keys(void **state)
{
    static const enum rc_field fields[] = {RC_FIELD_EMAIL, RC_FIELD_USERNAME, RC_FIELD_IDENTIFIER,
                                           RC_FIELD_MASTER_ID};
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        for (size_t j = 0; j < i; j++)
            assert_true(keys_of(arena, fields[i], "17").items[0] !=
                        keys_of(arena, fields[j], "17").items[0]);
    }
}

static void test_names_schools_and_blanks_are_no_keys(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    assert_int_equal(keys_of(arena, RC_FIELD_GIVEN_NAME, "Ada").count, 0);
    assert_int_equal(keys_of(arena, RC_FIELD_GRADES, "05").count, 0);
    assert_int_equal(keys_of(arena, RC_FIELD_EMAIL, "  ").count, 0);
}

/* 0: no key. */
static uint64_t person_key(struct rc_arena *arena, const char *given, const char *email,
                           const char *phone)
{
    const struct rc_str values[RC_FIELD_COUNT_] = {[RC_FIELD_GIVEN_NAME] = rc_str_of(given),
                                                   [RC_FIELD_FAMILY_NAME] = RC_STR("Roe"),
                                                   [RC_FIELD_EMAIL] = rc_str_of(email),
                                                   [RC_FIELD_PHONE] = rc_str_of(phone)};
    struct rc_plan_keys keys = {0};
    rc_plan_keys_of_person(&keys, arena, values);
    return keys.count > 0 ? keys.items[0] : 0;
}

static void test_a_name_is_a_key_together_with_its_phone(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const uint64_t tess = person_key(arena, "Tess", "t@example.org", "555-0100");

    (void)state;
    assert_true(tess != 0);
    assert_true(tess == person_key(arena, " TESS", "T@example.org", "(555) 01 00"));
    assert_true(tess != person_key(arena, "Tom", "t@example.org", "555-0100"));
    assert_true(tess != person_key(arena, "Tess", "", "555-0100"));
    assert_true(person_key(arena, "Tess", "t@example.org", "none") == 0);
}

static void test_kin_are_known_by_source_and_id(void **state)
{
    (void)state;
    assert_true(rc_plan_kin_key(RC_STR("A"), RC_STR("1")) ==
                rc_plan_kin_key(RC_STR("A"), RC_STR("1")));
    assert_true(rc_plan_kin_key(RC_STR("A"), RC_STR("1")) !=
                rc_plan_kin_key(RC_STR("B"), RC_STR("1")));
    assert_true(rc_plan_kin_key(RC_STR("A"), RC_STR("12")) !=
                rc_plan_kin_key(RC_STR("A1"), RC_STR("2")));
}

static void test_any_number_of_keys_is_kept(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct rc_plan_keys keys = {0};

    (void)state;
    for (uint64_t i = 0; i < 1000; i++)
        rc_plan_keys_add(&keys, arena, i);
    assert_int_equal(keys.count, 1000);
    for (uint64_t i = 0; i < 1000; i++)
        assert_true(keys.items[i] == i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_value_gives_one_key_however_it_is_written),
        cmocka_unit_test(test_one_text_in_two_fields_is_two_keys),
        cmocka_unit_test(test_names_schools_and_blanks_are_no_keys),
        cmocka_unit_test(test_a_name_is_a_key_together_with_its_phone),
        cmocka_unit_test(test_kin_are_known_by_source_and_id),
        cmocka_unit_test(test_any_number_of_keys_is_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
