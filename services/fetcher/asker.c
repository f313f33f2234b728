/* Requests with every size and time bounded, kept alive by the lane's lease. */
#include "asker.h"

#include "rollcall/base/clock.h"

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
    bounded.keep = lease_keep;
    bounded.keep_self = asker->lease;
    const int64_t began_ms = rc_clock_mono_ms();
    const rc_status status = rc_http_ask(asker->fetcher->http, &bounded, asker->env->arena, answer);
    asker_count(asker, status == RC_OK ? answer->code / 100 : 0, rc_clock_mono_ms() - began_ms,
                answer->body->len);
    if (status == RC_OK) return TROUBLE_NONE;
    if (asker->lease->lost || rc_process_flag(bounded.stop)) return TROUBLE_STOPPED;
    return troubles[answer->fault];
}
