#ifndef ROUTE_H
#define ROUTE_H

#include "call.h"

/* The table of routes. A row is a method and a path; `{…}` stands for a uuid. The directory's API
 * is /v1; what other applications read under other standards gets rows of its own. */

struct route {
    const char *method;
    const char *path; /* NULL ends the table */
    rc_status (*answer)(struct call *call);
};

extern const struct route routes[];

/* The row of the method and path; ret_ids are those of the path, in arena. NULL: none; then
 * *ret_allowed says, in the manner of Allow, which methods the path takes, "" where it is unknown.
 */
const struct route *route_find(const struct route *table, const char *method,
                               const struct target *target, struct rc_arena *arena,
                               const char *ret_ids[CALL_IDS_MAX], struct rc_str *ret_allowed);

/* One request to its end: the server's answer function; self is a struct limit. */
void route_answer(void *self, struct rc_stage_env *env, const struct rc_httpd_request *request,
                  struct rc_httpd_answer *answer);

/* ---- the answers, each in the file of its noun ---- */

rc_status districts_list(struct call *call);
rc_status accounts_list(struct call *call);
rc_status account_show(struct call *call);
rc_status account_patch(struct call *call);
rc_status account_make(struct call *call);
rc_status schools_list(struct call *call);
rc_status lists_list(struct call *call);
rc_status list_show(struct call *call);
rc_status list_members(struct call *call);
rc_status changes_list(struct call *call);
rc_status resync_begin(struct call *call);

#endif
