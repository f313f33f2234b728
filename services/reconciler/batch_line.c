/* A record's line without a JSON parser. On a quiet night this is all that is done to the text of
 * nearly every record: its id, hash and date are looked up, and its body is stepped over. What is
 * written in any other way is left to the parser, so nothing depends on the form but speed. */
#include "batch.h"

enum { HASH_LEN = 32 };

/* Takes a text that stands here. */
static bool take(struct rc_str *rest, struct rc_str text)
{
    if (!rc_str_starts(*rest, text)) return false;
    *rest = (struct rc_str){rest->data + text.len, rest->len - text.len};
    return true;
}

/* Up to the closing quote, which goes too. False: an escape, or no end. */
static bool take_quoted(struct rc_str *rest, struct rc_str *ret_text)
{
    const char *end = rest->len > 0 ? memchr(rest->data, '"', rest->len) : NULL;

    if (!end || memchr(rest->data, '\\', (size_t)(end - rest->data))) return false;
    *ret_text = (struct rc_str){rest->data, (size_t)(end - rest->data)};
    *rest = (struct rc_str){end + 1, rest->len - ret_text->len - 1};
    return true;
}

/* A member that may be absent. */
static bool take_optional(struct rc_str *rest, struct rc_str name, struct rc_str *ret_text)
{
    return !take(rest, name) || take_quoted(rest, ret_text);
}

static bool take_place(struct rc_str *rest, int64_t *ret_place)
{
    struct rc_str digits = {rest->data, 0};

    while (digits.len < rest->len && rest->data[digits.len] >= '0' && rest->data[digits.len] <= '9')
        digits.len++;
    *rest = (struct rc_str){rest->data + digits.len, rest->len - digits.len};
    return digits.len > 0 && digits.len <= 9 &&
           rc_str_int(digits, 0, INT32_MAX, ret_place) == RC_OK;
}

static bool is_hash(struct rc_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!((text.data[i] >= '0' && text.data[i] <= '9') ||
              (text.data[i] >= 'a' && text.data[i] <= 'f')))
            return false;
    return text.len == HASH_LEN;
}

/* What is left is the body and the closing bracket. PostgreSQL reads it for itself where it is
 * kept.
 */
static bool take_body(struct rc_str rest, struct rc_str *ret_body)
{
    if (rest.len < 3 || rest.data[0] != '{' || rest.data[rest.len - 2] != '}' ||
        rest.data[rest.len - 1] != '}')
        return false;
    *ret_body = (struct rc_str){rest.data, rest.len - 1};
    return true;
}

bool batch_line_read(struct rc_str line, struct batch_record *ret_record)
{
    struct batch_record record = {0};
    struct rc_str rest = line;

    if (!take(&rest, RC_STR("{\"id\":\"")) || !take_quoted(&rest, &record.id)) return false;
    if (!take(&rest, RC_STR(",\"place\":")) || !take_place(&rest, &record.place)) return false;
    if (!take(&rest, RC_STR(",\"hash\":\"")) || !take_quoted(&rest, &record.hash)) return false;
    if (!take_optional(&rest, RC_STR(",\"modified\":\""), &record.modified)) return false;
    record.deleted = take(&rest, RC_STR(",\"deleted\":true"));
    if (!take_optional(&rest, RC_STR(",\"user\":\""), &record.user)) return false;
    if (!take_optional(&rest, RC_STR(",\"class\":\""), &record.klass)) return false;
    if (!take(&rest, RC_STR(",\"body\":")) || !take_body(rest, &record.body)) return false;
    if (record.id.len == 0 || !is_hash(record.hash)) return false;
    *ret_record = record;
    return true;
}
