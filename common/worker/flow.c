/* The main thread of a stage. It never handles a message and never waits long, so that Kafka is
 * polled at all times (max.poll.interval), whatever the functions do. What it must get right:
 * offsets follow the low-water mark (S1), a partition in trouble is paused and the rest goes on
 * (S3), and a partition is given back only when nothing of it runs (S4). */
#include "flow.h"

#include <stdlib.h>
#include <string.h>

#include "rollcall/base/clock.h"
#include "rollcall/base/fault.h"
#include "rollcall/base/log.h"

#include "env.h"

enum {
    POLL_IDLE_MS = 200,
    POLL_BUSY_MS = 50,
    FULL_WAIT_MS = 50,
    FULL_PAUSE_MS = 1000, /* a hand full for so long pauses; a pause throws fetched messages away */
    COMMIT_EVERY_MS = 250,
    COMMIT_EVERY = 50,
    COMMIT_RETRY_MS = 1000,
    TROUBLE_MS = 5000,
    BEAT_MS = 60000,
    MAX_POLL_MS = 300000,
    REVOKE_MARGIN_MS = 30000,
    STATIC_SESSION_MS = 30000,
};
#define HAND_MAX_BYTES ((size_t)24 * 1024 * 1024)

/* ---- partitions ---- */

static bool find_intake(const struct flow *flow, const char *topic, size_t *ret_intake)
{
    for (size_t i = 0; flow->topics[i]; i++) {
        if (strcmp(flow->topics[i], topic) != 0) continue;
        *ret_intake = i;
        return true;
    }
    return false;
}

static struct flow_part *find_part(struct flow *flow, size_t intake, int32_t partition)
{
    for (size_t i = 0; i < flow->count; i++)
        if (flow->parts[i].intake == intake && flow->parts[i].partition == partition)
            return &flow->parts[i];
    return NULL;
}

static struct flow_part *need_part(struct flow *flow, size_t intake, int32_t partition)
{
    struct flow_part *part = find_part(flow, intake, partition);

    if (part) return part;
    if (flow->count == flow->room) {
        flow->room = flow->room ? flow->room * 2 : 32;
        flow->parts = rc_realloc(flow->parts, flow->room * sizeof *flow->parts);
    }
    part = &flow->parts[flow->count++];
    *part = (struct flow_part){.intake = intake, .partition = partition};
    return part;
}

/* ---- committing ---- */

static void note_failed(struct flow *flow, rc_status status)
{
    if (status != RC_FATAL) return;
    rc_log_error("stage.kafka-failed", "%s", rc_error_text());
    flow->failed = RC_FATAL;
}

static rc_status commit_part(struct flow *flow, struct flow_part *part)
{
    const int64_t due = marks_due(&part->marks);

    if (!part->held || due < 0 || flow->no_commit) return RC_OK;
    const rc_status status = rc_consumer_commit(flow->consumer, flow->topics[part->intake],
                                                part->partition, due);
    if (status == RC_OK) {
        marks_commit(&part->marks, due);
        rc_fault_point("stage.committed");
        return RC_OK;
    }
    rc_log_debug("stage.commit-failed", "%s", rc_error_text());
    note_failed(flow, status);
    return status;
}

/* A commit waits for the coordinator, so the first that fails ends the round. */
static void commit_all(struct flow *flow)
{
    rc_status status = RC_OK;

    for (size_t i = 0; i < flow->count && status == RC_OK; i++)
        status = commit_part(flow, &flow->parts[i]);
    flow->commit_at_ms = rc_clock_mono_ms() + (status == RC_OK ? COMMIT_EVERY_MS : COMMIT_RETRY_MS);
    flow->finished = status == RC_OK ? 0 : 1;
}

static void reap(struct flow *flow)
{
    for (struct hand_item *item = NULL; (item = crew_take_done(flow->crew)) != NULL;) {
        struct flow_part *part = find_part(flow, item->intake, item->message->partition);
        if (part && part->held && !item->dropped) {
            marks_finish(&part->marks, item->message->offset);
            flow->finished++;
        }
        hand_item_free(item);
    }
}

static void commit_when_due(struct flow *flow)
{
    if (flow->finished == 0) return;
    if (rc_clock_mono_ms() >= flow->commit_at_ms || flow->finished >= COMMIT_EVERY)
        commit_all(flow);
}

void flow_settle(struct flow *flow)
{
    reap(flow);
    commit_all(flow);
}

/* ---- rebalance: called from within rc_consumer_poll and rc_consumer_free ---- */

