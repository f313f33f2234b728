/* How lanes of Clever go on, what they ask for, and whose token it is. */

#include "clever.h"
#include "clever_token.h"

#include "support/unit.h"

/* ---- going on ---- */

static void test_a_lane_goes_on_by_the_link_and_then_by_its_parts(void **state)
{
    static const struct {
        const char *collection, *from;
        bool events;
        const char *after, *next;
    } cases[] = {
        {"users", "", false, "5f", "0/5f"},    {"users", "0/5f", false, "60", "0/60"},
        {"users", "0/60", false, "", "end"},   {"orgs", "", false, "", "1/"},
        {"orgs", "1/", false, "5f", "1/5f"},   {"orgs", "1/5f", false, "", "end"},
        {"orgs", "0/5f", true, "", "end"},     {"orgs", "0/5f", true, "60", "0/60"},
        {"enrollments", "", false, "", "end"},
    };
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_str(clever_next(rc_str_of(cases[i].collection), rc_str_of(cases[i].from),
                               cases[i].events, rc_str_of(cases[i].after), arena),
                   cases[i].next);
}

static void test_a_lane_ends_where_no_link_leads_on(void **state)
{
    static const struct {
        struct clever_facts facts; /* collection, next, from, events, received, pages */
        enum paging_way way;
        const char *reason;
    } cases[] = {
        {{RC_STR_INIT("users"), RC_STR_INIT("0/5f"), {0}, false, 5, 1}, PAGING_ON, NULL},
        {{RC_STR_INIT("users"), RC_STR_INIT("end"), {0}, false, 5, 1}, PAGING_SEALED, NULL},
        {{RC_STR_INIT("users"), RC_STR_INIT("end"), {0}, false, 0, 0},
         PAGING_UNSEALED,
         "shows nobody of this district"},
        {{RC_STR_INIT("classes"), RC_STR_INIT("end"), {0}, false, 0, 0},
         PAGING_UNSEALED,
         "shows no section"},
        {{RC_STR_INIT("orgs"), RC_STR_INIT("end"), {0}, false, 1, 1},
         PAGING_UNSEALED,
         "shows no school"},
        {{RC_STR_INIT("academicSessions"), RC_STR_INIT("end"), {0}, false, 0, 0},
         PAGING_SEALED,
         NULL},
        {{RC_STR_INIT("courses"), RC_STR_INIT("end"), {0}, false, 0, 0}, PAGING_SEALED, NULL},
        {{RC_STR_INIT("users"), RC_STR_INIT("end"), RC_STR_INIT("0/1"), true, 0, 0},
         PAGING_SEALED,
         NULL},
        {{RC_STR_INIT("users"), RC_STR_INIT("0/5f"), RC_STR_INIT("0/5f"), false, 5, 1},
         PAGING_UNSEALED,
         "do not end"},
        {{RC_STR_INIT("users"), RC_STR_INIT("0/5f"), RC_STR_INIT("0/5e"), false, 5, 200000},
         PAGING_UNSEALED,
         "do not end"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *reason = NULL;
        assert_int_equal(clever_decide(&cases[i].facts, &reason), cases[i].way);
        if (cases[i].reason)
            assert_non_null(strstr(reason, cases[i].reason));
        else
            assert_null(reason);
    }
}

/* ---- questions ---- */

static void test_each_question_is_our_own(void **state)
{
    static const struct {
        const char *base, *collection, *next;
        bool events;
        int64_t page_size;
        const char *url;
    } cases[] = {
        {"https://c.example", "users", "", false, 1000, "https://c.example/v3.1/users?limit=1000"},
        {"https://c.example/v3.1/", "users", "0/5 f", false, 1000,
         "https://c.example/v3.1/users?limit=1000&starting_after=5%20f"},
        {"https://c.example", "orgs", "", false, 50, "https://c.example/v3.1/districts?limit=50"},
        {"https://c.example", "orgs", "1/", false, 50, "https://c.example/v3.1/schools?limit=50"},
        {"https://c.example", "enrollments", "", false, 1000,
         "https://c.example/v3.1/sections?limit=100"},
        {"https://c.example", "enrollments", "", false, 5,
         "https://c.example/v3.1/sections?limit=1"},
        {"https://c.example", "users", "", false, 20000,
         "https://c.example/v3.1/users?limit=10000"},
        {"https://c.example", "orgs", "0/5f", true, 100,
         "https://c.example/v3.1/events?limit=100&starting_after=5f&record_type=districts"
         "&record_type=schools"},
    };
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct rc_stage_env env = {.arena = arena};
        struct lane lane = {.source = {.base_url = rc_str_of(cases[i].base)},
                            .clever = {.is = true, .events = cases[i].events},
                            .collection = rc_str_of(cases[i].collection),
                            .page_size = cases[i].page_size};
        struct asker asker = {.env = &env, .lane = &lane, .next = rc_str_of(cases[i].next)};
        assert_str(clever_url(&asker), cases[i].url);
    }
}

/* ---- answers ---- */

static void test_a_full_window_is_waited_for(void **state)
{
    static const struct {
        int64_t retry_after_ms, least;
    } cases[] = {{5000, 5000}, {-1, 60000}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct rc_http_answer answer = {.code = 429, .retry_after_ms = cases[i].retry_after_ms};
        assert_int_equal(clever_judge_code(&answer), TROUBLE_BUSY);
        assert_in_range(answer.retry_after_ms, cases[i].least, cases[i].least + 1000);
    }
    struct rc_http_answer large = {.code = 413};
    assert_int_equal(clever_judge_code(&large), TROUBLE_TOO_LARGE);
}

/* ---- tokens ---- */

static void test_the_newest_token_of_the_district_is_taken(void **state)
{
    static const char list[] =
        "{\"data\":[{\"created\":\"2026-01-01T00:00:00Z\",\"owner\":{\"id\":\"d1\"},"
        "\"access_token\":\"old\"},5,{\"created\":\"2026-02-01T00:00:00Z\",\"owner\":{\"id\":"
        "\"d1\"},\"access_token\":\"new\"},{\"created\":\"2026-03-01T00:00:00Z\",\"owner\":{"
        "\"id\":\"d2\"},\"access_token\":\"other\"},{\"owner\":{\"id\":\"d3\"},"
        "\"access_token\":\"\"}],\"links\":[]}";
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct rc_str token = {0};

    (void)state;
    assert_ok(clever_token_find(rc_str_of(list), RC_STR("d1"), arena, &token));
    assert_str(token, "new");
    assert_int_equal(clever_token_find(rc_str_of(list), RC_STR("d3"), arena, &token), RC_NOT_FOUND);
    assert_int_equal(clever_token_find(RC_STR("{\"data\":[]}"), RC_STR("d1"), arena, &token),
                     RC_NOT_FOUND);
    assert_int_equal(clever_token_find(RC_STR("{\"data\":[{\"access_token\":\"t\"}]}"), RC_STR(""),
                                       arena, &token),
                     RC_NOT_FOUND);
    assert_int_equal(clever_token_find(RC_STR("<html>"), RC_STR("d1"), arena, &token), RC_REJECT);
    assert_str(token, "new");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_lane_goes_on_by_the_link_and_then_by_its_parts),
        cmocka_unit_test(test_a_lane_ends_where_no_link_leads_on),
        cmocka_unit_test(test_each_question_is_our_own),
        cmocka_unit_test(test_a_full_window_is_waited_for),
        cmocka_unit_test(test_the_newest_token_of_the_district_is_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
