/* Class lists and guardianships: each joins and ends on its own evidence (C5, D4, P7). */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rollcall/base/auto.h"
#include "with_plan.h"

#define C1 "class:A:c1:student"
#define C2 "class:A:c2:student"

static struct rc_plan_record *add_ada(struct world *world)
{
    struct rc_plan_record *ada = add_record(world, "r:A:u1", "student", "Ada", "ada@example.org");
    add_account_of(world, "a:1", ada);
    return ada;
}

/* Ada is on the list of c1 and enrolled in it. */
static struct rc_plan_enrollment *add_member(struct world *world)
{
    struct rc_plan_record *ada = add_ada(world);
    add_membership(world, &world->accounts[0], C1, true, false);
    return add_enrollment(world, ada, "e:A:1", C1);
}

/* Pat, the guardian of Ada, with an account. */
static void add_family(struct world *world)
{
    struct rc_plan_record *pat = add_record(world, "r:A:g1", "parent", "Pat", "pat@example.org");
    add_account_of(world, "a:g", pat);
    add_guardian(world, add_ada(world), "r:A:g1", "parent");
}

/* --- joining --- */

static void test_who_is_enrolled_joins_the_list(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_enrollment(&world, add_ada(&world), "e:A:1", C1)->returns = 3;
    const struct rc_plan_item *item = only_item(&world);
    assert_string_equal(planned(&world), "join r:A:u1 " C1 " >member (enrolled)\n");
    assert_true(rc_str_eq(item->waits, RC_STR("e:A:1=3")));
    assert_string_equal(basis_of(&world, item), "r:A:u1");
    assert_int_equal(item->role, RC_ROLE_STUDENT);
}

static void test_who_is_a_member_already_is_settled(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_member(&world);
    assert_string_equal(planned(&world), "");
}

static void test_who_left_joins_again(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_enrollment(&world, add_ada(&world), "e:A:1", C1);
    add_membership(&world, &world.accounts[0], C1, false, false);
    assert_string_equal(planned(&world), "join r:A:u1 " C1 " >member (enrolled)\n");
}

static void test_only_a_present_enrollment_in_a_chosen_running_class_joins(void **state)
{
    enum { ABSENT, GONE, NOT_CHOSEN, ENDED, PERSON_ABSENT, PERSON_UNREAD, CASES };

    (void)state;
    for (int i = 0; i < CASES; i++) {
        AUTO_WORLD world = world_new();
        struct rc_plan_record *ada = add_ada(&world);
        struct rc_plan_enrollment *e = add_enrollment(&world, ada, "e:A:1", C1);
        e->present = i != ABSENT && i != GONE;
        e->gone = i == GONE ? 2 : 0;
        e->chosen = i != NOT_CHOSEN;
        e->running = i != ENDED;
        ada->present = i != PERSON_ABSENT;
        ada->unread = i == PERSON_UNREAD;
        assert_string_equal(planned(&world), "");
    }
}

static void test_two_enrollments_of_one_class_and_role_are_one_membership(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_ada(&world);

    (void)state;
    add_enrollment(&world, ada, "e:A:2", C1);
    add_enrollment(&world, ada, "e:A:1", C1);
    add_enrollment(&world, ada, "e:A:3", "class:A:c1:teacher");
    assert_string_equal(planned(&world), "join r:A:u1 " C1
                                         " >member (enrolled)\n"
                                         "join r:A:u1 class:A:c1:teacher >member (enrolled)\n");
    assert_true(rc_str_eq(world.plan.items[0].waits, RC_STR("e:A:1=0;e:A:2=0")));
}

static void test_a_new_person_joins_with_the_hold_of_the_create(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_record(&world, "r:A:u1", "student", "Ada", "x@example.org");

    (void)state;
    add_enrollment(&world, ada, "e:A:1", C1);
    assert_string_equal(planned(&world),
                        "create r:A:u1 (new)\njoin r:A:u1 " C1 " >member (enrolled)\n");
    add_account(&world, "a:9")->values[RC_FIELD_EMAIL] = RC_STR("x@example.org");
    assert_string_equal(planned(&world),
                        "create r:A:u1 (new) held: e-mail is taken\n"
                        "join r:A:u1 " C1 " >member (enrolled) held: e-mail is taken\n");
}

