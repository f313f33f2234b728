/* Which records a mail names: fifty in all, so that it can be read, and of each group as many as of
 * any other, so that the one with thousands hides none of the few. */
#include "view.h"

enum { RECORDS_MAX = 50 };

static size_t at_most(const struct rc_json *group, size_t each)
{
    const size_t count = rc_json_count(rc_json_get(group, "records"));

    return count < each ? count : each;
}

static size_t sum_of(const struct rc_json *groups, size_t each)
{
    const struct rc_json *group = rc_json_first(groups);
    size_t sum = 0;

    for (; group; group = rc_json_next(group))
        sum += at_most(group, each);
    return sum;
}

/* How many a district's groups name where each names at most so many. */
static size_t named(const struct rc_json *facts, size_t each)
{
    return sum_of(rc_json_get(facts, "holds"), each) + at_most(rc_json_get(facts, "asked"), each) +
           sum_of(rc_json_get(rc_json_get(facts, "findings"), "groups"), each) +
           at_most(rc_json_get(facts, "kept"), each);
}

static size_t named_by_all(const struct rc_json *const *facts, size_t count, size_t each)
{
    size_t sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += named(facts[i], each);
    return sum;
}

void view_share(struct view *view, const struct rc_json *const *facts, size_t count)
{
    struct view_share *share = &view->share;

    share->each = 0;
    while (share->each < RECORDS_MAX && named_by_all(facts, count, share->each + 1) <= RECORDS_MAX)
        share->each++;
    share->spare = RECORDS_MAX - named_by_all(facts, count, share->each);
}

size_t view_allow(struct view *view, const struct rc_json *records)
{
    const size_t count = rc_json_count(records);

    if (count <= view->share.each) return count;
    if (view->share.spare == 0) return view->share.each;
    view->share.spare--;
    return view->share.each + 1;
}
