/* What the versions of OneRoster call things: addresses and scopes. */

#include "version.h"

#include "support/unit.h"

static struct rc_str address(const char *version, const char *base, const char *collection,
                             struct rc_arena *arena)
{
    return oneroster_address(oneroster_version_find(rc_str_of(version)), rc_str_of(base),
                             rc_str_of(collection), arena);
}

static void test_a_base_url_is_taken_with_and_without_its_root_and_slashes(void **state)
{
    static const struct {
        const char *version, *base, *users, *resources;
    } cases[] = {
        {"1.1", "https://h", "https://h/ims/oneroster/v1p1/users",
         "https://h/ims/oneroster/v1p1/resources"},
        {"1.1", "https://h/api/ ", "https://h/api/ims/oneroster/v1p1/users",
         "https://h/api/ims/oneroster/v1p1/resources"},
        {"1.1", " https://h/ims/oneroster/v1p1//", "https://h/ims/oneroster/v1p1/users",
         "https://h/ims/oneroster/v1p1/resources"},
        {"1.1", "https://h/ims/oneroster", "https://h/ims/oneroster/v1p1/users",
         "https://h/ims/oneroster/v1p1/resources"},
        {"1.2", "https://h", "https://h/ims/oneroster/rostering/v1p2/users",
         "https://h/ims/oneroster/resources/v1p2/resources"},
        {"1.2", "https://h/campus/api//", "https://h/campus/api/ims/oneroster/rostering/v1p2/users",
         "https://h/campus/api/ims/oneroster/resources/v1p2/resources"},
        {"1.2", "https://h/ims/oneroster/rostering/v1p2/",
         "https://h/ims/oneroster/rostering/v1p2/users",
         "https://h/ims/oneroster/resources/v1p2/resources"},
        {"1.2", "https://h/ims/oneroster/resources/v1p2",
         "https://h/ims/oneroster/rostering/v1p2/users",
         "https://h/ims/oneroster/resources/v1p2/resources"},
        {"1.2", "https://h/ims/oneroster/", "https://h/ims/oneroster/rostering/v1p2/users",
         "https://h/ims/oneroster/resources/v1p2/resources"},
        {"1.2", "https://h/ims/oneroster/v1p2", "https://h/ims/oneroster/rostering/v1p2/users",
         "https://h/ims/oneroster/resources/v1p2/resources"},
    };
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_str(address(cases[i].version, cases[i].base, "users", arena), cases[i].users);
        assert_str(address(cases[i].version, cases[i].base, "resources", arena),
                   cases[i].resources);
    }
}

static void test_a_root_that_the_version_does_not_know_stays_as_it_was_entered(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    /* proxies show 1.2 under the old root */
    assert_str(address("1.2", "https://proxy/a%3D/ims/oneroster/v1p1", "users", arena),
               "https://proxy/a%3D/ims/oneroster/v1p1/users");
    assert_str(address("1.1", "https://h/ims/oneroster/rostering/v1p2/", "resources", arena),
               "https://h/ims/oneroster/rostering/v1p2/resources");
    assert_str(address("1.2", "https://h/ims/oneroster-proxy", "users", arena),
               "https://h/ims/oneroster-proxy/ims/oneroster/rostering/v1p2/users");
}

static void test_each_collection_asks_for_the_least_scope_and_then_for_what_serves_too(void **state)
{
    static const struct {
        const char *version, *collection, *scopes[3];
    } cases[] = {
        {"1.1", "users", {"v1p1/scope/roster-core.readonly", "v1p1/scope/roster.readonly"}},
        {"1.1", "demographics", {"v1p1/scope/roster-demographics.readonly"}},
        {"1.1", "resources", {"v1p1/scope/resource.readonly"}},
        {"1.2", "orgs", {"v1p2/scope/roster-core.readonly", "v1p2/scope/roster.readonly"}},
        {"1.2", "demographics", {"v1p2/scope/roster-demographics.readonly"}},
        {"1.2", "resources", {"v1p2/scope/resource-core.readonly", "v1p2/scope/resource.readonly"}},
    };
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct oneroster_version *version = oneroster_version_find(
            rc_str_of(cases[i].version));
        for (size_t nth = 0; nth < 3; nth++) {
            const char *due = cases[i].scopes[nth];
            assert_str(oneroster_scope(version, rc_str_of(cases[i].collection), nth),
                       due ? rc_str_print(arena, "https://purl.imsglobal.org/spec/or/%s", due).data
                           : "");
        }
    }
}

static void test_what_was_granted_serves_by_the_last_part_of_its_name(void **state)
{
#define SCOPE "https://purl.imsglobal.org/spec/or/v1p2/scope/"
    static const struct {
        const char *granted, *collection;
        bool serves;
    } cases[] = {
        {"", "users", true},
        {"read", "users", true},
        {SCOPE "roster-core.readonly", "users", true},
        {SCOPE "roster.readonly", "users", true},
        {"roster.readonly", "orgs", true},
        {"https://purl.imsglobal.org/spec/or/v1p1/scope/roster-core.readonly", "users", true},
        {SCOPE "roster.readonly", "demographics", false},
        {SCOPE "roster-core.readonly " SCOPE "roster-demographics.readonly", "demographics", true},
        {SCOPE "roster-core.readonly", "resources", false},
        {SCOPE "resource.readonly", "resources", true},
        {SCOPE "roster-demographics.readonly", "users", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (oneroster_scope_serves(rc_str_of(cases[i].granted), rc_str_of(cases[i].collection)) !=
            cases[i].serves)
            fail_msg("%s for %s", cases[i].granted, cases[i].collection);
#undef SCOPE
}

static void test_demographics_and_resources_are_opted_in_to(void **state)
{
    (void)state;
    assert_true(oneroster_is_optional(RC_STR("demographics")));
    assert_true(oneroster_is_optional(RC_STR("resources")));
    assert_false(oneroster_is_optional(RC_STR("users")));
}

static void test_a_version_has_its_format_and_others_are_unknown(void **state)
{
    (void)state;
    assert_str(oneroster_format(oneroster_version_find(RC_STR("1.1"))), "oneroster-rest/1.1");
    assert_str(oneroster_format(oneroster_version_find(RC_STR("1.2"))), "oneroster-rest/1.2");
    assert_null(oneroster_version_find(RC_STR("1.0")));
    assert_null(oneroster_version_find(RC_STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_base_url_is_taken_with_and_without_its_root_and_slashes),
        cmocka_unit_test(test_a_root_that_the_version_does_not_know_stays_as_it_was_entered),
        cmocka_unit_test(
            test_each_collection_asks_for_the_least_scope_and_then_for_what_serves_too),
        cmocka_unit_test(test_what_was_granted_serves_by_the_last_part_of_its_name),
        cmocka_unit_test(test_demographics_and_resources_are_opted_in_to),
        cmocka_unit_test(test_a_version_has_its_format_and_others_are_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
