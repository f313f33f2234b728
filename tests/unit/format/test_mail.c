/* Mail headers and bodies. */

#include "rollcall/format/mail.h"
#include "support/unit.h"

static struct rc_mail good_mail(void)
{
    return (struct rc_mail){
        .from = RC_STR("Rollcall <no-reply@rollcall.example>"),
        .to = RC_STR("owner@district.example"),
        .subject = RC_STR("Completed: 12 created"),
        .message_id = RC_STR("<a@rollcall.example>"),
        .date = RC_STR("Sat, 31 Jan 2026 12:00:00 +0000"),
        .text = RC_STR("Hello\n"),
        .html = RC_STR("<p>Hello</p>"),
    };
}

static void test_a_good_mail_passes(void **state)
{
    struct rc_mail mail = good_mail();

    (void)state;
    assert_ok(rc_mail_check(&mail));
    mail.from = RC_STR("J\xC3\xBCrgen M. Roll <a+b@x-y.example>");
    assert_ok(rc_mail_check(&mail));
}

static void test_a_header_cannot_smuggle_a_line(void **state)
{
    struct rc_mail mail = good_mail();

    (void)state;
    mail.subject = RC_STR("Hi\r\nBcc: all@x.example");
    assert_fails(rc_mail_check(&mail), RC_REJECT, "Subject holds a line end");
    mail = good_mail();
    mail.to = RC_STR("a@x.example\nBcc: b@x.example");
    assert_fails(rc_mail_check(&mail), RC_REJECT, "To holds a line end");
    mail = good_mail();
    mail.from = RC_STR("A\r <a@x.example>");
    assert_fails(rc_mail_check(&mail), RC_REJECT, "From holds a line end");
    mail = good_mail();
    mail.message_id = RC_STR("<a\0b@x>");
    assert_fails(rc_mail_check(&mail), RC_REJECT, "Message-ID holds");
    mail = good_mail();
    mail.return_path = RC_STR("bounces+1f@x.example>\r\nRCPT TO:<x@y.example");
    assert_int_equal(rc_mail_check(&mail), RC_REJECT);
    mail = good_mail();
    mail.unsubscribe = RC_STR("https://x/\n");
    assert_fails(rc_mail_check(&mail), RC_REJECT, "List-Unsubscribe holds");
    mail = good_mail();
    mail.date = RC_STR("now\n");
    assert_fails(rc_mail_check(&mail), RC_REJECT, "Date holds");
}

static void test_bad_text_is_named(void **state)
{
    struct rc_mail mail = good_mail();

    (void)state;
    mail.subject = RC_STR("\xFF");
    assert_fails(rc_mail_check(&mail), RC_REJECT, "Subject is not UTF-8");
    mail = good_mail();
    mail.text = RC_STR("a\0b");
    assert_fails(rc_mail_check(&mail), RC_REJECT, "the text holds a NUL byte");
    mail = good_mail();
    mail.html = RC_STR("<p>\xC3</p>");
    assert_fails(rc_mail_check(&mail), RC_REJECT, "the HTML is not UTF-8");
}

static void test_what_is_no_address_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "a",
        "@x.example",
        "a@",
        "a b@x.example",
        "a@x..example",
        ".a@x",
        "a@b@c",
        "<a@x> y",
        "a@x.example,b@x.example",
        "a@[1.2.3.4]",
        "a@x.example>",
        "M\xC3\xBC@x.example",
        "a(c)@x.example",
        "0123456789012345678901234567890123456789012345678901234567890123456789@x.example"};
    struct rc_mail mail = good_mail();

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        mail.to = rc_str_of(bad[i]);
        assert_fails(rc_mail_check(&mail), RC_REJECT, "To is no address");
    }
    mail = good_mail();
    mail.from = RC_STR("Roll, Call <a@x.example>");
    assert_fails(rc_mail_check(&mail), RC_REJECT, "the name in From may not hold");
}

