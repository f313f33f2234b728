#ifndef RECONCILER_PLAN_ENGINE_H
#define RECONCILER_PLAN_ENGINE_H

#include "reconciler.h"
#include "rollcall/base/map.h"
#include "rollcall/port/db_bulk.h"
#include "rollcall/roster/plan.h"

/* From candidates to decided items, in temporary tables of the transaction in hand: the part that
 * making a plan (P1-P3) and asking the planner again before applying (P4) have in common. SQL
 * finds, C decides.
 *
 * The statements of a planning see the world one after the other, so versions are read first: what
 * moves in between stands at a later version than the plan says, and is decided again. */

/* What was proposed, counted as it was written. */
struct plan_held {
    char hold[64];
    int64_t items;
};
struct plan_tally {
    int64_t items, held;
    int64_t kinds[RC_ITEM_COUNT_], waits[RC_ITEM_COUNT_]; /* all, and those held */
    struct plan_held holds[16];
    size_t hold_count;
    bool incomplete;  /* more holds than there is room for */
    uint64_t keys[2]; /* the sum of the items' keys, which no order changes */
};

struct plan_engine {
    struct rc_stage_env *env;
    struct rc_db *tx;
    const char *changes; /* of settings, as a preview has them: JSON */
    struct rc_policy *policy;
    struct rc_map *schools; /* "<source>:<id>" of every org that is a school */
    struct rc_str today;
    size_t situations[RC_SITUATION_COUNT_];
    struct plan_tally tally;
    int64_t nodes; /* records and accounts to decide, once they are grouped */
    enum { PLAN_LISTS_UNKNOWN, PLAN_LISTS_NONE, PLAN_LISTS_KEPT } lists; /* plan_lists_load */
    bool relisted; /* plan_lists_rekey found some */
};

/* Temporary tables, the district's lock, the policy with its schools. */
RC_MUST_CHECK rc_status plan_engine_open(struct plan_engine *engine, struct rc_stage_env *env,
                                         struct rc_db *tx);
/* The same with changes laid over the settings, as preview.changes holds them: what is planned
 * must not be kept. RC_REJECT: a change that no setting takes. */
RC_MUST_CHECK rc_status plan_engine_open_with(struct plan_engine *engine, struct rc_stage_env *env,
                                              struct rc_db *tx, const char *changes);
/* Names whom to decide: all who are not settled (P1), or everybody. *ret_count: how many. */
RC_MUST_CHECK rc_status plan_engine_seed(struct plan_engine *engine, bool everybody,
                                         int64_t *ret_count);
/* For so many rows: many, against tables whose statistics are older than the first load: joins by
 * index would be chosen wrongly, so they are switched off for the statements that follow in this
 * transaction. */
RC_MUST_CHECK rc_status plan_engine_join_for(struct plan_engine *engine, int64_t rows);
/* plan_policy.c: the effective settings of the transaction's district. */
RC_MUST_CHECK rc_status plan_policy_load(struct plan_engine *engine);

/* plan_lists.c: the classes, into plan_class, once a transaction and where any list is kept or
 * should be. */
RC_MUST_CHECK rc_status plan_lists_load(struct plan_engine *engine);
/* Items for lists that would be called otherwise. */
RC_MUST_CHECK rc_status plan_lists_rename(struct plan_engine *engine);
/* Facts of lists follow their classes; lists that are over end, and begin again with a member. */
RC_MUST_CHECK rc_status plan_lists_follow(struct plan_engine *engine, const char *run);
/* Findings of the run about the terms and grades that were chosen. */
RC_MUST_CHECK rc_status plan_lists_warn(struct plan_engine *engine, const char *run);

/* plan_relist.c: lists go on with their classes under other ids, but for those that wait for a
 * person; before anybody's versions are read. */
RC_MUST_CHECK rc_status plan_lists_rekey(struct plan_engine *engine, const char *run);
/* Items for those that wait. */
RC_MUST_CHECK rc_status plan_lists_rekey_items(struct plan_engine *engine);
/* As it was before, once a test plan is written. */
RC_MUST_CHECK rc_status plan_lists_rekey_back(struct plan_engine *engine);
/* Notes which classes could be one of several, for people to see. */
RC_MUST_CHECK rc_status plan_lists_unsure(struct plan_engine *engine);

/* Those who were named (plan_seed_record, plan_seed_account; count of them) are closed under links
 * and keys, grouped into people and decided one by one; the results stand in plan_new,
 * plan_new_person, plan_idle_record and plan_idle_account. */
RC_MUST_CHECK rc_status plan_engine_decide(struct plan_engine *engine, int64_t count);
/* plan_people.c: who was named, to plan_record and plan_account. */
RC_MUST_CHECK rc_status plan_people_group(struct plan_engine *engine);

/* plan_read.c: the rows of one node into the person in the making. Everything lives in arena. */
struct plan_reader {
    struct rc_arena *arena;
    const struct plan_engine *engine;
    struct rc_plan_record *records;
    struct plan_origin *origins; /* of records */
    size_t record_count, record_room, origin_room;
    struct rc_plan_account *accounts;
    size_t account_count, account_room;
    struct rc_plan_enrollment *enrollments; /* of the last record that had any */
    size_t enrollment_room, enrolled;
    struct rc_plan_membership *memberships; /* of the last account that had any */
    size_t membership_room, joined;
};
/* Where a record comes from, as the planner need not know. */
struct plan_origin {
    int64_t row_no;
    struct rc_str source, id;
    const struct rc_json *agents;    /* ids of kin */
    struct rc_str home, grade, born; /* as in struct rc_plan_record */
    bool searched;                   /* follows no account, or does so and is not there */
    bool first_agent;                /* of a student's agents the first guardian alone counts */
};
/* Digests of all that the record is found by (plan_people.c). */
void plan_record_keys(struct rc_plan_keys *keys, struct rc_arena *arena,
                      const struct plan_origin *origin, const struct rc_str *values);
