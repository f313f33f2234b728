/* From a request to its row of the table, through the checks that all have in common. */
#include "route.h"

#include <stdio.h>
#include <string.h>

#include "rollcall/base/clock.h"
#include "rollcall/base/id.h"
#include "rollcall/base/log.h"

enum { LABELS_MAX = 200 };

/* ---- finding ---- */

static bool segment_fits(struct rc_str pattern, struct rc_str segment)
{
    return rc_str_starts(pattern, RC_STR("{")) ? rc_id_valid(segment) : rc_str_eq(pattern, segment);
}

static bool path_fits(const char *path, const struct target *target, struct rc_arena *arena,
                      const char *ret_ids[CALL_IDS_MAX])
{
    struct rc_str rest = rc_str_of(path + 1);
    size_t at = 0;
    size_t ids = 0;

    for (; rest.data; at++) {
        const struct rc_str pattern = rc_str_cut(&rest, '/');
        if (at == target->segment_count || !segment_fits(pattern, target->segments[at]))
            return false;
        if (pattern.data[0] == '{') ret_ids[ids++] = rc_str_lower(arena, target->segments[at]).data;
    }
    return at == target->segment_count;
}

/* HEAD is GET whose body the port leaves out. */
static bool method_fits(const char *row, const char *method)
{
    return strcmp(row, method) == 0 || (strcmp(method, "HEAD") == 0 && strcmp(row, "GET") == 0);
}

const struct route *route_find(const struct route *table, const char *method,
                               const struct target *target, struct rc_arena *arena,
                               const char *ret_ids[CALL_IDS_MAX], struct rc_str *ret_allowed)
{
    *ret_allowed = RC_STR("");
    for (const struct route *row = table; row->path; row++) {
        if (!path_fits(row->path, target, arena, ret_ids)) continue;
        if (method_fits(row->method, method)) return row;
        *ret_allowed = rc_str_print(arena, "%s%s%s", ret_allowed->data,
                                    ret_allowed->len > 0 ? ", " : "", row->method);
    }
    return NULL;
}

/* ---- one request ---- */

static rc_status check_limits(struct call *call)
{
    switch (call->request->refused) {
    case 0:
        return RC_OK;
    case 413:
        return refuse(call, PROBLEM_BODY_TOO_LARGE, "server.body-bytes is the limit");
    case 414:
        return refuse(call, PROBLEM_TARGET_TOO_LONG, "server.target-bytes is the limit");
    default:
        return refuse(call, PROBLEM_HEADERS_TOO_LARGE, "server.header-bytes is the limit");
    }
}

static rc_status find_route(struct call *call)
{
    struct rc_str allowed;

    if (target_parse(call->request->target, call->arena, &call->target) != RC_OK)
        return refuse(call, PROBLEM_TARGET, "%s", rc_error_text());
    call->route = route_find(routes, call->request->method, &call->target, call->arena, call->ids,
                             &allowed);
    if (call->route) return RC_OK;
    if (allowed.len == 0)
        return refuse(call, PROBLEM_NO_PATH,
                      "the description of this API names all paths; ids are UUIDs");
    rc_httpd_answer_header(call->answer, "Allow", allowed);
    return refuse(call, PROBLEM_METHOD, "this path takes %s", allowed.data);
}

static rc_status answer_call(struct call *call)
{
    RC_TRY(check_limits(call));
    RC_TRY(find_route(call));
    RC_TRY(caller_enter(call));
    return call->route->answer(call);
}

static void count_call(const struct call *call, int64_t took_ms)
{
    const char *path = call->route ? call->route->path : "none";
    const char *method = call->route ? call->route->method : "";
    char labels[LABELS_MAX];

    rc_metric_count("rollcall_http_requests_total", 1, "route=\"%s %s\",code=\"%d\"", method, path,
                    call->answer->code);
    snprintf(labels, sizeof labels, "route=\"%s %s\"", method, path);
    rc_metric_observe("rollcall_http_request_duration_seconds", labels, (double)took_ms / 1000.0);
    rc_log_debug("request.answered", "%s %s: %d in %lld ms", method, path, call->answer->code,
                 (long long)took_ms);
}

void route_answer(void *self, struct rc_stage_env *env, const struct rc_httpd_request *request,
                  struct rc_httpd_answer *answer)
{
    struct call call = {.env = env,
                        .request = request,
                        .answer = answer,
                        .arena = env->arena,
                        .db = env->db,
                        .options = env->config,
                        .limit = self};
    const int64_t began_ms = rc_clock_mono_ms();

    rc_httpd_answer_header(answer, "Cache-Control", RC_STR("no-store"));
    rc_httpd_answer_header(answer, "X-Content-Type-Options", RC_STR("nosniff"));
    const rc_status status = answer_call(&call);
    if (status != RC_OK) rc_ignore(refuse_failure(&call, status));
    count_call(&call, rc_clock_mono_ms() - began_ms);
}
