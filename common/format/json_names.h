#ifndef RC_FORMAT_JSON_NAMES_H
#define RC_FORMAT_JSON_NAMES_H

#include "rollcall/base/arena.h"
#include "rollcall/base/str.h"

/* Says whether a name stands twice in an object, cheaply for the usual twenty names and without a
 * quadratic trap for a million. Private to this layer. */

struct rc_json_name;

/* The names of all objects that are open, outermost first. Set scratch, leave the rest zero. */
struct rc_json_names {
    struct rc_arena *scratch;
    struct rc_json_name *items;
    size_t count;
    size_t cap;
};

/* One open object. */
struct rc_json_object {
    size_t first;  /* its first name */
    uint64_t seen; /* a bit for each digest: a name with a new bit is new */
};

/* Begins an object within those that are open. */
struct rc_json_object rc_json_names_open(const struct rc_json_names *names);
/* Takes a name as it stands between its quotes, its escapes checked. False: it stood there before.
 * raw is borrowed. */
bool rc_json_names_add(struct rc_json_names *names, struct rc_json_object *object,
                       struct rc_str raw, bool escaped);
/* Ends the object. False: it has a name twice, which only now came out, as it has so many. */
bool rc_json_names_close(struct rc_json_names *names, const struct rc_json_object *object);

/* The value of XXXX in \uXXXX whose backslash stands at at; -1 when there is no such escape before
 * end. */
int rc_json_escape_unit(const char *at, const char *end);

#endif
