/* The health check of a container: an image holds one program and no tool beside it, so the program
 * asks its own kind. Run with the options of the process that it is about. */
#include "probe.h"

#include <stdio.h>
#include <string.h>

#include "rollcall/port/http.h"

enum { PROBE_TIMEOUT_MS = 4000, PROBE_MAX_BYTES = 65536 };

/* An address to listen on is not always one to connect to. */
static const char *reachable(const char *address)
{
    if (strcmp(address, "0.0.0.0") == 0) return "127.0.0.1";
    if (strcmp(address, "::") == 0) return "[::1]";
    return address;
}

static rc_status ask(const struct rc_common_options *options, long *ret_code)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    RC_AUTO(rc_http) struct rc_http *http = NULL;
    RC_AUTO_BUF struct rc_buf body = {0};
    struct rc_http_answer answer = {.body = &body};
    char url[300];

    snprintf(url, sizeof url, "http://%.200s:%lld/healthz", reachable(options->admin_address),
             (long long)options->admin_port);
    RC_TRY(rc_http_open("rollcall-healthcheck", &http));
    const struct rc_http_request request = {
        .url = url, .timeout_ms = PROBE_TIMEOUT_MS, .max_bytes = PROBE_MAX_BYTES};
    RC_TRY(rc_http_ask(http, &request, arena, &answer));
    *ret_code = answer.code;
    return RC_OK;
}

int probe_health(const struct rc_common_options *options)
{
    long code = 0;

    if (options->admin_port == 0) {
        fprintf(stderr, "admin.port is 0, so nobody can be asked: set it\n");
        return RC_EXIT_CONFIG;
    }
    if (ask(options, &code) != RC_OK) {
        fprintf(stderr, "%s\n", rc_error_text());
        return RC_EXIT_FAILED;
    }
    if (code == 200) return RC_EXIT_OK;
    fprintf(stderr, "/healthz answered %ld\n", code);
    return RC_EXIT_FAILED;
}
