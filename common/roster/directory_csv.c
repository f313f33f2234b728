/* A live application's accounts, row by row: what each column may be called, what its cells may
 * hold, and which rows of one file contradict each other. */
#include "rollcall/roster/directory_csv.h"

#include "csv_columns.h"
#include "rollcall/base/auto.h"
#include "rollcall/base/map.h"
#include "rollcall/format/json.h"
#include "rollcall/roster/policy.h"

enum { CELLS_MAX = 100, TEXT_MAX = 300, ID_MAX = 200, LIST_MAX = 200 };

enum column_kind {
    COLUMN_ID,    /* the application's own */
    COLUMN_VALUE, /* a field of the account */
    COLUMN_GRADES,
    COLUMN_ROLES, /* "student; teacher@s1" */
    COLUMN_STATUS,
    COLUMN_IDS, /* of accounts of the same file */
    COLUMN_RELATION,
    COLUMN_KIND_COUNT_
};

/* names: without case, blanks, '_' and '-', the usual one first. unique: two accounts may not have
 * the same. */
static const struct column {
    const char *member;
    enum column_kind kind;
    bool unique, number;
    const char *names[6];
} columns[] = {
    {"id", COLUMN_ID, true, true, {"id", "accountid", "userid", "ownid"}},
    {"given_name", COLUMN_VALUE, false, false, {"givenname", "firstname"}},
    {"family_name", COLUMN_VALUE, false, false, {"familyname", "lastname", "surname"}},
    {"middle_name", COLUMN_VALUE, false, false, {"middlename"}},
    {"username", COLUMN_VALUE, true, true, {"username", "login"}},
    {"email", COLUMN_VALUE, false, false, {"email", "mail", "emailaddress"}},
    {"phone", COLUMN_VALUE, false, true, {"phone", "telephone", "phonenumber"}},
    {"sms", COLUMN_VALUE, false, true, {"sms", "mobile"}},
    {"identifier",
     COLUMN_VALUE,
     false,
     true,
     {"identifier", "number", "studentnumber", "staffnumber"}},
    {"master_id", COLUMN_VALUE, false, true, {"masterid", "stateid", "usermasteridentifier"}},
    {"grades", COLUMN_GRADES, false, false, {"grades", "grade"}},
    {"roles", COLUMN_ROLES, false, false, {"roles", "role"}},
    {"status", COLUMN_STATUS, false, false, {"status"}},
    {"students", COLUMN_IDS, false, false, {"students", "children"}},
    {"guardians", COLUMN_IDS, false, false, {"guardians", "parents"}},
    {"relation", COLUMN_RELATION, false, false, {"relation", "relationship"}},
};

struct rc_directory_csv {
    struct rc_arena *arena; /* of the file */
    struct rc_arena *row;   /* of the row in hand */
    struct rc_csv_dialect dialect;
    struct rc_str rest;
    size_t line;                             /* of the next record */
    size_t cells;                            /* of the header */
    struct rc_str header[CELLS_MAX];         /* as it names them */
    const struct column *columns[CELLS_MAX]; /* of its cells; NULL: not read */
    struct rc_map *seen[COUNT_OF(columns)];  /* values that must be unique */
    struct rc_str ignored;
};

/* ---- the header ---- */

/* "Given-Name" → "givenname" */
static struct rc_str plain_name(struct rc_arena *arena, struct rc_str text)
{
    char *name = rc_arena_bytes(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (!strchr(" _-\t", text.data[i]) && text.data[i] != '\0') name[len++] = text.data[i];
    }
    return rc_str_lower(arena, (struct rc_str){name, len});
}

static const struct column *column_of(struct rc_str name)
{
    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        for (size_t j = 0; j < COUNT_OF(columns[i].names) && columns[i].names[j]; j++) {
            if (rc_str_eq(name, rc_str_of(columns[i].names[j]))) return &columns[i];
        }
    }
    return NULL;
}

static void ignore(struct rc_directory_csv *csv, struct rc_str name)
{
    csv->ignored = csv->ignored.len == 0 ? name
                                         : rc_str_print(csv->arena, "%.*s, %.*s",
                                                        RC_STR_ARG(csv->ignored), RC_STR_ARG(name));
}

static bool has_column(const struct rc_directory_csv *csv, const char *member)
{
    for (size_t i = 0; i < csv->cells; i++) {
        if (csv->columns[i] && strcmp(csv->columns[i]->member, member) == 0) return true;
    }
    return false;
}

