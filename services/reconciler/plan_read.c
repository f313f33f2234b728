/* Rows of the mirror and of the directory into what the planner takes: users records with their
 * enrollments, accounts with their memberships. */
#include "plan_engine.h"

#include "rollcall/base/auto.h"

static void *more(struct rc_arena *arena, void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room) return items;
    *room = *room ? 2 * *room : 8;
    void *wider = rc_arena_array(arena, *room, size);
    if (items) memcpy(wider, items, count * size);
    return wider;
}

static struct rc_str copied(const struct plan_reader *reader, const struct rc_rows *rows,
                            size_t row, int column)
{
    const struct rc_str text = rc_rows_text(rows, row, column);
    return text.len > 0 ? rc_str_copy(reader->arena, text) : (struct rc_str){0};
}

/* Parts put together, as names of nodes are made; count of them. */
static struct rc_str put_together(struct rc_arena *arena, const struct rc_str *parts, size_t count)
{
    size_t len = 0;
    for (size_t i = 0; i < count; i++)
        len += parts[i].len;
    char *text = rc_arena_bytes(arena, len + 1), *at = text;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len > 0) memcpy(at, parts[i].data, parts[i].len);
        at += parts[i].len;
    }
    *at = '\0';
    return (struct rc_str){text, len};
}

static struct rc_str node_name(struct rc_arena *arena, struct rc_str kind, struct rc_str source,
                               struct rc_str id)
{
    const struct rc_str parts[] = {kind, source, RC_STR(":"), id};
    return put_together(arena, parts, COUNT_OF(parts));
}

static struct rc_str account_name(struct rc_arena *arena, struct rc_str id)
{
    const struct rc_str parts[] = {RC_STR("a:"), id};
    return id.len > 0 ? put_together(arena, parts, COUNT_OF(parts)) : (struct rc_str){0};
}

/* ---- parts that records and accounts share ---- */

/* A JSON column into the arena; *ret_value NULL for a SQL null. */
static rc_status read_json(struct plan_reader *reader, struct rc_str text,
                           const struct rc_json **ret_value)
{
    const struct rc_json_limits limits = {.max_string = 16 << 20};
    *ret_value = NULL;
    if (!text.data) return RC_OK;
    return rc_context(
        rc_json_parse(rc_str_copy(reader->arena, text), &limits, reader->arena, ret_value),
        "a row of the mirror");
}

static rc_status read_marks(struct plan_reader *reader, struct rc_str text,
                            const struct rc_plan_mark **ret_marks, size_t *ret_count)
{
    const struct rc_json *list = NULL;
    RC_TRY(read_json(reader, text, &list));
    if (!list) return RC_OK;
    struct rc_plan_mark *marks = rc_arena_array(reader->arena, rc_json_count(list) + 1,
                                                sizeof *marks);
    for (const struct rc_json *one = rc_json_first(list); one; one = rc_json_next(one)) {
        const struct rc_json *kind = rc_json_first(one), *field = rc_json_next(kind);
        marks[(*ret_count)++] = (struct rc_plan_mark){.kind = rc_json_text(kind),
                                                      .field = rc_json_text(field),
                                                      .waits = rc_json_text(rc_json_next(field))};
    }
    *ret_marks = marks;
    return RC_OK;
}

static rc_status read_answers(struct plan_reader *reader, struct rc_str text,
                              struct rc_plan_record *record)
{
    const struct rc_json *list = NULL;
    RC_TRY(read_json(reader, text, &list));
    if (!list) return RC_OK;
    struct rc_plan_answer *answers = rc_arena_array(reader->arena, rc_json_count(list) + 1,
                                                    sizeof *answers);
    for (const struct rc_json *one = rc_json_first(list); one; one = rc_json_next(one)) {
        const struct rc_json *account = rc_json_first(one), *accepted = rc_json_next(account);
        int64_t basis = 0;
        RC_TRY(rc_str_int(rc_json_text(rc_json_next(accepted)), INT64_MIN, INT64_MAX, &basis));
        answers[record->answer_count++] = (struct rc_plan_answer){
            .account = account_name(reader->arena, rc_json_text(account)),
            .accepted = rc_json_bool(accepted),
            .basis = (uint64_t)basis};
    }
    record->answers = answers;
    return RC_OK;
}

/* ---- records ---- */

/* In the order of plan_records.sql's columns. */
enum record_column {
    R_PERSON,
    R_ROW,
    R_VERSION,
    R_SOURCE,
    R_ID,
    R_PRESENT,
    R_UNREAD,
    R_GONE,
    R_SIGHTS,
    R_RETURNS,
    R_BODY,
    R_VERSIONS,
    R_AUTHORITY,
    R_FIRST,
    R_SHARED,
    R_ACCOUNT,
    R_EXCLUDED,
    R_DUE,
    R_MARKS,
    R_OWNER, /* of the row, where there is one per person and school */
    R_FIRST_AGENT,
    R_ABSENT_ON,
    R_ANSWERS,
    R_BORN,
    R_DISABLED
};

