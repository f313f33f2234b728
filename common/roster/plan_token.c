/* Tokens: for each record, what keeps it from carrying its person, with the version of that reason.
 * Guardians come last, since they follow their students. */
#include "plan_private.h"

#include "rollcall/base/buf.h"

struct rc_str source_of(struct rc_str node)
{
    struct rc_str rest = node;
    rc_str_cut(&rest, ':');
    return rc_str_cut(&rest, ':');
}

enum rc_role role_of(const struct decision *d, const struct rc_plan_record *record,
                     struct rc_str word)
{
    return rc_policy_role(d->policy, source_of(record->node), word);
}

static bool states_role(const struct decision *d, const struct rc_plan_record *record,
                        enum rc_role role)
{
    for (size_t i = 0; i < record->role_count; i++) {
        if (role_of(d, record, record->roles[i].role) == role) return true;
    }
    return false;
}

/* A role of its own that is rostered; being somebody's guardian is no such role. */
static bool rostered_itself(const struct decision *d, const struct rc_plan_record *record)
{
    for (size_t i = 0; i < record->role_count; i++) {
        const enum rc_role role = role_of(d, record, record->roles[i].role);
        const struct rc_place place = {source_of(record->node), record->roles[i].school};
        if (role != RC_ROLE_GUARDIAN && rc_policy_rostered(d->policy, role, place)) return true;
    }
    return false;
}

struct token scope_token(struct decision *d, const struct rc_plan_record *record)
{
    const long long scope = (long long)rc_policy_scope_version(d->policy);
    const long long own = (long long)record->field_versions[RC_FIELD_ROLES];
    return (struct token){TOKEN_SCOPE, rc_str_print(d->arena, "scope:%lld:%lld", scope, own)};
}

/* Nobody says what any of its words for a role means: what the record would say is not known, as of
 * one that could not be read. Whoever has an account keeps what they have. */
static bool unclear(const struct decision *d, const struct rc_plan_record *record)
{
    for (size_t i = 0; i < record->role_count; i++) {
        const struct rc_str word = record->roles[i].role;
        if (rc_policy_knows_role(d->policy, source_of(record->node), word)) return false;
    }
    return record->role_count > 0 && record->account.len > 0;
}

/* What the account was made for, where its record does not say it any more. */
static bool was_student(const struct decision *d, const struct rc_plan_record *record)
{
    for (size_t i = 0; i < d->person->account_count; i++) {
        const struct rc_plan_account *account = &d->person->accounts[i];
        if (!rc_str_eq(account->node, record->account)) continue;
        struct rc_str roles = account->values[RC_FIELD_ROLES];
        return rc_role_parse(rc_str_cut(&roles, '@')) == RC_ROLE_STUDENT;
    }
    return false;
}

size_t places_of_record(struct decision *d, const struct rc_plan_record *record,
                        struct rc_place **ret_places)
{
    *ret_places = rc_arena_array(d->arena, record->role_count + 1, sizeof **ret_places);
    for (size_t i = 0; i < record->role_count; i++)
        (*ret_places)[i] = (struct rc_place){source_of(record->node), record->roles[i].school};
    return record->role_count;
}

static bool has_active_account(const struct decision *d, const struct rc_plan_record *record)
{
    for (size_t i = 0; i < d->person->account_count; i++) {
        const struct rc_plan_account *account = &d->person->accounts[i];
        if (rc_str_eq(account->node, record->account)) return account->active;
    }
    return false;
}

/* Disabled in the SIS, where that is a reason to leave; a guardian follows the students all the
 * same. Who has an account keeps it until the countdown is complete (D1), and nobody gets one. */
static bool leaves_disabled(struct decision *d, const struct rc_plan_record *record)
{
    if (!record->disabled || (record->off == 0 && has_active_account(d, record))) return false;
    struct rc_place *places = NULL;
    const size_t count = places_of_record(d, record, &places);
    return rc_policy_archives_disabled(d->policy, places, count);
}

static struct token present_token(struct decision *d, const struct rc_plan_record *record)
{
    if (!leaves_disabled(d, record)) return (struct token){TOKEN_OK, RC_STR("ok")};
    const long long version = (long long)record->enabled_version;
    return (struct token){TOKEN_DISABLED, rc_str_print(d->arena, "disabled:%lld", version)};
}

