/* The engine that turns a source's record into the canonical one by a table of fields. Its rule is
 * N1: whatever is wrong costs a value, or all values of one record, but never the knowledge that
 * the record is there. */

#include <stdlib.h>

#include "mapper_private.h"

enum { MAX_STRING = 64 * 1024 };

/* Fields that every record has, whatever the mapping. */
enum { BASE_ID, BASE_STATUS, BASE_MODIFIED, BASE_COUNT };

static const struct rc_word status_list[] = {
    {"active", NULL}, {"tobedeleted", NULL}, {"inactive", "tobedeleted"}, /* OneRoster 1.0's word */
};
static const struct rc_words statuses = {status_list, COUNT_OF(status_list), false};

/* dateLastModified has no canonical place in the body: it stands beside it. */
static const struct rc_field_kind kind_time = {
    "a date and time, `YYYY-MM-DDTHH:MM:SSZ`", NULL,
    (1U << RC_RULE_MALFORMED) | (1U << RC_RULE_CONTROL_CHARACTERS) | (1U << RC_RULE_TOO_LONG),
    NULL};
static const struct rc_field_kind kind_status = {
    "active or tobedeleted", NULL,
    (1U << RC_RULE_MALFORMED) | (1U << RC_RULE_CONTROL_CHARACTERS) | (1U << RC_RULE_TOO_LONG) |
        (1U << RC_RULE_UNKNOWN),
    NULL};
static const struct rc_field_kind kind_id = {
    "a text", NULL,
    (1U << RC_RULE_MALFORMED) | (1U << RC_RULE_CONTROL_CHARACTERS) | (1U << RC_RULE_TOO_LONG),
    NULL};
static const struct rc_field_kind kind_record = {
    "an object", NULL, (1U << RC_RULE_UNREADABLE) | (1U << RC_RULE_NOT_AN_OBJECT), NULL};
static const struct rc_field_kind kind_page = {"", NULL, 1U << RC_RULE_LEFT_OUT, NULL};

static const struct rc_field base[] = {
    [BASE_ID] = {NULL, {"sourcedId"}, &kind_id, RC_NEEDED, RC_ID_MAX, NULL},
    [BASE_STATUS] = {NULL, {"status"}, &kind_status, RC_OPTIONAL, 0, &statuses},
    [BASE_MODIFIED] = {NULL, {"dateLastModified"}, &kind_time, RC_OPTIONAL, 0, NULL},
};
_Static_assert(COUNT_OF(base) == BASE_COUNT, "a row for every base field");

/* What findings about a record or a page as a whole name as their field. */
static const struct rc_field whole_record = {NULL, {"record"}, &kind_record, RC_OPTIONAL, 0, NULL};
static const struct rc_field whole_page = {NULL, {"page"}, &kind_page, RC_OPTIONAL, 0, NULL};

/* --- a mapper --- */

/* The number of a name, which is added where it is new. */
static unsigned char name_number(struct rc_mapper *mapper, struct rc_str name)
{
    size_t at = 0;

    while (at < mapper->name_count && !rc_str_eq(mapper->names[at], name))
        at++;
    if (at == mapper->name_count) {
        if (at == RC_NAMES_MAX) abort(); /* a table of ours is too long; a unit test walks all */
        mapper->names[mapper->name_count++] = name;
    }
    return (unsigned char)at;
}

static void note_names(struct rc_mapper *mapper)
{
    const struct rc_mapping *mapping = mapper->mapping;

    for (size_t i = 0; i < BASE_COUNT; i++)
        (void)name_number(mapper, rc_str_of(base[i].sources[0]));
    for (size_t i = 0; i < mapping->field_count; i++)
        for (size_t j = 0; j < RC_FIELD_SOURCES && mapping->fields[i].sources[j]; j++)
            mapper->slots[i][j] = name_number(mapper, rc_str_of(mapping->fields[i].sources[j]));
}

struct rc_mapper *rc_mapper_new(const struct rc_mapping *mapping,
                                const struct rc_mapper_options *options)
{
    struct rc_mapper *mapper = rc_malloc(sizeof *mapper);

    *mapper = (struct rc_mapper){.mapping = mapping, .options = *options};
    if (mapper->options.max_string == 0) mapper->options.max_string = MAX_STRING;
    mapper->limits.max_string = mapper->options.max_string;
    mapper->scratch = rc_arena_new(0);
    note_names(mapper);
    return mapper;
}

void rc_mapper_free(struct rc_mapper *mapper)
{
    if (!mapper) return;
    rc_arena_free(mapper->scratch);
    rc_buf_done(&mapper->text);
    free(mapper);
}

/* --- a record --- */

/* The values of the names that the mapping reads. Records of a page have their members in the same
 * order, so the name that stood here before is tried first. */