static void on_assigned(void *self, const char *topic, int32_t partition)
{
    struct flow *flow = self;
    size_t intake = 0;

    if (!find_intake(flow, topic, &intake)) return;
    struct flow_part *part = need_part(flow, intake, partition);
    marks_reset(&part->marks);
    part->held = true;
    part->paused = false;
    rc_process_ready(flow->process, "kafka", NULL);
    rc_log_debug("stage.assigned", "%s %d", topic, (int)partition);
}

static void on_revoking(void *self)
{
    struct flow *flow = self;

    flow->rebalancing = true;
    flow->revoke_until_ms = rc_clock_mono_ms() + flow->revoke_ms;
    crew_freeze(flow->crew, true);
}

/* What runs is waited for, since an apply is never cancelled; the bound keeps us in the group. */
static void wait_for_part(struct flow *flow, const struct flow_part *part)
{
    while (crew_running(flow->crew, part->intake, part->partition) > 0) {
        const int64_t left = flow->revoke_until_ms - rc_clock_mono_ms();
        if (left <= 0) {
            rc_log_warn("stage.revoked-running", "%s %d is given back while a message runs",
                        flow->topics[part->intake], (int)part->partition);
            return;
        }
        rc_process_beat(flow->process, BEAT_MS);
        crew_wait_news(flow->crew, left < POLL_BUSY_MS ? left : POLL_BUSY_MS);
        reap(flow);
    }
}

static void on_revoked(void *self, const char *topic, int32_t partition, bool lost)
{
    struct flow *flow = self;
    size_t intake = 0;
    struct flow_part *part = NULL;

    if (find_intake(flow, topic, &intake)) part = find_part(flow, intake, partition);
    if (!part) return;
    if (!lost) wait_for_part(flow, part);
    reap(flow);
    crew_drop(flow->crew, intake, partition);
    crew_disown(flow->crew, intake, partition);
    if (!lost) rc_ignore(commit_part(flow, part));
    marks_reset(&part->marks);
    part->held = false;
    part->paused = false;
    rc_log_debug("stage.revoked", "%s %d%s", topic, (int)partition, lost ? ", lost" : "");
}

static void end_rebalance(struct flow *flow)
{
    if (!flow->rebalancing) return;
    flow->rebalancing = false;
    crew_freeze(flow->crew, false);
}

/* ---- pausing ---- */

static rc_status set_pause(struct flow *flow, struct flow_part *part, bool wanted)
{
    const char *topic = flow->topics[part->intake];

    if (part->paused == wanted) return RC_OK;
    RC_TRY(wanted ? rc_consumer_pause(flow->consumer, topic, part->partition)
                  : rc_consumer_resume(flow->consumer, topic, part->partition));
    part->paused = wanted;
    return RC_OK;
}

/* Brings what is paused in line with what should be; a failure is tried again next round. */
static void set_pauses(struct flow *flow, const struct crew_state *state)
{
    if (!flow->paused && !flow->all_paused && state->troubled == 0) return;
    flow->paused = false;
    for (size_t i = 0; i < flow->count; i++) {
        struct flow_part *part = &flow->parts[i];
        if (!part->held) continue;
        const bool wanted = flow->all_paused ||
                            crew_troubled(flow->crew, part->intake, part->partition);
        rc_ignore(set_pause(flow, part, wanted));
        flow->paused = flow->paused || part->paused;
    }
}

static bool is_full(const struct flow *flow, const struct crew_state *state)
{
    return state->count >= flow->capacity || (state->count > 0 && state->bytes >= HAND_MAX_BYTES);
}

static void note_fullness(struct flow *flow, const struct crew_state *state)
{
    const int64_t now_ms = rc_clock_mono_ms();

    if (!is_full(flow, state)) {
        flow->full_since_ms = 0;
        if (state->count * 2 <= flow->capacity) flow->all_paused = false;
        return;
    }
    if (flow->full_since_ms == 0) flow->full_since_ms = now_ms;
    if (now_ms - flow->full_since_ms >= FULL_PAUSE_MS) flow->all_paused = true;
}

/* ---- polling ---- */

static void take_message(struct flow *flow, struct rc_message *message)
{
    size_t intake = 0;
    const char *topic = message->topic.data;
    struct flow_part *part = NULL;

    if (find_intake(flow, topic, &intake)) part = find_part(flow, intake, message->partition);
    /* What came before in this assignment is in hand or done: librdkafka can repeat after a pause.
     */
    if (!part || !part->held || !marks_add(&part->marks, message->offset)) {
        rc_message_free(message);
        return;
    }
    crew_add(flow->crew, message, intake);
}

static void note_trouble(struct flow *flow)
{
    rc_process_ready(flow->process, "kafka", rc_error_text());
    flow->trouble_until_ms = rc_clock_mono_ms() + TROUBLE_MS;
    crew_wait_news(flow->crew, POLL_BUSY_MS);
}

