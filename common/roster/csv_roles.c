/* Roles of people in a delta: those that changed stand in its roles.csv, the others are added. */

#include "rollcall/roster/csv_roles.h"

#include "csv_columns.h"
#include "mapper_private.h"
#include "rollcall/base/map.h"
#include "rollcall/format/csv_page.h"

static const struct rc_str roles_file = RC_STR_INIT("roles.csv");
static const struct rc_str own_header = RC_STR_INIT(
    "#,sourcedId,status,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId");

enum { CELLS_MAX = 500 };

/* The page's section of roles; NULL: it has none. */
static const struct rc_csv_section *roles_of(const struct rc_csv_page *page)
{
    for (size_t i = 1; i < page->count; i++)
        if (rc_str_eq(page->sections[i].file, roles_file)) return &page->sections[i];
    return NULL;
}

/* RC_NOT_FOUND: people who are whole already, or none. */
static rc_status parse(struct rc_str text, struct rc_csv_page *page)
{
    RC_TRY(rc_csv_page_parse(text, page));
    const struct rc_csv_section *roles = roles_of(page);
    const bool people = rc_str_eq(page->sections[0].file, RC_STR("users.csv"));

    if (!people || !page->sections[0].delta || (roles && !roles->delta)) return RC_NOT_FOUND;
    return !roles && page->count == RC_CSV_SECTIONS_MAX ? RC_NOT_FOUND : RC_OK;
}

/* NULL: its header cannot be read, and the failure's text says why. */
static const struct rc_csv_layout *layout_of(const struct rc_csv_section *section,
                                             struct rc_arena *arena)
{
    const struct rc_csv_file *file = rc_csv_file_find(section->file);
    const struct rc_csv_layout *layout = NULL;

    if (!file)
        rc_ignore(rc_fail(RC_REJECT, "a page of a file that is unknown"));
    else
        rc_ignore(rc_csv_layout_read(file, section->header, arena, &layout));
    return layout;
}

/* ---- whose roles are wanted ---- */

static size_t count_lines(struct rc_str text)
{
    size_t count = 1;

    for (size_t i = 0; i < text.len; i++)
        count += text.data[i] == '\n';
    return count;
}

rc_status rc_csv_roles_wanted(struct rc_str text, struct rc_arena *arena, struct rc_str **ret_ids,
                              size_t *ret_count)
{
    struct rc_csv_page page;
    struct rc_csv_record record;

    RC_TRY(parse(text, &page));
    const struct rc_csv_layout *layout = layout_of(&page.sections[0], arena);
    if (!layout) return RC_REJECT;
    struct rc_str rows = page.sections[0].rows;
    struct rc_str *ids = rc_arena_array(arena, count_lines(rows), sizeof *ids);
    size_t count = 0;
    while (rc_csv_cut(&layout->dialect, &rows, true, &record) == RC_OK) {
        const struct rc_str id = rc_csv_row_owner(layout, record.text, arena);
        if (id.len > 0 && rc_str_is_text(id)) ids[count++] = id;
    }
    *ret_ids = ids;
    *ret_count = count;
    return RC_OK;
}

/* ---- adding ---- */

static size_t column_named(const struct rc_csv_layout *layout, const char *name)
{
    size_t at = 0;

    while (strcmp(layout->table->columns[at].name, name) != 0)
        at++;
    return at;
}

/* One role of one person, however its word is written. */
static struct rc_str key_of(struct rc_arena *arena, struct rc_str user, struct rc_str role,
                            struct rc_str org)
{
    const struct rc_str word = rc_str_lower(arena, role);

    return rc_str_print(arena, "%.*s\n%.*s\n%.*s", RC_STR_ARG(user), RC_STR_ARG(word),
                        RC_STR_ARG(org));
}

static void note_row(struct rc_map *said, const struct rc_csv_layout *layout, struct rc_str row,
                     struct rc_arena *arena)
{
    struct rc_str *cells = rc_arena_array(arena, CELLS_MAX, sizeof *cells);

