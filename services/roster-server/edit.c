/* The body of an edit: its type, its rules, and what of it the application may. */
#include "call.h"

#include <string.h>

#include "rollcall/port/crypto.h"

static bool allows(const void *self, const char *name)
{
    return grant_changes(self, name);
}

static rc_status check_type(struct call *call, const char *type)
{
    struct rc_str said = rc_str_of(rc_httpd_header(call->request, "Content-Type"));

    if (rc_str_eq_fold(rc_str_trim(rc_str_cut(&said, ';')), rc_str_of(type))) return RC_OK;
    return refuse(call, PROBLEM_MEDIA, "send Content-Type: %s", type);
}

rc_status patch_check(struct call *call, const char *type, enum patch_kind kind,
                      const char **ret_patch)
{
    const char *refused = NULL;

    RC_TRY(check_type(call, type));
    const rc_status status = patch_parse(call->request->body, kind,
                                         kind == PATCH_OF_ACCOUNT ? allows : NULL, call,
                                         call->arena, &refused);
    if (status == RC_NOT_FOUND)
        return refuse(call, PROBLEM_NOT_PERMITTED, "it may not change %s", refused);
    if (status != RC_OK) return refuse(call, PROBLEM_BODY, "%s", rc_error_text());
    *ret_patch = rc_str_copy(call->arena, call->request->body).data;
    return RC_OK;
}

const char *patch_digest(struct call *call)
{
    char *text = rc_arena_alloc(call->arena, RC_HASH_TEXT);

    rc_digest_text(call->request->body, text);
    return text;
}
