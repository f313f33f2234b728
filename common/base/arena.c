/* Memory for one message in hand: a chain of blocks from which bytes are cut, released all at once.
 * Handlers then have no free, no leak and no out-of-memory path. Under AddressSanitizer what is not
 * handed out is poisoned, so an overrun or a use after the reset is found as it would be with
 * malloc. */

#include "rollcall/base/arena.h"

#include <sanitizer/asan_interface.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGN = _Alignof(max_align_t), BLOCK_DEFAULT = 64 * 1024 };

struct block {
    struct block *next;
    size_t size; /* of data */
    size_t used;
    _Alignas(max_align_t) unsigned char data[];
};

struct rc_arena {
    struct block
        *current; /* new objects come from here; older and oversized blocks hang behind it */
    size_t block_bytes;
    size_t used;
};

/* Out of memory: say so without needing any, and end. */
static _Noreturn void die(size_t bytes)
{
    fprintf(stderr, "rollcall: out of memory (%zu bytes were due)\n", bytes);
    abort();
}

void *rc_malloc(size_t bytes)
{
    void *at = malloc(bytes > 0 ? bytes : 1);

    if (!at) die(bytes);
    return at;
}

void *rc_realloc(void *at, size_t bytes)
{
    void *moved = realloc(at, bytes > 0 ? bytes : 1);

    if (!moved) die(bytes);
    return moved;
}

static struct block *block_new(size_t size)
{
    struct block *block = rc_malloc(sizeof(struct block) + size);

    block->next = NULL;
    block->size = size;
    block->used = 0;
    ASAN_POISON_MEMORY_REGION(block->data, size);
    return block;
}

static void blocks_free(struct block *block)
{
    while (block) {
        struct block *next = block->next;
        ASAN_UNPOISON_MEMORY_REGION(block->data, block->size);
        free(block);
        block = next;
    }
}

struct rc_arena *rc_arena_new(size_t block_bytes)
{
    struct rc_arena *arena = rc_malloc(sizeof *arena);

    arena->block_bytes = block_bytes > 0 ? block_bytes : BLOCK_DEFAULT;
    arena->current = block_new(arena->block_bytes);
    arena->used = 0;
    return arena;
}

void rc_arena_free(struct rc_arena *arena)
{
    if (!arena) return;
    blocks_free(arena->current);
    free(arena);
}

/* Adds a block for bytes. One larger than usual hangs behind the current block, whose rest is still
 * good for small ones. */
static struct block *grow(struct rc_arena *arena, size_t bytes)
{
    if (bytes > arena->block_bytes) {
        struct block *large = block_new(bytes);
        large->next = arena->current->next;
        arena->current->next = large;
        return large;
    }
    struct block *block = block_new(arena->block_bytes);
    block->next = arena->current;
    arena->current = block;
    return block;
}

void *rc_arena_bytes(struct rc_arena *arena, size_t bytes)
{
    if (bytes > SIZE_MAX / 2) die(bytes);
    const size_t rounded = (bytes + ALIGN - 1) / ALIGN * ALIGN;
    struct block *block = arena->current;
    if (block->size - block->used < rounded) block = grow(arena, rounded);
    void *at = block->data + block->used;
    block->used += rounded;
    arena->used += bytes;
    ASAN_UNPOISON_MEMORY_REGION(at, bytes);
    return at;
}

void *rc_arena_alloc(struct rc_arena *arena, size_t bytes)
{
    return memset(rc_arena_bytes(arena, bytes), 0, bytes);
}

void *rc_arena_array(struct rc_arena *arena, size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size) die(SIZE_MAX);
    return rc_arena_alloc(arena, count * size);
}

char *rc_arena_copy(struct rc_arena *arena, const void *bytes, size_t len)
{
    if (len == SIZE_MAX) die(len);
    char *copy = rc_arena_bytes(arena, len + 1);

    if (len > 0) memcpy(copy, bytes, len);
    copy[len] = '\0';
    return copy;
}

void rc_arena_reset(struct rc_arena *arena)
{
    blocks_free(arena->current->next);
    arena->current->next = NULL;
    arena->current->used = 0;
    arena->used = 0;
    ASAN_POISON_MEMORY_REGION(arena->current->data, arena->current->size);
}

size_t rc_arena_used(const struct rc_arena *arena)
{
    return arena->used;
}