static void test_the_archived_join_only_with_their_restore(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_ada(&world);

    (void)state;
    add_enrollment(&world, ada, "e:A:1", C1);
    world.accounts[0].active = false;
    assert_string_equal(planned(&world),
                        "restore a:1 archived>active (returned)\n"
                        "join r:A:u1 " C1 " >member (enrolled)\n");
    mark_record(&world, &world.records[0], "0");
    assert_string_equal(planned(&world), "");
}

/* --- ending --- */

static void test_the_cause_of_an_end_says_whether_it_waits(void **state)
{
    enum { GONE, DOUBT, TERM, CLASS, CASES };
    static const struct {
        const char *cause, *evidence;
    } due[] = {[GONE] = {"(gone)", "e:A:1=gone:6"},
               [DOUBT] = {"(source fault suspected) held: source fault suspected", "e:A:1=gone:6"},
               [TERM] = {"(term ended)", "e:A:1=closed:8"},
               [CLASS] = {"(out of scope) held: out of scope", "e:A:1=scope:4:8"}};

    (void)state;
    for (int i = 0; i < CASES; i++) {
        AUTO_WORLD world = world_new();
        struct rc_plan_enrollment *e = add_member(&world);
        e->sights = 6;
        e->class_version = 8;
        e->gone = i == GONE ? 2 : i == DOUBT;
        e->present = e->gone == 0;
        e->running = i != TERM;
        e->chosen = i != CLASS;
        const struct rc_plan_item *item = only_item(&world);
        assert_true(rc_str_eq(item->evidence, rc_str_of(due[i].evidence)));
        assert_true(rc_str_eq(item->waits, item->evidence));
        assert_string_equal(
            planned(&world),
            rc_str_print(world.arena, "end a:1 " C1 " on>ended %s\n", due[i].cause).data);
    }
}

static void test_a_missed_night_ends_nothing(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_member(&world)->present = false;
    assert_string_equal(planned(&world), "");
}

static void test_another_enrollment_keeps_the_membership(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    struct rc_plan_enrollment *e = add_member(&world);
    e->gone = 2;
    e->present = false;
    add_enrollment(&world, &world.records[0], "e:A:9", C1);
    assert_string_equal(planned(&world), "");
}

static void test_what_was_added_by_hand_is_never_ended_and_never_doubled(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_ada(&world);

    (void)state;
    add_membership(&world, &world.accounts[0], C1, true, true);
    add_membership(&world, &world.accounts[0], C2, true, true);
    add_enrollment(&world, ada, "e:A:1", C1);
    assert_string_equal(planned(&world), "");
}

static void test_who_was_taken_off_a_list_by_hand_stays_off_it_in_every_role(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_ada(&world);

    (void)state;
    add_enrollment(&world, ada, "e:A:1", C1);
    add_enrollment(&world, ada, "e:A:3", "class:A:c1:aide");
    add_enrollment(&world, ada, "e:A:2", C2);
    add_membership(&world, &world.accounts[0], C1, false, true);
    assert_string_equal(planned(&world), "join r:A:u1 " C2 " >member (enrolled)\n");
}

static void test_what_no_record_states_any_more_ends(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_ada(&world);
    add_membership(&world, &world.accounts[0], C1, true, false);
    assert_string_equal(planned(&world), "end a:1 " C1 " on>ended (no longer stated)\n");
}

static void test_memberships_of_who_left_end_though_the_account_is_kept(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_member(&world);
    set(&world, "archive-students", "keep");
    is_gone(&world.records[0], 2);
    world.records[0].sights = 2;
    assert_string_equal(planned(&world), "end a:1 " C1 " on>ended (gone)\n");
    assert_true(rc_str_eq(world.plan.items[0].evidence, RC_STR("e:A:1=person:gone:2")));
    world.accounts[0].active = false;
    assert_string_equal(planned(&world), "end a:1 " C1 " on>ended (gone)\n");
}

