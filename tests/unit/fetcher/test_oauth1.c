/* Signatures: the vectors of RFC 5849 and of OneRoster requests with both hashes. */

#include "oauth1.h"

#include "support/unit.h"

static const char users_url[] =
    "https://sis.example.org/ims/oneroster/v1p1/users?limit=100&offset=0&filter="
    "givenName%3D%27Colin%20Robert%27%20AND%20status%3D%27active%27";

static struct oauth1 sign_of(enum rc_hmac hmac)
{
    return (struct oauth1){hmac, RC_STR("key-1"), RC_STR("s3cret&/"), RC_STR("abc123"),
                           RC_STR("1700000000")};
}

static void expect_signature(const struct oauth1 *sign, const char *url, const char *due)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    RC_AUTO_BUF struct rc_buf out = {0};

    oauth1_signature(sign, rc_str_of(url), arena, &out);
    assert_str(rc_buf_str(&out), due);
}

static struct rc_str base_of(struct rc_arena *arena, const char *url)
{
    const struct oauth1 sign = sign_of(RC_HMAC_SHA1);
    RC_AUTO_BUF struct rc_buf out = {0};

    oauth1_base_string(&sign, rc_str_of(url), arena, &out);
    return rc_str_copy(arena, rc_buf_str(&out));
}

static void test_a_filter_with_blanks_and_quotes_is_signed_with_sha1(void **state)
{
    const struct oauth1 sign = sign_of(RC_HMAC_SHA1);

    (void)state;
    expect_signature(&sign, users_url, "fhPJRi9EiFwU2nmDm1Ugmg6C3oo=");
}

static void test_a_filter_with_blanks_and_quotes_is_signed_with_sha256(void **state)
{
    const struct oauth1 sign = sign_of(RC_HMAC_SHA256);

    (void)state;
    expect_signature(&sign, users_url, "1LzzAPQuJ6Cganb7Tdt1qNrvzjnXsTvBlAejmOWvvSs=");
}

static void test_query_values_stand_encoded_twice_in_the_base_string(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct rc_str base = base_of(arena, users_url);

    (void)state;
    assert_true(rc_str_starts(
        base, RC_STR("GET&https%3A%2F%2Fsis.example.org%2Fims%2Foneroster%2Fv1p1%2Fusers&filter%3D"
                     "givenName%253D%2527Colin%2520Robert%2527%2520AND%2520status%253D%2527active%"
                     "2527%26limit%3D100%26oauth_consumer_key%3Dkey-1")));
}

static void test_scheme_and_host_are_signed_in_lower_case_without_a_default_port(void **state)
{
    static const struct {
        const char *url;
        const char *start;
    } cases[] = {
        {"HTTPS://SIS.Example.org:443/A", "GET&https%3A%2F%2Fsis.example.org%2FA&"},
        {"http://sis.example.org:80/A", "GET&http%3A%2F%2Fsis.example.org%2FA&"},
        {"http://sis.example.org:443/A", "GET&http%3A%2F%2Fsis.example.org%3A443%2FA&"},
        {"https://sis.example.org:8443/A", "GET&https%3A%2F%2Fsis.example.org%3A8443%2FA&"},
        {"https://sis.example.org", "GET&https%3A%2F%2Fsis.example.org%2F&"},
    };
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_true(rc_str_starts(base_of(arena, cases[i].url), rc_str_of(cases[i].start)));
}

static void test_parameters_are_sorted_by_name_and_then_by_value(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct rc_str base = base_of(arena, "http://h/p?b=2&a=9&a=10&c");

    (void)state;
    assert_true(rc_str_starts(
        base, RC_STR("GET&http%3A%2F%2Fh%2Fp&a%3D10%26a%3D9%26b%3D2%26c%3D%26oauth_")));
}

static void test_the_header_carries_the_protocol_parameters_and_the_encoded_signature(void **state)
{
    const struct oauth1 sign = sign_of(RC_HMAC_SHA256);
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    (void)state;
    assert_str(oauth1_header(&sign, rc_str_of(users_url), arena),
               "Authorization: OAuth oauth_consumer_key=\"key-1\", oauth_nonce=\"abc123\", "
               "oauth_signature_method=\"HMAC-SHA256\", oauth_timestamp=\"1700000000\", "
               "oauth_version=\"1.0\", "
               "oauth_signature=\"1LzzAPQuJ6Cganb7Tdt1qNrvzjnXsTvBlAejmOWvvSs%3D\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_filter_with_blanks_and_quotes_is_signed_with_sha1),
        cmocka_unit_test(test_a_filter_with_blanks_and_quotes_is_signed_with_sha256),
        cmocka_unit_test(test_query_values_stand_encoded_twice_in_the_base_string),
        cmocka_unit_test(test_scheme_and_host_are_signed_in_lower_case_without_a_default_port),
        cmocka_unit_test(test_parameters_are_sorted_by_name_and_then_by_value),
        cmocka_unit_test(test_the_header_carries_the_protocol_parameters_and_the_encoded_signature),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
