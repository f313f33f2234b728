/* The effective settings of one district and the questions the planner asks of them. Values are
 * kept as JSON by (scope, name); a question that concerns several schools or sources is answered
 * with the safer of their values. */
#include "rollcall/roster/policy.h"

#include <assert.h>
#include <stdio.h>

#include "rollcall/base/auto.h"

struct rc_policy {
    struct rc_arena *arena;
    struct rc_map *values; /* "<scope>\n<name>" → const struct rc_json */
    struct rc_map *chosen; /* school id */
    struct rc_map *defaults;
    bool scoped; /* a school or a source has a value of its own */
    struct rc_match_rule *rules;
    size_t rule_count;
    int link, ask; /* the weights from which a rule links, and asks */
    int64_t version, scope_version;
    struct rc_str today;
};

static const char *const role_names[] = {[RC_ROLE_STUDENT] = "student",
                                         [RC_ROLE_TEACHER] = "teacher",
                                         [RC_ROLE_STAFF] = "staff",
                                         [RC_ROLE_ADMINISTRATOR] = "administrator",
                                         [RC_ROLE_GUARDIAN] = "guardian"};
_Static_assert(COUNT_OF(role_names) == RC_ROLE_COUNT_, "a name for every role");

/* Which setting switches a role on, and which says what becomes of those who leave. Guardians
 * follow their students. */
static const struct {
    const char *roster, *archive;
} role_settings[] = {[RC_ROLE_STUDENT] = {"students", "archive-students"},
                     [RC_ROLE_TEACHER] = {"teachers", "archive-teachers"},
                     [RC_ROLE_STAFF] = {"staff", "archive-staff"},
                     [RC_ROLE_ADMINISTRATOR] = {"administrators", "archive-administrators"},
                     [RC_ROLE_GUARDIAN] = {"guardians", "archive-students"}};
_Static_assert(COUNT_OF(role_settings) == RC_ROLE_COUNT_, "settings for every role");

/* What the source roles of OneRoster 1.1 and 1.2, and staff of Clever, usually mean; the setting
 * role-map goes before. */
static const struct {
    const char *source;
    enum rc_role role;
} usual_roles[] = {{"student", RC_ROLE_STUDENT},
                   {"teacher", RC_ROLE_TEACHER},
                   {"aide", RC_ROLE_STAFF},
                   {"proctor", RC_ROLE_STAFF},
                   {"counselor", RC_ROLE_STAFF},
                   {"administrator", RC_ROLE_ADMINISTRATOR},
                   {"principal", RC_ROLE_ADMINISTRATOR},
                   {"siteAdministrator", RC_ROLE_ADMINISTRATOR},
                   {"districtAdministrator", RC_ROLE_ADMINISTRATOR},
                   {"systemAdministrator", RC_ROLE_ADMINISTRATOR},
                   {"guardian", RC_ROLE_GUARDIAN},
                   {"parent", RC_ROLE_GUARDIAN},
                   {"relative", RC_ROLE_GUARDIAN},
                   {"ext:staff", RC_ROLE_STAFF}};

const char *rc_role_name(enum rc_role role)
{
    return (size_t)role < COUNT_OF(role_names) ? role_names[role] : NULL;
}

enum rc_role rc_role_parse(struct rc_str name)
{
    for (size_t i = 0; i < COUNT_OF(role_names); i++) {
        if (rc_str_eq(name, rc_str_of(role_names[i]))) return (enum rc_role)i;
    }
    return RC_ROLE_COUNT_;
}

/* A map holds what may be written; a parsed value may not, so it is held by a pointer of its own.
 */
struct holder {
    const struct rc_json *value;
};

static void keep(struct rc_policy *policy, struct rc_map *map, struct rc_str key,
                 const struct rc_json *value)
{
    struct holder *holder = rc_arena_alloc(policy->arena, sizeof *holder);
    holder->value = value;
    rc_map_put(map, key, holder);
}

static const struct rc_json *kept(const struct rc_map *map, struct rc_str key)
{
    const struct holder *holder = rc_map_get(map, key);
    return holder ? holder->value : NULL;
}

