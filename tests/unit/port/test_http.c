/* The HTTP client against a server that says anything (port/http.h). */
#include "rollcall/port/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>

#include "rollcall/base/clock.h"
#include "with_peer.h"

/* "[1,2,3]" in gzip. */
static const unsigned char packed[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
                                       0xff, 0x8b, 0x36, 0xd4, 0x31, 0xd2, 0x31, 0x8e, 0x05,
                                       0x00, 0xe9, 0xb3, 0x6d, 0xfd, 0x07, 0x00, 0x00, 0x00};

static struct peer peer;
static struct rc_http *http;
static struct rc_arena *arena;
static struct rc_buf body;
static char url[80];

/* ---- servers ---- */

/* Answers every request with the context's text and closes. */
static void answer_and_close(struct peer *self, int fd)
{
    if (peer_read_until(self, fd, "\r\n\r\n")) peer_say(fd, self->context);
}

/* Answers every request of a connection with the context's text. */
static void answer_each(struct peer *self, int fd)
{
    while (peer_read_until(self, fd, "\r\n\r\n"))
        peer_say(fd, self->context);
}

static void answer_packed(struct peer *self, int fd)
{
    if (!peer_read_until(self, fd, "\r\n\r\n")) return;
    peer_say(fd, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 27\r\n\r\n");
    (void)!send(fd, packed, sizeof packed, MSG_NOSIGNAL);
}

static void answer_never(struct peer *self, int fd)
{
    (void)peer_read_until(self, fd, "no such bytes");
}

static void answer_endlessly(struct peer *self, int fd)
{
    static const char block[4096] = "x";

    if (!peer_read_until(self, fd, "\r\n\r\n")) return;
    peer_say(fd, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    while (send(fd, block, sizeof block, MSG_NOSIGNAL) > 0)
        continue;
}

/* ---- asking ---- */

static int start(void **state)
{
    (void)state;
    arena = rc_arena_new(0);
    return rc_http_open("rollcall-test/1", &http) == RC_OK ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    rc_http_free(http);
    rc_arena_free(arena);
    rc_buf_done(&body);
    return 0;
}

static void serve(void (*how)(struct peer *self, int fd), const char *text)
{
    peer_start(&peer, how, (void *)(uintptr_t)text);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/ims/oneroster/v1p1/users?limit=2",
             (unsigned)peer.port);
}

static rc_status ask(struct rc_http_request request, struct rc_http_answer *answer)
{
    if (!request.url) request.url = url;
    *answer = (struct rc_http_answer){.body = &body};
    return rc_http_ask(http, &request, arena, answer);
}

/* One request to a server that answers it with text. */
static rc_status ask_once(const char *text, struct rc_http_answer *answer)
{
    serve(answer_and_close, text);
    const rc_status status = ask((struct rc_http_request){.url = NULL}, answer);
    peer_stop(&peer);
    return status;
}

#define HEAD "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"

static void test_an_answer_comes_with_what_paging_needs(void **state)
{
    (void)state;
    struct rc_http_answer answer;

    assert_int_equal(ask_once("HTTP/1.1 200 OK\r\n"
                              "Content-Type: Application/JSON; charset=utf-8\r\n"
                              "LINK: <http://a/1>; rel=\"next\"\r\n"
                              "Link: <http://a/2>; rel=\"last\"\r\n"
                              "X-Total-Count: 1200\r\n"
                              "Date: Sat, 31 Jan 2026 02:03:04 GMT\r\n"
                              "ETag: \"v1\"\r\n"
                              "Content-Length: 2\r\n\r\n{}",
                              &answer),
                     RC_OK);
    assert_int_equal(answer.code, 200);
    assert_string_equal(body.data, "{}");
    assert_true(rc_str_eq(answer.type, RC_STR("application/json")));
    assert_true(
        rc_str_eq(answer.link, RC_STR("<http://a/1>; rel=\"next\", <http://a/2>; rel=\"last\"")));
    assert_int_equal(answer.total, 1200);
    assert_int_equal(answer.date_ms, 1769824984000);
    assert_int_equal(answer.retry_after_ms, -1);
    assert_int_equal(answer.location.len, 0);
}

/* An ETag names one page's bytes: as a collection's revision it would contradict itself on every
 * second page. */
static void test_the_sources_own_revision_is_read_and_an_etag_is_none(void **state)
{
    (void)state;
    struct rc_http_answer answer;

    assert_int_equal(ask_once(HEAD "x-perm-rev: 7\r\nETag: \"v1\"\r\n\r\n{}", &answer), RC_OK);
    assert_true(rc_str_eq(answer.revision, RC_STR("7")));
    assert_int_equal(ask_once(HEAD "ETag: \"v1\"\r\n\r\n{}", &answer), RC_OK);
    assert_int_equal(answer.revision.len, 0);
}

static void test_an_error_status_is_the_callers_to_judge(void **state)
{
    (void)state;
    struct rc_http_answer answer;

    assert_int_equal(
        ask_once("HTTP/1.1 503 Busy\r\nRetry-After: 120\r\nContent-Length: 4\r\n\r\nbusy", &answer),
        RC_OK);
    assert_int_equal(answer.code, 503);
    assert_int_equal(answer.retry_after_ms, 120000);
    assert_string_equal(body.data, "busy");
}

static void test_retry_after_may_be_a_date_or_nonsense(void **state)
{
    (void)state;
    struct rc_http_answer answer;
    char text[200];
    char date[64];
    const time_t soon = time(NULL) + 60;
    struct tm parts;

    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&soon, &parts));
    snprintf(text, sizeof text, HEAD "Retry-After: %s\r\n\r\n{}", date);
    assert_int_equal(ask_once(text, &answer), RC_OK);
    assert_in_range(answer.retry_after_ms, 50000, 60000);
    assert_int_equal(ask_once(HEAD "Retry-After: Mon, 01 Jan 2001 00:00:00 GMT\r\n\r\n{}", &answer),
                     RC_OK);
    assert_int_equal(answer.retry_after_ms, 0);
    assert_int_equal(ask_once(HEAD "Retry-After: -5\r\n\r\n{}", &answer), RC_OK);
    assert_int_equal(answer.retry_after_ms, -1);
    assert_int_equal(ask_once(HEAD "Retry-After: 99999999999999\r\n\r\n{}", &answer), RC_OK);
    assert_int_equal(answer.retry_after_ms, 7 * 24 * 3600 * 1000LL);
}

