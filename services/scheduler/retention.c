/* What was kept long enough goes. Which rows those are is the schema's to say (retention_apply);
 * here is only the walk: district by district, rule by rule, a bounded number of rows to a
 * transaction, a bounded time to a round, so that neither locks nor the other ticks wait for it. */
#include "retention.h"
#include "scheduler_sql.h"

#include <stdio.h>

#include "rollcall/base/clock.h"
#include "rollcall/base/log.h"

enum { ROUND_MS = 5000, STEP_ROWS = 5000, DISTRICTS = 500 };

struct walk {
    const struct scheduler *self;
    struct rc_stage_env *env;
    int64_t until_ms;
};

static bool is_over(const struct walk *walk)
{
    return rc_process_flag(walk->env->stop) || rc_clock_mono_ms() >= walk->until_ms;
}

static rc_status step(const struct walk *walk, const char *district, size_t rule, int64_t *ret_rows)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    const int64_t age_ms = rc_retention_age_ms(&walk->self->options->retention, rule);

    RC_TRY(rc_db_tx(walk->env->db, district, &tx));
    RC_TRY(rc_db_run(tx, sql_patience, 0, NULL, NULL));
    RC_TRY(rc_retention_apply(tx, rc_retention_name(rule), age_ms, STEP_ROWS, ret_rows));
    return rc_db_commit(tx);
}

/* Until nothing is left, or the round's time is over. */
static rc_status apply(const struct walk *walk, const char *district, size_t rule)
{
    int64_t total = 0;
    int64_t rows = 0;

    if (rc_retention_age_ms(&walk->self->options->retention, rule) == 0) return RC_OK;
    do {
        RC_TRY(step(walk, district, rule, &rows));
        total += rows;
    } while (rows > 0 && !is_over(walk));
    if (total == 0) return RC_OK;
    rc_metric_count("rollcall_retention_rows_total", (double)total, "what=\"%s\"",
                    rc_retention_name(rule));
    rc_log_info("retention.applied", "%s: %lld rows", rc_retention_name(rule), (long long)total);
    return RC_OK;
}

/* One rule's failure keeps no other from being applied; the worst one is told. */
static rc_status apply_all(const struct walk *walk, const char *district)
{
    RC_LOG_SCOPE("district", district);
    rc_status worst = RC_OK;

    for (size_t rule = 0; rule < RC_RETENTION_COUNT && !is_over(walk); rule++) {
        const rc_status status = apply(walk, district, rule);
        if (status > worst) worst = status;
        if (status == RC_FATAL) break;
    }
    return worst;
}

/* The next districts behind the one that was finished last; behind the last one, from the start. */
static rc_status find(const struct walk *walk, struct rc_rows **ret_rows)
{
    static const char first[] = "00000000-0000-0000-0000-000000000000";
    const char *at = walk->self->retained_to;
    char limit[16];
    const char *const values[] = {at[0] ? at : first, limit};

    snprintf(limit, sizeof limit, "%d", DISTRICTS);
    return rc_db_run(walk->env->db, sql_retention_find, COUNT_OF(values), values, ret_rows);
}

rc_status retention_round(struct scheduler *self, struct rc_stage_env *env)
{
    const struct walk walk = {self, env, rc_clock_mono_ms() + ROUND_MS};
    RC_AUTO(rc_rows) struct rc_rows *districts = NULL;
    rc_status worst = RC_OK;

    RC_TRY(find(&walk, &districts));
    for (size_t i = 0; i < rc_rows_count(districts) && worst != RC_FATAL; i++) {
        const char *district = rc_rows_cstr(districts, i, 0);
        const rc_status status = apply_all(&walk, district);
        if (status > worst) worst = status;
        if (is_over(&walk)) return worst; /* this district once more */
        snprintf(self->retained_to, sizeof self->retained_to, "%s", district);
    }
    if (rc_rows_count(districts) < DISTRICTS) self->retained_to[0] = '\0';
    return worst;
}
