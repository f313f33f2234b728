/* Calls of the protocol's functions, one transaction each. */
#include "lane.h"

#include "clever.h"
#include "credential.h"
#include "lane_more.h"

#include "fetcher_sql.h"
#include "rollcall/base/fault.h"
#include "rollcall/base/id.h"
#include "rollcall/base/log.h"
#include "rollcall/format/json.h"

/* ---- the request ---- */

static const char *origin_of(struct rc_stage_env *env, const struct rc_message *in)
{
    RC_AUTO_BUF struct rc_buf text = {0};
    struct rc_json_out json = {.buf = &text};

    rc_json_open(&json, NULL, '{');
    rc_json_put_text(&json, "topic", in->topic);
    rc_json_put_int(&json, "partition", in->partition);
    rc_json_put_int(&json, "offset", in->offset);
    rc_json_put_text(&json, "key", env->envelope.subject);
    rc_json_put_text(&json, "stage", rc_str_of(env->program));
    rc_json_put_text(&json, "version", rc_str_of(env->version));
    rc_json_close(&json, '}');
    return rc_str_copy(env->arena, rc_buf_str(&text)).data;
}

rc_status lane_request_parse(struct rc_stage_env *env, const struct rc_message *in,
                             struct lane_request *ret_request)
{
    const struct rc_json_limits limits = {.max_bytes = 65536};
    const struct rc_json *root = NULL;
    struct lane_request request = {0};
    struct rc_str lane = {0};

    RC_TRY(rc_context(rc_json_parse(in->payload, &limits, env->arena, &root), "fetch.requested"));
    RC_TRY(rc_json_need_text(root, "lane", &lane));
    RC_TRY(rc_json_need_int(root, "pass", &request.pass));
    RC_TRY(rc_json_need_int(root, "step", &request.step));
    if (!rc_id_valid(lane) || env->envelope.district.len == 0 || env->envelope.run.len == 0)
        return rc_fail(RC_REJECT, "fetch.requested must name a district, a run and a lane");
    request.district = rc_str_copy(env->arena, env->envelope.district).data;
    request.run = rc_str_copy(env->arena, env->envelope.run).data;
    request.lane = rc_str_copy(env->arena, lane).data;
    request.origin = origin_of(env, in);
    *ret_request = request;
    return RC_OK;
}

/* ---- taking ---- */

static const char *number(struct rc_stage_env *env, int64_t value)
{
    return rc_str_print(env->arena, "%lld", (long long)value).data;
}

static struct rc_str column(struct rc_stage_env *env, const struct rc_rows *rows, int at)
{
    return rc_str_copy(env->arena, rc_rows_text(rows, 0, at));
}

static rc_status read_lane(struct rc_stage_env *env, const struct rc_rows *rows, struct lane *lane)
{
    lane->take = column(env, rows, 0);
    lane->tries = rc_rows_int(rows, 0, 1);
    lane->number = rc_rows_int(rows, 0, 2);
    lane->collection = column(env, rows, 3);
    RC_TRY(rc_context(rc_str_int(rc_rows_text(rows, 0, 4), 0, INT64_MAX / 2, &lane->cursor),
                      "the lane's cursor"));
    lane->received = rc_rows_int(rows, 0, 5);
    lane->pages = rc_rows_int(rows, 0, 6);
    lane->total = rc_rows_int(rows, 0, 7);
    lane->revision = column(env, rows, 8);
    lane->page_size = rc_rows_int(rows, 0, 9);
    lane->until = rc_rows_int(rows, 0, 25);
    lane->parallel = rc_rows_int(rows, 0, 26);
    lane->room = rc_rows_int(rows, 0, 27);
    return RC_OK;
}

static bool says(const struct rc_json *quirks, const char *name, const char *word)
{
    return rc_str_eq(rc_json_text(rc_json_get(quirks, name)), rc_str_of(word));
}

rc_status lane_quirks_read(struct rc_stage_env *env, struct rc_str text,
                           struct lane_quirks *ret_quirks)
{
    const struct rc_json *root = NULL;