static void test_memberships_wait_for_what_the_archive_of_their_person_waits_for(void **state)
{
    enum { DOUBT, UNSHARED, SCOPE, CASES };
    static const char *const causes[] = {[DOUBT] = "source fault suspected",
                                         [UNSHARED] = "no longer shared",
                                         [SCOPE] = "out of scope"};

    (void)state;
    for (int i = 0; i < CASES; i++) {
        AUTO_WORLD world = world_new();
        add_member(&world);
        if (i == DOUBT) is_gone(&world.records[0], 1);
        world.records[0].shared = i != UNSHARED;
        if (i == SCOPE) set(&world, "students", "off");
        assert_string_equal(planned(&world),
                            rc_str_print(world.arena,
                                         "archive a:1 active>archived (%s) held: %s\n"
                                         "end a:1 " C1 " on>ended (%s) held: %s\n",
                                         causes[i], causes[i], causes[i], causes[i])
                                .data);
    }
}

static void test_an_unread_record_ends_and_joins_nothing(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_member(&world)->gone = 2;
    add_enrollment(&world, &world.records[0], "e:A:2", C2);
    world.records[0].unread = true;
    assert_string_equal(planned(&world), "");
}

static void test_nothing_ends_while_a_record_waits_to_be_linked(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_member(&world);
    set(&world, "archive-students", "keep");
    is_gone(&world.records[0], 2);
    add_record(&world, "r:A:u2", "student", "Ada", "ada@example.org");
    assert_string_equal(planned(&world), "link r:A:u2 >a:1 (re-keyed)\n");
}

/* --- declined (P7) --- */

static void test_a_declined_join_is_silent_until_the_membership_was_gone_and_came_back(void **state)
{
    static const struct {
        const char *waits;
        int64_t returns;
        size_t due;
    } cases[] = {{"e:A:1=0", 0, 0},
                 {"e:A:1=0;e:A:2=0", 0, 0},
                 {"e:A:1=0", 1, 1},
                 {"e:A:2=0", 0, 1},
                 {"", 0, 1}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_WORLD world = world_new();
        struct rc_plan_enrollment *e = add_enrollment(&world, add_ada(&world), "e:A:1", C1);
        e->returns = cases[i].returns;
        e->sights = 9; /* one missed night is no return */
        mark_account(&world, &world.accounts[0], "join", C1, cases[i].waits);
        (void)planned(&world);
        assert_int_equal(world.plan.item_count, cases[i].due);
    }
}

static void test_a_declined_end_is_silent_until_its_evidence_ended(void **state)
{
    static const struct {
        const char *waits;
        int gone;
        bool running;
        size_t due;
    } cases[] = {{"e:A:1=gone:0", 2, true, 0},    {"e:A:1=gone:1", 2, true, 1},
                 {"e:A:1=closed:0", 2, true, 1},  {"e:A:1=closed:0", 0, false, 0},
                 {"e:A:1=closed:1", 0, false, 1}, {"", 2, true, 1}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_WORLD world = world_new();
        struct rc_plan_enrollment *e = add_member(&world);
        e->gone = cases[i].gone;
        e->present = e->gone == 0;
        e->running = cases[i].running;
        mark_account(&world, &world.accounts[0], "end", C1, cases[i].waits);
        (void)planned(&world);
        assert_int_equal(world.plan.item_count, cases[i].due);
    }
}

static void test_a_declined_end_of_what_nobody_states_is_silent_while_nobody_states_it(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_ada(&world);
    add_membership(&world, &world.accounts[0], C1, true, false);
    mark_account(&world, &world.accounts[0], "end", C1, "");
    assert_string_equal(planned(&world), "");
    add_membership(&world, &world.accounts[0], C2, true, false);
    mark_account(&world, &world.accounts[0], "end", C2, "e:A:1=gone:0");
    assert_string_equal(planned(&world), "end a:1 " C2 " on>ended (no longer stated)\n");
}

