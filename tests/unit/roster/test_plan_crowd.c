/* A placeholder that thousands share makes one person of them to decide: it must cost what they
 * are, not their number times itself. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rollcall/base/auto.h"
#include "with_plan.h"

enum { CROWD = 4000, BYTES_EACH = 16 << 10 };

static const struct rc_plan_role student = {RC_STR_INIT("student"), RC_STR_INIT("s1")};

static struct rc_plan_person crowd(struct world *world)
{
    struct rc_plan_person person = {
        .records = rc_arena_array(world->arena, CROWD, sizeof *person.records),
        .record_count = CROWD};
    for (size_t i = 0; i < CROWD; i++) {
        const struct rc_str name = rc_str_print(world->arena, "N%zu", i);
        person.records[i] = (struct rc_plan_record){
            .node = rc_str_print(world->arena, "r:A:%zu", i),
            .authority = 1,
            .shared = true,
            .present = true,
            .values = {[RC_FIELD_GIVEN_NAME] = name,
                       [RC_FIELD_FAMILY_NAME] = name,
                       [RC_FIELD_EMAIL] = RC_STR("none@example.org")},
            .roles = &student,
            .role_count = 1};
    }
    return person;
}

static void test_thousands_who_share_an_address_cost_what_they_are(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_person person = crowd(&world);
    const size_t before = rc_arena_used(world.arena);

    (void)state;
    rc_plan_person(world.policy, &person, world.arena, &world.plan);
    assert_true(rc_arena_used(world.arena) - before < (size_t)CROWD * BYTES_EACH);
    assert_int_equal(world.plan.item_count, CROWD);
    size_t held = 0;
    for (size_t i = 0; i < world.plan.item_count; i++)
        held += rc_str_eq(world.plan.items[i].hold, RC_STR("e-mail is taken"));
    assert_int_equal(held, CROWD - 1);
}

static void test_so_does_what_is_left_after_them(void **state)
{
    AUTO_WORLD world = world_new();
    struct rc_plan_person person = crowd(&world);

    (void)state;
    rc_plan_person(world.policy, &person, world.arena, &world.plan);
    const size_t before = rc_arena_used(world.arena);
    assert_true(rc_plan_rest(world.policy, &person, &world.plan, world.arena).nothing);
    assert_true(rc_arena_used(world.arena) - before < (size_t)CROWD * BYTES_EACH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_thousands_who_share_an_address_cost_what_they_are),
        cmocka_unit_test(test_so_does_what_is_left_after_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
