/* What an SFTP handle takes, and what it says of a server that is none (port/sftp.h); real servers
 * are in tests/e2e/test_sftp.py. */
#include "rollcall/port/sftp.h"

#include "rollcall/base/auto.h"
#include "support/unit.h"

#define KEY "SHA256:uNiVztksCsDhcc0u9e8BrSrqPCSTtM8JJ1kHGvLmzUQ"

static void test_a_fingerprint_is_as_ssh_keygen_shows_it(void **state)
{
    static const char *const others[] = {"",
                                         "SHA256:",
                                         "MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48",
                                         KEY "=",
                                         "SHA256:uNiVztksCsDhcc0u9e8BrSrqPCSTtM8JJ1kHGvLmz-Q",
                                         "sha256:uNiVztksCsDhcc0u9e8BrSrqPCSTtM8JJ1kHGvLmzUQ"};

    (void)state;
    assert_true(rc_sftp_is_fingerprint(RC_STR(KEY)));
    for (size_t i = 0; i < COUNT_OF(others); i++)
        assert_false(rc_sftp_is_fingerprint(rc_str_of(others[i])));
}

static void test_a_host_that_could_be_read_otherwise_is_refused(void **state)
{
    static const struct {
        const char *host, *user, *keys, *words;
    } cases[] = {
        {"", "maple", KEY, "a host is written as"},
        {"maple@sftp.example", "maple", KEY, "a host is written as"},
        {"sftp.example/exports", "maple", KEY, "a host is written as"},
        {"sftp.example?x", "maple", KEY, "a host is written as"},
        {"sftp.example", "", KEY, "user's name is empty"},
        {"sftp.example", "maple", "any", "a host key is written as"},
        {"sftp.example", "maple", KEY " any", "a host key is written as"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct rc_sftp_host host = {
            .host = cases[i].host, .user = cases[i].user, .host_keys = cases[i].keys};
        struct rc_sftp *sftp = NULL;
        assert_fails(rc_sftp_open(&host, &sftp), RC_REJECT, cases[i].words);
    }
}

static void test_a_server_that_is_gone_is_unreachable(void **state)
{
    /* Port 1 of a loopback address that nothing is bound to. */
    const struct rc_sftp_host host = {.host = "127.9.9.9:1",
                                      .user = "maple",
                                      .host_keys = KEY " " KEY,
                                      .password = "made-up",
                                      .connect_timeout_ms = 5000};
    RC_AUTO(rc_sftp) struct rc_sftp *sftp = NULL;
    RC_AUTO_BUF struct rc_buf listing = {0};

    (void)state;
    assert_ok(rc_sftp_open(&host, &sftp));
    assert_int_equal(rc_sftp_list(sftp, "exports", 1000, &listing), RC_SFTP_UNREACHABLE);
    assert_string_equal(rc_error_text(), "connection refused");
    assert_string_equal(rc_sftp_seen_key(sftp), "");
}

static const char *refuse(const void *self, struct rc_str host, const struct sockaddr *address)
{
    assert_str(host, self);
    assert_int_equal(address->sa_family, AF_INET);
    return "loopback";
}

static void test_an_address_that_is_refused_is_not_connected_to(void **state)
{
    const struct rc_sftp_host host = {.host = "127.9.9.9:1",
                                      .user = "maple",
                                      .host_keys = KEY,
                                      .password = "made-up",
                                      .refuse = refuse,
                                      .refuse_self = "127.9.9.9"};
    RC_AUTO(rc_sftp) struct rc_sftp *sftp = NULL;
    int64_t bytes = 0;
    int64_t mtime = 0;

    (void)state;
    assert_ok(rc_sftp_open(&host, &sftp));
    assert_int_equal(rc_sftp_stat(sftp, "roster.zip", &bytes, &mtime), RC_SFTP_INWARD);
    assert_string_equal(rc_error_text(), "loopback");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_fingerprint_is_as_ssh_keygen_shows_it),
        cmocka_unit_test(test_a_host_that_could_be_read_otherwise_is_refused),
        cmocka_unit_test(test_a_server_that_is_gone_is_unreachable),
        cmocka_unit_test(test_an_address_that_is_refused_is_not_connected_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
