#ifndef RC_ROSTER_CSV_ROLES_H
#define RC_ROSTER_CSV_ROLES_H

#include "rollcall/base/arena.h"
#include "rollcall/base/buf.h"

/* A delta of OneRoster 1.2 brings, beside a changed person, only those roles that changed: the
 * others stand. So that a person is whole when read, a page of people is given the roles that are
 * known of them and that the delta does not speak of. Pure. */

struct rc_csv_known_role {
    struct rc_str user, role, org, type, begin, end;
};

/* The ids of a page whose people may have further roles: a page of users.csv that is a delta, with
 * no whole roles.csv beside it. RC_NOT_FOUND: any other page. RC_REJECT: no page. Ids live in the
 * page or in arena; *ret_ids is in arena. */
RC_MUST_CHECK rc_status rc_csv_roles_wanted(struct rc_str page, struct rc_arena *arena,
                                            struct rc_str **ret_ids, size_t *ret_count);

/* Appends the page with those roles of known that its own rows, of whatever status, do not name by
 * the same role and org. RC_REJECT: no such page. */
RC_MUST_CHECK rc_status rc_csv_roles_add(struct rc_str page, const struct rc_csv_known_role *known,
                                         size_t count, struct rc_arena *arena, struct rc_buf *out);

#endif
