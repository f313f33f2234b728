/* The threads that call a service's functions. They share nothing but the hand, behind one mutex
 * that is never held while a function runs or a server is asked. */
#include "crew.h"

#include <stdio.h>
#include <string.h>

#include "rollcall/base/clock.h"
#include "rollcall/base/log.h"

#include "env.h"
#include "wait.h"

enum { RETRY_BASE_MS = 200, RETRY_CAP_MS = 30000, IDLE_MS = 200 };

/* ---- one thread ---- */

static void begun(void *context, struct hand_item *item, const struct attempt *attempt)
{
    struct crew *crew = context;

    pthread_mutex_lock(&crew->mutex);
    item->attempt = *attempt;
    pthread_mutex_unlock(&crew->mutex);
}

static void note_fatal(struct crew *crew, enum rc_exit exit_code)
{
    crew->hand.frozen = true;
    rc_process_fail(crew->process, exit_code);
}

static void end_done(struct crew *crew, struct hand_item *item, const struct handler *handler)
{
    (void)crew;
    if (item->tries > 0 && handler)
        rc_log_info("stage.recovered", "%.*s %d/%lld is done after %u tries",
                    RC_STR_ARG(item->message->topic), (int)item->message->partition,
                    (long long)item->message->offset, item->tries + 1);
    item->state = HAND_DONE;
}

static void end_retry(struct crew *crew, struct hand_item *item, const struct handler *handler)
{
    if (item->dropped) {
        item->state = HAND_DONE;
        return;
    }
    item->tries++;
    item->alone = false; /* what was counted before decides anew */
    item->state = HAND_WAITING;
    item->due_ms = rc_clock_mono_ms() + rc_backoff_ms(item->tries, RETRY_BASE_MS, RETRY_CAP_MS);
    snprintf(crew->why, sizeof crew->why, "%s", handler->why);
}

static void end_alone(struct crew *crew, struct hand_item *item, const struct handler *handler)
{
    (void)crew;
    (void)handler;
    item->alone = true;
    item->state = item->dropped ? HAND_DONE : HAND_QUEUED;
}

static void end_fatal(struct crew *crew, struct hand_item *item, const struct handler *handler)
{
    (void)handler;
    item->dropped = true;
    item->state = HAND_DONE;
    note_fatal(crew, RC_EXIT_FAILED);
}

static void end_bug(struct crew *crew, struct hand_item *item, const struct handler *handler)
{
    (void)handler;
    item->dropped = true;
    item->state = HAND_DONE;
    note_fatal(crew, RC_EXIT_BUG);
}

static void (*const ends[])(struct crew *crew, struct hand_item *item,
                            const struct handler *handler) = {
    [OUTCOME_DONE] = end_done,   [OUTCOME_RETRY] = end_retry, [OUTCOME_ALONE] = end_alone,
    [OUTCOME_FATAL] = end_fatal, [OUTCOME_BUG] = end_bug,
};

/* The next item that may run; NULL: the crew ends. */
static struct hand_item *take_next(struct crew *crew)
{
    struct hand_item *item = NULL;

    pthread_mutex_lock(&crew->mutex);
    while (!crew->ending && !(item = hand_next(&crew->hand, rc_clock_mono_ms())))
        wait_cond_ms(&crew->work, &crew->mutex, IDLE_MS);
    pthread_mutex_unlock(&crew->mutex);
    return item;
}

static void end_item(struct crew *crew, struct hand_item *item, enum outcome outcome,
                     const struct handler *handler)
{
    pthread_mutex_lock(&crew->mutex);
    ends[outcome](crew, item, handler);
    /* The end of one may free several: those with its key, or all that waited for one alone. */
    pthread_cond_broadcast(&crew->work);
    pthread_cond_broadcast(&crew->news);
    pthread_mutex_unlock(&crew->mutex);
}

static void work(struct crew *crew, struct rc_stage_env *env, void *state)
{
    struct handler handler = {.stage = crew->stage,
                              .topics = crew->topics,
                              .env = env,
                              .self = state,
                              .begun = begun,
                              .context = crew};

    for (struct hand_item *item = NULL; (item = take_next(crew)) != NULL;)
        end_item(crew, item, handle_item(&handler, item), &handler);
}

static void tell(struct crew_thread *self, bool *what)
{
    struct crew *crew = self->crew;

    pthread_mutex_lock(&crew->mutex);
    *what = true;
    pthread_cond_broadcast(&crew->news);
    pthread_mutex_unlock(&crew->mutex);
}

static void fail_start(struct crew *crew, rc_status status)
{
    if (status == RC_RETRY) return; /* draining began */
    rc_log_error("stage.start-failed", "%s", rc_error_text());
    rc_process_fail(crew->process, status == RC_REJECT ? RC_EXIT_CONFIG : RC_EXIT_FAILED);
}

static void *crew_run(void *context)
{
    struct crew_thread *self = context;
    struct crew *crew = self->crew;
    const struct state_spec spec = {crew->stage->state_size, crew->stage->open, crew->stage->close,
                                    false};
    struct rc_stage_env env = {0};
    void *state = NULL;

    const rc_status status = env_start(crew->process, crew->producer, crew->program, &spec, &env,
                                       &state);
    if (status == RC_OK) {
        tell(self, &self->open);
        work(crew, &env, state);
        env_end(&spec, &env, state);
    } else {
        fail_start(crew, status);
    }
    tell(self, &self->over);
    return NULL;
}

/* ---- life ---- */

