/* What matters of a test, as words under names, so that two tests of a source can be compared. */
#include "probe.h"

#include <inttypes.h>

#include "rollcall/base/auto.h"
#include "rollcall/format/json.h"

struct comparing {
    const struct probe_facts *facts;
    const struct probe_card *card;
    struct rc_arena *arena;
};

/* Of all functions here: empty where it was not found out. */

static struct rc_str answer(enum probe_answer answer)
{
    if (answer == PROBE_UNKNOWN) return (struct rc_str){0};
    return answer == PROBE_YES ? RC_STR("yes") : RC_STR("no");
}

static struct rc_str verdict(const struct comparing *c)
{
    return rc_str_of(c->card->verdict);
}

static struct rc_str reached(const struct comparing *c)
{
    return answer(c->facts->unreachable.len == 0 ? PROBE_YES : PROBE_NO);
}

static struct rc_str signs_in(const struct comparing *c)
{
    if (c->facts->unreachable.len > 0) return (struct rc_str){0};
    return answer(c->facts->sign == TROUBLE_NONE ? PROBE_YES : PROBE_NO);
}

static struct rc_str page_size(const struct comparing *c)
{
    return c->facts->clamp > 0 ? rc_str_print(c->arena, "%" PRId64, c->facts->clamp)
                               : (struct rc_str){0};
}

static struct rc_str totals(const struct comparing *c)
{
    const struct probe_read *users = &c->facts->reads[RC_USERS];

    if (!users->asked || users->trouble != TROUBLE_NONE) return (struct rc_str){0};
    return answer(users->total >= 0 ? PROBE_YES : PROBE_NO);
}

static struct rc_str order(const struct comparing *c)
{
    return answer(c->facts->sort_refused ? PROBE_NO : c->facts->sorted);
}

static struct rc_str filter(const struct comparing *c)
{
    return answer(c->facts->filter);
}

static struct rc_str changes(const struct comparing *c)
{
    return answer(c->facts->changes);
}

static struct rc_str dates(const struct comparing *c)
{
    return answer(probe_dates(c->facts));
}

/* Trouble in passing says nothing about sharing. */
static struct rc_str shared(const struct probe_read *read)
{
    if (!read->asked) return (struct rc_str){0};
    if (read->trouble == TROUBLE_NONE) return RC_STR("yes");
    return read->trouble == TROUBLE_FORBIDDEN || read->trouble == TROUBLE_NOT_FOUND
               ? RC_STR("no")
               : (struct rc_str){0};
}

static struct rc_str demographics(const struct comparing *c)
{
    return shared(&c->facts->reads[RC_DEMOGRAPHICS]);
}

static struct rc_str resources(const struct comparing *c)
{
    return shared(&c->facts->reads[RC_RESOURCES]);
}

static struct rc_str enrollments(const struct comparing *c)
{
    return shared(&c->facts->reads[RC_ENROLLMENTS]);
}

static struct rc_str users(const struct comparing *c)
{
    return shared(&c->facts->reads[RC_USERS]);
}

static struct rc_str schools(const struct comparing *c)
{
    return c->facts->reads[RC_ORGS].whole
               ? rc_str_print(c->arena, "%" PRId64, c->facts->survey.schools)
               : (struct rc_str){0};
}

static const struct {
    const char *name;
    struct rc_str (*of)(const struct comparing *c);
    const char *says; /* before the two words */
} matters[] = {
    {"verdict", verdict, "the test as a whole"},
    {"answers", reached, "the SIS answers"},
    {"signs-in", signs_in, "it lets us in"},
    {"users", users, "it shares people"},
    {"enrollments", enrollments, "it shares enrollments"},
    {"demographics", demographics, "it shares demographics"},
    {"resources", resources, "it shares resources"},
    {"schools", schools, "schools that it shares"},
    {"page-size", page_size, "the largest page that it gives"},
    {"totals", totals, "it says how many records there are"},
    {"order", order, "pages come in the order that is asked for"},
    {"filter", filter, "filters work"},
    {"changes", changes, "it can be asked for changes alone"},
    {"dates", dates, "dates of changes move with their records"},
};

static void compare(const struct comparing *c, size_t at, struct rc_str before, struct rc_str now,
                    struct rc_json_out *changes_out)
{
    if (before.len == 0 || now.len == 0 || rc_str_eq(before, now)) return;
    rc_json_put_text(changes_out, NULL,
                     rc_str_print(c->arena, "%s: %.*s before, %.*s now", matters[at].says,
                                  RC_STR_ARG(before), RC_STR_ARG(now)));
}

void probe_matters(const struct probe_facts *facts, const struct probe_card *card,
                   const struct rc_json *before, struct rc_arena *arena, struct rc_buf *ret_matters,
                   struct rc_buf *ret_changes)
{
    const struct comparing c = {facts, card, arena};
    struct rc_json_out out = {.buf = ret_matters};
    struct rc_json_out told = {.buf = ret_changes};

    rc_json_open(&out, NULL, '{');
    rc_json_open(&told, NULL, '[');
    for (size_t i = 0; i < COUNT_OF(matters); i++) {
        const struct rc_str was = rc_json_text(rc_json_get(before, matters[i].name));
        const struct rc_str now = matters[i].of(&c);
        compare(&c, i, was, now, &told);
        if (now.len > 0 || was.len > 0)
            rc_json_put_text(&out, matters[i].name, now.len > 0 ? now : was);
    }
    rc_json_close(&told, ']');
    rc_json_close(&out, '}');
}
