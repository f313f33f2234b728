/* Memberships of class lists and guardianships: each joins and ends on its own evidence, whether or
 * not the account is archived (D4). Compared by (class, person, role), so several enrollments may
 * speak for one membership (C5). */
#include "plan_private.h"

/* One membership, with everything that speaks for it. */
struct group {
    struct rc_str name;                     /* as items call it */
    struct rc_str subject;                  /* the member's record: the first whose word counts */
    struct rc_str relation;                 /* guardianships */
    struct rc_str evidence;                 /* "node=token;…" */
    struct rc_str wanted;                   /* "node=returns;…" of what asks for it now */
    bool kept;                              /* something still carries it */
    bool closed, scope, unshared, disabled; /* why it ended */
    bool doubt;                             /* an absence rests on a suspect snapshot (C3) */
    struct picked basis;
};

struct groups {
    struct group *items;
    size_t count, room;
};

static struct group *group_of(struct decision *d, struct groups *groups, struct rc_str name)
{
    for (size_t i = 0; i < groups->count; i++) {
        if (rc_str_eq(groups->items[i].name, name)) return &groups->items[i];
    }
    if (groups->count == groups->room) {
        groups->room = groups->room ? 2 * groups->room : 16;
        struct group *items = rc_arena_array(d->arena, groups->room, sizeof *items);
        if (groups->count > 0) memcpy(items, groups->items, groups->count * sizeof *items);
        groups->items = items;
    }
    struct group *group = &groups->items[groups->count++];
    *group = (struct group){.name = name};
    return group;
}

/* Why something ends with a person, and what suspects it; whether it waits for the person's archive
 * is seen from the whole plan (plan_followers). */
static void note_person(const struct decision *d, size_t record, struct group *group)
{
    const enum token_kind kind = d->tokens[record].kind;
    group->scope = group->scope || kind == TOKEN_SCOPE;
    group->unshared = group->unshared || kind == TOKEN_UNSHARED;
    group->disabled = group->disabled || kind == TOKEN_DISABLED;
    group->doubt = group->doubt || is_doubtful(d, record);
}

/* An enrollment's token: its own, its person's, its class's. */
static struct rc_str enrollment_token(struct decision *d, size_t record,
                                      const struct rc_plan_enrollment *e, struct group *group)
{
    if (e->gone > 0) {
        group->doubt = group->doubt || e->gone == 1;
        return rc_str_print(d->arena, "gone:%lld", (long long)e->sights);
    }
    if (d->tokens[record].kind != TOKEN_OK) {
        note_person(d, record, group);
        return rc_str_print(d->arena, "person:%.*s", RC_STR_ARG(d->tokens[record].text));
    }
    if (!e->chosen) {
        group->scope = true;
        return rc_str_print(d->arena, "scope:%lld:%lld",
                            (long long)rc_policy_scope_version(d->policy),
                            (long long)e->class_version);
    }
    if (e->running) return RC_STR("ok");
    group->closed = true;
    return rc_str_print(d->arena, "closed:%lld", (long long)e->class_version);
}

static void want(struct decision *d, struct group *group, size_t record, struct rc_str node,
                 int64_t returns)
{
    if (group->subject.len == 0) group->subject = d->person->records[record].node;
    pick(d, &group->basis, record);
    list_add(d->arena, &group->wanted, node, rc_str_print(d->arena, "%lld", (long long)returns));
}

static void add_enrollments(struct decision *d, size_t at, struct groups *groups)
{
    const struct rc_plan_record *record = &d->person->records[at];
    for (size_t i = 0; i < record->enrollment_count; i++) {
        const struct rc_plan_enrollment *e = &record->enrollments[i];
        struct group *group = group_of(d, groups, e->membership);
        const struct rc_str token = enrollment_token(d, at, e, group);
        const bool ok = rc_str_eq(token, RC_STR("ok"));
        list_add(d->arena, &group->evidence, e->node, token);
        group->kept = group->kept || ok;
        if (ok && e->present && record->present) want(d, group, at, e->node, e->returns);
    }
}

/* The guardian's account where it has one, else its record: what a guardianship is called. */
static struct rc_str guardian_name(struct decision *d, size_t guardian)
{
    const struct rc_plan_record *record = &d->person->records[guardian];
    const struct rc_str who = record->account.len > 0 ? record->account : record->node;
    return rc_str_print(d->arena, "guardian:%.*s", RC_STR_ARG(who));
}

/* An excluded person is kept as they are: they become nobody's guardian and cease to be nobody's.
 */
static bool left_alone(const struct decision *d, size_t at)
{
    const struct rc_plan_record *record = &d->person->records[at];
    bool excluded = record->excluded;
    for (size_t i = 0; i < d->person->account_count; i++) {
        const struct rc_plan_account *account = &d->person->accounts[i];
        excluded = excluded || (account->excluded && rc_str_eq(account->node, record->account));
    }
    return excluded;
}

