/* The end of a collection, from the evidence of one page at a time. */
#include "paging.h"

#include "rollcall/base/auto.h"

/* A source that never ends must not keep a lane for ever. */
enum { PAGES_MAX = 200000 };

/* ---- Link ---- */

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

static struct rc_str unquoted(struct rc_str text)
{
    if (text.len > 0 && is_quote(text.data[0])) {
        text.data++;
        text.len--;
    }
    if (text.len > 0 && is_quote(text.data[text.len - 1])) text.len--;
    return text;
}

/* One parameter of a link, `rel="next last"`. */
static bool says_next(struct rc_str parameter)
{
    struct rc_str value = parameter;
    const struct rc_str name = rc_str_trim(rc_str_cut(&value, '='));

    if (!value.data || !rc_str_eq_fold(name, RC_STR("rel"))) return false;
    value = unquoted(rc_str_trim(value));
    while (value.data) {
        if (rc_str_eq_fold(rc_str_cut(&value, ' '), RC_STR("next"))) return true;
    }
    return false;
}

/* What stands between an address and the next one. */
static bool any_says_next(struct rc_str parameters)
{
    while (parameters.data) {
        struct rc_str rest = rc_str_cut(&parameters, ';');
        while (rest.data) {
            if (says_next(rc_str_trim(rc_str_cut(&rest, ',')))) return true;
        }
    }
    return false;
}

enum paging_link paging_link_of(struct rc_str header)
{
    if (rc_str_trim(header).len == 0) return PAGING_LINK_ABSENT;
    while (header.data) {
        if (any_says_next(rc_str_cut(&header, '<'))) return PAGING_LINK_NEXT;
        rc_str_cut(&header, '>'); /* an address may hold commas and semicolons */
    }
    return PAGING_LINK_LAST;
}

/* ---- the rules, first match wins ---- */

static bool nothing_at_all(const struct paging_facts *f)
{
    return f->count == 0 && f->received == 0;
}

static bool too_few(const struct paging_facts *f)
{
    return f->count == 0 && f->total > f->received;
}

static bool too_many(const struct paging_facts *f)
{
    return f->count == 0 && f->total >= 0 && f->total < f->received;
}

static bool goes_on_empty(const struct paging_facts *f)
{
    return f->count == 0 && f->total < 0 && f->link == PAGING_LINK_NEXT;
}

/* Behind it another lane reads. */
static bool at_the_next_lane(const struct paging_facts *f)
{
    return f->count > 0 && f->received == f->until;
}

static bool empty(const struct paging_facts *f)
{
    return f->count == 0;
}

static bool endless(const struct paging_facts *f)
{
    return f->pages >= PAGES_MAX;
}

/* With a next link beside it, the source contradicts itself: an empty page will tell. */
static bool whole(const struct paging_facts *f)
{
    return f->total >= 0 && f->received == f->total && f->link != PAGING_LINK_NEXT;
}

static bool said_so(const struct paging_facts *f)
{
    return f->total < 0 && f->link == PAGING_LINK_LAST;
}

static bool always(const struct paging_facts *f)
{
    (void)f;
    return true;
}

static const struct {
    bool (*holds)(const struct paging_facts *facts);
    enum paging_way way;
    const char *reason;
} rules[] = {
    {nothing_at_all, PAGING_UNSEALED, "the source answered with nothing"},
    {too_few, PAGING_UNSEALED, "the source sent fewer records than it had announced"},
    {too_many, PAGING_UNSEALED, "the source sent more records than it had announced"},
    {goes_on_empty, PAGING_UNSEALED, "the source named a next page behind an empty one"},
    {empty, PAGING_SEALED, NULL},
    {at_the_next_lane, PAGING_SEALED, NULL},
    {endless, PAGING_UNSEALED, "the source's pages do not end"},
    {whole, PAGING_SEALED, NULL},
    {said_so, PAGING_SEALED, NULL},
    {always, PAGING_ON, NULL}, /* a short page is no end */
};

enum paging_way paging_decide(const struct paging_facts *facts, const char **ret_reason)
{
    size_t i = 0;

    while (!rules[i].holds(facts))
        i++;
    if (rules[i].way == PAGING_UNSEALED) *ret_reason = rules[i].reason;
    return rules[i].way;
}