/* Two columns may say a number, one of them filled in; of all others there is one. */
static rc_status read_header(struct rc_directory_csv *csv, struct rc_str *cells, size_t count)
{
    static const char *const needed[] = {"id", "given_name", "family_name"};
    if (count > CELLS_MAX)
        return rc_fail(RC_REJECT, "line 1: more than %d columns", (int)CELLS_MAX);
    for (size_t i = 0; i < count; i++) {
        csv->header[i] = rc_str_trim(cells[i]);
        const struct column *column = column_of(plain_name(csv->arena, csv->header[i]));
        if (column && strcmp(column->member, "identifier") != 0 && has_column(csv, column->member))
            return rc_fail(RC_REJECT, "line 1: two columns say %s: leave one out", column->member);
        if (!column) ignore(csv, csv->header[i]);
        csv->columns[i] = column;
        csv->cells = i + 1;
    }
    for (size_t i = 0; i < COUNT_OF(needed); i++) {
        if (!has_column(csv, needed[i]))
            return rc_fail(RC_REJECT, "line 1: the header names no column %s", needed[i]);
    }
    return RC_OK;
}

/* The next record that is not blank. */
static rc_status next_record(struct rc_directory_csv *csv, struct rc_csv_record *ret_record,
                             size_t *ret_line)
{
    do {
        RC_TRY(rc_csv_cut(&csv->dialect, &csv->rest, true, ret_record));
        *ret_line = csv->line;
        csv->line += ret_record->lines;
    } while (rc_csv_blank(ret_record->text));
    return RC_OK;
}

rc_status rc_directory_csv_new(struct rc_str text, struct rc_arena *arena,
                               struct rc_directory_csv **ret_csv)
{
    struct rc_directory_csv *csv = rc_arena_alloc(arena, sizeof *csv);
    const size_t mark = rc_str_starts(text, RC_STR("\xef\xbb\xbf")) ? 3 : 0;
    *csv = (struct rc_directory_csv){
        .arena = arena, .rest = {text.data + mark, text.len - mark}, .line = 1};
    struct rc_str first = csv->rest;
    csv->dialect.separator = rc_csv_separator(rc_str_cut(&first, '\n'));
    struct rc_csv_record record;
    size_t line = 0;
    const rc_status status = next_record(csv, &record, &line);
    if (status == RC_NOT_FOUND) return rc_fail(RC_REJECT, "the file is empty");
    RC_TRY(status);
    if (record.flaws || !rc_str_is_text(record.text))
        return rc_fail(RC_REJECT, "line 1: the header cannot be read: is the file CSV in UTF-8?");
    struct rc_str cells[CELLS_MAX];
    RC_TRY(
        read_header(csv, cells, rc_csv_cells(&csv->dialect, record.text, arena, cells, CELLS_MAX)));
    for (size_t i = 0; i < COUNT_OF(columns); i++)
        csv->seen[i] = rc_map_new(arena);
    *ret_csv = csv;
    return RC_OK;
}

struct rc_str rc_directory_csv_ignored(const struct rc_directory_csv *csv)
{
    return csv->ignored;
}

/* ---- cells ---- */

/* A row in the making. */
struct row {
    struct rc_directory_csv *csv;
    const struct rc_str *cells; /* trimmed; as many as the header has */
    struct rc_json_out json;
    size_t line;
    struct rc_directory_problem *problems, **last;
};

static bool fail_row(struct row *row, struct rc_str column, const char *what)
{
    struct rc_directory_problem *problem = rc_arena_alloc(row->csv->arena, sizeof *problem);

    *problem = (struct rc_directory_problem){.line = row->line, .column = column, .what = what};
    *row->last = problem;
    row->last = &problem->next;
    return false;
}

static bool fail(struct row *row, size_t at, const char *what)
{
    return fail_row(row, row->csv->header[at], what);
}

/* A list in a cell: its entries stand between ';' or, where the cell has none, ','. */
struct list {
    struct rc_str rest;
    char separator;
    size_t count; /* entries so far, empty ones too */
};

static struct list list_of(struct rc_str cell)
{
    const bool semicolons = cell.len > 0 && memchr(cell.data, ';', cell.len);
    return (struct list){.rest = cell, .separator = semicolons ? ';' : ','};
}

