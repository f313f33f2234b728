/* Cuts an answer of Clever into rows and has the records of each written. */
#include "rollcall/roster/clever.h"

#include "clever_writer.h"
#include "rollcall/format/page.h"

enum { LINK_MAX = 2048 };

/* ---- records ---- */

/* Of what events tell of one record, the last holds: the feed has them in their order. */
static bool take_back(struct rc_clever_writer *writer, struct rc_str json)
{
    if (!writer->event) return false;
    if (!writer->told) writer->told = rc_map_new(writer->arena);
    const size_t *at = rc_map_get(writer->told, writer->id);
    if (!at) {
        size_t *next = rc_arena_alloc(writer->arena, sizeof *next);
        *next = writer->page.count;
        rc_map_put(writer->told, rc_str_copy(writer->arena, writer->id), next);
        return false;
    }
    writer->page.records[*at] = (struct rc_clever_record){json, writer->place};
    return true;
}

static void keep(struct rc_clever_writer *writer, struct rc_str json)
{
    struct rc_clever_page *page = &writer->page;

    if (page->count == writer->room) {
        writer->room = writer->room > 0 ? 2 * writer->room : 64;
        struct rc_clever_record *larger = rc_arena_array(writer->arena, writer->room,
                                                         sizeof *larger);
        if (page->count > 0) memcpy(larger, page->records, page->count * sizeof *larger);
        page->records = larger;
    }
    page->records[page->count++] = (struct rc_clever_record){json, writer->place};
}

void rc_clever_hand_on(struct rc_clever_writer *writer, struct rc_str bytes)
{
    keep(writer, bytes);
}

void rc_clever_begin(struct rc_clever_writer *writer, struct rc_str id, bool deleted)
{
    writer->id = id;
    rc_buf_clear(&writer->text);
    writer->json = (struct rc_json_out){.buf = &writer->text};
    rc_json_open(&writer->json, NULL, '{');
    rc_json_put_text(&writer->json, "sourcedId", id);
    rc_json_put_text(&writer->json, "status", deleted ? RC_STR("tobedeleted") : RC_STR("active"));
    if (writer->modified.len > 0)
        rc_json_put_text(&writer->json, "dateLastModified", writer->modified);
    else
        rc_clever_put(writer, "dateLastModified", rc_json_get(writer->object, "last_modified"));
}

void rc_clever_end(struct rc_clever_writer *writer)
{
    rc_json_close(&writer->json, '}');
    const struct rc_str json = rc_str_copy(writer->arena, rc_buf_str(&writer->text));
    if (!take_back(writer, json)) keep(writer, json);
}

/* ---- values ---- */

bool rc_clever_holds(const struct rc_json *value)
{
    const enum rc_json_kind kind = rc_json_kind(value);

    return kind == RC_JSON_STRING ? rc_json_text(value).len > 0 : kind != RC_JSON_NULL;
}

void rc_clever_put(struct rc_clever_writer *writer, const char *name, const struct rc_json *value)
{
    RC_AUTO_BUF struct rc_buf raw = {0};

    if (!rc_clever_holds(value)) return;
    rc_json_print(&raw, value);
    rc_json_put_raw(&writer->json, name, rc_buf_str(&raw));
}

void rc_clever_put_first(struct rc_clever_writer *writer, const char *name,
                         const struct rc_json *const *values, size_t count)
{
    size_t i = 0;

    while (i < count && !rc_clever_holds(values[i]))
        i++;
    if (i < count) rc_clever_put(writer, name, values[i]);
}

void rc_clever_put_text(struct rc_clever_writer *writer, const char *name, struct rc_str text)
{
    if (text.len > 0) rc_json_put_text(&writer->json, name, text);
}

static const struct {
    const char *clever, *grade;
} grades[] = {
    {"InfantToddler", "IT"},
    {"Preschool", "PR"},
    {"PreKindergarten", "PK"},
    {"TransitionalKindergarten", "TK"},
    {"Kindergarten", "KG"},
    {"PostGraduate", "PS"},
    {"Ungraded", "UG"},
    {"1", "01"},
    {"2", "02"},
    {"3", "03"},
    {"4", "04"},
    {"5", "05"},
    {"6", "06"},
    {"7", "07"},
    {"8", "08"},
    {"9", "09"},
};

void rc_clever_put_grade(struct rc_clever_writer *writer, const struct rc_json *value)
{
    struct rc_str grade = rc_json_text(value);

    for (size_t i = 0; i < COUNT_OF(grades); i++)
        if (rc_str_eq(grade, rc_str_of(grades[i].clever))) {
            grade = rc_str_of(grades[i].grade);
            break;
        }
    rc_clever_put_text(writer, "grades", grade);
}

/* ---- rows ---- */

/* Which kinds of Clever's objects are read for a collection, as types of events name them. */
static const struct {
    enum rc_collection collection;
    const char *kinds[2];
    void (*write)(struct rc_clever_writer *writer);
} collections[] = {
    {RC_ORGS, {"districts", "schools"}, rc_clever_write_org},
    {RC_ACADEMIC_SESSIONS, {"terms"}, rc_clever_write_term},
    {RC_COURSES, {"courses"}, rc_clever_write_course},
    {RC_CLASSES, {"sections"}, rc_clever_write_class},
    {RC_USERS, {"users"}, rc_clever_write_user},
    {RC_ENROLLMENTS, {"sections"}, rc_clever_write_enrollments},
    {RC_DEMOGRAPHICS, {"users"}, rc_clever_write_demographics},
};