static void put_default(struct rc_policy *policy, const struct rc_setting *setting)
{
    const struct rc_json *value = NULL;
    /* The table is ours: a default that is not JSON shows in the first test that makes a policy. */
    if (rc_json_parse(rc_str_of(setting->fallback), NULL, policy->arena, &value) != RC_OK) abort();
    keep(policy, policy->defaults, rc_str_of(setting->name), value);
}

/* The heaviest first; who weighs the same stays behind. */
static void add_rule(struct rc_policy *policy, const struct rc_match_rule *rule)
{
    size_t at = policy->rule_count++;
    for (; at > 0 && policy->rules[at - 1].weight < rule->weight; at--)
        policy->rules[at] = policy->rules[at - 1];
    policy->rules[at] = *rule;
}

static void read_weights(struct rc_policy *policy)
{
    const int ask = (int)rc_policy_number(policy, "matching-ask");
    policy->link = (int)rc_policy_number(policy, "matching-link");
    policy->ask = ask < policy->link ? ask : policy->link;
}

/* They are asked of everybody, so they are read once. */
static rc_status read_rules(struct rc_policy *policy, const struct rc_json *list)
{
    policy->rules = rc_arena_array(policy->arena, rc_json_count(list) + 1, sizeof *policy->rules);
    policy->rule_count = 0;
    for (const struct rc_json *one = rc_json_first(list); one; one = rc_json_next(one)) {
        struct rc_match_rule rule;
        RC_TRY(rc_match_rule_parse(rc_json_text(one), &rule));
        add_rule(policy, &rule);
    }
    return RC_OK;
}

struct rc_policy *rc_policy_new(struct rc_arena *arena, int64_t version, int64_t scope_version,
                                struct rc_str today)
{
    struct rc_policy *policy = rc_arena_alloc(arena, sizeof *policy);
    *policy = (struct rc_policy){.arena = arena,
                                 .values = rc_map_new(arena),
                                 .chosen = rc_map_new(arena),
                                 .defaults = rc_map_new(arena),
                                 .version = version,
                                 .scope_version = scope_version,
                                 .today = rc_str_copy(arena, today)};
    size_t count = 0;
    const struct rc_setting *settings = rc_settings(&count);
    for (size_t i = 0; i < count; i++)
        put_default(policy, &settings[i]);
    if (read_rules(policy, kept(policy->defaults, RC_STR("matching"))) != RC_OK) abort();
    read_weights(policy);
    return policy;
}

static struct rc_str value_key(struct rc_arena *arena, struct rc_str scope, struct rc_str name)
{
    return rc_str_print(arena, "%.*s\n%.*s", RC_STR_ARG(scope), RC_STR_ARG(name));
}

static const enum rc_json_kind value_kinds[] = {
    [RC_SETTING_SWITCH] = RC_JSON_BOOL,   [RC_SETTING_CHOICE] = RC_JSON_STRING,
    [RC_SETTING_NUMBER] = RC_JSON_NUMBER, [RC_SETTING_LIST] = RC_JSON_ARRAY,
    [RC_SETTING_MAP] = RC_JSON_OBJECT,    [RC_SETTING_NAME] = RC_JSON_STRING,
    [RC_SETTING_DATES] = RC_JSON_ARRAY,   [RC_SETTING_RULES] = RC_JSON_ARRAY};
_Static_assert(COUNT_OF(value_kinds) == RC_SETTING_KIND_COUNT_,
               "a JSON kind for every kind of setting");

static const struct {
    const char *prefix, *words;
    enum rc_setting_own own;
} scopes[] = {{"school:", "a school", RC_OWN_SCHOOL}, {"source:", "a source", RC_OWN_SOURCE}};

