/* Digests and signatures against published vectors. */
#include "rollcall/port/crypto.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static int setup(void **state)
{
    (void)state;
    return rc_crypto_setup() == RC_OK ? 0 : -1;
}

static void test_a_digest_is_blake2b_of_128_bits(void **state)
{
    (void)state;
    char text[RC_HASH_TEXT];

    rc_digest_text((struct rc_str){NULL, 0}, text);
    assert_string_equal(text, "cae66941d9efbd404e4d88758ea67670");
    rc_digest_text(RC_STR("abc"), text);
    assert_string_equal(text, "cf4ab791c62b8d2b2109c90275287816");
}

static void test_a_record_hash_depends_on_the_key(void **state)
{
    (void)state;
    unsigned char one[RC_HASH_BYTES];
    unsigned char two[RC_HASH_BYTES];
    unsigned char again[RC_HASH_BYTES];

    rc_hash_keyed(RC_STR("0123456789abcdef"), RC_STR("record"), one);
    rc_hash_keyed(RC_STR("0123456789abcdeF"), RC_STR("record"), two);
    rc_hash_keyed(RC_STR("0123456789abcdef"), RC_STR("record"), again);
    assert_memory_not_equal(one, two, sizeof one);
    assert_memory_equal(one, again, sizeof one);
}

static void expect_hmac(enum rc_hmac which, struct rc_str key, struct rc_str text,
                        const char *expected)
{
    RC_AUTO_BUF struct rc_buf out = {0};

    rc_hmac_base64(which, key, text, &out);
    assert_string_equal(out.data, expected);
}

static void test_hmac_agrees_with_the_rfcs_vectors(void **state)
{
    (void)state;
    /* RFC 2202 and RFC 4231, case 2 */
    expect_hmac(RC_HMAC_SHA1, RC_STR("Jefe"), RC_STR("what do ya want for nothing?"),
                "7/zfauXrL6LSdBbV8YTfnCWafHk=");
    expect_hmac(RC_HMAC_SHA256, RC_STR("Jefe"), RC_STR("what do ya want for nothing?"),
                "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
}

static void test_base64_is_padded_and_appended(void **state)
{
    (void)state;
    RC_AUTO_BUF struct rc_buf out = {0};

    rc_base64(RC_STR("f"), &out);
    rc_buf_add_char(&out, ' ');
    rc_base64(RC_STR("foobar"), &out);
    rc_base64((struct rc_str){NULL, 0}, &out);
    assert_string_equal(out.data, "Zg== Zm9vYmFy");
    assert_int_equal(out.len, 13);
}

static void test_random_text_has_its_length_and_is_never_the_same(void **state)
{
    (void)state;
    char one[2 * 50 + 1];
    char two[2 * 50 + 1];

    rc_random_hex(50, one);
    rc_random_hex(50, two);
    assert_int_equal(strlen(one), 100);
    assert_int_equal(strspn(one, "0123456789abcdef"), 100);
    assert_string_not_equal(one, two);
    rc_random_hex(0, one);
    assert_string_equal(one, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_digest_is_blake2b_of_128_bits),
        cmocka_unit_test(test_a_record_hash_depends_on_the_key),
        cmocka_unit_test(test_hmac_agrees_with_the_rfcs_vectors),
        cmocka_unit_test(test_base64_is_padded_and_appended),
        cmocka_unit_test(test_random_text_has_its_length_and_is_never_the_same),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
