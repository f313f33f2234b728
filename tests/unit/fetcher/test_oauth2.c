/* Token requests, token answers, and tokens in hand. */

#include "oauth2.h"

#include "rollcall/base/clock.h"
#include "support/unit.h"

static int64_t test_now_ms;

static int64_t test_clock(void)
{
    return test_now_ms;
}

static int set_clock(void **state)
{
    (void)state;
    test_now_ms = 1000;
    rc_clock_replace(NULL, test_clock);
    return 0;
}

static int reset_clock(void **state)
{
    (void)state;
    rc_clock_replace(NULL, NULL);
    return 0;
}

static const struct oauth2_client client = {{"id:1", 4}, {"s&t", 3}, {"a b", 3}};

static void test_the_basic_style_encodes_both_parts_and_keeps_them_out_of_the_form(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    RC_AUTO_BUF struct rc_buf form = {0};

    (void)state;
    oauth2_form(&client, OAUTH2_BASIC, &form);
    assert_str(rc_buf_str(&form), "grant_type=client_credentials&scope=a%20b");
    /* id%3A1:s%26t */
    assert_str(oauth2_basic(&client, OAUTH2_BASIC, arena), "Authorization: Basic aWQlM0ExOnMlMjZ0");
}

static void test_the_body_style_posts_both_parts_and_sends_no_header(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    RC_AUTO_BUF struct rc_buf form = {0};

    (void)state;
    oauth2_form(&client, OAUTH2_BODY, &form);
    assert_str(rc_buf_str(&form),
               "grant_type=client_credentials&scope=a%20b&client_id=id%3A1&client_secret=s%26t");
    assert_int_equal(oauth2_basic(&client, OAUTH2_BODY, arena).len, 0);
}

static void test_the_query_style_puts_the_form_behind_the_address(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    static const struct {
        const char *url;
        enum oauth2_style style;
        const char *address;
    } rows[] = {{"https://x/t", OAUTH2_QUERY, "https://x/t?g=c"},
                {"https://x/t?app=a", OAUTH2_QUERY, "https://x/t?app=a&g=c"},
                {"https://x/t?app=a", OAUTH2_BASIC, "https://x/t?app=a"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_str(oauth2_address(rc_str_of(rows[i].url), RC_STR("g=c"), rows[i].style, arena),
                   rows[i].address);
    assert_int_equal(oauth2_basic(&client, OAUTH2_QUERY, arena).len,
                     oauth2_basic(&client, OAUTH2_BASIC, arena).len);
}

static void test_styles_are_tried_from_the_one_that_the_profile_names(void **state)
{
    static const struct {
        const char *first;
        enum oauth2_style styles[4];
    } rows[] = {{"", {OAUTH2_BASIC, OAUTH2_BODY, OAUTH2_STYLE_COUNT_}},
                {"basic", {OAUTH2_BASIC, OAUTH2_BODY, OAUTH2_STYLE_COUNT_}},
                {"body", {OAUTH2_BODY, OAUTH2_BASIC, OAUTH2_STYLE_COUNT_}},
                {"query", {OAUTH2_QUERY, OAUTH2_BASIC, OAUTH2_BODY, OAUTH2_STYLE_COUNT_}}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        size_t nth = 0;
        do {
            assert_int_equal(oauth2_style_at(rc_str_of(rows[i].first), nth), rows[i].styles[nth]);
        } while (rows[i].styles[nth++] != OAUTH2_STYLE_COUNT_);
    }
}

static void test_a_lifetime_may_be_a_number_a_text_or_absent(void **state)
{
    static const struct {
        const char *body;
        int64_t lifetime_ms;
    } cases[] = {
        {"{\"access_token\":\"t\",\"expires_in\":3600}", 3600000},
        {"{\"access_token\":\"t\",\"expires_in\":\"21600\",\"token_type\":\"bearer\"}", 21600000},
        {"{\"access_token\":\"t\"}", 300000},
        {"{\"access_token\":\"t\",\"expires_in\":\"soon\"}", 300000},
        {"{\"access_token\":\"t\",\"expires_in\":-5}", 300000},
    };
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct oauth2_grant grant = {0};
        assert_ok(oauth2_parse(rc_str_of(cases[i].body), arena, &grant));
        assert_str(grant.token, "t");
        assert_int_equal(grant.lifetime_ms, cases[i].lifetime_ms);
    }
}

static void test_the_scope_that_was_granted_is_read(void **state)
{
    static const struct {
        const char *body, *scope;
    } cases[] = {
        {"{\"access_token\":\"t\",\"scope\":\"a b\"}", "a b"},
        {"{\"access_token\":\"t\",\"scope\":\" \"}", ""},
        {"{\"access_token\":\"t\",\"scope\":null}", ""},
        {"{\"access_token\":\"t\"}", ""},
    };
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct oauth2_grant grant = {0};
        assert_ok(oauth2_parse(rc_str_of(cases[i].body), arena, &grant));
        assert_str(grant.scope, cases[i].scope);
    }
}

