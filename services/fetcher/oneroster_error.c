/* What a source says went wrong. Only words of the standards are repeated to anybody. */
#include "oneroster_error.h"

#include "rollcall/base/auto.h"
#include "rollcall/format/json.h"

/* Compared by letters and digits alone: sources write "invalid data", invaliddata, invalid_data. */
static const struct {
    const char *word;
    enum trouble trouble;
} words[] = {
    {"unauthorisedrequest", TROUBLE_CREDENTIALS},
    {"unauthorizedrequest", TROUBLE_CREDENTIALS},
    {"unauthorized", TROUBLE_CREDENTIALS},
    {"invalid_token", TROUBLE_CREDENTIALS},
    {"invalid_client", TROUBLE_CREDENTIALS},
    {"forbidden", TROUBLE_FORBIDDEN},
    {"insufficient_scope", TROUBLE_FORBIDDEN},
    {"invalid_scope", TROUBLE_FORBIDDEN},
    {"access_denied", TROUBLE_FORBIDDEN},
    {"invalid_filter_field", TROUBLE_ERROR_BODY},
    {"invalid_selection_field", TROUBLE_ERROR_BODY},
    {"invalid_sort_field", TROUBLE_ERROR_BODY},
    {"invaliddata", TROUBLE_ERROR_BODY},
    {"unknownobject", TROUBLE_ERROR_BODY},
    {"server_busy", TROUBLE_ERROR_BODY},
    {"internal_server_error", TROUBLE_ERROR_BODY},
    {"invalid_request", TROUBLE_ERROR_BODY},
    {"invalid_grant", TROUBLE_ERROR_BODY},
    {"unauthorized_client", TROUBLE_ERROR_BODY},
    {"unsupported_grant_type", TROUBLE_ERROR_BODY},
    {"temporarily_unavailable", TROUBLE_ERROR_BODY},
};

static bool counts(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_word(struct rc_str text, const char *word)
{
    for (size_t at = 0; at < text.len; at++) {
        if (!counts(text.data[at])) continue;
        while (*word && !counts(*word))
            word++;
        if (lower(text.data[at]) != *word++) return false;
    }
    return *word == '\0';
}

/* ---- where the word stands ---- */

/* A code: a text, or 1.2's list of fields with a value each. */
static struct rc_str code_of(const struct rc_json *code)
{
    const struct rc_json *fields = rc_json_get(code, "imsx_codeMinorField");

    if (rc_json_kind(code) != RC_JSON_OBJECT) return rc_json_text(code);
    return rc_json_text(rc_json_get(rc_json_first(fields), "imsx_codeMinorFieldValue"));
}

/* The object that says it: at the top, or wrapped as an object or a list. */
static const struct rc_json *unwrap(const struct rc_json *root)
{
    static const char *const wrappers[] = {"imsx_StatusInfo", "statusInfoSet", "errors"};
    const struct rc_json *inner = NULL;

    for (size_t i = 0; i < COUNT_OF(wrappers) && !inner; i++)
        inner = rc_json_get(root, wrappers[i]);
    if (rc_json_kind(inner) == RC_JSON_ARRAY) inner = rc_json_first(inner);
    return inner ? inner : root;
}

static struct rc_str word_of(const struct rc_json *info)
{
    static const char *const names[] = {"imsx_CodeMinor", "imsx_codeMinor", "error", "code"};
    struct rc_str word = {0};

    for (size_t i = 0; i < COUNT_OF(names) && word.len == 0; i++)
        word = code_of(rc_json_get(info, names[i]));
    return word;
}

static bool is_error(const struct rc_json *root)
{
    static const char *const names[] = {"statusInfoSet", "imsx_codeMajor", "imsx_StatusInfo",
                                        "error",         "errors",         "message"};

    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (rc_json_get(root, names[i])) return true;
    return false;
}

bool oneroster_error_read(struct rc_str body, struct rc_arena *arena,
                          struct oneroster_error *ret_error)
{
    const struct rc_json_limits limits = {.max_bytes = 65536, .max_string = 32768, .max_depth = 16};
    const struct rc_json *root = NULL;

    if (rc_json_parse(body, &limits, arena, &root) != RC_OK || !is_error(root)) return false;
    const struct rc_str word = word_of(unwrap(root));
    *ret_error = (struct oneroster_error){.trouble = TROUBLE_ERROR_BODY};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (same_word(word, words[i].word))
            *ret_error = (struct oneroster_error){rc_str_of(words[i].word), words[i].trouble};
    return true;
}
