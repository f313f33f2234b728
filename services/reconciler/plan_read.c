/* One node's row, as SQL found it, into what the planner takes: a users record of a mirror, or an
 * account. */
#include "plan_engine.h"
#include "rollcall/base/auto.h"

static int64_t number(const struct rc_json *object, const char *name)
{
    int64_t value = 0;
    rc_ignore(rc_str_int(rc_json_text(rc_json_get(object, name)), INT64_MIN, INT64_MAX, &value));
    return value;
}

static bool flag(const struct rc_json *object, const char *name)
{
    return rc_json_bool(rc_json_get(object, name));
}

/* The n-th element of an array. */
static const struct rc_json *nth(const struct rc_json *array, size_t n)
{
    const struct rc_json *value = rc_json_first(array);
    for (size_t i = 0; i < n && value; i++)
        value = rc_json_next(value);
    return value;
}

static int64_t nth_number(const struct rc_json *array, size_t n)
{
    int64_t value = 0;
    rc_ignore(rc_str_int(rc_json_text(nth(array, n)), INT64_MIN, INT64_MAX, &value));
    return value;
}

static void *more(struct rc_arena *arena, void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room) return items;
    *room = *room ? 2 * *room : 8;
    void *wider = rc_arena_array(arena, *room, size);
    if (count > 0) memcpy(wider, items, count * size);
    return wider;
}

/* ---- parts that records and accounts share ---- */

static const struct rc_plan_mark *read_marks(struct rc_arena *arena, const struct rc_json *list,
                                             size_t *ret_count)
{
    struct rc_plan_mark *marks = rc_arena_array(arena, rc_json_count(list) + 1, sizeof *marks);
    size_t count = 0;
    for (const struct rc_json *one = rc_json_first(list); one; one = rc_json_next(one)) {
        marks[count++] = (struct rc_plan_mark){.kind = rc_json_text(nth(one, 0)),
                                               .field = rc_json_text(nth(one, 1)),
                                               .waits = rc_json_text(nth(one, 2))};
    }
    *ret_count = count;
    return marks;
}

static struct rc_str joined(struct rc_arena *arena, const struct rc_json *list)
{
    struct rc_str text = {0};
    for (const struct rc_json *one = rc_json_first(list); one; one = rc_json_next(one)) {
        const char *comma = text.len > 0 ? "," : "";
        text = rc_str_print(arena, "%.*s%s%.*s", RC_STR_ARG(text), comma,
                            RC_STR_ARG(rc_json_text(one)));
    }
    return text;
}

/* ---- records ---- */

static void read_values(struct plan_reader *reader, const struct rc_json *row,
                        struct rc_plan_record *record)
{
    const struct rc_json *body = rc_json_get(row, "body"), *versions = rc_json_get(row, "versions");
    for (int i = 0; i < RC_FIELD_COUNT_; i++) {
        const char *name = rc_field_source_name((enum rc_field)i);
        const struct rc_json *value = rc_json_get(body, name);
        record->values[i] = i == RC_FIELD_GRADES ? joined(reader->arena, value)
                                                 : rc_json_text(value);
        record->field_versions[i] = number(versions, name);
    }
    record->values[RC_FIELD_ROLES] = (struct rc_str){0};
}

/* A role at an org that is no school is a role at the district: for those the list of schools is
 * not asked. */
static struct rc_str school_of(const struct plan_reader *reader, struct rc_str node,
                               struct rc_str org)
{
    struct rc_str rest = node;
    rc_str_cut(&rest, ':');
    const struct rc_str source = rc_str_cut(&rest, ':');
    const struct rc_str key = rc_str_print(reader->arena, "%.*s:%.*s", RC_STR_ARG(source),
                                           RC_STR_ARG(org));
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
                       struct rc_plan_record *record)
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
            .school = school_of(reader, record->node, org)};
    }
    record->roles = roles;
}

