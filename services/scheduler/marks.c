/* How far the groups had come, and when (C2). A page is acknowledged by Kafka before its lane lists
 * it; so once the normalizers' offsets are past the ends that page.fetched had at a time, the
 * batches of all pages listed before that time stand in batch.normalized, and once the reconcilers'
 * offsets are past the ends that this had then, they are staged or set aside. The marks are kept in
 * PostgreSQL, so that a new leader goes on where the old one was. */
#include "scheduler.h"
#include "scheduler_sql.h"

#include <inttypes.h>

#include "rollcall/worker/stage.h"

enum { PARTITIONS_MAX = 1024 };

void marks_print(const struct rc_marks *marks, size_t count, bool ends, struct rc_buf *out)
{
    rc_buf_add_char(out, '{');
    for (size_t i = 0; i < count; i++) {
        /* Below begin nothing is left to read, whatever was committed. */
        const int64_t come = marks[i].committed > marks[i].begin ? marks[i].committed
                                                                 : marks[i].begin;
        rc_buf_print(out, "%s\"%" PRId32 "\":%" PRId64, i > 0 ? "," : "", marks[i].partition,
                     ends ? marks[i].end : come);
    }
    rc_buf_add_char(out, '}');
}

rc_status marks_ask(struct rc_stage_env *env, const char *group, const char *topic,
                    struct topic_marks *ret_marks)
{
    const struct rc_common_options *common = rc_process_options(env->process);
    const struct rc_bus_config config = {
        .brokers = common->kafka_brokers,
        .client_id = env->program,
        .group = group,
        .extra = common->kafka_settings[0] ? common->kafka_settings : NULL,
    };
    const struct rc_str name = rc_topic_name(env->arena, topic);

    ret_marks->marks = rc_arena_array(env->arena, PARTITIONS_MAX, sizeof *ret_marks->marks);
    return rc_bus_marks(&config, group, name.data, ret_marks->marks, PARTITIONS_MAX,
                        &ret_marks->count);
}

static const char *text(struct rc_stage_env *env, const struct topic_marks *topic, bool ends)
{
    RC_AUTO_BUF struct rc_buf out = {0};

    marks_print(topic->marks, topic->count, ends, &out);
    return rc_str_copy(env->arena, rc_buf_str(&out)).data;
}

/* The ends of batch.normalized were asked for after the normalizers' offsets: what these had
 * handled stands below those ends. */
static rc_status store(struct rc_stage_env *env, const char *when, const struct topic_marks *pages,
                       const struct topic_marks *batches, const char *age)
{
    const char *const taken[] = {when, text(env, pages, true)};
    const char *const normalized[] = {text(env, pages, false), text(env, batches, true)};
    const char *const staged[] = {text(env, batches, false)};
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(env->db, NULL, &tx));
    RC_TRY(rc_db_run(tx, sql_marks_take, COUNT_OF(taken), taken, NULL));
    RC_TRY(rc_db_run(tx, sql_marks_pages, COUNT_OF(normalized), normalized, NULL));
    RC_TRY(rc_db_run(tx, sql_marks_batches, COUNT_OF(staged), staged, NULL));
    RC_TRY(rc_db_run(tx, sql_marks_tidy, 1, &age, NULL));
    return rc_db_commit(tx);
}

rc_status marks_note(struct scheduler *self, struct rc_stage_env *env)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    struct topic_marks pages = {0};
    struct topic_marks batches = {0};

    RC_TRY(rc_db_one(env->db, sql_marks_wanted, 0, NULL, &rows));
    if (!rc_rows_bool(rows, 0, 0)) return RC_OK;
    RC_TRY(marks_ask(env, "rollcall-normalizer", "page.fetched", &pages));
    RC_TRY(marks_ask(env, "rollcall-reconciler", "batch.normalized", &batches));
    const char *age = rc_str_print(env->arena, "%" PRId64, self->options->missing_after_ms).data;
    return store(env, rc_rows_cstr(rows, 0, 1), &pages, &batches, age);
}
