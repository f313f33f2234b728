/* One task of a lane (L2): take it, fetch at most K pages, each acknowledged by Kafka and noted in
 * Redis before the next, then commit all of it at once. Whatever trouble the source makes, the
 * message is done: the lane's row says when and how it goes on (L6). */
#include "task.h"

#include "ask.h"
#include "checkpoint.h"
#include "clever.h"
#include "oneroster.h"
#include "page_send.h"
#include "paging.h"
#include "rollcall/base/clock.h"
#include "rollcall/base/fault.h"
#include "rollcall/base/log.h"
#include "upload.h"

enum {
    CHECKPOINT_TTL_MS = 24 * 3600 * 1000,
    SPLIT_PAGES = 8, /* two of the shortest lanes (lane_pages_least) */
};

/* ---- the checkpoint in Redis: losing it costs time only ---- */

static struct rc_str key_of(struct rc_stage_env *env, const struct lane_request *request)
{
    return checkpoint_key(env->arena, request->lane, request->pass, request->step);
}

/* False: none, or none that can be read. */
static bool load_checkpoint(struct rc_stage_env *env, const struct lane_request *request,
                            struct checkpoint *checkpoint)
{
    struct rc_str text = {0};

    if (rc_kv_get(env->kv, key_of(env, request), env->arena, &text) != RC_OK) return false;
    return checkpoint_parse(text, env->arena, checkpoint) == RC_OK;
}

static void save_checkpoint(struct task *task)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    checkpoint_print(&task->checkpoint, &text);
    if (rc_kv_set(task->env->kv, key_of(task->env, &task->lane.request), rc_buf_str(&text),
                  CHECKPOINT_TTL_MS) != RC_OK)
        rc_log_warn("checkpoint.lost", "a crash now costs the task's pages: %s", rc_error_text());
}

/* Whether a lane of Clever goes on, by what its checkpoint holds. from: what was asked for. */
static void decide_clever(struct task *task, struct rc_str from)
{
    const struct clever_facts facts = {
        .collection = task->lane.collection,
        .next = task->checkpoint.next,
        .from = from,
        .events = task->lane.clever.events,
        .received = checkpoint_cursor(&task->checkpoint),
        .pages = task->lane.pages + (int64_t)task->checkpoint.count,
    };

    task->way = clever_decide(&facts, &task->reason);
}

/* A checkpoint counts only where it begins where the lane stands, with the same page size. */
static void adopt(struct task *task, const struct checkpoint *found)
{
    const struct lane *lane = &task->lane;

    if (found && found->from == lane->cursor && found->page_size == lane->page_size) {
        task->checkpoint = *found;
        if (checkpoint_cursor(found) == lane->until) task->way = PAGING_SEALED;
        if (lane->clever.is) decide_clever(task, (struct rc_str){0});
        return;
    }
    task->checkpoint = (struct checkpoint){.from = lane->cursor,
                                           .page_size = lane->page_size,
                                           .total = lane->total,
                                           .revision = lane->revision,
                                           .next = lane->clever.next};
}

/* ---- one page ---- */

/* Total and revision belong to the pass (L4). What a source does not say contradicts nothing. */
static const char *contradiction(const struct task *task, const struct ask_answer *answer)
{
    const struct checkpoint *checkpoint = &task->checkpoint;
    const struct rc_str revision = answer->http.revision;

    if (answer->http.total >= 0 && checkpoint->total >= 0 &&
        answer->http.total != checkpoint->total)
        return "the source's total moved while it was read";
    if (revision.len > 0 && checkpoint->revision.len > 0 &&
        !rc_str_eq(revision, checkpoint->revision))
        return "the source's revision moved while it was read";
    if (task->lane.until >= 0 && checkpoint_cursor(checkpoint) + answer->count > task->lane.until)
        return "the source sends more records than it is asked for, so one lane has to read it";
    return NULL;
}

static bool is_repeated(const struct checkpoint *checkpoint, struct rc_str digest)
{
    for (size_t i = 0; i < checkpoint->count; i++)
        if (rc_str_eq(checkpoint->facts[i].digest, digest)) return true;
    return false;
}

static void note_pass(struct checkpoint *checkpoint, const struct ask_answer *answer)
{
    if (answer->http.total >= 0) checkpoint->total = answer->http.total;
    if (answer->http.revision.len > 0) checkpoint->revision = answer->http.revision;
}

static int64_t pages_so_far(const struct task *task)
{
    return task->lane.pages + (int64_t)task->checkpoint.count;
}

static void count_page(const struct task *task, int64_t records)
{
    rc_metric_add("rollcall_pages_total", "stage=\"fetcher\"", 1);
    rc_metric_count("rollcall_records_total", (double)records,
                    "collection=\"%.*s\",change=\"fetched\"", RC_STR_ARG(task->lane.collection));
}

