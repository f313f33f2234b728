/* Single values as sources really send them: a number where a text is due, a list of one where one
 * is due, one where a list is due, blanks around, an object that holds nothing. */

#include <stdlib.h>

#include "mapper_private.h"

size_t rc_take_items(struct rc_mapper *mapper, const struct rc_json *value,
                     const struct rc_json ***ret_items)
{
    const bool array = rc_json_kind(value) == RC_JSON_ARRAY;
    const size_t room = array ? rc_json_count(value) : 1;
    const struct rc_json **items = rc_arena_array(
        mapper->scratch, room < RC_ITEMS_MAX ? room : RC_ITEMS_MAX, sizeof(void *));
    size_t count = 0;

    *ret_items = items;
    for (const struct rc_json *at = array ? rc_json_first(value) : value; at;
         at = array ? rc_json_next(at) : NULL) {
        if (!rc_json_has_value(at)) continue;
        if (count == RC_ITEMS_MAX) {
            (void)rc_mapper_report(mapper, RC_RULE_TOO_MANY, RC_STR(""));
            break;
        }
        items[count++] = at;
    }
    return count;
}

const struct rc_json *rc_take_one(struct rc_mapper *mapper, const struct rc_json *value)
{
    const struct rc_json *first = NULL;

    if (rc_json_kind(value) != RC_JSON_ARRAY) return value;
    for (const struct rc_json *at = rc_json_first(value); at; at = rc_json_next(at)) {
        if (!rc_json_has_value(at)) continue;
        if (first) {
            (void)rc_mapper_report(mapper, RC_RULE_SEVERAL, RC_STR(""));
            break;
        }
        first = at;
    }
    return first;
}

/* Checks a text, already without blanks at its ends, against the limits of the field in hand. */
static enum rc_took check_text(struct rc_mapper *mapper, struct rc_str text)
{
    const size_t max = mapper->field->max_bytes > 0 ? mapper->field->max_bytes : RC_TEXT_MAX;

    if (text.len == 0) return RC_NOTHING;
    if (text.len > max)
        return rc_mapper_report(
            mapper, RC_RULE_TOO_LONG,
            rc_str_print(mapper->scratch, "%zu bytes, at most %zu are taken", text.len, max));
    if (rc_str_has_control(text))
        return rc_mapper_report(mapper, RC_RULE_CONTROL_CHARACTERS, RC_STR(""));
    return RC_TOOK;
}

enum rc_took rc_take_text(struct rc_mapper *mapper, const struct rc_json *value,
                          struct rc_str *ret_text)
{
    const enum rc_json_kind kind = rc_json_kind(value);

    if (kind == RC_JSON_NULL) return RC_NOTHING;
    if (kind != RC_JSON_STRING && kind != RC_JSON_NUMBER)
        return rc_mapper_report(mapper, RC_RULE_MALFORMED, RC_STR(""));
    const struct rc_str text = rc_trim_all(rc_json_text(value));
    const enum rc_took took = check_text(mapper, text);
    if (took == RC_TOOK) *ret_text = text;
    return took;
}

enum rc_took rc_take_ref(struct rc_mapper *mapper, const struct rc_json *value,
                         struct rc_str *ret_id)
{
    const bool object = rc_json_kind(value) == RC_JSON_OBJECT;

    return rc_take_text(mapper, object ? rc_json_get(value, "sourcedId") : value, ret_id);
}

enum rc_took rc_take_word(struct rc_mapper *mapper, const struct rc_json *value,
                          struct rc_str *ret_word)
{
    return rc_take_word_of(mapper, mapper->field->words, value, ret_word);
}

enum rc_took rc_take_word_of(struct rc_mapper *mapper, const struct rc_words *words,
                             const struct rc_json *value, struct rc_str *ret_word)
{
    struct rc_str text = {0};
    const enum rc_took took = rc_take_text(mapper, value, &text);

    if (took != RC_TOOK) return took;
    const char *word = rc_word_find(words, text);
    if (word) {
        *ret_word = rc_str_of(word);
        return RC_TOOK;
    }
    const struct rc_str extension = words->open ? rc_word_extension(mapper->scratch, text)
                                                : (struct rc_str){0};
    if (extension.len == 0)
        return rc_mapper_report(mapper, mapper->needed ? RC_RULE_MALFORMED : RC_RULE_UNKNOWN,
                                RC_STR(""));
    if (!rc_str_eq(extension, text)) (void)rc_mapper_report(mapper, RC_RULE_UNKNOWN, RC_STR(""));
    *ret_word = extension;
    return RC_TOOK;
}

static int compare_texts(const void *left, const void *right)
{
    const struct rc_str *a = left;
    const struct rc_str *b = right;

    return rc_str_cmp(*a, *b);
}

enum rc_took rc_put_texts(struct rc_mapper *mapper, struct rc_str *texts, size_t count, bool sorted)
{
    if (count == 0) return RC_NOTHING;
    if (sorted) qsort(texts, count, sizeof *texts, compare_texts);
    rc_json_open(&mapper->json, mapper->field->name, '[');
    for (size_t i = 0; i < count; i++)
        if (!sorted || i == 0 || !rc_str_eq(texts[i - 1], texts[i]))
            rc_json_put_text(&mapper->json, NULL, texts[i]);
    rc_json_close(&mapper->json, ']');
    return RC_TOOK;
}