static void test_a_decline_of_one_membership_says_nothing_of_another(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_ada(&world);

    (void)state;
    add_enrollment(&world, ada, "e:A:1", C1);
    add_enrollment(&world, ada, "e:A:2", C2);
    mark_account(&world, &world.accounts[0], "join", C1, "e:A:1=0");
    assert_string_equal(planned(&world), "join r:A:u1 " C2 " >member (enrolled)\n");
}

/* --- guardianships --- */

static void test_a_guardian_joins_the_student_who_names_it(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_family(&world);
    const struct rc_plan_item *item = only_item(&world);
    assert_string_equal(planned(&world), "join r:A:u1 guardian:a:g >parent (guardian named)\n");
    assert_string_equal(basis_of(&world, item), "r:A:g1,r:A:u1");
    assert_true(rc_str_eq(item->waits, RC_STR("r:A:g1=0")));
    add_membership(&world, &world.accounts[0], "guardian:a:g", true, false);
    assert_string_equal(planned(&world), "");
}

static void test_a_new_family_is_planned_as_a_whole(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_record(&world, "r:A:g1", "parent", "Pat", "pat@example.org");
    add_guardian(&world, add_record(&world, "r:A:u1", "student", "Ada", ""), "r:A:g1", "parent");
    assert_string_equal(planned(&world),
                        "create r:A:g1 (new)\ncreate r:A:u1 (new)\n"
                        "join r:A:u1 guardian:r:A:g1 >parent (guardian named)\n");
}

static void test_a_guardianship_waits_with_whoever_is_yet_to_be_made(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_record(&world, "r:A:g1", "parent", "Pat", "pat@example.org");
    add_guardian(&world, add_ada(&world), "r:A:g1", "parent");
    add_account(&world, "a:9")->values[RC_FIELD_EMAIL] = RC_STR("pat@example.org");
    assert_string_equal(planned(&world),
                        "create r:A:g1 (new) held: e-mail is taken\n"
                        "join r:A:u1 guardian:r:A:g1 >parent (guardian named) "
                        "held: e-mail is taken\n");
}

static void test_guardians_who_get_no_account_join_nobody(void **state)
{
    enum { DECLINED, EXCLUDED, ABSENT, UNREAD, OFF, CASES };

    (void)state;
    for (int i = 0; i < CASES; i++) {
        AUTO_WORLD world = world_new();
        struct rc_plan_record *pat = add_record(&world, "r:A:g1", "parent", "Pat", "p@example.org");
        add_guardian(&world, add_ada(&world), "r:A:g1", "parent");
        pat->excluded = i == EXCLUDED;
        pat->present = i != ABSENT;
        pat->unread = i == UNREAD;
        if (i == DECLINED) mark_record(&world, pat, "0");
        if (i == OFF) set(&world, "guardians", "off");
        assert_string_equal(planned(&world), "");
    }
}

static void test_guardianships_of_an_excluded_guardian_stay_as_they_are(void **state)
{
    (void)state;
    for (int by_record = 0; by_record < 2; by_record++) {
        AUTO_WORLD world = world_new();
        add_family(&world);
        world.records[0].excluded = by_record;
        world.accounts[0].excluded = !by_record;
        assert_string_equal(planned(&world), "");
        add_membership(&world, &world.accounts[0], "guardian:a:g", true, false);
        set(&world, "archive-students", "keep");
        is_gone(&world.records[0], 2);
        assert_string_equal(planned(&world), "");
    }
}

static void test_a_guardian_who_is_not_in_the_roster_is_nobody(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_guardian(&world, add_ada(&world), "r:A:g9", "parent");
    assert_string_equal(planned(&world), "");
}