static void test_the_bare_address_is_found(void **state)
{
    (void)state;
    assert_str(rc_mail_address(RC_STR("A B <a@x.example>")), "a@x.example");
    assert_str(rc_mail_address(RC_STR(" a@x.example ")), "a@x.example");
    assert_str(rc_mail_address(RC_STR(">")), ">");
}

static void check_header(const char *value, const char *due)
{
    RC_AUTO_BUF struct rc_buf out = {0};

    rc_mail_header(&out, "Subject", rc_str_of(value));
    assert_string_equal(out.data, due);
}

static void test_ascii_stays_and_other_words_are_encoded(void **state)
{
    (void)state;
    check_header("Completed: 12 created", "Subject: Completed: 12 created");
    check_header("", "Subject:");
    check_header(
        "Sch\xC3\xB6ne Gr\xC3\xBC\xC3\x9F"
        "e an alle",
        "Subject: =?UTF-8?B?U2Now7ZuZSBHcsO8w59l?= an alle");
    check_header("J\xC3\xBCrgen Roll <a@x.example>",
                 "Subject: =?UTF-8?B?SsO8cmdlbg==?= Roll <a@x.example>");
    check_header("=?UTF-8?B?QUJD?= x", "Subject: =?UTF-8?B?PT9VVEYtOD9CP1FVSkQ/PQ==?= x");
    check_header("\xC3\xA9", "Subject: =?UTF-8?B?w6k=?=");
}

static void test_long_headers_are_folded_and_characters_stay_whole(void **state)
{
    RC_AUTO_BUF struct rc_buf value = {0};
    RC_AUTO_BUF struct rc_buf out = {0};

    (void)state;
    for (int i = 0; i < 40; i++)
        rc_buf_add_str(&value, RC_STR("\xE2\x82\xAC\xC3\xA9 "));
    for (int i = 0; i < 20; i++)
        rc_buf_add_str(&value, RC_STR("word "));
    rc_mail_header(&out, "Subject", rc_buf_str(&value));
    struct rc_str rest = rc_buf_str(&out);
    size_t encoded = 0;
    while (rest.data) {
        struct rc_str line = rc_str_cut(&rest, '\n');
        assert_true(line.len <= 77); /* 76 and the CR */
        if (rest.data) assert_true(rc_str_ends(line, RC_STR("\r")) && *rest.data == ' ');
        encoded += rc_str_starts(rc_str_trim(line), RC_STR("=?UTF-8?B?"));
    }
    assert_true(encoded >= 4);
    /* 45 bytes would cut "€é " in the middle: each word ends at a character, so each begins with
     * one */
    assert_non_null(strstr(out.data, "=?UTF-8?B?4oKsw6kg"));
}

static void test_every_line_end_becomes_crlf(void **state)
{
    RC_AUTO_BUF struct rc_buf out = {0};

    (void)state;
    rc_mail_crlf(&out, RC_STR("a\nb\r\nc\rd\n\n\r\r\ne"));
    assert_string_equal(out.data, "a\r\nb\r\nc\r\nd\r\n\r\n\r\n\r\ne");
}

static void test_a_date_is_rfc_5322_in_utc(void **state)
{
    char date[40];

    (void)state;
    rc_mail_date(INT64_C(1769860800123), date);
    assert_string_equal(date, "Sat, 31 Jan 2026 12:00:00 +0000");
    rc_mail_date(-1, date);
    assert_string_equal(date, "Wed, 31 Dec 1969 23:59:59 +0000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_good_mail_passes),
        cmocka_unit_test(test_a_header_cannot_smuggle_a_line),
        cmocka_unit_test(test_bad_text_is_named),
        cmocka_unit_test(test_what_is_no_address_is_refused),
        cmocka_unit_test(test_the_bare_address_is_found),
        cmocka_unit_test(test_ascii_stays_and_other_words_are_encoded),
        cmocka_unit_test(test_long_headers_are_folded_and_characters_stay_whole),
        cmocka_unit_test(test_every_line_end_becomes_crlf),
        cmocka_unit_test(test_a_date_is_rfc_5322_in_utc),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
