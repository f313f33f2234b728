/* The limits of hosts in Redis (schemas/redis/KEYS.md); what is decided there is decided by
 * lua/rate_take.lua in one step. */
#include "rate.h"

#include "fetcher_lua.h"
#include "rollcall/base/clock.h"
#include "rollcall/base/log.h"

enum { BURST_PART = 5, WHY_TOLD = 2 };

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
    };
    const struct rc_str args[] = {
        holder(rate),
        rc_str_of(rate->lane->request.lane),
        number(rate, rate->hold_ms),
        number(rate, rate->limits.concurrent),
        number(rate, interval_us),
        number(rate, burst),
    };
    const struct rc_kv_script script = {lua_rate_take, keys, COUNT_OF(keys), args, COUNT_OF(args)};
    return rc_kv_script(rate->env->kv, &script, ret_answer, 2);
}

int64_t rate_take(struct rate *rate, struct rc_str host, bool *ret_told)
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
    *ret_told = answer[1] == WHY_TOLD;
    return answer[0];
}

void rate_keep(struct rate *rate)
{
    static const char script_text[] =
        "redis.call('ZADD', KEYS[1], 'XX', redis.call('TIME')[1] * 1000 + ARGV[2], ARGV[1]) "
        "redis.call('PEXPIRE', KEYS[1], ARGV[2]) return {0}";
    const int64_t now_ms = rc_clock_mono_ms();
    int64_t done = 0;

    if (rate->host.len == 0 || now_ms - rate->kept_ms < rate->hold_ms / 3) return;
    rate->kept_ms = now_ms;
    const struct rc_str keys[] = {busy_key(rate)};
    const struct rc_str args[] = {holder(rate), number(rate, rate->hold_ms)};
    const struct rc_kv_script script = {script_text, keys, COUNT_OF(keys), args, COUNT_OF(args)};
    rc_ignore(rc_kv_script(rate->env->kv, &script, &done, 1));
}

void rate_done(struct rate *rate)
{
    int64_t done = 0;

    if (rate->host.len == 0) return;
    const struct rc_str keys[] = {busy_key(rate)};
    const struct rc_str args[] = {holder(rate)};
    const struct rc_kv_script script = {"return {redis.call('ZREM', KEYS[1], ARGV[1])}", keys,
                                        COUNT_OF(keys), args, COUNT_OF(args)};
    rc_ignore(rc_kv_script(rate->env->kv, &script, &done, 1));
    rate->host = (struct rc_str){0};
}

void rate_told(struct rate *rate, int64_t wait_ms)
{
    if (wait_ms <= 0) return;
    rc_ignore(rc_kv_set(rate->env->kv, told_key(rate), RC_STR("1"), wait_ms));
}
