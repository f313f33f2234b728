/* What a profile may hold, as tables; profile.schema.json says the same in its own language. */
#include "profile_rules.h"

#include <stdarg.h>
#include <stdio.h>

#include "rollcall/base/auto.h"

enum { TEXT_MAX = 1000, PATH_ROOM = 200, PROBLEMS_MAX = 50 };

#define TEXT(name, needed)                                  \
    {                                                       \
        name, PROFILE_TEXT, needed, 1, TEXT_MAX, NULL, NULL \
    }
#define CHOICE(name, needed, choices)                          \
    {                                                          \
        name, PROFILE_TEXT, needed, 1, TEXT_MAX, choices, NULL \
    }
#define NUMBER(name, min, max)                            \
    {                                                     \
        name, PROFILE_NUMBER, false, min, max, NULL, NULL \
    }
#define FLAG(name)                                  \
    {                                               \
        name, PROFILE_FLAG, false, 0, 0, NULL, NULL \
    }
#define WORDS(name, needed, min, max, choices)               \
    {                                                        \
        name, PROFILE_WORDS, needed, min, max, choices, NULL \
    }
#define OBJECT(name, needed, rows)                     \
    {                                                  \
        name, PROFILE_OBJECT, needed, 0, 0, NULL, rows \
    }
#define OBJECTS(name, needed, min, max, rows)               \
    {                                                       \
        name, PROFILE_OBJECTS, needed, min, max, NULL, rows \
    }
#define RULES_END                                   \
    {                                               \
        NULL, PROFILE_TEXT, false, 0, 0, NULL, NULL \
    }

static const struct profile_rule check_rules[] = {TEXT("question", true), TEXT("where", true),
                                                  RULES_END};
static const struct profile_rule form_rules[] = {TEXT("field", true),    TEXT("label", true),
                                                 TEXT("where", true),    TEXT("example", false),
                                                 TEXT("default", false), RULES_END};
static const struct profile_rule trust_rules[] = {FLAG("dates"), FLAG("deletes"), RULES_END};
static const struct profile_rule parent_rules[] = {CHOICE("rule", true, "all|first-agent|none"),
                                                   TEXT("words", true), RULES_END};
static const struct profile_rule quirk_rules[] = {
    CHOICE("content_type", false, "form"),
    CHOICE("client_auth", false, "basic|body|query"),
    CHOICE("discovery", false, "classlink"),
    CHOICE("person", false, "masterId|identifier"),
    CHOICE("sort", false, "none"),
    WORDS("filters", false, 0, 10, "dateLastModified|status"),
    NUMBER("requests_per_minute", 1, 100000),
    RULES_END};

const struct profile_rule profile_rules[] = {
    TEXT("$schema", false),
    TEXT("profile", true),
    TEXT("name", true),
    TEXT("vendor", true),
    OBJECT("precheck", true, check_rules),
    WORDS("versions", true, 1, 2, "1.1|1.2"),
    WORDS("auth", true, 1, 4, "oauth1-sha1|oauth1-sha256|oauth2|bearer"),
    TEXT("url", false),
    TEXT("token_url", false),
    OBJECTS("form", true, 1, 12, form_rules),
    NUMBER("page_size", 1, 10000),
    NUMBER("parallel", 1, 8),
    TEXT("busy_hours", false),
    OBJECT("trusts", true, trust_rules),
    OBJECT("primary_parent", true, parent_rules),
    OBJECT("quirks", false, quirk_rules),
    WORDS("notes", false, 0, 20, NULL),
    RULES_END};

/* ---- problems ---- */

void profile_problem(struct profile_problems *problems, const char *path, const char *format, ...)
{
    char text[400];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (problems->count++ >= PROBLEMS_MAX) return; /* who reads fifty has enough to do */
    rc_buf_print(&problems->lines, "%s%s%s\n", path, path[0] ? ": " : "", text);
}

/* ---- one value against its rule ---- */

static bool is_choice(const char *choices, struct rc_str word)
{
    struct rc_str rest = rc_str_of(choices);

    while (rest.data)
        if (rc_str_eq(rc_str_cut(&rest, '|'), word)) return true;
    return false;
}

static bool is_plain(struct rc_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.data[i] < 0x20 || text.data[i] == 0x7f) return false;
    return rc_str_trim(text).len == text.len;
}