rc_status rc_policy_set(struct rc_policy *policy, struct rc_str scope, struct rc_str name,
                        const struct rc_json *value)
{
    const struct rc_setting *setting = rc_setting_find(name);
    if (!setting) return rc_fail(RC_REJECT, "there is no setting \"%.*s\"", RC_STR_ARG(name));
    if (rc_json_kind(value) != value_kinds[setting->kind]) {
        return rc_fail(RC_REJECT, "setting %s: the stored value has the wrong shape",
                       setting->name);
    }
    for (size_t i = 0; i < COUNT_OF(scopes); i++) {
        const bool here = rc_str_starts(scope, rc_str_of(scopes[i].prefix));
        if (!here || (setting->own & scopes[i].own)) continue;
        return rc_fail(RC_REJECT, "setting %s has no value for %s alone", setting->name,
                       scopes[i].words);
    }
    if (setting->kind == RC_SETTING_RULES) RC_TRY(read_rules(policy, value));
    policy->scoped = policy->scoped || scope.len > 0;
    keep(policy, policy->values, value_key(policy->arena, scope, name), value);
    read_weights(policy);
    return RC_OK;
}

bool rc_policy_names_school(const struct rc_policy *policy, struct rc_str id, struct rc_str name)
{
    const struct rc_json *one = rc_json_first(rc_policy_list(policy, "schools"));

    for (; one; one = rc_json_next(one)) {
        const struct rc_str wish = rc_json_text(one);
        if (rc_str_eq(wish, id) || rc_str_eq_fold(rc_str_trim(wish), rc_str_trim(name)))
            return true;
    }
    return false;
}

void rc_policy_choose(struct rc_policy *policy, struct rc_str school_id)
{
    rc_map_put(policy->chosen, rc_str_copy(policy->arena, school_id), policy);
}

int64_t rc_policy_version(const struct rc_policy *policy)
{
    return policy->version;
}

int64_t rc_policy_scope_version(const struct rc_policy *policy)
{
    return policy->scope_version;
}

struct rc_str rc_policy_today(const struct rc_policy *policy)
{
    return policy->today;
}

/* What the setting is set to for a school ("school:") or a source ("source:") alone; NULL: nothing,
 * and where id is empty. */
static const struct rc_json *own(const struct rc_policy *policy, const char *name,
                                 const char *prefix, struct rc_str id)
{
    char key[300];
    if (id.len == 0 || !policy->scoped) return NULL;
    const int len = snprintf(key, sizeof key, "%s%.*s\n%s", prefix, RC_STR_ARG(id), name);
    if (len < 0 || (size_t)len >= sizeof key) return NULL;
    return kept(policy->values, (struct rc_str){key, (size_t)len});
}

/* The district's own value, else the default. */
static const struct rc_json *effective(const struct rc_policy *policy, const char *name)
{
    char key[100] = "\n";
    const size_t len = strlen(name);
    assert(len < sizeof key - 1); /* a setting of ours */
    memcpy(key + 1, name, len + 1);
    const struct rc_json *value = kept(policy->values, (struct rc_str){key, len + 1});
    return value ? value : kept(policy->defaults, rc_str_of(name));
}

static bool is_word(const struct rc_json *value, struct rc_str word)
{
    return rc_str_eq(rc_json_text(value), word);
}

/* Is the value the one that does more? The other one is the safer. */
typedef bool bold_fn(const struct rc_json *value, struct rc_str word);

static bool is_on(const struct rc_json *value, struct rc_str word)
{
    (void)word;
    return rc_json_bool(value);
}

static bool is_off(const struct rc_json *value, struct rc_str word)
{
    (void)word;
    return !rc_json_bool(value);
}

static bool is_another(const struct rc_json *value, struct rc_str word)
{
    return !is_word(value, word);
}

/* Does everybody who speaks for the place say it? *ret_spoke: somebody does; the district speaks
 * for a school that nobody else speaks for. */
static bool place_says(const struct rc_policy *policy, const char *name, struct rc_place place,
                       bold_fn *bold, struct rc_str word, bool *ret_spoke)
{
    const struct rc_json *speakers[] = {own(policy, name, "school:", place.school),
                                        own(policy, name, "source:", place.source)};
    if (!speakers[0] && !speakers[1] && place.school.len > 0) speakers[0] = effective(policy, name);
    *ret_spoke = speakers[0] || speakers[1];
    for (size_t i = 0; i < COUNT_OF(speakers); i++) {
        if (speakers[i] && !bold(speakers[i], word)) return false;
    }
    return true;
}

