/* Asking for pages and judging answers. What real servers answer with 200: pages of data, HTML to
 * sign in, error objects, nothing. */
#include "oneroster.h"

#include "oneroster_error.h"
#include "rollcall/format/json.h"
#include "rollcall/format/page.h"

#include <string.h>

/* ---- questions ---- */

/* Blanks as %20, quotes and comparison signs encoded, once: what every server reads. */
static struct rc_str window_filter(const struct oneroster_question *question,
                                   struct rc_arena *arena)
{
    if (!question->since || !question->before) return (struct rc_str){0};
    return rc_str_print(arena,
                        "&filter=dateLastModified%%3E%%27%s%%27%%20AND%%20dateLastModified%%3C%%3D"
                        "%%27%s%%27",
                        question->since, question->before);
}

struct rc_str oneroster_url(const struct oneroster_question *question, struct rc_arena *arena)
{
    const struct rc_str address = oneroster_address(question->version, question->base_url,
                                                    question->collection, arena);
    const char *sort = question->sorted ? "&sort=sourcedId&orderBy=asc" : "";

    return rc_str_print(arena, "%.*s?limit=%lld&offset=%lld%s%.*s", RC_STR_ARG(address),
                        (long long)question->limit, (long long)question->offset, sort,
                        RC_STR_ARG(window_filter(question, arena)));
}

/* RFC 3986: all but unreserved characters. */
static struct rc_str path_encoded(struct rc_str text, struct rc_arena *arena)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    RC_AUTO_BUF struct rc_buf out = {0};

    for (size_t i = 0; i < text.len; i++) {
        if (memchr(plain, text.data[i], sizeof plain - 1))
            rc_buf_add_char(&out, text.data[i]);
        else
            rc_buf_print(&out, "%%%02X", (unsigned char)text.data[i]);
    }
    return rc_str_copy(arena, rc_buf_str(&out));
}

struct rc_str oneroster_single_url(const struct oneroster_question *question, struct rc_str id,
                                   struct rc_arena *arena)
{
    const struct rc_str address = oneroster_address(question->version, question->base_url,
                                                    question->collection, arena);

    return rc_str_print(arena, "%.*s/%.*s", RC_STR_ARG(address),
                        RC_STR_ARG(path_encoded(id, arena)));
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

/* ---- answers: one record ---- */

static const struct rc_json *single_of(const struct rc_json *root)
{
    const struct rc_json *one = rc_json_get(root, "user");

    return one ? one : rc_json_first(rc_json_get(root, "users"));
}

enum trouble oneroster_judge_single(const struct oneroster_answer *answer, struct rc_str id,
                                    struct rc_arena *arena, struct rc_buf *out)
{
    const enum trouble by_code = oneroster_judge_code(answer->code);
    const struct rc_str body = rc_str_trim(answer->body);
    const struct rc_json *root = NULL;

    if (by_code != TROUBLE_NONE) return by_code;
    if (body.len == 0) return TROUBLE_EMPTY_BODY;
    if (is_html(answer, body)) return TROUBLE_HTML;
    if (rc_json_parse(body, NULL, arena, &root) != RC_OK) return TROUBLE_BROKEN_BODY;
    const struct rc_json *one = single_of(root);
    if (!rc_str_eq(rc_json_text(rc_json_get(one, "sourcedId")), id)) return TROUBLE_NO_ENVELOPE;
    rc_json_print(out, one);
    return TROUBLE_NONE;
}