static void check_text(const struct rc_json *value, const struct profile_rule *rule,
                       const char *path, struct profile_problems *problems)
{
    const struct rc_str text = rc_json_text(value);

    if (rc_json_kind(value) != RC_JSON_STRING)
        profile_problem(problems, path, "a text is due");
    else if (text.len == 0 || text.len > TEXT_MAX || !is_plain(text))
        profile_problem(problems, path,
                        "1 to %d bytes are due, without blanks around them and "
                        "without control characters",
                        TEXT_MAX);
    else if (rule->choices && !is_choice(rule->choices, text))
        profile_problem(problems, path, "one of %s is due", rule->choices);
}

static void check_number(const struct rc_json *value, const struct profile_rule *rule,
                         const char *path, struct profile_problems *problems)
{
    int64_t number = 0;

    if (rc_json_kind(value) != RC_JSON_NUMBER ||
        rc_str_int(rc_json_text(value), rule->min, rule->max, &number) != RC_OK)
        profile_problem(problems, path, "a whole number from %lld to %lld is due",
                        (long long)rule->min, (long long)rule->max);
}

static void check_flag(const struct rc_json *value, const struct profile_rule *rule,
                       const char *path, struct profile_problems *problems)
{
    (void)rule;
    if (rc_json_kind(value) != RC_JSON_BOOL)
        profile_problem(problems, path, "true or false is due");
}

static void check_object(const struct rc_json *value, const struct profile_rule *rule,
                         const char *path, struct profile_problems *problems)
{
    profile_check(value, rule->rows, path, problems);
}

typedef void check_fn(const struct rc_json *value, const struct profile_rule *rule,
                      const char *path, struct profile_problems *problems);

static void check_list(const struct rc_json *value, const struct profile_rule *rule,
                       const char *path, struct profile_problems *problems, check_fn *check)
{
    const size_t count = rc_json_count(value);
    char at[PATH_ROOM];
    size_t place = 0;

    if (rc_json_kind(value) != RC_JSON_ARRAY || count < (size_t)rule->min ||
        count > (size_t)rule->max) {
        profile_problem(problems, path, "a list of %lld to %lld is due", (long long)rule->min,
                        (long long)rule->max);
        return;
    }
    for (const struct rc_json *one = rc_json_first(value); one; one = rc_json_next(one)) {
        (void)snprintf(at, sizeof at, "%.180s[%zu]", path, place++);
        check(one, rule, at, problems);
    }
}

static void check_words(const struct rc_json *value, const struct profile_rule *rule,
                        const char *path, struct profile_problems *problems)
{
    check_list(value, rule, path, problems, check_text);
}

static void check_objects(const struct rc_json *value, const struct profile_rule *rule,
                          const char *path, struct profile_problems *problems)
{
    check_list(value, rule, path, problems, check_object);
}

static check_fn *const checks[] = {
    [PROFILE_TEXT] = check_text,     [PROFILE_NUMBER] = check_number,
    [PROFILE_FLAG] = check_flag,     [PROFILE_WORDS] = check_words,
    [PROFILE_OBJECT] = check_object, [PROFILE_OBJECTS] = check_objects};

/* ---- an object ---- */

static const struct profile_rule *find_rule(const struct profile_rule *rules, struct rc_str name)
{
    for (; rules->name; rules++)
        if (rc_str_eq(rc_str_of(rules->name), name)) return rules;
    return NULL;
}

static void join(char *at, size_t room, const char *path, struct rc_str name)
{
    const int len = name.len > 60 ? 60 : (int)name.len;

    (void)snprintf(at, room, "%.120s%s%.*s", path, path[0] ? "." : "", len, name.data);
}

static void check_known(const struct rc_json *object, const struct profile_rule *rules,
                        const char *path, struct profile_problems *problems)
{
    char at[PATH_ROOM];

    for (const struct rc_json *one = rc_json_first(object); one; one = rc_json_next(one)) {
        const struct profile_rule *rule = find_rule(rules, rc_json_name(one));
        join(at, sizeof at, path, rc_json_name(one));
        if (rule)
            checks[rule->kind](one, rule, at, problems);
        else
            profile_problem(problems, at, "a profile has no such member");
    }
}

void profile_check(const struct rc_json *object, const struct profile_rule *rules, const char *path,
                   struct profile_problems *problems)
{
    char at[PATH_ROOM];

    if (rc_json_kind(object) != RC_JSON_OBJECT) {
        profile_problem(problems, path, "an object is due");
        return;
    }
    check_known(object, rules, path, problems);
    for (const struct profile_rule *rule = rules; rule->name; rule++) {
        if (!rule->needed || rc_json_get(object, rule->name)) continue;
        join(at, sizeof at, path, rc_str_of(rule->name));
        profile_problem(problems, at, "is missing");
    }
}
