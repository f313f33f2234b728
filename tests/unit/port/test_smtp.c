/* One mail against SMTP servers of every temper (port/smtp.h; M1). */
#include "rollcall/port/smtp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>

#include "rollcall/base/clock.h"
#include "with_peer.h"

/* What the server says at each step; NULL: it hangs up instead. */
struct script {
    const char *greeting;
    const char *hello;
    const char *from;
    const char *to;
    const char *data;
    const char *end;
    bool stays; /* after that, says nothing more and listens on until the other side goes */
};

static const struct script friendly = {
    .greeting = "220 mail.example ESMTP\r\n",
    .hello = "250-mail.example\r\n250 8BITMIME\r\n",
    .from = "250 2.1.0 ok\r\n",
    .to = "250 2.1.5 ok\r\n",
    .data = "354 go on\r\n",
    .end = "250 2.0.0 queued\r\n",
};

/* As RC_STR, for a constant initialiser. */
#define TEXT(text)                \
    {                             \
        "" text, sizeof(text) - 1 \
    }

static const struct rc_mail mail = {
    .from = TEXT("Rollcall <rollcall@district.example>"),
    .to = TEXT("owner@district.example"),
    .subject = TEXT("Räume geändert"),
    .message_id = TEXT("<run-1@rollcall.example>"),
    .date = TEXT("Sat, 31 Jan 2026 02:03:04 +0000"),
    .unsubscribe = TEXT("https://rollcall.example/settings"),
    .refers_to = TEXT("<run-0@rollcall.example>"),
    .return_path = TEXT("bounces+1f@rollcall.example"),
    .text = TEXT("Grüße\n.\nend of text\n"),
    .html = TEXT("<p>Grüße</p>\n"),
};

static struct peer peer;

static bool say_or_hang_up(int fd, const char *text)
{
    if (!text) return false;
    peer_say(fd, text);
    return true;
}

static void serve(struct peer *self, int fd)
{
    const struct script *script = self->context;
    const struct {
        const char *end;
        const char *answer;
    } steps[] = {
        {"\r\n", script->hello}, {"\r\n", script->from},     {"\r\n", script->to},
        {"\r\n", script->data},  {"\r\n.\r\n", script->end},
    };

    if (!say_or_hang_up(fd, script->greeting)) return;
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        const size_t from = strlen(self->heard);
        if (!peer_read_until(self, fd, steps[i].end)) return;
        if (strncmp(self->heard + from, "QUIT", 4) == 0) {
            peer_say(fd, "221 bye\r\n");
            return;
        }
        if (!say_or_hang_up(fd, steps[i].answer)) return;
    }
    if (script->stays) (void)peer_read_until(self, fd, "\1");
}

static rc_status send_to(const struct script *script, const struct rc_mail *what,
                         enum rc_smtp_outcome *ret_outcome, int *ret_code)
{
    RC_AUTO(rc_smtp) struct rc_smtp *smtp = NULL;
    struct script copy = *script;
    char url[40];

    peer_start(&peer, serve, &copy);
    snprintf(url, sizeof url, "smtp://127.0.0.1:%u", (unsigned)peer.port);
    const struct rc_smtp_config config = {.url = url, .timeout_ms = 2000};
    assert_int_equal(rc_smtp_open(&config, &smtp), RC_OK);
    const rc_status status = rc_smtp_send(smtp, what, ret_outcome, ret_code);
    peer_stop(&peer);
    return status;
}

static void expect(const struct script *script, enum rc_smtp_outcome outcome, int code)
{
    enum rc_smtp_outcome got = RC_SMTP_UNKNOWN;
    int got_code = -1;

    assert_int_equal(send_to(script, &mail, &got, &got_code), RC_OK);
    assert_int_equal(got, outcome);
    assert_int_equal(got_code, code);
}

static void expect_heard(const char *text)
{
    if (!strstr(peer.heard, text)) fail_msg("not in the dialogue: %s\n%s", text, peer.heard);
}

