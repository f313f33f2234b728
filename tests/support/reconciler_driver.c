/* The reconciler without Kafka: takes messages from stdin, one JSON object a line, hands each to
 * the intake of its topic and prints what became of it. For tests that need exact order and exact
 * crashes; the whole program is driven elsewhere. Built twice: as reconciler-driver the second half
 * (plan, apply) is replaced, by linking, with nothing, so that the mirror is looked at alone; as
 * planner-driver (DRIVER_PLANS) it is the real one, and "plan.compare" asks whether planning the
 * candidates gives what planning everybody gives (P1).
 *
 *   {"topic": "batch.normalized", "district": "…", "run": "…", "partition": 0, "offset": 7,
 * "headers": {…}, "payload": {…}} */
#include <stdio.h>
#include <stdlib.h>

#include "reconciler.h"
#include "rollcall/base/clock.h"
#include "rollcall/base/log.h"
#include "rollcall/format/json.h"

#ifdef DRIVER_PLANS
#include "plan_engine.h"
#include "reconciler_sql.h"

/* The keys and holds of what a plan of the candidates, or of everybody, would propose. */
static rc_status propose(struct rc_stage_env *env, bool everybody, struct rc_str *ret_items)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    struct plan_engine engine;

    RC_TRY(rc_db_tx(env->db, rc_str_copy(env->arena, env->envelope.district).data, &tx));
    RC_TRY(plan_engine_open(&engine, env, tx));
    int64_t count = 0;
    RC_TRY(plan_engine_seed(&engine, everybody, &count));
    RC_TRY(plan_engine_decide(&engine, count));
    /* What is asked: of those decided now, and as it stands of the others. */
    RC_TRY(rc_db_one(
        tx,
        "SELECT concat_ws(E'\\n', (SELECT string_agg(kind || ' ' || subject || ' ' || field || ' ' "
        "|| cause || ' ' || coalesce(old_value, '') || ' -> ' || coalesce(new_value, '') || ' ' "
        "|| hold || ' ' || evidence, E'\\n' ORDER BY key) FROM plan_new), "
        "(SELECT string_agg(concat_ws(' ', 'ask', row_no, account_id, why, rule, confidence, "
        "basis), E'\\n' ORDER BY row_no, account_id) FROM ("
        "SELECT * FROM plan_asks UNION ALL SELECT row_no, account_id, why, rule, confidence, basis "
        "FROM match_question q WHERE q.district_id = tenant() AND NOT EXISTS ("
        "SELECT FROM plan_record p WHERE p.row_no = q.row_no)) x))",
        0, NULL, &rows));
    *ret_items = rc_str_copy(env->arena, rc_rows_text(rows, 0, 0));
    return RC_OK;
}

static rc_status compare(void *self, struct rc_stage_env *env, const struct rc_message *in)
{
    struct rc_str some, all;

    (void)self;
    (void)in;
    RC_TRY(propose(env, false, &some));
    RC_TRY(propose(env, true, &all));
    if (rc_str_eq(some, all)) return RC_OK;
    fprintf(stderr, "candidates:\n%.*s\neverybody:\n%.*s\n", RC_STR_ARG(some), RC_STR_ARG(all));
    return rc_fail(RC_FATAL, "a plan of the candidates is not the plan of everybody (P1)");
}
#else
rc_status reconciler_plan_run(struct reconciler *self, struct rc_stage_env *env,
                              const struct run_ref *run)
{
    (void)self;
    (void)env;
    (void)run;
    return RC_NOT_FOUND;
}

rc_status reconciler_plan_decided(void *self, struct rc_stage_env *env, const struct rc_message *in)
{
    (void)self;
    (void)env;
    (void)in;
    return RC_OK;
}
#endif

static const struct rc_intake intakes[] = {
    {"batch.normalized", reconciler_stage},
    {"dead.letter", reconciler_dead_letter},
    {"snapshot.ready", reconciler_ready},
    {"plan.decided", reconciler_plan_decided},
#ifdef DRIVER_PLANS
    {"plan.compare", compare},
#endif
    {0},
};

static void take_headers(const struct rc_json *headers, struct rc_arena *arena,
                         struct rc_headers *out)
{
    for (const struct rc_json *at = rc_json_first(headers); at; at = rc_json_next(at))
        rc_headers_add(out, rc_str_copy(arena, rc_json_name(at)).data, rc_json_text(at));
}

static void take_envelope(const struct rc_json *line, struct rc_envelope *envelope)
{
    *envelope = (struct rc_envelope){
        .id = rc_json_text(rc_json_get(line, "id")),
        .district = rc_json_text(rc_json_get(line, "district")),
        .run = rc_json_text(rc_json_get(line, "run")),
    };
}

static rc_status hand_over(const char *short_topic, struct reconciler *self,
                           struct rc_stage_env *env, const struct rc_message *message)
{
    for (const struct rc_intake *intake = intakes; intake->topic; intake++)
        if (strcmp(intake->topic, short_topic) == 0) return intake->handle(self, env, message);
    return rc_fail(RC_FATAL, "no such topic: %s", short_topic);
}

static rc_status take_line(struct reconciler *self, struct rc_stage_env *env, struct rc_str text)
{
    static const struct rc_json_limits limits = {.max_bytes = 64u << 20, .max_string = 32u << 20};
    const struct rc_json *line = NULL;
    RC_AUTO_BUF struct rc_buf payload = {0};
    struct rc_message message = {0};

    RC_TRY(rc_json_parse(text, &limits, env->arena, &line));
    take_envelope(line, &env->envelope);
    take_headers(rc_json_get(line, "headers"), env->arena, &message.headers);
    if (rc_json_kind(rc_json_get(line, "payload")) != RC_JSON_NULL)
        rc_json_print(&payload, rc_json_get(line, "payload"));
    message.payload = rc_buf_str(&payload);
    const char *topic = rc_str_copy(env->arena, rc_json_text(rc_json_get(line, "topic"))).data;
    message.topic = rc_str_print(env->arena, "rollcall.%s.v1", topic);
    rc_ignore(rc_str_int(rc_json_text(rc_json_get(line, "offset")), 0, INT64_MAX, &message.offset));
    return hand_over(topic, self, env, &message);
}

int main(int argc, char **argv)
{
    static const struct reconciler_options options = {.findings_max = 1000};
    struct reconciler self = {&options};
    struct rc_stage_env env = {
        .config = &options, .program = "rollcall-reconciler", .version = "test"};
    char *text = NULL;
    size_t room = 0;

    rc_log_setup("reconciler-driver", RC_LOG_INFO, RC_LOG_TEXT);
    if (argc != 2 || rc_db_open(argv[1], "reconciler-driver", &env.db) != RC_OK) {
        fprintf(stderr, "usage: reconciler-driver <database url>\n");
        return 64;
    }
    env.arena = rc_arena_new(0);
    for (ssize_t len = 0; (len = getline(&text, &room, stdin)) > 0;) {
        const int64_t began_ms = rc_clock_mono_ms();
        const rc_status status = take_line(&self, &env, (struct rc_str){text, (size_t)len});
        printf("%s %lld %s\n", rc_status_name(status), (long long)(rc_clock_mono_ms() - began_ms),
               status == RC_OK ? "" : rc_error_text());
        fflush(stdout);
        rc_arena_reset(env.arena);
    }
    free(text);
    rc_arena_free(env.arena);
    rc_db_free(env.db);
    return 0;
}