static void test_a_total_that_is_no_plain_number_is_none(void **state)
{
    (void)state;
    static const char *const totals[] = {"12a", "-1", "", "1.5", "1 2", "99999999999999999999"};
    struct rc_http_answer answer;
    char text[120];

    for (size_t i = 0; i < COUNT_OF(totals); i++) {
        snprintf(text, sizeof text, HEAD "X-Total-Count: %s\r\n\r\n{}", totals[i]);
        assert_int_equal(ask_once(text, &answer), RC_OK);
        assert_int_equal(answer.total, -1);
    }
}

static void test_headers_of_an_interim_answer_are_forgotten(void **state)
{
    (void)state;
    struct rc_http_answer answer;

    assert_int_equal(
        ask_once("HTTP/1.1 100 Continue\r\nX-Total-Count: 5\r\n\r\n" HEAD "\r\n{}", &answer),
        RC_OK);
    assert_int_equal(answer.code, 200);
    assert_int_equal(answer.total, -1);
}

static void test_a_redirect_is_told_and_not_followed(void **state)
{
    (void)state;
    struct rc_http_answer answer;

    assert_int_equal(ask_once("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
                              "Content-Length: 0\r\n\r\n",
                              &answer),
                     RC_OK);
    assert_int_equal(answer.code, 302);
    assert_true(rc_str_eq(answer.location, RC_STR("http://127.0.0.1:1/")));
    assert_int_equal(peer.connections, 1);
}

