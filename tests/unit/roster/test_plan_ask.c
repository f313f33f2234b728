/* What a person must say, what was said, and how long that holds (P2, P7). */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rollcall/base/auto.h"
#include "with_plan.h"

#define MAIL "tess@example.org"

static struct rc_plan_account *put_account(struct world *world, const char *node, const char *given)
{
    struct rc_plan_account *account = add_account(world, node);
    account->values[RC_FIELD_GIVEN_NAME] = rc_str_of(given);
    account->values[RC_FIELD_FAMILY_NAME] = RC_STR("Doe");
    account->values[RC_FIELD_EMAIL] = RC_STR(MAIL);
    return account;
}

/* Says of the record what stands now, as the tool would store it. */
static void answer(struct world *world, struct rc_plan_record *record,
                   const struct rc_plan_account *account, bool accepted)
{
    struct rc_plan_answer *all = rc_arena_array(world->arena, record->answer_count + 1,
                                                sizeof *all);
    if (record->answer_count > 0) memcpy(all, record->answers, record->answer_count * sizeof *all);
    all[record->answer_count++] = (struct rc_plan_answer){
        .account = account->node,
        .accepted = accepted,
        .basis = rc_plan_match_basis(record->values, account->values)};
    record->answers = all;
}

/* "r:A:t1 a:1 not sure email=60\n" … */
static const char *asked(struct world *world)
{
    RC_AUTO_BUF struct rc_buf out = {0};
    (void)planned(world);
    for (size_t i = 0; i < world->plan.question_count; i++) {
        const struct rc_plan_question *q = &world->plan.questions[i];
        rc_buf_print(&out, "%.*s %.*s %s", RC_STR_ARG(world->records[q->record].node),
                     RC_STR_ARG(q->account), q->why);
        if (q->confidence > 0) rc_buf_print(&out, " %.*s=%d", RC_STR_ARG(q->rule), q->confidence);
        rc_buf_add_char(&out, '\n');
    }
    return rc_str_copy(world->arena, rc_buf_str(&out)).data;
}

static void test_a_question_names_record_account_reason_and_rule(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    set(&world, "matching", "email=60");
    put_account(&world, "a:1", "Theresa");
    add_record(&world, "r:A:t1", "teacher", "Tess", MAIL);
    assert_string_equal(asked(&world), "r:A:t1 a:1 not sure email=60\n");
}

static void test_several_accounts_and_several_records_are_told_apart(void **state)
{
    (void)state;
    {
        AUTO_WORLD world = world_new();
        put_account(&world, "a:1", "Tess");
        put_account(&world, "a:2", "Tess");
        add_record(&world, "r:A:t1", "teacher", "Tess", MAIL);
        assert_string_equal(asked(&world),
                            "r:A:t1 a:1 several accounts name+email=85\n"
                            "r:A:t1 a:2 several accounts name+email=85\n");
    }
    {
        AUTO_WORLD world = world_new();
        put_account(&world, "a:1", "Tess");
        add_record(&world, "r:A:u1", "student", "Tess", MAIL);
        add_record(&world, "r:A:u2", "student", "Tess", MAIL);
        assert_string_equal(asked(&world),
                            "r:A:u1 a:1 several records name+email=85\n"
                            "r:A:u2 a:1 several records name+email=85\n");
    }
}

static void test_an_older_value_of_the_account_is_a_question_of_its_own_kind(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *here = add_record(&world, "r:A:t1", "teacher", "Tess", "new@x.example");

    (void)state;
    set(&world, "existing-people", "skip");
    add_account_of(&world, "a:1", here)->values[RC_FIELD_EMAIL] = RC_STR(MAIL);
    add_record(&world, "r:B:t1", "teacher", "Tess", MAIL);
    assert_string_equal(asked(&world), "r:B:t1 a:1 older value name+email=85\n");
}

