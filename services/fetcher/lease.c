/* Signs of life. */
#include "lease.h"

#include "rollcall/base/clock.h"
#include "rollcall/base/log.h"

static struct rc_str lock_key(struct rc_stage_env *env, const struct lane_request *request)
{
    return rc_str_print(env->arena, "rollcall:lock:lane:%s:%lld:%lld", request->lane,
                        (long long)request->pass, (long long)request->step);
}

static struct rc_str holder(struct rc_stage_env *env)
{
    return rc_str_of(rc_process_life(env->process));
}

bool lease_lock(struct rc_stage_env *env, const struct lane_request *request, int64_t lease_ms)
{
    return rc_kv_lock(env->kv, lock_key(env, request), holder(env), lease_ms) != RC_NOT_FOUND;
}

void lease_unlock(struct rc_stage_env *env, const struct lane_request *request)
{
    rc_ignore(rc_kv_unlock(env->kv, lock_key(env, request), holder(env)));
}

bool lease_keep(void *context)
{
    struct lease *lease = context;
    const int64_t now_ms = rc_clock_mono_ms();
    bool mine = true;

    if (lease->lost) return false;
    if (now_ms - lease->renewed_ms < lease->lease_ms / 3) return true;
    lease->renewed_ms = now_ms;
    if (lane_renew(lease->env, lease->lane, lease->lease_ms, &mine) != RC_OK) return true;
    lease->lost = !mine;
    if (mine)
        rc_ignore(rc_kv_renew(lease->env->kv, lock_key(lease->env, &lease->lane->request),
                              holder(lease->env), lease->lease_ms));
    else
        rc_log_warn("lane.lost", "another fetcher has taken over after the lease ran out");
    return mine;
}
