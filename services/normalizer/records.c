/* The ways in which a source writes records: JSON in an envelope, rows of a CSV file, and objects
 * of Clever. All come to the same mapper. */
#include "records.h"

#include "rollcall/format/page.h"
#include "rollcall/roster/clever.h"
#include "rollcall/roster/oneroster_csv.h"

struct format;

struct records {
    const struct format *format;
    struct records_options options;
    enum rc_collection collection;
    struct rc_mapper *mapper;
    /* JSON */
    struct rc_page page;
    size_t next;
    /* CSV */
    struct rc_csv_reader *reader;
    struct rc_buf where;
    struct rc_buf text; /* of a record that is marked deleted and tells nothing else */
    bool deleting;      /* the row in hand is marked deleted: what it lacks is no fault */
    /* Clever */
    struct rc_clever_page clever;
};

struct format {
    struct rc_str name;  /* how formats of this kind begin */
    const char *read_as; /* and those whose mappings read its records */
    rc_status (*open)(struct records *records, struct rc_str bytes,
                      const struct rc_mapping *mapping, struct rc_arena *arena);
    size_t (*count)(const struct records *records);
    bool (*next)(struct records *records, struct rc_record *ret_record, int64_t *ret_place);
};

/* ---- JSON ---- */

static void tell(void *self, const struct rc_finding *finding)
{
    const struct records *records = self;

    records->options.found(records->options.self, finding);
}

static rc_status open_json(struct records *records, struct rc_str bytes,
                           const struct rc_mapping *mapping, struct rc_arena *arena)
{
    const struct rc_mapper_options options = {.max_string = records->options.max_string,
                                              .keeps_agents = records->options.keeps_agents,
                                              .found = tell,
                                              .self = records};

    records->mapper = rc_mapper_new(mapping, &options);
    return rc_page_split(bytes, rc_mapping_envelope(mapping), records->options.max_records, arena,
                         &records->page);
}

static size_t count_json(const struct records *records)
{
    return records->page.count;
}

static bool next_json(struct records *records, struct rc_record *ret_record, int64_t *ret_place)
{
    if (records->next == records->page.count) return false;
    *ret_place = (int64_t)records->next++;
    rc_mapper_record(records->mapper, records->page.records[*ret_place], *ret_place, ret_record);
    return true;
}

/* ---- CSV ---- */

/* A mapper's finding names its file and line too. */
static void tell_with_line(void *self, const struct rc_finding *finding)
{
    struct records *records = self;
    struct rc_finding told = *finding;

    if (records->deleting) return;
    rc_buf_clear(&records->where);
    rc_csv_reader_where(records->reader, finding->field, &records->where);
    told.where = rc_buf_str(&records->where);
    records->options.found(records->options.self, &told);
}

static rc_status open_csv(struct records *records, struct rc_str bytes,
                          const struct rc_mapping *mapping, struct rc_arena *arena)
{
    const struct rc_csv_reader_options reader = {.found = tell, .self = records};
    const struct rc_mapper_options options = {.max_string = records->options.max_string,
                                              .keeps_agents = records->options.keeps_agents,
                                              .found = tell_with_line,
                                              .self = records};

    records->mapper = rc_mapper_new(mapping, &options);
    RC_TRY(rc_csv_reader_new(bytes, records->collection, &reader, arena, &records->reader));
    if (rc_csv_reader_count(records->reader) <= records->options.max_records) return RC_OK;
    return rc_fail(RC_REJECT, "more than %zu records", records->options.max_records);
}

static size_t count_csv(const struct records *records)
{
    return rc_csv_reader_count(records->reader);
}

/* A row that is only there to say that its record is gone. */
static void make_tombstone(struct records *records, struct rc_str id, struct rc_record *record)
{
    static const struct rc_str nothing = RC_STR_INIT("{}");

    rc_buf_clear(&records->text);
    rc_buf_print(&records->text, "%s\n%.*s\n{}", rc_collection_name(records->collection),
                 RC_STR_ARG(id));
    *record = (struct rc_record){
        .id = id, .deleted = true, .body = nothing, .text = rc_buf_str(&records->text)};
}

