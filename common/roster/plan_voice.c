/* Who speaks for a person: of the records that carry them, the source with authority first, then
 * who is there, then who is more than somebody's guardian, then the lower id (D3). The first of
 * them that has a value gives it. */
#include <stdlib.h>

#include "plan_private.h"

bool family_only(const struct decision *d, size_t at)
{
    const struct rc_plan_record *record = &d->person->records[at];
    for (size_t i = 0; i < record->role_count; i++) {
        if (role_of(d, record, record->roles[i].role) != RC_ROLE_GUARDIAN) return false;
    }
    return true;
}

static bool speaks_before(const struct decision *d, size_t a, size_t b)
{
    const struct rc_plan_record *left = &d->person->records[a], *right = &d->person->records[b];
    if (left->authority != right->authority) return left->authority < right->authority;
    if (left->present != right->present) return left->present;
    if (family_only(d, a) != family_only(d, b)) return family_only(d, b);
    return a < b; /* records are sorted by node */
}

struct voices voices_of(struct decision *d, const struct picked *use)
{
    struct voices voices = {
        .order = rc_arena_array(d->arena, use->count + 1, sizeof *voices.order)};
    for (size_t i = 0; i < use->count; i++) {
        const size_t record = use->at[i];
        if (d->tokens[record].kind > TOKEN_UNREAD) continue;
        size_t at = voices.count++;
        for (; at > 0 && speaks_before(d, record, voices.order[at - 1]); at--)
            voices.order[at] = voices.order[at - 1];
        voices.order[at] = record;
    }
    return voices;
}

size_t voice_for(const struct decision *d, const struct voices *voices, enum rc_field field)
{
    for (size_t i = 0; i < voices->count; i++) {
        if (d->person->records[voices->order[i]].values[field].len > 0) return voices->order[i];
    }
    return voices->count > 0 ? voices->order[0] : d->person->record_count;
}
