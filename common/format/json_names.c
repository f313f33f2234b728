/* The names of an object, each of which may stand there once (the first of two would win in cJSON,
 * the last elsewhere: two programs would read two rosters out of one text). A name is told apart by
 * a digest first; objects with many names are sorted at their end, so that a page of hostile names
 * costs n log n. */

#include "json_names.h"

#include "rollcall/base/id.h"

#include <stdlib.h>

enum { PAIRWISE = 64 /* names of an object that are compared as they come */ };

/* A name as it was meant, its escapes undone. */
struct rc_json_name {
    const char *data;
    uint32_t len;
    uint32_t digest;
};

int rc_json_escape_unit(const char *at, const char *end)
{
    int unit = 0;

    if (end - at < 6 || at[0] != '\\' || at[1] != 'u') return -1;
    for (int i = 2; i < 6; i++) {
        const int digit = rc_hex_digit(at[i]);
        if (digit < 0) return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

/* Undoes escapes that the gate has taken already. Never longer than the raw text. Names are
 * compared, not shown, so a pair of surrogates may stay two encoded halves: equal texts stay equal,
 * different ones different. */
static struct rc_str undo_escapes(struct rc_arena *scratch, struct rc_str raw)
{
    static const char letters[] = "bfnrt";
    static const char meanings[] = "\b\f\n\r\t";
    char *text = rc_arena_alloc(scratch, raw.len);
    size_t len = 0;

    for (size_t i = 0; i < raw.len; i++) {
        if (raw.data[i] != '\\') {
            text[len++] = raw.data[i];
            continue;
        }
        const int unit = rc_json_escape_unit(raw.data + i, raw.data + raw.len);
        const char *letter = memchr(letters, raw.data[i + 1], sizeof letters - 1);
        if (unit < 0) {
            text[len++] = letter ? meanings[letter - letters] : raw.data[i + 1];
            i++;
            continue;
        }
        len += rc_str_utf8_put((unsigned)unit, text + len);
        i += 5;
    }
    return (struct rc_str){text, len};
}

/* Both ends of the text, up to eight bytes each; they may overlap. */
static uint64_t mix_ends(struct rc_str text)
{
    uint64_t head = 0;
    uint64_t tail = 0;

    if (text.len >= 8) {
        memcpy(&head, text.data, 8);
        memcpy(&tail, text.data + text.len - 8, 8);
    } else if (text.len >= 4) {
        memcpy(&head, text.data, 4);
        memcpy(&tail, text.data + text.len - 4, 4);
    } else {
        for (size_t i = 0; i < text.len; i++)
            head = head << 8 | (unsigned char)text.data[i];
    }
    return head + tail * 31 + text.len;
}

static struct rc_json_name make_name(struct rc_str text)
{
    const uint64_t mixed = mix_ends(text) * UINT64_C(0x9E3779B97F4A7C15);

    return (struct rc_json_name){text.data, (uint32_t)text.len, (uint32_t)(mixed >> 32)};
}

static bool same_name(const struct rc_json_name *a, const struct rc_json_name *b)
{
    return a->digest == b->digest && a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

static int compare_names(const void *left, const void *right)
{
    const struct rc_json_name *a = left;
    const struct rc_json_name *b = right;

    if (a->digest != b->digest) return a->digest < b->digest ? -1 : 1;
    return rc_str_cmp((struct rc_str){a->data, a->len}, (struct rc_str){b->data, b->len});
}

static void push_name(struct rc_json_names *names, struct rc_json_name name)
{
    if (names->count == names->cap) {
        const size_t cap = names->cap > 0 ? 2 * names->cap : 64;
        struct rc_json_name *grown = rc_arena_array(names->scratch, cap, sizeof *grown);
        if (names->count > 0) memcpy(grown, names->items, names->count * sizeof *grown);
        names->items = grown;
        names->cap = cap;
    }
    names->items[names->count++] = name;
}

struct rc_json_object rc_json_names_open(const struct rc_json_names *names)
{
    return (struct rc_json_object){.first = names->count};
}

bool rc_json_names_add(struct rc_json_names *names, struct rc_json_object *object,
                       struct rc_str raw, bool escaped)
{
    const struct rc_json_name name = make_name(escaped ? undo_escapes(names->scratch, raw) : raw);
    const uint64_t bit = UINT64_C(1) << (name.digest >> 26);
    const size_t before = names->count - object->first;

    if ((object->seen & bit) != 0 && before < PAIRWISE)
        for (size_t i = object->first; i < names->count; i++)
            if (same_name(&names->items[i], &name)) return false;
    object->seen |= bit;
    push_name(names, name);
    return true;
}

bool rc_json_names_close(struct rc_json_names *names, const struct rc_json_object *object)
{
    const size_t count = names->count - object->first;

    names->count = object->first;
    if (count <= PAIRWISE) return true;
    struct rc_json_name *items = names->items + object->first;
    qsort(items, count, sizeof *items, compare_names);
    for (size_t i = 1; i < count; i++)
        if (same_name(&items[i - 1], &items[i])) return false;
    return true;
}
