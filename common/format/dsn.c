/* Bounces: a mail of type multipart/report, of which one part, message/delivery-status, holds
 * groups of fields: one about the report, then one for each recipient. */
#include "rollcall/format/dsn.h"

#include <string.h>

#include "rollcall/base/auto.h"

enum { DIGITS_MAX = 3 };

/* ---- lines and fields ---- */

/* Takes the first line off *rest, without its end. */
static struct rc_str take_line(struct rc_str *rest)
{
    struct rc_str line = rc_str_cut(rest, '\n');

    if (line.len > 0 && line.data[line.len - 1] == '\r') line.len--;
    return line;
}

static bool is_blank(struct rc_str line)
{
    return rc_str_trim(line).len == 0;
}

/* The fields up to the first empty line, which is taken too. */
static struct rc_str take_fields(struct rc_str *rest)
{
    struct rc_str fields = {rest->data, 0};

    while (rest->data) {
        const struct rc_str line = take_line(rest);
        if (is_blank(line)) break;
        fields.len = (size_t)(line.data + line.len - fields.data);
    }
    return fields;
}

static bool continues(struct rc_str rest)
{
    return rest.data && rest.len > 0 && (rest.data[0] == ' ' || rest.data[0] == '\t');
}

/* The value of the first field of that name, with its folds; empty: there is none. */
static struct rc_str field(struct rc_str fields, const char *name)
{
    struct rc_str rest = fields;

    while (rest.data) {
        struct rc_str value = take_line(&rest);
        const char *end = value.data + value.len;
        const struct rc_str its = rc_str_cut(&value, ':');
        while (continues(rest)) {
            const struct rc_str more = take_line(&rest);
            end = more.data + more.len;
        }
        if (value.data && rc_str_eq_fold(rc_str_trim(its), rc_str_of(name)))
            return rc_str_trim((struct rc_str){value.data, (size_t)(end - value.data)});
    }
    return (struct rc_str){0};
}

/* As rc_str_cut at the first ';' outside of quoted strings. */
static struct rc_str take_parameter(struct rc_str *rest)
{
    const struct rc_str all = *rest;
    bool quoted = false;

    for (size_t i = 0; i < all.len; i++) {
        const char letter = all.data[i];
        if (letter == '"') quoted = !quoted;
        if (letter == '\\' && quoted) i++; /* the next one is meant as it stands */
        if (letter != ';' || quoted) continue;
        *rest = (struct rc_str){all.data + i + 1, all.len - i - 1};
        return (struct rc_str){all.data, i};
    }
    *rest = (struct rc_str){0};
    return all;
}

/* The parameter of a value as "multipart/report; boundary=\"x\""; empty: there is none. */
static struct rc_str parameter(struct rc_str value, const char *name)
{
    struct rc_str rest = value;

    (void)rc_str_cut(&rest, ';');
    while (rest.data) {
        struct rc_str part = take_parameter(&rest);
        const struct rc_str its = rc_str_cut(&part, '=');
        if (!part.data || !rc_str_eq_fold(rc_str_trim(its), rc_str_of(name))) continue;
        part = rc_str_trim(part);
        if (part.len >= 2 && part.data[0] == '"' && part.data[part.len - 1] == '"')
            return (struct rc_str){part.data + 1, part.len - 2};
        return part;
    }
    return (struct rc_str){0};
}

static bool is_type(struct rc_str value, const char *type)
{
    struct rc_str rest = value;

    return rc_str_eq_fold(rc_str_trim(rc_str_cut(&rest, ';')), rc_str_of(type));
}

/* ---- parts ---- */

static bool take_start(struct rc_str *rest, struct rc_str start)
{
    if (!rc_str_starts(*rest, start)) return false;
    *rest = (struct rc_str){rest->data + start.len, rest->len - start.len};
    return true;
}

/* "--" and the boundary, after the last part with "--" behind it. More than blanks may not follow:
 * the boundary of a mail within this one may begin like ours. */
static bool is_boundary(struct rc_str line, struct rc_str boundary)
{
    struct rc_str rest = line;

    if (!take_start(&rest, RC_STR("--")) || !take_start(&rest, boundary)) return false;
    (void)take_start(&rest, RC_STR("--"));
    return is_blank(rest);
}

/* Takes what stands before the next boundary off *rest; *rest.data is NULL after the last. */
static struct rc_str take_part(struct rc_str *rest, struct rc_str boundary)
{
    struct rc_str part = {rest->data, 0};

    while (rest->data) {
        const struct rc_str line = take_line(rest);
        if (is_boundary(line, boundary)) return part;
        part.len = (size_t)(line.data + line.len - part.data);
    }
    return part;
}

static struct rc_str find_status(struct rc_str body, struct rc_str boundary)
{
    struct rc_str rest = body;

    (void)take_part(&rest, boundary); /* the preamble */
    while (rest.data) {
        struct rc_str part = take_part(&rest, boundary);
        const struct rc_str fields = take_fields(&part);
        if (is_type(field(fields, "Content-Type"), "message/delivery-status")) return part;
    }
    return (struct rc_str){0};
}

/* ---- what it says ---- */

/* "5.1.1": a class of 2, 4 or 5 and two numbers of up to three digits. What follows is left off. */
static struct rc_str status_code(struct rc_str value)
{
    struct rc_str rest = value;
    const struct rc_str code = rc_str_cut(&rest, ' ');
    struct rc_str numbers = code;
    const struct rc_str class = rc_str_cut(&numbers, '.');
    const struct rc_str subject = rc_str_cut(&numbers, '.');
    int64_t number = 0;

    if (class.len != 1 || !rc_str_all_of(class, RC_STR("245")) || subject.len > DIGITS_MAX ||
        numbers.len > DIGITS_MAX || rc_str_int(subject, 0, 999, &number) != RC_OK ||
        rc_str_int(numbers, 0, 999, &number) != RC_OK)
        return (struct rc_str){0};
    return code;
}

static bool read_groups(struct rc_str groups, struct rc_dsn *dsn)
{
    struct rc_str rest = groups;

    while (rest.data) {
        const struct rc_str fields = take_fields(&rest);
        dsn->action = field(fields, "Action");
        dsn->status = status_code(field(fields, "Status"));
        if (dsn->action.len > 0 && dsn->status.len > 0) return true;
    }
    return false;
}

static struct rc_str sent_to(struct rc_str fields)
{
    static const char *const names[] = {"Delivered-To", "X-Original-To", "To"};
    struct rc_str to = {0};

    for (size_t i = 0; i < COUNT_OF(names) && to.len == 0; i++)
        to = field(fields, names[i]);
    return to;
}

rc_status rc_dsn_parse(struct rc_str mail, struct rc_dsn *ret_dsn)
{
    struct rc_str rest = mail;
    const struct rc_str fields = take_fields(&rest);
    const struct rc_str type = field(fields, "Content-Type");
    const struct rc_str boundary = parameter(type, "boundary");
    struct rc_dsn dsn = {.to = sent_to(fields)};

    if (!is_type(type, "multipart/report") || boundary.len == 0)
        return rc_fail(RC_REJECT, "the mail is no report about a delivery (multipart/report)");
    if (!read_groups(find_status(rest, boundary), &dsn))
        return rc_fail(RC_REJECT, "the report names no recipient with an action and a status code");
    *ret_dsn = dsn;
    return RC_OK;
}
