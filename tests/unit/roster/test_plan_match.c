/* Records that follow no account: recognised, made, or left for a person to say (P2, P7). */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rollcall/base/auto.h"
#include "with_plan.h"

#define ADA "ada@example.org"

/* --- new people --- */

static void test_a_new_person_is_created_with_all_that_the_record_says(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_record(&world, "r:A:u1", "student", "Ada", ADA);

    (void)state;
    ada->values[RC_FIELD_USERNAME] = RC_STR("ada");
    ada->values[RC_FIELD_GRADES] = RC_STR("03,04");
    const struct rc_plan_item *item = only_item(&world);
    assert_string_equal(planned(&world), "create r:A:u1 (new)\n");
    assert_true(rc_str_eq(
        item->to, RC_STR("{\"kind\":\"account\",\"username\":\"ada\",\"given_name\":\"Ada\","
                         "\"family_name\":\"Doe\",\"email\":\"ada@example.org\","
                         "\"grades\":\"03,04\",\"roles\":\"student@A/s1\"}")));
    assert_int_equal(item->role, RC_ROLE_STUDENT);
    assert_true(rc_str_eq(item->school, RC_STR("s1")));
    assert_int_equal(world.plan.situations[RC_SITUATION_NEW], 1);
}

static void test_who_is_not_rostered_is_not_proposed(void **state)
{
    static const struct {
        const char *role, *school, *set, *to;
    } cases[] = {
        {"student", "s1", "students", "off"},   {"student", "s9", NULL, NULL},
        {"visitor", "s1", NULL, NULL},          {"aide", "s1", "role-map", "aide=off"},
        {"teacher", "s1", "teachers", "off"},   {"guardian", "s1", NULL, NULL},
        {"guardian", "s1", "guardians", "off"}, {"principal", "", "administrators", "off"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_WORLD world = world_new();
        add_role(&world, add_record(&world, "r:A:u1", NULL, "Ada", ADA), cases[i].role,
                 cases[i].school);
        if (cases[i].set) set(&world, cases[i].set, cases[i].to);
        assert_string_equal(planned(&world), "");
        assert_int_equal(world.plan.situations[RC_SITUATION_OUT_OF_SCOPE], 1);
    }
}

static void test_who_is_not_there_or_cannot_be_read_is_not_proposed(void **state)
{
    enum { ABSENT, GONE, UNREAD, UNSHARED, CASES };

    (void)state;
    for (int i = 0; i < CASES; i++) {
        AUTO_WORLD world = world_new();
        struct rc_plan_record *ada = add_record(&world, "r:A:u1", "student", "Ada", ADA);
        ada->present = i != ABSENT && i != GONE;
        ada->gone = i == GONE ? 2 : 0;
        ada->unread = i == UNREAD;
        ada->shared = i != UNSHARED;
        assert_string_equal(planned(&world), "");
    }
}

static void test_a_role_outside_the_chosen_schools_is_left_out_of_the_account(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *tess = add_record(&world, "r:A:t1", "teacher", "Tess", "t@example.org");

    (void)state;
    add_role(&world, tess, "teacher", "s9");
    add_role(&world, tess, "aide", "s2");
    add_role(&world, tess, "teacher", "");
    assert_string_equal(made(&world, only_item(&world), "roles"),
                        "staff@A/s2,teacher@A/,teacher@A/s1");
}

/* --- several records of one person --- */

static void add_tess_twice(struct world *world)
{
    struct rc_plan_record *teacher = add_record(world, "r:A:t1", "teacher", "Tess",
                                                "tess@example.org");
    struct rc_plan_record *aide = add_record(world, "r:A:t2", NULL, "Tess", "tess@example.org");
    add_role(world, aide, "aide", "s2");
    teacher->values[RC_FIELD_PHONE] = RC_STR("555-0100");
    aide->values[RC_FIELD_PHONE] = RC_STR("(555) 0100");
}

static void test_records_of_one_person_are_one_create_that_rests_on_both(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_tess_twice(&world);
    const struct rc_plan_item *item = only_item(&world);
    assert_true(rc_str_eq(item->subject, RC_STR("r:A:t1")));
    assert_string_equal(basis_of(&world, item), "r:A:t1,r:A:t2");
    assert_string_equal(made(&world, item, "roles"), "staff@A/s2,teacher@A/s1");
    assert_true(rc_str_eq(item->waits, RC_STR("r:A:t1=0;r:A:t2=0")));
    assert_int_equal(world.plan.situations[RC_SITUATION_NEW], 2);
}

static void test_any_difference_in_name_email_or_phone_keeps_people_apart(void **state)
{
    static const enum rc_field fields[] = {RC_FIELD_GIVEN_NAME, RC_FIELD_FAMILY_NAME,
                                           RC_FIELD_EMAIL, RC_FIELD_PHONE};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        AUTO_WORLD world = world_new();
        add_tess_twice(&world);
        world.records[1].values[fields[i]] = RC_STR("77");
        (void)planned(&world);
        assert_int_equal(world.plan.item_count, 2);
        assert_int_equal(world.plan.items[1].kind, RC_ITEM_CREATE);
    }
}