static void test_yes_links_and_no_makes_an_account(void **state)
{
    for (int accepted = 0; accepted < 2; accepted++) {
        AUTO_WORLD world = world_new();
        struct rc_plan_account *account = put_account(&world, "a:1", "Theresa");
        struct rc_plan_record *tess = add_record(&world, "r:A:t1", "teacher", "Tess", MAIL);
        set(&world, "matching", "email=60");
        answer(&world, tess, account, accepted);
        assert_string_equal(asked(&world), "");
        assert_string_equal(planned(&world), accepted
                                                 ? "link r:A:t1 >a:1 (matched)\n"
                                                 : "create r:A:t1 (new) held: e-mail is taken\n");
        if (accepted) assert_true(rc_str_eq(world.plan.items[0].evidence, RC_STR("answer=100")));
    }
    (void)state;
}

static void test_an_answer_is_void_while_a_value_of_either_is_another(void **state)
{
    static const enum rc_field fields[] = {RC_FIELD_GIVEN_NAME, RC_FIELD_USERNAME,
                                           RC_FIELD_IDENTIFIER, RC_FIELD_MASTER_ID, RC_FIELD_PHONE};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        for (int side = 0; side < 2; side++) {
            AUTO_WORLD world = world_new();
            struct rc_plan_account *account = put_account(&world, "a:1", "Theresa");
            struct rc_plan_record *tess = add_record(&world, "r:A:t1", "teacher", "Tess", MAIL);
            set(&world, "matching", "email=60");
            answer(&world, tess, account, true);
            struct rc_str *value = side ? &account->values[fields[i]] : &tess->values[fields[i]];
            const struct rc_str before = *value;
            *value = RC_STR("77");
            assert_string_equal(asked(&world), "r:A:t1 a:1 not sure email=60\n");
            *value = before;
            assert_string_equal(asked(&world), "");
        }
    }
}

static void test_what_nobody_is_found_by_leaves_an_answer_as_it_is(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_account *account = put_account(&world, "a:1", "Theresa");
    struct rc_plan_record *tess = add_record(&world, "r:A:t1", "teacher", "Tess", MAIL);

    (void)state;
    set(&world, "matching", "email=60");
    answer(&world, tess, account, true);
    tess->values[RC_FIELD_MIDDLE_NAME] = RC_STR("M");
    tess->values[RC_FIELD_EMAIL] = RC_STR(" TESS@example.org");
    assert_string_equal(planned(&world), "link r:A:t1 >a:1 (matched)\n");
}

static void test_of_several_accounts_a_yes_chooses_and_a_no_leaves_the_other(void **state)
{
    for (int accepted = 0; accepted < 2; accepted++) {
        AUTO_WORLD world = world_new();
        put_account(&world, "a:1", "Tess");
        put_account(&world, "a:2", "Tess");
        struct rc_plan_record *tess = add_record(&world, "r:A:t1", "teacher", "Tess", MAIL);
        answer(&world, tess, &world.accounts[accepted ? 1 : 0], accepted);
        assert_string_equal(planned(&world), "link r:A:t1 >a:2 (matched)\n");
    }
    (void)state;
}

static void test_a_yes_does_not_join_a_student_who_is_there_already(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_record(&world, "r:A:u1", "student", "Ada", MAIL);
    struct rc_plan_account *account = add_account_of(&world, "a:1", ada);
    struct rc_plan_record *other = add_record(&world, "r:A:u2", "student", "Ada", MAIL);

    (void)state;
    answer(&world, other, account, true);
    assert_string_equal(planned(&world), "create r:A:u2 (new) held: e-mail is taken\n");
}

static void test_two_records_that_may_not_join_are_not_both_linked_by_answers(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_account *account = put_account(&world, "a:1", "Tess");
    struct rc_plan_record *one = add_record(&world, "r:A:u1", "student", "Tess", MAIL);
    struct rc_plan_record *two = add_record(&world, "r:A:u2", "student", "Tess", MAIL);

    (void)state;
    answer(&world, one, account, true);
    assert_string_equal(planned(&world), "link r:A:u1 >a:1 (matched)\n");
    answer(&world, two, account, true);
    assert_string_equal(planned(&world), "");
}

