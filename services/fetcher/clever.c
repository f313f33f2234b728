/* Clever's lists and its feed: what to ask for, what came, how it goes on. */
#include "clever.h"

#include "oneroster.h"
#include "rollcall/base/clock.h"
#include "rollcall/format/json.h"
#include "rollcall/format/page.h"
#include "rollcall/roster/clever.h"

enum { PARTS_MAX = 2, LIMIT_MAX = 10000, PAGES_MAX = 200000, BUSY_MS = 60000 };

#define MEND                                                                                      \
    ": in Clever, the district's administrator chooses what is shared with our application; ask " \
    "them to share its schools or sections. Until then nobody counts as gone"

/* A row per collection. */
static const struct collection {
    const char *name;
    const char *parts[PARTS_MAX]; /* paths, one after the other */
    int64_t records;              /* that a row of Clever's is, about */
    int64_t least;                /* fewer are as good as none; 0: a district need not have any */
    const char *too_few;          /* what to say of fewer */
} collections[] = {
    {"orgs", {"districts", "schools"}, 1, 2, "Clever shows no school of this district" MEND},
    {"academicSessions", {"terms"}, 1, 0, NULL},
    {"courses", {"courses"}, 1, 0, NULL},
    {"classes", {"sections"}, 1, 1, "Clever shows no section of this district" MEND},
    {"users", {"users"}, 1, 1, "Clever shows nobody of this district" MEND},
    {"enrollments", {"sections"}, 10, 1, "Clever shows nobody in sections of this district" MEND},
    {"demographics", {"users"}, 1, 1, "Clever shows no student of this district" MEND},
};

static const struct collection *row_of(struct rc_str name)
{
    size_t i = 0;

    while (i + 1 < COUNT_OF(collections) && !rc_str_eq(name, rc_str_of(collections[i].name)))
        i++;
    return &collections[i];
}

/* ---- questions ---- */

static size_t part_of(struct rc_str next)
{
    return next.len > 0 && next.data[0] == '1' ? 1 : 0;
}

static struct rc_str after_of(struct rc_str next)
{
    (void)rc_str_cut(&next, '/');
    return next;
}

/* Administrators paste the address with the version and without. */
static struct rc_str base_of(struct rc_str url)
{
    static const struct rc_str version = RC_STR_INIT("/v" CLEVER_VERSION);

    while (url.len > 0 && url.data[url.len - 1] == '/')
        url.len--;
    if (rc_str_ends(url, version)) url.len -= version.len;
    return url;
}

struct rc_str clever_address(const struct asker *asker, struct rc_str path)
{
    return rc_str_print(asker->env->arena, "%.*s/v" CLEVER_VERSION "/%.*s",
                        RC_STR_ARG(base_of(asker->lane->source.base_url)), RC_STR_ARG(path));
}

static void add_kinds(const struct collection *row, struct rc_buf *url)
{
    for (size_t i = 0; i < PARTS_MAX && row->parts[i]; i++)
        rc_buf_print(url, "&record_type=%s", row->parts[i]);
}

struct rc_str clever_url(struct asker *asker)
{
    const struct lane *lane = asker->lane;
    const struct collection *row = row_of(lane->collection);
    const int64_t wish = lane->page_size / row->records;
    const int64_t limit = wish < 1 ? 1 : wish > LIMIT_MAX ? LIMIT_MAX : wish;
    const char *path = lane->clever.events ? "events" : row->parts[part_of(asker->next)];
    const struct rc_str after = after_of(asker->next);
    RC_AUTO_BUF struct rc_buf url = {0};

    rc_buf_print(&url, "%s?limit=%lld", path, (long long)limit);
    if (after.len > 0) {
        rc_buf_add_str(&url, RC_STR("&starting_after="));
        rc_url_encode(&url, after);
    }
    if (lane->clever.events) add_kinds(row, &url);
    return clever_address(asker, rc_buf_str(&url));
}

/* ---- answers ---- */

/* How long Clever asks us to wait, or a window's length; a little more, so that lanes do not all
 * come back at once. */
static int64_t busy_ms(const struct rc_http_answer *answer)
{
    int64_t wait_ms = BUSY_MS;

    if (answer->retry_after_ms >= 0) wait_ms = answer->retry_after_ms;
    return wait_ms + rc_backoff_ms(1, 1000, 1000);
}

enum trouble clever_judge_code(struct rc_http_answer *answer)
{
    if (answer->code == 413) return TROUBLE_TOO_LARGE;
    if (answer->code == 429) answer->retry_after_ms = busy_ms(answer);
    return oneroster_judge_code(answer->code);
}

static enum trouble judge_unread(struct rc_str body)
{
    const struct rc_json_limits limits = {0};

    if (body.len == 0) return TROUBLE_EMPTY_BODY;
    if (body.data[0] == '<') return TROUBLE_HTML;
    return rc_json_check(body, &limits) == RC_OK ? TROUBLE_NO_ENVELOPE : TROUBLE_BROKEN_BODY;
}

enum trouble clever_judge(struct asker *asker, struct ask_answer *answer)
{
    const enum trouble by_code = clever_judge_code(&answer->http);
    const struct rc_str body = rc_str_trim(rc_buf_str(answer->http.body));
    const int64_t most = asker->fetcher->options->page_records;
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    enum rc_collection collection = RC_ORGS;
    struct rc_clever_page page = {0};

    if (by_code != TROUBLE_NONE) return by_code;
    (void)rc_collection_parse(asker->lane->collection, &collection);
    if (rc_clever_page_read(body, collection, 16 * (size_t)most, arena, &page) != RC_OK)
        return judge_unread(body);
    if ((int64_t)page.count > most) return TROUBLE_TOO_LARGE;
    answer->count = (int64_t)page.count;
    answer->next = clever_next(asker->lane->collection, asker->next, asker->lane->clever.events,
                               page.after, asker->env->arena);
    return TROUBLE_NONE;
}

/* ---- how it goes on ---- */

struct rc_str clever_next(struct rc_str collection, struct rc_str from, bool events,
                          struct rc_str after, struct rc_arena *arena)
{
    const struct collection *row = row_of(collection);
    const size_t part = part_of(from);

    if (after.len > 0) return rc_str_print(arena, "%zu/%.*s", part, RC_STR_ARG(after));
    if (!events && part + 1 < PARTS_MAX && row->parts[part + 1])
        return rc_str_print(arena, "%zu/", part + 1);
    return RC_STR(CLEVER_END);
}

enum paging_way clever_decide(const struct clever_facts *facts, const char **ret_reason)
{
    const struct collection *row = row_of(facts->collection);

    if (rc_str_eq(facts->next, RC_STR(CLEVER_END))) {
        if (facts->events || facts->received >= row->least) return PAGING_SEALED;
        *ret_reason = row->too_few;
        return PAGING_UNSEALED;
    }
    *ret_reason = "Clever's pages do not end";
    if (rc_str_eq(facts->next, facts->from) || facts->pages >= PAGES_MAX) return PAGING_UNSEALED;
    *ret_reason = NULL;
    return PAGING_ON;
}