static void test_without_email_and_phone_nobody_is_joined(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_record(&world, "r:A:t1", "teacher", "Tess", "");
    add_record(&world, "r:A:t2", "teacher", "Tess", "");
    assert_string_equal(planned(&world), "create r:A:t1 (new)\ncreate r:A:t2 (new)\n");
}

static void test_students_join_with_nobody(void **state)
{
    static const char *const others[] = {"student", "teacher"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        AUTO_WORLD world = world_new();
        add_record(&world, "r:A:u1", "student", "Ada", ADA);
        add_record(&world, "r:A:u2", others[i], "Ada", ADA);
        assert_string_equal(planned(&world),
                            "create r:A:u1 (new)\ncreate r:A:u2 (new) held: e-mail is taken\n");
    }
}

/* Ed-Fi and its like: a row for each person and school. */
static struct rc_plan_record *add_row(struct world *world, const char *node, const char *owner)
{
    struct rc_plan_record *row = add_record(world, node, "student", "Ada", ADA);

    row->person = rc_str_of(owner);
    row->values[RC_FIELD_MASTER_ID] = rc_str_of(owner);
    return row;
}

static void test_rows_of_one_person_as_their_source_says_are_one_student_too(void **state)
{
    (void)state;
    {
        AUTO_WORLD world = world_new();
        add_row(&world, "r:A:u1", "7");
        add_row(&world, "r:A:u2", "7");
        assert_string_equal(planned(&world), "create r:A:u1 (new)\n");
        assert_string_equal(basis_of(&world, only_item(&world)), "r:A:u1,r:A:u2");
    }
    {
        AUTO_WORLD world = world_new();
        add_row(&world, "r:A:u1", "7");
        add_row(&world, "r:A:u2", "8");
        assert_string_equal(planned(&world),
                            "create r:A:u1 (new)\ncreate r:A:u2 (new) held: e-mail is taken\n");
    }
    {
        /* What one source says of its rows says nothing of another's: they are no one create, the
         * other follows by its values. */
        AUTO_WORLD world = world_new();
        add_row(&world, "r:A:u1", "7");
        add_row(&world, "r:B:u1", "7");
        assert_string_equal(planned(&world), "create r:A:u1 (new)\n");
        assert_string_equal(basis_of(&world, only_item(&world)), "r:A:u1");
    }
}

static void test_a_further_row_of_a_student_joins_the_account_of_the_first(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_account_of(&world, "a:1", add_row(&world, "r:A:u1", "7"));
    add_row(&world, "r:A:u2", "7");
    assert_string_equal(planned(&world), "link r:A:u2 >a:1 (matched)\n");
}

static void
test_two_rows_of_a_new_student_are_both_linked_to_the_account_that_is_theirs(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_row(&world, "r:A:u1", "7");

    (void)state;
    memcpy(add_account(&world, "a:1")->values, ada->values, sizeof ada->values);
    add_row(&world, "r:A:u2", "7");
    assert_string_equal(planned(&world),
                        "link r:A:u1 >a:1 (matched)\nlink r:A:u2 >a:1 (matched)\n");
}

