/* What a person typed for a setting, as the JSON value that is stored: strict, with a text that
 * says what is allowed. */
#include <string.h>

#include "rollcall/base/auto.h"
#include "rollcall/roster/policy.h"

static const struct {
    const char *word;
    const char *json;
} switch_words[] = {{"on", "true"},   {"true", "true"},   {"yes", "true"}, {"1", "true"},
                    {"off", "false"}, {"false", "false"}, {"no", "false"}, {"0", "false"}};

static rc_status switch_value(const struct rc_setting *setting, struct rc_str typed,
                              struct rc_buf *out)
{
    for (size_t i = 0; i < COUNT_OF(switch_words); i++) {
        if (!rc_str_eq_fold(typed, rc_str_of(switch_words[i].word))) continue;
        rc_buf_add_str(out, rc_str_of(switch_words[i].json));
        return RC_OK;
    }
    return rc_fail(RC_REJECT, "%s: on or off is due", setting->name);
}

static rc_status choice_value(const struct rc_setting *setting, struct rc_str typed,
                              struct rc_buf *out)
{
    struct rc_str choices = rc_str_of(setting->choices);
    while (choices.data) {
        const struct rc_str choice = rc_str_cut(&choices, '|');
        if (!rc_str_eq_fold(typed, choice)) continue;
        rc_json_quote(out, choice);
        return RC_OK;
    }
    return rc_fail(RC_REJECT, "%s: one of %s is due", setting->name, setting->choices);
}

static rc_status number_value(const struct rc_setting *setting, struct rc_str typed,
                              struct rc_buf *out)
{
    int64_t value = 0;
    if (rc_str_int(typed, setting->min, setting->max, &value) != RC_OK) {
        return rc_fail(RC_REJECT, "%s: a whole number from %lld to %lld is due", setting->name,
                       (long long)setting->min, (long long)setting->max);
    }
    rc_buf_print(out, "%lld", (long long)value);
    return RC_OK;
}

/* "a, b" or, where a name holds a comma, ["a, b"]. */
static rc_status list_value(const struct rc_setting *setting, struct rc_str typed,
                            struct rc_buf *out)
{
    (void)setting;
    struct rc_json_out json = {.buf = out};
    rc_json_open(&json, NULL, '[');
    while (typed.data) {
        const struct rc_str item = rc_str_trim(rc_str_cut(&typed, ','));
        if (item.len > 0) rc_json_put_text(&json, NULL, item);
    }
    rc_json_close(&json, ']');
    return RC_OK;
}

static rc_status list_json(const struct rc_setting *setting, const struct rc_json *value,
                           struct rc_buf *out)
{
    for (const struct rc_json *one = rc_json_first(value); one; one = rc_json_next(one)) {
        if (rc_json_kind(one) != RC_JSON_STRING)
            return rc_fail(RC_REJECT, "%s: a list of texts is due", setting->name);
    }
    rc_json_print(out, value);
    return RC_OK;
}

static rc_status check_entry(const struct rc_setting *setting, struct rc_str from, struct rc_str to)
{
    if (from.len > 0 && (rc_role_parse(to) != RC_ROLE_COUNT_ || rc_str_eq(to, RC_STR("off"))))
        return RC_OK;
    return rc_fail(RC_REJECT,
                   "%s: source-role=role is due, with student, teacher, staff, administrator, "
                   "guardian or off as role, as in aide=staff",
                   setting->name);
}

static rc_status map_value(const struct rc_setting *setting, struct rc_str typed,
                           struct rc_buf *out)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(1024);
    struct rc_map *named = rc_map_new(arena);
    struct rc_json_out json = {.buf = out};
    rc_json_open(&json, NULL, '{');
    while (typed.data) {
        struct rc_str rest = rc_str_trim(rc_str_cut(&typed, ','));
        if (rest.len == 0) continue;
        const struct rc_str from = rc_str_copy(arena, rc_str_trim(rc_str_cut(&rest, '=')));
        RC_TRY(check_entry(setting, from, rc_str_trim(rest)));
        if (rc_map_put(named, from, named))
            return rc_fail(RC_REJECT, "%s: \"%s\" is named twice", setting->name, from.data);
        rc_json_put_text(&json, from.data, rc_str_trim(rest));
    }
    rc_json_close(&json, '}');
    return RC_OK;
}

static rc_status map_json(const struct rc_setting *setting, const struct rc_json *value,
                          struct rc_buf *out)
{
    for (const struct rc_json *one = rc_json_first(value); one; one = rc_json_next(one))
        RC_TRY(check_entry(setting, rc_json_name(one), rc_json_text(one)));
    rc_json_print(out, value);
    return RC_OK;
}

static bool named_before(const struct rc_json *list, const struct rc_json *rule)
{
    struct rc_str text = rc_str_trim(rc_json_text(rule));
    const struct rc_str name = rc_str_cut(&text, '=');
    for (const struct rc_json *one = rc_json_first(list); one != rule; one = rc_json_next(one)) {
        struct rc_str other = rc_str_trim(rc_json_text(one));
        if (rc_str_eq(rc_str_cut(&other, '='), name)) return true;
    }
    return false;
}

static rc_status rules_json(const struct rc_setting *setting, const struct rc_json *value,
                            struct rc_buf *out)
{
    struct rc_match_rule rule;
    for (const struct rc_json *one = rc_json_first(value); one; one = rc_json_next(one)) {
        RC_TRY(rc_match_rule_parse(rc_json_text(one), &rule));
        if (named_before(value, one)) {
            return rc_fail(RC_REJECT, "%s: \"%.*s\" is named twice", setting->name,
                           RC_STR_ARG(rule.name));
        }
    }
    rc_json_print(out, value);
    return RC_OK;
}

