#ifndef RC_BASE_MAP_H
#define RC_BASE_MAP_H

#include "rollcall/base/str.h"

/* A table from text to pointer, living in an arena (open addressing, SipHash-1-3 with a random key,
 * so that a source cannot choose colliding ids). Keys are borrowed, not copied; entries are not
 * removed. Order of iteration is order of insertion. */

struct rc_map;

struct rc_map_entry {
    struct rc_str key;
    void *value;
};

/* An empty table; it grows in arena and is released with it. */
struct rc_map *rc_map_new(struct rc_arena *arena);
/* The value, or NULL. */
void *rc_map_get(const struct rc_map *map, struct rc_str key);
/* Sets the value; returns the one before, or NULL. */
void *rc_map_put(struct rc_map *map, struct rc_str key, void *value);
/* Different keys in it. */
size_t rc_map_count(const struct rc_map *map);
/* Entries in order of insertion; valid until the next put. */
const struct rc_map_entry *rc_map_entries(const struct rc_map *map);

#endif
