#ifndef FETCHER_VERSION_H
#define FETCHER_VERSION_H

#include <stdbool.h>

#include "rollcall/base/str.h"

/* What the versions of OneRoster REST call things: their roots, the scopes that their collections
 * need, and the format that their pages are sent on as. Pure; a further version is a further row.
 */

struct oneroster_version;

/* Of "1.1", "1.2"; NULL: a version that is not asked for here. */
const struct oneroster_version *oneroster_version_find(struct rc_str name);
/* "oneroster-rest/1.2": rc_format. */
struct rc_str oneroster_format(const struct oneroster_version *version);
/* A collection's address, in arena. base_url: as an administrator pasted it, with a root of the
 * standard or without, slashes behind; a root that the version does not know stays as it is. */
struct rc_str oneroster_address(const struct oneroster_version *version, struct rc_str base_url,
                                struct rc_str collection, struct rc_arena *arena);

/* The scope to ask for: the least that the collection needs; for nth 1, 2 … what serves as well,
 * for sources that refuse to grant the least. Empty past the last. */
struct rc_str oneroster_scope(const struct oneroster_version *version, struct rc_str collection,
                              size_t nth);
/* Can the collection be read with what was granted, scopes between blanks? Words that are none of
 * OneRoster's scopes say nothing: then it can. */
bool oneroster_scope_serves(struct rc_str granted, struct rc_str collection);

/* A collection that a district opts in to: without it the rest of the sync goes on. */
bool oneroster_is_optional(struct rc_str collection);

#endif
