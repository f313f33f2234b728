/* How a task ends: its pages committed and the lane further, or due later, failed, in smaller
 * pages, or in a new pass. */
#include "task.h"

#include "rollcall/base/log.h"

static const char *const end_names[] = {
    [PAGING_ON] = "", [PAGING_SEALED] = "sealed", [PAGING_UNSEALED] = "unsealed"};

static bool is(const char *became, const char *word)
{
    return rc_str_eq(rc_str_of(became), rc_str_of(word));
}

static rc_status note(struct task *task, const char *became)
{
    rc_log_info("task.ended", "%.*s pass %lld step %lld: %s, %zu pages",
                RC_STR_ARG(task->lane.collection), (long long)task->lane.request.pass,
                (long long)task->lane.request.step, became, task->checkpoint.count);
    if (is(became, "failed")) return lane_park_run(task->env, &task->lane);
    return RC_OK;
}

/* ---- without trouble ---- */

static rc_status commit(struct task *task, const struct lane_step *ending)
{
    RC_AUTO_BUF struct rc_buf facts = {0};
    struct lane_step step = *ending;
    const char *became = NULL;

    checkpoint_print_facts(&task->checkpoint, &facts);
    step.facts = rc_buf_str(&facts);
    step.cursor = checkpoint_cursor(&task->checkpoint);
    step.total = task->checkpoint.total;
    step.revision = task->checkpoint.revision;
    step.next = task->checkpoint.next;
    RC_TRY(lane_commit(task->env, &task->lane, &step, &became));
    return note(task, became);
}

static rc_status end_well(struct task *task)
{
    const struct lane_step step = {.end = end_names[task->way],
                                   .reason = task->reason,
                                   .unchanged = task->unchanged,
                                   .finding = task->unchanged ? NULL : task->reason};

    return commit(task, &step);
}

static rc_status end_restart(struct task *task)
{
    const char *became = NULL;

    rc_log_warn("pass.contradicted", "%s", task->restart);
    RC_TRY(lane_restart(task->env, &task->lane, task->restart, &became));
    return note(task, became);
}

/* A drain, or a loss. Pages that were acknowledged are committed; without any, the message goes to
 * another fetcher. */
static rc_status end_stopped(struct task *task)
{
    const struct lane_step step = {.end = ""};
    const char *became = NULL;

    if (task->lost) return RC_OK;
    if (task->checkpoint.count > 0) return commit(task, &step);
    RC_TRY(lane_release(task->env, &task->lane, &became));
    return rc_fail(RC_RETRY, "the fetcher is being stopped");
}

/* The lane's turn comes later, through no fault: no try is counted. */
static rc_status end_later(struct task *task)
{
    const struct lane_step step = {.end = "", .reason = task->words.data, .due_ms = task->told_ms};
    const char *became = NULL;

    rc_log_debug("lane.later", "%s (%lld ms)", task->words.data, (long long)task->told_ms);
    if (task->checkpoint.count > 0) return commit(task, &step);
    RC_TRY(lane_later(task->env, &task->lane, step.due_ms, step.reason, &became));
    return note(task, became);
}

/* ---- with trouble ---- */

/* An opt-in of the district that the source does not share (403) or does not have (404): the rest
 * of the sync goes on without. */
static bool may_be_left_out(const struct task *task)
{
    return (task->trouble == TROUBLE_FORBIDDEN || task->trouble == TROUBLE_NOT_FOUND) &&
           oneroster_is_optional(task->lane.collection);
}

static rc_status leave_out(struct task *task)
{
    const char *reason =
        rc_str_print(task->env->arena,
                     "the SIS does not share %.*s with this key: ask its administrator, or turn "
                     "them off for this source",
                     RC_STR_ARG(task->lane.collection))
            .data;
    const struct lane_step step = {.end = "unsealed", .reason = reason, .finding = reason};

    return commit(task, &step);
}

static int64_t wait_ms(const struct task *task)
{
    const struct fetcher_options *options = task->fetcher->options;

    return trouble_wait_ms(task->trouble, task->lane.tries, options->retry_base_ms,
                           options->retry_cap_ms, task->told_ms);
}

static rc_status defer(struct task *task)
{
    const struct lane_step step = {.end = "", .reason = task->words.data, .due_ms = wait_ms(task)};
    const char *became = NULL;

    if (task->checkpoint.count > 0) return commit(task, &step);
    RC_TRY(lane_defer(task->env, &task->lane, step.due_ms, step.reason, &became));
    return note(task, became);
}

static rc_status fail(struct task *task)
{
    const char *became = NULL;

    RC_TRY(lane_fail(task->env, &task->lane, task->words.data, &became));
    return note(task, became);
}

static bool may_shrink(const struct task *task)
{
    if (!trouble_row(task->trouble)->shrinks || task->lane.page_size <= 1) return false;
    if (lane_verifies(&task->lane)) return false; /* asks for one record at a time */
    return task->trouble == TROUBLE_TOO_LARGE || task->lane.tries >= 2;
}

static rc_status shrink(struct task *task)
{
    const bool at_once = task->trouble == TROUBLE_TOO_LARGE;
    const char *became = NULL;

    RC_TRY(lane_shrink(task->env, &task->lane, at_once ? 0 : wait_ms(task), task->words.data,
                       &became));
    return is(became, "last") ? defer(task) : note(task, became);
}

static rc_status end_in_trouble(struct task *task)
{
    if (task->words.len == 0)
        task->words = trouble_words(task->trouble, task->code, "", task->env->arena);
    rc_log_warn("source.trouble", "%.*s, try %lld: %s", RC_STR_ARG(task->lane.collection),
                (long long)task->lane.tries, task->words.data);
    if (may_be_left_out(task)) return leave_out(task);
    if (may_shrink(task)) return shrink(task);
    if (trouble_row(task->trouble)->pace == TROUBLE_NEVER) return fail(task);
    return defer(task);
}

rc_status task_end(struct task *task)
{
    if (task->trouble == TROUBLE_STOPPED) return end_stopped(task);
    if (task->trouble == TROUBLE_LIMITED) return end_later(task);
    if (task->trouble != TROUBLE_NONE) return end_in_trouble(task);
    if (task->restart) return end_restart(task);
    if (task->way == PAGING_ON && task->checkpoint.count == 0) return end_stopped(task);
    return end_well(task);
}