static void note_quiet(struct flow *flow, bool message)
{
    if (message || rc_clock_mono_ms() >= flow->trouble_until_ms)
        rc_process_ready(flow->process, "kafka", NULL);
}

static rc_status poll_once(struct flow *flow, const struct crew_state *state)
{
    struct rc_message *message = NULL;
    const bool busy = state->count > 0 || flow->finished > 0;

    const rc_status status = rc_consumer_poll(flow->consumer, busy ? POLL_BUSY_MS : POLL_IDLE_MS,
                                              &message);
    end_rebalance(flow);
    if (status == RC_FATAL) return status;
    if (status == RC_RETRY)
        note_trouble(flow);
    else
        note_quiet(flow, status == RC_OK);
    if (message) take_message(flow, message);
    return RC_OK;
}

/* A full hand is not polled for: for a moment by just waiting, then by pausing everything, so that
 * rebalances are served and nobody thinks us dead. */
static rc_status poll_or_wait(struct flow *flow, const struct crew_state *state)
{
    note_fullness(flow, state);
    if (flow->full_since_ms != 0 && !flow->all_paused) {
        crew_wait_news(flow->crew, FULL_WAIT_MS);
        return RC_OK;
    }
    set_pauses(flow, state);
    return poll_once(flow, state);
}

static void tell_state(struct flow *flow, const struct crew_state *state)
{
    rc_metric_set("rollcall_stage_messages_in_hand", NULL, (double)state->count);
    rc_metric_set("rollcall_stage_messages_waiting", NULL, (double)state->waiting);
    rc_process_ready(flow->process, "stage", state->waiting > 0 ? state->why : NULL);
    rc_process_beat(flow->process, BEAT_MS);
}

rc_status flow_turn(struct flow *flow)
{
    struct crew_state state;

    crew_look(flow->crew, &state);
    tell_state(flow, &state);
    RC_TRY(poll_or_wait(flow, &state));
    reap(flow);
    commit_when_due(flow);
    return flow->failed;
}

/* ---- life ---- */

/* librdkafka before 2.10 loses offsets and assignments under cooperative-sticky, and can abort when
 * it leaves a group: our rebalance tests show both with 2.0.2. */
static rc_status check_assignor(const char *assignor)
{
    static const char *const sound[] = {"range", "roundrobin"};

    for (size_t i = 0; i < COUNT_OF(sound); i++)
        if (strcmp(assignor, sound[i]) == 0) return RC_OK;
    return rc_fail(RC_REJECT, "stage.assignor: \"%.40s\" is neither range nor roundrobin",
                   assignor);
}

rc_status flow_open(struct flow *flow, struct crew *crew, const struct rc_stage *stage,
                    const char *const *topics, struct rc_process *process)
{
    const struct rc_common_options *common = rc_process_options(process);
    struct rc_bus_config config = env_bus_config(process);
    const bool is_static = stage->static_members && common->instance[0] != '\0';
    const struct rc_rebalance rebalance = {on_assigned, on_revoked, on_revoking, flow};

    *flow = (struct flow){.crew = crew, .process = process, .topics = topics};
    RC_TRY(check_assignor(common->assignor));
    flow->capacity = crew->size * 4 < 16 ? 16 : crew->size * 4;
    flow->revoke_ms = MAX_POLL_MS - REVOKE_MARGIN_MS;
    flow->trouble_until_ms = rc_clock_mono_ms() + TROUBLE_MS;
    config.group = crew->program; /* a program's group bears its name */
    config.instance = is_static ? common->instance : NULL;
    config.assignor = common->assignor;
    config.session_timeout_ms = common->session_timeout_ms;
    if (is_static && config.session_timeout_ms == 0) config.session_timeout_ms = STATIC_SESSION_MS;
    config.max_poll_ms = MAX_POLL_MS;
    rc_process_ready(process, "kafka", "joining the group");
    return rc_consumer_open(&config, topics, &rebalance, &flow->consumer);
}

void flow_close(struct flow *flow)
{
    rc_consumer_free(flow->consumer);
    for (size_t i = 0; i < flow->count; i++)
        marks_done(&flow->parts[i].marks);
    free(flow->parts);
    *flow = (struct flow){0};
}

bool flow_drain(struct flow *flow, int64_t until_ms)
{
    crew_freeze(flow->crew, true);
    crew_drop(flow->crew, SIZE_MAX, 0);
    while (crew_running(flow->crew, SIZE_MAX, 0) > 0 && rc_clock_mono_ms() < until_ms) {
        rc_process_beat(flow->process, BEAT_MS);
        crew_wait_news(flow->crew, POLL_BUSY_MS);
        reap(flow);
    }
    return crew_running(flow->crew, SIZE_MAX, 0) == 0;
}
