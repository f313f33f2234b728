/* Profiles: the form is held against its rules first, so that reading needs no checks; then what
 * no form can say: that addresses, fields and kinds of sign-in go together. */
#include "rollcall/roster/profile.h"

#include "profile_rules.h"
#include "rollcall/base/auto.h"

enum { ID_MAX = 40, FILE_MAX = 65536, DEFAULT_PAGE_SIZE = 1000 };

/* ---- words of one's own ---- */

static bool is_id(struct rc_str id, size_t max)
{
    for (size_t i = 0; i < id.len; i++) {
        const char c = id.data[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!letter && (i == 0 || (c != '-' && c != '.'))) return false;
    }
    return id.len > 0 && id.len <= max;
}

static bool is_time(struct rc_str time)
{
    struct rc_str minute = time;
    const struct rc_str hour = rc_str_cut(&minute, ':');
    int64_t number = 0;

    return hour.len == 2 && minute.len == 2 && rc_str_int(hour, 0, 23, &number) == RC_OK &&
           rc_str_int(minute, 0, 59, &number) == RC_OK;
}

bool rc_profile_has(const struct rc_profile_texts *texts, struct rc_str word)
{
    for (size_t i = 0; i < texts->count; i++)
        if (rc_str_eq(texts->items[i], word)) return true;
    return false;
}

const struct rc_profile_field *rc_profile_field_find(const struct rc_profile *profile,
                                                     struct rc_str name)
{
    for (size_t i = 0; i < profile->field_count; i++)
        if (rc_str_eq(profile->fields[i].name, name)) return &profile->fields[i];
    return NULL;
}

/* ---- reading ---- */

static struct rc_str text_at(const struct rc_json *object, const char *name)
{
    return rc_json_text(rc_json_get(object, name));
}

static int64_t number_at(const struct rc_json *object, const char *name, int64_t fallback)
{
    int64_t number = fallback;

    rc_ignore(rc_str_int(text_at(object, name), 1, INT32_MAX, &number));
    return number;
}

static struct rc_profile_texts texts_at(const struct rc_json *object, const char *name,
                                        struct rc_arena *arena)
{
    const struct rc_json *list = rc_json_get(object, name);
    struct rc_str *items = rc_arena_array(arena, rc_json_count(list) + 1, sizeof *items);
    size_t count = 0;

    for (const struct rc_json *one = rc_json_first(list); one; one = rc_json_next(one))
        items[count++] = rc_json_text(one);
    return (struct rc_profile_texts){items, count};
}

static void read_form(const struct rc_json *root, struct rc_arena *arena,
                      struct rc_profile *profile)
{
    const struct rc_json *form = rc_json_get(root, "form");
    struct rc_profile_field *fields = rc_arena_array(arena, rc_json_count(form) + 1,
                                                     sizeof *fields);

    for (const struct rc_json *one = rc_json_first(form); one; one = rc_json_next(one))
        fields[profile->field_count++] = (struct rc_profile_field){
            .name = text_at(one, "field"),
            .label = text_at(one, "label"),
            .where = text_at(one, "where"),
            .example = text_at(one, "example"),
            .fallback = text_at(one, "default")};
    profile->fields = fields;
}

/* "07:00-17:00"; what is not of that form leaves a time that is none. */
static void read_busy(struct rc_str hours, struct rc_profile *profile)
{
    profile->busy_from = rc_str_cut(&hours, '-');
    profile->busy_until = hours;
}

