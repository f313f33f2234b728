/* Fault points: each case runs in a child, as the environment is read once per process. */

#include "rollcall/base/fault.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/unit.h"

#ifdef RC_FAULT_POINTS

/* Runs act under ROLLCALL_FAULT=faults in a child that says nothing; returns what waitpid says. */
static int run_under(const char *faults, int (*act)(void))
{
    int status = 0;
    const pid_t child = fork();

    if (child == 0) {
        (void)close(STDERR_FILENO);
        if (faults) (void)setenv("ROLLCALL_FAULT", faults, 1);
        _exit(act());
    }
    assert_int_equal(waitpid(child, &status, WUNTRACED), child);
    if (WIFSTOPPED(status)) {
        (void)kill(child, SIGKILL);
        (void)waitpid(child, NULL, 0);
    }
    return status;
}

/* Passes the point "here" five times; returns the pass at which it failed, 0 for none, plus 10
 * times the status. */
static int pass_five_times(void)
{
    for (int pass = 1; pass <= 5; pass++) {
        const rc_status status = rc_fault_at("here", "page of alpha");
        rc_fault_point("there");
        if (status != RC_OK) return pass + 10 * (int)status;
    }
    return 0;
}

static int exit_code(const char *faults)
{
    const int status = run_under(faults, pass_five_times);

    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void test_without_orders_nothing_happens(void **state)
{
    (void)state;
    assert_int_equal(exit_code(NULL), 0);
    assert_int_equal(exit_code(""), 0);
    assert_int_equal(exit_code("elsewhere:kill"), 0);
}

static void test_a_status_is_returned_at_the_pass_that_was_named(void **state)
{
    (void)state;
    assert_int_equal(exit_code("here:retry"), 1 + 10 * RC_RETRY);
    assert_int_equal(exit_code("here:reject@3"), 3 + 10 * RC_REJECT);
    assert_int_equal(exit_code("there:kill@9,here:fatal@2"), 2 + 10 * RC_FATAL);
}

static void test_a_detail_decides_at_each_pass(void **state)
{
    (void)state;
    assert_int_equal(exit_code("here:retry=alpha,there:retry"), 1 + 10 * RC_RETRY);
    assert_int_equal(exit_code("here:retry=beta"), 0);
    assert_int_equal(exit_code("there:kill=alpha"), 0); /* a point without detail */
}

static void test_kill_and_stop_are_done_by_signal(void **state)
{
    (void)state;
    const int killed = run_under("here:kill@2", pass_five_times);
    assert_true(WIFSIGNALED(killed) && WTERMSIG(killed) == SIGKILL);
    const int stopped = run_under("there:stop", pass_five_times);
    assert_true(WIFSTOPPED(stopped) && WSTOPSIG(stopped) == SIGSTOP);
}

static void test_an_order_that_means_nothing_ends_the_process(void **state)
{
    static const char *const bad[] = {"here",        ":kill",       "here:explode",
                                      "here:kill@x", "here:kill@0", "here:"};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        const int status = run_under(bad[i], pass_five_times);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    }
}

static void *pass_often(void *failures)
{
    for (int i = 0; i < 1000; i++)
        *(int *)failures += rc_fault_at("here", NULL) != RC_OK;
    return NULL;
}

static int pass_by_threads(void)
{
    pthread_t threads[4];
    int failures[4] = {0};
    int all = 0;

    for (int i = 0; i < 4; i++)
        (void)pthread_create(&threads[i], NULL, pass_often, &failures[i]);
    for (int i = 0; i < 4; i++) {
        (void)pthread_join(threads[i], NULL);
        all += failures[i];
    }
    return all;
}

static void test_a_counted_pass_is_met_once_by_all_threads(void **state)
{
    (void)state;
    const int status = run_under("here:retry@1234", pass_by_threads);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_orders_nothing_happens),
        cmocka_unit_test(test_a_status_is_returned_at_the_pass_that_was_named),
        cmocka_unit_test(test_a_detail_decides_at_each_pass),
        cmocka_unit_test(test_kill_and_stop_are_done_by_signal),
        cmocka_unit_test(test_an_order_that_means_nothing_ends_the_process),
        cmocka_unit_test(test_a_counted_pass_is_met_once_by_all_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

/* In a release a point is nothing, whatever the environment says. */
static void test_a_release_has_no_fault_points(void **state)
{
    (void)state;
    (void)setenv("ROLLCALL_FAULT", "here:fatal", 1);
    assert_ok(rc_fault_at("here", NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_release_has_no_fault_points)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