    RC_TRY(rc_context(rc_json_parse(text, NULL, env->arena, &root), "the source's quirks"));
    *ret_quirks = (struct lane_quirks){
        .client_auth = rc_json_text(rc_json_get(root, "client_auth")),
        .form_type = says(root, "content_type", "form"),
        .unsorted = says(root, "sort", "none"),
        .discovers = rc_json_get(root, "discovery") != NULL,
        .first_parent = says(root, "primary_parent", "first-agent")};
    return RC_OK;
}

static rc_status read_source(struct rc_stage_env *env, const struct rc_rows *rows,
                             struct lane_source *source)
{
    source->id = column(env, rows, 10);
    source->base_url = column(env, rows, 11);
    source->auth = column(env, rows, 12);
    source->token_url = column(env, rows, 13);
    source->ca_file = rc_rows_text(rows, 0, 14).len > 0 ? column(env, rows, 14).data : NULL;
    source->version = oneroster_version_find(rc_rows_text(rows, 0, 15));
    if (!source->version && !rc_rows_bool(rows, 0, 33))
        return rc_fail(RC_REJECT, "this program does not know the source's version of OneRoster");
    return lane_quirks_read(env, column(env, rows, 28), &source->quirks);
}

static const char *optional(struct rc_stage_env *env, const struct rc_rows *rows, int at)
{
    return rc_rows_null(rows, 0, at) ? NULL : column(env, rows, at).data;
}

static void read_wish(struct rc_stage_env *env, const struct rc_rows *rows, struct lane *lane)
{
    lane->window = (struct lane_window){optional(env, rows, 29), optional(env, rows, 30)};
    lane->revision_known = optional(env, rows, 31);
    lane->asked = rc_rows_int(rows, 0, 32);
}

static void read_upload(struct rc_stage_env *env, const struct rc_rows *rows, struct lane *lane)
{
    lane->upload = (struct lane_upload){.id = optional(env, rows, 16),
                                        .records = rc_rows_int(rows, 0, 18),
                                        .doubt = optional(env, rows, 19),
                                        .delta = rc_rows_bool(rows, 0, 20)};
    lane->format = lane->upload.id
                       ? rc_str_print(env->arena, "oneroster-csv/%s", optional(env, rows, 17))
                       : oneroster_format(lane->source.version);
}

static void read_clever(struct rc_stage_env *env, const struct rc_rows *rows, struct lane *lane)
{
    lane->clever = (struct lane_clever){.is = true,
                                        .events = rc_rows_bool(rows, 0, 34),
                                        .district = column(env, rows, 35),
                                        .next = column(env, rows, 36)};
    lane->format = RC_STR(CLEVER_KIND "/" CLEVER_VERSION);
}

rc_status lane_take(struct rc_stage_env *env, const struct lane_request *request, int64_t lease_ms,
                    const char *progress, struct lane *ret_lane)
{
    const char *const values[] = {request->lane,
                                  number(env, request->pass),
                                  number(env, request->step),
                                  rc_process_instance(env->process),
                                  number(env, lease_ms),
                                  progress,
                                  request->origin};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct lane lane = {.request = *request};

    RC_TRY(rc_db_tx(env->db, request->district, &tx));
    RC_TRY(rc_db_run(tx, sql_lane_take, COUNT_OF(values), values, &rows));
    if (rc_rows_count(rows) > 0) {
        RC_TRY(read_lane(env, rows, &lane));
        RC_TRY(read_source(env, rows, &lane.source));
        RC_TRY(lane_more_read(env, tx, &lane));
    }
    RC_TRY(rc_db_commit(tx)); /* also without a row: the fifth try has failed the lane */
    if (rc_rows_count(rows) == 0) return RC_NOT_FOUND;
    if (rc_rows_bool(rows, 0, 33))
        read_clever(env, rows, &lane);
    else
        read_upload(env, rows, &lane);
    read_wish(env, rows, &lane);
    RC_TRY(credential_read(env, &lane, rows, 21, "client_id", &lane.source.client_id));
    RC_TRY(credential_read(env, &lane, rows, 23, "client_secret", &lane.source.client_secret));
    *ret_lane = lane;
    return RC_OK;
}

bool lane_verifies(const struct lane *lane)
{
    return rc_str_eq(lane->collection, RC_STR("verify"));
}

