#ifndef RC_WORKER_RETENTION_H
#define RC_WORKER_RETENTION_H

#include "rollcall/format/option.h"
#include "rollcall/port/db.h"

/* How long what is kept. The rules (which rows are over, and what must stay however old it is) are
 * SQL, schemas/sql/0009_operation; here are their ages as options, for the scheduler, which applies
 * them, and for `rollcall purge`, which shows and applies them at once. An age of 0: for ever. */

struct rc_retention_options {
    int64_t stage_ms, pages_ms, findings_ms, runs_ms, plans_ms, mails_ms, dead_letters_ms,
        uploads_ms, alerts_ms, history_ms, audit_ms, changes_ms, disclosures_ms, deliveries_ms;
};

/* The options, as a table for a configuration in which struct rc_retention_options begins at
 * offset; room for RC_RETENTION_COUNT + 1 rows. */
enum { RC_RETENTION_COUNT = 14 };
/* table: room for all rows and the ending one. */
void rc_retention_table(size_t offset, struct rc_option *table);

/* One rule by its place, from 0: its name ("stage"), and its age among the options. */
const char *rc_retention_name(size_t at);
/* 0: kept for ever. */
int64_t rc_retention_age_ms(const struct rc_retention_options *options, size_t at);

/* Removes what is over by one rule in the transaction's district, at most limit rows of each table;
 * limit 0: only counts all of them. */
RC_MUST_CHECK rc_status rc_retention_apply(struct rc_db *tx, const char *what, int64_t age_ms,
                                           int limit, int64_t *ret_rows);

#endif