/* What was typed as a list, then checked as its JSON would be. */
static rc_status checked_list(const struct rc_setting *setting, struct rc_str typed,
                              rc_status (*check)(const struct rc_setting *setting,
                                                 const struct rc_json *value, struct rc_buf *out),
                              struct rc_buf *out)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(1024);
    RC_AUTO_BUF struct rc_buf list = {0};
    const struct rc_json *value = NULL;
    RC_TRY(list_value(setting, typed, &list));
    RC_TRY(rc_json_parse(rc_buf_str(&list), NULL, arena, &value));
    return check(setting, value, out);
}

/* "name+email=85, email=60": as a list, whose entries are rules. */
static rc_status rules_value(const struct rc_setting *setting, struct rc_str typed,
                             struct rc_buf *out)
{
    return checked_list(setting, typed, rules_json, out);
}

static rc_status dates_json(const struct rc_setting *setting, const struct rc_json *value,
                            struct rc_buf *out)
{
    for (const struct rc_json *one = rc_json_first(value); one; one = rc_json_next(one)) {
        const rc_status status = rc_dates_check(rc_json_text(one));
        if (status != RC_OK) return rc_context(status, "%s", setting->name);
    }
    rc_json_print(out, value);
    return RC_OK;
}

/* "06-10/06-30, 2027-01-04": as a list, whose entries are days and ranges. */
static rc_status dates_value(const struct rc_setting *setting, struct rc_str typed,
                             struct rc_buf *out)
{
    return checked_list(setting, typed, dates_json, out);
}

static bool is_field(const struct rc_setting *setting, struct rc_str name)
{
    struct rc_str fields = rc_str_of(setting->choices);
    while (fields.data) {
        if (rc_str_eq(rc_str_cut(&fields, '|'), name)) return true;
    }
    return false;
}

static rc_status refuse_name(const struct rc_setting *setting, const char *why)
{
    return rc_fail(RC_REJECT, "%s: %s; a text with fields in braces is due, of {%s}", setting->name,
                   why, setting->choices);
}

static rc_status name_value(const struct rc_setting *setting, struct rc_str typed,
                            struct rc_buf *out)
{
    struct rc_str rest = typed;
    bool any = false;
    if (typed.len > (size_t)setting->max) {
        return rc_fail(RC_REJECT, "%s: at most %lld bytes are due, these are %zu", setting->name,
                       (long long)setting->max, typed.len);
    }
    while (rest.data) {
        const struct rc_str plain = rc_str_cut(&rest, '{');
        if (memchr(plain.data, '}', plain.len)) return refuse_name(setting, "a } closes nothing");
        if (!rest.data) break;
        const struct rc_str field = rc_str_cut(&rest, '}');
        if (!rest.data) return refuse_name(setting, "a { is not closed");
        if (!is_field(setting, field)) return refuse_name(setting, "there is no such field");
        any = true;
    }
    if (!any) return refuse_name(setting, "every list would be called the same");
    rc_json_quote(out, typed);
    return RC_OK;
}

static rc_status name_json(const struct rc_setting *setting, const struct rc_json *value,
                           struct rc_buf *out)
{
    return name_value(setting, rc_json_text(value), out);
}

static rc_status choice_json(const struct rc_setting *setting, const struct rc_json *value,
                             struct rc_buf *out)
{
    return choice_value(setting, rc_json_text(value), out);
}

/* How a kind is read when typed, and when it stands as JSON, which begins with that character. */
static const struct {
    rc_status (*typed)(const struct rc_setting *setting, struct rc_str typed, struct rc_buf *out);
    rc_status (*json)(const struct rc_setting *setting, const struct rc_json *value,
                      struct rc_buf *out);
    char starts;
} readers[] = {[RC_SETTING_SWITCH] = {switch_value, NULL, 0},
               [RC_SETTING_CHOICE] = {choice_value, choice_json, '"'},
               [RC_SETTING_NUMBER] = {number_value, NULL, 0},
               [RC_SETTING_LIST] = {list_value, list_json, '['},
               [RC_SETTING_MAP] = {map_value, map_json, '{'},
               [RC_SETTING_DATES] = {dates_value, dates_json, '['},
               [RC_SETTING_RULES] = {rules_value, rules_json, '['},
               [RC_SETTING_NAME] = {name_value, name_json, '"'}};
_Static_assert(COUNT_OF(readers) == RC_SETTING_KIND_COUNT_, "a reader for every kind of setting");

static rc_status json_value(const struct rc_setting *setting, struct rc_str text,
                            struct rc_buf *out)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(1024);
    const struct rc_json *value = NULL;
    const rc_status status = rc_json_parse(text, NULL, arena, &value);
    if (status != RC_OK) return rc_context(status, "%s", setting->name);
    return readers[setting->kind].json(setting, value, out);
}

rc_status rc_setting_value(const struct rc_setting *setting, struct rc_str typed,
                           struct rc_buf *ret_json)
{
    RC_AUTO_BUF struct rc_buf value = {0};
    const struct rc_str text = rc_str_trim(typed);
    if (readers[setting->kind].json && text.len > 0 &&
        text.data[0] == readers[setting->kind].starts) {
        RC_TRY(json_value(setting, text, &value));
    } else {
        RC_TRY(readers[setting->kind].typed(setting, text, &value));
    }
    rc_buf_add_str(ret_json, rc_buf_str(&value));
    return RC_OK;
}