static bool next_csv(struct records *records, struct rc_record *ret_record, int64_t *ret_place)
{
    struct rc_csv_row row;

    if (!rc_csv_reader_next(records->reader, &row)) return false;
    *ret_place = row.line;
    if (row.dropped) {
        *ret_record = (struct rc_record){.id = row.id, .dropped = true};
        return true;
    }
    records->deleting = row.deleted && row.id.len > 0;
    rc_mapper_record(records->mapper, row.json, row.line, ret_record);
    if (records->deleting && ret_record->dropped) make_tombstone(records, row.id, ret_record);
    return true;
}

/* ---- Clever ---- */

static rc_status open_clever(struct records *records, struct rc_str bytes,
                             const struct rc_mapping *mapping, struct rc_arena *arena)
{
    const struct rc_mapper_options options = {
        .max_string = records->options.max_string, .found = tell, .self = records};

    records->mapper = rc_mapper_new(mapping, &options);
    return rc_clever_page_read(bytes, records->collection, records->options.max_records, arena,
                               &records->clever);
}

static size_t count_clever(const struct records *records)
{
    return records->clever.count;
}

static bool next_clever(struct records *records, struct rc_record *ret_record, int64_t *ret_place)
{
    if (records->next == records->clever.count) return false;
    const struct rc_clever_record *record = &records->clever.records[records->next++];
    *ret_place = record->place;
    rc_mapper_record(records->mapper, record->json, record->place, ret_record);
    return true;
}

/* ---- formats ---- */

static const struct format formats[] = {
    {RC_STR_INIT("oneroster-rest/"), "oneroster-rest/", open_json, count_json, next_json},
    {RC_STR_INIT("oneroster-csv/"), "oneroster-rest/", open_csv, count_csv, next_csv},
    {RC_STR_INIT("clever/"), "clever/", open_clever, count_clever, next_clever},
};

/* A row of CSV is written as REST of the same version would send it, and read by its mapping. */
static rc_status find_mapping(const struct format *format, const struct page_facts *facts,
                              struct rc_arena *arena, const struct rc_mapping **ret_mapping)
{
    const struct rc_str version = {facts->format.data + format->name.len,
                                   facts->format.len - format->name.len};
    const struct rc_str name = rc_str_print(arena, "%s%.*s", format->read_as, RC_STR_ARG(version));

    return rc_mapping_find(name, facts->collection, ret_mapping);
}

static const struct format *format_of(struct rc_str name)
{
    for (size_t i = 0; i < COUNT_OF(formats); i++)
        if (rc_str_starts(name, formats[i].name)) return &formats[i];
    return NULL;
}

rc_status records_new(struct rc_str bytes, const struct page_facts *facts,
                      const struct records_options *options, struct rc_arena *arena,
                      struct records **ret_records)
{
    RC_AUTO(records) struct records *records = rc_malloc(sizeof *records);
    const struct format *format = format_of(facts->format);
    const struct rc_mapping *mapping = NULL;

    *records = (struct records){
        .format = format, .options = *options, .collection = facts->collection};
    if (!format) return rc_mapping_find(facts->format, facts->collection, &mapping);
    RC_TRY(find_mapping(format, facts, arena, &mapping));
    RC_TRY(format->open(records, bytes, mapping, arena));
    *ret_records = records_take(&records);
    return RC_OK;
}

void records_free(struct records *records)
{
    if (!records) return;
    rc_mapper_free(records->mapper);
    rc_csv_reader_free(records->reader);
    rc_buf_done(&records->where);
    rc_buf_done(&records->text);
    free(records);
}

size_t records_count(const struct records *records)
{
    return records->format->count(records);
}

bool records_next(struct records *records, struct rc_record *ret_record, int64_t *ret_place)
{
    return records->format->next(records, ret_record, ret_place);
}
