#ifndef RECONCILER_PLAN_ENGINE_H
#define RECONCILER_PLAN_ENGINE_H

#include "reconciler.h"
#include "rollcall/base/map.h"
#include "rollcall/roster/plan.h"

/* From candidates to decided items, in temporary tables of the transaction in hand: the part that
 * making a plan (P1-P3) and asking the planner again before applying (P4) have in common. SQL
 * finds, C decides. */

struct plan_engine {
    struct rc_stage_env *env;
    struct rc_db *tx;
    struct rc_policy *policy;
    struct rc_map *schools; /* "<source>:<id>" of every org that is a school */
    struct rc_str today;
    size_t situations[RC_SITUATION_COUNT_];
};

/* Temporary tables, the district's lock, the policy with its schools, the classes. */
RC_MUST_CHECK rc_status plan_engine_open(struct plan_engine *engine, struct rc_stage_env *env,
                                         struct rc_db *tx);
/* For so many rows: many, against tables whose statistics are older than the first load: joins by
 * index would be chosen wrongly, so they are switched off for the statements that follow in this
 * transaction. */
RC_MUST_CHECK rc_status plan_engine_join_for(struct plan_engine *engine, int64_t rows);
/* Joins by index again, for statements that look up row by row. */
RC_MUST_CHECK rc_status plan_engine_join_single(struct plan_engine *engine);
/* plan_policy.c: the effective settings of the transaction's district. */
RC_MUST_CHECK rc_status plan_policy_load(struct plan_engine *engine);

/* The nodes in plan_cand (round 0) are closed under links and keys, grouped into people
 * (plan_comp), decided one by one; the results stand in plan_new, plan_new_person, plan_idle and
 * plan_busy. */
RC_MUST_CHECK rc_status plan_engine_decide(struct plan_engine *engine);
/* plan_people.c: plan_cand to plan_comp. */
RC_MUST_CHECK rc_status plan_people_group(struct plan_engine *engine);

/* plan_read.c: one node's row (node, JSON) into the person in the making. Everything lives in
 * arena. */
struct plan_reader {
    struct rc_arena *arena;
    const struct plan_engine *engine;
    struct rc_plan_record *records;
    size_t record_count, record_room;
    struct rc_plan_account *accounts;
    size_t account_count, account_room;
    const struct rc_json **bodies; /* of records, for kinship */
};
/* RC_REJECT: the row is no JSON. */
RC_MUST_CHECK rc_status plan_read_node(struct plan_reader *reader, struct rc_str node,
                                       struct rc_str text);
/* Joins students and guardians, once all nodes of the person are in. */
void plan_read_family(struct plan_reader *reader);

/* plan_write.c: collects results and writes them by the hundred. */
struct plan_writer {
    struct rc_db *tx;
    struct rc_buf items, people, idle, busy;
    struct rc_json_out items_out, people_out, idle_out, busy_out;
    size_t count;
};
/* Opens the lists; tx is borrowed. */
void plan_writer_init(struct plan_writer *writer, struct rc_db *tx);
/* Releases the lists; what was not flushed is dropped. */
void plan_writer_done(struct plan_writer *writer);
/* One decided person: its items, and whether it is idle or busy. */
RC_MUST_CHECK rc_status plan_write_person(struct plan_writer *writer, int64_t person,
                                          const struct rc_plan_person *who,
                                          const struct rc_plan *plan, struct rc_arena *arena);
/* Writes what is still in the lists. */
RC_MUST_CHECK rc_status plan_writer_flush(struct plan_writer *writer);

/* ---- plan_store.c ---- */

struct plan_ref {
    struct rc_str plan, run, source;
    int64_t policy_version;
    int64_t items;
};
/* Makes the district's plan for a run and stores it, taking over the open one (P3). *ret_plan.items
 * == 0: nothing to propose, no plan. */
RC_MUST_CHECK rc_status plan_make(struct rc_stage_env *env, const struct run_ref *run,
                                  struct plan_ref *ret_plan);

/* ---- plan_again.c ---- */

/* The district's open plan; its texts live in the message's arena. RC_NOT_FOUND: there is none. */
RC_MUST_CHECK rc_status plan_open(struct plan_engine *engine, struct plan_ref *ret_plan);
/* Decides again whoever moved since the plan was made; what is no longer said is overtaken (P4). */
RC_MUST_CHECK rc_status plan_ask_again(struct plan_engine *engine, const struct plan_ref *plan);

/* ---- plan_apply.c ---- */

struct apply_result {
    struct rc_str counts; /* JSON by kind */
    int64_t applied, overtaken, left;
};
/* Applies what nothing holds and what was approved of the district's open plan, in one transaction
 * (P6). RC_NOT_FOUND: no open plan. */
RC_MUST_CHECK rc_status plan_apply(struct rc_stage_env *env, const char *district,
                                   struct apply_result *ret_result);

/* ---- plan_decide.c ---- */

/* Declined items become marks; a first approval ends the first sync of its sources (P5, P7). */
RC_MUST_CHECK rc_status plan_take_decisions(struct rc_stage_env *env, const char *district);

/* ---- plan_undo.c ---- */

/* Carries out the undos that people asked for: newest change first, nothing that moved since (P7).
 */
RC_MUST_CHECK rc_status plan_undo(struct rc_stage_env *env, const char *district);

#endif