    (void)rc_csv_cells(&layout->dialect, row, arena, cells, CELLS_MAX);
    const struct rc_str user = csv_cell_of(layout, cells, column_named(layout, "userSourcedId"));
    const struct rc_str role = csv_cell_of(layout, cells, column_named(layout, "role"));
    const struct rc_str org = csv_cell_of(layout, cells, column_named(layout, "orgSourcedId"));
    (void)rc_map_put(said, key_of(arena, user, role, org), said);
}

/* What the delta says itself. */
static rc_status note_said(const struct rc_csv_section *roles, struct rc_arena *arena,
                           struct rc_map *said)
{
    const struct rc_csv_layout *layout = roles ? layout_of(roles, arena) : NULL;
    struct rc_csv_record record;

    if (!roles) return RC_OK;
    if (!layout) return RC_REJECT;
    for (struct rc_str rows = roles->rows;
         rc_csv_cut(&layout->dialect, &rows, true, &record) == RC_OK;)
        note_row(said, layout, record.text, arena);
    return RC_OK;
}

static void put_quoted(struct rc_buf *out, struct rc_str cell)
{
    rc_buf_add_char(out, '"');
    for (size_t i = 0; i < cell.len; i++) {
        if (cell.data[i] == '"') rc_buf_add_char(out, '"');
        rc_buf_add_char(out, cell.data[i]);
    }
    rc_buf_add_char(out, '"');
}

/* A row under that header: its cells in the header's order. */
static void put_role(const struct rc_csv_layout *layout, const struct rc_csv_known_role *known,
                     struct rc_buf *out)
{
    const struct {
        const char *column;
        struct rc_str value;
    } values[] = {{"userSourcedId", known->user}, {"roleType", known->type},
                  {"role", known->role},          {"beginDate", known->begin},
                  {"endDate", known->end},        {"orgSourcedId", known->org}};

    for (size_t cell = 0; cell < layout->cells; cell++) {
        struct rc_str value = {0};
        for (size_t i = 0; i < COUNT_OF(values); i++)
            if (layout->at[column_named(layout, values[i].column)] == (int16_t)cell)
                value = values[i].value;
        if (cell > 0) rc_buf_add_char(out, layout->dialect.separator);
        put_quoted(out, value);
    }
    rc_buf_add_char(out, '\n');
}

static rc_status print_roles(const struct rc_csv_section *roles,
                             const struct rc_csv_known_role *known, size_t count,
                             struct rc_arena *arena, struct rc_buf *out)
{
    struct rc_csv_section whole = {roles_file, true, 0, roles ? roles->header : own_header, {0}};
    struct rc_map *said = rc_map_new(arena);
    const struct rc_csv_layout *layout = layout_of(&whole, arena);
    RC_AUTO_BUF struct rc_buf rows = {0};

    if (!layout) return RC_REJECT;
    RC_TRY(note_said(roles, arena, said));
    if (roles) rc_buf_add_str(&rows, roles->rows);
    for (size_t i = 0; i < count; i++)
        if (!rc_map_get(said, key_of(arena, known[i].user, known[i].role, known[i].org)))
            put_role(layout, &known[i], &rows);
    whole.rows = rc_buf_str(&rows);
    rc_csv_section_print(&whole, out);
    return RC_OK;
}

rc_status rc_csv_roles_add(struct rc_str text, const struct rc_csv_known_role *known, size_t count,
                           struct rc_arena *arena, struct rc_buf *out)
{
    struct rc_csv_page page;
    const rc_status status = parse(text, &page);

    if (status == RC_NOT_FOUND) return rc_fail(RC_REJECT, "a page that is given no roles");
    RC_TRY(status);
    const struct rc_csv_section *roles = roles_of(&page);
    for (size_t i = 0; i < page.count; i++)
        if (&page.sections[i] != roles) rc_csv_section_print(&page.sections[i], out);
    return print_roles(roles, known, count, arena, out);
}
