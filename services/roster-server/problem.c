/* What a refused request is told, as application/problem+json. The type is a name that a program
 * can compare; the detail is for whoever reads its log, and says how to mend it. */
#include "call.h"

#include <stdarg.h>
#include <stdio.h>

#include "rollcall/base/log.h"

#define TYPE_PREFIX "urn:rollcall:problem:"
#define DETAIL_MAX  400

static const struct {
    int code;
    const char *name;
    const char *title;
} problems[] = {
    [PROBLEM_TARGET] = {400, "address-refused", "The address cannot be read"},
    [PROBLEM_TOKEN_MISSING] = {401, "token-missing", "A token is needed"},
    [PROBLEM_TOKEN_REFUSED] = {401, "token-refused", "The token is not taken"},
    [PROBLEM_NOT_PERMITTED] = {403, "not-permitted", "The application may not do this"},
    [PROBLEM_NO_PATH] = {404, "no-such-path", "There is nothing at this path"},
    [PROBLEM_METHOD] = {405, "method-refused", "This path takes other methods"},
    [PROBLEM_QUERY] = {400, "query-refused", "The query cannot be taken"},
    [PROBLEM_BODY] = {400, "body-refused", "The body cannot be taken"},
    [PROBLEM_NOT_FOUND] = {404, "not-found", "There is no such thing in this district"},
    [PROBLEM_TAKEN] = {409, "taken", "Somebody else has it"},
    [PROBLEM_FEED_EXPIRED] = {410, "feed-expired", "The feed does not reach there"},
    [PROBLEM_VERSION_MOVED] = {412, "version-moved", "The account has changed meanwhile"},
    [PROBLEM_MEDIA] = {415, "media-refused", "Another type of body is due"},
    [PROBLEM_KEY_REUSED] = {422, "key-reused", "The key was used for something else"},
    [PROBLEM_VERSION_MISSING] = {428, "version-missing", "If-Match is due"},
    [PROBLEM_TOO_MANY] = {429, "too-many-requests", "The application asks too fast"},
    [PROBLEM_BODY_TOO_LARGE] = {413, "body-too-large", "The body is too large"},
    [PROBLEM_TARGET_TOO_LONG] = {414, "address-too-long", "The address is too long"},
    [PROBLEM_HEADERS_TOO_LARGE] = {431, "headers-too-large", "The headers are too large"},
    [PROBLEM_BROKEN] = {500, "broken", "Something is wrong here"},
    [PROBLEM_LATER] = {503, "later", "Not now"},
};
_Static_assert(COUNT_OF(problems) == PROBLEM_COUNT_, "a row for every problem");

int problem_code(enum problem problem)
{
    return problems[problem].code;
}

const char *problem_name(enum problem problem)
{
    return problems[problem].name;
}

static void print_problem(struct rc_buf *out, enum problem problem, const char *detail)
{
    struct rc_json_out json = {.buf = out};

    rc_buf_clear(out);
    rc_json_open(&json, NULL, '{');
    rc_json_put_raw(&json, "type", RC_STR("\"" TYPE_PREFIX));
    rc_buf_print(out, "%s\"", problems[problem].name);
    rc_json_put_text(&json, "title", rc_str_of(problems[problem].title));
    rc_json_put_int(&json, "status", problems[problem].code);
    rc_json_put_text(&json, "detail", rc_str_of(detail));
    rc_json_close(&json, '}');
    rc_buf_add_char(out, '\n');
}

rc_status refuse(struct call *call, enum problem problem, const char *detail, ...)
{
    char text[DETAIL_MAX];
    va_list arguments;

    va_start(arguments, detail);
    vsnprintf(text, sizeof text, detail, arguments);
    va_end(arguments);
    call->refused = true;
    call->answer->code = problems[problem].code;
    call->answer->type = "application/problem+json";
    if (problems[problem].code == 401)
        rc_httpd_answer_header(call->answer, "WWW-Authenticate", RC_STR("Bearer"));
    if (problem == PROBLEM_LATER) rc_httpd_answer_header(call->answer, "Retry-After", RC_STR("2"));
    print_problem(call->answer->body, problem, text);
    return rc_fail(RC_REJECT, "%s", problems[problem].name);
}

rc_status refuse_failure(struct call *call, rc_status status)
{
    if (call->refused) return RC_REJECT;
    if (status == RC_RETRY) {
        rc_log_warn("request.later", "%s", rc_error_text());
        return refuse(call, PROBLEM_LATER, "what the answer needs is away or busy: ask again");
    }
    if (status == RC_REJECT)
        return refuse(call, PROBLEM_QUERY, "a value has not the form that is described");
    rc_log_error("request.failed", "%s", rc_error_text());
    return refuse(call, PROBLEM_BROKEN, "the operator finds the reason in the log");
}