static struct rc_str joined(struct rc_arena *arena, const struct rc_json *list)
{
    const size_t count = rc_json_count(list);
    if (count == 0) return (struct rc_str){0};
    struct rc_str *parts = rc_arena_array(arena, 2 * count, sizeof *parts);
    size_t used = 0;
    for (const struct rc_json *one = rc_json_first(list); one; one = rc_json_next(one)) {
        if (used > 0) parts[used++] = RC_STR(",");
        parts[used++] = rc_json_text(one);
    }
    return put_together(arena, parts, used);
}

static void read_values(struct plan_reader *reader, const struct rc_json *body,
                        struct rc_plan_record *record)
{
    for (int i = 0; i < RC_FIELD_ROLES; i++) {
        const struct rc_json *value = rc_json_get(body, rc_field_source_name((enum rc_field)i));
        record->values[i] = i == RC_FIELD_GRADES ? joined(reader->arena, value)
                                                 : rc_json_text(value);
    }
}

static bool is_disabled(const struct rc_json *body)
{
    const struct rc_json *enabled = rc_json_get(body, "enabled");
    return rc_json_kind(enabled) == RC_JSON_BOOL && !rc_json_bool(enabled);
}

static void read_versions(const struct rc_json *versions, struct rc_plan_record *record)
{
    for (int i = 0; versions && i < RC_FIELD_COUNT_; i++) {
        const struct rc_json *value = rc_json_get(versions, rc_field_source_name((enum rc_field)i));
        rc_ignore(
            rc_str_int(rc_json_text(value), INT64_MIN, INT64_MAX, &record->field_versions[i]));
    }
    const struct rc_json *enabled = versions ? rc_json_get(versions, "enabled") : NULL;
    rc_ignore(rc_str_int(rc_json_text(enabled), INT64_MIN, INT64_MAX, &record->enabled_version));
}

/* A role at an org that is no school is a role at the district: for those the list of schools is
 * not asked. */
static struct rc_str school_of(const struct plan_reader *reader, struct rc_str source,
                               struct rc_str org)
{
    const struct rc_str key = node_name(reader->arena, (struct rc_str){0}, source, org);
    return rc_map_get(reader->engine->schools, key) ? org : (struct rc_str){0};
}

/* A role counts until its end has come; that date is exclusive. One that begins later counts
 * already: who is dated into the future is present. */
static bool has_ended(const struct plan_reader *reader, struct rc_str end)
{
    return end.len > 0 && rc_str_cmp(end, reader->engine->today) <= 0;
}

/* On that date the record says something else, though nothing in it moves (P1). */
static void come_due(struct rc_plan_record *record, struct rc_str on)
{
    if (on.len == 0) return;
    if (record->due_on.len == 0 || rc_str_cmp(on, record->due_on) < 0) record->due_on = on;
}

static void read_roles(struct plan_reader *reader, const struct rc_json *body,
                       const struct plan_origin *origin, struct rc_plan_record *record)
{
    const struct rc_json *list = rc_json_get(body, "roles");
    struct rc_plan_role *roles = rc_arena_array(reader->arena, rc_json_count(list) + 1,
                                                sizeof *roles);
    for (const struct rc_json *one = rc_json_first(list); one; one = rc_json_next(one)) {
        const struct rc_str org = rc_json_text(rc_json_get(one, "org"));
        const struct rc_str end = rc_json_text(rc_json_get(one, "endDate"));
        if (has_ended(reader, end)) continue;
        come_due(record, end);
        roles[record->role_count++] = (struct rc_plan_role){
            .role = rc_json_text(rc_json_get(one, "role")),
            .school = school_of(reader, origin->source, org)};
    }
    record->roles = roles;
}

