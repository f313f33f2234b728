/* A table from text to pointer in an arena. Keys come from sources that we do not trust, so they
 * are hashed with SipHash-1-3 under a key that is drawn for each table: nobody can choose ids that
 * all fall into one slot. */

#include "rollcall/base/map.h"

#include "rollcall/base/id.h"

enum { FIRST_ENTRIES = 8 };

struct rc_map {
    struct rc_arena *arena;
    struct rc_map_entry *entries; /* in order of insertion */
    uint64_t *hashes;             /* of the entries, so that growing does not hash again */
    uint32_t *slots; /* index into entries plus one; 0 is free. Twice as many as entries, a power of
                        two */
    size_t count;
    size_t cap;
    uint64_t key[2];
};

static uint64_t rotate(uint64_t value, unsigned bits)
{
    return (value << bits) | (value >> (64 - bits));
}

static void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] = rotate(v[2], 32);
}

static void sip_word(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    sip_round(v);
    v[0] ^= word;
}

static uint64_t sip_hash(const uint64_t key[2], struct rc_str text)
{
    uint64_t v[4] = {key[0] ^ UINT64_C(0x736f6d6570736575), key[1] ^ UINT64_C(0x646f72616e646f6d),
                     key[0] ^ UINT64_C(0x6c7967656e657261), key[1] ^ UINT64_C(0x7465646279746573)};
    uint64_t word = 0;
    size_t at = 0;

    for (; text.len - at >= 8; at += 8) {
        memcpy(&word, text.data + at, 8);
        sip_word(v, word);
    }
    word = 0;
    if (text.len > at) memcpy(&word, text.data + at, text.len - at);
    sip_word(v, word | (uint64_t)text.len << 56);
    v[2] ^= 0xFF;
    for (int i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

struct rc_map *rc_map_new(struct rc_arena *arena)
{
    struct rc_map *map = rc_arena_alloc(arena, sizeof *map);

    map->arena = arena;
    rc_random(map->key, sizeof map->key);
    return map;
}

/* The slot that holds the key, or the free one where it belongs. */
static uint32_t *find_slot(const struct rc_map *map, struct rc_str key, uint64_t hash)
{
    const size_t mask = 2 * map->cap - 1;

    for (size_t at = (size_t)hash & mask;; at = (at + 1) & mask) {
        uint32_t *slot = &map->slots[at];
        if (*slot == 0) return slot;
        const size_t index = *slot - 1;
        if (map->hashes[index] == hash && rc_str_eq(map->entries[index].key, key)) return slot;
    }
}

static void grow(struct rc_map *map)
{
    const size_t cap = map->cap > 0 ? 2 * map->cap : FIRST_ENTRIES;
    struct rc_map_entry *entries = rc_arena_array(map->arena, cap, sizeof *entries);
    uint64_t *hashes = rc_arena_array(map->arena, cap, sizeof *hashes);

    if (map->count > 0) {
        memcpy(entries, map->entries, map->count * sizeof *entries);
        memcpy(hashes, map->hashes, map->count * sizeof *hashes);
    }
    map->entries = entries;
    map->hashes = hashes;
    map->slots = rc_arena_array(map->arena, 2 * cap, sizeof *map->slots);
    map->cap = cap;
    for (size_t i = 0; i < map->count; i++)
        *find_slot(map, entries[i].key, hashes[i]) = (uint32_t)(i + 1);
}

void *rc_map_get(const struct rc_map *map, struct rc_str key)
{
    if (map->count == 0) return NULL;
    const uint32_t slot = *find_slot(map, key, sip_hash(map->key, key));

    return slot == 0 ? NULL : map->entries[slot - 1].value;
}

void *rc_map_put(struct rc_map *map, struct rc_str key, void *value)
{
    const uint64_t hash = sip_hash(map->key, key);

    if (map->count == map->cap) grow(map);
    uint32_t *slot = find_slot(map, key, hash);
    if (*slot != 0) {
        void *before = map->entries[*slot - 1].value;
        map->entries[*slot - 1].value = value;
        return before;
    }
    map->entries[map->count] = (struct rc_map_entry){key, value};
    map->hashes[map->count] = hash;
    map->count++;
    *slot = (uint32_t)map->count;
    return NULL;
}

size_t rc_map_count(const struct rc_map *map)
{
    return map->count;
}

const struct rc_map_entry *rc_map_entries(const struct rc_map *map)
{
    return map->entries;
}
