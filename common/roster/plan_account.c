/* Accounts that follow records: archive, restore, changed fields; then their memberships (P, D). */
#include "plan_private.h"

/* What is decided about one account. */
struct following {
    const struct rc_plan_account *account;
    struct picked links; /* the records it follows */
    bool alive;          /* one of them carries the person */
    bool excluded;
    bool joining;           /* a present record that matches waits to be linked (D3) */
    struct rc_str evidence; /* every link's token */
};

static struct following follow(struct decision *d, const struct rc_plan_account *account)
{
    const size_t count = d->person->record_count;
    struct following f = {.account = account,
                          .excluded = account->excluded,
                          .joining = d->awaited[account - d->person->accounts]};
    for (size_t i = 0; i < count; i++) {
        const struct rc_plan_record *record = &d->person->records[i];
        if (!rc_str_eq(record->account, account->node)) continue;
        pick(d, &f.links, i);
        f.excluded = f.excluded || record->excluded;
        f.alive = f.alive || d->tokens[i].kind <= TOKEN_UNREAD;
        list_add(d->arena, &f.evidence, record->node, d->tokens[i].text);
    }
    for (size_t i = 0; i < d->plan->item_count; i++) {
        const struct rc_plan_item *item = &d->plan->items[i];
        f.joining = f.joining || (item->kind == RC_ITEM_LINK && rc_str_eq(item->to, account->node));
    }
    return f;
}

/* The places in a roles text, each once per role. */
static size_t places_of(struct decision *d, struct rc_str roles, enum rc_role only,
                        struct rc_place **ret_places)
{
    size_t count = 0, room = 1;
    for (size_t i = 0; i < roles.len; i++)
        room += roles.data[i] == ',';
    *ret_places = rc_arena_array(d->arena, room, sizeof **ret_places);
    while (roles.data && roles.len > 0) {
        struct rc_str one = rc_str_cut(&roles, ',');
        const enum rc_role role = rc_role_parse(rc_str_cut(&one, '@'));
        const struct rc_str source = rc_str_cut(&one, '/');
        if (only != RC_ROLE_COUNT_ && role != only) continue;
        (*ret_places)[count++] = (struct rc_place){source, one.data ? one : (struct rc_str){0}};
    }
    return count;
}

/* Every role of the account must be one whose leavers are archived, at every place of that role.
 */
static bool policy_archives(struct decision *d, struct rc_str roles)
{
    struct rc_str rest = roles;
    do {
        struct rc_str one = rc_str_cut(&rest, ',');
        const enum rc_role stated = rc_role_parse(rc_str_cut(&one, '@'));
        const enum rc_role role = stated == RC_ROLE_COUNT_ ? RC_ROLE_GUARDIAN : stated;
        struct rc_place *places = NULL;
        const size_t count = places_of(d, roles, role, &places);
        if (!rc_policy_archives(d->policy, role, places, count)) return false;
    } while (rest.data);
    return true;
}

static const struct {
    enum token_kind kind;
    const char *cause;
    bool holds; /* removals for this cause always wait */
} archive_causes[] = {{TOKEN_UNSHARED, "no longer shared", true},
                      {TOKEN_SCOPE, "out of scope", true},
                      {TOKEN_DISABLED, "disabled in the SIS", false},
                      {TOKEN_FOLLOWS, "students left", false}};

/* Is this a student, and nobody else, whose every record went at the end of a school year, out of a
 * last grade? */
static bool has_graduated(struct decision *d, const struct following *f)
{
    const struct rc_str roles = f->account->values[RC_FIELD_ROLES];
    struct rc_place *all = NULL, *places = NULL;
    const size_t count = places_of(d, roles, RC_ROLE_STUDENT, &places);
    if (count != places_of(d, roles, RC_ROLE_COUNT_, &all)) return false;
    for (size_t i = 0; i < f->links.count; i++) {
        const size_t at = f->links.at[i];
        if (d->tokens[at].kind != TOKEN_GONE ||
            !rc_policy_graduates(d->policy, places, count, f->account->values[RC_FIELD_GRADES],
                                 d->person->records[at].absent_on))
            return false;
    }
    return true;
}

/* Guardians wait for what the archives of the students whom they follow would wait for. */
static struct rc_str students_wait(const struct decision *d, size_t guardian)
{
    for (size_t i = 0; i < d->person->record_count; i++) {
        const struct rc_plan_record *student = &d->person->records[i];
        if (!d->student[i] || !names_guardian(student, d->person->records[guardian].node)) continue;
        if (is_doubtful(d, i)) return RC_STR("source fault suspected");
        for (size_t j = 0; j < sizeof archive_causes / sizeof *archive_causes; j++) {
            if (archive_causes[j].holds && archive_causes[j].kind == d->tokens[i].kind)
                return rc_str_of(archive_causes[j].cause);
        }
    }
    return (struct rc_str){0};
}

