/* Accounts that follow records: archived when nothing carries them any more, restored with what
 * they had, and changed by who has authority (P5, P7, D1-D4). */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rollcall/base/auto.h"
#include "with_plan.h"

#define ADA "ada@example.org"

/* Ada, a student, with the account that follows her record. */
static struct rc_plan_record *add_ada(struct world *world)
{
    struct rc_plan_record *ada = add_record(world, "r:A:u1", "student", "Ada", ADA);
    add_account_of(world, "a:1", ada);
    return ada;
}

/* Tess, a teacher, whose account follows a record of each of two sources. */
static void add_tess(struct world *world)
{
    struct rc_plan_record *first = add_record(world, "r:A:t1", "teacher", "Tess", "t@example.org");
    struct rc_plan_record *second = add_record(world, "r:B:t1", "teacher", "Tess", "t@example.org");
    struct rc_plan_account *account = add_account_of(world, "a:1", first);
    second->account = account->node;
    second->authority = 2;
    account->values[RC_FIELD_ROLES] = RC_STR("teacher@A/s1,teacher@B/s1");
}

static void test_who_is_as_the_record_says_is_settled(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_ada(&world);
    assert_string_equal(planned(&world), "");
    assert_int_equal(world.plan.situations[RC_SITUATION_LINKED], 1);
}

/* --- archive --- */

static void test_who_is_gone_is_archived_with_the_evidence(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_ada(&world);

    (void)state;
    is_gone(ada, 2);
    ada->sights = 3;
    const struct rc_plan_item *item = only_item(&world);
    assert_string_equal(planned(&world), "archive a:1 active>archived (gone)\n");
    assert_true(rc_str_eq(item->evidence, RC_STR("r:A:u1=gone:3")));
    assert_true(rc_str_eq(item->waits, item->evidence));
    assert_string_equal(basis_of(&world, item), "r:A:u1");
    assert_int_equal(item->role, RC_ROLE_STUDENT);
    assert_true(rc_str_eq(item->school, RC_STR("s1")));
    assert_int_equal(world.plan.situations[RC_SITUATION_MISSING], 1);
}

static void test_a_missed_night_archives_nobody(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_ada(&world)->present = false;
    assert_string_equal(planned(&world), "");
}

static void test_somebody_is_gone_only_when_every_source_let_go(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_tess(&world);
    set(&world, "existing-people", "skip");
    is_gone(&world.records[0], 2);
    assert_string_equal(planned(&world), "");
    world.records[1].present = false; /* silent, but not gone: keeps its last word (D3) */
    assert_string_equal(planned(&world), "");
    world.records[1].gone = 2;
    assert_string_equal(planned(&world), "archive a:1 active>archived (gone)\n");
    assert_true(rc_str_eq(world.plan.items[0].evidence, RC_STR("r:A:t1=gone:0;r:B:t1=gone:0")));
}

static void test_the_cause_of_an_archive_says_whether_it_waits(void **state)
{
    enum { GONE, DOUBT, UNSHARED, SCOPE, SCHOOL, ROLE, CASES };
    static const char *const due[] = {
        [GONE] = "(gone)",
        [DOUBT] = "(source fault suspected) held: source fault suspected",
        [UNSHARED] = "(no longer shared) held: no longer shared",
        [SCOPE] = "(out of scope) held: out of scope",
        [SCHOOL] = "(out of scope) held: out of scope",
        [ROLE] = "(out of scope) held: out of scope"};

    (void)state;
    for (int i = 0; i < CASES; i++) {
        AUTO_WORLD world = world_new();
        struct rc_plan_record *ada = add_ada(&world);
        if (i == GONE || i == DOUBT) is_gone(ada, i == GONE ? 2 : 1);
        ada->shared = i != UNSHARED;
        if (i == SCOPE) set(&world, "students", "off");
        if (i == SCHOOL || i == ROLE) {
            ada->role_count = 0;
            add_role(&world, ada, i == ROLE ? "aide" : "student", "s9");
            set(&world, "role-map", "aide=off");
        }
        assert_string_equal(
            planned(&world),
            rc_str_print(world.arena, "archive a:1 active>archived %s\n", due[i]).data);
    }
}

