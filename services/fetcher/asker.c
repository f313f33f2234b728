/* Requests with every size and time bounded, kept alive by the lane's lease. */
#include "asker.h"

#include "rollcall/base/clock.h"
#include "rollcall/base/log.h"

/* A turn that comes later than that is waited for by the lane, not by a thread that others need. */
enum { PATIENCE_MS = 500 };

/* What kind of source it is, as rc_format names it; addresses and districts are no labels. */
static struct rc_str kind_of(const struct asker *asker)
{
    struct rc_str format = asker->lane->format;

    return rc_str_cut(&format, '/');
}

void asker_count(const struct asker *asker, long class, int64_t took_ms, size_t bytes)
{
    const struct rc_str kind = kind_of(asker);
    const char *label = rc_str_print(asker->env->arena, "kind=\"%.*s\"", RC_STR_ARG(kind)).data;

    if (class > 0)
        rc_metric_count("rollcall_fetch_requests_total", 1, "%s,code_class=\"%ldxx\"", label,
                        class);
    else
        rc_metric_count("rollcall_fetch_requests_total", 1, "%s,code_class=\"none\"", label);
    rc_metric_observe("rollcall_fetch_duration_seconds", label, (double)took_ms / 1000.0);
    rc_metric_add("rollcall_fetch_bytes_total", label, (double)bytes);
}

/* ---- turns ---- */

static int64_t first_of(int64_t own, int64_t fallback)
{
    return own > 0 ? own : fallback;
}

static struct rate_limits limits_of(const struct fetcher_options *options, const struct lane *lane)
{
    return (struct rate_limits){
        .requests = first_of(lane->limits.requests, options->host_requests),
        .window_ms = first_of(lane->limits.window_ms, options->host_window_ms),
        .concurrent = first_of(lane->limits.concurrent, options->host_concurrent),
        .share = first_of(lane->limits.share, options->source_concurrent),
    };
}

struct asker asker_new(struct fetcher *fetcher, struct rc_stage_env *env, struct lane *lane,
                       struct lease *lease)
{
    const struct rate rate = {.env = env,
                              .lane = lane,
                              .limits = limits_of(fetcher->options, lane),
                              .hold_ms = fetcher->options->lease_ms};

    return (struct asker){.fetcher = fetcher,
                          .env = env,
                          .lane = lane,
                          .lease = lease,
                          .rate = rate,
                          .unsorted = lane->source.quirks.unsorted};
}

void asker_done(struct asker *asker)
{
    rate_done(&asker->rate);
}

static const char *const turned_away[] = {[RATE_FREE] = "why=\"none\"",
                                          [RATE_HOST] = "why=\"host\"",
                                          [RATE_TOLD] = "why=\"told\"",
                                          [RATE_SHARE] = "why=\"share\""};

static enum trouble wait_for_turn(struct asker *asker, const char *url)
{
    const struct rc_str host = rc_url_host(rc_str_of(url));
    int64_t waited_ms = 0;
    int64_t wait_ms = 0;
    enum rate_why why = RATE_FREE;

    while ((wait_ms = rate_take(&asker->rate, host, &why)) > 0) {
        waited_ms += wait_ms;
        if (why == RATE_TOLD || waited_ms > PATIENCE_MS) {
            asker->limited_ms = wait_ms;
            rc_metric_add("rollcall_fetch_turned_away_total", turned_away[why], 1);
            return TROUBLE_LIMITED;
        }
        if (!lease_keep(asker->lease) || rc_process_wait(asker->env->process, wait_ms))
            return TROUBLE_STOPPED;
    }
    return TROUBLE_NONE;
}

/* Has the shape of rc_http_request.keep. */
static bool keep_all(void *context)
{
    struct asker *asker = context;

    rate_keep(&asker->rate);
    return lease_keep(asker->lease);
}

/* ---- credentials ---- */

bool asker_fall_back(struct asker *asker)
{
    struct lane_source *source = &asker->lane->source;

    if (asker->on_old || source->old_secret.len == 0) return false;
    rc_log_warn("secret.old-serves",
                "the source refuses its new credentials; the old ones serve "
                "until those work or are withdrawn");
    if (lane_refused_secret(asker->env, asker->lane) != RC_OK)
        rc_log_warn("secret.unnoted", "%s", rc_error_text()); /* the next task notes it */
    asker->on_old = true;
    source->client_id = source->old_id;
    source->client_secret = source->old_secret;
    return true;
}

void asker_note_worked(struct asker *asker)
{
    bool some = false;

    if (asker->on_old || asker->worked || asker->lane->source.old_secret.len == 0) return;
    asker->worked = true;
    if (lane_settle_secret(asker->env, asker->lane, &some) != RC_OK)
        return; /* the next task does */
    if (some) rc_log_info("secret.settled", "the new credentials work; the old ones are forgotten");
}

/* ---- asking ---- */

static const enum trouble troubles[] = {
    [RC_HTTP_WHOLE] = TROUBLE_NONE,    [RC_HTTP_BROKEN] = TROUBLE_TRANSPORT,
    [RC_HTTP_LATE] = TROUBLE_LATE,     [RC_HTTP_LARGE] = TROUBLE_TOO_LARGE,
    [RC_HTTP_INWARD] = TROUBLE_INWARD, [RC_HTTP_URL] = TROUBLE_BAD_URL,
};

enum trouble asker_send(struct asker *asker, const struct rc_http_request *request,
                        struct rc_http_answer *answer)
{
    const struct fetcher_options *options = asker->fetcher->options;
    struct rc_http_request bounded = *request;

    bounded.ca_file = asker->lane->source.ca_file;
    bounded.guard = asker->fetcher->guard;
    bounded.connect_timeout_ms = options->connect_timeout_ms;
    bounded.timeout_ms = options->timeout_ms;
    bounded.stall_ms = options->stall_ms;
    bounded.max_bytes = (size_t)options->page_bytes;
    bounded.session = asker->lane->source.id.data;
    bounded.stop = rc_process_abandoned(asker->env->process);
    bounded.keep = keep_all;
    bounded.keep_self = asker;
    const enum trouble turn = wait_for_turn(asker, request->url);
    if (turn != TROUBLE_NONE) return turn;
    const int64_t began_ms = rc_clock_mono_ms();
    const rc_status status = rc_http_ask(asker->fetcher->http, &bounded, asker->env->arena, answer);
    asker_count(asker, status == RC_OK ? answer->code / 100 : 0, rc_clock_mono_ms() - began_ms,
                answer->body->len);
    if (status == RC_OK && (answer->code == 429 || answer->code == 503))
        rate_told(&asker->rate, answer->retry_after_ms);
    if (status == RC_OK) return TROUBLE_NONE;
    if (asker->lease->lost || rc_process_flag(bounded.stop)) return TROUBLE_STOPPED;
    return troubles[answer->fault];
}
