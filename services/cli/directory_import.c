/* rollcall directory import: a live application's accounts, from a CSV file. Everything happens in
 * one transaction under the district's lock, which is kept only where no row has a problem and
 * nobody asked for a check alone. */
#include "directory_import.h"

#include "cli_sql.h"

#include "rollcall/base/map.h"
#include "rollcall/roster/directory_csv.h"

#include <stdlib.h>

enum { BATCH_BYTES = 1 << 20 };

/* What became of rows; the names that the statements give. */
enum { CREATED, CHANGED, UNCHANGED, GUARDIANSHIPS, PROBLEMS, OUTCOMES };
static const char *const outcomes[] = {[CREATED] = "created",
                                       [CHANGED] = "changed",
                                       [UNCHANGED] = "unchanged",
                                       [GUARDIANSHIPS] = "guardianship",
                                       [PROBLEMS] = "problem"};
_Static_assert(COUNT_OF(outcomes) == OUTCOMES, "a name for every outcome");

struct batch {
    struct batch *next;
    const char *rows; /* a JSON list */
};

struct importing {
    struct cli *cli;
    struct batch *batches, **last;
    long long counts[OUTCOMES];
    struct rc_str *problems; /* cells of those that are shown */
    size_t shown, limit;
};

/* ---- the file ---- */

static rc_status read_file(struct cli *cli, const char *path, struct rc_buf *text)
{
    const int64_t most = cli->uploads.zip.max_bytes;

    RC_TRY(cli_read_file(cli, path, most, CLI_FAILED, text));
    if ((int64_t)text->len <= most) return RC_OK;
    return cli_refuse(cli, CLI_FAILED, "Import it in parts.", "%s is larger than upload.max-bytes",
                      path);
}

enum { PROBLEM_COLUMNS = 3 };
static const struct out_column problem_columns[PROBLEM_COLUMNS] = {
    {"line", OUT_NUMBER, false}, {"column", OUT_TEXT, false}, {"problem", OUT_TEXT, false}};

static void add_problem(struct importing *importing, int64_t line, struct rc_str column,
                        struct rc_str what)
{
    struct rc_arena *arena = importing->cli->arena;

    importing->counts[PROBLEMS]++;
    if (importing->shown == importing->limit) return;
    struct rc_str *cells = &importing->problems[PROBLEM_COLUMNS * importing->shown++];
    cells[0] = rc_str_print(arena, "%lld", (long long)line);
    if (column.len > 0) cells[1] = rc_str_copy(arena, column);
    cells[2] = rc_str_copy(arena, what);
}

/* Ends the batch that rows holds and begins another. */
static void keep_batch(struct importing *importing, struct rc_buf *rows)
{
    struct rc_arena *arena = importing->cli->arena;
    struct batch *batch = rc_arena_alloc(arena, sizeof *batch);

    if (rows->len == 0) return;
    batch->rows = rc_str_print(arena, "[%.*s]", RC_STR_ARG(rc_buf_str(rows))).data;
    *importing->last = batch;
    importing->last = &batch->next;
    rc_buf_clear(rows);
}

static rc_status read_rows(struct importing *importing, struct rc_directory_csv *csv)
{
    RC_AUTO_BUF struct rc_buf rows = {0}, row = {0};
    const struct rc_directory_problem *problem = NULL;

    for (;;) {
        const rc_status next = rc_directory_csv_next(csv, &row, &problem);
        if (next == RC_NOT_FOUND) break;
        if (next != RC_OK) return next;
        for (; problem; problem = problem->next)
            add_problem(importing, (int64_t)problem->line, problem->column,
                        rc_str_of(problem->what));
        if (rows.len > 0 && row.len > 0) rc_buf_add_char(&rows, ',');
        rc_buf_add_str(&rows, rc_buf_str(&row));
        rc_buf_clear(&row);
        if (rows.len >= BATCH_BYTES) keep_batch(importing, &rows);
    }
    keep_batch(importing, &rows);
    return RC_OK;
}

static rc_status read_all(struct importing *importing, const char *path, struct rc_buf *text)
{
    struct cli *cli = importing->cli;
    struct rc_directory_csv *csv = NULL;

    RC_TRY(read_file(cli, path, text));
    rc_status status = rc_directory_csv_new(rc_buf_str(text), cli->arena, &csv);
    if (status == RC_OK) status = read_rows(importing, csv);
    if (status == RC_REJECT)
        return cli_refuse(cli, CLI_FAILED, "Nothing was imported.", "%s: %s", path,
                          rc_str_copy(cli->arena, rc_str_of(rc_error_text())).data);
    RC_TRY(status);
    const struct rc_str ignored = rc_directory_csv_ignored(csv);
    if (ignored.len > 0)
        out_note(&cli->out, "columns that are not read: %.*s", RC_STR_ARG(ignored));
    return RC_OK;
}

