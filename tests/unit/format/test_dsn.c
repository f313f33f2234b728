/* Reports about mails that came back, as servers write them. */

#include "rollcall/format/dsn.h"

#include "rollcall/base/buf.h"
#include "support/unit.h"

#define HEAD_WITH(parameters)                                                      \
    "From: MAILER-DAEMON@mx.example\r\nTo: <bounces+0f@rollcall.example>\r\n"      \
    "Content-Type: multipart/report; " parameters                                  \
    "\r\n"                                                                         \
    "\r\nThis is a MIME message.\r\n\r\n--b/1\r\nContent-Type: text/plain\r\n\r\n" \
    "Action: none, this is for people.\r\n\r\n"
#define HEAD HEAD_WITH("report-type=delivery-status;\r\n\tboundary=\"b/1\"")
#define STATUS                                                        \
    "--b/1\r\nContent-Description: Delivery report\r\nContent-Type: " \
    "message/delivery-status\r\n\r\n"                                 \
    "Reporting-MTA: dns; mx.example\r\nX-Queue-ID: 1\r\n\r\n"
#define TAIL "\r\n--b/1\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\n--b/1--\r\n"

static void expect(const char *mail, const char *action, const char *status)
{
    struct rc_dsn dsn = {0};

    assert_ok(rc_dsn_parse(rc_str_of(mail), &dsn));
    assert_true(rc_str_eq(dsn.action, rc_str_of(action)));
    assert_true(rc_str_eq(dsn.status, rc_str_of(status)));
    assert_true(rc_str_eq(dsn.to, RC_STR("<bounces+0f@rollcall.example>")));
}

static void test_a_report_tells_what_became_of_the_mail(void **state)
{
    (void)state;
    expect(HEAD STATUS
           "Final-Recipient: rfc822; a@x.example\r\nAction: failed\r\n"
           "Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1\r\n" TAIL,
           "failed", "5.1.1");
}

static void test_line_ends_folds_comments_and_letters_of_any_kind_are_read(void **state)
{
    RC_AUTO_BUF struct rc_buf mail = {0};
    static const char text[] = HEAD STATUS
        "FINAL-RECIPIENT: rfc822;\r\n a@x.example\r\n"
        "action:\r\n delayed\r\n"
        "STATUS: 4.4.1 (no answer)\r\n" TAIL;

    (void)state;
    expect(text, "delayed", "4.4.1");
    for (const char *at = text; *at; at++)
        if (*at != '\r') rc_buf_add_char(&mail, *at);
    expect(mail.data, "delayed", "4.4.1");
}

static void test_the_address_that_a_server_delivered_to_counts_before_the_header(void **state)
{
    struct rc_dsn dsn = {0};

    (void)state;
    assert_ok(rc_dsn_parse(
        RC_STR("Delivered-To: real@x.example\n" HEAD STATUS "Action: failed\nStatus: 5.0.0\n"),
        &dsn));
    assert_true(rc_str_eq(dsn.to, RC_STR("real@x.example")));
}

static void test_only_the_boundary_itself_parts(void **state)
{
    (void)state;
    expect(HEAD STATUS "X-Note: 1\r\n\r\n--b/12\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n" TAIL,
           "failed", "5.1.1");
    expect(HEAD
           "--b/1 \t\r\nContent-Type: message/delivery-status\r\n\r\n"
           "Action: failed\r\nStatus: 5.1.1\r\n" TAIL,
           "failed", "5.1.1");
}

static void test_what_stands_in_quotes_is_no_parameter(void **state)
{
    (void)state;
    expect(HEAD_WITH("x=\"a; boundary=\\\"no\\\"; y\"; boundary=\"b/1\"") STATUS
           "Action: failed\r\nStatus: 5.1.1\r\n" TAIL,
           "failed", "5.1.1");
}

static void test_what_is_no_report_is_refused(void **state)
{
    static const char *const mails[] = {
        "",
        "\r\n",
        "Subject: I am on holiday\r\nContent-Type: text/plain\r\n\r\nStatus: 5.1.1\r\nAction: "
        "failed",
        "Content-Type: multipart/report\r\n\r\n--\r\n",
        HEAD TAIL,
        HEAD STATUS TAIL,
        HEAD STATUS "Action: failed\r\n" TAIL,
        HEAD STATUS "Action: failed\r\nStatus: 9.1.1\r\n" TAIL,
        HEAD STATUS "Action: failed\r\nStatus: 5.1\r\n" TAIL,
        HEAD STATUS "Action: failed\r\nStatus: 5.1.x\r\n" TAIL,
        HEAD STATUS "Action: failed\r\nStatus: 5.1234.1\r\n" TAIL,
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(mails); i++) {
        struct rc_dsn dsn = {0};
        assert_int_equal(rc_dsn_parse(rc_str_of(mails[i]), &dsn), RC_REJECT);
        assert_int_equal(dsn.action.len, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_report_tells_what_became_of_the_mail),
        cmocka_unit_test(test_line_ends_folds_comments_and_letters_of_any_kind_are_read),
        cmocka_unit_test(test_the_address_that_a_server_delivered_to_counts_before_the_header),
        cmocka_unit_test(test_only_the_boundary_itself_parts),
        cmocka_unit_test(test_what_stands_in_quotes_is_no_parameter),
        cmocka_unit_test(test_what_is_no_report_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