struct rc_str lane_records(const struct lane *lane)
{
    return lane_verifies(lane) ? RC_STR("users") : lane->collection;
}

/* ---- one call, one transaction ---- */

/* Runs a function that gives one value; its text lives in arena. */
static rc_status call(struct rc_stage_env *env, const struct lane *lane, const char *sql,
                      size_t count, const char *const *values, const char **ret_became)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(env->db, lane->request.district, &tx));
    RC_TRY(rc_db_one(tx, sql, count, values, &rows));
    RC_TRY(rc_db_commit(tx));
    *ret_became = column(env, rows, 0).data;
    return RC_OK;
}

rc_status lane_renew(struct rc_stage_env *env, const struct lane *lane, int64_t lease_ms,
                     bool *ret_mine)
{
    const char *const values[] = {lane->request.lane, lane->take.data, number(env, lease_ms)};
    const char *became = NULL;

    RC_TRY(call(env, lane, "SELECT lane_renew($1::uuid, $2::bigint, $3::bigint)", COUNT_OF(values),
                values, &became));
    *ret_mine = became[0] == 't';
    return RC_OK;
}

static rc_status add_finding(const struct lane *lane, struct rc_db *tx, const char *message)
{
    const char *const values[] = {lane->request.run, lane->collection.data, message};

    return message ? rc_db_run(tx, sql_lane_finding, COUNT_OF(values), values, NULL) : RC_OK;
}

/* Where the lane's next step begins; a lane that has ended goes nowhere. */
static rc_status keep_next(const struct lane *lane, struct rc_db *tx, struct rc_arena *arena,
                           const struct lane_step *step)
{
    const char *const values[] = {lane->request.lane, rc_str_copy(arena, step->next).data};

    if (step->next.len == 0 || step->end[0] != '\0') return RC_OK;
    return rc_db_run(tx, sql_clever_next, COUNT_OF(values), values, NULL);
}

/* What a step brings beside its pages, in the same transaction, under the locks of lane_step. */
static rc_status add_rest(const struct lane *lane, struct rc_db *tx, struct rc_arena *arena,
                          const struct lane_step *step, const char *became)
{
    const char *const unchanged[] = {lane->request.run, lane->collection.data};
    const char *const answers[] = {lane->request.run, step->answers};

    if (rc_str_eq(rc_str_of(became), RC_STR("stale"))) return RC_OK;
    if (step->unchanged)
        RC_TRY(rc_db_run(tx, sql_lane_unchanged, COUNT_OF(unchanged), unchanged, NULL));
    if (step->answers) RC_TRY(rc_db_run(tx, sql_verify_answers, COUNT_OF(answers), answers, NULL));
    RC_TRY(keep_next(lane, tx, arena, step));
    return rc_str_eq(rc_str_of(became), RC_STR("ended")) ? add_finding(lane, tx, step->finding)
                                                         : RC_OK;
}

static const char commit_sql[] =
    "SELECT lane_step($1::uuid, $2::bigint, $3::int, $4::int, $5::jsonb, $6, $7::bigint, $8, "
    "$9::int, "
    "$10, $11, $12::bigint)";

rc_status lane_commit(struct rc_stage_env *env, const struct lane *lane,
                      const struct lane_step *step, const char **ret_became)
{
    const char *const values[] = {
        lane->request.lane,
        lane->take.data,
        number(env, lane->request.pass),
        number(env, lane->request.step),
        rc_str_copy(env->arena, step->facts).data,
        number(env, step->cursor),
        step->total >= 0 ? number(env, step->total) : NULL,
        step->revision.len > 0 ? rc_str_copy(env->arena, step->revision).data : NULL,
        number(env, lane->page_size),
        step->end,
        step->reason,
        number(env, step->due_ms),
    };
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(env->db, lane->request.district, &tx));
    RC_TRY(rc_db_one(tx, commit_sql, COUNT_OF(values), values, &rows));
    const char *became = column(env, rows, 0).data;
    RC_TRY(add_rest(lane, tx, env->arena, step, became));
    rc_fault_point("fetcher.task.before-commit");
    RC_TRY(rc_db_commit(tx));
    rc_fault_point("fetcher.task.committed");
    *ret_became = became;
    return RC_OK;
}

