/* Who is whose guardian, among the records of one person in the making. Either side may name the
 * other; sources forget one of the two. */
#include "plan_engine.h"

#include <stdlib.h>

/* A record by its name, with what is asked of it once: a person may be made of thousands. */
struct kin {
    const struct plan_origin *origin;
    size_t at;
    struct rc_str relation; /* the source's word for what a guardian is; empty: it is none */
    bool student;
};

struct pair {
    size_t student, guardian;
    struct rc_str relation;
};

struct family {
    struct kin *kin; /* in the order of their names */
    size_t count;
    struct pair *pairs;
    size_t pair_count, pair_room;
    struct rc_arena *arena;
};

/* ---- by name ---- */

static int name_order(const void *left, const void *right)
{
    const struct plan_origin *a = ((const struct kin *)left)->origin,
                             *b = ((const struct kin *)right)->origin;
    const int source = rc_str_cmp(a->source, b->source);
    return source ? source : rc_str_cmp(a->id, b->id);
}

static const struct kin *find(const struct family *family, struct rc_str source, struct rc_str id)
{
    const struct plan_origin origin = {.source = source, .id = id};
    const struct kin name = {.origin = &origin};
    return bsearch(&name, family->kin, family->count, sizeof *family->kin, name_order);
}

static struct kin kin_of(const struct plan_reader *reader, size_t at)
{
    const struct rc_plan_record *record = &reader->records[at];
    struct kin kin = {.origin = &reader->origins[at], .at = at};
    for (size_t i = 0; i < record->role_count; i++) {
        const struct rc_policy *policy = reader->engine->policy;
        const struct rc_str word = record->roles[i].role;
        const enum rc_role role = rc_policy_role(policy, kin.origin->source, word);
        /* A word that nobody knows parts no family. */
        const bool unknown = !rc_policy_knows_role(policy, kin.origin->source, word);
        kin.student = kin.student || unknown || role == RC_ROLE_STUDENT;
        if ((unknown || role == RC_ROLE_GUARDIAN) && kin.relation.len == 0) kin.relation = word;
    }
    return kin;
}

/* ---- pairs ---- */

/* True: they are a pair. */
static bool add_pair(struct family *family, const struct kin *student, const struct kin *guardian)
{
    if (!student->student || guardian->relation.len == 0 || student->at == guardian->at)
        return false;
    if (family->pair_count == family->pair_room) {
        const size_t room = family->pair_room ? 2 * family->pair_room : 8;
        struct pair *pairs = rc_arena_array(family->arena, room, sizeof *pairs);
        if (family->pair_count > 0)
            memcpy(pairs, family->pairs, family->pair_count * sizeof *pairs);
        family->pairs = pairs;
        family->pair_room = room;
    }
    family->pairs[family->pair_count++] = (struct pair){student->at, guardian->at,
                                                        guardian->relation};
    return true;
}

static void add_pairs(struct family *family, const struct kin *kin)
{
    const struct rc_json *one = rc_json_first(kin->origin->agents);
    for (; one; one = rc_json_next(one)) {
        const struct kin *other = find(family, kin->origin->source, rc_json_text(one));
        if (!other) continue;
        const bool paired = add_pair(family, kin, other);
        if (kin->origin->first_agent) {
            /* Only the student's own list has an order, and its first guardian is the one. */
            if (paired) return;
        } else {
            add_pair(family, other, kin);
        }
    }
}

static int pair_order(const void *left, const void *right)
{
    const struct pair *a = left, *b = right;
    if (a->student != b->student) return a->student < b->student ? -1 : 1;
    return (a->guardian > b->guardian) - (a->guardian < b->guardian);
}

/* Each once, though both may have named the other. */
static void give_guardians(const struct family *family, struct plan_reader *reader)
{
    struct rc_plan_guardian *all = rc_arena_array(reader->arena, family->pair_count, sizeof *all);
    for (size_t i = 0, used = 0; i < family->pair_count; i++) {
        const struct pair *pair = &family->pairs[i];
        if (i > 0 && pair_order(pair, pair - 1) == 0) continue;
        struct rc_plan_record *record = &reader->records[pair->student];
        if (record->guardian_count == 0) record->guardians = &all[used];
        all[used++] = (struct rc_plan_guardian){.node = reader->records[pair->guardian].node,
                                                .relation = pair->relation};
        record->guardian_count++;
    }
}

void plan_read_family(struct plan_reader *reader)
{
    const size_t count = reader->record_count;
    struct family family = {.arena = reader->arena, .count = count};
    if (count < 2) return;
    family.kin = rc_arena_array(reader->arena, count, sizeof *family.kin);
    for (size_t i = 0; i < count; i++)
        family.kin[i] = kin_of(reader, i);
    qsort(family.kin, count, sizeof *family.kin, name_order);
    for (size_t i = 0; i < count; i++)
        add_pairs(&family, &family.kin[i]);
    if (family.pair_count == 0) return;
    qsort(family.pairs, family.pair_count, sizeof *family.pairs, pair_order);
    give_guardians(&family, reader);
}
