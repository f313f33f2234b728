/* Asking Clever how things stand, before a run of it begins. */
#include "clever_begin.h"

#include "clever.h"
#include "clever_token.h"
#include "credential.h"
#include "fetcher_sql.h"
#include "lane_more.h"
#include "rollcall/base/clock.h"
#include "rollcall/base/log.h"
#include "rollcall/format/json.h"

enum { TRIES = 4 }; /* the new secret and the old one, each with a token in hand and a fresh one */

/* One survey: who asks, and what has come of it. */
struct survey {
    struct fetcher *fetcher;
    struct rc_stage_env *env;
    struct lane lane; /* none in PostgreSQL: it carries the source */
    struct lease lease;
    struct asker asker;
    struct rc_str since; /* the event that the mirror was left at; empty: everything is pulled */
    /* what came */
    struct rc_str state, last_sync;
    struct rc_str feed; /* the newest event; empty: none, or the feed is off */
    bool follows;       /* the feed still knows since */
    enum trouble trouble;
    long code;
};

/* ---- what is known ---- */

static struct rc_str column(struct survey *survey, const struct rc_rows *rows, int at)
{
    return rc_str_copy(survey->env->arena, rc_rows_text(rows, 0, at));
}

static rc_status read_source(struct survey *survey, const struct rc_rows *rows)
{
    struct lane_source *source = &survey->lane.source;

    source->id = column(survey, rows, 2);
    source->base_url = column(survey, rows, 3);
    source->token_url = column(survey, rows, 4);
    source->ca_file = rc_rows_null(rows, 0, 5) ? NULL : column(survey, rows, 5).data;
    survey->lane.clever = (struct lane_clever){.is = true, .district = column(survey, rows, 6)};
    survey->lane.format = RC_STR(CLEVER_KIND "/" CLEVER_VERSION);
    survey->since = column(survey, rows, 7);
    RC_TRY(credential_read(survey->env, &survey->lane, rows, 8, "client_id", &source->client_id));
    return credential_read(survey->env, &survey->lane, rows, 10, "client_secret",
                           &source->client_secret);
}

/* RC_NOT_FOUND: not a source of Clever, or none at all. *ret_ready false: the run cannot begin now.
 */
static rc_status read_survey(struct survey *survey, bool *ret_ready)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(survey->env->db, survey->lane.request.district, &tx));
    RC_TRY(rc_db_one(tx, sql_clever_survey, 1, &survey->lane.request.run, &rows));
    if (!rc_rows_bool(rows, 0, 0)) return RC_NOT_FOUND;
    *ret_ready = rc_rows_bool(rows, 0, 1);
    if (!*ret_ready) return RC_OK;
    RC_TRY(read_source(survey, rows));
    RC_TRY(lane_more_read(survey->env, tx, &survey->lane));
    return rc_db_commit(tx);
}

/* ---- asking ---- */

/* path: behind the version. False: the answer is not to be used, trouble says why. */
static bool ask(struct survey *survey, struct rc_str path, struct rc_arena *arena,
                const struct rc_json **ret_first)
{
    struct asker *asker = &survey->asker;
    struct rc_http_answer answer = {.body = &survey->fetcher->body};
    const struct rc_json *root = NULL;
    struct rc_str header = {0};

    survey->code = 0;
    survey->trouble = clever_sign(asker, &header, &survey->code);
    if (survey->trouble != TROUBLE_NONE) return false;
    const char *const headers[] = {"Accept: application/json", header.data, NULL};
    const struct rc_http_request request = {.url = clever_address(asker, path).data,
                                            .headers = headers};
    survey->trouble = asker_send(asker, &request, &answer);
    if (survey->trouble != TROUBLE_NONE) return false;
    survey->code = answer.code;
    survey->trouble = clever_judge_code(&answer);
    if (survey->trouble != TROUBLE_NONE) return false;
    if (rc_json_parse(rc_buf_str(answer.body), NULL, arena, &root) != RC_OK ||
        rc_json_kind(rc_json_get(root, "data")) != RC_JSON_ARRAY)
        survey->trouble = TROUBLE_NO_ENVELOPE;
    else
        *ret_first = rc_json_get(rc_json_first(rc_json_get(root, "data")), "data");
    return survey->trouble == TROUBLE_NONE;
}

/* Does another token or an older secret promise more? */
static bool mends(struct survey *survey)
{
    if (survey->trouble == TROUBLE_CREDENTIALS && clever_sign_anew(&survey->asker)) return true;
    return (survey->trouble == TROUBLE_CREDENTIALS || survey->trouble == TROUBLE_NO_CREDENTIALS) &&
           asker_fall_back(&survey->asker);
}

/* A token that was in hand may have been rotated since: the list is asked anew, once; then with the
 * credentials that are being replaced. */
static bool ask_again(struct survey *survey, struct rc_str path, struct rc_arena *arena,
                      const struct rc_json **ret_first)
{
    for (int tries = 0; tries < TRIES; tries++) {
        if (ask(survey, path, arena, ret_first)) return true;
        if (!mends(survey)) return false;
    }
    return false;
}

static struct rc_str text_of(struct survey *survey, const struct rc_json *object, const char *name)
{
    return rc_str_copy(survey->env->arena, rc_json_text(rc_json_get(object, name)));
}

static bool ask_district(struct survey *survey, struct rc_arena *arena)
{
    const struct rc_json *district = NULL;

    if (!ask_again(survey, RC_STR("districts"), arena, &district)) return false;
    survey->state = text_of(survey, district, "state");
    survey->last_sync = text_of(survey, district, "last_sync");
    return true;
}

