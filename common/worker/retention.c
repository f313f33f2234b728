/* The ages of the retention rules, in one table: what an operator sets, what the scheduler goes by
 * and what `rollcall purge` shows are the same rows. */
#include "rollcall/worker/retention.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

#define DAY_MS       INT64_C(86400000)
#define AGE(member)  offsetof(struct rc_retention_options, member)
#define YEARS_MAX_MS (INT64_C(36500) * DAY_MS)

static const struct {
    const char *name;
    const char *option;
    size_t offset;
    const char *fallback;
    const char *help;
} rules[] = {
    {"stage", "retention.stage", AGE(stage_ms), "1d",
     "Records of runs that ended before their mirror commit; others leave at the commit."},
    {"pages", "retention.pages", AGE(pages_ms), "14d",
     "The lists of an ended run's pages and batches."},
    {"findings", "retention.findings", AGE(findings_ms), "90d", "What was wrong with records."},
    {"runs", "retention.runs", AGE(runs_ms), "400d",
     "Lanes and collections of ended runs; a run's own row stays."},
    {"plans", "retention.plans", AGE(plans_ms), "90d",
     "Items of closed plans; the plan's own row stays, and so does what the next plan inherits."},
    {"mails", "retention.mails", AGE(mails_ms), "90d",
     "Subject and text of mails; their row in the ledger stays."},
    {"dead-letters", "retention.dead-letters", AGE(dead_letters_ms), "90d",
     "Dead letters that were replayed, discarded or closed; open ones stay."},
    {"uploads", "retention.uploads", AGE(uploads_ms), "30d",
     "Pages of uploads that were read, superseded or discarded; until then they can be read "
     "again."},
    {"alerts", "retention.alerts", AGE(alerts_ms), "400d", "Alerts of ended runs."},
    {"history", "retention.history", AGE(history_ms), "0ms",
     "What was changed in the directory, without which a run cannot be undone; 0: for ever."},
    {"audit", "retention.audit", AGE(audit_ms), "0ms", "Who did what; 0: for ever."},
    {"changes", "retention.changes", AGE(changes_ms), "30d",
     "The feed of changes; an application that was away for longer reads the directory anew."},
    {"disclosures", "retention.disclosures", AGE(disclosures_ms), "400d",
     "Which application was told what of whom."},
    {"deliveries", "retention.deliveries", AGE(deliveries_ms), "90d",
     "The ledger of webhooks' messages; those on their way stay."},
};
_Static_assert(COUNT_OF(rules) == RC_RETENTION_COUNT, "an age for every rule");

void rc_retention_table(size_t offset, struct rc_option *table)
{
    for (size_t i = 0; i < COUNT_OF(rules); i++)
        table[i] = (struct rc_option){.name = rules[i].option,
                                      .kind = RC_OPTION_MILLIS,
                                      .offset = offset + rules[i].offset,
                                      .fallback = rules[i].fallback,
                                      .min = 0,
                                      .max = YEARS_MAX_MS,
                                      .help = rules[i].help};
    table[COUNT_OF(rules)] = (struct rc_option){.name = NULL};
}

const char *rc_retention_name(size_t at)
{
    return rules[at].name;
}

int64_t rc_retention_age_ms(const struct rc_retention_options *options, size_t at)
{
    return *(const int64_t *)(const void *)((const char *)options + rules[at].offset);
}

static const char apply_sql[] =
    "SELECT retention_apply($1, now() - $2::bigint * interval '1 millisecond', $3::int, "
    "$4::boolean)";

rc_status rc_retention_apply(struct rc_db *tx, const char *what, int64_t age_ms, int limit,
                             int64_t *ret_rows)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    char age[24];
    char most[16];
    const char *const values[] = {what, age, most, limit == 0 ? "true" : "false"};

    snprintf(age, sizeof age, "%" PRId64, age_ms);
    snprintf(most, sizeof most, "%d", limit);
    RC_TRY(rc_context(rc_db_one(tx, apply_sql, COUNT_OF(values), values, &rows), "retention of %s",
                      what));
    *ret_rows = rc_rows_int(rows, 0, 0);
    return RC_OK;
}
