/* What the planner decided, into temporary tables: gathered as rows, written by COPY. */
#include "plan_engine.h"

#include <stdio.h>

#include "rollcall/base/auto.h"
#include "rollcall/port/crypto.h"

#define WRITE_AT (4u << 20) /* bytes gathered before they are written */

void plan_writer_done(struct plan_writer *writer)
{
    rc_buf_done(&writer->items);
    rc_buf_done(&writer->people);
    rc_buf_done(&writer->records);
    rc_buf_done(&writer->accounts);
    rc_buf_done(&writer->questions);
}

static struct rc_str number(struct rc_arena *arena, int64_t value)
{
    char text[24];
    const int len = snprintf(text, sizeof text, "%lld", (long long)value);
    return (struct rc_str){rc_arena_copy(arena, text, (size_t)len), (size_t)len};
}

/* NULL where there is no text. */
static struct rc_str some(struct rc_str text)
{
    return text.len > 0 ? text : (struct rc_str){0};
}

/* '' where there is none. */
static struct rc_str any(struct rc_str text)
{
    return text.data ? text : RC_STR("");
}

/* ---- items ---- */

/* Most rest on their subject alone, which is not said twice. */
static struct rc_str basis_text(struct rc_arena *arena, const struct rc_plan_item *item)
{
    if (item->basis_count == 1 && rc_str_eq(item->basis[0], item->subject)) return RC_STR("{}");
    RC_AUTO_BUF struct rc_buf out = {0};
    rc_db_array_open(&out);
    for (size_t i = 0; i < item->basis_count; i++)
        rc_db_array_add(&out, item->basis[i]);
    rc_db_array_close(&out);
    return rc_str_copy(arena, rc_buf_str(&out));
}

/* The sum of the keys' digests, whatever their order, stands for all of them (P3). */
static void sum_key(struct plan_tally *tally, const char key[RC_HASH_TEXT])
{
    char half[17] = {0};
    for (size_t i = 0; i < COUNT_OF(tally->keys); i++) {
        memcpy(half, key + 16 * i, 16);
        tally->keys[i] += strtoull(half, NULL, 16);
    }
}

static void write_item(struct plan_writer *writer, struct rc_str person,
                       const struct rc_plan_item *item, struct rc_arena *arena)
{
    char key[RC_HASH_TEXT];
    rc_digest_text(rc_plan_item_key(arena, item), key);
    struct plan_tally *tally = &writer->engine->tally;
    plan_tally_add(tally, item);
    sum_key(tally, key);
    const struct rc_str role = item->role < RC_ROLE_COUNT_ ? rc_str_of(rc_role_name(item->role))
                                                           : RC_STR("");
    const struct rc_str fields[] = {number(arena, tally->items),
                                    person,
                                    rc_str_of(rc_item_kind_name(item->kind)),
                                    item->subject,
                                    any(item->field),
                                    some(item->from),
                                    some(item->to),
                                    item->cause,
                                    any(item->evidence),
                                    any(item->waits),
                                    basis_text(arena, item),
                                    role,
                                    any(item->school),
                                    any(item->hold),
                                    rc_str_of(key)};
    rc_copy_add(&writer->items, fields, COUNT_OF(fields));
}

/* ---- what they read ---- */

static struct rc_str versions_text(struct rc_arena *arena, const struct plan_reader *who,
                                   bool records)
{
    RC_AUTO_BUF struct rc_buf out = {0};
    const size_t count = records ? who->record_count : who->account_count;
    rc_buf_add_char(&out, '{');
    for (size_t i = 0; i < count; i++) {
        if (i > 0) rc_buf_add_char(&out, ',');
        rc_buf_add_str(&out,
                       number(arena, records ? who->records[i].version : who->accounts[i].version));
    }
    rc_buf_add_char(&out, '}');
    return rc_str_copy(arena, rc_buf_str(&out));
}

static struct rc_str nodes_text(struct rc_arena *arena, const struct plan_reader *who, bool records)
{
    RC_AUTO_BUF struct rc_buf out = {0};
    const size_t count = records ? who->record_count : who->account_count;
    rc_buf_add_char(&out, '{');
    for (size_t i = 0; i < count; i++) {
        if (i > 0) rc_buf_add_char(&out, ',');
        rc_buf_add_str(&out, records ? number(arena, who->origins[i].row_no)
                                     : (struct rc_str){who->accounts[i].node.data + 2,
                                                       who->accounts[i].node.len - 2});
    }
    rc_buf_add_char(&out, '}');
    return rc_str_copy(arena, rc_buf_str(&out));
}

static void write_reads(struct plan_writer *writer, struct rc_str person,
                        const struct plan_decided *decided, struct rc_arena *arena)
{
    const struct plan_reader *who = decided->who;
    const struct rc_str fields[] = {person,
                                    nodes_text(arena, who, true),
                                    versions_text(arena, who, true),
                                    nodes_text(arena, who, false),
                                    versions_text(arena, who, false),
                                    number(arena, (int64_t)decided->plan->item_count),
                                    decided->rest.nothing ? RC_STR("t") : RC_STR("f"),
                                    some(decided->rest.due_on)};
    rc_copy_add(&writer->people, fields, COUNT_OF(fields));
}

/* ---- who has nothing to do ---- */