static void test_two_new_students_are_not_both_linked_to_one_account(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_record(&world, "r:A:u1", "student", "Ada", ADA);

    (void)state;
    memcpy(add_account(&world, "a:1")->values, ada->values, sizeof ada->values);
    add_record(&world, "r:A:u2", "student", "Ada", ADA);
    assert_string_equal(planned(&world), "");
    assert_int_equal(world.plan.situations[RC_SITUATION_AMBIGUOUS], 2);
    world.records[1].excluded = true;
    assert_string_equal(planned(&world), "link r:A:u1 >a:1 (matched)\n");
}

static void test_the_first_voice_with_a_value_gives_it(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_tess_twice(&world);
    world.records[1].values[RC_FIELD_USERNAME] = RC_STR("tess2");
    world.records[1].values[RC_FIELD_SMS] = RC_STR("555");
    world.records[0].values[RC_FIELD_SMS] = RC_STR("556");
    const struct rc_plan_item *item = only_item(&world);
    assert_string_equal(made(&world, item, "username"), "tess2");
    assert_string_equal(made(&world, item, "sms"), "556");
}

static void test_guardians_alone_are_contacts_where_the_owner_chose_so(void **state)
{
    static const struct {
        const char *setting, *also, *due;
    } cases[] = {{"contacts", NULL, "contact"},
                 {"accounts", NULL, "account"},
                 {"contacts", "teacher", "account"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_WORLD world = world_new();
        struct rc_plan_record *pat = add_record(&world, "r:A:g1", "parent", "Pat", "p@example.org");
        struct rc_plan_record *ada = add_record(&world, "r:A:u1", "student", "Ada", ADA);
        add_account_of(&world, "a:1", ada);
        add_guardian(&world, ada, "r:A:g1", "parent");
        set(&world, "guardians", cases[i].setting);
        if (cases[i].also) add_role(&world, pat, cases[i].also, "s1");
        (void)planned(&world);
        assert_int_equal(world.plan.items[0].kind, RC_ITEM_CREATE);
        assert_string_equal(made(&world, &world.plan.items[0], "kind"), cases[i].due);
    }
}

/* --- recognising an account --- */

static void test_a_name_with_one_value_of_the_person_is_recognised(void **state)
{
    static const enum rc_field fields[] = {RC_FIELD_EMAIL, RC_FIELD_USERNAME, RC_FIELD_IDENTIFIER,
                                           RC_FIELD_MASTER_ID};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        AUTO_WORLD world = world_new();
        struct rc_plan_record *ada = add_record(&world, "r:A:u1", "student", "Ada", "");
        struct rc_plan_account *account = add_account(&world, "a:1");
        account->values[RC_FIELD_GIVEN_NAME] = RC_STR("ADA ");
        account->values[RC_FIELD_FAMILY_NAME] = RC_STR("doe");
        account->values[fields[i]] = RC_STR("X1");
        ada->values[fields[i]] = RC_STR(" x1");
        const struct rc_plan_item *item = only_item(&world);
        assert_string_equal(planned(&world), "link r:A:u1 >a:1 (matched)\n");
        assert_true(rc_str_eq(item->waits, RC_STR("r:A:u1=0")));
        assert_string_equal(basis_of(&world, item), "r:A:u1");
        assert_int_equal(world.plan.situations[RC_SITUATION_MATCHED], 1);
    }
}

/* Somebody of that role, and an account of before that is found to be theirs. */
static struct rc_plan_record *beside(struct world *world, const char *role)
{
    struct rc_plan_record *record = add_record(world, "r:A:u1", role, "Ada", "");
    struct rc_plan_account *account = add_account(world, "a:1");

    account->values[RC_FIELD_GIVEN_NAME] = RC_STR("Ada");
    account->values[RC_FIELD_FAMILY_NAME] = RC_STR("Doe");
    account->values[RC_FIELD_IDENTIFIER] = record->values[RC_FIELD_IDENTIFIER] = RC_STR("77");
    account->before = true;
    record->first_sync = true;
    return record;
}

