/* What a statement gave: libpq's result behind accessors that know no libpq. */
#include "db_private.h"

#include <errno.h>
#include <stdio.h>

struct rc_rows {
    PGresult *result;
};

struct rc_rows *rc_rows_new(PGresult *result)
{
    struct rc_rows *rows = rc_malloc(sizeof *rows);

    rows->result = result;
    return rows;
}

rc_status rc_rows_judge(struct rc_db *db, const struct rc_rows *rows)
{
    return rc_db_judge(db, rows->result);
}

void rc_rows_free(struct rc_rows *rows)
{
    if (!rows) return;
    PQclear(rows->result);
    free(rows);
}

size_t rc_rows_count(const struct rc_rows *rows)
{
    return (size_t)PQntuples(rows->result);
}

struct rc_str rc_rows_text(const struct rc_rows *rows, size_t row, int column)
{
    if (PQgetisnull(rows->result, (int)row, column)) return (struct rc_str){NULL, 0};
    return (struct rc_str){PQgetvalue(rows->result, (int)row, column),
                           (size_t)PQgetlength(rows->result, (int)row, column)};
}

const char *rc_rows_cstr(const struct rc_rows *rows, size_t row, int column)
{
    return rc_rows_text(rows, row, column).data;
}

bool rc_rows_null(const struct rc_rows *rows, size_t row, int column)
{
    return PQgetisnull(rows->result, (int)row, column) != 0;
}

/* The statement is ours, so a column of another type is a mistake in the program: no caller could
 * do anything about it. */
static void not_an_integer(const struct rc_rows *rows, int column)
{
    const char *name = PQfname(rows->result, column);

    fprintf(stderr, "rollcall: column %d (%s) of a result is no integer: a bug\n", column,
            name ? name : "none");
    abort();
}

int64_t rc_rows_int(const struct rc_rows *rows, size_t row, int column)
{
    const char *text = rc_rows_cstr(rows, row, column);
    char *end = NULL;

    if (!text) return 0;
    errno = 0;
    const long long value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0') not_an_integer(rows, column);
    return value;
}

bool rc_rows_bool(const struct rc_rows *rows, size_t row, int column)
{
    const char *text = rc_rows_cstr(rows, row, column);

    return text && *text == 't';
}

int64_t rc_rows_touched(const struct rc_rows *rows)
{
    /* PQcmdTuples is not const-correct; it only reads. */
    const char *text = PQcmdTuples(rows->result);

    return *text ? strtoll(text, NULL, 10) : 0;
}