static void test_a_guardian_is_one_of_those_children_whose_school_has_guardians(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    set_at(&world, "school:s1", "guardians", "off");
    set_at(&world, "school:s2", "guardians", "contacts");
    add_record(&world, "r:A:g1", "parent", "Pat", "pat@example.org");
    add_guardian(&world, add_ada(&world), "r:A:g1", "parent");
    assert_string_equal(planned(&world), "");
    struct rc_plan_record *ben = add_record(&world, "r:A:u2", NULL, "Ben", "ben@example.org");
    add_role(&world, ben, "student", "s2");
    add_account_of(&world, "a:2", ben);
    add_guardian(&world, ben, "r:A:g1", "parent");
    assert_string_equal(planned(&world),
                        "create r:A:g1 (new)\n"
                        "join r:A:u2 guardian:r:A:g1 >parent (guardian named)\n");
    assert_string_equal(made(&world, &world.plan.items[0], "kind"), "contact");
}

static void test_a_school_that_wants_no_guardians_any_more_waits_for_a_person(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_family(&world);
    add_membership(&world, &world.accounts[1], "guardian:a:g", true, false);
    assert_string_equal(planned(&world), "");
    set_at(&world, "school:s1", "guardians", "off");
    assert_string_equal(planned(&world),
                        "archive a:g active>archived (out of scope) held: out of scope\n"
                        "end a:1 guardian:a:g on>ended (out of scope) held: out of scope\n");
}

static void test_two_records_of_one_guardian_are_one_guardianship(void **state)
{
    (void)state;
    for (int turned = 0; turned < 2; turned++) {
        AUTO_WORLD world = world_new();
        add_family(&world);
        add_record(&world, "r:A:g2", "guardian", "Pat", "pat@example.org")->account = RC_STR("a:g");
        world.records[1].guardian_count = 0;
        add_guardian(&world, &world.records[1], turned ? "r:A:g2" : "r:A:g1",
                     turned ? "guardian" : "parent");
        add_guardian(&world, &world.records[1], turned ? "r:A:g1" : "r:A:g2",
                     turned ? "parent" : "guardian");
        assert_string_equal(planned(&world),
                            "join r:A:u1 guardian:a:g >guardian (guardian named)\n");
        assert_string_equal(basis_of(&world, &world.plan.items[0]), "r:A:g1,r:A:g2,r:A:u1");
    }
}

static void test_a_guardianship_ends_with_either_of_the_two(void **state)
{
    enum { GUARDIAN_GONE, GUARDIAN_DOUBT, STUDENT_GONE, STUDENT_DOUBT, NOT_NAMED, OFF, CASES };
    static const char *const causes[] = {
        [GUARDIAN_GONE] = "(gone)",
        [GUARDIAN_DOUBT] = "(source fault suspected) held: source fault suspected",
        [STUDENT_GONE] = "(gone)",
        [STUDENT_DOUBT] = "(source fault suspected) held: source fault suspected",
        [NOT_NAMED] = "(no longer stated)",
        [OFF] = "(out of scope) held: out of scope"};

    (void)state;
    for (int i = 0; i < CASES; i++) {
        AUTO_WORLD world = world_new();
        add_family(&world);
        add_membership(&world, &world.accounts[1], "guardian:a:g", true, false);
        set(&world, "archive-students", "keep");
        if (i == GUARDIAN_GONE || i == GUARDIAN_DOUBT)
            is_gone(&world.records[0], i == GUARDIAN_GONE ? 2 : 1);
        if (i == STUDENT_GONE || i == STUDENT_DOUBT)
            is_gone(&world.records[1], i == STUDENT_GONE ? 2 : 1);
        if (i == NOT_NAMED) world.records[1].guardian_count = 0;
        if (i == OFF) set(&world, "guardians", "off");
        assert_string_equal(
            planned(&world),
            rc_str_print(world.arena, "end a:1 guardian:a:g on>ended %s\n", causes[i]).data);
    }
}

static void test_a_guardianship_outlasts_a_missed_night_of_either(void **state)
{
    (void)state;
    for (size_t who = 0; who < 2; who++) {
        AUTO_WORLD world = world_new();
        add_family(&world);
        add_membership(&world, &world.accounts[1], "guardian:a:g", true, false);
        world.records[who].present = false;
        assert_string_equal(planned(&world), "");
    }
}