static struct token own_token(struct decision *d, const struct rc_plan_record *record)
{
    if (record->gone > 0) {
        return (struct token){TOKEN_GONE,
                              rc_str_print(d->arena, "gone:%lld", (long long)record->sights)};
    }
    if (!record->shared) return (struct token){TOKEN_UNSHARED, RC_STR("unshared")};
    if (record->unread) return (struct token){TOKEN_UNREAD, RC_STR("unread")};
    if (rostered_itself(d, record)) return present_token(d, record);
    if (unclear(d, record)) return (struct token){TOKEN_UNREAD, RC_STR("unclear")};
    return scope_token(d, record);
}

bool names_guardian(const struct rc_plan_record *student, struct rc_str node)
{
    for (size_t i = 0; i < student->guardian_count; i++) {
        if (rc_str_eq(student->guardians[i].node, node)) return true;
    }
    return false;
}

bool rosters_guardians(struct decision *d, size_t at)
{
    struct rc_place *places = NULL;
    const size_t count = places_of_record(d, &d->person->records[at], &places);
    return rc_policy_rosters_guardians(d->policy, places, count);
}

/* Guardians are rostered for the sake of their students: where one of these has them. Of whom
 * nobody names the record's own places say it. */
static bool is_wanted_guardian(struct decision *d, size_t at)
{
    bool named = false;
    for (size_t i = 0; i < d->person->record_count; i++) {
        if (!d->student[i] || !names_guardian(&d->person->records[i], d->person->records[at].node))
            continue;
        if (rosters_guardians(d, i)) return true;
        named = true;
    }
    return !named && rosters_guardians(d, at);
}

/* A guardian is rostered with the students who name it, and leaves with the last of them. */
static struct token guardian_token(struct decision *d, const struct rc_plan_record *record)
{
    struct rc_str follows = {0};
    for (size_t i = 0; i < d->person->record_count; i++) {
        const struct rc_plan_record *student = &d->person->records[i];
        if (!d->student[i] || !names_guardian(student, record->node) || !rosters_guardians(d, i))
            continue;
        if (d->tokens[i].kind <= TOKEN_UNREAD) return (struct token){TOKEN_OK, RC_STR("ok")};
        list_add(d->arena, &follows, student->node, d->tokens[i].text);
    }
    return (struct token){TOKEN_FOLLOWS,
                          rc_str_print(d->arena, "follows:%.*s", RC_STR_ARG(follows))};
}

bool is_doubtful(const struct decision *d, size_t at)
{
    const struct rc_plan_record *record = &d->person->records[at];
    return record->gone == 1 || (d->tokens[at].kind == TOKEN_DISABLED && record->off == 1);
}

bool is_out(const struct decision *d, size_t at)
{
    const enum token_kind kind = d->tokens[at].kind;
    return kind == TOKEN_SCOPE || kind == TOKEN_FOLLOWS || kind == TOKEN_DISABLED;
}

void decide_tokens(struct decision *d)
{
    const size_t count = d->person->record_count;
    for (size_t i = 0; i < count; i++) {
        const struct rc_plan_record *record = &d->person->records[i];
        d->student[i] = states_role(d, record, RC_ROLE_STUDENT) ||
                        (unclear(d, record) && was_student(d, record));
        d->tokens[i] = own_token(d, record);
    }
    for (size_t i = 0; i < count; i++) {
        const struct rc_plan_record *record = &d->person->records[i];
        if (d->tokens[i].kind != TOKEN_SCOPE || !states_role(d, record, RC_ROLE_GUARDIAN)) continue;
        if (is_wanted_guardian(d, i)) d->tokens[i] = guardian_token(d, record);
    }
}

static void add_roles(struct decision *d, size_t at, struct rc_str *list)
{
    const struct rc_plan_record *record = &d->person->records[at];
    for (size_t i = 0; i < record->role_count; i++) {
        const enum rc_role role = role_of(d, record, record->roles[i].role);
        const struct rc_str source = source_of(record->node), school = record->roles[i].school;
        if (role == RC_ROLE_GUARDIAN
                ? !is_wanted_guardian(d, at)
                : !rc_policy_rostered(d->policy, role, (struct rc_place){source, school}))
            continue;
        if (school.len > 0 && !rc_policy_school_chosen(d->policy, school))
            continue; /* a guardian's school */
        const struct rc_str text = rc_str_print(d->arena, "%s@%.*s/%.*s", rc_role_name(role),
                                                RC_STR_ARG(source), RC_STR_ARG(school));
        list_add(d->arena, list, text, (struct rc_str){0});
    }
}

struct rc_str roles_of(struct decision *d, const struct picked *use)
{
    struct rc_str list = {0};
    for (size_t i = 0; i < use->count; i++) {
        const size_t at = use->at[i];
        if (d->tokens[at].kind == TOKEN_OK) add_roles(d, at, &list);
    }
    return list;
}
