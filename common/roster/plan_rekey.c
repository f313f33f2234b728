/* Whether a record without an account is somebody whom the same source called by another id before,
 * by all that the two records have in common: for those whom no rule of the district finds. */
#include "plan_private.h"
#include "rollcall/roster/rekey.h"

static bool same(struct rc_str a, struct rc_str b)
{
    return a.len > 0 && rc_str_eq(a, b);
}

/* Half of the new one's classes, or more, were the old one's. */
static bool same_classes(const struct rc_plan_record *now, const struct rc_plan_record *was)
{
    size_t present = 0, shared = 0;
    for (size_t i = 0; i < now->enrollment_count; i++) {
        if (!now->enrollments[i].present) continue;
        present++;
        size_t j = 0;
        while (j < was->enrollment_count &&
               !rc_str_eq(was->enrollments[j].membership, now->enrollments[i].membership))
            j++;
        shared += j < was->enrollment_count;
    }
    return shared > 0 && 2 * shared >= present;
}

/* The signs that are values of both. */
static unsigned same_values(const struct rc_plan_record *now, const struct rc_plan_record *was)
{
    static const struct {
        enum rc_field field;
        unsigned sign;
    } own[] = {{RC_FIELD_MASTER_ID, RC_REKEY_MASTER_ID},
               {RC_FIELD_IDENTIFIER, RC_REKEY_NUMBER},
               {RC_FIELD_USERNAME, RC_REKEY_USERNAME},
               {RC_FIELD_EMAIL, RC_REKEY_EMAIL}};
    unsigned signs = 0;
    for (size_t i = 0; i < COUNT_OF(own); i++) {
        if (equal_value(now->values, was->values, own[i].field)) signs |= own[i].sign;
    }
    return signs;
}

static unsigned signs_of(const struct rc_plan_record *now, const struct rc_plan_record *was)
{
    unsigned signs = same_values(now, was);
    if (!same_name(now->values, was->values)) return signs;
    signs |= RC_REKEY_NAME;
    if (same(now->born, was->born)) signs |= RC_REKEY_BIRTH_DATE;
    if (same(now->home, was->home)) signs |= RC_REKEY_SCHOOL;
    if (same(now->grade, was->grade)) signs |= RC_REKEY_GRADE;
    return same_classes(now, was) ? signs | RC_REKEY_CLASSES : signs;
}

/* Two birth dates are two people, whatever else agrees. */
static bool born_apart(const struct rc_plan_record *a, const struct rc_plan_record *b)
{
    return a->born.len > 0 && b->born.len > 0 && !rc_str_eq(a->born, b->born);
}

bool has_new_id(const struct decision *d, size_t at, const struct rc_plan_account *account)
{
    const struct rc_plan_record *records = d->person->records;
    const struct rc_str source = source_of(records[at].node);
    bool known = false;
    for (size_t i = 0; i < d->person->record_count; i++) {
        if (!rc_str_eq(records[i].account, account->node)) continue;
        if (!rc_str_eq(source_of(records[i].node), source)) continue;
        if (records[i].present) return false;
        known = true;
    }
    return known && !family_only(d, at);
}

static bool is_before(const struct decision *d, size_t at, const struct rc_plan_record *was,
                      const struct rc_plan_account *account)
{
    const struct rc_plan_record *now = &d->person->records[at];
    return rc_str_eq(was->account, account->node) &&
           rc_str_eq(source_of(was->node), source_of(now->node)) && !born_apart(now, was);
}

const struct rc_match_rule *rule_of_rekeying(const struct decision *d, size_t at,
                                             const struct rc_plan_account *account)
{
    if (!has_new_id(d, at, account)) return NULL;
    unsigned best = 0;
    for (size_t i = 0; i < d->person->record_count; i++) {
        const struct rc_plan_record *was = &d->person->records[i];
        if (!is_before(d, at, was, account)) continue;
        const unsigned signs = signs_of(&d->person->records[at], was);
        const int sure = rc_rekey_confidence(signs), most = rc_rekey_confidence(best);
        /* of equal ones the same whoever is read first */
        if (sure > most || (sure > 0 && sure == most && signs > best)) best = signs;
    }
    if (best == 0) return NULL;
    struct rc_match_rule *rule = rc_arena_alloc(d->arena, sizeof *rule);
    *rule = (struct rc_match_rule){.name = rc_rekey_rule(d->arena, best),
                                   .weight = rc_rekey_confidence(best)};
    return rule;
}
