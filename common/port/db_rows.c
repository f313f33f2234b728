/* What a statement gave: libpq's result behind accessors that know no libpq. */
#include "db_private.h"

#include "rollcall/base/id.h"

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
static void wrong_type(const struct rc_rows *rows, int column, const char *due)
{
    const char *name = PQfname(rows->result, column);

    fprintf(stderr, "rollcall: column %d (%s) of a result is no %s: a bug\n", column,
            name ? name : "none", due);
    abort();
}

int64_t rc_rows_int(const struct rc_rows *rows, size_t row, int column)
{
    const char *text = rc_rows_cstr(rows, row, column);
    char *end = NULL;

    if (!text) return 0;
    errno = 0;
    const long long value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0') wrong_type(rows, column, "integer");
    return value;
}

bool rc_rows_bool(const struct rc_rows *rows, size_t row, int column)
{
    const char *text = rc_rows_cstr(rows, row, column);

    return text && *text == 't';
}

struct rc_str rc_rows_bytes(const struct rc_rows *rows, size_t row, int column,
                            struct rc_arena *arena)
{
    const struct rc_str hex = rc_rows_text(rows, row, column);
    const size_t len = hex.len / 2;
    char *bytes = rc_arena_bytes(arena, len + 1);

    if (!rc_unhex(hex, (unsigned char *)bytes, len)) wrong_type(rows, column, "bytes in hex");
    bytes[len] = '\0';
    return (struct rc_str){bytes, len};
}

const char *rc_db_hex(struct rc_arena *arena, struct rc_str bytes)
{
    char *hex = rc_arena_bytes(arena, 2 * bytes.len + 1);

    rc_hex((const unsigned char *)bytes.data, bytes.len, hex);
    return hex;
}

int64_t rc_rows_touched(const struct rc_rows *rows)
{
    /* PQcmdTuples is not const-correct; it only reads. */
    const char *text = PQcmdTuples(rows->result);

    return *text ? strtoll(text, NULL, 10) : 0;
}
