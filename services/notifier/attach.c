/* What is attached to a digest: changes and findings as CSV. It is bounded, since mail servers are;
 * what it leaves out is said in its last row. */
#include "attach.h"

#include <stdio.h>

#include "notifier_sql.h"

#include "rollcall/format/csv.h"

enum { ROWS_MAX = 5000, BYTES_MAX = 512 * 1024, CELLS_MAX = 9, NAMES_MAX = 20 };

static const struct {
    const char *name;
    const char *sql; /* $1 member, $2 since, $3 limit; its columns are the cells */
    const char *heads[CELLS_MAX];
} files[] = {
    {"changes",
     sql_attach_changes,
     {"at", "change", "role", "school", "id_in_sis", "field", "from", "to", "cause"}},
    {"findings",
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

struct attached {
    const char *district;
    struct rc_str name, content;
};

struct attaching {
    struct rc_arena *arena;
    struct rc_db *tx;
    struct attach *attach;
    int64_t room;         /* bytes that the mail still has */
    size_t left;          /* files beyond that */
    struct rc_buf *names; /* of the first NAMES_MAX of them */
};

static void leave_out(struct attaching *attaching, struct rc_str name)
{
    if (++attaching->left > NAMES_MAX) return;
    if (attaching->names->len > 0) rc_buf_add_str(attaching->names, RC_STR(", "));
    rc_buf_add_str(attaching->names, name);
}

/* How many, where there are too many to name: the names are part of the mail's size. */
static struct rc_str left_out(struct attaching *attaching)
{
    if (attaching->left > NAMES_MAX)
        rc_buf_print(attaching->names, " and %zu more", attaching->left - NAMES_MAX);
    return rc_str_copy(attaching->arena, rc_buf_str(attaching->names));
}

/* Each or none: half a file would be taken for the whole. */
static void add_file(struct attaching *attaching, const char *district, struct rc_str name,
                     const struct rc_buf *text)
{
    struct attach *attach = attaching->attach;

    if ((int64_t)text->len > attaching->room) {
        leave_out(attaching, name);
        return;
    }
    attaching->room -= (int64_t)text->len;
    attach->files[attach->count++] = (struct attached){
        district, name, rc_str_copy(attaching->arena, rc_buf_str(text))};
}

static rc_status read_file(struct attaching *attaching, size_t at,
                           const struct rc_digest_part *part, struct rc_str slug)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_BUF struct rc_buf text = {0};
    char limit[24];
    const char *const values[] = {part->member, part->since, limit};

    snprintf(limit, sizeof limit, "%d", ROWS_MAX + 1);
    RC_TRY(rc_db_run(attaching->tx, files[at].sql, COUNT_OF(values), values, &rows));
    if (rc_rows_count(rows) == 0) return RC_OK;
    add_rows(&text, files[at].heads, rows);
    const struct rc_str name = rc_str_print(attaching->arena, "%s-%.*s.csv", files[at].name,
                                            RC_STR_ARG(slug));
    add_file(attaching, part->district, name, &text);
    return RC_OK;
}

static rc_status read_part(struct attaching *attaching, const struct rc_digest_part *part)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_enter(attaching->tx, part->district));
    RC_TRY(rc_db_one(attaching->tx, sql_attach_allowed, 0, NULL, &rows));
    if (!rc_rows_bool(rows, 0, 0)) return RC_OK;
    for (size_t i = 0; i < COUNT_OF(files); i++)
        RC_TRY(read_file(attaching, i, part, rc_rows_text(rows, 0, 1)));
    return RC_OK;
}

rc_status attach_read(struct rc_arena *arena, struct rc_db *tx, const struct rc_digest *digest,
                      int64_t max_bytes, struct attach *ret_attach)
{
    RC_AUTO_BUF struct rc_buf names = {0};
    struct attaching attaching = {arena, tx, ret_attach, max_bytes, 0, &names};

    *ret_attach = (struct attach){0};
    ret_attach->files = rc_arena_array(arena, digest->count * COUNT_OF(files) + 1,
                                       sizeof *ret_attach->files);
    for (size_t i = 0; i < digest->count; i++)
        RC_TRY(read_part(&attaching, &digest->parts[i]));
    ret_attach->left_out = left_out(&attaching);
    return rc_db_enter(tx, digest->parts[0].district);
}

/* Each among its own district's rows, so that no other district's programs see it. */
rc_status attach_store(struct rc_db *tx, const struct attach *attach,
                       const struct rc_digest *digest, const char *mail)
{
    const char *first = digest->parts[0].district;

    for (size_t i = 0; i < attach->count; i++) {
        const struct attached *file = &attach->files[i];
        const char *const values[] = {first, mail, file->name.data, file->content.data};
        RC_TRY(rc_db_enter(tx, file->district));
        RC_TRY(rc_db_run(tx, sql_attach_add, COUNT_OF(values), values, NULL));
    }
    return rc_db_enter(tx, first);
}