rc_status crew_start(struct crew *crew, const struct rc_stage *stage, const char *program,
                     const char *const *topics, struct rc_process *process,
                     struct rc_producer *producer)
{
    *crew = (struct crew){.stage = stage, .program = program, .topics = topics};
    crew->process = process;
    crew->producer = producer;
    crew->size = (size_t)rc_process_options(process)->parallel;
    pthread_mutex_init(&crew->mutex, NULL);
    wait_cond_init(&crew->work);
    wait_cond_init(&crew->news);
    for (size_t i = 0; i < crew->size; i++) {
        struct crew_thread *thread = &crew->threads[i];
        thread->crew = crew;
        if (pthread_create(&thread->thread, NULL, crew_run, thread) != 0)
            return rc_fail(RC_FATAL, "no thread can be started");
        thread->started = true;
    }
    return RC_OK;
}

static bool all_open(const struct crew *crew)
{
    for (size_t i = 0; i < crew->size; i++)
        if (!crew->threads[i].open) return false;
    return true;
}

rc_status crew_wait_open(struct crew *crew)
{
    bool open = false;

    while (!open && !rc_process_flag(rc_process_stopping(crew->process))) {
        rc_process_beat(crew->process, 60000);
        pthread_mutex_lock(&crew->mutex);
        if (!all_open(crew)) wait_cond_ms(&crew->news, &crew->mutex, IDLE_MS);
        open = all_open(crew);
        pthread_mutex_unlock(&crew->mutex);
    }
    return open ? RC_OK : RC_RETRY;
}

void crew_end(struct crew *crew)
{
    pthread_mutex_lock(&crew->mutex);
    crew->ending = true;
    pthread_cond_broadcast(&crew->work);
    pthread_mutex_unlock(&crew->mutex);
    for (size_t i = 0; i < crew->size; i++)
        if (crew->threads[i].started) pthread_join(crew->threads[i].thread, NULL);
    hand_done(&crew->hand);
    pthread_cond_destroy(&crew->news);
    pthread_cond_destroy(&crew->work);
    pthread_mutex_destroy(&crew->mutex);
}

/* ---- what main does ---- */

void crew_add(struct crew *crew, struct rc_message *message, size_t intake)
{
    pthread_mutex_lock(&crew->mutex);
    hand_add(&crew->hand, message, intake);
    pthread_cond_signal(&crew->work);
    pthread_mutex_unlock(&crew->mutex);
}

void crew_freeze(struct crew *crew, bool frozen)
{
    pthread_mutex_lock(&crew->mutex);
    /* What was fatal stays frozen. */
    crew->hand.frozen = frozen || rc_process_exit_code(crew->process) != RC_EXIT_OK;
    pthread_cond_broadcast(&crew->work);
    pthread_mutex_unlock(&crew->mutex);
}

void crew_wait_news(struct crew *crew, int64_t ms)
{
    pthread_mutex_lock(&crew->mutex);
    if (hand_count(&crew->hand, HAND_DONE) == 0) wait_cond_ms(&crew->news, &crew->mutex, ms);
    pthread_mutex_unlock(&crew->mutex);
}

struct hand_item *crew_take_done(struct crew *crew)
{
    pthread_mutex_lock(&crew->mutex);
    struct hand_item *item = hand_take_done(&crew->hand);
    pthread_mutex_unlock(&crew->mutex);
    return item;
}

void crew_drop(struct crew *crew, size_t intake, int32_t partition)
{
    struct hand_item *item = NULL;

    do {
        pthread_mutex_lock(&crew->mutex);
        item = hand_drop(&crew->hand, intake, partition);
        pthread_mutex_unlock(&crew->mutex);
        hand_item_free(item);
    } while (item);
}

void crew_disown(struct crew *crew, size_t intake, int32_t partition)
{
    pthread_mutex_lock(&crew->mutex);
    hand_disown(&crew->hand, intake, partition);
    pthread_mutex_unlock(&crew->mutex);
}

size_t crew_running(struct crew *crew, size_t intake, int32_t partition)
{
    pthread_mutex_lock(&crew->mutex);
    const size_t running = hand_running(&crew->hand, intake, partition);
    pthread_mutex_unlock(&crew->mutex);
    return running;
}

bool crew_troubled(struct crew *crew, size_t intake, int32_t partition)
{
    pthread_mutex_lock(&crew->mutex);
    const bool troubled = hand_troubled(&crew->hand, intake, partition);
    pthread_mutex_unlock(&crew->mutex);
    return troubled;
}

void crew_undo_running(struct crew *crew, struct rc_kv *kv)
{
    rc_status status = RC_OK;

    pthread_mutex_lock(&crew->mutex);
    for (size_t i = 0; i < crew->hand.count && status == RC_OK; i++) {
        struct hand_item *item = crew->hand.items[i];
        if (item->state == HAND_RUNNING) status = attempts_undo(kv, &item->attempt);
    }
    pthread_mutex_unlock(&crew->mutex);
}

void crew_look(struct crew *crew, struct crew_state *ret_state)
{
    pthread_mutex_lock(&crew->mutex);
    *ret_state = (struct crew_state){
        .count = crew->hand.count,
        .bytes = crew->hand.bytes,
        .waiting = hand_count(&crew->hand, HAND_WAITING),
        .troubled = hand_count_troubled(&crew->hand),
    };
    snprintf(ret_state->why, sizeof ret_state->why, "%s", crew->why);
    pthread_mutex_unlock(&crew->mutex);
}