/* ---- the database ---- */

static void count_rows(struct importing *importing, const struct rc_rows *rows)
{
    for (size_t i = 0; i < rc_rows_count(rows); i++) {
        const struct rc_str became = rc_rows_text(rows, i, 1);
        if (rc_str_eq(became, rc_str_of(outcomes[PROBLEMS]))) {
            add_problem(importing, rc_rows_int(rows, i, 0), rc_rows_text(rows, i, 2),
                        rc_rows_text(rows, i, 3));
            continue;
        }
        for (size_t j = 0; j < OUTCOMES; j++)
            importing->counts[j] += rc_str_eq(became, rc_str_of(outcomes[j]));
    }
}

static rc_status run_batches(struct importing *importing, struct rc_db *tx, const char *sql,
                             size_t values)
{
    for (const struct batch *batch = importing->batches; batch; batch = batch->next) {
        RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
        const char *const both[] = {batch->rows, importing->cli->who};
        RC_TRY(rc_db_run(tx, sql, values, both, &rows));
        count_rows(importing, rows);
    }
    return RC_OK;
}

static rc_status store(struct importing *importing, struct rc_db *tx)
{
    RC_TRY(rc_db_run(tx, sql_plan_lock, 0, NULL, NULL));
    RC_TRY(run_batches(importing, tx, sql_import_accounts, 2));
    return run_batches(importing, tx, sql_import_guardianships, 1);
}

static rc_status audit(struct importing *importing, struct rc_db *tx)
{
    RC_AUTO_BUF struct rc_buf what = {0};
    struct rc_json_out json = {.buf = &what};

    rc_json_open(&json, NULL, '{');
    for (size_t i = 0; i < PROBLEMS; i++)
        rc_json_put_int(&json, outcomes[i], importing->counts[i]);
    rc_json_close(&json, '}');
    return cli_audit(importing->cli, tx, "directory.import", rc_buf_str(&what));
}

/* ---- the answer ---- */

/* By line, then column and text: numbers without leading zeros, so the longer is the greater. */
static int by_line(const void *left, const void *right)
{
    const struct rc_str *a = left, *b = right;

    if (a[0].len != b[0].len) return a[0].len < b[0].len ? -1 : 1;
    for (int i = 0; i < PROBLEM_COLUMNS; i++) {
        const int order = rc_str_cmp(a[i], b[i]);
        if (order != 0) return order;
    }
    return 0;
}

static void answer(struct importing *importing, bool done)
{
    static const char *const names[OUTCOMES] = {[CREATED] = "created",
                                                [CHANGED] = "changed",
                                                [UNCHANGED] = "unchanged",
                                                [GUARDIANSHIPS] = "guardianships",
                                                [PROBLEMS] = "problems"};
    struct cli *cli = importing->cli;
    const long long *counts = importing->counts;

    /* What the file says and what the database says were gathered one after the other. */
    qsort(importing->problems, importing->shown, PROBLEM_COLUMNS * sizeof *importing->problems,
          by_line);
    out_open(&cli->out);
    if (importing->shown > 0)
        out_part_cells(&cli->out, "problems_found", problem_columns, PROBLEM_COLUMNS,
                       importing->problems, importing->shown);
    out_flag(&cli->out, "imported", done);
    for (size_t i = 0; i < OUTCOMES; i++)
        out_number(&cli->out, names[i], counts[i]);
    out_act(&cli->out, NULL, 0,
            "%s: %lld created, %lld changed, %lld as they were; %lld guardianships; %lld problems.",
            done ? "Imported" : "Nothing was imported", counts[CREATED], counts[CHANGED],
            counts[UNCHANGED], counts[GUARDIANSHIPS], counts[PROBLEMS]);
    out_close(&cli->out);
}

static rc_status import_file(struct importing *importing, const char *path)
{
    struct cli *cli = importing->cli;
    RC_AUTO_BUF struct rc_buf text = {0};
    RC_AUTO_TX struct rc_db *tx = NULL;
    const bool check = args_has(&cli->args, "check");

    RC_TRY(read_all(importing, path, &text));
    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(store(importing, tx));
    const bool done = !check && importing->counts[PROBLEMS] == 0;
    if (done) {
        RC_TRY(audit(importing, tx));
        RC_TRY(rc_db_commit(tx));
    }
    answer(importing, done);
    if (importing->counts[PROBLEMS] > 0) cli->exit = CLI_FAILED;
    return RC_OK;
}

rc_status directory_import(struct cli *cli)
{
    struct importing importing = {.cli = cli,
                                  .limit = (size_t)args_number(&cli->args, "limit", 50)};

    importing.last = &importing.batches;
    importing.problems = rc_arena_array(cli->arena, importing.limit * PROBLEM_COLUMNS,
                                        sizeof *importing.problems);
    return import_file(&importing, args_word(&cli->args, 0));
}