rc_status lane_defer(struct rc_stage_env *env, const struct lane *lane, int64_t due_ms,
                     const char *reason, const char **ret_became)
{
    const char *const values[] = {lane->request.lane, lane->take.data, number(env, due_ms), reason,
                                  lane->request.origin};

    return call(env, lane, "SELECT lane_defer($1::uuid, $2::bigint, $3::bigint, $4, $5::jsonb)",
                COUNT_OF(values), values, ret_became);
}

rc_status lane_later(struct rc_stage_env *env, const struct lane *lane, int64_t due_ms,
                     const char *reason, const char **ret_became)
{
    const char *const values[] = {lane->request.lane, lane->take.data, number(env, due_ms), reason};

    return call(env, lane, "SELECT lane_later($1::uuid, $2::bigint, $3::bigint, $4)",
                COUNT_OF(values), values, ret_became);
}

rc_status lane_fail(struct rc_stage_env *env, const struct lane *lane, const char *reason,
                    const char **ret_became)
{
    const char *const values[] = {lane->request.lane, lane->take.data, reason,
                                  lane->request.origin};

    return call(env, lane,
                "SELECT CASE WHEN lane_fail($1::uuid, $2::bigint, $3, $4::jsonb) THEN 'failed' "
                "ELSE 'stale' END",
                COUNT_OF(values), values, ret_became);
}

rc_status lane_restart(struct rc_stage_env *env, const struct lane *lane, const char *reason,
                       const char **ret_became)
{
    const char *const values[] = {lane->request.lane, lane->take.data,
                                  number(env, lane->request.pass), number(env, lane->request.step),
                                  reason};

    return call(env, lane, "SELECT lane_restart($1::uuid, $2::bigint, $3::int, $4::int, $5)",
                COUNT_OF(values), values, ret_became);
}

static const char shrink_sql[] =
    "SELECT lane_shrink($1::uuid, $2::bigint, $3::int, $4::int, $5, $6::int, $7::bigint, "
    "$8::jsonb)";

rc_status lane_shrink(struct rc_stage_env *env, const struct lane *lane, int64_t due_ms,
                      const char *reason, const char **ret_became)
{
    const char *const values[] = {
        lane->request.lane,
        lane->take.data,
        number(env, lane->request.pass),
        number(env, lane->request.step),
        reason,
        number(env, lane->page_size / 2),
        number(env, due_ms),
        lane->request.origin,
    };

    return call(env, lane, shrink_sql, COUNT_OF(values), values, ret_became);
}

rc_status lane_release(struct rc_stage_env *env, const struct lane *lane, const char **ret_became)
{
    const char *const values[] = {lane->request.lane, lane->take.data};

    return call(
        env, lane,
        "SELECT CASE WHEN lane_release($1::uuid, $2::bigint) THEN 'released' ELSE 'stale' END",
        COUNT_OF(values), values, ret_became);
}

rc_status lane_settle_secret(struct rc_stage_env *env, const struct lane *lane, bool *ret_some)
{
    const char *const values[] = {lane->source.id.data, lane->source.read_at.data};
    const char *became = NULL;

    RC_TRY(call(env, lane, "SELECT credential_settle($1::uuid, $2::timestamptz)", COUNT_OF(values),
                values, &became));
    *ret_some = became[0] == 't';
    return RC_OK;
}

rc_status lane_refused_secret(struct rc_stage_env *env, const struct lane *lane)
{
    const char *const values[] = {lane->source.id.data, lane->source.read_at.data};
    const char *became = NULL;

    return call(env, lane, "SELECT credential_refused($1::uuid, $2::timestamptz)", COUNT_OF(values),
                values, &became);
}

rc_status lane_park_run(struct rc_stage_env *env, const struct lane *lane)
{
    const char *became = NULL;

    RC_TRY(call(env, lane, "SELECT run_park($1::uuid)", 1, &lane->request.run, &became));
    if (became[0] == 't')
        rc_log_warn("run.parked", "the run waits for a person: see `rollcall dead-letter list`");
    return RC_OK;
}