static void set_archive_cause(struct decision *d, const struct following *f,
                              struct rc_plan_item *item)
{
    bool doubt = false, found[TOKEN_GONE + 1] = {false};
    for (size_t i = 0; i < f->links.count; i++) {
        const size_t at = f->links.at[i];
        found[d->tokens[at].kind] = true;
        doubt = doubt || is_doubtful(d, at);
    }
    item->cause = doubt                 ? RC_STR("source fault suspected")
                  : has_graduated(d, f) ? RC_STR("graduated")
                                        : RC_STR("gone");
    struct rc_str hold = doubt ? item->cause : (struct rc_str){0};
    for (size_t i = 0; i < sizeof archive_causes / sizeof *archive_causes; i++) {
        if (!found[archive_causes[i].kind]) continue;
        item->cause = rc_str_of(archive_causes[i].cause);
        if (archive_causes[i].holds) hold = item->cause;
        break;
    }
    if (item->hold.len == 0) item->hold = hold;
    for (size_t i = 0; i < f->links.count && item->hold.len == 0; i++) {
        const size_t at = f->links.at[i];
        if (d->tokens[at].kind == TOKEN_FOLLOWS) item->hold = students_wait(d, at);
    }
}

static bool archive_declined(const struct following *f)
{
    const struct rc_plan_account *account = f->account;
    const struct rc_plan_mark *mark = find_mark(account->marks, account->mark_count,
                                                RC_STR("archive"), (struct rc_str){0});
    return mark && list_within(f->evidence, mark->waits);
}

/* Who is disabled in every source leaves by a setting of its own. */
static bool may_archive(struct decision *d, const struct following *f)
{
    bool disabled = true;
    for (size_t i = 0; i < f->links.count; i++)
        disabled = disabled && d->tokens[f->links.at[i]].kind == TOKEN_DISABLED;
    return disabled || policy_archives(d, f->account->values[RC_FIELD_ROLES]);
}

static void propose_archive(struct decision *d, const struct following *f)
{
    if (f->joining || !may_archive(d, f) || archive_declined(f)) return;
    struct rc_plan_item *item = add_item(d, RC_ITEM_ARCHIVE, f->account->node, &f->links);
    item->from = RC_STR("active");
    item->to = RC_STR("archived");
    item->evidence = f->evidence;
    item->waits = f->evidence;
    set_group(item, f->account->values[RC_FIELD_ROLES]);
    set_archive_cause(d, f, item);
}

/* Somebody added by hand up to a day that has come, whom no source has brought since. */
static void propose_hand_end(struct decision *d, struct following *f)
{
    const struct rc_plan_account *account = f->account;
    if (!account->active || !account->over || f->excluded || f->joining) return;
    list_add(d->arena, &f->evidence, account->node, RC_STR("until"));
    if (archive_declined(f)) return;
    struct rc_plan_item *item = add_item(d, RC_ITEM_ARCHIVE, account->node, &f->links);
    item->from = RC_STR("active");
    item->to = RC_STR("archived");
    item->cause = RC_STR("added by hand until then");
    item->evidence = f->evidence;
    item->waits = f->evidence;
    set_group(item, account->values[RC_FIELD_ROLES]);
}

static void propose_restore(struct decision *d, const struct following *f)
{
    struct picked back = {0};
    struct rc_str waits = {0};
    for (size_t i = 0; i < f->links.count; i++) {
        const size_t at = f->links.at[i];
        const struct rc_plan_record *record = &d->person->records[at];
        if (d->tokens[at].kind != TOKEN_OK || !record->present || presence_declined(record))
            continue;
        pick(d, &back, at);
        list_add(d->arena, &waits, record->node,
                 rc_str_print(d->arena, "%lld", (long long)record->returns));
    }
    if (back.count == 0) return;
    struct rc_plan_item *item = add_item(d, RC_ITEM_RESTORE, f->account->node, &back);
    item->from = RC_STR("archived");
    item->to = RC_STR("active");
    item->cause = RC_STR("returned");
    item->waits = waits;
    set_group(item, roles_of(d, &back));
    const struct rc_str hold = item->hold;
    for (size_t i = 0; i < f->links.count; i++) {
        struct rc_str **joined = &d->joined[f->links.at[i]];
        *joined = rc_arena_alloc(d->arena, sizeof **joined);
        **joined = hold;
    }
    count_situation(d, RC_SITUATION_RETURNED);
}

/* ---- fields ---- */

/* What a decline of this field's change waits for: value, record and its version. */
static bool field_declined(const struct rc_plan_account *account, const char *field,
                           struct rc_str waits)
{
    const struct rc_plan_mark *mark = find_mark(account->marks, account->mark_count,
                                                RC_STR("field"), rc_str_of(field));
    if (!mark) return false;
    struct rc_str was = mark->waits, now = waits;
    const struct rc_str was_version = rc_str_cut(&was, '\x1f'),
                        now_version = rc_str_cut(&now, '\x1f');
    const struct rc_str was_node = rc_str_cut(&was, '\x1f'), now_node = rc_str_cut(&now, '\x1f');
    if (!rc_str_eq(was, now)) return false;
    return !rc_str_eq(was_node, now_node) || rc_str_eq(was_version, now_version);
}