/* The next entry that is not empty. False: there is none. */
static bool next_entry(struct list *list, struct rc_str *ret_entry)
{
    while (list->rest.data && list->rest.len > 0) {
        *ret_entry = rc_str_trim(rc_str_cut(&list->rest, list->separator));
        list->count++;
        if (ret_entry->len > 0) return true;
    }
    return false;
}

static bool check_list(struct row *row, size_t at)
{
    struct list list = list_of(row->cells[at]);
    struct rc_str entry;
    while (list.count <= LIST_MAX && next_entry(&list, &entry)) {
        if (entry.len > TEXT_MAX)
            return fail(row, at, "an entry is longer than an account's values may be");
    }
    return list.count <= LIST_MAX || fail(row, at, "more than 200 entries");
}

static bool put_list(struct row *row, size_t at)
{
    struct list list = list_of(row->cells[at]);
    struct rc_str entry;
    if (!check_list(row, at)) return false;
    rc_json_open(&row->json, row->csv->columns[at]->member, '[');
    while (next_entry(&list, &entry))
        rc_json_put_text(&row->json, NULL, entry);
    rc_json_close(&row->json, ']');
    return true;
}

static bool put_roles(struct row *row, size_t at)
{
    struct list list = list_of(row->cells[at]);
    struct rc_str entry;
    if (!check_list(row, at)) return false;
    rc_json_open(&row->json, "roles", '[');
    while (next_entry(&list, &entry)) {
        const struct rc_str word = rc_str_lower(row->csv->row,
                                                rc_str_trim(rc_str_cut(&entry, '@')));
        if (rc_role_parse(word) == RC_ROLE_COUNT_)
            return fail(row, at,
                        "one of student, teacher, staff, administrator, guardian is due, with "
                        "@SCHOOL behind it where one is known");
        rc_json_open(&row->json, NULL, '{');
        rc_json_put_text(&row->json, "role", word);
        rc_json_put_text(&row->json, "school", rc_str_trim(entry));
        rc_json_close(&row->json, '}');
    }
    rc_json_close(&row->json, ']');
    return true;
}

static bool put_status(struct row *row, size_t at)
{
    const struct rc_str word = rc_str_lower(row->csv->row, row->cells[at]);
    if (word.len > 0 && !rc_str_eq(word, RC_STR("active")) && !rc_str_eq(word, RC_STR("archived")))
        return fail(row, at, "active or archived is due");
    rc_json_put_text(&row->json, "status", word.len > 0 ? word : RC_STR("active"));
    return true;
}

static bool put_text(struct row *row, size_t at)
{
    rc_json_put_text(&row->json, row->csv->columns[at]->member, row->cells[at]);
    return true;
}

/* Two accounts may not have the same; in whatever case. */
static bool is_new(struct row *row, size_t at)
{
    struct rc_directory_csv *csv = row->csv;
    const struct rc_str value = rc_str_lower(csv->arena, row->cells[at]);
    struct rc_map *seen = csv->seen[csv->columns[at] - columns];
    const size_t *before = rc_map_get(seen, value);
    if (before) {
        return fail(
            row, at,
            rc_str_print(csv->arena, "line %zu has the same: one of them is due", *before).data);
    }
    size_t *place = rc_arena_alloc(csv->arena, sizeof *place);
    *place = row->line;
    rc_map_put(seen, value, place);
    return true;
}

static bool check_cell(struct row *row, size_t at)
{
    const struct column *column = row->csv->columns[at];
    const struct rc_str cell = row->cells[at];
    if (!rc_str_is_text(cell)) return fail(row, at, "no UTF-8: export the file as UTF-8");
    const size_t most = column->kind == COLUMN_ID ? ID_MAX : TEXT_MAX;
    const bool is_text = column->kind < COLUMN_GRADES || column->kind == COLUMN_RELATION;
    if (is_text && cell.len > most) return fail(row, at, "longer than an account's values may be");
    if (column->number && csv_is_rounded(cell))
        return fail(row, at, "a spreadsheet has rounded this number: export the column as text");
    if (strcmp(column->member, "email") == 0 && cell.len > 0 && !memchr(cell.data, '@', cell.len))
        return fail(row, at, "an e-mail address has an @");
    return true;
}

static bool check_needed(struct row *row, size_t at)
{
    static const char *const needed[] = {"id", "given_name", "family_name"};
    for (size_t i = 0; i < COUNT_OF(needed); i++) {
        if (strcmp(row->csv->columns[at]->member, needed[i]) == 0 && row->cells[at].len == 0)
            return fail(row, at, "this may not be empty");
    }
    return true;
}

