/* Asking for pages and judging answers. What real servers answer with 200: pages of data, HTML to
 * sign in, error objects, nothing. */
#include "oneroster.h"

#include "oneroster_error.h"
#include "rollcall/format/json.h"
#include "rollcall/format/page.h"

/* ---- questions ---- */

struct rc_str oneroster_url(const struct oneroster_question *question, struct rc_arena *arena)
{
    const struct rc_str address = oneroster_address(question->version, question->base_url,
                                                    question->collection, arena);
    const char *sort = question->sorted ? "&sort=sourcedId&orderBy=asc" : "";

    return rc_str_print(arena, "%.*s?limit=%lld&offset=%lld%s", RC_STR_ARG(address),
                        (long long)question->limit, (long long)question->offset, sort);
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
    {500, 500, TROUBLE_OVERLOAD},  {502, 502, TROUBLE_OVERLOAD},  {504, 504, TROUBLE_OVERLOAD},
    {500, 599, TROUBLE_SERVER},
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

/* The list is not there: is it JSON at all? */
static enum trouble judge_unsplit(struct rc_str body, struct rc_arena *arena)
{
    const struct rc_json_limits limits = {0};
    const char *said = rc_str_copy(arena, rc_str_of(rc_error_text())).data;
    struct oneroster_error error;

    if (oneroster_error_read(body, arena, &error)) return error.trouble;
    if (rc_json_check(body, &limits) == RC_OK) return TROUBLE_NO_ENVELOPE;
    rc_ignore(rc_fail(RC_REJECT, "%s", said));
    return TROUBLE_BROKEN_BODY;
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
