/* A proxy's list of districts. */

#include "discovery.h"
#include "support/unit.h"

#define ENTRY(id, bearer) "{\"oneroster_application_id\":\"" id "\",\"bearer\":" bearer "}"

static const struct {
    const char *body;
    rc_status status;
    const char *bearer;
} rows[] = {
    {"{\"applications\":[" ENTRY("a%3D", "\"b1\"") "," ENTRY("c%3D", "\"b2\"") "]}", RC_OK, "b2"},
    {"{\"applications\":" ENTRY("c%3D", "\"b3\"") "}", RC_OK, "b3"},
    {"{\"applications\":[" ENTRY("a%3D", "\"b1\"") "]}", RC_NOT_FOUND, ""},
    {"{\"applications\":[" ENTRY("c%3D", "null") "]}", RC_NOT_FOUND, ""},
    {"{\"applications\":[" ENTRY("c%3D", "\"b\\r\\nX: y\"") "]}", RC_NOT_FOUND, ""},
    {"{\"applications\":[]}", RC_NOT_FOUND, ""},
    {"{\"status\":0}", RC_REJECT, ""},
    {"{\"applications\":\"none\"}", RC_REJECT, ""},
    {"<html>", RC_REJECT, ""},
    {"", RC_REJECT, ""},
};

static void test_a_bearer_is_found_by_its_application(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
        struct rc_str bearer = {0};
        assert_int_equal(discovery_bearer(rc_str_of(rows[i].body), RC_STR("c%3D"), arena, &bearer),
                         rows[i].status);
        assert_str(bearer, rows[i].bearer);
    }
}

static void test_no_id_is_nobodys(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct rc_str bearer = {0};

    (void)state;
    assert_int_equal(discovery_bearer(RC_STR("{\"applications\":[{\"bearer\":\"b1\"}]}"),
                                      RC_STR(""), arena, &bearer),
                     RC_NOT_FOUND);
    assert_str(bearer, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_id_is_nobodys),
        cmocka_unit_test(test_a_bearer_is_found_by_its_application),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