/* ---- rows ---- */

/* What a kind's cells become, or why not; of those that become a member of "values" only the
 * latter. */
static const struct {
    bool (*put)(struct row *row, size_t at);
} writers[] = {
    [COLUMN_ID] = {put_text},      [COLUMN_VALUE] = {NULL},        [COLUMN_GRADES] = {check_list},
    [COLUMN_ROLES] = {put_roles},  [COLUMN_STATUS] = {put_status}, [COLUMN_IDS] = {put_list},
    [COLUMN_RELATION] = {put_text}};
_Static_assert(COUNT_OF(writers) == COLUMN_KIND_COUNT_, "a writer for every kind of column");

/* A number may stand in either of two columns: the first that has one says it. */
static bool says_field(const struct row *row, size_t at)
{
    const struct rc_directory_csv *csv = row->csv;
    for (size_t i = 0; i < csv->cells; i++) {
        if (i == at || csv->columns[i] != csv->columns[at]) continue;
        if (i < at ? row->cells[i].len > 0 || row->cells[at].len == 0
                   : row->cells[at].len == 0 && row->cells[i].len > 0)
            return false;
    }
    return true;
}

static void put_values(struct row *row)
{
    const struct rc_directory_csv *csv = row->csv;
    rc_json_open(&row->json, "values", '{');
    for (size_t i = 0; i < csv->cells; i++) {
        if (!csv->columns[i] || !says_field(row, i)) continue;
        if (csv->columns[i]->kind == COLUMN_GRADES) (void)put_list(row, i);
        if (csv->columns[i]->kind != COLUMN_VALUE) continue;
        if (row->cells[i].len > 0) {
            (void)put_text(row, i);
        } else {
            rc_json_put_null(&row->json, csv->columns[i]->member);
        }
    }
    rc_json_close(&row->json, '}');
}

/* Each step says what is wrong itself; the first that fails is the cell's last. */
static void put_cell(struct row *row, size_t at)
{
    const struct column *column = row->csv->columns[at];

    if (!check_cell(row, at) || !check_needed(row, at)) return;
    if (column->unique && row->cells[at].len > 0 && !is_new(row, at)) return;
    if (writers[column->kind].put) (void)writers[column->kind].put(row, at);
}

/* Goes on behind a cell that fails, so that one look at the file names all that is to be mended. */
static void put_row(struct row *row)
{
    const struct rc_directory_csv *csv = row->csv;
    rc_json_open(&row->json, NULL, '{');
    rc_json_put_int(&row->json, "line", (int64_t)row->line);
    for (size_t i = 0; i < csv->cells; i++)
        if (csv->columns[i]) put_cell(row, i);
    if (!row->problems) put_values(row);
    rc_json_close(&row->json, '}');
}

static bool read_cells(struct row *row, const struct rc_csv_record *record, struct rc_str *cells)
{
    struct rc_directory_csv *csv = row->csv;
    const struct rc_str whole = {0};
    if (record->flaws)
        return fail_row(row, whole, "a quote is not closed, or something stands behind it");
    const size_t count = rc_csv_cells(&csv->dialect, record->text, csv->row, cells, CELLS_MAX);
    for (size_t i = 0; i < count && i < CELLS_MAX; i++)
        cells[i] = rc_str_trim(cells[i]);
    if (count == csv->cells) return true;
    return fail_row(
        row, whole,
        rc_str_print(csv->arena, "%zu cells, where the header has %zu", count, csv->cells).data);
}

rc_status rc_directory_csv_next(struct rc_directory_csv *csv, struct rc_buf *out,
                                const struct rc_directory_problem **ret_problems)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(4096);
    RC_AUTO_BUF struct rc_buf text = {0};
    struct rc_csv_record record;
    struct rc_str cells[CELLS_MAX] = {{0}};
    struct row row = {.csv = csv, .cells = cells, .json = {.buf = &text}};
    row.last = &row.problems;
    RC_TRY(next_record(csv, &record, &row.line));
    csv->row = arena;
    if (read_cells(&row, &record, cells)) put_row(&row);
    csv->row = NULL;
    if (!row.problems) rc_buf_add_str(out, rc_buf_str(&text));
    *ret_problems = row.problems;
    return RC_OK;
}
