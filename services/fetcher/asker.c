/* Requests with every size and time bounded, kept alive by the lane's lease. */
#include "asker.h"

enum trouble asker_send(struct asker *asker, const struct rc_http_request *request,
                        struct rc_http_answer *answer)
{
    const struct fetcher_options *options = asker->fetcher->options;
    struct rc_http_request bounded = *request;

    bounded.ca_file = asker->lane->source.ca_file;
    bounded.connect_timeout_ms = options->connect_timeout_ms;
    bounded.timeout_ms = options->timeout_ms;
    bounded.stall_ms = options->stall_ms;
    bounded.max_bytes = (size_t)options->page_bytes;
    bounded.session = asker->lane->source.id.data;
    bounded.stop = rc_process_abandoned(asker->env->process);
    bounded.keep = lease_keep;
    bounded.keep_self = asker->lease;
    const rc_status status = rc_http_ask(asker->fetcher->http, &bounded, asker->env->arena, answer);
    if (status == RC_OK) return TROUBLE_NONE;
    if (asker->lease->lost || rc_process_flag(bounded.stop)) return TROUBLE_STOPPED;
    if (status == RC_RETRY) return TROUBLE_TRANSPORT;
    return answer->body->len > 0 ? TROUBLE_TOO_LARGE : TROUBLE_BAD_URL;
}