static struct rc_profile read_profile(const struct rc_json *root, struct rc_arena *arena)
{
    const struct rc_json *check = rc_json_get(root, "precheck");
    const struct rc_json *trusts = rc_json_get(root, "trusts");
    const struct rc_json *parent = rc_json_get(root, "primary_parent");
    struct rc_profile profile = {.id = text_at(root, "profile"),
                                 .name = text_at(root, "name"),
                                 .vendor = text_at(root, "vendor"),
                                 .check = text_at(check, "question"),
                                 .check_where = text_at(check, "where"),
                                 .versions = texts_at(root, "versions", arena),
                                 .auths = texts_at(root, "auth", arena),
                                 .url = text_at(root, "url"),
                                 .token_url = text_at(root, "token_url"),
                                 .page_size = number_at(root, "page_size", DEFAULT_PAGE_SIZE),
                                 .parallel = number_at(root, "parallel", 1),
                                 .honest_dates = !rc_json_get(trusts, "dates") ||
                                                 rc_json_bool(rc_json_get(trusts, "dates")),
                                 .honest_deletes = rc_json_bool(rc_json_get(trusts, "deletes")),
                                 .parent = text_at(parent, "rule"),
                                 .parent_words = text_at(parent, "words"),
                                 .quirks = rc_json_get(root, "quirks"),
                                 .notes = texts_at(root, "notes", arena)};

    read_form(root, arena, &profile);
    read_busy(text_at(root, "busy_hours"), &profile);
    return profile;
}

/* ---- what no form can say ---- */

static bool needs(const struct rc_profile *profile, const char *name)
{
    return rc_profile_field_find(profile, rc_str_of(name)) != NULL;
}

/* The next {field} of *rest, which is left behind it; an empty view with data: braces that do not
 * close or hold nothing. False: there is none. */
static bool next_field(struct rc_str *rest, struct rc_str *ret_before, struct rc_str *ret_name)
{
    *ret_before = rc_str_cut(rest, '{');
    if (!rest->data) return false;
    *ret_name = rc_str_cut(rest, '}');
    if (!rest->data) ret_name->len = 0;
    return true;
}

static void check_address(const struct rc_profile *profile, const char *path,
                          struct rc_str template, struct profile_problems *problems)
{
    struct rc_str before = {0};
    struct rc_str name = {0};

    if (template.len == 0) return;
    if (template.data[0] != '{' && !rc_str_starts(template, RC_STR("https://")))
        profile_problem(problems, path, "https:// or a {field} is due at the start");
    while (template.data && next_field(&template, &before, &name)) {
        if (name.len == 0 || !rc_profile_field_find(profile, name))
            profile_problem(problems, path, "{%.*s} is no field of the form",
                            (int)(name.len > 60 ? 60 : name.len), name.data);
        else if (rc_str_eq(name, RC_STR("client-secret")))
            profile_problem(problems, path, "a secret never stands in an address");
    }
}

static void check_fields(const struct rc_profile *profile, struct profile_problems *problems)
{
    for (size_t i = 0; i < profile->field_count; i++) {
        const struct rc_profile_field *field = &profile->fields[i];
        if (!is_id(field->name, ID_MAX))
            profile_problem(problems, "form", "a field's name is made of a-z, 0-9, - and .");
        else if (rc_profile_field_find(profile, field->name) != field)
            profile_problem(problems, "form", "%.*s stands there twice", RC_STR_ARG(field->name));
    }
    if (!needs(profile, "client-secret"))
        profile_problem(problems, "form", "the field client-secret is missing");
    if (!needs(profile, "url") && profile->url.len == 0)
        profile_problem(problems, "form", "the field url is missing, or the profile's own url");
}

/* What each kind of sign-in cannot do without. */
static void check_auth(const struct rc_profile *profile, struct profile_problems *problems)
{
    const bool tokens = rc_profile_has(&profile->auths, RC_STR("oauth2"));
    const bool signs = rc_profile_has(&profile->auths, RC_STR("oauth1-sha1")) ||
                       rc_profile_has(&profile->auths, RC_STR("oauth1-sha256"));
    const bool finds = text_at(profile->quirks, "discovery").len > 0;

    if ((tokens || finds) && profile->token_url.len == 0 && !needs(profile, "token-url"))
        profile_problem(problems, "form",
                        "the field token-url is missing, or the profile's own token_url");
    if ((tokens || signs || finds) && !needs(profile, "client-id"))
        profile_problem(problems, "form", "the field client-id is missing");
    if (finds && !rc_profile_has(&profile->auths, RC_STR("bearer")))
        profile_problem(problems, "quirks.discovery", "belongs to the sign-in bearer");
}

