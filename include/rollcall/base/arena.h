#ifndef RC_BASE_ARENA_H
#define RC_BASE_ARENA_H

#include <stddef.h>

#include "rollcall/base/auto.h"

/* Memory that is released all at once: one arena per message in hand. A handler allocates and never
 * frees. Out of memory ends the process with a line: what comes from outside is bounded before,
 * nothing was committed, a supervisor restarts. */

struct rc_arena;

/* A new, empty arena that grows by blocks of block_bytes (0: 64 KiB). */
struct rc_arena *rc_arena_new(size_t block_bytes);
/* Releases everything, the arena too. NULL is taken. */
void rc_arena_free(struct rc_arena *arena);
RC_AUTO_DEFINE(rc_arena)

/* Zeroed memory, aligned for any type, valid until reset or free. bytes may be 0. */
void *rc_arena_alloc(struct rc_arena *arena, size_t bytes);

/* As rc_arena_alloc, but what stands in the memory is not said: for what is written at once. */
void *rc_arena_bytes(struct rc_arena *arena, size_t bytes);

/* Room for count objects of size bytes each, zeroed; a product that overflows ends the process. */
void *rc_arena_array(struct rc_arena *arena, size_t count, size_t size);

/* Copies bytes and adds a NUL. */
char *rc_arena_copy(struct rc_arena *arena, const void *bytes, size_t len);

/* Forgets everything but keeps one block of the usual size for the next message. */
void rc_arena_reset(struct rc_arena *arena);

/* Bytes handed out since the last reset. */
size_t rc_arena_used(const struct rc_arena *arena);

/* malloc and realloc that end the process with a line when there is no memory. */
void *rc_malloc(size_t bytes);
/* As rc_malloc, for memory that grows; at may be NULL. */
void *rc_realloc(void *at, size_t bytes);

#endif
