/* What a person typed for a setting, as the JSON value that is stored: strict, with a text that
 * says what is allowed. */
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

static rc_status map_value(const struct rc_setting *setting, struct rc_str typed,
                           struct rc_buf *out)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(1024);
    struct rc_json_out json = {.buf = out};
    rc_json_open(&json, NULL, '{');
    while (typed.data) {
        struct rc_str rest = rc_str_trim(rc_str_cut(&typed, ','));
        if (rest.len == 0) continue;
        const struct rc_str from = rc_str_trim(rc_str_cut(&rest, '='));
        const struct rc_str to = rc_str_trim(rest);
        if (from.len == 0 ||
            (rc_role_parse(to) == RC_ROLE_COUNT_ && !rc_str_eq(to, RC_STR("off")))) {
            return rc_fail(RC_REJECT,
                           "%s: source-role=role is due, with student, teacher, staff, "
                           "administrator, guardian or off as "
                           "role, as in aide=staff",
                           setting->name);
        }
        rc_json_put_text(&json, rc_str_copy(arena, from).data, to);
    }
    rc_json_close(&json, '}');
    return RC_OK;
}

typedef rc_status (*value_fn)(const struct rc_setting *setting, struct rc_str typed,
                              struct rc_buf *out);

static const value_fn value_fns[] = {[RC_SETTING_SWITCH] = switch_value,
                                     [RC_SETTING_CHOICE] = choice_value,
                                     [RC_SETTING_NUMBER] = number_value,
                                     [RC_SETTING_LIST] = list_value,
                                     [RC_SETTING_MAP] = map_value};
_Static_assert(COUNT_OF(value_fns) == RC_SETTING_KIND_COUNT_, "a reader for every kind of setting");

rc_status rc_setting_value(const struct rc_setting *setting, struct rc_str typed,
                           struct rc_buf *ret_json)
{
    RC_AUTO_BUF struct rc_buf value = {0};
    RC_TRY(value_fns[setting->kind](setting, rc_str_trim(typed), &value));
    rc_buf_add_str(ret_json, rc_buf_str(&value));
    return RC_OK;
}
