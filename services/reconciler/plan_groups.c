/* Union-find, and a hash table of key digests that grows in parts: only one part at a time stands
 * twice in memory, where doubling the whole would cost as much again as it holds. Parts grow by
 * little and stand full, for a district of a million people gives some six million keys. */
#include "plan_groups.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "rollcall/base/arena.h"

#define PARTS      256
#define FIRST_ROOM 16
#define FULL       85 /* percent of a part, where it grows */

/* The part of a digest that its place does not tell, and who gave it. */
struct slot {
    uint32_t tag;
    uint32_t node; /* plus one; 0: free */
};

struct part {
    struct slot *slots;
    uint32_t count, room;
};

struct plan_groups {
    uint32_t *parents;
    size_t count, room;
    struct part parts[PARTS];
};

struct plan_groups *plan_groups_new(void)
{
    struct plan_groups *groups = rc_malloc(sizeof *groups);
    memset(groups, 0, sizeof *groups);
    return groups;
}

void plan_groups_forget_keys(struct plan_groups *groups)
{
    for (size_t i = 0; i < PARTS; i++)
        free(groups->parts[i].slots);
    memset(groups->parts, 0, sizeof groups->parts);
}

void plan_groups_free(struct plan_groups *groups)
{
    if (!groups) return;
    plan_groups_forget_keys(groups);
    free(groups->parents);
    free(groups);
}

/* ---- nodes ---- */

uint32_t plan_groups_add(struct plan_groups *groups)
{
    if (groups->count == groups->room) {
        groups->room += groups->room / 16 + 1024;
        groups->parents = rc_realloc(groups->parents, groups->room * sizeof *groups->parents);
    }
    const uint32_t node = (uint32_t)groups->count++;
    groups->parents[node] = node;
    return node;
}

size_t plan_groups_count(const struct plan_groups *groups)
{
    return groups->count;
}

uint32_t plan_groups_root(struct plan_groups *groups, uint32_t node)
{
    uint32_t *parents = groups->parents;
    while (parents[node] != node) {
        parents[node] = parents[parents[node]];
        node = parents[node];
    }
    return node;
}

/* The lower number stands for both: numbers follow the order of rows, and so do people. */
void plan_groups_join(struct plan_groups *groups, uint32_t a, uint32_t b)
{
    const uint32_t left = plan_groups_root(groups, a), right = plan_groups_root(groups, b);
    if (left < right) {
        groups->parents[right] = left;
    } else {
        groups->parents[left] = right;
    }
}

/* ---- keys ---- */

static struct part *part_of(struct plan_groups *groups, uint64_t key)
{
    return &groups->parts[key & (PARTS - 1)];
}

/* Where the tag stands in the part, or the free slot where it belongs. */
static struct slot *slot_of(const struct part *part, uint32_t tag)
{
    uint32_t at = (uint32_t)(((uint64_t)tag * part->room) >> 32);
    while (part->slots[at].node != 0 && part->slots[at].tag != tag)
        at = at + 1 == part->room ? 0 : at + 1;
    return &part->slots[at];
}

static void grow(struct part *part)
{
    const struct part before = *part;
    part->room += before.room / 8 + FIRST_ROOM;
    part->slots = rc_malloc(part->room * sizeof *part->slots);
    memset(part->slots, 0, part->room * sizeof *part->slots);
    for (uint32_t i = 0; i < before.room; i++) {
        if (before.slots[i].node != 0) *slot_of(part, before.slots[i].tag) = before.slots[i];
    }
    free(before.slots);
}

void plan_groups_key(struct plan_groups *groups, uint32_t node, uint64_t key)
{
    struct part *part = part_of(groups, key);
    if ((uint64_t)part->count * 100 >= (uint64_t)part->room * FULL) grow(part);
    const uint32_t tag = (uint32_t)(key >> 32);
    struct slot *slot = slot_of(part, tag);
    if (slot->node != 0) {
        plan_groups_join(groups, slot->node - 1, node);
        return;
    }
    *slot = (struct slot){tag, node + 1};
    part->count++;
}

uint32_t plan_groups_find(const struct plan_groups *groups, uint64_t key)
{
    const struct part *part = &groups->parts[key & (PARTS - 1)];
    if (part->room == 0) return PLAN_NOBODY;
    const struct slot *slot = slot_of(part, (uint32_t)(key >> 32));
    return slot->node != 0 ? slot->node - 1 : PLAN_NOBODY;
}
