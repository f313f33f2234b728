/* Poison is told from bad luck by counting, and the count must survive the process that it is
 * about, so it stands in Redis. Losing it costs a few more restarts, never a message. */
#include "attempts.h"

#include <stdio.h>
#include <string.h>

static const struct rc_str alone_word = {"alone", 5};

struct history {
    unsigned starts;
    unsigned starts_alone;
};

/* Copies the lines of other lives; more than fit are not needed, since two alone are enough. */
static struct history read_others(struct rc_str text, const char *life, struct attempt *attempt)
{
    struct history history = {0};
    size_t len = 0;

    attempt->others[0] = '\0';
    while (text.data) {
        struct rc_str rest = rc_str_cut(&text, '\n');
        const struct rc_str line = rest;
        const struct rc_str who = rc_str_cut(&rest, ' ');
        if (line.len == 0 || rc_str_eq(who, rc_str_of(life))) continue;
        history.starts++;
        history.starts_alone += rc_str_eq(rest, alone_word) ? 1 : 0;
        if (len + line.len + 2 > sizeof attempt->others) continue;
        snprintf(attempt->others + len, sizeof attempt->others - len, "%.*s\n", RC_STR_ARG(line));
        len += line.len + 1;
    }
    return history;
}

static enum attempt_verdict judge(const struct history *history, bool alone)
{
    if (history->starts_alone >= ATTEMPTS_ALONE_MAX) return ATTEMPT_SET_ASIDE;
    return history->starts > 0 && !alone ? ATTEMPT_ALONE : ATTEMPT_RUN;
}

static rc_status write_start(struct rc_kv *kv, struct rc_arena *arena, const char *life, bool alone,
                             struct attempt *attempt)
{
    const struct rc_str text = rc_str_print(arena, "%s%s %s\n", attempt->others, life,
                                            alone ? alone_word.data : "together");

    attempt->open = true; /* a write that failed may have happened */
    return rc_kv_set(kv, rc_str_of(attempt->key), text, ATTEMPTS_TTL_MS);
}

rc_status attempts_begin(struct rc_kv *kv, struct rc_arena *arena, const char *life,
                         const struct attempt_id *id, bool alone, struct attempt *attempt,
                         enum attempt_verdict *ret_verdict)
{
    struct rc_str text = {0};

    snprintf(attempt->key, sizeof attempt->key, "rollcall:attempts:%.*s:%d:%lld",
             RC_STR_ARG(id->topic), (int)id->partition, (long long)id->offset);
    const rc_status status = rc_kv_get(kv, rc_str_of(attempt->key), arena, &text);
    if (status != RC_OK && status != RC_NOT_FOUND) return status;
    const struct history history = read_others(text, life, attempt);
    const enum attempt_verdict verdict = judge(&history, alone);
    if (verdict == ATTEMPT_RUN) RC_TRY(write_start(kv, arena, life, alone, attempt));
    *ret_verdict = verdict;
    return RC_OK;
}

rc_status attempts_finish(struct rc_kv *kv, struct attempt *attempt)
{
    RC_TRY(rc_kv_delete(kv, rc_str_of(attempt->key)));
    *attempt = (struct attempt){0};
    return RC_OK;
}

rc_status attempts_undo(struct rc_kv *kv, struct attempt *attempt)
{
    const struct rc_str key = rc_str_of(attempt->key);

    if (!attempt->open) return RC_OK;
    RC_TRY(attempt->others[0] ? rc_kv_set(kv, key, rc_str_of(attempt->others), ATTEMPTS_TTL_MS)
                              : rc_kv_delete(kv, key));
    attempt->open = false;
    return RC_OK;
}