static struct rc_plan_record record_of(const struct plan_reader *reader, const struct rc_rows *rows,
                                       size_t row, const struct plan_origin *origin)
{
    return (struct rc_plan_record){
        .node = node_name(reader->arena, RC_STR("r:"), origin->source, origin->id),
        .place = (size_t)(origin - reader->origins),
        .authority = (int)rc_rows_int(rows, row, R_AUTHORITY),
        .first_sync = rc_rows_bool(rows, row, R_FIRST),
        .shared = rc_rows_bool(rows, row, R_SHARED),
        .present = rc_rows_bool(rows, row, R_PRESENT),
        .unread = rc_rows_bool(rows, row, R_UNREAD),
        .excluded = rc_rows_bool(rows, row, R_EXCLUDED),
        .gone = (int)rc_rows_int(rows, row, R_GONE),
        .version = rc_rows_int(rows, row, R_VERSION),
        .sights = rc_rows_int(rows, row, R_SIGHTS),
        .returns = rc_rows_int(rows, row, R_RETURNS),
        .account = account_name(reader->arena, rc_rows_text(rows, row, R_ACCOUNT)),
        .due_on = copied(reader, rows, row, R_DUE),
        .person = copied(reader, rows, row, R_OWNER),
        .absent_on = copied(reader, rows, row, R_ABSENT_ON),
        .home = origin->home,
        .grade = origin->grade,
        .born = origin->born,
    };
}

static struct rc_str first_text(const struct rc_json *list)
{
    return rc_json_text(rc_json_first(list));
}

static struct rc_str first_org(const struct rc_json *body)
{
    return rc_json_text(rc_json_get(rc_json_first(rc_json_get(body, "roles")), "org"));
}

rc_status plan_read_record(struct plan_reader *reader, const struct rc_rows *rows, size_t row)
{
    const size_t at = reader->record_count;
    reader->origins = more(reader->arena, reader->origins, at, &reader->origin_room,
                           sizeof *reader->origins);
    reader->records = more(reader->arena, reader->records, at, &reader->record_room,
                           sizeof *reader->records);
    const struct rc_json *body = NULL, *versions = NULL;
    RC_TRY(read_json(reader, rc_rows_text(rows, row, R_BODY), &body));
    RC_TRY(read_json(reader, rc_rows_text(rows, row, R_VERSIONS), &versions));
    struct plan_origin *origin = &reader->origins[at];
    *origin = (struct plan_origin){.row_no = rc_rows_int(rows, row, R_ROW),
                                   .source = copied(reader, rows, row, R_SOURCE),
                                   .id = copied(reader, rows, row, R_ID),
                                   .agents = rc_json_get(body, "agents"),
                                   .home = first_org(body),
                                   .grade = first_text(rc_json_get(body, "grades")),
                                   .born = copied(reader, rows, row, R_BORN),
                                   .searched = rc_rows_null(rows, row, R_ACCOUNT) ||
                                               !rc_rows_bool(rows, row, R_PRESENT),
                                   .first_agent = rc_rows_bool(rows, row, R_FIRST_AGENT)};
    struct rc_plan_record *record = &reader->records[at];
    *record = record_of(reader, rows, row, origin);
    read_values(reader, body, record);
    record->disabled = is_disabled(body);
    record->off = (int)rc_rows_int(rows, row, R_DISABLED);
    read_versions(versions, record);
    read_roles(reader, body, origin, record);
    reader->record_count++;
    RC_TRY(read_answers(reader, rc_rows_text(rows, row, R_ANSWERS), record));
    return read_marks(reader, rc_rows_text(rows, row, R_MARKS), &record->marks,
                      &record->mark_count);
}

/* In the order of plan_enrollments.sql's columns; the first two as above. */
enum enrollment_column {
    E_SOURCE = 2,
    E_ID,
    E_CLASS,
    E_ROLE,
    E_PRESENT,
    E_GONE,
    E_SIGHTS,
    E_RETURNS,
    E_CHOSEN,
    E_RUNNING,
    E_VERSION,
    E_CHANGES_ON,
    E_SOON
};

static struct rc_plan_enrollment enrollment_of(const struct plan_reader *reader,
                                               const struct rc_rows *rows, size_t row)
{
    const struct rc_str source = rc_rows_text(rows, row, E_SOURCE);
    const struct rc_str membership[] = {RC_STR("class:"), source,
                                        RC_STR(":"),      rc_rows_text(rows, row, E_CLASS),
                                        RC_STR(":"),      rc_rows_text(rows, row, E_ROLE)};
    return (struct rc_plan_enrollment){
        .node = node_name(reader->arena, RC_STR("e:"), source, rc_rows_text(rows, row, E_ID)),
        .membership = put_together(reader->arena, membership, COUNT_OF(membership)),
        .present = rc_rows_bool(rows, row, E_PRESENT),
        .gone = (int)rc_rows_int(rows, row, E_GONE),
        .sights = rc_rows_int(rows, row, E_SIGHTS),
        .returns = rc_rows_int(rows, row, E_RETURNS),
        .chosen = rc_rows_bool(rows, row, E_CHOSEN),
        .soon = rc_rows_bool(rows, row, E_SOON),
        .running = rc_rows_bool(rows, row, E_RUNNING),
        .class_version = rc_rows_int(rows, row, E_VERSION),
        .changes_on = copied(reader, rows, row, E_CHANGES_ON),
    };
}

