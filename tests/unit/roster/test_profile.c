/* Profiles: what is read of a good one, what is said of a bad one, and addresses made of fields. */
#include "rollcall/roster/profile.h"

#include "support/unit.h"

#define HEAD                                                                          \
    "\"profile\":\"maple\",\"name\":\"Maple SIS\",\"vendor\":\"Maple\","              \
    "\"precheck\":{\"question\":\"On?\",\"where\":\"Setup\"},\"versions\":[\"1.1\"]," \
    "\"trusts\":{\"deletes\":true},\"primary_parent\":{\"rule\":\"all\",\"words\":\"w\"}"
#define FIELD(name) "{\"field\":\"" name "\",\"label\":\"L\",\"where\":\"W\"}"
#define SECRET      FIELD("client-secret")
#define ID          FIELD("client-id")

static rc_status parse(const char *text, struct rc_arena *arena, struct rc_buf *problems,
                       struct rc_profile *profile)
{
    return rc_profile_parse(rc_str_of(text), arena, problems, profile);
}

static void test_a_profile_is_read_with_its_defaults(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct rc_profile profile = {0};

    (void)state;
    assert_int_equal(parse("{" HEAD ",\"auth\":[\"oauth2\",\"bearer\"],\"url\":\"{site}/api\","
                           "\"token_url\":\"{site}/t?a={app}\",\"busy_hours\":\"22:00-06:00\","
                           "\"quirks\":{\"person\":\"masterId\"},\"form\":[" FIELD(
                               "site") "," FIELD("app") "," ID "," SECRET "]}",
                           arena, NULL, &profile),
                     RC_OK);
    assert_true(rc_str_eq(profile.id, RC_STR("maple")));
    assert_int_equal(profile.page_size, 1000);
    assert_int_equal(profile.parallel, 1);
    assert_true(profile.honest_dates);
    assert_true(profile.honest_deletes);
    assert_true(rc_str_eq(profile.busy_from, RC_STR("22:00")));
    assert_true(rc_str_eq(profile.busy_until, RC_STR("06:00")));
    assert_true(rc_profile_has(&profile.auths, RC_STR("bearer")));
    assert_false(rc_profile_has(&profile.auths, RC_STR("oauth1-sha1")));
    assert_int_equal(profile.field_count, 4);
    assert_non_null(rc_profile_field_find(&profile, RC_STR("app")));
    assert_null(rc_profile_field_find(&profile, RC_STR("apps")));
}