static size_t row_of(enum rc_collection collection)
{
    size_t i = 0;

    while (i < COUNT_OF(collections) && collections[i].collection != collection)
        i++;
    return i;
}

/* Rows of lists are wrapped; an answer that leaves the wrapping out is understood all the same. */
static const struct rc_json *unwrap(const struct rc_json *row)
{
    const struct rc_json *inner = rc_json_get(row, "data");

    return rc_json_kind(inner) == RC_JSON_OBJECT ? inner : row;
}

static bool is_event(const struct rc_json *row)
{
    return rc_json_kind(rc_json_get(rc_json_get(row, "data"), "object")) == RC_JSON_OBJECT;
}

/* Takes an event in hand: its object, its time, whether it tells of an end. False: of another kind
 * than the collection's. */
static bool take_event(struct rc_clever_writer *writer, const struct rc_json *event, size_t row)
{
    struct rc_str verb = rc_json_text(rc_json_get(event, "type"));
    const struct rc_str kind = rc_str_cut(&verb, '.');
    const struct rc_json *data = rc_json_get(event, "data");

    writer->event = true;
    writer->object = rc_json_get(data, "object");
    writer->before = rc_json_get(data, "previous_attributes");
    if (!writer->before) writer->before = rc_json_get(event, "previous_attributes");
    writer->modified = rc_json_text(rc_json_get(event, "created"));
    writer->deleted = rc_str_eq(verb, RC_STR("deleted"));
    for (size_t i = 0; i < COUNT_OF(collections[row].kinds) && collections[row].kinds[i]; i++)
        if (rc_str_eq(kind, rc_str_of(collections[row].kinds[i]))) return true;
    return false;
}

static void read_row(struct rc_clever_writer *writer, struct rc_str bytes, size_t row)
{
    RC_AUTO(rc_arena) struct rc_arena *scratch = rc_arena_new(0);
    const struct rc_json *value = NULL;

    writer->event = false;
    writer->before = NULL;
    writer->modified = (struct rc_str){0};
    writer->deleted = false;
    if (rc_json_parse(bytes, NULL, scratch, &value) != RC_OK ||
        rc_json_kind(value) != RC_JSON_OBJECT) {
        rc_clever_hand_on(writer, bytes);
        return;
    }
    writer->object = unwrap(value);
    if (is_event(writer->object) && !take_event(writer, writer->object, row)) return;
    collections[row].write(writer);
}

/* ---- links ---- */

static struct rc_str after_of(struct rc_str uri)
{
    (void)rc_str_cut(&uri, '?');
    while (uri.data) {
        struct rc_str value = rc_str_cut(&uri, '&');
        if (rc_str_eq(rc_str_cut(&value, '='), RC_STR("starting_after"))) return value;
    }
    return (struct rc_str){0};
}

/* The links stand beside the list, so they are looked for as a list of their own. */
static struct rc_str next_of(struct rc_str answer, struct rc_arena *arena)
{
    const struct rc_json_limits limits = {.max_bytes = LINK_MAX};
    struct rc_page links = {0};

    if (rc_page_split(answer, RC_STR("links"), 16, arena, &links) != RC_OK || links.bare)
        return (struct rc_str){0};
    for (size_t i = 0; i < links.count; i++) {
        const struct rc_json *link = NULL;
        if (rc_json_parse(links.records[i], &limits, arena, &link) != RC_OK) continue;
        if (rc_str_eq(rc_json_text(rc_json_get(link, "rel")), RC_STR("next")))
            return after_of(rc_str_copy(arena, rc_json_text(rc_json_get(link, "uri"))));
    }
    return (struct rc_str){0};
}

rc_status rc_clever_page_read(struct rc_str answer, enum rc_collection collection,
                              size_t max_records, struct rc_arena *arena,
                              struct rc_clever_page *ret_page)
{
    struct rc_clever_writer writer = {.collection = collection, .arena = arena};
    const size_t row = row_of(collection);
    struct rc_page page = {0};

    if (row == COUNT_OF(collections))
        return rc_fail(RC_REJECT, "Clever has no %s", rc_collection_name(collection));
    RC_TRY(rc_page_split(answer, RC_STR("data"), max_records, arena, &page));
    if (page.bare) return rc_fail(RC_REJECT, "a bare list is no answer of Clever");
    for (size_t i = 0; i < page.count && writer.page.count <= max_records; i++) {
        writer.place = (int64_t)i;
        read_row(&writer, page.records[i], row);
    }
    rc_buf_done(&writer.text);
    if (writer.page.count > max_records)
        return rc_fail(RC_REJECT, "more than %zu records", max_records);
    writer.page.rows = page.count;
    writer.page.after = next_of(answer, arena);
    *ret_page = writer.page;
    return RC_OK;
}
