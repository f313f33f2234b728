/* Parsed JSON behind views. The tree is cJSON's, allocated on the caller's arena and never freed
 * piece by piece.
 *
 * cJSON turns numbers into doubles, and 9007199254740993 is an id of somebody. So numbers reach
 * cJSON as strings that start with the byte 0xFF, which no well-formed UTF-8 holds and no escape
 * can make: the source text survives, and strtod and its locale are never asked. */

#include "rollcall/format/json.h"

#include <cjson/cJSON.h>
#include <pthread.h>
#include <stdlib.h>

#include "json_gate.h"

static const char number_mark = (char)0xFF;

/* cJSON's hooks hold for the whole process; the arena is that of the thread that is parsing. */
static _Thread_local struct rc_arena *parsing_arena;
static pthread_once_t hooks_once = PTHREAD_ONCE_INIT;

static void *hook_malloc(size_t bytes)
{
    return parsing_arena ? rc_arena_bytes(parsing_arena, bytes) : rc_malloc(bytes);
}

static void hook_free(void *at)
{
    if (!parsing_arena) free(at);
}

static void install_hooks(void)
{
    cJSON_Hooks hooks = {hook_malloc, hook_free};

    cJSON_InitHooks(&hooks);
}

static const cJSON *item_of(const struct rc_json *value)
{
    return (const cJSON *)(const void *)value;
}

static const struct rc_json *value_of(const cJSON *item)
{
    return (const struct rc_json *)(const void *)item;
}

/* The text with each number as a marked string. */
static struct rc_str mark_numbers(struct rc_arena *arena, struct rc_str text,
                                  const struct rc_json_numbers *numbers)
{
    char *out = rc_arena_bytes(arena, text.len + 3 * numbers->count);
    const char *from = text.data;
    size_t len = 0;

    for (size_t i = 0; i < numbers->count; i++) {
        const struct rc_str number = numbers->items[i];
        const size_t before = (size_t)(number.data - from);
        memcpy(out + len, from, before);
        len += before;
        out[len++] = '"';
        out[len++] = number_mark;
        memcpy(out + len, number.data, number.len);
        len += number.len;
        out[len++] = '"';
        from = number.data + number.len;
    }
    const size_t rest = (size_t)(text.data + text.len - from);
    memcpy(out + len, from, rest);
    return (struct rc_str){out, len + rest};
}

rc_status rc_json_parse(struct rc_str text, const struct rc_json_limits *limits,
                        struct rc_arena *arena, const struct rc_json **ret_value)
{
    struct rc_json_numbers numbers = {0};

    RC_TRY(rc_json_gate(text, limits, arena, &numbers));
    if (numbers.count > 0) text = mark_numbers(arena, text, &numbers);
    (void)pthread_once(&hooks_once, install_hooks);
    parsing_arena = arena;
    const cJSON *item = cJSON_ParseWithLength(text.data, text.len);
    parsing_arena = NULL;
    if (!item) return rc_fail(RC_REJECT, "JSON: the parser refuses what the gate let pass");
    *ret_value = value_of(item);
    return RC_OK;
}

rc_status rc_json_check(struct rc_str text, const struct rc_json_limits *limits)
{
    RC_AUTO(rc_arena) struct rc_arena *scratch = rc_arena_new(4096);

    return rc_json_gate(text, limits, scratch, NULL);
}

static const struct {
    int type; /* cJSON's */
    enum rc_json_kind kind;
} kinds[] = {
    {cJSON_String, RC_JSON_STRING}, {cJSON_Object, RC_JSON_OBJECT}, {cJSON_Array, RC_JSON_ARRAY},
    {cJSON_True, RC_JSON_BOOL},     {cJSON_False, RC_JSON_BOOL},
};

enum rc_json_kind rc_json_kind(const struct rc_json *value)
{
    const cJSON *item = item_of(value);

    if (!item) return RC_JSON_NULL;
    if (item->type == cJSON_String && *item->valuestring == number_mark) return RC_JSON_NUMBER;
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (kinds[i].type == item->type) return kinds[i].kind;
    return RC_JSON_NULL;
}

const struct rc_json *rc_json_get(const struct rc_json *value, const char *name)
{
    if (rc_json_kind(value) != RC_JSON_OBJECT) return NULL;
    const cJSON *member = item_of(value)->child;

    while (member && strcmp(member->string, name) != 0)
        member = member->next;
    return value_of(member);
}

const struct rc_json *rc_json_first(const struct rc_json *value)
{
    return value ? value_of(item_of(value)->child) : NULL;
}

const struct rc_json *rc_json_next(const struct rc_json *value)
{
    return value ? value_of(item_of(value)->next) : NULL;
}

size_t rc_json_count(const struct rc_json *value)
{
    size_t count = 0;

    for (const struct rc_json *at = rc_json_first(value); at; at = rc_json_next(at))
        count++;
    return count;
}

struct rc_str rc_json_name(const struct rc_json *value)
{
    return value && item_of(value)->string ? rc_str_of(item_of(value)->string) : RC_STR("");
}

struct rc_str rc_json_text(const struct rc_json *value)
{
    const enum rc_json_kind kind = rc_json_kind(value);

    if (kind == RC_JSON_STRING) return rc_str_of(item_of(value)->valuestring);
    if (kind == RC_JSON_NUMBER) return rc_str_of(item_of(value)->valuestring + 1);
    return (struct rc_str){NULL, 0};
}

bool rc_json_bool(const struct rc_json *value)
{
    return value && item_of(value)->type == cJSON_True;
}

static const char *const kind_names[] = {
    [RC_JSON_NULL] = "null",       [RC_JSON_BOOL] = "true or false", [RC_JSON_NUMBER] = "a number",
    [RC_JSON_STRING] = "a string", [RC_JSON_ARRAY] = "an array",     [RC_JSON_OBJECT] = "an object",
};
_Static_assert(COUNT_OF(kind_names) == RC_JSON_OBJECT + 1, "a name for every kind");

/* The member of that kind, or a text with its path as far as it is known. */
static rc_status need(const struct rc_json *object, const char *name, enum rc_json_kind kind,
                      const struct rc_json **ret_member)
{
    const struct rc_str outer = rc_json_name(object);
    const struct rc_json *member = rc_json_get(object, name);

    if (member && rc_json_kind(member) == kind) {
        *ret_member = member;
        return RC_OK;
    }
    return rc_fail(RC_REJECT, "%.*s%s%s: %s is due, %s stands there", RC_STR_ARG(outer),
                   outer.len > 0 ? "." : "", name, kind_names[kind],
                   member ? kind_names[rc_json_kind(member)] : "nothing");
}

rc_status rc_json_need_text(const struct rc_json *object, const char *name, struct rc_str *ret_text)
{
    const struct rc_json *member = NULL;

    RC_TRY(need(object, name, RC_JSON_STRING, &member));
    *ret_text = rc_json_text(member);
    return RC_OK;
}

rc_status rc_json_need_int(const struct rc_json *object, const char *name, int64_t *ret_value)
{
    const struct rc_json *member = NULL;

    RC_TRY(need(object, name, RC_JSON_NUMBER, &member));
    return rc_context(rc_str_int(rc_json_text(member), INT64_MIN, INT64_MAX, ret_value), "%s",
                      name);
}

const char *rc_json_version(void)
{
    return cJSON_Version();
}