/* Does every place say it? Where none speaks, does the district? */
static bool all_say(const struct rc_policy *policy, const char *name, bold_fn *bold,
                    struct rc_str word, const struct rc_place *places, size_t count)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        bool spoke = false;
        if (!place_says(policy, name, places[i], bold, word, &spoke)) return false;
        any = any || spoke;
    }
    return any || bold(effective(policy, name), word);
}

/* A word outside the standard's list is kept as ext:<word>; an owner may map it under either. */
static bool names_role(struct rc_str name, struct rc_str source_role)
{
    const struct rc_str prefix = RC_STR("ext:");

    if (rc_str_eq(name, source_role)) return true;
    if (!rc_str_starts(source_role, prefix)) return false;
    return rc_str_eq(name,
                     (struct rc_str){source_role.data + prefix.len, source_role.len - prefix.len});
}

/* false: the map does not say what the word means. */
static bool map_says(const struct rc_json *map, struct rc_str word, enum rc_role *ret_role)
{
    for (const struct rc_json *entry = rc_json_first(map); entry; entry = rc_json_next(entry)) {
        if (!names_role(rc_json_name(entry), word)) continue;
        *ret_role = rc_role_parse(rc_json_text(entry));
        return true;
    }
    return false;
}

/* false: nobody says what the word means. */
static bool find_role(const struct rc_policy *policy, struct rc_str source, struct rc_str word,
                      enum rc_role *ret_role)
{
    *ret_role = RC_ROLE_COUNT_;
    if (map_says(own(policy, "role-map", "source:", source), word, ret_role) ||
        map_says(effective(policy, "role-map"), word, ret_role))
        return true;
    for (size_t i = 0; i < COUNT_OF(usual_roles); i++) {
        if (!rc_str_eq(word, rc_str_of(usual_roles[i].source))) continue;
        *ret_role = usual_roles[i].role;
        return true;
    }
    return false;
}

enum rc_role rc_policy_role(const struct rc_policy *policy, struct rc_str source,
                            struct rc_str source_role)
{
    enum rc_role role = RC_ROLE_COUNT_;
    (void)find_role(policy, source, source_role, &role);
    return role;
}

bool rc_policy_knows_role(const struct rc_policy *policy, struct rc_str source,
                          struct rc_str source_role)
{
    enum rc_role role = RC_ROLE_COUNT_;
    return find_role(policy, source, source_role, &role);
}

bool rc_policy_school_chosen(const struct rc_policy *policy, struct rc_str school)
{
    return rc_map_get(policy->chosen, school) != NULL;
}

bool rc_policy_rostered(const struct rc_policy *policy, enum rc_role role, struct rc_place place)
{
    if (role >= RC_ROLE_COUNT_) return false;
    if (role == RC_ROLE_GUARDIAN) return rc_policy_rosters_guardians(policy, &place, 1);
    if (place.school.len > 0 && !rc_policy_school_chosen(policy, place.school)) return false;
    return all_say(policy, role_settings[role].roster, is_on, (struct rc_str){0}, &place, 1);
}

bool rc_policy_rosters_guardians(const struct rc_policy *policy, const struct rc_place *places,
                                 size_t count)
{
    return all_say(policy, "guardians", is_another, RC_STR("off"), places, count);
}

bool rc_policy_guardians_are_contacts(const struct rc_policy *policy, const struct rc_place *places,
                                      size_t count)
{
    return rc_policy_rosters_guardians(policy, places, count) &&
           !all_say(policy, "guardians", is_word, RC_STR("accounts"), places, count);
}

bool rc_policy_updates(const struct rc_policy *policy, const struct rc_place *places, size_t count)
{
    return all_say(policy, "existing-people", is_word, RC_STR("update"), places, count);
}