/* A guardianship's token: the student's reason before the guardian's. */
static struct rc_str guardianship_token(struct decision *d, size_t student, size_t guardian,
                                        struct group *group)
{
    if (d->tokens[student].kind != TOKEN_OK) {
        note_person(d, student, group);
        return rc_str_print(d->arena, "person:%.*s", RC_STR_ARG(d->tokens[student].text));
    }
    if (!rosters_guardians(d, student)) {
        group->scope = true;
        return scope_token(d, &d->person->records[student]).text;
    }
    group->kept = group->kept || d->tokens[guardian].kind <= TOKEN_UNREAD;
    note_person(d, guardian, group);
    return d->tokens[guardian].text;
}

/* Are both there now, and has the guardian an account or is about to get one? */
static bool can_guard(struct decision *d, size_t student, size_t guardian)
{
    const struct rc_plan_record *one = &d->person->records[student],
                                *other = &d->person->records[guardian];
    return d->tokens[student].kind == TOKEN_OK && d->tokens[guardian].kind == TOKEN_OK &&
           one->present && other->present && rosters_guardians(d, student) &&
           (other->account.len > 0 || d->joined[guardian]);
}

static void want_guardian(struct decision *d, size_t student, size_t guardian,
                          struct rc_str relation, struct group *group)
{
    const struct rc_plan_record *record = &d->person->records[guardian];
    want(d, group, student, record->node, record->returns);
    pick(d, &group->basis, guardian);
    /* Of several words for one guardianship the first in order of bytes, whoever is read first. */
    if (group->relation.len == 0 || rc_str_cmp(relation, group->relation) < 0)
        group->relation = relation;
}

static void add_guardians(struct decision *d, size_t at, struct groups *groups)
{
    const struct rc_plan_record *student = &d->person->records[at];
    for (size_t i = 0; i < student->guardian_count; i++) {
        const size_t other = find_record(d, student->guardians[i].node);
        if (other == d->person->record_count) continue;
        struct group *group = group_of(d, groups, guardian_name(d, other));
        if (left_alone(d, other)) {
            group->kept = true;
            continue;
        }
        const struct rc_str token = guardianship_token(d, at, other, group);
        list_add(d->arena, &group->evidence, student->guardians[i].node, token);
        if (can_guard(d, at, other))
            want_guardian(d, at, other, student->guardians[i].relation, group);
    }
}

static const struct rc_plan_membership *standing(const struct rc_plan_account *account,
                                                 struct rc_str name)
{
    for (size_t i = 0; account && i < account->membership_count; i++) {
        if (rc_str_eq(account->memberships[i].name, name)) return &account->memberships[i];
    }
    return NULL;
}

/* "class:<source>:<id>:" of a membership of a class list; of any other nothing. */
static struct rc_str list_of(struct rc_str name)
{
    struct rc_str list = name;
    if (!rc_str_starts(name, RC_STR("class:"))) return (struct rc_str){0};
    while (list.len > 0 && list.data[list.len - 1] != ':')
        list.len--;
    return list;
}

/* A person took them off the list: whatever role the source gives them there, they stay off, on
 * another enrollment and in another year too. */
static bool kept_off(const struct rc_plan_account *account, struct rc_str name)
{
    const struct rc_str list = list_of(name);
    for (size_t i = 0; account && list.len > 0 && i < account->membership_count; i++) {
        const struct rc_plan_membership *m = &account->memberships[i];
        if (m->by_hand && !m->on && rc_str_eq(list_of(m->name), list)) return true;
    }
    return false;
}

static const struct rc_plan_mark *account_mark(const struct rc_plan_account *account,
                                               struct rc_str kind, struct rc_str name)
{
    return account ? find_mark(account->marks, account->mark_count, kind, name) : NULL;
}

/* Is a join of this name declined by one of the marks, until what asks for it has gone and
 * returned? */
static bool declined_as(const struct rc_plan_mark *marks, size_t count, struct rc_str name,
                        const struct group *group)
{
    const struct rc_plan_mark *mark = find_mark(marks, count, RC_STR("join"), name);
    return mark && list_within(group->wanted, mark->waits);
}

/* On the account, or on a record that had none yet when it was declined. */
static bool declined_under(const struct decision *d, const struct rc_plan_account *account,
                           const struct group *group, struct rc_str name)
{
    bool declined = account && declined_as(account->marks, account->mark_count, name, group);
    for (size_t i = 0; i < group->basis.count && !declined; i++) {
        const struct rc_plan_record *record = &d->person->records[group->basis.at[i]];
        declined = declined_as(record->marks, record->mark_count, name, group);
    }
    return declined;
}