static void propose_update(struct decision *d, const struct following *f, enum rc_field field,
                           size_t speaker, struct rc_str value)
{
    const struct rc_plan_record *record = &d->person->records[speaker];
    const struct rc_str waits = rc_str_print(d->arena, "%lld\x1f%.*s\x1f%.*s",
                                             (long long)record->field_versions[field],
                                             RC_STR_ARG(record->node), RC_STR_ARG(value));
    if (field_declined(f->account, rc_field_name(field), waits)) return;
    const struct picked basis = {&speaker, 1, 1};
    struct rc_plan_item *item = add_item(d, RC_ITEM_UPDATE, f->account->node, &basis);
    item->field = rc_str_of(rc_field_name(field));
    item->from = f->account->values[field];
    item->to = value;
    item->cause = field == RC_FIELD_ROLES ? RC_STR("role or school changed")
                                          : RC_STR("field changed");
    item->waits = waits;
    set_group(item, f->account->values[RC_FIELD_ROLES]);
}

/* N1: what an unreadable record would say is not known, and nobody who comes after it is asked. Of
 * roles every record has a part, so there all must be readable. */
static bool unknown(const struct decision *d, const struct voices *voices, enum rc_field field)
{
    for (size_t i = 0; i < voices->count; i++) {
        const size_t at = voices->order[i];
        if (d->tokens[at].kind == TOKEN_UNREAD) return true;
        if (field != RC_FIELD_ROLES && d->person->records[at].values[field].len > 0) return false;
    }
    return false;
}

static void propose_updates(struct decision *d, const struct following *f)
{
    const struct rc_plan_account *account = f->account;
    struct rc_place *places = NULL;
    const size_t count = places_of(d, account->values[RC_FIELD_ROLES], RC_ROLE_COUNT_, &places);
    const struct voices voices = voices_of(d, &f->links);
    if (voices.count == 0 || !rc_policy_updates(d->policy, places, count)) return;
    bool pinned = false;
    for (int i = 0; i < RC_FIELD_COUNT_; i++) {
        const enum rc_field field = (enum rc_field)i;
        if (unknown(d, &voices, field)) continue;
        const size_t speaker = voice_for(d, &voices, field);
        const struct rc_str value = field == RC_FIELD_ROLES
                                        ? roles_of(d, &f->links)
                                        : d->person->records[speaker].values[field];
        if (rc_str_eq(value, account->values[field])) continue;
        pinned = pinned || account->pinned[field];
        if (!account->pinned[field]) propose_update(d, f, field, speaker, value);
    }
    if (pinned) count_situation(d, RC_SITUATION_PINNED);
}

/* ---- additions only ---- */

/* What is no addition waits, where settings say so. Decided last: whatever else holds goes before.
 */
static void hold_all_but_additions(struct decision *d, const struct rc_plan_account *account,
                                   size_t first)
{
    struct rc_place *places = NULL;
    const size_t count = places_of(d, account->values[RC_FIELD_ROLES], RC_ROLE_COUNT_, &places);
    if (!rc_policy_only_adds(d->policy, places, count)) return;
    for (size_t i = first; i < d->plan->item_count; i++) {
        struct rc_plan_item *item = &d->plan->items[i];
        const bool adds = item->kind != RC_ITEM_UPDATE && item->kind != RC_ITEM_ARCHIVE &&
                          item->kind != RC_ITEM_END;
        if (!adds && item->hold.len == 0) item->hold = RC_STR("additions only");
    }
}

/* ---- the account ---- */

static void count_links(struct decision *d, const struct following *f)
{
    for (size_t i = 0; i < f->links.count; i++) {
        const size_t at = f->links.at[i];
        count_situation(d, !d->person->records[at].present ? RC_SITUATION_MISSING
                           : is_out(d, at)                 ? RC_SITUATION_OUT_OF_SCOPE
                                                           : RC_SITUATION_LINKED);
    }
}

void decide_account(struct decision *d, const struct rc_plan_account *account)
{
    struct following f = follow(d, account);
    const size_t first = d->plan->item_count;
    if (f.links.count == 0) {
        propose_hand_end(d, &f);
        hold_all_but_additions(d, account, first);
        return;
    }
    if (f.excluded) {
        count_situation(d, RC_SITUATION_EXCLUDED);
        return;
    }
    count_links(d, &f);
    if (account->active && !f.alive) {
        propose_archive(d, &f);
    } else if (account->active) {
        propose_updates(d, &f);
    } else {
        propose_restore(d, &f);
    }
    decide_members(d, account, &f.links, !f.joining);
    hold_all_but_additions(d, account, first);
}