static void test_a_compressed_body_is_unpacked_and_counted_unpacked(void **state)
{
    (void)state;
    struct rc_http_answer answer;

    serve(answer_packed, NULL);
    assert_int_equal(ask((struct rc_http_request){.url = NULL}, &answer), RC_OK);
    assert_string_equal(body.data, "[1,2,3]");
    const rc_status status = ask((struct rc_http_request){.max_bytes = 6}, &answer);
    peer_stop(&peer);
    assert_int_equal(status, RC_REJECT);
    assert_non_null(strstr(rc_error_text(), "6 bytes"));
}

static void test_a_body_without_end_is_cut_at_the_limit(void **state)
{
    (void)state;
    struct rc_http_answer answer;

    serve(answer_endlessly, NULL);
    const rc_status status = ask((struct rc_http_request){.max_bytes = 100000}, &answer);
    peer_stop(&peer);
    assert_int_equal(status, RC_REJECT);
    assert_true(body.len <= 100000);
}

static void expect_retry(const char *text, const char *words)
{
    struct rc_http_answer answer;
    char host[40];

    assert_int_equal(ask_once(text, &answer), RC_RETRY);
    snprintf(host, sizeof host, "127.0.0.1:%u: ", (unsigned)peer.port);
    assert_non_null(strstr(rc_error_text(), host));
    assert_non_null(strstr(rc_error_text(), words));
    /* Paths and queries hold ids and tokens. */
    assert_null(strstr(rc_error_text(), "oneroster"));
}

static void test_what_breaks_on_the_way_is_tried_again_and_named(void **state)
{
    (void)state;
    expect_retry("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"users\":", "cut off");
    expect_retry("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{\"us", "cut off");
    expect_retry("", "closed without an answer");
    expect_retry("220 mail.example ESMTP\r\n\r\n", "not in HTTP");
    expect_retry("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
                 "broken compression");
}

static void test_nobody_there_is_tried_again_and_named(void **state)
{
    (void)state;
    struct rc_http_answer answer;

    serve(answer_never, NULL);
    peer_stop(&peer);
    assert_int_equal(ask((struct rc_http_request){.url = NULL}, &answer), RC_RETRY);
    assert_non_null(strstr(rc_error_text(), "connection refused"));
    assert_int_equal(ask((struct rc_http_request){.url = "http://nowhere.invalid/x"}, &answer),
                     RC_RETRY);
    assert_non_null(strstr(rc_error_text(), "nowhere.invalid: could not resolve"));
}

static void test_a_server_that_is_silent_is_given_up_in_time(void **state)
{
    (void)state;
    struct rc_http_answer answer;

    serve(answer_never, NULL);
    const int64_t from_ms = rc_clock_mono_ms();
    const rc_status status = ask((struct rc_http_request){.timeout_ms = 200}, &answer);
    assert_int_equal(status, RC_RETRY);
    assert_non_null(strstr(rc_error_text(), "timed out"));
    assert_true(rc_clock_mono_ms() - from_ms < 10000);
    assert_int_equal(ask((struct rc_http_request){.stall_ms = 1000}, &answer), RC_RETRY);
    peer_stop(&peer);
    assert_non_null(strstr(rc_error_text(), "timed out"));
}

static void test_a_transfer_ends_when_told_to_stop(void **state)
{
    (void)state;
    struct rc_http_answer answer;
    const volatile int stop_now = 1;

    serve(answer_never, NULL);
    const rc_status status = ask((struct rc_http_request){.stop = &stop_now}, &answer);
    peer_stop(&peer);
    assert_int_equal(status, RC_RETRY);
    assert_non_null(strstr(rc_error_text(), "stopped"));
}

static bool keep_thrice(void *self)
{
    int *asked = self;

    (*asked)++;
    return *asked < 3;
}

static void test_a_transfer_ends_when_its_lease_cannot_be_kept(void **state)
{
    (void)state;
    struct rc_http_answer answer;
    int asked = 0;

    serve(answer_never, NULL);
    const rc_status status = ask((struct rc_http_request){.keep = keep_thrice, .keep_self = &asked},
                                 &answer);
    peer_stop(&peer);
    assert_int_equal(status, RC_RETRY);
    assert_int_equal(asked, 3);
}

