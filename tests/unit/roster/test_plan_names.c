/* Names of what plans are made of, the keys of items, and the key of a person. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rollcall/base/auto.h"
#include "with_plan.h"

typedef const char *(*name_fn)(int value);

static const char *field_name(int value)
{
    return rc_field_name((enum rc_field)value);
}

static const char *field_source_name(int value)
{
    return rc_field_source_name((enum rc_field)value);
}

static const char *item_name(int value)
{
    return rc_item_kind_name((enum rc_item_kind)value);
}

static const char *situation_name(int value)
{
    return rc_situation_name((enum rc_situation)value);
}

static void test_every_value_has_a_name_of_its_own_and_the_count_has_none(void **state)
{
    static const struct {
        name_fn name;
        int count;
    } tables[] = {{field_name, RC_FIELD_COUNT_},
                  {field_source_name, RC_FIELD_COUNT_},
                  {item_name, RC_ITEM_COUNT_},
                  {situation_name, RC_SITUATION_COUNT_}};

    (void)state;
    for (size_t t = 0; t < COUNT_OF(tables); t++) {
        for (int i = 0; i < tables[t].count; i++) {
            assert_true(rc_str_of(tables[t].name(i)).len > 0);
            for (int j = 0; j < i; j++)
                assert_string_not_equal(tables[t].name(i), tables[t].name(j));
        }
        assert_null(tables[t].name(tables[t].count));
    }
}

static void test_names_of_fields_and_kinds_parse_back(void **state)
{
    (void)state;
    for (int i = 0; i < RC_FIELD_COUNT_; i++)
        assert_int_equal(rc_field_parse(rc_str_of(field_name(i))), i);
    for (int i = 0; i < RC_ITEM_COUNT_; i++)
        assert_int_equal(rc_item_kind_parse(rc_str_of(item_name(i))), i);
    assert_int_equal(rc_field_parse(RC_STR("givenName")), RC_FIELD_COUNT_);
    assert_int_equal(rc_item_kind_parse(RC_STR("delete")), RC_ITEM_COUNT_);
}

static struct rc_plan_item an_item(enum rc_item_kind kind)
{
    return (struct rc_plan_item){.kind = kind,
                                 .subject = RC_STR("a:1"),
                                 .field = RC_STR("email"),
                                 .from = RC_STR("old"),
                                 .to = RC_STR("new"),
                                 .cause = RC_STR("cause"),
                                 .evidence = RC_STR("r:A:u1=gone:0")};
}

static void test_an_items_key_moves_with_all_that_a_decision_is_about(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct rc_plan_item item = an_item(RC_ITEM_UPDATE);
    struct rc_plan_item others[6];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(others); i++)
        others[i] = item;
    others[0].kind = RC_ITEM_JOIN;
    others[1].subject = RC_STR("a:2");
    others[2].field = RC_STR("phone");
    others[3].from = RC_STR("older");
    others[4].to = RC_STR("newer");
    others[5].cause = RC_STR("another");
    const struct rc_str key = rc_plan_item_key(arena, &item);
    for (size_t i = 0; i < COUNT_OF(others); i++)
        assert_false(rc_str_eq(rc_plan_item_key(arena, &others[i]), key));
}

static void test_a_key_says_nothing_of_holds_and_groups(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct rc_plan_item item = an_item(RC_ITEM_UPDATE);
    struct rc_plan_item other = item;

    (void)state;
    other.hold = RC_STR("threshold");
    other.school = RC_STR("s9");
    other.role = RC_ROLE_STAFF;
    other.waits = RC_STR("3");
    assert_true(rc_str_eq(rc_plan_item_key(arena, &item), rc_plan_item_key(arena, &other)));
}

static void test_only_the_key_of_a_removal_names_its_evidence(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (int kind = 0; kind < RC_ITEM_COUNT_; kind++) {
        const struct rc_plan_item item = an_item((enum rc_item_kind)kind);
        struct rc_plan_item later = item;
        later.evidence = RC_STR("r:A:u1=gone:1");
        const bool same = rc_str_eq(rc_plan_item_key(arena, &item),
                                    rc_plan_item_key(arena, &later));
        assert_int_equal(same, kind != RC_ITEM_ARCHIVE && kind != RC_ITEM_END);
    }
}

static void test_a_person_is_name_email_and_phone_however_written(void **state)
{
    static const struct {
        const char *given, *family, *email, *phone, *due;
    } cases[] = {
        {"Tess", "Roe", "tess@example.org", "555-0100", "person:tess|roe|tess@example.org|5550100"},
        {" TESS ", "roe", "Tess@Example.org ", "(555) 01 00",
         "person:tess|roe|tess@example.org|5550100"},
        {"Tess", "Roe", "", "5550100", "person:tess|roe||5550100"},
        {"Tess", "Roe", "tess@example.org", "", "person:tess|roe|tess@example.org|"},
        {"Tess", "Roe", "tess@example.org", "none", "person:tess|roe|tess@example.org|"},
        {"Tess", "Roe", "", "", ""},
        {"Tess", "Roe", "  ", "-", ""},
    };
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct rc_str key = rc_plan_person_key(
            arena, rc_str_of(cases[i].given), rc_str_of(cases[i].family), rc_str_of(cases[i].email),
            rc_str_of(cases[i].phone));
        assert_true(rc_str_eq(key, rc_str_of(cases[i].due)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_value_has_a_name_of_its_own_and_the_count_has_none),
        cmocka_unit_test(test_names_of_fields_and_kinds_parse_back),
        cmocka_unit_test(test_an_items_key_moves_with_all_that_a_decision_is_about),
        cmocka_unit_test(test_a_key_says_nothing_of_holds_and_groups),
        cmocka_unit_test(test_only_the_key_of_a_removal_names_its_evidence),
        cmocka_unit_test(test_a_person_is_name_email_and_phone_however_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