static void test_a_mail_is_handed_over_whole(void **state)
{
    (void)state;
    expect(&friendly, RC_SMTP_ACCEPTED, 250);
    expect_heard("MAIL FROM:<bounces+1f@rollcall.example>\r\n");
    expect_heard("RCPT TO:<owner@district.example>\r\n");
    expect_heard("\r\nFrom: Rollcall <rollcall@district.example>\r\n");
    expect_heard("\r\nTo: owner@district.example\r\n");
    expect_heard("\r\nSubject: =?");
    expect_heard("\r\nDate: Sat, 31 Jan 2026 02:03:04 +0000\r\n");
    expect_heard("\r\nMessage-ID: <run-1@rollcall.example>\r\n");
    expect_heard("\r\nAuto-Submitted: auto-generated\r\n");
    expect_heard("\r\nList-Unsubscribe: <https://rollcall.example/settings>\r\n");
    expect_heard("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
    expect_heard("\r\nIn-Reply-To: <run-0@rollcall.example>\r\n");
    expect_heard("\r\nReferences: <run-0@rollcall.example>\r\n");
    expect_heard("Content-Type: multipart/alternative; boundary=");
    expect_heard("Content-Type: text/plain; charset=utf-8\r\n");
    expect_heard("Content-Type: text/html; charset=utf-8\r\n");
    expect_heard("Gr=C3=BC=C3=9Fe\r\n");
    /* Bare line feeds would have become =0A; a lone dot would have ended the mail. */
    assert_null(strstr(peer.heard, "=0A"));
    expect_heard("end of text");
    assert_true(strstr(peer.heard, "text/plain") < strstr(peer.heard, "text/html"));
    assert_null(strstr(peer.heard, "multipart/mixed"));
}

static void test_a_permanent_no_to_this_mail_is_refused(void **state)
{
    (void)state;
    struct script script = friendly;

    script.to = "550 5.1.1 <owner@district.example>: no such user\r\n";
    expect(&script, RC_SMTP_REFUSED, 550);
    assert_non_null(strstr(rc_error_text(), "no such user"));
    assert_null(strstr(rc_error_text(), "owner@"));
    script = friendly;
    script.end = "554 5.7.1 looks like spam\r\n";
    expect(&script, RC_SMTP_REFUSED, 554);
    script = friendly;
    script.from = "553 5.1.8 sender\r\n";
    expect(&script, RC_SMTP_REFUSED, 553);
}

static void test_a_passing_no_is_tried_later(void **state)
{
    (void)state;
    struct script script = friendly;

    script.to = "451 4.7.1 greylisted\r\n";
    expect(&script, RC_SMTP_TRY_LATER, 451);
    script = friendly;
    script.end = "452 4.2.2 full\r\n";
    expect(&script, RC_SMTP_TRY_LATER, 452);
}

static void test_a_server_that_takes_nobody_is_no_fault_of_the_address(void **state)
{
    (void)state;
    struct script script = friendly;

    script.greeting = "554 no service\r\n";
    expect(&script, RC_SMTP_TRY_LATER, 554);
    script = friendly;
    script.from = "530 5.7.0 login first\r\n";
    expect(&script, RC_SMTP_TRY_LATER, 530);
}

static void test_a_break_before_the_content_is_tried_later(void **state)
{
    (void)state;
    struct script script = friendly;

    script.greeting = NULL;
    expect(&script, RC_SMTP_TRY_LATER, 0);
    script = friendly;
    script.to = NULL;
    expect(&script, RC_SMTP_TRY_LATER, 250);
    script = friendly;
    script.data = NULL;
    expect(&script, RC_SMTP_TRY_LATER, 250);
}

static void test_a_break_after_the_content_is_not_known(void **state)
{
    (void)state;
    struct script script = friendly;

    script.end = NULL;
    expect(&script, RC_SMTP_UNKNOWN, 354);
}

/* Its goodbye would be waited for two minutes, and its mail be taken for one that a crash left. */
static void test_a_server_that_says_no_more_is_left_when_the_time_is_over(void **state)
{
    (void)state;
    const int64_t begun_ms = rc_clock_mono_ms();
    struct script script = friendly;

    script.stays = true;
    expect(&script, RC_SMTP_ACCEPTED, 250);
    script.end = "";
    expect(&script, RC_SMTP_UNKNOWN, 354);
    assert_true(rc_clock_mono_ms() - begun_ms < 60000);
}

static void test_nobody_there_is_tried_later(void **state)
{
    (void)state;
    RC_AUTO(rc_smtp) struct rc_smtp *smtp = NULL;
    enum rc_smtp_outcome outcome = RC_SMTP_ACCEPTED;
    int code = -1;
    char url[40];

    peer_start(&peer, serve, NULL);
    peer_stop(&peer);
    snprintf(url, sizeof url, "smtp://127.0.0.1:%u", (unsigned)peer.port);
    assert_int_equal(rc_smtp_open(&(const struct rc_smtp_config){.url = url}, &smtp), RC_OK);
    assert_int_equal(rc_smtp_send(smtp, &mail, &outcome, &code), RC_OK);
    assert_int_equal(outcome, RC_SMTP_TRY_LATER);
    assert_int_equal(code, 0);
    assert_non_null(strstr(rc_error_text(), url));
}

static void test_tls_that_is_demanded_is_not_given_up(void **state)
{
    (void)state;
    RC_AUTO(rc_smtp) struct rc_smtp *smtp = NULL;
    enum rc_smtp_outcome outcome = RC_SMTP_ACCEPTED;
    struct script script = friendly;
    int code = -1;
    char url[40];

    peer_start(&peer, serve, &script);
    snprintf(url, sizeof url, "smtp://127.0.0.1:%u", (unsigned)peer.port);
    const struct rc_smtp_config config = {.url = url, .starttls = true, .timeout_ms = 2000};
    assert_int_equal(rc_smtp_open(&config, &smtp), RC_OK);
    assert_int_equal(rc_smtp_send(smtp, &mail, &outcome, &code), RC_OK);
    peer_stop(&peer);
    assert_int_equal(outcome, RC_SMTP_TRY_LATER);
    assert_null(strstr(peer.heard, "MAIL FROM"));
}

static void test_a_mail_that_smuggles_a_line_never_leaves(void **state)
{
    (void)state;
    struct rc_mail evil = mail;
    enum rc_smtp_outcome outcome = RC_SMTP_UNKNOWN;
    int code = -1;

    evil.subject = RC_STR("a\r\nBcc: all@district.example");
    assert_int_equal(send_to(&friendly, &evil, &outcome, &code), RC_REJECT);
    assert_int_equal(peer.connections, 0);
}

static void test_a_url_of_another_kind_is_refused(void **state)
{
    (void)state;
    struct rc_smtp *smtp = NULL;

    assert_int_equal(rc_smtp_open(&(const struct rc_smtp_config){.url = "http://x"}, &smtp),
                     RC_FATAL);
    assert_int_equal(rc_smtp_open(&(const struct rc_smtp_config){.url = NULL}, &smtp), RC_FATAL);
}

static void test_a_mail_with_attachments_has_its_texts_in_one_part(void **state)
{
    static const struct rc_mail_attachment files[] = {{TEXT("changes.csv"), TEXT("at,change\r\n")},
                                                      {TEXT("findings.csv"), TEXT("x\r\n")}};
    struct rc_mail with_files = mail;
    enum rc_smtp_outcome outcome = RC_SMTP_UNKNOWN;
    int code = -1;

    (void)state;
    with_files.attachments = files;
    with_files.attachment_count = COUNT_OF(files);
    assert_int_equal(send_to(&friendly, &with_files, &outcome, &code), RC_OK);
    assert_int_equal(outcome, RC_SMTP_ACCEPTED);
    expect_heard("\r\nContent-Type: multipart/mixed; boundary=");
    expect_heard("\r\nContent-Type: multipart/alternative; boundary=");
    expect_heard("Content-Disposition: attachment; filename=\"changes.csv\"");
    expect_heard("Content-Type: text/csv; charset=utf-8");
    expect_heard("YXQsY2hhbmdlDQo=");
    expect_heard("filename=\"findings.csv\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_mail_with_attachments_has_its_texts_in_one_part),
        cmocka_unit_test(test_a_mail_is_handed_over_whole),
        cmocka_unit_test(test_a_permanent_no_to_this_mail_is_refused),
        cmocka_unit_test(test_a_passing_no_is_tried_later),
        cmocka_unit_test(test_a_server_that_takes_nobody_is_no_fault_of_the_address),
        cmocka_unit_test(test_a_break_before_the_content_is_tried_later),
        cmocka_unit_test(test_a_break_after_the_content_is_not_known),
        cmocka_unit_test(test_a_server_that_says_no_more_is_left_when_the_time_is_over),
        cmocka_unit_test(test_nobody_there_is_tried_later),
        cmocka_unit_test(test_tls_that_is_demanded_is_not_given_up),
        cmocka_unit_test(test_a_mail_that_smuggles_a_line_never_leaves),
        cmocka_unit_test(test_a_url_of_another_kind_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