static void test_urls_that_are_none_or_not_allowed_are_rejected(void **state)
{
    (void)state;
    static const char *const urls[] = {
        "",
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "users",
        "http://",
        "http:///users",
        "http://user:sesame@127.0.0.1/",
        "https://127.0.0.1:99999/",
    };
    struct rc_http_answer answer;

    for (size_t i = 0; i < COUNT_OF(urls); i++) {
        assert_int_equal(ask((struct rc_http_request){.url = urls[i]}, &answer), RC_REJECT);
        assert_null(strstr(rc_error_text(), "sesame"));
    }
}

/* ---- where a tenant's URL may lead ---- */

static rc_status ask_guarded(const char *hosts, const char *to, struct rc_http_answer *answer)
{
    RC_AUTO(rc_guard) struct rc_guard *guard = NULL;

    assert_int_equal(rc_guard_new(hosts, &guard), RC_OK);
    return ask((struct rc_http_request){.url = to, .guard = guard, .connect_timeout_ms = 2000},
               answer);
}

/* The listener is there and would answer: it must not even be connected to. */
static void test_a_tenants_url_does_not_reach_an_inner_address_however_it_is_written(void **state)
{
    (void)state;
    static const char *const hosts[] = {
        "127.0.0.1",  "localhost",          "2130706433",      "0x7f.1", "127.1",
        "0177.0.0.1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0"};
    struct rc_http_answer answer;
    char inner[120];

    serve(answer_and_close, HEAD "\r\n{}");
    for (size_t i = 0; i < COUNT_OF(hosts); i++) {
        snprintf(inner, sizeof inner, "http://%s:%u/x", hosts[i], (unsigned)peer.port);
        if (ask_guarded("", inner, &answer) != RC_REJECT || answer.fault != RC_HTTP_INWARD)
            fail_msg("%s: %s", hosts[i], rc_error_text());
    }
    peer_stop(&peer);
    assert_int_equal(peer.connections, 0);
}

static void test_an_operator_lets_a_host_through(void **state)
{
    (void)state;
    struct rc_http_answer answer;

    serve(answer_and_close, HEAD "\r\n{}");
    assert_int_equal(ask_guarded("127.0.0.0/8", url, &answer), RC_OK);
    assert_int_equal(answer.fault, RC_HTTP_WHOLE);
    peer_stop(&peer);
    assert_int_equal(peer.connections, 1);
}

/* A connection that was opened for somebody else is judged for whom it would be used. */
static void test_a_kept_connection_is_no_way_around_the_guard(void **state)
{
    (void)state;
    struct rc_http_answer answer;

    serve(answer_each, HEAD "\r\n{}");
    assert_int_equal(ask((struct rc_http_request){.url = NULL}, &answer), RC_OK);
    assert_int_equal(ask_guarded("", url, &answer), RC_REJECT);
    assert_int_equal(answer.fault, RC_HTTP_INWARD);
    assert_non_null(strstr(rc_error_text(), "loopback"));
    rc_http_free(http);
    http = NULL;
    peer_stop(&peer);
    assert_int_equal(peer.connections, 1);
    assert_int_equal(rc_http_open("rollcall-test/1", &http), RC_OK);
}

static void test_a_public_address_is_asked_over_tls_only(void **state)
{
    (void)state;
    struct rc_http_answer answer;

    assert_int_equal(ask_guarded("", "http://8.8.8.8/x", &answer), RC_REJECT);
    assert_int_equal(answer.fault, RC_HTTP_INWARD);
    assert_non_null(strstr(rc_error_text(), "without TLS"));
}

