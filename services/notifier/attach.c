/* What is attached to a digest: changes and findings as CSV. It is bounded, since mail servers are;
 * what it leaves out is said in its last row. */
#include "attach.h"

#include <stdio.h>

#include "notifier_sql.h"

#include "rollcall/format/csv.h"

enum { ROWS_MAX = 5000, BYTES_MAX = 512 * 1024, CELLS_MAX = 9 };

static const struct {
    const char *name;
    const char *sql; /* $1 member, $2 since, $3 limit; its columns are the cells */
    const char *heads[CELLS_MAX];
} files[] = {
    {"changes.csv",
     sql_attach_changes,
     {"at", "change", "role", "school", "id_in_sis", "field", "from", "to", "cause"}},
    {"findings.csv",
     sql_attach_findings,
     {"severity", "collection", "id_in_sis", "field", "what_and_how_to_mend_it"}},
};

static void add_heads(struct rc_buf *out, const char *const *heads)
{
    for (int i = 0; i < CELLS_MAX && heads[i]; i++)
        rc_csv_add(out, rc_str_of(heads[i]), i == 0);
    rc_csv_end(out);
}

static void add_row(struct rc_buf *out, const char *const *heads, const struct rc_rows *rows,
                    size_t row)
{
    for (int i = 0; i < CELLS_MAX && heads[i]; i++)
        rc_csv_add(out, rc_rows_text(rows, row, i), i == 0);
    rc_csv_end(out);
}

static void add_rows(struct rc_buf *out, const char *const *heads, const struct rc_rows *rows)
{
    size_t row = 0;

    add_heads(out, heads);
    for (; row < rc_rows_count(rows) && row < ROWS_MAX && out->len < BYTES_MAX; row++)
        add_row(out, heads, rows, row);
    if (row == rc_rows_count(rows)) return;
    rc_csv_add(out, RC_STR("further rows are left out: rollcall has all of them"), true);
    rc_csv_end(out);
}

static rc_status attach_file(struct rc_db *tx, size_t at, const struct rc_digest_part *part,
                             const char *mail)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_BUF struct rc_buf text = {0};
    char limit[24];
    const char *const values[] = {part->member, part->since, limit};

    snprintf(limit, sizeof limit, "%d", ROWS_MAX + 1);
    RC_TRY(rc_db_run(tx, files[at].sql, COUNT_OF(values), values, &rows));
    if (rc_rows_count(rows) == 0) return RC_OK;
    add_rows(&text, files[at].heads, rows);
    const char *const added[] = {mail, files[at].name, text.data};
    return rc_db_run(tx, sql_attach_add, COUNT_OF(added), added, NULL);
}

rc_status attach_digest(struct rc_db *tx, const struct rc_digest *digest, const char *mail)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    /* Data of one district never lies in another's rows. */
    if (digest->count != 1) return RC_OK;
    RC_TRY(rc_db_one(tx, sql_attach_allowed, 0, NULL, &rows));
    if (!rc_rows_bool(rows, 0, 0)) return RC_OK;
    for (size_t i = 0; i < COUNT_OF(files); i++)
        RC_TRY(attach_file(tx, i, &digest->parts[0], mail));
    return RC_OK;
}
