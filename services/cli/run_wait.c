/* Waiting for a run: its phase, what was read so far and how fast. */
#include "run_wait.h"

#include "wait.h"

#include "cli_sql.h"

#include <string.h>

#include "rollcall/base/clock.h"

/* Where a run stays until somebody acts, how the wait ends there, and what is next. */
static const struct {
    const char *state;
    int exit;
    const char *next;
} ends[] = {
    {"Completed", CLI_DONE, "Counts and findings: rollcall run show %s"},
    {"Completed with warnings", CLI_DONE, "Counts and findings: rollcall run show %s"},
    {"Completed with errors", CLI_DONE, "Counts and findings: rollcall run show %s"},
    {"On hold", CLI_DONE, "Something waits for a decision: rollcall plan show --run %s"},
    {"Paused", CLI_FAILED, "It waits for a person: rollcall dead-letter list --run %s"},
    {"Superseded", CLI_FAILED, "A later run has taken over: rollcall run show %s"},
    {"Cancelled", CLI_FAILED, "rollcall run show %s"},
    {"Failed", CLI_FAILED, "Why: rollcall run show %s"},
};

enum { STATE, PHASE, PARKED, FAILURE, RECORDS, SEALED, COLLECTIONS, DEAD };

struct watch {
    const struct run_ref *run;
    int64_t first_at, first_records;
    char state[40];
    const char *failure;
};

static const char *phase_words(struct rc_str phase)
{
    static const struct {
        const char *phase, *words;
    } table[] = {
        {"scheduled", "waiting for a fetcher"},
        {"fetching", "reading"},
        {"ready", "checking"},
        {"verifying", "asking the source again"},
        {"checked", "storing"},
        {"mirrored", "planning"},
        {"planned", "applying"},
        {"done", "done"},
    };

    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (rc_str_eq(phase, rc_str_of(table[i].phase))) return table[i].words;
    return "working";
}

/* Records a second since the wait began. */
static int64_t rate(struct watch *watch, int64_t records)
{
    const int64_t now = rc_clock_mono_ms();

    if (watch->first_at == 0) {
        watch->first_at = now;
        watch->first_records = records;
    }
    const int64_t passed = now - watch->first_at;
    return passed > 0 ? (records - watch->first_records) * 1000 / passed : 0;
}

static int end_of(const char *state)
{
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        if (strcmp(state, ends[i].state) == 0) return (int)i;
    return -1;
}

static void print_line(struct watch *watch, const struct rc_rows *rows, struct rc_buf *line)
{
    const int64_t records = rc_rows_int(rows, 0, RECORDS);
    const int64_t dead = rc_rows_int(rows, 0, DEAD);

    rc_buf_print(line, "%s: %s", watch->state, phase_words(rc_rows_text(rows, 0, PHASE)));
    const int64_t per_second = rate(watch, records);
    if (records > 0)
        rc_buf_print(line, ", %lld records, %lld of %lld collections complete", (long long)records,
                     (long long)rc_rows_int(rows, 0, SEALED),
                     (long long)rc_rows_int(rows, 0, COLLECTIONS));
    if (per_second > 0) rc_buf_print(line, ", %lld/s", (long long)per_second);
    if (dead > 0) rc_buf_print(line, ", %lld set aside", (long long)dead);
}

static rc_status look(struct cli *cli, void *self, struct rc_buf *line, bool *ret_done)
{
    struct watch *watch = self;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, watch->run->district, &tx));
    RC_TRY(rc_db_one(tx, sql_run_progress, 1, &watch->run->run, &rows));
    RC_TRY(rc_db_commit(tx));
    const struct rc_str state = rc_rows_text(rows, 0, STATE);
    memcpy(watch->state, state.data, state.len + 1);
    watch->failure = cli_keep(cli, rows, 0, FAILURE);
    print_line(watch, rows, line);
    *ret_done = end_of(watch->state) >= 0;
    return RC_OK;
}

static rc_status answer(struct cli *cli, const struct watch *watch)
{
    const int end = end_of(watch->state);
    const char *run = watch->run->run;
    const struct out_fact facts[] = {{"run", run},
                                     {"district", watch->run->slug},
                                     {"state", watch->state},
                                     {"failure", watch->failure}};
    RC_AUTO_BUF struct rc_buf next = {0};
    struct rc_str rest = rc_str_of(ends[end].next);

    out_act(&cli->out, facts, COUNT_OF(facts), "Run %s: %s%s%s", run, watch->state,
            watch->failure ? ": " : "", watch->failure ? watch->failure : "");
    rc_buf_add_str(&next, rc_str_cut(&rest, '%'));
    rc_buf_add_str(&next, rc_str_of(run));
    out_note(&cli->out, "%s", next.data);
    cli->exit = ends[end].exit;
    return RC_OK;
}

rc_status run_wait(struct cli *cli, const struct run_ref *run)
{
    struct watch watch = {.run = run};
    const struct wait wait = {
        .what = rc_str_print(cli->arena, "run %s", run->run).data,
        .stop = rc_str_print(cli->arena,
                             "Look again: rollcall run wait %s; stop it: rollcall run cancel %s",
                             run->run, run->run)
                    .data,
        .look = look,
        .self = &watch,
    };

    RC_TRY(wait_until_done(cli, &wait));
    return answer(cli, &watch);
}