static const struct {
    const char *base, *target, *url; /* url NULL: it leads elsewhere */
} follows[] = {
    {"https://sis.example/a/users?limit=5", "/b/users?limit=5",
     "https://sis.example/b/users?limit=5"},
    {"https://sis.example/a/users", "users2?x=1", "https://sis.example/a/users2?x=1"},
    {"https://sis.example/a", "https://SIS.example/b", "https://SIS.example/b"},
    {"https://sis.example/a", "https://sis.example:443/b", "https://sis.example:443/b"},
    {"https://sis.example/a", "//sis.example/b", "https://sis.example/b"},
    {"https://sis.example/a", "/b#top", "https://sis.example/b"},
    {"http://sis.example/a", "https://sis.example/b", "https://sis.example/b"},
    {"http://sis.example:8080/a", "https://sis.example/b", NULL},
    {"https://sis.example/a", "http://sis.example/b", NULL},
    {"https://sis.example/a", "https://sis.example:8443/b", NULL},
    {"https://sis.example/a", "https://evil.example/b", NULL},
    {"https://sis.example/a", "//evil.example/b", NULL},
    {"https://sis.example/a", "https://user:word@sis.example/b", NULL},
    {"https://sis.example/a", "https://sis.example@evil.example/b", NULL},
    {"https://sis.example/a", "file:///etc/passwd", NULL},
    {"https://sis.example/a", "", NULL},
};

static void test_an_answer_sends_us_only_where_its_credentials_are_for(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(follows); i++) {
        struct rc_str to = {0};
        const rc_status status = rc_url_follow(follows[i].base, rc_str_of(follows[i].target), arena,
                                               &to);
        assert_int_equal(status, follows[i].url ? RC_OK : RC_REJECT);
        if (follows[i].url && !rc_str_eq(to, rc_str_of(follows[i].url)))
            fail_msg("%s is %.*s", follows[i].target, RC_STR_ARG(to));
    }
}

/* ---- faults and bounds ---- */

static void answer_headers_endlessly(struct peer *self, int fd)
{
    if (!peer_read_until(self, fd, "\r\n\r\n")) return;
    peer_say(fd, "HTTP/1.1 200 OK\r\n");
    while (send(fd, "Link: <x>\r\n", 11, MSG_NOSIGNAL) > 0)
        continue;
}

static void test_headers_without_end_are_cut_at_the_limit(void **state)
{
    (void)state;
    struct rc_http_answer answer;

    serve(answer_headers_endlessly, NULL);
    const rc_status status = ask((struct rc_http_request){.url = NULL}, &answer);
    peer_stop(&peer);
    assert_int_equal(status, RC_REJECT);
    assert_int_equal(answer.fault, RC_HTTP_LARGE);
    assert_non_null(strstr(rc_error_text(), "headers"));
}

static void test_too_late_is_what_was_asked_and_not_answered(void **state)
{
    (void)state;
    struct rc_http_answer answer;

    /* Long enough to be connected within it on a busy machine. */
    serve(answer_never, NULL);
    assert_int_equal(ask((struct rc_http_request){.timeout_ms = 2000}, &answer), RC_RETRY);
    peer_stop(&peer);
    assert_int_equal(answer.fault, RC_HTTP_LATE);
    assert_int_equal(ask((struct rc_http_request){.timeout_ms = 2000}, &answer), RC_RETRY);
    assert_int_equal(answer.fault, RC_HTTP_BROKEN);
}

static void test_a_429_says_by_its_reset_when_more_may_be_asked_for(void **state)
{
    (void)state;
    struct rc_http_answer answer;
    char text[120];

    snprintf(text, sizeof text, "HTTP/1.1 429 Busy\r\nX-RateLimit-Reset: %lld\r\n\r\n",
             (long long)time(NULL) + 60);
    assert_int_equal(ask_once(text, &answer), RC_OK);
    assert_in_range(answer.retry_after_ms, 50000, 60000);
    assert_int_equal(ask_once("HTTP/1.1 429 Busy\r\nX-RateLimit-Reset: 30\r\n\r\n", &answer),
                     RC_OK);
    assert_int_equal(answer.retry_after_ms, 30000);
    assert_int_equal(
        ask_once("HTTP/1.1 429 Busy\r\nX-RateLimit-Reset: 30\r\nRetry-After: 5\r\n\r\n", &answer),
        RC_OK);
    assert_int_equal(answer.retry_after_ms, 5000);
    assert_int_equal(ask_once(HEAD "X-RateLimit-Reset: 30\r\n\r\n{}", &answer), RC_OK);
    assert_int_equal(answer.retry_after_ms, -1);
}

