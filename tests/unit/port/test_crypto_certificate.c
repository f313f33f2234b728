/* Reading when certificates end. */
#include "rollcall/port/certificate.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Made up, of one key that nobody has: until 2030-01-01, and until 2041-01-02 03:04:05. */
static const char until_2030[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBCzCBsgIBATAKBggqhkjOPQQDAjASMRAwDgYDVQQDDAdtYWRlLXVwMB4XDTI2\n"
    "MDEwMTAwMDAwMFoXDTMwMDEwMTAwMDAwMFowEjEQMA4GA1UEAwwHbWFkZS11cDBZ\n"
    "MBMGByqGSM49AgEGCCqGSM49AwEHA0IABL0OXdHiwqOaK/s2eqqpej2Dfdhrjh7m\n"
    "kiH2i0rvePdrRhONfqVSVCCCWzVmduzuPNrOkjrU/PUk5ZE+wiij00owCgYIKoZI\n"
    "zj0EAwIDSAAwRQIhAI4l/LUmLb+TSQFcJ0LR60Q/aJpO0UBNrHjRmfOTIU/WAiAb\n"
    "Hk+8FZyTaTlDDQiuM7kwOl5VobT+A2EtK2eUfygcng==\n"
    "-----END CERTIFICATE-----\n";
static const char until_2041[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBCzCBsgIBAjAKBggqhkjOPQQDAjASMRAwDgYDVQQDDAdtYWRlLXVwMB4XDTI2\n"
    "MDEwMTAwMDAwMFoXDTQxMDEwMjAzMDQwNVowEjEQMA4GA1UEAwwHbWFkZS11cDBZ\n"
    "MBMGByqGSM49AgEGCCqGSM49AwEHA0IABL0OXdHiwqOaK/s2eqqpej2Dfdhrjh7m\n"
    "kiH2i0rvePdrRhONfqVSVCCCWzVmduzuPNrOkjrU/PUk5ZE+wiij00owCgYIKoZI\n"
    "zj0EAwIDSAAwRQIhAN2iVl95moKadfrpbM8v0eg9nWRL5Zo7NQeuoc/BU3nIAiA3\n"
    "PQfxw+IAdPJJmUJJ8FeYmhWrOr1as/KVHjhqXjL/sw==\n"
    "-----END CERTIFICATE-----\n";

static const int64_t of_2030_ms = 1893456000000;
static const int64_t of_2041_ms = 2240708645000;

static char path[] = "/tmp/rollcall-certificate-XXXXXX";

static int setup(void **state)
{
    (void)state;
    const int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int teardown(void **state)
{
    (void)state;
    return unlink(path);
}

static rc_status end_of(const char *first, const char *second, bool trusted, int64_t *ret_end_ms)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(first, file) >= 0 && fputs(second, file) >= 0);
    assert_int_equal(fclose(file), 0);
    return rc_certificate_end(path, trusted, ret_end_ms);
}

static void test_a_chain_ends_with_its_first_certificate_and_trust_with_the_last(void **state)
{
    int64_t end_ms = 0;

    (void)state;
    assert_ok(end_of(until_2030, "", false, &end_ms));
    assert_int_equal(end_ms, of_2030_ms);
    assert_ok(end_of(until_2041, until_2030, false, &end_ms));
    assert_int_equal(end_ms, of_2030_ms);
    assert_ok(end_of(until_2030, until_2041, true, &end_ms));
    assert_int_equal(end_ms, of_2041_ms);
}

static void test_what_else_stands_in_the_file_is_skipped(void **state)
{
    static const char key[] =
        "a line of words\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    int64_t end_ms = 0;

    (void)state;
    assert_ok(end_of(key, until_2041, false, &end_ms));
    assert_int_equal(end_ms, of_2041_ms);
}

static void test_a_file_without_a_certificate_is_refused_and_a_folder_is_none(void **state)
{
    int64_t end_ms = 7;

    (void)state;
    assert_fails(end_of("no certificate\n", "", true, &end_ms), RC_REJECT, "no certificate in PEM");
    assert_fails(rc_certificate_end("/nowhere/a.pem", true, &end_ms), RC_REJECT,
                 "/nowhere/a.pem cannot be read: ");
    assert_fails(rc_certificate_end("/dev/null", true, &end_ms), RC_REJECT, "is no file");
    assert_int_equal(rc_certificate_end("/tmp", true, &end_ms), RC_NOT_FOUND);
    assert_int_equal(end_ms, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_chain_ends_with_its_first_certificate_and_trust_with_the_last),
        cmocka_unit_test(test_what_else_stands_in_the_file_is_skipped),
        cmocka_unit_test(test_a_file_without_a_certificate_is_refused_and_a_folder_is_none),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