static const struct {
    const char *text, *told;
} broken[] = {
    {"{", "JSON"},
    {"[]", "an object is due"},
    {"{" HEAD ",\"auth\":[\"oauth2\"]}", "form: is missing"},
    {"{" HEAD ",\"auth\":[],\"form\":[" SECRET "]}", "auth: a list of 1 to 4 is due"},
    {"{" HEAD ",\"auth\":[\"saml\"],\"form\":[" SECRET "]}", "auth[0]: one of oauth1-sha1"},
    {"{" HEAD ",\"auth\":\"oauth2\",\"form\":[" SECRET "]}", "auth: a list of"},
    {"{" HEAD ",\"auth\":[\"bearer\"],\"form\":[" SECRET "],\"page_size\":0}",
     "page_size: a whole number from 1 to 10000"},
    {"{" HEAD ",\"auth\":[\"bearer\"],\"form\":[" SECRET "],\"page_size\":1.5}",
     "page_size: a whole number"},
    {"{" HEAD ",\"auth\":[\"bearer\"],\"form\":[" SECRET "],\"colour\":\"red\"}",
     "colour: a profile has no such member"},
    {"{" HEAD ",\"auth\":[\"bearer\"],\"form\":[" SECRET "],\"quirks\":{\"sort\":\"x\"}}",
     "quirks.sort: one of none"},
    {"{" HEAD ",\"auth\":[\"bearer\"],\"form\":[" SECRET ",{\"field\":\"url\",\"label\":\"\"}]}",
     "form[1].where: is missing"},
    {"{" HEAD ",\"auth\":[\"bearer\"],\"form\":[" SECRET "]}", "the field url is missing"},
    {"{" HEAD ",\"auth\":[\"bearer\"],\"form\":[" FIELD("url") "]}",
     "the field client-secret is missing"},
    {"{" HEAD ",\"auth\":[\"bearer\"],\"form\":[" FIELD("url") "," FIELD("url") "," SECRET "]}",
     "url stands there twice"},
    {"{" HEAD ",\"auth\":[\"bearer\"],\"form\":[" FIELD("Url") "," FIELD("url") "," SECRET "]}",
     "a field's name is made of"},
    {"{" HEAD ",\"auth\":[\"oauth2\"],\"form\":[" FIELD("url") "," ID "," SECRET "]}",
     "the field token-url is missing"},
    {"{" HEAD ",\"auth\":[\"oauth1-sha1\"],\"form\":[" FIELD("url") "," SECRET "]}",
     "the field client-id is missing"},
    {"{" HEAD ",\"auth\":[\"oauth2\"],\"token_url\":\"https://x/t\",\"form\":[" FIELD(
         "url") "," ID "," SECRET "],\"quirks\":{\"discovery\":\"classlink\"}}",
     "quirks.discovery: belongs to the sign-in bearer"},
    {"{" HEAD ",\"auth\":[\"bearer\"],\"url\":\"{site}/x\",\"form\":[" SECRET "]}",
     "url: {site} is no field of the form"},
    {"{" HEAD ",\"auth\":[\"bearer\"],\"url\":\"https://x/{client-secret}\",\"form\":[" SECRET "]}",
     "url: a secret never stands in an address"},
    {"{" HEAD ",\"auth\":[\"bearer\"],\"url\":\"ftp://x\",\"form\":[" SECRET "]}",
     "url: https:// or a {field} is due"},
    {"{" HEAD ",\"auth\":[\"bearer\"],\"url\":\"https://x/{open\",\"form\":[" SECRET "]}",
     "url: {} is no field"},
    {"{" HEAD ",\"auth\":[\"bearer\"],\"busy_hours\":\"7-17\",\"form\":[" FIELD("url") "," SECRET
                                                                                       "]}",
     "busy_hours: two times of day are due"},
};

static void test_every_problem_of_a_bad_one_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(broken); i++) {
        RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
        RC_AUTO_BUF struct rc_buf problems = {0};
        struct rc_profile profile = {0};
        assert_int_equal(parse(broken[i].text, arena, &problems, &profile), RC_REJECT);
        if (!strstr(problems.data, broken[i].told))
            fail_msg("%s: told %s, not %s", broken[i].text, problems.data, broken[i].told);
        assert_null(profile.id.data);
    }
}

static struct rc_str value(void *self, struct rc_str name)
{
    (void)self;
    if (rc_str_eq(name, RC_STR("site"))) return RC_STR("https://sis.example/x//");
    return rc_str_eq(name, RC_STR("app")) ? RC_STR("a%3D.b") : RC_STR("a b");
}

static void test_addresses_are_made_of_fields(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    static const struct {
        const char *template, *made;
    } rows[] = {{"{site}", "https://sis.example/x"},
                {"{site}/campus/api", "https://sis.example/x/campus/api"},
                {"{site}/token?appName={app}", "https://sis.example/x/token?appName=a%3D.b"},
                {"https://proxy.example/{app}/y", "https://proxy.example/a%3D.b/y"},
                {"https://proxy.example", "https://proxy.example"},
                {"https://proxy.example/{odd}", NULL}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct rc_str made = {0};
        const rc_status status = rc_profile_address(rc_str_of(rows[i].template), value, NULL, arena,
                                                    &made);
        assert_int_equal(status, rows[i].made ? RC_OK : RC_REJECT);
        if (rows[i].made) assert_string_equal(made.data, rows[i].made);
    }
    assert_non_null(strstr(rc_error_text(), "odd: letters"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_profile_is_read_with_its_defaults),
        cmocka_unit_test(test_every_problem_of_a_bad_one_is_told),
        cmocka_unit_test(test_addresses_are_made_of_fields),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
