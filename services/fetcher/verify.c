/* Asking for missing people by id (C4). A task asks for a handful, sends those who are still there
 * as one page of users, and commits what the source said of each. Whatever goes wrong leaves the
 * rest unanswered, which counts as present. */
#include "task.h"

#include "ask.h"
#include "fetcher_sql.h"
#include "page_send.h"
#include "rollcall/base/clock.h"
#include "rollcall/base/log.h"
#include "rollcall/format/json.h"

enum { PEOPLE_OF_A_TASK = 25 };

struct asking {
    struct task *task;
    struct asker *asker;
    struct rc_buf page;       /* {"users":[…]} */
    struct rc_json_out users; /* writes page */
    struct rc_buf said;       /* [{"id", "answer"}, …] */
    struct rc_json_out answers;
    int64_t found; /* records on the page */
    int64_t done;  /* people asked for */
    bool full;     /* the page holds no more: whoever comes next is asked for again */
};

static void asking_done(struct asking *asking)
{
    rc_buf_done(&asking->page);
    rc_buf_done(&asking->said);
}
#define AUTO_ASKING __attribute__((cleanup(asking_done))) struct asking

static void begin(struct asking *asking)
{
    asking->users = (struct rc_json_out){.buf = &asking->page};
    asking->answers = (struct rc_json_out){.buf = &asking->said};
    rc_json_open(&asking->users, NULL, '{');
    rc_json_open(&asking->users, "users", '[');
    rc_json_open(&asking->answers, NULL, '[');
}

static void note(struct asking *asking, struct rc_str id, const char *answer)
{
    rc_json_open(&asking->answers, NULL, '{');
    rc_json_put_text(&asking->answers, "id", id);
    rc_json_put_text(&asking->answers, "answer", rc_str_of(answer));
    rc_json_close(&asking->answers, '}');
}

/* Trouble that is about this one person; anything else is about the source, and ends the task. */
static bool is_no_answer(enum trouble trouble)
{
    return trouble == TROUBLE_NO_ENVELOPE || trouble == TROUBLE_BROKEN_BODY ||
           trouble == TROUBLE_TOO_LARGE || trouble == TROUBLE_QUESTION;
}

/* A page is no larger than any other; alone a record always goes. */
static bool fits(const struct asking *asking, const struct rc_buf *record)
{
    const size_t most = (size_t)asking->task->fetcher->options->page_bytes;

    return asking->found == 0 || asking->page.len + record->len < most;
}

/* control: the list has the record; only whether the source finds it counts. */
static void ask_for(struct asking *asking, struct rc_str id, bool control)
{
    struct task *task = asking->task;
    RC_AUTO_BUF struct rc_buf record = {0};
    struct ask_answer answer;

    ask_single(asking->asker, id, &record, &answer);
    asking->full = answer.trouble == TROUBLE_NONE && !control && !fits(asking, &record);
    if (asking->full) return;
    if (answer.trouble == TROUBLE_NONE) {
        note(asking, id, "found");
        if (!control) {
            rc_json_put_raw(&asking->users, NULL, rc_buf_str(&record));
            asking->found++;
        }
    } else if (answer.trouble == TROUBLE_NOT_FOUND) {
        note(asking, id, "unknown");
    } else if (!is_no_answer(answer.trouble)) {
        task->trouble = answer.trouble;
        task->words = answer.words;
        task->code = answer.http.code;
        task->told_ms = answer.trouble == TROUBLE_LIMITED ? asking->asker->limited_ms
                                                          : answer.http.retry_after_ms;
        return;
    }
    asking->done++;
}

static rc_status ask_all(struct asking *asking)
{
    struct task *task = asking->task;
    struct rc_arena *arena = task->env->arena;
    const char *const values[] = {task->lane.request.run,
                                  rc_str_print(arena, "%lld", (long long)task->lane.cursor).data,
                                  rc_str_print(arena, "%d", PEOPLE_OF_A_TASK).data};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(task->env->db, task->lane.request.district, &tx));
    RC_TRY(rc_db_run(tx, sql_verify_people, COUNT_OF(values), values, &rows));
    RC_TRY(rc_db_commit(tx));
    for (size_t i = 0; i < rc_rows_count(rows) && task->trouble == TROUBLE_NONE && !asking->full;
         i++) {
        if (rc_process_flag(task->env->stop) || !lease_keep(asking->asker->lease)) break;
        ask_for(asking, rc_rows_text(rows, i, 0), rc_rows_bool(rows, i, 1));
    }
    task->lost = asking->asker->lease->lost;
    return RC_OK;
}

/* Facts of the page, if anyone was found. */
static rc_status send_found(struct asking *asking, struct checkpoint *page)
{
    const struct task *task = asking->task;

    if (asking->found == 0) return RC_OK;
    rc_json_close(&asking->users, ']');
    rc_json_close(&asking->users, '}');
    const struct rc_str body = rc_buf_str(&asking->page);
    page->facts[0] = page_fact(&task->lane, task->lane.cursor, asking->found, body,
                               task->env->arena);
    page->count = 1;
    return page_send(task->env, &task->lane, &page->facts[0], task->lane.pages, body);
}

static int64_t wait_ms(const struct task *task)
{
    const struct fetcher_options *options = task->fetcher->options;

    if (task->trouble == TROUBLE_NONE || task->trouble == TROUBLE_STOPPED) return 0;
    return trouble_wait_ms(task->trouble, task->lane.tries, options->retry_base_ms,
                           options->retry_cap_ms, task->told_ms);
}

static rc_status commit(struct asking *asking, const struct checkpoint *page)
{
    struct task *task = asking->task;
    RC_AUTO_BUF struct rc_buf facts = {0};
    const char *became = NULL;

    checkpoint_print_facts(page, &facts);
    rc_json_close(&asking->answers, ']');
    const int64_t cursor = task->lane.cursor + asking->done;
    const struct lane_step step = {
        .facts = rc_buf_str(&facts),
        .cursor = cursor,
        .total = -1,
        .end = cursor >= task->lane.asked ? "sealed" : "",
        .reason = task->words.data,
        .due_ms = wait_ms(task),
        .answers = rc_str_copy(task->env->arena, rc_buf_str(&asking->said)).data,
    };
    RC_TRY(lane_commit(task->env, &task->lane, &step, &became));
    rc_log_info("task.ended", "verify step %lld: %s, %lld people asked for, %lld found",
                (long long)task->lane.request.step, became, (long long)asking->done,
                (long long)asking->found);
    return RC_OK;
}

/* Without a single answer the task ends as any other that came to nothing. */
static rc_status finish(struct asking *asking)
{
    struct task *task = asking->task;
    struct checkpoint *page = rc_arena_alloc(task->env->arena, sizeof *page);

    *page = (struct checkpoint){.from = task->lane.cursor};
    if (task->lost) return RC_OK;
    if (asking->done == 0) return task_end(task);
    RC_TRY(send_found(asking, page));
    return commit(asking, page);
}

rc_status task_verify(struct task *task)
{
    struct lease lease = {task->env, &task->lane, task->fetcher->options->lease_ms,
                          rc_clock_mono_ms(), false};
    struct asker asker = asker_new(task->fetcher, task->env, &task->lane, &lease);
    AUTO_ASKING asking = {.task = task, .asker = &asker};
    RC_LOG_SCOPE("lane", task->lane.request.lane);

    task->checkpoint = (struct checkpoint){.from = task->lane.cursor, .total = -1};
    begin(&asking);
    const rc_status status = ask_all(&asking);
    asker_done(&asker);
    RC_TRY(status);
    return finish(&asking);
}
