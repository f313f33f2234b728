#ifndef RC_BASE_ERROR_H
#define RC_BASE_ERROR_H

/* What a failure means to the caller, apart from what it says. The text is set once, at the bottom,
 * and gains context on the way up; it belongs to the thread and stays until its next failure. */

typedef enum rc_status {
    RC_OK = 0,
    RC_NOT_FOUND, /* expected absence; the only failure that sets no text */
    RC_RETRY,     /* the outside world failed: the same call may work later */
    RC_REJECT,    /* this input will never work: set it aside */
    RC_FATAL,     /* this process cannot go on: exit and be restarted */
} rc_status;

#define RC_PRINTF(at, first) __attribute__((format(printf, at, first)))
#define RC_MUST_CHECK        __attribute__((warn_unused_result))

/* Records the text (cut at 1,000 bytes) and returns status. Never put names, addresses or payloads
 * of people in it. */
rc_status rc_fail(rc_status status, const char *format, ...) RC_PRINTF(2, 3);

/* Puts "text: " before what was recorded and returns status. RC_OK and RC_NOT_FOUND pass unchanged.
 */
rc_status rc_context(rc_status status, const char *format, ...) RC_PRINTF(2, 3);

/* The text of this thread's last failure; "" when there was none. Borrowed until the next failure.
 */
const char *rc_error_text(void);

/* "ok", "not found", "retry", "reject", "fatal". */
const char *rc_status_name(rc_status status);

/* Says that a failure does not matter here (gcc does not take a cast to void for it). */
static inline void rc_ignore(rc_status status)
{
    (void)status;
}

#define RC_TRY(call)                          \
    do {                                      \
        const rc_status rc_try_ = (call);     \
        if (rc_try_ != RC_OK) return rc_try_; \
    } while (0)

#endif