/* Sends the page, waits for its acknowledgement, notes it. */
static rc_status keep_page(struct task *task, const struct ask_answer *answer)
{
    struct checkpoint *checkpoint = &task->checkpoint;
    const struct rc_str body = rc_buf_str(answer->http.body);
    const struct checkpoint_fact fact = page_fact(&task->lane, checkpoint_cursor(checkpoint),
                                                  answer->count, body, task->env->arena);

    if (is_repeated(checkpoint, fact.digest)) {
        task->restart = "the source sent the same page twice";
        return RC_OK;
    }
    RC_TRY(page_send(task->env, &task->lane, &fact, pages_so_far(task), body));
    rc_fault_point("fetcher.page.acked");
    checkpoint->facts[checkpoint->count++] = fact;
    checkpoint->next = answer->next;
    note_pass(checkpoint, answer);
    save_checkpoint(task);
    rc_fault_point("fetcher.page.checkpointed");
    count_page(task, answer->count);
    return RC_OK;
}

/* An upload knows more about itself than its pages tell: read to its end it may be no evidence all
 * the same, and a delta without a row is whole. */
static void judge_upload(struct task *task, const struct ask_answer *answer)
{
    const struct lane_upload *upload = &task->lane.upload;

    if (!upload->id || task->way == PAGING_ON) return;
    if (upload->delta && answer->count == 0 && upload->records == 0) {
        task->way = PAGING_SEALED;
        task->reason = NULL;
    }
    if (!upload->doubt) return;
    task->way = PAGING_UNSEALED;
    task->reason = upload->doubt;
}

/* The window of a delta may be empty, and often is. */
static void judge_delta(struct task *task, const struct ask_answer *answer)
{
    if (!task->lane.window.since || answer->count > 0 || checkpoint_cursor(&task->checkpoint) > 0 ||
        task->checkpoint.total > 0 || paging_link_of(answer->http.link) == PAGING_LINK_NEXT)
        return;
    task->way = PAGING_SEALED;
    task->reason = NULL;
}

static void decide_paging(struct task *task, const struct ask_answer *answer)
{
    const struct paging_facts facts = {
        .count = answer->count,
        .received = checkpoint_cursor(&task->checkpoint),
        .until = task->lane.until,
        .total = task->checkpoint.total,
        .pages = pages_so_far(task),
        .link = paging_link_of(answer->http.link),
    };

    note_pass(&task->checkpoint, answer);
    task->way = paging_decide(&facts, &task->reason);
    judge_upload(task, answer);
    judge_delta(task, answer);
}

/* The revision that the mirror has already, where that makes do for reading. */
static bool stands(struct task *task, const struct ask_answer *answer)
{
    const char *known = task->lane.revision_known;

    if (!known || !*known || task->lane.cursor > 0 || task->checkpoint.count > 0 ||
        !rc_str_eq(answer->http.revision, rc_str_of(known)))
        return false;
    task->unchanged = true;
    task->way = PAGING_SEALED;
    task->reason = "not read: its revision is the one that was read last";
    task->checkpoint.revision = answer->http.revision;
    return true;
}

static void decide(struct task *task, const struct asker *asker, const struct ask_answer *answer)
{
    if (!task->lane.clever.is) {
        decide_paging(task, answer);
        return;
    }
    task->checkpoint.next = answer->next;
    decide_clever(task, asker->next);
}

static rc_status ask(struct asker *asker, int64_t cursor, struct ask_answer *ret_answer)
{
    if (asker->lane->upload.id) return upload_ask(asker, cursor, ret_answer);
    ask_page(asker, cursor, ret_answer);
    return RC_OK;
}

static rc_status next_page(struct task *task, struct asker *asker)
{
    struct ask_answer answer;

    asker->next = task->checkpoint.next;
    RC_TRY(ask(asker, checkpoint_cursor(&task->checkpoint), &answer));
    rc_fault_point("fetcher.page.fetched");
    task->trouble = answer.trouble;
    task->words = answer.words;
    task->code = answer.http.code;
    task->told_ms = answer.trouble == TROUBLE_LIMITED ? asker->limited_ms
                                                      : answer.http.retry_after_ms;
    if (answer.trouble != TROUBLE_NONE) return RC_OK;
    if (stands(task, &answer)) return RC_OK;
    task->restart = contradiction(task, &answer);
    if (task->restart) return RC_OK;
    if (answer.count > 0) RC_TRY(keep_page(task, &answer));
    if (!task->restart) decide(task, asker, &answer);
    return RC_OK;
}

/* The first page of a pass tells how much there is. Where that is worth several lanes, the task
 * ends with it, and its commit makes them (L4). */