static void test_a_word_that_nobody_knows_ends_no_membership_and_parts_no_family(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_record(&world, "r:A:u1", "pupil", "Ada", "a@example.org"),
                          *pat = add_record(&world, "r:A:g1", "parent", "Pat", "p@example.org");

    (void)state;
    add_guardian(&world, ada, "r:A:g1", "parent");
    struct rc_plan_account *account = add_account_of(&world, "a:1", ada);
    account->values[RC_FIELD_ROLES] = RC_STR("student@A/s1");
    add_membership(&world, account, "class:A:c1:student", true, false);
    add_membership(&world, account, "guardian:a:2", true, false);
    add_account_of(&world, "a:2", pat)->values[RC_FIELD_ROLES] = RC_STR("guardian@A/s1");
    assert_string_equal(planned(&world), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_is_enrolled_joins_the_list),
        cmocka_unit_test(test_who_is_a_member_already_is_settled),
        cmocka_unit_test(test_who_left_joins_again),
        cmocka_unit_test(test_only_a_present_enrollment_in_a_chosen_running_class_joins),
        cmocka_unit_test(test_two_enrollments_of_one_class_and_role_are_one_membership),
        cmocka_unit_test(test_a_new_person_joins_with_the_hold_of_the_create),
        cmocka_unit_test(test_the_archived_join_only_with_their_restore),
        cmocka_unit_test(test_the_cause_of_an_end_says_whether_it_waits),
        cmocka_unit_test(test_a_missed_night_ends_nothing),
        cmocka_unit_test(test_another_enrollment_keeps_the_membership),
        cmocka_unit_test(test_what_was_added_by_hand_is_never_ended_and_never_doubled),
        cmocka_unit_test(test_who_was_taken_off_a_list_by_hand_stays_off_it_in_every_role),
        cmocka_unit_test(test_what_no_record_states_any_more_ends),
        cmocka_unit_test(test_memberships_of_who_left_end_though_the_account_is_kept),
        cmocka_unit_test(test_memberships_wait_for_what_the_archive_of_their_person_waits_for),
        cmocka_unit_test(test_an_unread_record_ends_and_joins_nothing),
        cmocka_unit_test(test_nothing_ends_while_a_record_waits_to_be_linked),
        cmocka_unit_test(
            test_a_declined_join_is_silent_until_the_membership_was_gone_and_came_back),
        cmocka_unit_test(test_a_declined_end_is_silent_until_its_evidence_ended),
        cmocka_unit_test(
            test_a_declined_end_of_what_nobody_states_is_silent_while_nobody_states_it),
        cmocka_unit_test(test_a_decline_of_one_membership_says_nothing_of_another),
        cmocka_unit_test(test_a_guardian_joins_the_student_who_names_it),
        cmocka_unit_test(test_a_new_family_is_planned_as_a_whole),
        cmocka_unit_test(test_a_guardianship_waits_with_whoever_is_yet_to_be_made),
        cmocka_unit_test(test_guardians_who_get_no_account_join_nobody),
        cmocka_unit_test(test_guardianships_of_an_excluded_guardian_stay_as_they_are),
        cmocka_unit_test(test_a_guardian_who_is_not_in_the_roster_is_nobody),
        cmocka_unit_test(test_a_guardian_is_one_of_those_children_whose_school_has_guardians),
        cmocka_unit_test(test_a_school_that_wants_no_guardians_any_more_waits_for_a_person),
        cmocka_unit_test(test_two_records_of_one_guardian_are_one_guardianship),
        cmocka_unit_test(test_a_guardianship_ends_with_either_of_the_two),
        cmocka_unit_test(test_a_word_that_nobody_knows_ends_no_membership_and_parts_no_family),
        cmocka_unit_test(test_a_guardianship_outlasts_a_missed_night_of_either),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