static void test_a_first_sync_holds_an_archive_before_its_cause_does(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_ada(&world);

    (void)state;
    is_gone(ada, 1);
    ada->first_sync = true;
    assert_string_equal(planned(&world),
                        "archive a:1 active>archived (source fault suspected) held: first sync\n");
}

static void test_who_cannot_be_read_is_neither_archived_nor_changed(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_ada(&world);

    (void)state;
    ada->unread = true;
    ada->values[RC_FIELD_EMAIL] = RC_STR("other@example.org");
    assert_string_equal(planned(&world), "");
    world.accounts[0].active = false;
    assert_string_equal(planned(&world), "");
}

static void test_every_role_and_school_of_the_account_must_archive(void **state)
{
    static const struct {
        const char *roles, *scope, *name;
    } keeps[] = {{"student@A/s1", "", "archive-students"},
                 {"student@A/s1", "school:s1", "archive-students"},
                 {"student@A/s1,student@A/s2", "school:s2", "archive-students"},
                 {"staff@A/s2,student@A/s1", "", "archive-staff"},
                 {"administrator@A/,student@A/s1", "", "archive-administrators"},
                 {"guardian@A/s1", "", "archive-students"},
                 {"", "", "archive-students"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(keeps); i++) {
        AUTO_WORLD world = world_new();
        is_gone(add_ada(&world), 2);
        world.accounts[0].values[RC_FIELD_ROLES] = rc_str_of(keeps[i].roles);
        assert_string_equal(planned(&world), "archive a:1 active>archived (gone)\n");
        set_at(&world, keeps[i].scope, keeps[i].name, "keep");
        assert_string_equal(planned(&world), "");
    }
}

static void test_nobody_is_archived_while_a_record_waits_to_be_linked(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    is_gone(add_ada(&world), 2);
    add_record(&world, "r:A:u2", "student", "Ada", ADA);
    assert_string_equal(planned(&world), "link r:A:u2 >a:1 (re-keyed)\n");
}

static void test_guardians_leave_with_the_last_student_who_names_them(void **state)
{
    static const struct {
        int first, second;
        bool unread;
        const char *due;
    } cases[] = {{0, 0, false, ""},
                 {2, 0, false, ""},
                 {2, 0, true, ""},
                 {2, 2, false, "archive a:g active>archived (students left)\n"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_WORLD world = world_new();
        struct rc_plan_record *pat = add_record(&world, "r:A:g1", "parent", "Pat", "p@example.org");
        add_account_of(&world, "a:g", pat);
        const int gone[] = {cases[i].first, cases[i].second};
        for (int u = 0; u < 2; u++) {
            struct rc_plan_record *student = add_record(&world, u ? "r:A:u2" : "r:A:u1", "student",
                                                        u ? "Ben" : "Ada", "");
            add_account_of(&world, u ? "a:2" : "a:1", student)->active = gone[u] == 0;
            add_guardian(&world, student, "r:A:g1", "parent");
            if (gone[u]) is_gone(student, gone[u]);
            student->unread = u == 1 && cases[i].unread;
        }
        for (int u = 1; u < 3; u++)
            add_membership(&world, &world.accounts[u], "guardian:a:g", gone[u - 1] == 0, false);
        assert_string_equal(planned(&world), cases[i].due);
    }
}

static void test_guardians_wait_for_what_their_students_wait_for(void **state)
{
    enum { DOUBT, UNSHARED, SCOPE, DISABLED, CASES };
    static const char *const due[] = {[DOUBT] = "source fault suspected",
                                      [UNSHARED] = "no longer shared",
                                      [SCOPE] = "out of scope",
                                      [DISABLED] = "source fault suspected"};

    (void)state;
    for (int i = 0; i < CASES; i++) {
        AUTO_WORLD world = world_new();
        struct rc_plan_record *pat = add_record(&world, "r:A:g1", "parent", "Pat", "p@example.org");
        struct rc_plan_record *ada = add_ada(&world);
        add_account_of(&world, "a:g", pat);
        add_guardian(&world, ada, "r:A:g1", "parent");
        world.accounts[0].active = false;
        if (i == DOUBT) is_gone(ada, 1);
        ada->shared = i != UNSHARED;
        ada->disabled = i == DISABLED;
        ada->off = i == DISABLED;
        set(&world, "disabled-people", "archive");
        if (i == SCOPE) set(&world, "students", "off");
        assert_string_equal(planned(&world),
                            rc_str_print(world.arena,
                                         "archive a:g active>archived (students left) held: %s\n",
                                         due[i])
                                .data);
    }
}

static void test_who_is_disabled_stays_until_a_setting_says_otherwise(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_ada(&world);
    static const char *const leaves = "archive a:1 active>archived (disabled in the SIS)\n";

    (void)state;
    ada->disabled = true;
    ada->off = 2;
    ada->enabled_version = 4;
    assert_string_equal(planned(&world), "");
    set(&world, "disabled-people", "archive");
    set(&world, "archive-students", "keep");
    assert_string_equal(planned(&world), leaves);
    assert_true(rc_str_eq(world.plan.items[0].evidence, RC_STR("r:A:u1=disabled:4")));
    set_at(&world, "source:A", "disabled-people", "keep");
    assert_string_equal(planned(&world), "");
    set_at(&world, "source:A", "disabled-people", "archive");
    mark_account(&world, &world.accounts[0], "archive", "", "r:A:u1=disabled:4");
    assert_string_equal(planned(&world), "");
    ada->enabled_version = 6;
    assert_string_equal(planned(&world), leaves);
}

static void test_who_is_disabled_is_present_until_the_countdown_is_complete(void **state)
{
    static const char *const due[] = {
        "update a:1 phone >555-0100 (field changed)\n",
        "archive a:1 active>archived (disabled in the SIS) held: source fault suspected\n",
        "archive a:1 active>archived (disabled in the SIS)\n"};

    (void)state;
    for (int off = 0; off < (int)COUNT_OF(due); off++) {
        AUTO_WORLD world = world_new();
        struct rc_plan_record *ada = add_ada(&world);
        set(&world, "disabled-people", "archive");
        ada->disabled = true;
        ada->off = off;
        ada->values[RC_FIELD_PHONE] = RC_STR("555-0100");
        assert_string_equal(planned(&world), due[off]);
        world.accounts[0].active = false;
        assert_string_equal(planned(&world), "");
    }
}

static void test_who_is_disabled_here_and_gone_there_leaves_only_where_both_may(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_ada(&world);
    struct rc_plan_record *other = add_record(&world, "r:B:u1", "student", "Ada", "");

    (void)state;
    other->account = ada->account;
    set(&world, "disabled-people", "archive");
    ada->disabled = true;
    ada->off = 2;
    is_gone(other, 2);
    assert_string_equal(planned(&world), "archive a:1 active>archived (disabled in the SIS)\n");
    set(&world, "archive-students", "keep");
    assert_string_equal(planned(&world), "");
}

static void test_who_is_disabled_gets_no_account_where_they_are_to_leave(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_record(&world, "r:A:u1", "student", "Ada", "ada@example.org");

    (void)state;
    ada->disabled = true;
    assert_int_equal(only_item(&world)->kind, RC_ITEM_CREATE);
    set(&world, "disabled-people", "archive");
    assert_string_equal(planned(&world), "");
    assert_int_equal(world.plan.situations[RC_SITUATION_OUT_OF_SCOPE], 1);
}

static void test_where_only_additions_go_everything_else_waits(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_ada(&world);

    (void)state;
    set(&world, "additions-only", "on");
    ada->values[RC_FIELD_SMS] = RC_STR("555-0100");
    add_record(&world, "r:A:u2", "student", "Ben", "ben@example.org");
    planned(&world);
    assert_int_equal(world.plan.item_count, 2);
    assert_int_equal(world.plan.items[0].kind, RC_ITEM_CREATE);
    assert_int_equal(world.plan.items[0].hold.len, 0);
    assert_int_equal(world.plan.items[1].kind, RC_ITEM_UPDATE);
    assert_true(rc_str_eq(world.plan.items[1].hold, RC_STR("additions only")));
    set_at(&world, "source:A", "additions-only", "off");
    planned(&world);
    assert_int_equal(world.plan.items[1].hold.len, 0);
    is_gone(&world.records[0], 2);
    set_at(&world, "school:s1", "additions-only", "on");
    assert_non_null(strstr(planned(&world), "(gone) held: additions only\n"));
}

static void test_an_archive_for_students_who_left_names_them_as_evidence(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *pat = add_record(&world, "r:A:g1", "parent", "Pat", "p@example.org");
    struct rc_plan_record *ada = add_ada(&world);

    (void)state;
    add_account_of(&world, "a:g", pat);
    add_guardian(&world, ada, "r:A:g1", "parent");
    is_gone(ada, 2);
    world.accounts[0].active = false;
    assert_true(rc_str_eq(only_item(&world)->evidence, RC_STR("r:A:g1=follows:r:A:u1=gone:0")));
}

static void test_guardians_switched_off_always_wait(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *pat = add_record(&world, "r:A:g1", "parent", "Pat", "p@example.org");
    struct rc_plan_record *ada = add_ada(&world);

    (void)state;
    add_account_of(&world, "a:g", pat);
    add_guardian(&world, ada, "r:A:g1", "parent");
    set(&world, "guardians", "off");
    assert_string_equal(planned(&world),
                        "archive a:g active>archived (out of scope) held: out of scope\n");
}

static void test_an_account_that_follows_nothing_is_left_alone(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_account(&world, "a:1");
    add_membership(&world, &world.accounts[0], "class:A:c1:student", true, false);
    assert_string_equal(planned(&world), "");
}

static void test_who_was_added_by_hand_is_archived_once_their_time_is_over(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    struct rc_plan_account *account = add_account(&world, "a:1");
    account->over = true;
    assert_string_equal(planned(&world),
                        "archive a:1 active>archived (added by hand until then)\n");
    assert_string_equal(basis_of(&world, only_item(&world)), "");
    mark_account(&world, account, "archive", "", "a:1=until");
    assert_string_equal(planned(&world), "");
    account->mark_count = 0;
    set(&world, "additions-only", "on");
    assert_non_null(strstr(planned(&world), " held: additions only\n"));
    account->excluded = true;
    assert_string_equal(planned(&world), "");
}

static void test_the_time_by_hand_of_somebody_whom_a_source_carries_means_nothing(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    struct rc_plan_record *tess = add_record(&world, "r:A:t1", "teacher", "Tess", "t@x");
    add_account_of(&world, "a:1", tess)->over = true;
    assert_string_equal(planned(&world), "");
}

static void test_an_excluded_person_is_left_alone_altogether(void **state)
{
    (void)state;
    for (int by_record = 0; by_record < 2; by_record++) {
        AUTO_WORLD world = world_new();
        struct rc_plan_record *ada = add_ada(&world);
        ada->excluded = by_record;
        world.accounts[0].excluded = !by_record;
        ada->values[RC_FIELD_EMAIL] = RC_STR("other@example.org");
        add_enrollment(&world, ada, "e:A:1", "class:A:c1:student");
        assert_string_equal(planned(&world), "");
        is_gone(ada, 2);
        assert_string_equal(planned(&world), "");
        assert_int_equal(world.plan.situations[RC_SITUATION_EXCLUDED], 1);
    }
}

/* --- a declined archive (P7) --- */

static void test_a_declined_archive_is_silent_until_its_evidence_ended(void **state)
{
    static const struct {
        const char *waits;
        bool due;
    } cases[] = {{"r:A:t1=gone:0;r:B:t1=gone:0", false},
                 {"r:A:t1=gone:0;r:A:t9=gone:0;r:B:t1=gone:0", false},
                 {"r:A:t1=gone:0", true},
                 {"r:A:t1=gone:0;r:B:t1=unshared", true},
                 {"r:A:t1=gone:0;r:B:t1=gone:1", true},
                 {"", true}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_WORLD world = world_new();
        add_tess(&world);
        is_gone(&world.records[0], 2);
        is_gone(&world.records[1], 2);
        mark_account(&world, &world.accounts[0], "archive", "", cases[i].waits);
        (void)planned(&world);
        assert_int_equal(world.plan.item_count, cases[i].due);
    }
}

static void test_a_declined_scope_waits_for_that_scope_and_not_for_a_sight(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_ada(&world);

    (void)state;
    set(&world, "students", "off");
    ada->field_versions[RC_FIELD_ROLES] = 5;
    assert_true(rc_str_eq(only_item(&world)->evidence, RC_STR("r:A:u1=scope:4:5")));
    mark_account(&world, &world.accounts[0], "archive", "", "r:A:u1=scope:4:5");
    ada->sights = 8;
    assert_string_equal(planned(&world), "");
    ada->field_versions[RC_FIELD_ROLES] = 6;
    assert_int_equal(only_item(&world)->kind, RC_ITEM_ARCHIVE);
}

/* --- restore --- */

static void test_who_returns_is_restored_before_anything_is_changed(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_ada(&world);

    (void)state;
    world.accounts[0].active = false;
    ada->returns = 2;
    ada->values[RC_FIELD_EMAIL] = RC_STR("other@example.org");
    const struct rc_plan_item *item = only_item(&world);
    assert_string_equal(planned(&world), "restore a:1 archived>active (returned)\n");
    assert_true(rc_str_eq(item->waits, RC_STR("r:A:u1=2")));
    assert_int_equal(world.plan.situations[RC_SITUATION_RETURNED], 1);
}

static void test_only_a_present_rostered_record_restores(void **state)
{
    enum { ABSENT, GONE, UNREAD, UNSHARED, OFF, DECLINED, CASES };

    (void)state;
    for (int i = 0; i < CASES; i++) {
        AUTO_WORLD world = world_new();
        struct rc_plan_record *ada = add_ada(&world);
        world.accounts[0].active = false;
        ada->present = i != ABSENT && i != GONE;
        ada->gone = i == GONE ? 2 : 0;
        ada->unread = i == UNREAD;
        ada->shared = i != UNSHARED;
        if (i == OFF) set(&world, "students", "off");
        if (i == DECLINED) mark_record(&world, ada, "0");
        assert_string_equal(planned(&world), "");
        if (i != DECLINED) continue;
        ada->returns = 1;
        assert_string_equal(planned(&world), "restore a:1 archived>active (returned)\n");
    }
}

static void test_a_restore_rests_on_the_records_that_came_back(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_tess(&world);
    world.accounts[0].active = false;
    is_gone(&world.records[0], 2);
    assert_string_equal(basis_of(&world, only_item(&world)), "r:B:t1");
    world.records[1].first_sync = true;
    assert_string_equal(planned(&world),
                        "restore a:1 archived>active (returned) held: first sync\n");
}

/* --- changed fields --- */

static void test_each_changed_field_is_an_item_of_its_own(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_ada(&world);

    (void)state;
    for (int i = 0; i < RC_FIELD_ROLES; i++)
        ada->values[i] = RC_STR("new");
    world.accounts[0].values[RC_FIELD_ROLES] = RC_STR("student@A/s2");
    assert_string_equal(planned(&world),
                        "update a:1 email ada@example.org>new (field changed)\n"
                        "update a:1 family_name Doe>new (field changed)\n"
                        "update a:1 given_name Ada>new (field changed)\n"
                        "update a:1 grades >new (field changed)\n"
                        "update a:1 identifier >new (field changed)\n"
                        "update a:1 master_id >new (field changed)\n"
                        "update a:1 middle_name >new (field changed)\n"
                        "update a:1 phone >new (field changed)\n"
                        "update a:1 roles student@A/s2>student@A/s1 (role or school changed)\n"
                        "update a:1 sms >new (field changed)\n"
                        "update a:1 username >new (field changed)\n");
    assert_string_equal(basis_of(&world, &world.plan.items[0]), "r:A:u1");
}

static void test_existing_people_are_skipped_where_any_school_says_so(void **state)
{
    static const struct {
        const char *scope, *roles;
        size_t due;
    } cases[] = {{"", "student@A/s1", 0},
                 {"school:s2", "student@A/s1", 1},
                 {"school:s1", "student@A/s1", 0},
                 {"school:s2", "student@A/s1,teacher@A/s2", 0}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_WORLD world = world_new();
        struct rc_plan_record *ada = add_ada(&world);
        if (strchr(cases[i].roles, ',')) add_role(&world, ada, "teacher", "s2");
        world.accounts[0].values[RC_FIELD_ROLES] = rc_str_of(cases[i].roles);
        ada->values[RC_FIELD_SMS] = RC_STR("1");
        set_at(&world, cases[i].scope, "existing-people", "skip");
        (void)planned(&world);
        assert_int_equal(world.plan.item_count, cases[i].due);
    }
}

static void test_a_pinned_field_is_kept_and_the_others_follow(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_ada(&world);

    (void)state;
    ada->values[RC_FIELD_EMAIL] = RC_STR("new");
    ada->values[RC_FIELD_SMS] = RC_STR("1");
    world.accounts[0].pinned[RC_FIELD_EMAIL] = true;
    world.accounts[0].pinned[RC_FIELD_PHONE] = true;
    assert_string_equal(planned(&world), "update a:1 sms >1 (field changed)\n");
    assert_int_equal(world.plan.situations[RC_SITUATION_PINNED], 1);
    world.accounts[0].pinned[RC_FIELD_EMAIL] = false;
    assert_int_equal((planned(&world), world.plan.situations[RC_SITUATION_PINNED]), 0);
}

static void test_who_has_authority_speaks_first(void **state)
{
    enum { SOURCE, VALUE, PRESENT, STAFF, ID, CASES };
    static const char *const due[] = {
        [SOURCE] = "two", [VALUE] = "one", [PRESENT] = "two", [STAFF] = "two", [ID] = "one"};

    (void)state;
    for (int i = 0; i < CASES; i++) {
        AUTO_WORLD world = world_new();
        add_tess(&world);
        struct rc_plan_record *one = &world.records[0], *two = &world.records[1];
        one->values[RC_FIELD_SMS] = RC_STR("one");
        two->values[RC_FIELD_SMS] = RC_STR("two");
        one->authority = two->authority = 1;
        if (i == SOURCE || i == VALUE) one->authority = 2;
        if (i == VALUE) two->values[RC_FIELD_SMS] = (struct rc_str){0};
        if (i == PRESENT) one->present = false;
        if (i == STAFF) {
            struct rc_plan_record *child = add_record(&world, "r:A:u1", "student", "Ada", ADA);
            add_account_of(&world, "a:2", child);
            add_membership(&world, &world.accounts[1], "guardian:a:1", true, false);
            add_guardian(&world, child, "r:A:t1", "parent");
            one->role_count = 0;
            add_role(&world, one, "parent", "s1");
            world.accounts[0].values[RC_FIELD_ROLES] = RC_STR("guardian@A/s1,teacher@B/s1");
        }
        assert_string_equal(
            planned(&world),
            rc_str_print(world.arena, "update a:1 sms >%s (field changed)\n", due[i]).data);
    }
}

static void test_authority_outranks_presence(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_tess(&world);
    world.records[0].present = false;
    world.records[0].values[RC_FIELD_SMS] = RC_STR("one");
    world.records[1].values[RC_FIELD_SMS] = RC_STR("two");
    assert_string_equal(planned(&world), "update a:1 sms >one (field changed)\n");
}

static void test_a_field_passes_on_only_when_the_first_source_let_go(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_tess(&world);
    world.accounts[0].values[RC_FIELD_SMS] = RC_STR("one");
    world.accounts[0].pinned[RC_FIELD_ROLES] = true;
    world.records[0].values[RC_FIELD_SMS] = RC_STR("one");
    world.records[1].values[RC_FIELD_SMS] = RC_STR("two");
    world.records[0].present = false;
    assert_string_equal(planned(&world), "");
    world.records[0].gone = 2;
    assert_string_equal(planned(&world), "update a:1 sms one>two (field changed)\n");
    world.records[0].gone = 0;
    world.records[0].shared = false; /* a removed source has no say */
    assert_string_equal(planned(&world), "update a:1 sms one>two (field changed)\n");
}

static void test_what_an_unreadable_record_would_say_is_waited_for(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_tess(&world);
    world.records[1].values[RC_FIELD_SMS] = RC_STR("two");
    world.records[1].unread = true; /* the only one with a value */
    world.accounts[0].values[RC_FIELD_ROLES] = RC_STR("teacher@A/s1");
    assert_string_equal(planned(&world), "");
    world.records[1].unread = false;
    world.records[0].unread = true; /* the first to be asked */
    assert_string_equal(planned(&world), "");
}

static void test_a_value_that_every_record_dropped_is_dropped(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_ada(&world);
    world.accounts[0].values[RC_FIELD_SMS] = RC_STR("1");
    assert_string_equal(planned(&world), "update a:1 sms 1> (field changed)\n");
}

static void test_roles_follow_every_record_that_is_rostered(void **state)
{
    AUTO_WORLD world = world_new();

    (void)state;
    add_tess(&world);
    is_gone(&world.records[1], 2);
    assert_string_equal(planned(&world),
                        "update a:1 roles teacher@A/s1,teacher@B/s1>teacher@A/s1 "
                        "(role or school changed)\n");
    assert_int_equal(world.plan.items[0].role, RC_ROLE_TEACHER);
}

/* --- a declined field (P7) --- */

static void test_a_declined_field_is_silent_until_the_sources_value_changes(void **state)
{
    static const struct {
        const char *waits;
        bool due;
    } cases[] = {{"4\x1f"
                  "r:A:u1\x1f"
                  "new",
                  false},
                 {"3\x1f"
                  "r:A:u1\x1f"
                  "new",
                  true}, /* changed and came back */
                 {"4\x1f"
                  "r:A:u1\x1f"
                  "older",
                  true},
                 {"9\x1f"
                  "r:B:u7\x1f"
                  "new",
                  false}}; /* another record says the same */

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_WORLD world = world_new();
        struct rc_plan_record *ada = add_ada(&world);
        ada->values[RC_FIELD_SMS] = RC_STR("new");
        ada->field_versions[RC_FIELD_SMS] = 4;
        assert_true(rc_str_eq(only_item(&world)->waits, RC_STR("4\x1f"
                                                               "r:A:u1\x1f"
                                                               "new")));
        mark_account(&world, &world.accounts[0], "field", "sms", cases[i].waits);
        (void)planned(&world);
        assert_int_equal(world.plan.item_count, cases[i].due);
    }
}

static void test_a_decline_of_one_field_says_nothing_of_another(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_ada(&world);

    (void)state;
    ada->values[RC_FIELD_PHONE] = ada->values[RC_FIELD_SMS] = RC_STR("1");
    mark_account(&world, &world.accounts[0], "field", "sms",
                 "0\x1f"
                 "r:A:u1\x1f"
                 "1");
    assert_string_equal(planned(&world), "update a:1 phone >1 (field changed)\n");
}

/* --- dates (P1) --- */

static void test_the_first_later_date_that_may_change_the_answer_is_noted(void **state)
{
    static const struct {
        const char *record, *account, *term, *due;
    } cases[] = {{"", "", "", ""},
                 {"2026-09-10", "2026-09-01", "2025-01-01", ""},
                 {"2026-09-12", "2026-09-11", "2026-12-01", "2026-09-11"},
                 {"2026-09-12", "", "2026-12-01", "2026-09-12"},
                 {"2026-09-10", "2027-01-01", "2026-12-01", "2026-12-01"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_WORLD world = world_new();
        struct rc_plan_record *ada = add_ada(&world);
        ada->due_on = rc_str_of(cases[i].record);
        add_enrollment(&world, ada, "e:A:1", "class:A:c1:student")->changes_on = rc_str_of(
            cases[i].term);
        world.accounts[0].due_on = rc_str_of(cases[i].account);
        (void)planned(&world);
        assert_true(rc_str_eq(world.plan.due_on, rc_str_of(cases[i].due)));
    }
}

static void test_the_end_of_a_term_that_was_not_chosen_changes_nothing(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_enrollment *e = add_enrollment(&world, add_ada(&world), "e:A:1",
                                                  "class:A:c1:student");

    (void)state;
    e->changes_on = RC_STR("2026-12-01");
    e->chosen = false;
    (void)planned(&world);
    assert_int_equal(world.plan.due_on.len, 0);
}

static void test_a_term_that_will_be_chosen_is_looked_at_when_it_begins(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_enrollment *e = add_enrollment(&world, add_ada(&world), "e:A:1",
                                                  "class:A:c1:student");

    (void)state;
    e->changes_on = RC_STR("2026-12-01");
    e->chosen = false;
    e->soon = true;
    assert_string_equal(planned(&world), "");
    assert_true(rc_str_eq(world.plan.due_on, RC_STR("2026-12-01")));
}

static void
test_who_has_an_account_keeps_it_while_nobody_knows_the_word_for_their_role(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_record *ada = add_record(&world, "r:A:u1", "pupil", "Ada", "a@example.org");

    (void)state;
    add_account_of(&world, "a:1", ada)->values[RC_FIELD_ROLES] = RC_STR("student@A/s1");
    assert_string_equal(planned(&world), "");
    set(&world, "role-map", "pupil=student");
    assert_string_equal(planned(&world), "");
    set(&world, "role-map", "pupil=off");
    assert_string_equal(planned(&world),
                        "archive a:1 active>archived (out of scope) held: out of scope\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_is_as_the_record_says_is_settled),
        cmocka_unit_test(test_who_is_gone_is_archived_with_the_evidence),
        cmocka_unit_test(test_a_missed_night_archives_nobody),
        cmocka_unit_test(test_somebody_is_gone_only_when_every_source_let_go),
        cmocka_unit_test(test_the_cause_of_an_archive_says_whether_it_waits),
        cmocka_unit_test(test_a_first_sync_holds_an_archive_before_its_cause_does),
        cmocka_unit_test(test_who_cannot_be_read_is_neither_archived_nor_changed),
        cmocka_unit_test(test_every_role_and_school_of_the_account_must_archive),
        cmocka_unit_test(test_nobody_is_archived_while_a_record_waits_to_be_linked),
        cmocka_unit_test(test_guardians_leave_with_the_last_student_who_names_them),
        cmocka_unit_test(test_guardians_wait_for_what_their_students_wait_for),
        cmocka_unit_test(test_who_is_disabled_stays_until_a_setting_says_otherwise),
        cmocka_unit_test(test_who_is_disabled_is_present_until_the_countdown_is_complete),
        cmocka_unit_test(test_who_is_disabled_here_and_gone_there_leaves_only_where_both_may),
        cmocka_unit_test(test_who_is_disabled_gets_no_account_where_they_are_to_leave),
        cmocka_unit_test(test_where_only_additions_go_everything_else_waits),
        cmocka_unit_test(test_an_archive_for_students_who_left_names_them_as_evidence),
        cmocka_unit_test(test_guardians_switched_off_always_wait),
        cmocka_unit_test(test_an_account_that_follows_nothing_is_left_alone),
        cmocka_unit_test(test_who_was_added_by_hand_is_archived_once_their_time_is_over),
        cmocka_unit_test(test_the_time_by_hand_of_somebody_whom_a_source_carries_means_nothing),
        cmocka_unit_test(test_an_excluded_person_is_left_alone_altogether),
        cmocka_unit_test(test_a_declined_archive_is_silent_until_its_evidence_ended),
        cmocka_unit_test(test_a_declined_scope_waits_for_that_scope_and_not_for_a_sight),
        cmocka_unit_test(test_who_returns_is_restored_before_anything_is_changed),
        cmocka_unit_test(test_only_a_present_rostered_record_restores),
        cmocka_unit_test(test_a_restore_rests_on_the_records_that_came_back),
        cmocka_unit_test(test_each_changed_field_is_an_item_of_its_own),
        cmocka_unit_test(test_existing_people_are_skipped_where_any_school_says_so),
        cmocka_unit_test(test_a_pinned_field_is_kept_and_the_others_follow),
        cmocka_unit_test(test_who_has_authority_speaks_first),
        cmocka_unit_test(test_authority_outranks_presence),
        cmocka_unit_test(test_a_field_passes_on_only_when_the_first_source_let_go),
        cmocka_unit_test(test_what_an_unreadable_record_would_say_is_waited_for),
        cmocka_unit_test(test_a_value_that_every_record_dropped_is_dropped),
        cmocka_unit_test(test_roles_follow_every_record_that_is_rostered),
        cmocka_unit_test(test_a_declined_field_is_silent_until_the_sources_value_changes),
        cmocka_unit_test(test_a_decline_of_one_field_says_nothing_of_another),
        cmocka_unit_test(test_the_first_later_date_that_may_change_the_answer_is_noted),
        cmocka_unit_test(
            test_who_has_an_account_keeps_it_while_nobody_knows_the_word_for_their_role),
        cmocka_unit_test(test_the_end_of_a_term_that_was_not_chosen_changes_nothing),
        cmocka_unit_test(test_a_term_that_will_be_chosen_is_looked_at_when_it_begins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
