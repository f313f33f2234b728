/* The health server, asked over a socket (port/httpd.h). */
#include "rollcall/port/httpd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "with_peer.h"

static char heard[4096];

static void healthy(void *self, struct rc_httpd_reply *reply)
{
    int *asked = self;

    (*asked)++;
    rc_buf_print(reply->body, "{\"ok\":true}");
}

static void not_ready(void *self, struct rc_httpd_reply *reply)
{
    (void)self;
    reply->code = 503;
    reply->type = "text/plain";
    rc_buf_print(reply->body, "starting");
}

static void empty(void *self, struct rc_httpd_reply *reply)
{
    (void)self, (void)reply;
}

static const struct rc_httpd_route routes[] = {
    {"/healthz", healthy}, {"/readyz", not_ready}, {"/empty", empty}, {NULL, NULL}};

/* Sends request lines and keeps what comes back until the server closes. */
static void ask(const struct rc_httpd *httpd, const char *request)
{
    const int fd = peer_connect(rc_httpd_port(httpd));
    size_t len = 0;

    assert_true(fd >= 0);
    peer_say(fd, request);
    for (ssize_t got = 1; got > 0 && len + 1 < sizeof heard;) {
        got = recv(fd, heard + len, sizeof heard - 1 - len, 0);
        if (got > 0) len += (size_t)got;
    }
    heard[len] = '\0';
    close(fd);
}

#define END " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

static void test_a_route_answers_get_and_head(void **state)
{
    (void)state;
    RC_AUTO(rc_httpd) struct rc_httpd *httpd = NULL;
    int asked = 0;

    assert_int_equal(rc_httpd_open("127.0.0.1", 0, routes, &asked, &httpd), RC_OK);
    ask(httpd, "GET /healthz" END);
    assert_non_null(strstr(heard, "HTTP/1.1 200"));
    assert_non_null(strstr(heard, "Content-Type: application/json"));
    assert_non_null(strstr(heard, "{\"ok\":true}"));
    ask(httpd, "GET /healthz?verbose=1" END);
    assert_non_null(strstr(heard, "HTTP/1.1 200"));
    ask(httpd, "HEAD /healthz" END);
    assert_non_null(strstr(heard, "HTTP/1.1 200"));
    assert_null(strstr(heard, "{\"ok\":true}"));
    assert_int_equal(asked, 3);
    ask(httpd, "GET /readyz" END);
    assert_non_null(strstr(heard, "HTTP/1.1 503"));
    assert_non_null(strstr(heard, "text/plain"));
    ask(httpd, "GET /empty" END);
    assert_non_null(strstr(heard, "HTTP/1.1 200"));
}

static void test_other_paths_and_methods_are_refused(void **state)
{
    (void)state;
    RC_AUTO(rc_httpd) struct rc_httpd *httpd = NULL;
    int asked = 0;

    assert_int_equal(rc_httpd_open("127.0.0.1", 0, routes, &asked, &httpd), RC_OK);
    ask(httpd, "GET /healthz/" END);
    assert_non_null(strstr(heard, "HTTP/1.1 404"));
    ask(httpd, "GET /" END);
    assert_non_null(strstr(heard, "HTTP/1.1 404"));
    ask(httpd, "DELETE /healthz" END);
    assert_non_null(strstr(heard, "HTTP/1.1 405"));
    ask(httpd,
        "POST /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}");
    assert_non_null(strstr(heard, "HTTP/1.1 405"));
    assert_non_null(strstr(heard, "Allow: GET, HEAD"));
    assert_int_equal(asked, 0);
}

static void test_a_port_that_is_taken_is_said_with_its_option(void **state)
{
    (void)state;
    RC_AUTO(rc_httpd) struct rc_httpd *first = NULL;
    struct rc_httpd *second = NULL;

    assert_int_equal(rc_httpd_open("127.0.0.1", 0, routes, NULL, &first), RC_OK);
    assert_int_equal(rc_httpd_open("127.0.0.1", rc_httpd_port(first), routes, NULL, &second),
                     RC_FATAL);
    assert_non_null(strstr(rc_error_text(), "admin.port"));
    assert_int_equal(rc_httpd_open("localhost", 0, routes, NULL, &second), RC_FATAL);
    assert_non_null(strstr(rc_error_text(), "admin.address"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_route_answers_get_and_head),
        cmocka_unit_test(test_other_paths_and_methods_are_refused),
        cmocka_unit_test(test_a_port_that_is_taken_is_said_with_its_option),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