static bool splits(const struct task *task)
{
    const struct checkpoint *checkpoint = &task->checkpoint;

    if (task->lane.parallel < 2 || checkpoint->count == 0) return false;
    return checkpoint->total - checkpoint_cursor(checkpoint) >=
           SPLIT_PAGES * checkpoint->facts[0].count;
}

/* Slow pages make a short task: others wait for the thread. */
static bool has_time(const struct task *task)
{
    return task->checkpoint.count == 0 ||
           rc_clock_mono_ms() - task->began_ms < task->fetcher->options->task_ms;
}

static bool goes_on(const struct task *task)
{
    const int64_t most = task->fetcher->options->task_pages < task->lane.room
                             ? task->fetcher->options->task_pages
                             : task->lane.room;

    return task->trouble == TROUBLE_NONE && !task->restart && task->way == PAGING_ON &&
           task->checkpoint.count < (size_t)most && !splits(task) && has_time(task) &&
           !rc_process_flag(task->env->stop);
}

static rc_status fetch_pages(struct task *task)
{
    struct lease lease = {task->env, &task->lane, task->fetcher->options->lease_ms,
                          rc_clock_mono_ms(), false};
    struct asker asker = asker_new(task->fetcher, task->env, &task->lane, &lease);
    rc_status status = RC_OK;

    while (status != RC_FATAL && goes_on(task)) {
        if (!lease_keep(&lease)) {
            task->trouble = TROUBLE_STOPPED;
            break;
        }
        status = next_page(task, &asker);
        if (status == RC_REJECT) task->trouble = TROUBLE_TOO_LARGE;
        if (status == RC_RETRY) task->trouble = TROUBLE_STOPPED;
    }
    asker_done(&asker);
    task->lost = lease.lost;
    return status == RC_FATAL ? status : RC_OK;
}

/* Hours in which the source's district does not want its SIS asked. A lane that has come to its end
 * asks nobody any more. */
static void keep_quiet(struct task *task)
{
    if (task->lane.upload.id || task->lane.limits.quiet_ms == 0 || task->way != PAGING_ON) return;
    task->trouble = TROUBLE_LIMITED;
    task->told_ms = task->lane.limits.quiet_ms;
    task->words = RC_STR("the source's quiet hours: the SIS is asked again when they are over");
    rc_metric_add("rollcall_fetch_turned_away_total", "why=\"quiet\"", 1);
}

/* ---- the message ---- */

static rc_status work(struct task *task, const struct checkpoint *found)
{
    RC_LOG_SCOPE("lane", task->lane.request.lane);

    rc_fault_point("fetcher.taken");
    rc_log_debug("lane.taken", "%.*s pass %lld step %lld, try %lld",
                 RC_STR_ARG(task->lane.collection), (long long)task->lane.request.pass,
                 (long long)task->lane.request.step, (long long)task->lane.tries);
    adopt(task, found);
    keep_quiet(task);
    RC_TRY(fetch_pages(task));
    RC_TRY(task_end(task));
    rc_ignore(rc_kv_delete(task->env->kv, key_of(task->env, &task->lane.request)));
    return RC_OK;
}

static rc_status take_and_work(struct task *task, const struct lane_request *request)
{
    struct checkpoint *found = rc_arena_alloc(task->env->arena, sizeof *found);
    const bool any = load_checkpoint(task->env, request, found);
    const char *progress =
        any ? rc_str_print(task->env->arena, "%lld", (long long)checkpoint_cursor(found)).data : "";
    const rc_status status = lane_take(task->env, request, task->fetcher->options->lease_ms,
                                       progress, &task->lane);

    if (status == RC_NOT_FOUND) {
        rc_log_debug("lane.not-taken", "old news, leased, not due, or over");
        return RC_OK;
    }
    RC_TRY(status);
    if (!lane_verifies(&task->lane)) return work(task, any ? found : NULL);
    keep_quiet(task);
    return task_verify(task);
}

rc_status fetcher_task(void *self, struct rc_stage_env *env, const struct rc_message *in)
{
    struct task *task = rc_arena_alloc(env->arena, sizeof *task);
    struct lane_request request = {0};

    *task = (struct task){.fetcher = self,
                          .env = env,
                          .began_ms = rc_clock_mono_ms(),
                          .way = PAGING_ON,
                          .told_ms = -1};
    RC_TRY(lane_request_parse(env, in, &request));
    if (!lease_lock(env, &request, task->fetcher->options->lease_ms)) {
        rc_log_debug("lane.locked", "another fetcher is at this step");
        return RC_OK;
    }
    const rc_status status = take_and_work(task, &request);
    lease_unlock(env, &request);
    return status;
}
