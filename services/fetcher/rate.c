/* The limits of hosts in Redis (schemas/redis/KEYS.md); what is decided there is decided by
 * lua/rate_take.lua in one step. */
#include "rate.h"

#include "fetcher_lua.h"
#include "rollcall/base/clock.h"
#include "rollcall/base/log.h"

enum { BURST_PART = 5 };

void rate_pace(const struct rate_limits *limits, int64_t *ret_interval_us, int64_t *ret_burst)
{
    const int64_t n = limits->requests;
    const int64_t burst = n > BURST_PART ? n / BURST_PART : 1;

    *ret_burst = n > 0 ? burst : 0;
    *ret_interval_us = n > 0 ? (limits->window_ms * 1000 + n - burst) / (n - burst + 1) : 0;
}

/* ---- keys ---- */

static struct rc_str told_key(const struct rate *rate)
{
    return rc_str_print(rate->env->arena, "rollcall:rate:told:%.*s",
                        RC_STR_ARG(rate->lane->source.id));
}

static struct rc_str busy_key(const struct rate *rate)
{
    return rc_str_print(rate->env->arena, "rollcall:rate:busy:%.*s", RC_STR_ARG(rate->host));
}

static struct rc_str share_key(const struct rate *rate)
{
    return rc_str_print(rate->env->arena, "rollcall:rate:share:%.*s",
                        RC_STR_ARG(rate->lane->source.id));
}

static struct rc_str number(const struct rate *rate, int64_t value)
{
    return rc_str_print(rate->env->arena, "%lld", (long long)value);
}

/* A take of a lane: who was taken over from no longer counts after his time. */
static struct rc_str holder(const struct rate *rate)
{
    return rc_str_print(rate->env->arena, "%s/%.*s", rate->lane->request.lane,
                        RC_STR_ARG(rate->lane->take));
}

/* ---- asking ---- */

static rc_status ask(const struct rate *rate, int64_t ret_answer[2])
{
    struct rc_arena *arena = rate->env->arena;
    int64_t interval_us = 0;
    int64_t burst = 0;

    rate_pace(&rate->limits, &interval_us, &burst);
    const struct rc_str keys[] = {
        rc_str_print(arena, "rollcall:rate:pace:%.*s", RC_STR_ARG(rate->host)),
        busy_key(rate),
        rc_str_print(arena, "rollcall:rate:wait:%.*s", RC_STR_ARG(rate->host)),
        told_key(rate),
        share_key(rate),
        rc_str_print(arena, "rollcall:rate:queue:%.*s", RC_STR_ARG(rate->lane->source.id)),
    };
    const struct rc_str args[] = {
        holder(rate),
        rc_str_of(rate->lane->request.lane),
        number(rate, rate->hold_ms),
        number(rate, rate->limits.concurrent),
        number(rate, rate->limits.share),
        number(rate, interval_us),
        number(rate, burst),
    };
    const struct rc_kv_script script = {lua_rate_take, keys, COUNT_OF(keys), args, COUNT_OF(args)};
    return rc_kv_script(rate->env->kv, &script, ret_answer, 2);
}

int64_t rate_take(struct rate *rate, struct rc_str host, enum rate_why *ret_why)
{
    const struct rc_str name = rc_str_lower(rate->env->arena, host);
    int64_t answer[2] = {0, 0};

    if (!rc_str_eq(name, rate->host)) rate_done(rate);
    rate->host = name;
    rate->kept_ms = rc_clock_mono_ms();
    if (ask(rate, answer) != RC_OK) {
        rc_log_warn("rate.unknown", "no limit is known while Redis is away: %s", rc_error_text());
        return 0;
    }
    *ret_why = (enum rate_why)answer[1];
    return answer[0];
}

/* A script over both places that are held: at the host, and of the source's share. */
static void tell_places(struct rate *rate, const char *text)
{
    const struct rc_str keys[] = {busy_key(rate), share_key(rate)};
    const struct rc_str args[] = {holder(rate), number(rate, rate->hold_ms)};
    const struct rc_kv_script script = {text, keys, COUNT_OF(keys), args, COUNT_OF(args)};
    int64_t done = 0;

    rc_ignore(rc_kv_script(rate->env->kv, &script, &done, 1));
}

void rate_keep(struct rate *rate)
{
    const int64_t now_ms = rc_clock_mono_ms();

    if (rate->host.len == 0 || now_ms - rate->kept_ms < rate->hold_ms / 3) return;
    rate->kept_ms = now_ms;
    tell_places(rate,
                "local till = redis.call('TIME')[1] * 1000 + ARGV[2] "
                "for _, key in ipairs(KEYS) do redis.call('ZADD', key, 'XX', till, ARGV[1]) "
                "redis.call('PEXPIRE', key, ARGV[2]) end return {0}");
}

void rate_done(struct rate *rate)
{
    if (rate->host.len == 0) return;
    tell_places(rate,
                "for _, key in ipairs(KEYS) do redis.call('ZREM', key, ARGV[1]) end "
                "return {0}");
    rate->host = (struct rc_str){0};
}

void rate_told(struct rate *rate, int64_t wait_ms)
{
    if (wait_ms <= 0) return;
    rc_ignore(rc_kv_set(rate->env->kv, told_key(rate), RC_STR("1"), wait_ms));
}