/* In the order that plan_nodes.sql builds them. */
enum enrollment_part {
    E_NODE,
    E_MEMBERSHIP,
    E_PRESENT,
    E_GONE,
    E_SIGHTS,
    E_RETURNS,
    E_CHOSEN,
    E_RUNNING,
    E_VERSION,
    E_CHANGES_ON
};

static void read_enrollments(struct plan_reader *reader, const struct rc_json *list,
                             struct rc_plan_record *record)
{
    struct rc_plan_enrollment *all = rc_arena_array(reader->arena, rc_json_count(list) + 1,
                                                    sizeof *all);
    for (const struct rc_json *one = rc_json_first(list); one; one = rc_json_next(one)) {
        all[record->enrollment_count++] = (struct rc_plan_enrollment){
            .node = rc_json_text(nth(one, E_NODE)),
            .membership = rc_json_text(nth(one, E_MEMBERSHIP)),
            .present = rc_json_bool(nth(one, E_PRESENT)),
            .gone = (int)nth_number(one, E_GONE),
            .sights = nth_number(one, E_SIGHTS),
            .returns = nth_number(one, E_RETURNS),
            .chosen = rc_json_bool(nth(one, E_CHOSEN)),
            .running = rc_json_bool(nth(one, E_RUNNING)),
            .class_version = nth_number(one, E_VERSION),
            .ends_on = rc_json_text(nth(one, E_CHANGES_ON)),
        };
    }
    record->enrollments = all;
}

static void read_record(struct plan_reader *reader, struct rc_str node, const struct rc_json *row)
{
    const size_t count = reader->record_count;
    size_t room = reader->record_room;
    reader->bodies = more(reader->arena, reader->bodies, count, &room, sizeof *reader->bodies);
    reader->records = more(reader->arena, reader->records, count, &reader->record_room,
                           sizeof *reader->records);
    struct rc_plan_record *record = &reader->records[count];
    const struct rc_str account = rc_json_text(rc_json_get(row, "account"));
    *record = (struct rc_plan_record){
        .node = node,
        .authority = (int)number(row, "authority"),
        .first_sync = flag(row, "first"),
        .shared = flag(row, "shared"),
        .present = flag(row, "present"),
        .unread = flag(row, "unread"),
        .excluded = flag(row, "excluded"),
        .gone = (int)number(row, "gone"),
        .version = number(row, "version"),
        .sights = number(row, "sights"),
        .returns = number(row, "returns"),
        .due_on = rc_json_text(rc_json_get(row, "due")),
    };
    if (account.len > 0)
        record->account = rc_str_print(reader->arena, "a:%.*s", RC_STR_ARG(account));
    read_values(reader, row, record);
    read_roles(reader, rc_json_get(row, "body"), record);
    read_enrollments(reader, rc_json_get(row, "enrollments"), record);
    record->marks = read_marks(reader->arena, rc_json_get(row, "marks"), &record->mark_count);
    reader->bodies[count] = rc_json_get(row, "body");
    reader->record_count++;
}

/* ---- accounts ---- */

static void read_pins(const struct rc_json *list, struct rc_plan_account *account)
{
    for (const struct rc_json *one = rc_json_first(list); one; one = rc_json_next(one)) {
        const enum rc_field field = rc_field_parse(rc_json_text(one));
        if (field < RC_FIELD_COUNT_) account->pinned[field] = true;
    }
}

static void read_memberships(struct plan_reader *reader, const struct rc_json *list,
                             struct rc_plan_account *account)
{
    struct rc_plan_membership *all = rc_arena_array(reader->arena, rc_json_count(list) + 1,
                                                    sizeof *all);
    for (const struct rc_json *one = rc_json_first(list); one; one = rc_json_next(one)) {
        all[account->membership_count++] = (struct rc_plan_membership){
            .name = rc_json_text(nth(one, 0)),
            .on = rc_json_bool(nth(one, 1)),
            .by_hand = rc_json_bool(nth(one, 2)),
            .version = nth_number(one, 3)};
    }
    account->memberships = all;
}