static void note_values(struct rc_mapper *mapper, const struct rc_json *object)
{
    size_t place = 0;

    memset(mapper->values, 0, mapper->name_count * sizeof mapper->values[0]);
    memset(mapper->refs, 0, sizeof mapper->refs);
    for (const struct rc_json *at = rc_json_first(object); at; at = rc_json_next(at), place++) {
        const struct rc_str name = rc_json_name(at);
        unsigned char *guess = &mapper->guesses[place % RC_GUESSES_MAX];
        size_t found = *guess;
        if (!rc_str_eq(mapper->names[found], name))
            for (found = 0; found < mapper->name_count; found++)
                if (rc_str_eq(mapper->names[found], name)) break;
        if (found == mapper->name_count) continue;
        mapper->values[found] = at;
        *guess = (unsigned char)found;
    }
}

/* One of the base fields, as a text; the empty view where there is none to be had. */
static struct rc_str base_text(struct rc_mapper *mapper, size_t which)
{
    const struct rc_json *value = mapper->values[which];
    struct rc_str text = {0};

    rc_mapper_begin(mapper, &base[which], NULL);
    const struct rc_json *one = rc_json_has_value(value) ? rc_take_one(mapper, value) : NULL;
    if (rc_take_text(mapper, one, &text) == RC_NOTHING && mapper->needed)
        (void)rc_mapper_report(mapper, RC_RULE_MISSING, RC_STR(""));
    return text;
}

static struct rc_str read_modified(struct rc_mapper *mapper)
{
    const struct rc_str text = base_text(mapper, BASE_MODIFIED);
    char *time = rc_arena_alloc(mapper->scratch, 32);

    if (text.len == 0) return text;
    if (rc_time_read(text, time)) return rc_str_of(time);
    (void)rc_mapper_report(mapper, RC_RULE_MALFORMED, RC_STR(""));
    return (struct rc_str){0};
}

static bool means_deleted(const char *status)
{
    return status && strcmp(status, "tobedeleted") == 0;
}

bool rc_status_deleted(struct rc_str status)
{
    return means_deleted(rc_word_find(&statuses, status));
}

/* A status that cannot be read counts as active: nobody is marked deleted by a slip. */
static bool read_deleted(struct rc_mapper *mapper)
{
    const struct rc_str text = base_text(mapper, BASE_STATUS);

    if (text.len == 0) return false;
    const char *status = rc_word_find(&statuses, text);
    if (!status) (void)rc_mapper_report(mapper, RC_RULE_UNKNOWN, RC_STR(""));
    return means_deleted(status);
}

static void map_field(struct rc_mapper *mapper, size_t index)
{
    const struct rc_field *field = &mapper->mapping->fields[index];
    const struct rc_json *value = NULL;

    rc_mapper_begin(mapper, field, mapper->slots[index]);
    for (size_t i = 0; i < RC_FIELD_SOURCES && field->sources[i] && !value; i++)
        value = rc_mapper_source(mapper, i);
    const enum rc_took took = value ? field->kind->write(mapper, value) : RC_NOTHING;
    if (took == RC_NOTHING && field->need != RC_OPTIONAL)
        (void)rc_mapper_report(mapper, RC_RULE_MISSING, RC_STR(""));
}

/* The canonical text: what stands on the lines before the body is part of what is hashed, so that
 * equal bodies of two records have two hashes. */
static void write_body(struct rc_mapper *mapper, struct rc_record *record)
{
    const char *collection = rc_collection_name(mapper->mapping->collection);

    rc_buf_clear(&mapper->text);
    rc_buf_add_str(&mapper->text, rc_str_of(collection));
    rc_buf_add_char(&mapper->text, '\n');
    rc_buf_add_str(&mapper->text, mapper->id);
    rc_buf_add_char(&mapper->text, '\n');
    const size_t start = mapper->text.len;
    mapper->json = (struct rc_json_out){.buf = &mapper->text};
    rc_json_open(&mapper->json, NULL, '{');
    for (size_t i = 0; i < mapper->mapping->field_count; i++)
        map_field(mapper, i);
    rc_json_close(&mapper->json, '}');
    record->text = rc_buf_str(&mapper->text);
    record->body = (struct rc_str){mapper->text.data + start, mapper->text.len - start};
}

/* The id that a reference field holds. */
static struct rc_str joined_id(const struct rc_mapper *mapper, const char *name)
{
    const struct rc_mapping *mapping = mapper->mapping;

    for (size_t i = 0; i < mapping->field_count; i++)
        if (strcmp(mapping->fields[i].name, name) == 0) return mapper->refs[i];
    return (struct rc_str){0};
}

