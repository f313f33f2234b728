/* Faults on order. The environment names points in the code and what shall happen there; tests use
 * it to kill a program exactly between an effect and its acknowledgement. In a build without
 * RC_FAULT_POINTS this file is empty. */

#include "rollcall/base/fault.h"

#ifdef RC_FAULT_POINTS

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "rollcall/base/arena.h"
#include "rollcall/base/clock.h"
#include "rollcall/base/str.h"

enum { FAULTS_MAX = 16, HANG_MS = 3600 * 1000 };

static rc_status do_signal(int signal, const char *point)
{
    (void)point;
    (void)raise(signal);
    return RC_OK;
}

static rc_status do_hang(int ignored, const char *point)
{
    const int64_t end = rc_clock_mono_ms() + HANG_MS;

    (void)ignored;
    (void)point;
    while (rc_clock_mono_ms() < end)
        rc_clock_sleep_ms(end - rc_clock_mono_ms());
    return RC_OK;
}

static rc_status do_fail(int status, const char *point)
{
    return rc_fail((rc_status)status, "fault point %s", point);
}

static const struct action {
    struct rc_str name;
    rc_status (*act)(int argument, const char *point);
    int argument;
} actions[] = {
    {RC_STR_INIT("kill"), do_signal, SIGKILL},   {RC_STR_INIT("stop"), do_signal, SIGSTOP},
    {RC_STR_INIT("hang"), do_hang, 0},           {RC_STR_INIT("retry"), do_fail, RC_RETRY},
    {RC_STR_INIT("reject"), do_fail, RC_REJECT}, {RC_STR_INIT("fatal"), do_fail, RC_FATAL},
};

struct fault {
    struct rc_str point;
    const struct action *action;
    const char *detail; /* NULL: at pass number at */
    int64_t at;
    atomic_int_fast64_t passes;
};

static struct fault faults[FAULTS_MAX];
static size_t fault_count;
static char *orders; /* what the faults borrow from; kept for ever */
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* A test with a mistyped fault would pass without testing anything: stop. */
static _Noreturn void refuse(struct rc_str item, const char *why)
{
    fprintf(stderr, "ROLLCALL_FAULT: \"%.*s\": %s\n", RC_STR_ARG(item), why);
    abort();
}

static const struct action *find_action(struct rc_str item, struct rc_str name)
{
    for (size_t i = 0; i < COUNT_OF(actions); i++)
        if (rc_str_eq(actions[i].name, name)) return &actions[i];
    refuse(item, "the action is none of kill, stop, hang, retry, reject, fatal");
}

/* point:action, point:action@number or point:action=detail */
static void parse_item(const char *text, struct fault *fault)
{
    const struct rc_str item = rc_str_of(text);
    struct rc_str rest = item;

    fault->point = rc_str_cut(&rest, ':');
    if (!rest.data || fault->point.len == 0) refuse(item, "the form is point:action");
    struct rc_str how = rc_str_cut(&rest, '=');
    fault->detail = rest.data;
    struct rc_str name = rc_str_cut(&how, '@');
    fault->action = find_action(item, name);
    fault->at = 1;
    if (how.data && rc_str_int(how, 1, INT32_MAX, &fault->at) != RC_OK)
        refuse(item, rc_error_text());
}

static void parse_environment(void)
{
    const char *list = getenv("ROLLCALL_FAULT");
    char *rest = NULL;

    if (!list) return;
    orders = strdup(list);
    if (!orders) abort();
    for (char *item = strtok_r(orders, ",", &rest); item; item = strtok_r(NULL, ",", &rest)) {
        if (fault_count == FAULTS_MAX) refuse(rc_str_of(item), "one too many");
        parse_item(item, &faults[fault_count]);
        fault_count++;
    }
}

static bool is_due(struct fault *fault, struct rc_str point, const char *detail)
{
    if (!rc_str_eq(fault->point, point)) return false;
    if (!fault->detail) return atomic_fetch_add(&fault->passes, 1) + 1 == fault->at;
    return detail && strstr(detail, fault->detail);
}

rc_status rc_fault_at(const char *point, const char *detail)
{
    const struct rc_str name = rc_str_of(point);

    (void)pthread_once(&once, parse_environment);
    for (size_t i = 0; i < fault_count; i++)
        if (is_due(&faults[i], name, detail))
            RC_TRY(faults[i].action->act(faults[i].action->argument, point));
    return RC_OK;
}

#else

typedef int rc_fault_none; /* ISO C wants a declaration in every file */

#endif