/* ---- what goes out ---- */

static void test_method_headers_and_body_go_out_as_given(void **state)
{
    (void)state;
    static const char *const headers[] = {"Authorization: Bearer abc", NULL};
    struct rc_http_answer answer;

    serve(answer_and_close, HEAD "\r\n{}");
    assert_int_equal(ask((struct rc_http_request){.method = "POST",
                                                  .headers = headers,
                                                  .body = RC_STR("grant_type=x\r\n\r\n")},
                         &answer),
                     RC_OK);
    peer_stop(&peer);
    assert_non_null(strstr(peer.heard, "POST /ims/oneroster/v1p1/users?limit=2 HTTP/1.1\r\n"));
    assert_non_null(strstr(peer.heard, "\r\nAuthorization: Bearer abc\r\n"));
    assert_non_null(strstr(peer.heard, "\r\nUser-Agent: rollcall-test/1\r\n"));
    assert_non_null(strstr(peer.heard, "\r\nContent-Length: 16\r\n"));
    assert_null(strstr(peer.heard, "Expect:"));
}

static void test_a_path_is_not_tidied_because_it_was_signed(void **state)
{
    (void)state;
    struct rc_http_answer answer;
    char odd[80];

    serve(answer_and_close, HEAD "\r\n{}");
    snprintf(odd, sizeof odd, "http://127.0.0.1:%u/a/../b/./c?x=%%7E", (unsigned)peer.port);
    assert_int_equal(ask((struct rc_http_request){.url = odd}, &answer), RC_OK);
    peer_stop(&peer);
    assert_non_null(strstr(peer.heard, "GET /a/../b/./c?x=%7E HTTP/1.1\r\n"));
}

static void test_a_header_cannot_smuggle_a_line(void **state)
{
    (void)state;
    static const char *const headers[] = {"X-A: b\r\nX-Evil: c", NULL};
    struct rc_http_answer answer;

    serve(answer_and_close, HEAD "\r\n{}");
    const rc_status status = ask((struct rc_http_request){.headers = headers}, &answer);
    peer_stop(&peer);
    assert_int_equal(status, RC_REJECT);
    assert_int_equal(peer.connections, 0);
}

static void test_connections_are_kept_and_cookies_stay_with_their_session(void **state)
{
    (void)state;
    struct rc_http_answer answer;

    serve(answer_each,
          "HTTP/1.1 200 OK\r\nSet-Cookie: node=7; Path=/\r\nContent-Length: 2\r\n\r\n{}");
    assert_int_equal(ask((struct rc_http_request){.session = "source-1"}, &answer), RC_OK);
    assert_false(peer_heard(&peer, "Cookie: node="));
    assert_int_equal(ask((struct rc_http_request){.session = "source-1"}, &answer), RC_OK);
    assert_true(peer_heard(&peer, "Cookie: node=7"));
    rc_http_free(http);
    http = NULL;
    peer_stop(&peer);
    assert_int_equal(peer.connections, 1);
}

/* Another district at the same vendor must not go in under the first one's session. */
static void test_a_cookie_never_goes_out_with_anothers_request(void **state)
{
    (void)state;
    struct rc_http_answer answer;

    serve(answer_each,
          "HTTP/1.1 200 OK\r\nSet-Cookie: node=7; Path=/\r\nContent-Length: 2\r\n\r\n{}");
    assert_int_equal(ask((struct rc_http_request){.session = "source-1"}, &answer), RC_OK);
    assert_int_equal(ask((struct rc_http_request){.session = "source-2"}, &answer), RC_OK);
    assert_int_equal(ask((struct rc_http_request){.url = NULL}, &answer), RC_OK);
    assert_int_equal(ask((struct rc_http_request){.url = NULL}, &answer), RC_OK);
    rc_http_free(http);
    http = NULL;
    peer_stop(&peer);
    assert_null(strstr(peer.heard, "Cookie: node="));
}

