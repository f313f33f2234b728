/* What the planner decided, into temporary tables: gathered as JSON, written by the hundred. */
#include "plan_engine.h"
#include "reconciler_sql.h"
#include "rollcall/base/auto.h"
#include "rollcall/port/crypto.h"

#define WRITE_AT 400 /* rows gathered before they are written */

static void open_lists(struct plan_writer *writer)
{
    struct rc_buf *bufs[] = {&writer->items, &writer->people, &writer->idle, &writer->busy};
    struct rc_json_out *outs[] = {&writer->items_out, &writer->people_out, &writer->idle_out,
                                  &writer->busy_out};
    for (size_t i = 0; i < COUNT_OF(bufs); i++) {
        rc_buf_clear(bufs[i]);
        *outs[i] = (struct rc_json_out){.buf = bufs[i]};
        rc_json_open(outs[i], NULL, '[');
    }
    writer->count = 0;
}

void plan_writer_init(struct plan_writer *writer, struct rc_db *tx)
{
    *writer = (struct plan_writer){.tx = tx};
    open_lists(writer);
}

void plan_writer_done(struct plan_writer *writer)
{
    rc_buf_done(&writer->items);
    rc_buf_done(&writer->people);
    rc_buf_done(&writer->idle);
    rc_buf_done(&writer->busy);
}

static void put_if(struct rc_json_out *json, const char *name, struct rc_str value)
{
    if (value.len > 0) rc_json_put_text(json, name, value);
}

static void write_item(struct plan_writer *writer, int64_t person, const struct rc_plan_item *item,
                       struct rc_arena *arena)
{
    struct rc_json_out *json = &writer->items_out;
    char key[RC_HASH_TEXT];
    rc_digest_text(rc_plan_item_key(arena, item), key);
    rc_json_open(json, NULL, '{');
    rc_json_put_int(json, "person", person);
    rc_json_put_text(json, "kind", rc_str_of(rc_item_kind_name(item->kind)));
    rc_json_put_text(json, "subject", item->subject);
    rc_json_put_text(json, "field", item->field);
    put_if(json, "old_value", item->from);
    put_if(json, "new_value", item->to);
    rc_json_put_text(json, "cause", item->cause);
    rc_json_put_text(json, "evidence", item->evidence);
    rc_json_put_text(json, "waits", item->waits);
    rc_json_open(json, "basis", '[');
    for (size_t i = 0; i < item->basis_count; i++)
        rc_json_put_text(json, NULL, item->basis[i]);
    rc_json_close(json, ']');
    rc_json_put_text(json, "role",
                     item->role < RC_ROLE_COUNT_ ? rc_str_of(rc_role_name(item->role))
                                                 : (struct rc_str){0});
    rc_json_put_text(json, "school", item->school);
    rc_json_put_text(json, "hold", item->hold);
    rc_json_put_text(json, "key", rc_str_of(key));
    rc_json_close(json, '}');
}

static void write_reads(struct plan_writer *writer, int64_t person,
                        const struct rc_plan_person *who, struct rc_arena *arena)
{
    struct rc_json_out *json = &writer->people_out;
    rc_json_open(json, NULL, '{');
    rc_json_put_int(json, "person", person);
    rc_json_open(json, "reads", '{');
    for (size_t i = 0; i < who->record_count; i++)
        rc_json_put_int(json, rc_str_copy(arena, who->records[i].node).data,
                        who->records[i].version);
    for (size_t i = 0; i < who->account_count; i++)
        rc_json_put_int(json, rc_str_copy(arena, who->accounts[i].node).data,
                        who->accounts[i].version);
    rc_json_close(json, '}');
    rc_json_close(json, '}');
}

static void write_idle(struct plan_writer *writer, struct rc_str node, int64_t version,
                       struct rc_str due_on)
{
    struct rc_json_out *json = &writer->idle_out;
    rc_json_open(json, NULL, '{');
    rc_json_put_text(json, "node", node);
    rc_json_put_int(json, "version", version);
    put_if(json, "due_on", due_on);
    rc_json_close(json, '}');
}

static void write_nodes(struct plan_writer *writer, const struct rc_plan_person *who,
                        const struct rc_plan *plan)
{
    for (size_t i = 0; i < who->record_count; i++) {
        const struct rc_plan_record *record = &who->records[i];
        if (plan->item_count > 0) {
            rc_json_put_text(&writer->busy_out, NULL, record->node);
        } else {
            write_idle(writer, record->node, record->version, plan->due_on);
        }
    }
    for (size_t i = 0; i < who->account_count; i++) {
        const struct rc_plan_account *account = &who->accounts[i];
        if (plan->item_count > 0) {
            rc_json_put_text(&writer->busy_out, NULL, account->node);
        } else {
            write_idle(writer, account->node, account->version, plan->due_on);
        }
    }
    writer->count += who->record_count + who->account_count;
}

rc_status plan_write_person(struct plan_writer *writer, int64_t person,
                            const struct rc_plan_person *who, const struct rc_plan *plan,
                            struct rc_arena *arena)
{
    for (size_t i = 0; i < plan->item_count; i++)
        write_item(writer, person, &plan->items[i], arena);
    if (plan->item_count > 0) write_reads(writer, person, who, arena);
    write_nodes(writer, who, plan);
    writer->count += plan->item_count;
    return writer->count >= WRITE_AT ? plan_writer_flush(writer) : RC_OK;
}

rc_status plan_writer_flush(struct plan_writer *writer)
{
    rc_json_close(&writer->items_out, ']');
    rc_json_close(&writer->people_out, ']');
    rc_json_close(&writer->idle_out, ']');
    rc_json_close(&writer->busy_out, ']');
    const char *const items[] = {writer->items.data};
    const char *const nodes[] = {writer->people.data, writer->idle.data, writer->busy.data};
    RC_TRY(rc_db_run(writer->tx, sql_plan_write_items, COUNT_OF(items), items, NULL));
    RC_TRY(rc_db_run(writer->tx, sql_plan_write_people, COUNT_OF(nodes), nodes, NULL));
    open_lists(writer);
    return RC_OK;
}