static void test_records_of_one_person_wait_for_the_one_that_is_asked_about(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_account *account = put_account(&world, "a:1", "Theresa");
    (void)add_record(&world, "r:A:t1", "teacher", "Tess", "t@x.example");
    struct rc_plan_record *two = add_record(&world, "r:A:t2", "teacher", "Tess", "t@x.example");

    (void)state;
    set(&world, "existing-people", "skip");
    set(&world, "matching", "name+email=85, username=60");
    two->values[RC_FIELD_USERNAME] = account->values[RC_FIELD_USERNAME] = RC_STR("tess");
    assert_string_equal(asked(&world), "r:A:t2 a:1 not sure username=60\n");
    assert_string_equal(planned(&world), "");
    answer(&world, two, account, true);
    assert_string_equal(planned(&world), "link r:A:t2 >a:1 (matched)\n");
    apply_plan(&world);
    assert_string_equal(planned(&world), "link r:A:t1 >a:1 (matched)\n");
}

/* --- records of one account --- */

/* Two records of a guardian, one account. */
static void add_pat(struct world *world)
{
    struct rc_plan_record *one = add_record(world, "r:A:g1", "teacher", "Pat", MAIL);
    struct rc_plan_record *two = add_record(world, "r:A:g2", "teacher", "Pat", MAIL);
    two->account = add_account_of(world, "a:1", one)->node;
}

static void test_records_of_one_account_that_agree_no_longer_are_asked_about(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_pat(&world);
    assert_string_equal(asked(&world), "");
    world.records[1].values[RC_FIELD_EMAIL] = RC_STR("other@x.example");
    assert_string_equal(asked(&world), "r:A:g2 a:1 no longer agree\n");
    answer(&world, &world.records[1], &world.accounts[0], true);
    assert_string_equal(asked(&world), "");
}

static void test_a_record_that_is_not_there_or_is_alone_is_not_asked_about(void **state)
{
    enum { ABSENT, EXCLUDED, ARCHIVED, ALONE, CASES };

    (void)state;
    for (int i = 0; i < CASES; i++) {
        AUTO_WORLD world = world_new();
        add_pat(&world);
        world.records[1].values[RC_FIELD_EMAIL] = RC_STR("other@x.example");
        world.records[1].present = i != ABSENT;
        world.records[1].excluded = i == EXCLUDED;
        world.accounts[0].active = i != ARCHIVED;
        if (i == ALONE) is_gone(&world.records[0], 2);
        assert_string_equal(asked(&world), "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_question_names_record_account_reason_and_rule),
        cmocka_unit_test(test_several_accounts_and_several_records_are_told_apart),
        cmocka_unit_test(test_an_older_value_of_the_account_is_a_question_of_its_own_kind),
        cmocka_unit_test(test_yes_links_and_no_makes_an_account),
        cmocka_unit_test(test_an_answer_is_void_while_a_value_of_either_is_another),
        cmocka_unit_test(test_what_nobody_is_found_by_leaves_an_answer_as_it_is),
        cmocka_unit_test(test_of_several_accounts_a_yes_chooses_and_a_no_leaves_the_other),
        cmocka_unit_test(test_a_yes_does_not_join_a_student_who_is_there_already),
        cmocka_unit_test(test_two_records_that_may_not_join_are_not_both_linked_by_answers),
        cmocka_unit_test(test_records_of_one_person_wait_for_the_one_that_is_asked_about),
        cmocka_unit_test(test_records_of_one_account_that_agree_no_longer_are_asked_about),
        cmocka_unit_test(test_a_record_that_is_not_there_or_is_alone_is_not_asked_about),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