static struct rc_str keys_text(struct rc_arena *arena, const struct rc_plan_keys *keys)
{
    RC_AUTO_BUF struct rc_buf out = {0};
    rc_buf_add_char(&out, '{');
    for (size_t i = 0; i < keys->count; i++) {
        if (i > 0) rc_buf_add_char(&out, ',');
        rc_buf_add_str(&out, number(arena, (int64_t)keys->items[i]));
    }
    rc_buf_add_char(&out, '}');
    return rc_str_copy(arena, rc_buf_str(&out));
}

/* What a settled mark says of a record. */
struct plan_mark {
    struct rc_arena *arena;
    struct rc_str due_on;
    bool links; /* a link will have moved its version */
};

static void write_record(struct plan_writer *writer, const struct rc_plan_record *record,
                         const struct plan_origin *origin, const struct plan_mark *mark)
{
    struct rc_arena *arena = mark->arena;
    struct rc_plan_keys keys = {0};
    struct plan_origin later = *origin;
    later.searched = origin->searched && !(mark->links && record->present);
    plan_record_keys(&keys, arena, &later, record->values);
    const struct rc_str fields[] = {number(arena, origin->row_no),
                                    number(arena, record->version + (mark->links ? 1 : 0)),
                                    some(mark->due_on), keys_text(arena, &keys)};
    rc_copy_add(&writer->records, fields, COUNT_OF(fields));
}

/* At the versions they have; or, where an account is still to be made for everybody, at those they
 * will have by it: the account, which is not settled before all is done, keeps them candidates. */
static void settle_records(struct plan_writer *writer, const struct plan_decided *decided,
                           struct rc_arena *arena)
{
    const bool later = decided->plan->item_count > 0;
    const struct rc_str due_on = later ? decided->rest.due_on : decided->plan->due_on;
    for (size_t i = 0; i < decided->person->record_count; i++) {
        const struct rc_plan_record *record = &decided->person->records[i];
        const struct plan_mark mark = {arena, due_on, later && decided->rest.linked[i]};
        write_record(writer, record, &decided->who->origins[record->place], &mark);
    }
}

static void settle_accounts(struct plan_writer *writer, const struct plan_decided *decided,
                            struct rc_arena *arena)
{
    for (size_t i = 0; i < decided->person->account_count; i++) {
        const struct rc_plan_account *account = &decided->person->accounts[i];
        struct rc_plan_keys keys = {0};
        plan_account_keys(&keys, arena, account->values);
        const struct rc_str fields[] = {{account->node.data + 2, account->node.len - 2},
                                        number(arena, account->version),
                                        some(decided->plan->due_on),
                                        keys_text(arena, &keys)};
        rc_copy_add(&writer->accounts, fields, COUNT_OF(fields));
    }
}

/* ---- what is asked ---- */

static void write_question(struct plan_writer *writer, const struct plan_decided *decided,
                           const struct rc_plan_question *question, struct rc_arena *arena)
{
    const size_t place = decided->person->records[question->record].place;
    const struct rc_str fields[] = {number(arena, decided->who->origins[place].row_no),
                                    {question->account.data + 2, question->account.len - 2},
                                    rc_str_of(question->why),
                                    any(question->rule),
                                    number(arena, question->confidence),
                                    number(arena, (int64_t)question->basis)};
    rc_copy_add(&writer->questions, fields, COUNT_OF(fields));
}

/* ---- the whole ---- */

rc_status plan_write_person(struct plan_writer *writer, const struct plan_decided *decided,
                            struct rc_arena *arena)
{
    const struct rc_str name = number(arena, decided->number);
    const struct rc_plan *plan = decided->plan;
    for (size_t i = 0; i < plan->item_count; i++)
        write_item(writer, name, &plan->items[i], arena);
    for (size_t i = 0; i < plan->question_count; i++)
        write_question(writer, decided, &plan->questions[i], arena);
    if (plan->item_count > 0) {
        write_reads(writer, name, decided, arena);
    } else {
        settle_accounts(writer, decided, arena);
    }
    if (plan->item_count == 0 || decided->rest.nothing) settle_records(writer, decided, arena);
    const size_t bytes = writer->items.len + writer->people.len + writer->records.len +
                         writer->accounts.len;
    return bytes >= WRITE_AT ? plan_writer_flush(writer) : RC_OK;
}

rc_status plan_writer_flush(struct plan_writer *writer)
{
    const struct {
        const char *sql;
        struct rc_buf *rows;
    } tables[] = {{"COPY plan_new FROM STDIN", &writer->items},
                  {"COPY plan_new_person FROM STDIN", &writer->people},
                  {"COPY plan_idle_record FROM STDIN", &writer->records},
                  {"COPY plan_idle_account FROM STDIN", &writer->accounts},
                  {"COPY plan_asks FROM STDIN", &writer->questions}};
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        RC_TRY(rc_db_copy_rows(writer->engine->tx, tables[i].sql, tables[i].rows));
    return RC_OK;
}

rc_status plan_write_others(struct plan_engine *engine, const struct rc_plan_item *items,
                            size_t count)
{
    struct plan_writer writer = {.engine = engine};
    for (size_t i = 0; i < count; i++)
        write_item(&writer, RC_STR("-1"), &items[i], engine->env->arena);
    const rc_status status = plan_writer_flush(&writer);
    plan_writer_done(&writer);
    return status;
}
