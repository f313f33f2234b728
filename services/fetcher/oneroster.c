/* Asking for pages and judging answers. What real servers answer with 200: pages of data, HTML to
 * sign in, error objects, nothing. */
#include "oneroster.h"

#include <string.h>

#include "rollcall/format/json.h"
#include "rollcall/format/page.h"

/* ---- questions ---- */

static bool holds_root(struct rc_str url)
{
    static const struct rc_str root = {"/ims/oneroster/", sizeof "/ims/oneroster/" - 1};

    for (size_t at = 0; at + root.len <= url.len; at++)
        if (rc_str_eq((struct rc_str){url.data + at, root.len}, root)) return true;
    return false;
}

static struct rc_str without_slashes(struct rc_str url)
{
    url = rc_str_trim(url);
    while (url.len > 0 && url.data[url.len - 1] == '/')
        url.len--;
    return url;
}

struct rc_str oneroster_url(const struct oneroster_question *question, struct rc_arena *arena)
{
    const struct rc_str base = without_slashes(question->base_url);
    const char *root = holds_root(base) ? "" : "/ims/oneroster/v1p1";
    const char *sort = question->sorted ? "&sort=sourcedId&orderBy=asc" : "";

    return rc_str_print(arena, "%.*s%s/%.*s?limit=%lld&offset=%lld%s", RC_STR_ARG(base), root,
                        RC_STR_ARG(question->collection), (long long)question->limit,
                        (long long)question->offset, sort);
}

/* ---- answers: by status ---- */

/* First match wins. */
static const struct {
    long from, to;
    enum trouble trouble;
} codes[] = {
    {200, 299, TROUBLE_NONE},      {300, 399, TROUBLE_REDIRECT},  {401, 401, TROUBLE_CREDENTIALS},
    {403, 403, TROUBLE_FORBIDDEN}, {404, 404, TROUBLE_NOT_FOUND}, {410, 410, TROUBLE_NOT_FOUND},
    {408, 408, TROUBLE_OVERLOAD},  {429, 429, TROUBLE_BUSY},      {400, 499, TROUBLE_QUESTION},
    {500, 500, TROUBLE_OVERLOAD},  {504, 504, TROUBLE_OVERLOAD},  {500, 599, TROUBLE_SERVER},
};

enum trouble oneroster_judge_code(long code)
{
    for (size_t i = 0; i < COUNT_OF(codes); i++)
        if (code >= codes[i].from && code <= codes[i].to) return codes[i].trouble;
    return TROUBLE_SERVER;
}

/* ---- answers: by content ---- */

static bool is_html(const struct oneroster_answer *answer, struct rc_str body)
{
    return rc_str_starts(body, RC_STR("<")) || rc_str_eq(answer->type, RC_STR("text/html"));
}

/* A small object with one of the names that error payloads have (1.1, 1.2, OAuth). */
static bool is_error_body(struct rc_str body, struct rc_arena *arena)
{
    static const char *const names[] = {"statusInfoSet", "imsx_codeMajor", "imsx_StatusInfo",
                                        "error",         "errors",         "message"};
    const struct rc_json_limits limits = {.max_bytes = 65536, .max_string = 32768, .max_depth = 16};
    const struct rc_json *root = NULL;

    if (rc_json_parse(body, &limits, arena, &root) != RC_OK) return false;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (rc_json_get(root, names[i])) return true;
    return false;
}

/* The list is not there: is it JSON at all? */
static enum trouble judge_unsplit(struct rc_str body, struct rc_arena *arena)
{
    const struct rc_json_limits limits = {0};
    const char *said = rc_str_copy(arena, rc_str_of(rc_error_text())).data;
    const enum trouble broken = is_error_body(body, arena) ? TROUBLE_ERROR_BODY
                                                           : TROUBLE_BROKEN_BODY;

    if (broken == TROUBLE_BROKEN_BODY && rc_json_check(body, &limits) == RC_OK)
        return TROUBLE_NO_ENVELOPE;
    rc_ignore(rc_fail(RC_REJECT, "%s", said));
    return broken;
}

enum trouble oneroster_judge(const struct oneroster_answer *answer, struct rc_arena *arena,
                             int64_t *ret_count)
{
    const enum trouble by_code = oneroster_judge_code(answer->code);
    const struct rc_str body = rc_str_trim(answer->body);
    struct rc_page page = {0};

    if (by_code != TROUBLE_NONE) return by_code;
    if (body.len == 0) return TROUBLE_EMPTY_BODY;
    if (is_html(answer, body)) return TROUBLE_HTML;
    if (rc_page_split(answer->body, answer->collection, (size_t)answer->max_records, arena,
                      &page) != RC_OK)
        return judge_unsplit(body, arena);
    *ret_count = (int64_t)page.count;
    return TROUBLE_NONE;
}
