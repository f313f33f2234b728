/* A delta brings the roles that changed; a person is planned for with all of them. The others are
 * read from the mirror here, while the run is the source's only one, so that they are those of
 * right before it. */
#include "upload_roles.h"

#include "fetcher_sql.h"
#include "rollcall/roster/csv_roles.h"

static struct rc_str text_at(struct rc_arena *arena, const struct rc_rows *rows, size_t row, int at)
{
    return rc_str_copy(arena, rc_rows_text(rows, row, at));
}

static rc_status read_known(struct asker *asker, struct rc_db *tx, const char *ids,
                            struct rc_arena *arena, struct rc_csv_known_role **ret_known,
                            size_t *ret_count)
{
    const char *const values[] = {asker->lane->source.id.data, ids};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_run(tx, sql_upload_roles, COUNT_OF(values), values, &rows));
    const size_t count = rc_rows_count(rows);
    struct rc_csv_known_role *known = rc_arena_array(arena, count, sizeof *known);
    for (size_t i = 0; i < count; i++)
        known[i] = (struct rc_csv_known_role){.user = text_at(arena, rows, i, 0),
                                              .role = text_at(arena, rows, i, 1),
                                              .org = text_at(arena, rows, i, 2),
                                              .type = text_at(arena, rows, i, 3),
                                              .begin = text_at(arena, rows, i, 4),
                                              .end = text_at(arena, rows, i, 5)};
    *ret_known = known;
    *ret_count = count;
    return RC_OK;
}

rc_status upload_add_roles(struct asker *asker, struct rc_db *tx, struct rc_buf *page)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    RC_AUTO_BUF struct rc_buf list = {0};
    RC_AUTO_BUF struct rc_buf whole = {0};
    struct rc_csv_known_role *known = NULL;
    struct rc_str *ids = NULL;
    size_t count = 0;

    if (!asker->lane->upload.delta || !rc_str_ends(asker->lane->format, RC_STR("/1.2")) ||
        rc_csv_roles_wanted(rc_buf_str(page), arena, &ids, &count) != RC_OK)
        return RC_OK;
    rc_db_array_open(&list);
    for (size_t i = 0; i < count; i++)
        rc_db_array_add(&list, ids[i]);
    rc_db_array_close(&list);
    RC_TRY(read_known(asker, tx, list.data, arena, &known, &count));
    RC_TRY(rc_csv_roles_add(rc_buf_str(page), known, count, arena, &whole));
    rc_buf_clear(page);
    rc_buf_add_str(page, rc_buf_str(&whole));
    return RC_OK;
}