static void test_an_answer_without_a_usable_token_is_refused(void **state)
{
    static const char *const bodies[] = {
        "",
        "<html>",
        "{}",
        "[]",
        "{\"access_token\":\"\"}",
        "{\"access_token\":\"a b\"}",
        "{\"access_token\":\"a\\r\\nX: y\"}",
        "{\"error\":\"invalid_client\"}",
    };
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        struct oauth2_grant grant = {0};
        assert_int_equal(oauth2_parse(rc_str_of(bodies[i]), arena, &grant), RC_REJECT);
    }
}

static void test_a_token_is_good_until_a_minute_before_its_end(void **state)
{
    struct oauth2_tokens tokens = {0};

    (void)state;
    oauth2_tokens_keep(&tokens, RC_STR("a"), RC_STR("one"), 3600 * 1000);
    test_now_ms += 3539 * 1000;
    assert_str(oauth2_tokens_find(&tokens, RC_STR("a")), "one");
    test_now_ms += 1000;
    assert_int_equal(oauth2_tokens_find(&tokens, RC_STR("a")).len, 0);
    oauth2_tokens_done(&tokens);
}

static void test_a_short_token_is_good_for_half_its_time(void **state)
{
    struct oauth2_tokens tokens = {0};

    (void)state;
    oauth2_tokens_keep(&tokens, RC_STR("a"), RC_STR("one"), 60 * 1000);
    test_now_ms += 29 * 1000;
    assert_str(oauth2_tokens_find(&tokens, RC_STR("a")), "one");
    test_now_ms += 1000;
    assert_int_equal(oauth2_tokens_find(&tokens, RC_STR("a")).len, 0);
    oauth2_tokens_done(&tokens);
}

static void test_a_new_token_takes_the_old_ones_place_and_a_dropped_one_is_gone(void **state)
{
    struct oauth2_tokens tokens = {0};

    (void)state;
    oauth2_tokens_keep(&tokens, RC_STR("a"), RC_STR("one"), 3600000);
    oauth2_tokens_keep(&tokens, RC_STR("b"), RC_STR("other"), 3600000);
    oauth2_tokens_keep(&tokens, RC_STR("a"), RC_STR("two"), 3600000);
    assert_str(oauth2_tokens_find(&tokens, RC_STR("a")), "two");
    oauth2_tokens_drop(&tokens, RC_STR("a"));
    assert_int_equal(oauth2_tokens_find(&tokens, RC_STR("a")).len, 0);
    assert_str(oauth2_tokens_find(&tokens, RC_STR("b")), "other");
    oauth2_tokens_done(&tokens);
}

static void test_more_tokens_than_places_put_the_oldest_out(void **state)
{
    struct oauth2_tokens tokens = {0};
    char name[2] = {0};

    (void)state;
    for (int i = 0; i <= OAUTH2_TOKENS_MAX; i++) {
        name[0] = (char)('0' + i);
        oauth2_tokens_keep(&tokens, rc_str_of(name), RC_STR("t"), 3600000);
    }
    assert_int_equal(oauth2_tokens_find(&tokens, RC_STR("0")).len, 0);
    assert_str(oauth2_tokens_find(&tokens, RC_STR("1")), "t");
    assert_str(oauth2_tokens_find(&tokens, rc_str_of(name)), "t");
    oauth2_tokens_done(&tokens);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_basic_style_encodes_both_parts_and_keeps_them_out_of_the_form),
        cmocka_unit_test(test_the_body_style_posts_both_parts_and_sends_no_header),
        cmocka_unit_test(test_the_query_style_puts_the_form_behind_the_address),
        cmocka_unit_test(test_styles_are_tried_from_the_one_that_the_profile_names),
        cmocka_unit_test(test_a_lifetime_may_be_a_number_a_text_or_absent),
        cmocka_unit_test(test_the_scope_that_was_granted_is_read),
        cmocka_unit_test(test_an_answer_without_a_usable_token_is_refused),
        cmocka_unit_test_setup_teardown(test_a_token_is_good_until_a_minute_before_its_end,
                                        set_clock, reset_clock),
        cmocka_unit_test_setup_teardown(test_a_short_token_is_good_for_half_its_time, set_clock,
                                        reset_clock),
        cmocka_unit_test(test_a_new_token_takes_the_old_ones_place_and_a_dropped_one_is_gone),
        cmocka_unit_test(test_more_tokens_than_places_put_the_oldest_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
