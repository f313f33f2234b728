/* By which rules a record is recognised, how sure that is, and what that makes of it (P2). */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rollcall/base/auto.h"
#include "with_plan.h"

/* A record of Tess, loose, beside an account of hers that follows none. */
static struct rc_plan_account *add_tess(struct world *world, const char *role)
{
    struct rc_plan_account *account = add_account(world, "a:1");
    account->values[RC_FIELD_GIVEN_NAME] = RC_STR("Tess");
    account->values[RC_FIELD_FAMILY_NAME] = RC_STR("Doe");
    (void)add_record(world, "r:A:t1", role, "Tess", "");
    return account;
}

static void both_have(struct world *world, enum rc_field field, const char *value)
{
    world->accounts[0].values[field] = world->records[0].values[field] = rc_str_of(value);
}

static const char *rule_of(struct world *world)
{
    const struct rc_plan_item *item = only_item(world);
    return rc_str_copy(world->arena, item->evidence).data;
}

static void test_a_link_says_by_which_rule_and_how_sure(void **state)
{
    static const struct {
        enum rc_field field;
        const char *due;
    } cases[] = {{RC_FIELD_MASTER_ID, "name+master-id=100"},
                 {RC_FIELD_IDENTIFIER, "name+number=95"},
                 {RC_FIELD_USERNAME, "name+username=90"},
                 {RC_FIELD_EMAIL, "name+email=85"},
                 {RC_FIELD_PHONE, "name+email+phone=80"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_WORLD world = world_new();
        add_tess(&world, "teacher");
        both_have(&world, cases[i].field, "x1");
        assert_string_equal(rule_of(&world), cases[i].due);
    }
}

static void test_of_several_rules_the_heaviest_is_said(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_tess(&world, "teacher");
    both_have(&world, RC_FIELD_EMAIL, "t@example.org");
    both_have(&world, RC_FIELD_IDENTIFIER, "17");
    assert_string_equal(rule_of(&world), "name+number=95");
    set(&world, "matching", "name+email=90, name+number=90");
    assert_string_equal(rule_of(&world), "name+email=90");
}

static void test_contact_data_is_name_email_and_phone_one_of_which_may_be_blank(void **state)
{
    static const struct {
        const char *here[2], *there[2];
        const char *due;
    } cases[] = {
        {{"", "555-0100"}, {"", "(555) 01 00"}, "link r:A:t1 >a:1 (matched)\n"},
        {{"t@x.example", ""}, {"T@x.example", ""}, "link r:A:t1 >a:1 (matched)\n"},
        {{"t@x.example", "1"}, {"t@x.example", "2"}, "create r:A:t1 (new) held: e-mail is taken\n"},
        {{"", "1"}, {"t@x.example", "1"}, "create r:A:t1 (new)\n"},
        {{"", "1"}, {"", "12"}, "create r:A:t1 (new)\n"},
        {{"", "none"}, {"", "none"}, "create r:A:t1 (new)\n"},
        {{"", ""}, {"", ""}, "create r:A:t1 (new)\n"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_WORLD world = world_new();
        struct rc_plan_account *account = add_tess(&world, "teacher");
        set(&world, "matching", "name+email+phone=80");
        account->values[RC_FIELD_EMAIL] = rc_str_of(cases[i].here[0]);
        account->values[RC_FIELD_PHONE] = rc_str_of(cases[i].here[1]);
        world.records[0].values[RC_FIELD_EMAIL] = rc_str_of(cases[i].there[0]);
        world.records[0].values[RC_FIELD_PHONE] = rc_str_of(cases[i].there[1]);
        assert_string_equal(planned(&world), cases[i].due);
    }
}

static void test_no_student_is_known_by_contact_data(void **state)
{
    static const char *const roles[][2] = {
        {"student", ""}, {"teacher", "student@A/s1"}, {"teacher", "staff@A/s1,student@B/s2"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(roles); i++) {
        AUTO_WORLD world = world_new();
        add_tess(&world, roles[i][0])->values[RC_FIELD_ROLES] = rc_str_of(roles[i][1]);
        both_have(&world, RC_FIELD_PHONE, "555");
        assert_string_equal(planned(&world), "create r:A:t1 (new)\n");
    }
}

static void test_a_guardian_under_another_id_is_known_by_the_phone(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *before = add_record(&world, "r:A:g1", "teacher", "Tess", "");

    (void)state;
    before->values[RC_FIELD_PHONE] = RC_STR("555-0100");
    add_account_of(&world, "a:1", before);
    is_gone(before, 2);
    add_record(&world, "r:A:g2", "teacher", "Tess", "")->values[RC_FIELD_PHONE] = RC_STR("5550100");
    assert_string_equal(planned(&world), "link r:A:g2 >a:1 (re-keyed)\n");
}

static void test_a_weight_decides_between_linking_asking_and_nothing(void **state)
{
    static const struct {
        const char *weight, *due;
        size_t ambiguous;
    } cases[] = {{"email=80", "link r:A:t1 >a:1 (matched)\n", 0},
                 {"email=79", "", 1},
                 {"email=50", "", 1},
                 {"email=49", "create r:A:t1 (new) held: e-mail is taken\n", 0}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_WORLD world = world_new();
        add_tess(&world, "teacher")->values[RC_FIELD_GIVEN_NAME] = RC_STR("Teresa");
        both_have(&world, RC_FIELD_EMAIL, "t@example.org");
        set(&world, "matching", cases[i].weight);
        assert_string_equal(planned(&world), cases[i].due);
        assert_int_equal(world.plan.situations[RC_SITUATION_AMBIGUOUS], cases[i].ambiguous);
    }
}

static void test_the_owner_says_what_links_and_what_asks(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_tess(&world, "teacher");
    both_have(&world, RC_FIELD_EMAIL, "t@example.org");
    set(&world, "matching-link", "90");
    assert_string_equal(planned(&world), "");
    set(&world, "matching-ask", "86");
    assert_string_equal(planned(&world), "create r:A:t1 (new) held: e-mail is taken\n");
    /* What links asks too, whatever was said of asking. */
    set(&world, "matching-ask", "100");
    set(&world, "matching-link", "85");
    assert_string_equal(planned(&world), "link r:A:t1 >a:1 (matched)\n");
}

static void test_one_that_is_sure_goes_before_one_that_is_not_but_two_sure_ones_ask(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_tess(&world, "teacher");
    both_have(&world, RC_FIELD_MASTER_ID, "m1");
    struct rc_plan_account *other = add_account(&world, "a:2");
    memcpy(other->values, world.accounts[0].values, sizeof other->values);
    other->values[RC_FIELD_MASTER_ID] = (struct rc_str){0};
    other->values[RC_FIELD_EMAIL] = world.records[0].values[RC_FIELD_EMAIL] = RC_STR("t@x.example");
    assert_string_equal(planned(&world), "");
    set(&world, "matching", "name+master-id=100, name+email=60");
    assert_string_equal(planned(&world), "link r:A:t1 >a:1 (matched)\n");
}

static void test_who_may_be_the_same_in_another_source_is_not_made_beside(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    set(&world, "matching", "username=60");
    add_record(&world, "r:A:t1", "teacher", "Tess", "")->values[RC_FIELD_USERNAME] = RC_STR("td");
    add_record(&world, "r:B:t9", "teacher", "Teresa", "")->values[RC_FIELD_USERNAME] = RC_STR("td");
    assert_string_equal(planned(&world), "create r:A:t1 (new)\n");
    assert_int_equal(world.plan.situations[RC_SITUATION_AMBIGUOUS], 1);
    apply_plan(&world);
    assert_string_equal(planned(&world), "");
    assert_int_equal(world.plan.situations[RC_SITUATION_AMBIGUOUS], 1);
}

static void test_whom_a_question_is_about_is_not_archived_meanwhile(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *before = add_record(&world, "r:A:t1", "teacher", "Tess", "t@x.example");

    (void)state;
    add_account_of(&world, "a:1", before);
    is_gone(before, 2);
    add_record(&world, "r:A:t2", "teacher", "Teresa", "t@x.example");
    set(&world, "matching", "email=60");
    assert_string_equal(planned(&world), "");
    set(&world, "matching", "");
    assert_string_equal(planned(&world),
                        "create r:A:t2 (new) held: e-mail is taken\n"
                        "archive a:1 active>archived (gone)\n");
}

static void test_an_excluded_account_keeps_nobody_out_who_is_only_perhaps_the_same(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_tess(&world, "teacher")->excluded = true;
    both_have(&world, RC_FIELD_EMAIL, "t@x.example");
    set(&world, "matching", "name+email=60");
    assert_string_equal(planned(&world), "");
    assert_int_equal(world.plan.situations[RC_SITUATION_EXCLUDED], 0);
    assert_int_equal(world.plan.situations[RC_SITUATION_AMBIGUOUS], 1);
    set(&world, "matching", "name+email=80");
    assert_string_equal(planned(&world), "");
    assert_int_equal(world.plan.situations[RC_SITUATION_EXCLUDED], 1);
}

/* --- what may be written as a rule --- */

static void test_rules_are_read_as_people_write_them(void **state)
{
    static const struct {
        const char *text;
        unsigned parts;
        int weight;
    } cases[] = {{"name+email=85", RC_MATCH_NAME | RC_MATCH_EMAIL, 85},
                 {" master-id=1 ", RC_MATCH_MASTER_ID, 1},
                 {"number+username=100", RC_MATCH_NUMBER | RC_MATCH_USERNAME, 100},
                 {"name+email+phone=7", RC_MATCH_CONTACT, 7},
                 {"phone+email+name+number=7", RC_MATCH_CONTACT | RC_MATCH_NUMBER, 7}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct rc_match_rule rule;
        assert_int_equal(rc_match_rule_parse(rc_str_of(cases[i].text), &rule), RC_OK);
        assert_int_equal(rule.parts, cases[i].parts);
        assert_int_equal(rule.weight, cases[i].weight);
    }
}

static void test_what_finds_nobody_is_no_rule(void **state)
{
    static const char *const texts[] = {"",
                                        "=5",
                                        "name",
                                        "email",
                                        "email=",
                                        "email=0",
                                        "email=101",
                                        "email=8.5",
                                        "email=x",
                                        "name=80",
                                        "phone=80",
                                        "name+phone=80",
                                        "email+phone=80",
                                        "email+email=80",
                                        "email+=80",
                                        "+email=80",
                                        "Email=80",
                                        "birthday=80",
                                        "name email=80",
                                        "email = 80"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct rc_match_rule rule = {.weight = 7};
        if (rc_match_rule_parse(rc_str_of(texts[i]), &rule) != RC_REJECT)
            fail_msg("\"%s\" was taken for a rule", texts[i]);
        assert_int_equal(rule.weight, 7);
        assert_non_null(strstr(rc_error_text(), "as in name+email=85"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_link_says_by_which_rule_and_how_sure),
        cmocka_unit_test(test_of_several_rules_the_heaviest_is_said),
        cmocka_unit_test(test_contact_data_is_name_email_and_phone_one_of_which_may_be_blank),
        cmocka_unit_test(test_no_student_is_known_by_contact_data),
        cmocka_unit_test(test_a_guardian_under_another_id_is_known_by_the_phone),
        cmocka_unit_test(test_a_weight_decides_between_linking_asking_and_nothing),
        cmocka_unit_test(test_the_owner_says_what_links_and_what_asks),
        cmocka_unit_test(test_one_that_is_sure_goes_before_one_that_is_not_but_two_sure_ones_ask),
        cmocka_unit_test(test_who_may_be_the_same_in_another_source_is_not_made_beside),
        cmocka_unit_test(test_whom_a_question_is_about_is_not_archived_meanwhile),
        cmocka_unit_test(test_an_excluded_account_keeps_nobody_out_who_is_only_perhaps_the_same),
        cmocka_unit_test(test_rules_are_read_as_people_write_them),
        cmocka_unit_test(test_what_finds_nobody_is_no_rule),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