/* Events are an extra that an application may not have: without them everything is pulled. */
static void ask_feed(struct survey *survey, struct rc_arena *arena)
{
    const struct rc_json *event = NULL;

    if (!ask(survey, RC_STR("events?ending_before=last&limit=1"), arena, &event)) return;
    survey->feed = text_of(survey, event, "id");
}

/* Clever keeps events for thirty days; what it answers for older ones is not said anywhere. */
static void ask_since(struct survey *survey, struct rc_arena *arena)
{
    const struct rc_json *event = NULL;
    RC_AUTO_BUF struct rc_buf path = {0};

    if (survey->since.len == 0 || survey->feed.len == 0) return;
    rc_buf_add_str(&path, RC_STR("events?limit=1&starting_after="));
    rc_url_encode(&path, survey->since);
    survey->follows = ask(survey, rc_buf_str(&path), arena, &event);
}

/* Stopped, or not in its turn: that says nothing about the feed. */
static bool is_put_off(const struct survey *survey)
{
    return survey->trouble == TROUBLE_STOPPED || survey->trouble == TROUBLE_LIMITED;
}

static void ask_all(struct survey *survey)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);

    survey->trouble = TROUBLE_LIMITED; /* in the source's quiet hours nobody is asked */
    if (survey->lane.limits.quiet_ms > 0) return;
    /* The list itself tells whether the district is connected, not a token from before. */
    (void)clever_sign_anew(&survey->asker);
    if (!ask_district(survey, arena)) return;
    ask_feed(survey, arena);
    if (!is_put_off(survey)) ask_since(survey, arena);
    if (!is_put_off(survey)) survey->trouble = TROUBLE_NONE;
}

/* ---- what follows ---- */

static rc_status call(struct survey *survey, const char *sql, size_t count,
                      const char *const *values, bool *ret_yes)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(survey->env->db, survey->lane.request.district, &tx));
    RC_TRY(rc_db_one(tx, sql, count, values, &rows));
    RC_TRY(rc_db_commit(tx));
    *ret_yes = rc_rows_bool(rows, 0, 0);
    return RC_OK;
}

/* A time that PostgreSQL can take, or NULL. */
static const char *time_or_null(struct rc_str text)
{
    static const char digits[] = "0123456789-:.TZ";

    if (text.len < 10 || text.len > 30 || strspn(text.data, digits) != text.len) return NULL;
    return text.data;
}

static rc_status begin(struct survey *survey)
{
    static const char *const states[] = {"running", "pending", "error", "paused", "success"};
    const char *state = "";
    bool begun = false;

    for (size_t i = 0; i < COUNT_OF(states); i++)
        if (rc_str_eq(survey->state, rc_str_of(states[i]))) state = states[i];
    const char *const values[] = {survey->lane.request.run, state, time_or_null(survey->last_sync),
                                  survey->feed.len > 0 ? survey->feed.data : NULL,
                                  survey->follows ? "true" : "false"};
    RC_TRY(call(survey, sql_clever_begin, COUNT_OF(values), values, &begun));
    if (begun) rc_log_info("run.begun", "the run has its token and its lanes");
    return RC_OK;
}

static rc_status miss(struct survey *survey)
{
    bool waits = false;

    RC_TRY(call(survey, "SELECT clever_missing($1::uuid)", 1, &survey->lane.request.run, &waits));
    if (waits)
        rc_log_info("clever.waiting", "the district is not on Clever's list yet");
    else
        rc_log_warn("clever.vanished", "the district is not on Clever's list any more");
    return RC_OK;
}

static rc_status give_up(struct survey *survey)
{
    const struct rc_str words = trouble_words(survey->trouble, survey->code, "",
                                              survey->env->arena);
    const bool for_good = trouble_row(survey->trouble)->pace != TROUBLE_LATER;
    const char *const values[] = {survey->lane.request.run, words.data,
                                  for_good ? "true" : "false"};
    bool again = false;

    rc_log_warn("source.trouble", "%s", words.data);
    return call(survey, "SELECT clever_trouble($1::uuid, $2, $3::boolean)", COUNT_OF(values),
                values, &again);
}

/* The run stays Scheduled, and is asked for again (R2). */
static rc_status put_off(const struct survey *survey)
{
    const bool quiet = survey->lane.limits.quiet_ms > 0;

    rc_log_debug("clever.later", "%s", quiet ? "quiet hours" : "Clever is asked in its turn");
    return RC_OK;
}

static rc_status conclude(struct survey *survey)
{
    if (survey->trouble == TROUBLE_NONE) return begin(survey);
    if (survey->trouble == TROUBLE_CLEVER_MISSING) return miss(survey);
    if (survey->trouble == TROUBLE_LIMITED) return put_off(survey);
    if (survey->trouble == TROUBLE_STOPPED)
        return rc_fail(RC_RETRY, "the fetcher is being stopped");
    return give_up(survey);
}

rc_status clever_begin(struct fetcher *fetcher, struct rc_stage_env *env, const char *district,
                       const char *run, bool *ret_clever)
{
    struct survey *survey = rc_arena_alloc(env->arena, sizeof *survey);
    bool ready = false;

    *survey = (struct survey){.fetcher = fetcher, .env = env};
    survey->lane.request = (struct lane_request){.district = district, .run = run, .lane = run};
    /* A lease that needs no renewal: there is no lane to lose. */
    survey->lease = (struct lease){env, &survey->lane, INT64_MAX, rc_clock_mono_ms(), false};
    const rc_status status = read_survey(survey, &ready);
    *ret_clever = status != RC_NOT_FOUND;
    if (status != RC_OK || !ready) return status == RC_NOT_FOUND ? RC_OK : status;
    survey->asker = asker_new(fetcher, env, &survey->lane, &survey->lease);
    ask_all(survey);
    asker_done(&survey->asker);
    return conclude(survey);
}