bool rc_policy_archives(const struct rc_policy *policy, enum rc_role role,
                        const struct rc_place *places, size_t count)
{
    if (role >= RC_ROLE_COUNT_) return false;
    return all_say(policy, role_settings[role].archive, is_word, RC_STR("archive"), places, count);
}

bool rc_policy_archives_disabled(const struct rc_policy *policy, const struct rc_place *places,
                                 size_t count)
{
    return all_say(policy, "disabled-people", is_word, RC_STR("archive"), places, count);
}

bool rc_policy_only_adds(const struct rc_policy *policy, const struct rc_place *places,
                         size_t count)
{
    return !all_say(policy, "additions-only", is_off, (struct rc_str){0}, places, count);
}

bool rc_policy_asks_always(const struct rc_policy *policy, const struct rc_place *places,
                           size_t count)
{
    return !all_say(policy, "approval", is_another, RC_STR("always"), places, count);
}

bool rc_policy_keeps_lists(const struct rc_policy *policy, struct rc_place place)
{
    return all_say(policy, "class-lists", is_on, (struct rc_str){0}, &place, 1);
}

static bool names(const struct rc_json *list, struct rc_str word)
{
    for (const struct rc_json *one = rc_json_first(list); one; one = rc_json_next(one)) {
        if (rc_str_eq_fold(rc_str_trim(rc_json_text(one)), word)) return true;
    }
    return false;
}

/* The school's own value, else the district's. */
static const struct rc_json *at_school(const struct rc_policy *policy, const char *name,
                                       struct rc_str school)
{
    const struct rc_json *value = own(policy, name, "school:", school);
    return value ? value : effective(policy, name);
}

int64_t rc_policy_number(const struct rc_policy *policy, const char *name)
{
    int64_t value = 0;
    rc_ignore(rc_str_int(rc_json_text(effective(policy, name)), INT64_MIN, INT64_MAX, &value));
    return value;
}

struct rc_str rc_policy_choice(const struct rc_policy *policy, const char *name)
{
    return rc_json_text(effective(policy, name));
}

static bool are_last(const struct rc_json *last, struct rc_str grades)
{
    do {
        if (!names(last, rc_str_cut(&grades, ','))) return false;
    } while (grades.data);
    return true;
}

bool rc_policy_graduates(const struct rc_policy *policy, const struct rc_place *places,
                         size_t count, struct rc_str grades, struct rc_str on)
{
    if (count == 0 || grades.len == 0) return false;
    for (size_t i = 0; i < count; i++) {
        if (!rc_dates_hold(at_school(policy, "year-end-dates", places[i].school), on) ||
            !are_last(at_school(policy, "last-grades", places[i].school), grades))
            return false;
    }
    return true;
}

const struct rc_json *rc_policy_list(const struct rc_policy *policy, const char *name)
{
    return effective(policy, name);
}

void rc_policy_words_at(const struct rc_policy *policy, const char *name, struct rc_place place,
                        struct rc_json_out *out, const char *key)
{
    const struct rc_json *words = own(policy, name, "school:", place.school);
    const struct rc_json *also = own(policy, name, "source:", place.source);
    if (!words || (also && names(words, RC_STR("all")))) {
        words = also ? also : words;
        also = NULL;
    }
    if (!words) words = effective(policy, name);
    rc_json_open(out, key, '[');
    for (const struct rc_json *one = rc_json_first(words); one; one = rc_json_next(one)) {
        const struct rc_str word = rc_json_text(one);
        if (!also || names(also, RC_STR("all")) || names(also, rc_str_trim(word)))
            rc_json_put_text(out, NULL, word);
    }
    rc_json_close(out, ']');
}

const struct rc_match_rule *rc_policy_matching(const struct rc_policy *policy, size_t *ret_count)
{
    *ret_count = policy->rule_count;
    return policy->rules;
}

int rc_policy_match_link(const struct rc_policy *policy)
{
    return policy->link;
}

int rc_policy_match_ask(const struct rc_policy *policy)
{
    return policy->ask;
}

bool rc_threshold_exceeded(int64_t percent, int64_t affected, int64_t population)
{
    return population > 0 && affected * 100 > percent * population;
}
