/* The rules of a patch, a row for each member that there may be. */
#include "patch.h"

#include <string.h>

#include "rollcall/base/id.h"

enum { VALUE_MAX = 320, GRADES_MAX = 20, GRADE_MAX = 20, ROLES_MAX = 20 };

enum member_kind { MEMBER_TEXT, MEMBER_LIST, MEMBER_STATUS, MEMBER_ROLES };

static const struct {
    const char *name;
    enum member_kind kind;
} members[] = {
    {"username", MEMBER_TEXT},    {"given_name", MEMBER_TEXT}, {"family_name", MEMBER_TEXT},
    {"middle_name", MEMBER_TEXT}, {"email", MEMBER_TEXT},      {"phone", MEMBER_TEXT},
    {"sms", MEMBER_TEXT},         {"identifier", MEMBER_TEXT}, {"master_id", MEMBER_TEXT},
    {"grades", MEMBER_LIST},      {"status", MEMBER_STATUS},   {"roles", MEMBER_ROLES},
};

static rc_status check_text(const struct rc_json *value, const char *name)
{
    const struct rc_str text = rc_json_text(value);

    if (rc_json_kind(value) != RC_JSON_STRING || text.len == 0 || text.len > VALUE_MAX)
        return rc_fail(RC_REJECT, "%s is a text of 1 to %d bytes", name, VALUE_MAX);
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.data[i] < ' ')
            return rc_fail(RC_REJECT, "%s holds a control character", name);
    return RC_OK;
}

/* Grades are kept with commas between them. */
static rc_status check_list(const struct rc_json *value, const char *name)
{
    if (rc_json_kind(value) != RC_JSON_ARRAY || rc_json_count(value) > GRADES_MAX)
        return rc_fail(RC_REJECT, "%s is a list of at most %d texts", name, GRADES_MAX);
    for (const struct rc_json *one = rc_json_first(value); one; one = rc_json_next(one)) {
        const struct rc_str text = rc_json_text(one);
        if (rc_json_kind(one) != RC_JSON_STRING || text.len == 0 || text.len > GRADE_MAX ||
            memchr(text.data, ',', text.len))
            return rc_fail(RC_REJECT, "%s holds texts of 1 to %d bytes without commas", name,
                           GRADE_MAX);
    }
    return RC_OK;
}

static rc_status check_status(const struct rc_json *value)
{
    const struct rc_str text = rc_json_text(value);

    if (rc_json_kind(value) == RC_JSON_STRING &&
        (rc_str_eq(text, RC_STR("active")) || rc_str_eq(text, RC_STR("archived"))))
        return RC_OK;
    return rc_fail(RC_REJECT, "status is active or archived");
}

/* What somebody is at a school. The statement that makes them says whether there is such a school.
 */
static rc_status check_role_member(const struct rc_json *value)
{
    static const char *const roles[] = {"student", "teacher", "staff", "administrator", "guardian"};
    const struct rc_str name = rc_json_name(value);

    if (rc_str_eq(name, RC_STR("school"))) return check_text(value, "a role's school");
    if (rc_str_eq(name, RC_STR("source")) && rc_id_valid(rc_json_text(value))) return RC_OK;
    for (size_t i = 0; rc_str_eq(name, RC_STR("role")) && i < COUNT_OF(roles); i++)
        if (rc_str_eq(rc_json_text(value), rc_str_of(roles[i]))) return RC_OK;
    return rc_fail(RC_REJECT,
                   "a role has a role, which is student, teacher, staff, administrator or "
                   "guardian, a school, and a source's id where it needs one");
}

static rc_status check_role(const struct rc_json *role)
{
    if (rc_json_kind(role) != RC_JSON_OBJECT || !rc_json_get(role, "role") ||
        !rc_json_get(role, "school"))
        return rc_fail(RC_REJECT, "a role is an object with role and school");
    for (const struct rc_json *one = rc_json_first(role); one; one = rc_json_next(one))
        RC_TRY(check_role_member(one));
    return RC_OK;
}

static rc_status check_roles(const struct rc_json *value, enum patch_kind kind)
{
    if (kind == PATCH_OF_ACCOUNT)
        return rc_fail(RC_REJECT, "roles are given to who is made; later the roster says them");
    if (rc_json_kind(value) != RC_JSON_ARRAY || rc_json_count(value) > ROLES_MAX)
        return rc_fail(RC_REJECT, "roles is a list of at most %d", ROLES_MAX);
    for (const struct rc_json *one = rc_json_first(value); one; one = rc_json_next(one))
        RC_TRY(check_role(one));
    return RC_OK;
}

static rc_status check_member(const struct rc_json *value, size_t at, enum patch_kind kind)
{
    if (members[at].kind == MEMBER_STATUS) {
        if (kind == PATCH_OF_ACCOUNT) return check_status(value);
        return rc_fail(RC_REJECT, "who is made is active: status is for later");
    }
    if (members[at].kind == MEMBER_ROLES) return check_roles(value, kind);
    if (rc_json_kind(value) == RC_JSON_NULL && kind == PATCH_OF_ACCOUNT) return RC_OK;
    return members[at].kind == MEMBER_LIST ? check_list(value, members[at].name)
                                           : check_text(value, members[at].name);
}

static size_t find_member(struct rc_str name)
{
    size_t at = 0;

    while (at < COUNT_OF(members) && !rc_str_eq(name, rc_str_of(members[at].name)))
        at++;
    return at;
}

static rc_status check_object(const struct rc_json *patch, enum patch_kind kind)
{
    if (rc_json_kind(patch) != RC_JSON_OBJECT || !rc_json_first(patch))
        return rc_fail(RC_REJECT, "an object with at least one member is due");
    if (kind == PATCH_OF_NOBODY && !rc_json_get(patch, "family_name") &&
        !rc_json_get(patch, "given_name"))
        return rc_fail(RC_REJECT, "given_name or family_name is due");
    return RC_OK;
}

rc_status patch_parse(struct rc_str body, enum patch_kind kind, patch_allows_fn *allows,
                      const void *self, struct rc_arena *arena, const char **ret_refused)
{
    const struct rc_json *patch = NULL;

    RC_TRY(rc_json_parse(body, NULL, arena, &patch));
    RC_TRY(check_object(patch, kind));
    for (const struct rc_json *one = rc_json_first(patch); one; one = rc_json_next(one)) {
        const size_t at = find_member(rc_json_name(one));
        if (at == COUNT_OF(members))
            return rc_fail(RC_REJECT, "there is a member that an account does not have");
        RC_TRY(check_member(one, at, kind));
        *ret_refused = members[at].name;
        if (allows && !allows(self, members[at].name)) return RC_NOT_FOUND;
    }
    return RC_OK;
}