/* As above, of an account. */
void plan_account_keys(struct rc_plan_keys *keys, struct rc_arena *arena,
                       const struct rc_str *values);
/* A row of plan_records.sql. RC_REJECT: the record is no JSON. */
RC_MUST_CHECK rc_status plan_read_record(struct plan_reader *reader, const struct rc_rows *rows,
                                         size_t row);
/* A row of plan_enrollments.sql, after all records; rows come in the records' order. */
void plan_read_enrollment(struct plan_reader *reader, const struct rc_rows *rows, size_t row);
/* A row of plan_accounts.sql. RC_REJECT as above. */
RC_MUST_CHECK rc_status plan_read_account(struct plan_reader *reader, const struct rc_rows *rows,
                                          size_t row);
/* A row of plan_memberships.sql, after all accounts; rows come in the accounts' order. */
void plan_read_membership(struct plan_reader *reader, const struct rc_rows *rows, size_t row);
/* plan_family.c: joins students and guardians, once all nodes of the person are in. */
void plan_read_family(struct plan_reader *reader);

/* plan_write.c: collects results and writes them by COPY. */
struct plan_writer {
    struct plan_engine *engine;
    struct rc_buf items, people, records, accounts, questions;
};
/* Releases what was collected; what was not flushed is dropped. */
void plan_writer_done(struct plan_writer *writer);
/* A person and what was decided. */
struct plan_decided {
    int64_t number;
    const struct plan_reader *who;
    const struct rc_plan_person *person; /* the same, as the planner sorted it */
    const struct rc_plan *plan;
    struct rc_plan_rest rest;
};
/* Its items and what they read, or that there is nothing to do. */
RC_MUST_CHECK rc_status plan_write_person(struct plan_writer *writer,
                                          const struct plan_decided *decided,
                                          struct rc_arena *arena);
/* Items about no person, written at once. */
RC_MUST_CHECK rc_status plan_write_others(struct plan_engine *engine,
                                          const struct rc_plan_item *items, size_t count);
/* Writes what is still collected. */
RC_MUST_CHECK rc_status plan_writer_flush(struct plan_writer *writer);

/* plan_count.c: one more item; and all of it as the plan's counts, or the situations alone. */
void plan_tally_add(struct plan_tally *tally, const struct rc_plan_item *item);
/* All of it, as the column counts holds it. */
void plan_tally_json(const struct plan_engine *engine, struct rc_buf *out);
/* Situation → number. */
void plan_situations_json(const struct plan_engine *engine, struct rc_buf *out);

/* ---- plan_store.c ---- */

struct plan_ref {
    struct rc_str plan, run, source;
    int64_t policy_version;
    int64_t items, going; /* of a plan just made: all, and those that nothing holds */
};
/* Makes the district's plan for a run and stores it, taking over the open one (P3). *ret_plan.items
 * == 0: nothing to propose, no plan. */
RC_MUST_CHECK rc_status plan_make(struct rc_stage_env *env, const struct run_ref *run,
                                  struct plan_ref *ret_plan);
/* The schools that go first as an array literal; NULL: none does. */
const char *plan_canary_schools(const struct plan_engine *engine);
/* The plan that an engine just opened would make for a run, written in the transaction in hand,
 * which must be rolled back: nobody was settled. */
RC_MUST_CHECK rc_status plan_draft(struct plan_engine *engine, const struct run_ref *run,
                                   struct plan_ref *ret_plan);

/* ---- plan_preview.c ---- */

/* Answers the changes of settings that people ask about, from plans that are forgotten again. */
RC_MUST_CHECK rc_status plan_preview(struct rc_stage_env *env, const char *district);

/* ---- plan_again.c ---- */

/* The district's open plan; its texts live in the message's arena. RC_NOT_FOUND: there is none. */
RC_MUST_CHECK rc_status plan_open(struct plan_engine *engine, struct plan_ref *ret_plan);
/* Decides again whoever moved since the plan was made; what is no longer said is overtaken (P4).
 * *ret_movers: how many moved. */
RC_MUST_CHECK rc_status plan_ask_again(struct plan_engine *engine, const struct plan_ref *plan,
                                       int64_t *ret_movers);

/* ---- plan_apply.c ---- */

/* Is today one of the blackout dates? Then nothing is applied. */
bool plan_blackout(const struct plan_engine *engine);

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

/* ---- act_apply.c ---- */

/* Carries out the acts that people approved, each in a transaction of its own (P8). One that the
 * directory cannot take is marked failed and holds nothing up. */
RC_MUST_CHECK rc_status act_apply(struct rc_stage_env *env, const char *district);

/* ---- plan_undo.c ---- */

/* Carries out the undos that people asked for: newest change first, nothing that moved since (P7).
 */
RC_MUST_CHECK rc_status plan_undo(struct rc_stage_env *env, const char *district);

#endif
