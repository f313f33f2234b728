/* Signatures of webhooks (services/webhook/sign.h), against vectors that others publish. */
#include "sign.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* The example of the Standard Webhooks specification and its reference libraries: the secret
 * whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw, decoded. */
static const unsigned char published_key[] = {0x31, 0xf2, 0x90, 0xf6, 0xbf, 0x06, 0x29, 0x8a,
                                              0xab, 0x4f, 0x08, 0xd4, 0x3c, 0x3f, 0x08, 0x2c,
                                              0xf6, 0x48, 0xa3, 0x62, 0xda, 0x2d, 0xa4, 0xb0};
static const struct signed_message published = {RC_STR_INIT("msg_p5jXN8AQM9LWM0D4loKWxJek"),
                                                1614265330, RC_STR_INIT("{\"test\": 2432232314}")};
static const char published_signature[] = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

static void assert_signed(const struct signed_message *message, const struct rc_str *keys,
                          size_t count, const char *expected)
{
    RC_AUTO_BUF struct rc_buf out = {0};

    sign_add(&out, message, keys, count);
    assert_int_equal(out.len, strlen(expected));
    assert_memory_equal(out.data, expected, out.len);
}

static void test_the_published_example_is_signed_as_published(void **state)
{
    (void)state;
    const struct rc_str key = {(const char *)published_key, sizeof published_key};

    assert_signed(&published, &key, 1, published_signature);
}

static void test_during_a_rotation_both_secrets_sign_the_newer_first(void **state)
{
    (void)state;
    const struct rc_str keys[] = {{"another key of thirty-two bytes.", 32},
                                  {(const char *)published_key, sizeof published_key}};
    RC_AUTO_BUF struct rc_buf alone = {0};
    RC_AUTO_BUF struct rc_buf both = {0};

    sign_add(&alone, &published, &keys[0], 1);
    rc_buf_print(&both, "%.*s %s", RC_STR_ARG(rc_buf_str(&alone)), published_signature);
    assert_string_not_equal(alone.data, published_signature);
    assert_signed(&published, keys, 2, both.data);
}

static void test_id_time_and_body_are_all_signed(void **state)
{
    (void)state;
    const struct rc_str key = {(const char *)published_key, sizeof published_key};
    struct signed_message others[] = {published, published, published};

    others[0].id = RC_STR("msg_p5jXN8AQM9LWM0D4loKWxJel");
    others[1].at_s++;
    others[2].body = RC_STR("{\"test\": 2432232315}");
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        RC_AUTO_BUF struct rc_buf out = {0};
        sign_add(&out, &others[i], &key, 1);
        assert_string_not_equal(out.data, published_signature);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_published_example_is_signed_as_published),
        cmocka_unit_test(test_during_a_rotation_both_secrets_sign_the_newer_first),
        cmocka_unit_test(test_id_time_and_body_are_all_signed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
