#ifndef RC_TESTS_WITH_PLAN_H
#define RC_TESTS_WITH_PLAN_H

#include "rollcall/base/buf.h"
#include "rollcall/roster/plan.h"

/* A district small enough to write down: its settings, one person's records and accounts, and the
 * plan for them as text that a test compares whole. */

#define TODAY      "2026-09-10"
#define WORLD_ROOM 8

struct world {
    struct rc_arena *arena;
    struct rc_policy *policy;
    struct rc_plan_record records[WORLD_ROOM];
    size_t record_count;
    struct rc_plan_account accounts[WORLD_ROOM];
    size_t account_count;
    struct rc_plan plan;
};

/* Every setting at its default. */
struct world world_blank(void);
/* Everybody is rostered, guardians with accounts; s1 and s2 are chosen; changes are
 * written and who left is archived. */
struct world world_new(void);
void world_done(struct world *world);
#define AUTO_WORLD __attribute__((cleanup(world_done))) struct world

/* Sets a setting as a person would type it. */
void set(struct world *world, const char *name, const char *typed);
void set_at(struct world *world, const char *scope, const char *name, const char *typed);

/* A present record with that role at the source's s1. node: "r:A:u1". The family name is Doe,
 * other fields are empty. */
struct rc_plan_record *add_record(struct world *world, const char *node, const char *role,
                                  const char *given, const char *email);
void add_role(struct world *world, struct rc_plan_record *record, const char *role,
              const char *school);
/* The guardian's record is named by the student's. */
void add_guardian(struct world *world, struct rc_plan_record *student, const char *node,
                  const char *relation);
/* A present enrollment in a class that is chosen and runs. */
struct rc_plan_enrollment *add_enrollment(struct world *world, struct rc_plan_record *record,
                                          const char *node, const char *membership);
/* An active account without values. */
struct rc_plan_account *add_account(struct world *world, const char *node);
/* An active account that follows the record and holds what it says. */
struct rc_plan_account *add_account_of(struct world *world, const char *node,
                                       struct rc_plan_record *record);
void add_membership(struct world *world, struct rc_plan_account *account, const char *name, bool on,
                    bool by_hand);
void mark_record(struct world *world, struct rc_plan_record *record, const char *waits);
void mark_account(struct world *world, struct rc_plan_account *account, const char *kind,
                  const char *field, const char *waits);
/* The record's absence is complete (gone 2) or doubtful (gone 1). */
void is_gone(struct rc_plan_record *record, int gone);

/* Plans and returns the items, one a line:
 *   kind subject [field] [from>to] (cause) [held: hold]
 * Values that a create makes are not shown: see made(). */
const char *planned(struct world *world);
/* The only item, which there must be. */
const struct rc_plan_item *only_item(struct world *world);
/* "node,node" of an item. */
const char *basis_of(struct world *world, const struct rc_plan_item *item);
/* A field in the JSON of what a create makes; "" when absent. */
const char *made(struct world *world, const struct rc_plan_item *item, const char *field);
/* All keys, holds, bases and waits: what must not depend on order. */
const char *whole_plan(struct world *world);
/* Carries the plan out as an approval of everything would. */
void apply_plan(struct world *world);

#endif