static void test_a_first_sync_may_make_students_beside_those_who_were_there(void **state)
{
    static const struct {
        const char *role, *setting;
        bool first_sync, marked;
        const char *plan;
    } cases[] = {
        {"student", "match-and-skip", true, false, "link r:A:u1 >a:1 (matched) held: first sync\n"},
        {"student", "create-beside", true, false, "create r:A:u1 (new) held: first sync\n"},
        {"student", "create-beside", false, false, "link r:A:u1 >a:1 (matched)\n"},
        {"student", "create-beside", false, true, "create r:A:u1 (new)\n"},
        {"student", "match-and-skip", false, true, "create r:A:u1 (new)\n"},
        {"teacher", "create-beside", true, false, "link r:A:u1 >a:1 (matched) held: first sync\n"},
        {"teacher", "create-beside", false, true, "link r:A:u1 >a:1 (matched)\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_WORLD world = world_new();
        set(&world, "first-sync", cases[i].setting);
        beside(&world, cases[i].role)->first_sync = cases[i].first_sync;
        world.accounts[0].beside = cases[i].marked;
        assert_string_equal(planned(&world), cases[i].plan);
    }
}

static void test_an_account_that_was_merged_follows_its_record_as_any_other(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    struct rc_plan_record *ada = add_record(&world, "r:A:u1", "student", "Ada", "ada@x");
    add_account_of(&world, "a:1", ada)->beside = true;
    assert_string_equal(planned(&world), "");
}

static void test_a_name_or_a_phone_or_a_value_alone_is_nobody(void **state)
{
    static const struct {
        enum rc_field same;
        const char *given;
        const char *due;
    } cases[] = {{RC_FIELD_GRADES, "Ada", "create r:A:u1 (new)\n"},
                 {RC_FIELD_PHONE, "Ada", "create r:A:u1 (new)\n"},
                 {RC_FIELD_IDENTIFIER, "Eve", "create r:A:u1 (new)\n"},
                 {RC_FIELD_MASTER_ID, "Eve", "create r:A:u1 (new)\n"},
                 {RC_FIELD_EMAIL, "Eve", "create r:A:u1 (new) held: e-mail is taken\n"},
                 {RC_FIELD_USERNAME, "Eve", "create r:A:u1 (new) held: username is taken\n"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_WORLD world = world_new();
        struct rc_plan_record *ada = add_record(&world, "r:A:u1", "student", "Ada", "");
        struct rc_plan_account *account = add_account(&world, "a:1");
        account->values[RC_FIELD_GIVEN_NAME] = rc_str_of(cases[i].given);
        account->values[RC_FIELD_FAMILY_NAME] = RC_STR("Doe");
        account->values[cases[i].same] = ada->values[cases[i].same] = RC_STR("x1");
        assert_string_equal(planned(&world), cases[i].due);
    }
}

static void test_two_accounts_that_match_are_for_a_person_to_say(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_record(&world, "r:A:u1", "student", "Ada", ADA);

    (void)state;
    memcpy(add_account(&world, "a:1")->values, ada->values, sizeof ada->values);
    memcpy(add_account(&world, "a:2")->values, ada->values, sizeof ada->values);
    assert_string_equal(planned(&world), "");
    assert_int_equal(world.plan.situations[RC_SITUATION_AMBIGUOUS], 1);
}

/* A teacher whose account follows another source's record. */
static void add_linked_tess(struct world *world, const char *email)
{
    struct rc_plan_record *here = add_record(world, "r:A:t1", "teacher", "Tess", email);
    add_account_of(world, "a:1", here);
    add_record(world, "r:B:t1", "teacher", "Tess", "tess@example.org");
}

static void test_a_linked_account_is_matched_by_what_its_present_records_say(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    set(&world, "existing-people", "skip");
    add_linked_tess(&world, "tess@example.org");
    world.accounts[0].values[RC_FIELD_EMAIL] = RC_STR("older@example.org");
    assert_string_equal(planned(&world), "link r:B:t1 >a:1 (matched)\n");
}

static void test_an_accounts_older_value_only_prevents_a_second_account(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    set(&world, "existing-people", "skip");
    add_linked_tess(&world, "newer@example.org");
    world.accounts[0].values[RC_FIELD_EMAIL] = RC_STR("tess@example.org");
    assert_string_equal(planned(&world), "");
    assert_int_equal(world.plan.situations[RC_SITUATION_AMBIGUOUS], 1);
}

static void test_an_account_without_present_records_is_matched_by_all_that_it_holds(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_linked_tess(&world, "tess@example.org");
    world.accounts[0].values[RC_FIELD_EMAIL] = RC_STR("older@example.org");
    is_gone(&world.records[0], 2);
    assert_string_equal(planned(&world), "link r:B:t1 >a:1 (matched)\n");
}

static void
test_a_student_that_was_given_another_id_is_recognised_once_the_old_one_is_absent(void **state)
{
    static const struct {
        bool present;
        int gone;
        const char *due;
    } cases[] = {{true, 0, "create r:A:u2 (new) held: e-mail is taken\n"},
                 {false, 0, "link r:A:u2 >a:1 (re-keyed)\n"},
                 {false, 2, "link r:A:u2 >a:1 (re-keyed)\n"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_WORLD world = world_new();
        struct rc_plan_record *old = add_record(&world, "r:A:u1", "student", "Ada", ADA);
        add_account_of(&world, "a:1", old);
        old->present = cases[i].present;
        old->gone = cases[i].gone;
        add_record(&world, "r:A:u2", "student", "Ada", ADA);
        assert_string_equal(planned(&world), cases[i].due);
    }
}

static void test_a_guardian_under_another_id_is_no_rekeying(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *old = add_record(&world, "r:A:g1", "parent", "Pat", ADA);

    (void)state;
    add_account_of(&world, "a:1", old);
    old->present = false;
    add_guardian(&world, add_record(&world, "r:A:u1", "student", "Ada", ""), "r:A:g2", "parent");
    add_record(&world, "r:A:g2", "parent", "Pat", ADA);
    assert_non_null(strstr(planned(&world), "link r:A:g2 >a:1 (matched)\n"));
}

static void
test_two_people_who_were_told_apart_stay_apart_until_one_has_gone_and_returned(void **state)
{
    static const struct rc_plan_mark apart = {RC_STR_INIT("apart"), RC_STR_INIT("a:1"),
                                              RC_STR_INIT("2")};

    (void)state;
    for (int64_t returns = 2; returns <= 3; returns++) {
        AUTO_WORLD world = world_new();
        struct rc_plan_record *old = add_record(&world, "r:A:u1", "student", "Ada", ADA);
        add_account_of(&world, "a:1", old);
        old->present = false;
        struct rc_plan_record *other = add_record(&world, "r:A:u2", "student", "Ada", ADA);
        other->marks = &apart;
        other->mark_count = 1;
        other->returns = returns;
        assert_string_equal(planned(&world), returns == 2
                                                 ? "create r:A:u2 (new) held: e-mail is taken\n"
                                                 : "link r:A:u2 >a:1 (re-keyed)\n");
    }
}

static void test_nobody_joins_the_account_of_a_student_who_is_there(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_account_of(&world, "a:1", add_record(&world, "r:A:u1", "student", "Ada", ADA));
    add_record(&world, "r:A:t1", "teacher", "Ada", ADA);
    assert_string_equal(planned(&world), "create r:A:t1 (new) held: e-mail is taken\n");
}

/* --- taken --- */

static void test_of_two_new_people_with_one_username_the_second_waits(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_record(&world, "r:A:u2", "student", "Ben", "")->values[RC_FIELD_USERNAME] = RC_STR("x");
    add_record(&world, "r:A:u1", "student", "Ada", "")->values[RC_FIELD_USERNAME] = RC_STR("X");
    assert_string_equal(planned(&world),
                        "create r:A:u1 (new)\ncreate r:A:u2 (new) held: username is taken\n");
}

static void test_what_any_record_of_the_person_brings_may_be_taken(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_tess_twice(&world);
    world.records[1].values[RC_FIELD_USERNAME] = RC_STR("tess");
    add_account(&world, "a:9")->values[RC_FIELD_USERNAME] = RC_STR("TESS");
    assert_string_equal(planned(&world), "create r:A:t1 (new) held: username is taken\n");
}

static void test_a_value_of_a_linked_record_is_taken_too(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    set(&world, "existing-people", "skip");
    add_account_of(&world, "a:1", add_record(&world, "r:A:t1", "teacher", "Tess", "t@example.org"));
    world.accounts[0].values[RC_FIELD_EMAIL] = RC_STR("older@example.org");
    add_record(&world, "r:A:t2", "teacher", "Ben", "T@example.org");
    assert_string_equal(planned(&world), "create r:A:t2 (new) held: e-mail is taken\n");
}

/* --- somebody said no (P7) --- */

/* --- a second source, and a new one --- */

/* Ada's account follows source A; source B brings her under another id. */
static struct rc_plan_record *add_ada_twice(struct world *world)
{
    struct rc_plan_record *old = add_record(world, "r:A:u1", "student", "Ada", "");
    old->values[RC_FIELD_IDENTIFIER] = RC_STR("4711");
    add_account_of(world, "a:1", old);
    struct rc_plan_record *new = add_record(world, "r:B:x9", "student", "Ada", "");
    new->values[RC_FIELD_IDENTIFIER] = RC_STR("4711");
    return new;
}

static void test_another_sources_record_of_the_same_student_follows_the_account(void **state)
{
    enum { THERE, ABSENT, GONE, REMOVED, CASES };

    (void)state;
    for (int i = 0; i < CASES; i++) {
        AUTO_WORLD world = world_new();
        set(&world, "archive-students", "archive");
        set(&world, "existing-people", "skip");
        add_ada_twice(&world);
        world.records[0].present = i == THERE || i == REMOVED;
        world.records[0].gone = i == GONE ? 2 : 0;
        world.records[0].shared = i != REMOVED;
        /* Neither archived nor ended while it waits to be linked (D3). */
        assert_string_equal(planned(&world), "link r:B:x9 >a:1 (matched)\n");
    }
}

static void test_who_stands_in_for_nobody_is_no_match_in_another_source(void **state)
{
    enum { ANOTHER_NAME, TEACHER, SAME_SOURCE, TAKEN, CASES };
    static const char *const due[] = {
        [ANOTHER_NAME] = "create r:B:x9 (new)\n",
        [TEACHER] = "create r:B:x9 (new)\n",
        [SAME_SOURCE] = "create r:A:x9 (new)\n",
        [TAKEN] = "create r:B:x9 (new)\n",
    };

    (void)state;
    for (int i = 0; i < CASES; i++) {
        AUTO_WORLD world = world_new();
        set(&world, "existing-people", "skip");
        struct rc_plan_record *new = add_ada_twice(&world);
        if (i == ANOTHER_NAME) new->values[RC_FIELD_GIVEN_NAME] = RC_STR("Eve");
        if (i == TEACHER) new->role_count = 0;
        if (i == TEACHER) add_role(&world, new, "teacher", "s1");
        if (i == SAME_SOURCE) new->node = RC_STR("r:A:x9");
        if (i == TAKEN) { /* by another child of the new source */
            struct rc_plan_record *other = add_record(&world, "r:B:x1", "student", "Ada", "");
            other->values[RC_FIELD_IDENTIFIER] = RC_STR("4711");
            other->account = RC_STR("a:1");
        }
        assert_string_equal(planned(&world), due[i]);
    }
}

static void test_a_person_who_is_new_in_two_sources_gets_one_account(void **state)
{
    static const char *const roles[] = {"student", "teacher"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(roles); i++) {
        AUTO_WORLD world = world_new();
        add_record(&world, "r:A:u1", roles[i], "Ada", ADA);
        add_record(&world, "r:B:x9", roles[i], "Ada", ADA)->values[RC_FIELD_PHONE] = RC_STR("55");
        world.records[0].first_sync = true;
        assert_string_equal(planned(&world), "create r:A:u1 (new) held: first sync\n");
        assert_int_equal(world.plan.situations[RC_SITUATION_MATCHED], 1);
        apply_plan(&world);
        assert_string_equal(planned(&world), "link r:B:x9 >a:new-0 (matched)\n");
        /* A no to one of them is a no to the person (P7). */
        world.records[0].account = (struct rc_str){0};
        world.account_count = 0;
        mark_record(&world, &world.records[0], "0");
        assert_string_equal(planned(&world), "");
    }
}

static void test_whom_a_person_must_tell_apart_is_not_archived_meanwhile(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    set(&world, "archive-students", "archive");
    add_ada_twice(&world);
    world.records[0].present = false;
    world.records[0].gone = 2;
    struct rc_plan_record *third = add_record(&world, "r:B:x8", "student", "Ada", "");
    third->values[RC_FIELD_IDENTIFIER] = RC_STR("4711");
    assert_string_equal(planned(&world), "");
    assert_int_equal(world.plan.situations[RC_SITUATION_AMBIGUOUS], 2);
}

static void test_a_declined_presence_is_silent_until_the_record_was_gone_and_came_back(void **state)
{
    static const struct {
        int64_t returns;
        const char *waits;
        size_t due;
    } cases[] = {{0, "0", 0}, {1, "0", 1}, {1, "1", 0}, {2, "1", 1}, {0, "", 1}, {0, "x", 1}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (int linked = 0; linked < 2; linked++) {
            AUTO_WORLD world = world_new();
            struct rc_plan_record *ada = add_record(&world, "r:A:u1", "student", "Ada", ADA);
            ada->returns = cases[i].returns;
            ada->sights = 9; /* one missed night is no return */
            mark_record(&world, ada, cases[i].waits);
            if (linked) memcpy(add_account(&world, "a:1")->values, ada->values, sizeof ada->values);
            (void)planned(&world);
            assert_int_equal(world.plan.item_count, cases[i].due);
        }
    }
}

static void test_an_excluded_or_declined_record_speaks_for_those_that_match_it(void **state)
{
    (void)state;
    for (size_t speaker = 0; speaker < 2; speaker++) {
        AUTO_WORLD excluded = world_new(), declined = world_new(), apart = world_new();
        add_tess_twice(&excluded);
        excluded.records[speaker].excluded = true;
        excluded.records[speaker].present = false;
        assert_string_equal(planned(&excluded), "");
        assert_int_equal(excluded.plan.situations[RC_SITUATION_EXCLUDED], 1);
        add_tess_twice(&declined);
        mark_record(&declined, &declined.records[speaker], "0");
        assert_string_equal(planned(&declined), "");
        add_tess_twice(&apart);
        apart.records[speaker].excluded = true;
        apart.records[speaker].values[RC_FIELD_PHONE] = RC_STR("1");
        assert_int_equal(only_item(&apart)->kind, RC_ITEM_CREATE);
    }
}

static void test_an_excluded_student_stays_out_under_another_id(void **state)
{
    static const struct {
        bool present, same;
        const char *due;
    } cases[] = {{false, true, ""},
                 {true, true, "create r:A:u2 (new)\n"},
                 {false, false, "create r:A:u2 (new)\n"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_WORLD world = world_new();
        struct rc_plan_record *ada = add_record(&world, "r:A:u1", "student", "Ada", ADA);
        ada->excluded = true;
        ada->present = cases[i].present;
        add_record(&world, "r:A:u2", "student", cases[i].same ? "Ada" : "Eve", ADA);
        assert_string_equal(planned(&world), cases[i].due);
    }
}

static void test_an_excluded_account_keeps_those_out_who_match_it(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_linked_tess(&world, "tess@example.org");
    world.accounts[0].excluded = true;
    assert_string_equal(planned(&world), "");
    assert_int_equal(world.plan.situations[RC_SITUATION_EXCLUDED], 2);
}

/* --- what waits (P5) --- */

static void test_what_rests_on_a_source_in_its_first_sync_waits(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_tess_twice(&world);
    world.records[1].first_sync = true;
    add_record(&world, "r:B:u1", "student", "Ada", ADA);
    assert_string_equal(planned(&world),
                        "create r:A:t1 (new) held: first sync\ncreate r:B:u1 (new)\n");
}

static void test_everything_waits_where_the_owner_always_approves(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    set(&world, "approval", "always");
    add_record(&world, "r:A:u1", "student", "Ada", ADA);
    assert_string_equal(planned(&world), "create r:A:u1 (new) held: always approve\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_new_person_is_created_with_all_that_the_record_says),
        cmocka_unit_test(test_who_is_not_rostered_is_not_proposed),
        cmocka_unit_test(test_who_is_not_there_or_cannot_be_read_is_not_proposed),
        cmocka_unit_test(test_a_role_outside_the_chosen_schools_is_left_out_of_the_account),
        cmocka_unit_test(test_records_of_one_person_are_one_create_that_rests_on_both),
        cmocka_unit_test(test_any_difference_in_name_email_or_phone_keeps_people_apart),
        cmocka_unit_test(test_without_email_and_phone_nobody_is_joined),
        cmocka_unit_test(test_students_join_with_nobody),
        cmocka_unit_test(test_two_new_students_are_not_both_linked_to_one_account),
        cmocka_unit_test(test_rows_of_one_person_as_their_source_says_are_one_student_too),
        cmocka_unit_test(test_a_further_row_of_a_student_joins_the_account_of_the_first),
        cmocka_unit_test(
            test_two_rows_of_a_new_student_are_both_linked_to_the_account_that_is_theirs),
        cmocka_unit_test(test_the_first_voice_with_a_value_gives_it),
        cmocka_unit_test(test_guardians_alone_are_contacts_where_the_owner_chose_so),
        cmocka_unit_test(test_a_name_with_one_value_of_the_person_is_recognised),
        cmocka_unit_test(test_a_first_sync_may_make_students_beside_those_who_were_there),
        cmocka_unit_test(test_an_account_that_was_merged_follows_its_record_as_any_other),
        cmocka_unit_test(test_a_name_or_a_phone_or_a_value_alone_is_nobody),
        cmocka_unit_test(test_two_accounts_that_match_are_for_a_person_to_say),
        cmocka_unit_test(test_a_linked_account_is_matched_by_what_its_present_records_say),
        cmocka_unit_test(test_an_accounts_older_value_only_prevents_a_second_account),
        cmocka_unit_test(test_an_account_without_present_records_is_matched_by_all_that_it_holds),
        cmocka_unit_test(
            test_a_student_that_was_given_another_id_is_recognised_once_the_old_one_is_absent),
        cmocka_unit_test(test_a_guardian_under_another_id_is_no_rekeying),
        cmocka_unit_test(
            test_two_people_who_were_told_apart_stay_apart_until_one_has_gone_and_returned),
        cmocka_unit_test(test_nobody_joins_the_account_of_a_student_who_is_there),
        cmocka_unit_test(test_of_two_new_people_with_one_username_the_second_waits),
        cmocka_unit_test(test_what_any_record_of_the_person_brings_may_be_taken),
        cmocka_unit_test(test_a_value_of_a_linked_record_is_taken_too),
        cmocka_unit_test(
            test_a_declined_presence_is_silent_until_the_record_was_gone_and_came_back),
        cmocka_unit_test(test_an_excluded_or_declined_record_speaks_for_those_that_match_it),
        cmocka_unit_test(test_an_excluded_student_stays_out_under_another_id),
        cmocka_unit_test(test_an_excluded_account_keeps_those_out_who_match_it),
        cmocka_unit_test(test_another_sources_record_of_the_same_student_follows_the_account),
        cmocka_unit_test(test_who_stands_in_for_nobody_is_no_match_in_another_source),
        cmocka_unit_test(test_a_person_who_is_new_in_two_sources_gets_one_account),
        cmocka_unit_test(test_whom_a_person_must_tell_apart_is_not_archived_meanwhile),
        cmocka_unit_test(test_what_rests_on_a_source_in_its_first_sync_waits),
        cmocka_unit_test(test_everything_waits_where_the_owner_always_approves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
