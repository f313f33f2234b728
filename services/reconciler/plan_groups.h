#ifndef RECONCILER_PLAN_GROUPS_H
#define RECONCILER_PLAN_GROUPS_H

#include <stddef.h>
#include <stdint.h>

#include "rollcall/base/auto.h"

/* Which nodes belong together: a union-find over numbered nodes, and a table from key digests to
 * the node that gave each first. Some 11 bytes a key and 4 a node, so that a district of a million
 * people is grouped in one pass over its rows. */

struct plan_groups;

/* Empty. */
struct plan_groups *plan_groups_new(void);
/* NULL is nothing. */
void plan_groups_free(struct plan_groups *groups);
RC_AUTO_DEFINE(plan_groups)

/* A new node, alone; nodes are numbered from 0. */
uint32_t plan_groups_add(struct plan_groups *groups);
/* How many nodes were added. */
size_t plan_groups_count(const struct plan_groups *groups);
/* The two belong together. */
void plan_groups_join(struct plan_groups *groups, uint32_t a, uint32_t b);
/* The node gives this key: it belongs together with all others that do. */
void plan_groups_key(struct plan_groups *groups, uint32_t node, uint64_t key);

#define PLAN_NOBODY UINT32_MAX
/* A node that gave the key; PLAN_NOBODY when none did. */
uint32_t plan_groups_find(const struct plan_groups *groups, uint64_t key);
/* Gives the table's memory back, once no key is to come or to be found any more. */
void plan_groups_forget_keys(struct plan_groups *groups);
/* The node that stands for all that belong together with this one. */
uint32_t plan_groups_root(struct plan_groups *groups, uint32_t node);

#endif