/* ---- URLs ---- */

static void test_percent_encoding_spares_only_the_unreserved(void **state)
{
    (void)state;
    RC_AUTO_BUF struct rc_buf out = {0};

    rc_url_encode(&out, RC_STR("aZ09-._~ +/=&é\0"));
    assert_string_equal(out.data, "aZ09-._~%20%2B%2F%3D%26%C3%A9%00");
}

static void test_a_host_is_found_without_login_and_path(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"https://sis.example/ims?x=a:b", "sis.example"},
        {"https://sis.example:8443", "sis.example:8443"},
        {"http://user:pass@sis.example/x@y", "sis.example"},
        {"http://[::1]:80/", "[::1]:80"},
        {"http://sis.example?x", "sis.example"},
        {"sis.example/x", ""},
        {"mailto:a@b", ""},
        {"", ""},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_true(rc_str_eq(rc_url_host(rc_str_of(cases[i][0])), rc_str_of(cases[i][1])));
}

static void test_percent_encoding_is_undone_where_two_digits_follow(void **state)
{
    char text[] = "a%2Fb%e9%%41%4%zz%0g+%";

    (void)state;
    const size_t len = rc_url_decode(text, sizeof text - 1);
    assert_int_equal(len, strlen("a/b\xE9%A%4%zz%0g+%"));
    assert_memory_equal(text, "a/b\xE9%A%4%zz%0g+%", len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(test) cmocka_unit_test_setup_teardown(test, start, stop)
        CASE(test_an_answer_comes_with_what_paging_needs),
        CASE(test_the_sources_own_revision_is_read_and_an_etag_is_none),
        CASE(test_an_error_status_is_the_callers_to_judge),
        CASE(test_retry_after_may_be_a_date_or_nonsense),
        CASE(test_a_total_that_is_no_plain_number_is_none),
        CASE(test_headers_of_an_interim_answer_are_forgotten),
        CASE(test_a_redirect_is_told_and_not_followed),
        CASE(test_a_compressed_body_is_unpacked_and_counted_unpacked),
        CASE(test_a_body_without_end_is_cut_at_the_limit),
        CASE(test_what_breaks_on_the_way_is_tried_again_and_named),
        CASE(test_nobody_there_is_tried_again_and_named),
        CASE(test_a_server_that_is_silent_is_given_up_in_time),
        CASE(test_a_transfer_ends_when_told_to_stop),
        CASE(test_a_transfer_ends_when_its_lease_cannot_be_kept),
        CASE(test_urls_that_are_none_or_not_allowed_are_rejected),
        CASE(test_a_tenants_url_does_not_reach_an_inner_address_however_it_is_written),
        CASE(test_an_operator_lets_a_host_through),
        CASE(test_a_kept_connection_is_no_way_around_the_guard),
        CASE(test_a_public_address_is_asked_over_tls_only),
        CASE(test_an_answer_sends_us_only_where_its_credentials_are_for),
        CASE(test_headers_without_end_are_cut_at_the_limit),
        CASE(test_too_late_is_what_was_asked_and_not_answered),
        CASE(test_a_429_says_by_its_reset_when_more_may_be_asked_for),
        CASE(test_method_headers_and_body_go_out_as_given),
        CASE(test_a_path_is_not_tidied_because_it_was_signed),
        CASE(test_a_header_cannot_smuggle_a_line),
        CASE(test_connections_are_kept_and_cookies_stay_with_their_session),
        CASE(test_a_cookie_never_goes_out_with_anothers_request),
        CASE(test_percent_encoding_spares_only_the_unreserved),
        CASE(test_percent_encoding_is_undone_where_two_digits_follow),
        CASE(test_a_host_is_found_without_login_and_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
