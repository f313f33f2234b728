/* Where a tenant's address may lead (port/guard.h): one row per address. */
#include "rollcall/port/guard.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include "support/unit.h"

static const char *const inward[] = {
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.255",
    "127.0.0.1",
    "127.1.2.3",
    "127.255.255.255",
    "168.63.129.16",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:192.168.1.1",
    "::ffff:0.0.0.0",
    "64:ff9b::127.0.0.1",
    "64:ff9b::10.1.2.3",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::8.8.8.8",
    "100::1",
    "2001::1",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00::1",
    "fd00:ec2::254",
    "fdff:ffff::1",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "fe80::1%eth0",
    "::127.0.0.1",
};

static const char *const outward[] = {
    "1.1.1.1",          "8.8.8.8",         "9.255.255.255", "11.0.0.0",          "100.63.255.255",
    "100.128.0.0",      "126.255.255.255", "128.0.0.1",     "168.63.129.17",     "169.253.255.255",
    "169.255.0.0",      "172.15.255.255",  "172.32.0.0",    "192.0.1.1",         "192.167.255.255",
    "192.169.0.0",      "198.17.255.255",  "198.20.0.0",    "223.255.255.255",   "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8", "2001:4860::8888", "2600::1",       "2a00:1450:4001::1", "2001:200::1",
};

static void test_no_inner_address_is_let_through(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(inward); i++)
        if (!rc_guard_refusal_text(NULL, RC_STR("sis.example"), inward[i]))
            fail_msg("%s is let through", inward[i]);
}

static void test_public_addresses_are_let_through(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(outward); i++)
        if (rc_guard_refusal_text(NULL, RC_STR("sis.example"), outward[i]))
            fail_msg("%s is refused", outward[i]);
}

/* However the address is spelt in a URL, the resolver makes one of these of it. */
static void test_spellings_of_an_inner_address_resolve_to_what_is_refused(void **state)
{
    static const char *const spellings[] = {
        "2130706433", "0x7f000001", "0177.0.0.1", "127.1",      "0x7f.1", "017700000001",
        "127.0.1",    "0",          "2852039166", "0xa9fea9fe", "10.1",   "0xac.0x10.1"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(spellings); i++) {
        const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM};
        struct addrinfo *found = NULL;
        assert_int_equal(getaddrinfo(spellings[i], "443", &hints, &found), 0);
        if (!rc_guard_refusal(NULL, rc_str_of(spellings[i]), found->ai_addr))
            fail_msg("%s is let through", spellings[i]);
        freeaddrinfo(found);
    }
}

static void test_what_is_no_address_of_the_internet_is_refused(void **state)
{
    const struct sockaddr unix_socket = {.sa_family = AF_UNIX};

    (void)state;
    assert_non_null(rc_guard_refusal(NULL, RC_STR("sis.example"), &unix_socket));
    assert_non_null(rc_guard_refusal_text(NULL, RC_STR("sis.example"), ""));
    assert_non_null(rc_guard_refusal_text(NULL, RC_STR("sis.example"), "sis.example"));
    assert_non_null(rc_guard_refusal_text(NULL, RC_STR("sis.example"), "8.8.8.8/8"));
}

static const struct {
    const char *hosts, *host, *address;
    bool allowed;
} lists[] = {
    {"127.0.0.1", "anything", "127.0.0.1", true},
    {"127.0.0.1", "anything", "127.0.0.2", false},
    {"127.0.0.1", "anything", "::ffff:127.0.0.1", true},
    {"::ffff:127.0.0.0/104", "anything", "127.9.9.9", true},
    {"10.1.0.0/16", "sis.example", "10.1.200.3", true},
    {"10.1.0.0/16", "sis.example", "10.2.0.1", false},
    {"10.1.0.0/16", "sis.example", "64:ff9b::10.1.0.9", true},
    {"172.16.0.0/13", "sis.example", "172.23.0.1", true},
    {"172.16.0.0/13", "sis.example", "172.24.0.1", false},
    {"0.0.0.0/0", "sis.example", "127.0.0.1", true},
    {"0.0.0.0/0", "sis.example", "::1", false},
    {"fd00::/8, 192.168.0.0/24", "sis.example", "fd12::1", true},
    {"fd00::/8, 192.168.0.0/24", "sis.example", "192.168.0.9", true},
    {"fd00::/8, 192.168.0.0/24", "sis.example", "192.168.1.9", false},
    {"sis.internal", "SIS.Internal", "10.0.0.1", true},
    {"sis.internal", "sis.internal.", "10.0.0.1", true},
    {"sis.internal", "evil-sis.internal", "10.0.0.1", false},
    {"sis.internal", "sis.internal.evil.example", "10.0.0.1", false},
    {"sis.internal", "a.sis.internal", "10.0.0.1", false},
    {".internal", "a.sis.internal", "10.0.0.1", true},
    {".internal", "internal", "10.0.0.1", false},
    {".internal", "sisinternal", "10.0.0.1", false},
    {"localhost ::1", "[::1]", "::1", true},
    {"", "localhost", "127.0.0.1", false},
    {" , ", "localhost", "127.0.0.1", false},
};

static void test_an_operator_lets_hosts_and_networks_through(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        RC_AUTO(rc_guard) struct rc_guard *guard = NULL;
        assert_int_equal(rc_guard_new(lists[i].hosts, &guard), RC_OK);
        const char *why = rc_guard_refusal_text(guard, rc_str_of(lists[i].host), lists[i].address);
        if ((why == NULL) != lists[i].allowed)
            fail_msg("\"%s\" for %s at %s: %s", lists[i].hosts, lists[i].host, lists[i].address,
                     why ? why : "let through");
    }
}

static void test_a_public_address_is_let_through_without_being_listed(void **state)
{
    RC_AUTO(rc_guard) struct rc_guard *guard = NULL;
    struct sockaddr_in at = {.sin_family = AF_INET};

    (void)state;
    assert_int_equal(inet_pton(AF_INET, "8.8.8.8", &at.sin_addr), 1);
    assert_int_equal(rc_guard_new("sis.internal", &guard), RC_OK);
    assert_null(rc_guard_refusal(guard, RC_STR("sis.example"), (const void *)&at));
    assert_false(rc_guard_lists(guard, RC_STR("sis.example"), (const void *)&at));
    assert_true(rc_guard_lists(guard, RC_STR("sis.internal"), (const void *)&at));
    assert_false(rc_guard_lists(NULL, RC_STR("sis.internal"), (const void *)&at));
}

static void test_a_list_with_a_mistake_is_refused_with_the_word_that_is_wrong(void **state)
{
    static const char *const wrong[] = {
        "10.0.0.0/33",     "10.0.0/8", "1234",       "http://sis.example",
        "sis.example:443", "*",        "fd00::/129", "a/b"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct rc_guard *guard = NULL;
        if (rc_guard_new(wrong[i], &guard) != RC_REJECT) fail_msg("%s is taken", wrong[i]);
        assert_non_null(strstr(rc_error_text(), wrong[i]));
        assert_null(guard);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_inner_address_is_let_through),
        cmocka_unit_test(test_public_addresses_are_let_through),
        cmocka_unit_test(test_spellings_of_an_inner_address_resolve_to_what_is_refused),
        cmocka_unit_test(test_what_is_no_address_of_the_internet_is_refused),
        cmocka_unit_test(test_an_operator_lets_hosts_and_networks_through),
        cmocka_unit_test(test_a_public_address_is_let_through_without_being_listed),
        cmocka_unit_test(test_a_list_with_a_mistake_is_refused_with_the_word_that_is_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
