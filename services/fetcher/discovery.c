/* {"status":1,"applications":[{"oneroster_application_id":"…%3D","bearer":"…", …}]}; one district
 * alone has been seen without the list around it. */
#include "discovery.h"

#include "rollcall/format/json.h"

enum { BEARER_MAX = 8192 };

static bool sendable(struct rc_str bearer)
{
    for (size_t i = 0; i < bearer.len; i++)
        if (bearer.data[i] < 0x21 || bearer.data[i] > 0x7e) return false;
    return bearer.len > 0 && bearer.len <= BEARER_MAX;
}

/* No id means nobody, not whoever has none. */
static bool is_meant(const struct rc_json *application, struct rc_str id)
{
    return id.len > 0 &&
           rc_str_eq(rc_json_text(rc_json_get(application, "oneroster_application_id")), id);
}

static const struct rc_json *find(const struct rc_json *list, struct rc_str id)
{
    if (rc_json_kind(list) == RC_JSON_OBJECT) return is_meant(list, id) ? list : NULL;
    for (const struct rc_json *one = rc_json_first(list); one; one = rc_json_next(one))
        if (is_meant(one, id)) return one;
    return NULL;
}

rc_status discovery_bearer(struct rc_str body, struct rc_str id, struct rc_arena *arena,
                           struct rc_str *ret_bearer)
{
    const struct rc_json_limits limits = {.max_string = 65536, .max_depth = 8};
    const struct rc_json *root = NULL;

    RC_TRY(rc_json_parse(body, &limits, arena, &root));
    const struct rc_json *list = rc_json_get(root, "applications");
    if (rc_json_kind(list) != RC_JSON_ARRAY && rc_json_kind(list) != RC_JSON_OBJECT)
        return rc_fail(RC_REJECT, "the answer holds no list of applications");
    const struct rc_str bearer = rc_json_text(rc_json_get(find(list, id), "bearer"));
    if (!sendable(bearer)) return RC_NOT_FOUND;
    *ret_bearer = rc_str_copy(arena, bearer);
    return RC_OK;
}
