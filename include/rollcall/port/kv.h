#ifndef RC_PORT_KV_H
#define RC_PORT_KV_H

#include <stdbool.h>
#include <stdint.h>

#include "rollcall/base/arena.h"
#include "rollcall/base/auto.h"
#include "rollcall/base/str.h"

/* Redis, through hiredis 0.14 (RESP2, no TLS). Locks, checkpoints, counters: losing all of it costs
 * time, never truth. One connection per thread; reconnects by itself at the next call. Every
 * failure of the connection or the server is RC_RETRY. Keys are documented in
 * schemas/redis/KEYS.md. */

struct rc_kv;

/* url: redis://[user:password@]host[:port][/db]. Does not connect yet. RC_REJECT: not such a url.
 */
RC_MUST_CHECK rc_status rc_kv_open(const char *url, int64_t timeout_ms, struct rc_kv **ret_kv);
/* NULL is nothing. */
void rc_kv_free(struct rc_kv *kv);
RC_AUTO_DEFINE(rc_kv)

RC_MUST_CHECK rc_status rc_kv_ping(struct rc_kv *kv);
/* What the server says of itself: lines "name:value". In arena. */
RC_MUST_CHECK rc_status rc_kv_info(struct rc_kv *kv, struct rc_arena *arena,
                                   struct rc_str *ret_text);
/* The server's clock, Unix time in milliseconds. */
RC_MUST_CHECK rc_status rc_kv_time(struct rc_kv *kv, int64_t *ret_ms);
/* RC_NOT_FOUND: no such key. The value lives in arena. */
RC_MUST_CHECK rc_status rc_kv_get(struct rc_kv *kv, struct rc_str key, struct rc_arena *arena,
                                  struct rc_str *ret_value);
/* ttl_ms 0: for ever. */
RC_MUST_CHECK rc_status rc_kv_set(struct rc_kv *kv, struct rc_str key, struct rc_str value,
                                  int64_t ttl_ms);
/* RC_OK also where there was none. */
RC_MUST_CHECK rc_status rc_kv_delete(struct rc_kv *kv, struct rc_str key);

/* A lock: set where absent, with an owner's value and an expiry. RC_NOT_FOUND: somebody else holds
 * it. It only saves double work: what must be right is fenced in PostgreSQL (R2, L1). */
RC_MUST_CHECK rc_status rc_kv_lock(struct rc_kv *kv, struct rc_str key, struct rc_str owner,
                                   int64_t ttl_ms);
/* Renews, or releases, only while owner holds it. RC_NOT_FOUND: no longer so. */
RC_MUST_CHECK rc_status rc_kv_renew(struct rc_kv *kv, struct rc_str key, struct rc_str owner,
                                    int64_t ttl_ms);
RC_MUST_CHECK rc_status rc_kv_unlock(struct rc_kv *kv, struct rc_str key, struct rc_str owner);

/* Adds by to field of the hash at key, sets the key's expiry, gives the new value. */
RC_MUST_CHECK rc_status rc_kv_count(struct rc_kv *kv, struct rc_str key, struct rc_str field,
                                    int64_t by, int64_t ttl_ms, int64_t *ret_value);

/* A script in Lua, which Redis runs as one step: at most 21 keys and arguments together. */
struct rc_kv_script {
    const char *text;
    const struct rc_str *keys;
    size_t key_count;
    const struct rc_str *args;
    size_t arg_count;
};

/* Runs it; its answer is a list of exactly count integers, untouched on failure. */
RC_MUST_CHECK rc_status rc_kv_script(struct rc_kv *kv, const struct rc_kv_script *script,
                                     int64_t *ret_values, size_t count);

/* hiredis that it was built with: "0.14.1". */
const char *rc_kv_version(void);

#endif
