/* What counts as nothing in what sources send: blanks of every kind at the ends of a text, and
 * values that hold none. */

#include "mapper_private.h"

static struct rc_str without_start(struct rc_str text, size_t len)
{
    return (struct rc_str){text.data + len, text.len - len};
}

/* What looks like nothing and stands at an end of what people paste. */
static const struct rc_str invisible[] = {
    {"\xC2\xA0", 2},     /* no-break space */
    {"\xE2\x80\x8B", 3}, /* zero-width space */
    {"\xEF\xBB\xBF", 3}, /* byte order mark */
};

struct rc_str rc_trim_all(struct rc_str text)
{
    size_t before = 0;

    /* Most texts begin and end with a letter or digit, and need no looking at. */
    if (text.len > 0 && (signed char)text.data[0] > ' ' &&
        (signed char)text.data[text.len - 1] > ' ')
        return text;

    do {
        before = text.len;
        text = rc_str_trim(text);
        for (size_t i = 0; i < COUNT_OF(invisible); i++) {
            if (rc_str_starts(text, invisible[i])) text = without_start(text, invisible[i].len);
            if (rc_str_ends(text, invisible[i])) text.len -= invisible[i].len;
        }
    } while (text.len < before);
    return text;
}

bool rc_json_has_value(const struct rc_json *value)
{
    const enum rc_json_kind kind = rc_json_kind(value);

    if (kind == RC_JSON_NULL) return false;
    if (kind == RC_JSON_STRING) return rc_trim_all(rc_json_text(value)).len > 0;
    if (kind != RC_JSON_ARRAY && kind != RC_JSON_OBJECT) return true;
    /* Depth is bounded by the gate. */
    for (const struct rc_json *at = rc_json_first(value); at; at = rc_json_next(at))
        if (rc_json_has_value(at)) return true;
    return false;
}