static bool is_marked(const struct decision *d, const struct rc_plan_account *account,
                      const struct group *group)
{
    bool marked = account && account->mark_count > 0;
    for (size_t i = 0; i < group->basis.count && !marked; i++)
        marked = d->person->records[group->basis.at[i]].mark_count > 0;
    return marked;
}

/* P7: join was declined. A guardianship may have been by the name that it had before the guardian
 * got an account. */
static bool join_declined(struct decision *d, const struct rc_plan_account *account,
                          const struct group *group)
{
    if (!is_marked(d, account, group)) return false;
    if (declined_under(d, account, group, group->name)) return true;
    for (size_t i = 0; i < group->basis.count && group->relation.len > 0; i++) {
        const struct rc_str node = d->person->records[group->basis.at[i]].node;
        const struct rc_str name = rc_str_print(d->arena, "guardian:%.*s", RC_STR_ARG(node));
        if (declined_under(d, account, group, name)) return true;
    }
    return false;
}

/* A join waits with whatever makes the account of either party. */
static void inherit_hold(struct decision *d, struct rc_plan_item *item, const struct group *group)
{
    for (size_t i = 0; i < group->basis.count && item->hold.len == 0; i++) {
        const struct rc_str *hold = d->joined[group->basis.at[i]];
        if (hold) item->hold = *hold;
    }
}

static void propose_join(struct decision *d, const struct rc_plan_account *account,
                         const struct group *group, struct rc_str roles)
{
    if (join_declined(d, account, group) || kept_off(account, group->name)) return;
    struct rc_plan_item *item = add_item(d, RC_ITEM_JOIN, group->subject, &group->basis);
    item->field = group->name;
    item->to = group->relation.len > 0 ? group->relation : RC_STR("member");
    item->cause = group->relation.len > 0 ? RC_STR("guardian named") : RC_STR("enrolled");
    item->waits = group->wanted;
    set_group(item, roles);
    inherit_hold(d, item, group);
}

static struct rc_str end_cause(const struct group *group)
{
    if (group->evidence.len == 0) return RC_STR("no longer stated");
    if (group->unshared) return RC_STR("no longer shared");
    if (group->scope) return RC_STR("out of scope");
    if (group->disabled) return RC_STR("disabled in the SIS");
    if (group->doubt) return RC_STR("source fault suspected");
    return group->closed ? RC_STR("term ended") : RC_STR("gone");
}

static void propose_end(struct decision *d, const struct rc_plan_account *account,
                        const struct group *group, const struct picked *use)
{
    const struct rc_plan_mark *mark = account_mark(account, RC_STR("end"), group->name);
    if (mark && list_within(group->evidence, mark->waits) &&
        (group->evidence.len > 0 || mark->waits.len == 0))
        return;
    struct rc_plan_item *item = add_item(d, RC_ITEM_END, account->node, use);
    item->field = group->name;
    item->from = RC_STR("on");
    item->to = RC_STR("ended");
    item->cause = end_cause(group);
    item->evidence = group->evidence;
    item->waits = group->evidence;
    set_group(item, account->values[RC_FIELD_ROLES]);
    if (item->hold.len > 0) return;
    if (group->unshared || group->scope)
        item->hold = item->cause;
    else if (group->doubt)
        item->hold = RC_STR("source fault suspected");
}

/* Is the account there to be joined: active, asked back, or about to be made? */
static bool can_join(const struct decision *d, const struct rc_plan_account *account,
                     const struct picked *use)
{
    if (!account || account->active) return true;
    for (size_t i = 0; i < use->count; i++) {
        if (d->joined[use->at[i]]) return true;
    }
    return false;
}

static void decide_ends(struct decision *d, const struct rc_plan_account *account,
                        struct groups *groups, const struct picked *use)
{
    for (size_t i = 0; i < account->membership_count; i++) {
        const struct rc_plan_membership *m = &account->memberships[i];
        if (!m->on || m->by_hand) continue;
        const struct group *group = group_of(d, groups, m->name);
        if (!group->kept) propose_end(d, account, group, use);
    }
}

void decide_members(struct decision *d, const struct rc_plan_account *account,
                    const struct picked *use, bool may_end)
{
    struct groups groups = {0};
    for (size_t i = 0; i < use->count; i++) {
        const size_t at = use->at[i];
        if (d->tokens[at].kind == TOKEN_UNREAD) return; /* an unread record proposes nothing (N1) */
        add_enrollments(d, at, &groups);
        if (d->student[at]) add_guardians(d, at, &groups);
    }
    const struct rc_str roles = roles_of(d, use);
    const bool open = can_join(d, account, use);
    for (size_t i = 0; i < groups.count && open; i++) {
        const struct group *group = &groups.items[i];
        const struct rc_plan_membership *m = standing(account, group->name);
        if (group->wanted.len > 0 && !(m && m->on)) propose_join(d, account, group, roles);
    }
    if (account && may_end) decide_ends(d, account, &groups, use);
}