void plan_read_enrollment(struct plan_reader *reader, const struct rc_rows *rows, size_t row)
{
    const int64_t row_no = rc_rows_int(rows, row, R_ROW);
    const size_t before = reader->enrolled;
    while (reader->enrolled < reader->record_count &&
           reader->origins[reader->enrolled].row_no < row_no)
        reader->enrolled++;
    if (reader->enrolled != before) {
        reader->enrollments = NULL;
        reader->enrollment_room = 0;
    }
    if (reader->enrolled == reader->record_count ||
        reader->origins[reader->enrolled].row_no != row_no)
        return;
    struct rc_plan_record *record = &reader->records[reader->enrolled];
    reader->enrollments = more(reader->arena, reader->enrollments, record->enrollment_count,
                               &reader->enrollment_room, sizeof *reader->enrollments);
    reader->enrollments[record->enrollment_count++] = enrollment_of(reader, rows, row);
    record->enrollments = reader->enrollments;
}

/* ---- accounts ---- */

/* In the order of plan_accounts.sql's columns. */
enum account_column {
    A_PERSON,
    A_ID,
    A_VERSION,
    A_ACTIVE,
    A_EXCLUDED,
    A_DUE,
    A_PINS,
    A_MARKS,
    A_BESIDE,
    A_BEFORE,
    A_OVER,
    A_VALUES /* in the order of enum rc_field */
};

static rc_status read_pins(struct plan_reader *reader, struct rc_str text,
                           struct rc_plan_account *account)
{
    const struct rc_json *list = NULL;
    RC_TRY(read_json(reader, text, &list));
    for (const struct rc_json *one = rc_json_first(list); one; one = rc_json_next(one)) {
        const enum rc_field field = rc_field_parse(rc_json_text(one));
        if (field < RC_FIELD_COUNT_) account->pinned[field] = true;
    }
    return RC_OK;
}

rc_status plan_read_account(struct plan_reader *reader, const struct rc_rows *rows, size_t row)
{
    reader->accounts = more(reader->arena, reader->accounts, reader->account_count,
                            &reader->account_room, sizeof *reader->accounts);
    struct rc_plan_account *account = &reader->accounts[reader->account_count++];
    *account = (struct rc_plan_account){
        .node = account_name(reader->arena, rc_rows_text(rows, row, A_ID)),
        .active = rc_rows_bool(rows, row, A_ACTIVE),
        .excluded = rc_rows_bool(rows, row, A_EXCLUDED),
        .beside = rc_rows_bool(rows, row, A_BESIDE),
        .before = rc_rows_bool(rows, row, A_BEFORE),
        .over = rc_rows_bool(rows, row, A_OVER),
        .version = rc_rows_int(rows, row, A_VERSION),
        .due_on = copied(reader, rows, row, A_DUE),
    };
    for (int i = 0; i < RC_FIELD_COUNT_; i++)
        account->values[i] = copied(reader, rows, row, A_VALUES + i);
    RC_TRY(read_pins(reader, rc_rows_text(rows, row, A_PINS), account));
    return read_marks(reader, rc_rows_text(rows, row, A_MARKS), &account->marks,
                      &account->mark_count);
}

/* In the order of plan_memberships.sql's columns; the first two as above. */
enum membership_column { M_NAME = 2, M_ON, M_BY_HAND, M_VERSION };

static bool is_account(const struct rc_plan_account *account, struct rc_str id)
{
    return account->node.len == id.len + 2 && memcmp(account->node.data + 2, id.data, id.len) == 0;
}

void plan_read_membership(struct plan_reader *reader, const struct rc_rows *rows, size_t row)
{
    const struct rc_str id = rc_rows_text(rows, row, A_ID);
    const size_t before = reader->joined;
    while (reader->joined < reader->account_count &&
           !is_account(&reader->accounts[reader->joined], id))
        reader->joined++;
    if (reader->joined == reader->account_count) {
        reader->joined = before; /* an account that went meanwhile */
        return;
    }
    if (reader->joined != before) {
        reader->memberships = NULL;
        reader->membership_room = 0;
    }
    struct rc_plan_account *account = &reader->accounts[reader->joined];
    reader->memberships = more(reader->arena, reader->memberships, account->membership_count,
                               &reader->membership_room, sizeof *reader->memberships);
    reader->memberships[account->membership_count++] = (struct rc_plan_membership){
        .name = copied(reader, rows, row, M_NAME),
        .on = rc_rows_bool(rows, row, M_ON),
        .by_hand = rc_rows_bool(rows, row, M_BY_HAND),
        .version = rc_rows_int(rows, row, M_VERSION)};
    account->memberships = reader->memberships;
}