static void read_account(struct plan_reader *reader, struct rc_str node, const struct rc_json *row)
{
    reader->accounts = more(reader->arena, reader->accounts, reader->account_count,
                            &reader->account_room, sizeof *reader->accounts);
    struct rc_plan_account *account = &reader->accounts[reader->account_count++];
    *account = (struct rc_plan_account){
        .node = node,
        .active = flag(row, "active"),
        .excluded = flag(row, "excluded"),
        .version = number(row, "version"),
        .due_on = rc_json_text(rc_json_get(row, "due")),
    };
    for (int i = 0; i < RC_FIELD_COUNT_; i++)
        account->values[i] = rc_json_text(
            rc_json_get(rc_json_get(row, "values"), rc_field_name((enum rc_field)i)));
    read_pins(rc_json_get(row, "pins"), account);
    read_memberships(reader, rc_json_get(row, "memberships"), account);
    account->marks = read_marks(reader->arena, rc_json_get(row, "marks"), &account->mark_count);
}

rc_status plan_read_node(struct plan_reader *reader, struct rc_str node, struct rc_str text)
{
    const struct rc_json *row = NULL;
    const struct rc_json_limits limits = {.max_string = 16 << 20};
    RC_TRY(rc_context(rc_json_parse(rc_str_copy(reader->arena, text), &limits, reader->arena, &row),
                      "a row of the mirror"));
    const struct rc_str name = rc_str_copy(reader->arena, node);
    if (rc_str_starts(name, RC_STR("r:"))) {
        read_record(reader, name, row);
    } else {
        read_account(reader, name, row);
    }
    return RC_OK;
}

/* ---- families ---- */

static bool names_agent(const struct rc_json *body, struct rc_str node)
{
    const struct rc_str id = {node.data + 39, node.len - 39}; /* behind "r:<uuid>:" */
    for (const struct rc_json *one = rc_json_first(rc_json_get(body, "agents")); one;
         one = rc_json_next(one)) {
        if (rc_str_eq(rc_json_text(one), id)) return true;
    }
    return false;
}

/* The source's word for what a guardian is to the student; empty when the record states no such
 * role. */
static struct rc_str relation_of(const struct plan_reader *reader,
                                 const struct rc_plan_record *record)
{
    for (size_t i = 0; i < record->role_count; i++) {
        if (rc_policy_role(reader->engine->policy, record->roles[i].role) == RC_ROLE_GUARDIAN)
            return record->roles[i].role;
    }
    return (struct rc_str){0};
}

static bool same_source(struct rc_str a, struct rc_str b)
{
    return a.len > 39 && b.len > 39 && memcmp(a.data, b.data, 39) == 0;
}

static void read_guardians(struct plan_reader *reader, size_t student)
{
    struct rc_plan_record *record = &reader->records[student];
    struct rc_plan_guardian *all = rc_arena_array(reader->arena, reader->record_count, sizeof *all);
    for (size_t i = 0; i < reader->record_count; i++) {
        const struct rc_plan_record *other = &reader->records[i];
        const struct rc_str relation = relation_of(reader, other);
        if (i == student || relation.len == 0 || !same_source(record->node, other->node)) continue;
        /* Either side may name the other; sources forget one of the two. */
        if (!names_agent(reader->bodies[student], other->node) &&
            !names_agent(reader->bodies[i], record->node))
            continue;
        all[record->guardian_count++] = (struct rc_plan_guardian){.node = other->node,
                                                                  .relation = relation};
    }
    record->guardians = all;
}

void plan_read_family(struct plan_reader *reader)
{
    for (size_t i = 0; i < reader->record_count; i++) {
        const struct rc_plan_record *record = &reader->records[i];
        for (size_t j = 0; j < record->role_count; j++) {
            if (rc_policy_role(reader->engine->policy, record->roles[j].role) != RC_ROLE_STUDENT)
                continue;
            read_guardians(reader, i);
            break;
        }
    }
}