static void check_together(const struct rc_profile *profile, bool busy,
                           struct profile_problems *problems)
{
    if (!is_id(profile->id, ID_MAX))
        profile_problem(problems, "profile", "at most %d of a-z, 0-9, - and . are due", ID_MAX);
    if (busy && !(is_time(profile->busy_from) && is_time(profile->busy_until)))
        profile_problem(problems, "busy_hours", "two times of day are due, as 07:00-17:00");
    check_fields(profile, problems);
    check_auth(profile, problems);
    check_address(profile, "url", profile->url, problems);
    check_address(profile, "token_url", profile->token_url, problems);
}

/* ---- the whole ---- */

static rc_status tell(const struct profile_problems *found, struct rc_buf *problems)
{
    struct rc_str lines = rc_buf_str(&found->lines);

    if (found->count == 0) return RC_OK;
    if (problems) rc_buf_add_str(problems, lines);
    const struct rc_str first = rc_str_cut(&lines, '\n');
    return rc_fail(RC_REJECT, "%.*s", RC_STR_ARG(first));
}

static rc_status check_all(const struct rc_json *root, struct rc_arena *arena,
                           struct profile_problems *found, struct rc_profile *ret_profile)
{
    profile_check(root, profile_rules, "", found);
    if (found->count > 0) return RC_REJECT;
    const struct rc_profile profile = read_profile(root, arena);
    check_together(&profile, rc_json_get(root, "busy_hours") != NULL, found);
    if (found->count > 0) return RC_REJECT;
    *ret_profile = profile;
    return RC_OK;
}

rc_status rc_profile_parse(struct rc_str text, struct rc_arena *arena, struct rc_buf *problems,
                           struct rc_profile *ret_profile)
{
    const struct rc_json_limits limits = {.max_bytes = FILE_MAX, .max_depth = 8};
    struct profile_problems found = {0};
    const struct rc_json *root = NULL;

    /* Views must outlive the file's bytes. */
    const rc_status parsed = rc_json_parse(rc_str_copy(arena, text), &limits, arena, &root);
    if (parsed != RC_OK)
        profile_problem(&found, "", "%s", rc_error_text());
    else
        rc_ignore(check_all(root, arena, &found, ret_profile));
    const rc_status status = tell(&found, problems);
    rc_buf_done(&found.lines);
    return status;
}

/* ---- addresses ---- */

static bool stands_in_address(struct rc_str value)
{
    for (size_t i = 0; i < value.len; i++) {
        const char c = value.data[i];
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || (c != '\0' && strchr("-._~%", c) != NULL);
        if (!plain) return false;
    }
    return value.len > 0;
}

static struct rc_str without_slashes(struct rc_str value)
{
    while (value.len > 0 && value.data[value.len - 1] == '/')
        value.len--;
    return value;
}

rc_status rc_profile_address(struct rc_str template, rc_profile_value_fn *value, void *self,
                             struct rc_arena *arena, struct rc_str *ret_address)
{
    RC_AUTO_BUF struct rc_buf out = {0};
    struct rc_str before = {0};
    struct rc_str name = {0};

    while (template.data && next_field(&template, &before, &name)) {
        rc_buf_add_str(&out, before);
        const bool first = out.len == 0;
        const struct rc_str given = first ? without_slashes(value(self, name)) : value(self, name);
        if (!first && !stands_in_address(given))
            return rc_fail(RC_REJECT,
                           "%.*s: letters, digits and - . _ ~ %% are due, since it becomes part "
                           "of an address",
                           RC_STR_ARG(name));
        rc_buf_add_str(&out, given);
        before = (struct rc_str){0};
    }
    rc_buf_add_str(&out, before);
    *ret_address = rc_str_copy(arena, rc_buf_str(&out));
    return RC_OK;
}