static void map_object(struct rc_mapper *mapper, const struct rc_json *object,
                       struct rc_record *record)
{
    note_values(mapper, object);
    mapper->id = base_text(mapper, BASE_ID);
    record->id = mapper->id;
    if (mapper->dropped) return;
    record->modified = read_modified(mapper);
    record->deleted = read_deleted(mapper);
    write_body(mapper, record);
    if (mapper->mapping->collection != RC_ENROLLMENTS) return;
    record->user = joined_id(mapper, "user");
    record->class_id = joined_id(mapper, "class");
}

static void map_bytes(struct rc_mapper *mapper, struct rc_str bytes, struct rc_record *record)
{
    const struct rc_json *value = NULL;

    rc_mapper_begin(mapper, &whole_record, NULL);
    if (rc_json_parse(bytes, &mapper->limits, mapper->scratch, &value) != RC_OK) {
        mapper->id = rc_record_rescue_id(bytes);
        record->id = mapper->id;
        (void)rc_mapper_report(mapper, RC_RULE_UNREADABLE, rc_str_of(rc_error_text()));
        return;
    }
    if (rc_json_kind(value) == RC_JSON_OBJECT)
        map_object(mapper, value, record);
    else
        (void)rc_mapper_report(mapper, RC_RULE_NOT_AN_OBJECT, RC_STR(""));
}

void rc_mapper_record(struct rc_mapper *mapper, struct rc_str bytes, int64_t place,
                      struct rc_record *ret_record)
{
    *ret_record = (struct rc_record){0};
    rc_arena_reset(mapper->scratch);
    mapper->id = (struct rc_str){0};
    mapper->place = place;
    mapper->dropped = false;
    map_bytes(mapper, bytes, ret_record);
    if (mapper->dropped) *ret_record = (struct rc_record){.id = ret_record->id, .dropped = true};
}

/* --- the list of findings --- */

/* Versions share most codes; each is told of once. line: "| `code` | ..." */
static bool is_listed(const struct rc_buf *out, struct rc_str line)
{
    struct rc_str rest = rc_buf_str(out);
    struct rc_str code = line;

    (void)rc_str_cut(&code, '`');
    code = rc_str_cut(&code, '`');
    while (rest.len > 0) {
        struct rc_str other = rc_str_cut(&rest, '\n');
        (void)rc_str_cut(&other, '`');
        if (rc_str_eq(rc_str_cut(&other, '`'), code)) return true;
    }
    return false;
}

static void document_rule(const struct rc_finding *finding, const char *form, struct rc_buf *out)
{
    RC_AUTO_BUF struct rc_buf line = {0};

    rc_finding_document(finding, form, &line);
    if (!is_listed(out, rc_buf_str(&line))) rc_buf_add_str(out, rc_buf_str(&line));
}

static void document_rules(const struct rc_mapping *mapping, const struct rc_field *field,
                           const struct rc_told *told, struct rc_buf *out)
{
    for (int rule = 0; rule < RC_RULE_COUNT_; rule++) {
        if ((told->rules & (1U << rule)) == 0) continue;
        const struct rc_finding finding = {
            .collection = mapping->collection,
            .id = field == &base[BASE_ID] ? RC_STR("") : RC_STR("id"),
            .place = field == &whole_page ? -1 : 0,
            .field = told->name,
            .rule = (enum rc_rule)rule,
            .severity = rc_rule_severity((enum rc_rule)rule, field->need == RC_NEEDED)};
        document_rule(&finding, field->kind->form, out);
    }
}

static void document_field(const struct rc_mapping *mapping, const struct rc_field *field,
                           struct rc_buf *out)
{
    const unsigned missing = field->need == RC_OPTIONAL ? 0 : 1U << RC_RULE_MISSING;
    const struct rc_told own = {field->sources[0], field->kind->rules | missing};

    document_rules(mapping, field, &own, out);
    for (const struct rc_told *also = field->kind->also; also && also->name; also++)
        document_rules(mapping, field, also, out);
}

static void document_mapping(const struct rc_mapping *mapping, struct rc_buf *out)
{
    document_field(mapping, &whole_page, out);
    document_field(mapping, &whole_record, out);
    for (size_t i = 0; i < BASE_COUNT; i++)
        document_field(mapping, &base[i], out);
    for (size_t i = 0; i < mapping->field_count; i++)
        document_field(mapping, &mapping->fields[i], out);
}

void rc_mapper_document(struct rc_buf *out)
{
    const struct rc_mapping *mapping = NULL;

    for (int collection = 0; collection < RC_COLLECTION_COUNT_; collection++)
        for (size_t i = 0; (mapping = rc_mapping_at(i)) != NULL; i++)
            if (mapping->collection == (enum rc_collection)collection)
                document_mapping(mapping, out);
}
