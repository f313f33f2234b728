/* The text of /metrics. */
#include "../../../common/worker/metrics.h"

#include "rollcall/worker/process.h"
#include "support/unit.h"

static struct rc_buf text;

static int setup(void **state)
{
    (void)state;
    metrics_reset();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    rc_buf_done(&text);
    return 0;
}

static bool says(const char *words)
{
    rc_buf_clear(&text);
    metrics_print(&text);
    return text.data && strstr(text.data, words);
}

static void test_a_counter_adds_up_for_each_label(void **state)
{
    char label[] = "topic=\"a\"";

    (void)state;
    rc_metric_add("rollcall_things_total", label, 1);
    label[7] = 'b'; /* the caller's text may change: it was copied */
    rc_metric_add("rollcall_things_total", label, 2);
    rc_metric_add("rollcall_things_total", "topic=\"a\"", 1);
    assert_true(says("\nrollcall_things_total{topic=\"a\"} 2\n"));
    assert_true(says("\nrollcall_things_total{topic=\"b\"} 2\n"));
    assert_true(says("# TYPE rollcall_things_total counter\n"));
}

static void test_a_gauge_is_its_last_value(void **state)
{
    (void)state;
    rc_metric_set("rollcall_waiting", NULL, 7);
    rc_metric_set("rollcall_waiting", NULL, 0.5);
    assert_true(says("\nrollcall_waiting 0.5\n"));
}

static void test_a_summary_has_sum_and_count(void **state)
{
    (void)state;
    rc_metric_observe("rollcall_took_seconds", "stage=\"x\"", 0.25);
    rc_metric_observe("rollcall_took_seconds", "stage=\"x\"", 0.5);
    assert_true(says("# TYPE rollcall_took_seconds summary\n"));
    assert_true(says("\nrollcall_took_seconds_sum{stage=\"x\"} 0.75\n"));
    assert_true(says("\nrollcall_took_seconds_count{stage=\"x\"} 2\n"));
}

static void test_the_lines_of_one_name_stand_together_under_one_head(void **state)
{
    (void)state;
    rc_metric_add("rollcall_a_total", "x=\"1\"", 1);
    rc_metric_add("rollcall_b_total", NULL, 1);
    rc_metric_add("rollcall_a_total", "x=\"2\"", 1);
    assert_true(says("rollcall_a_total{x=\"1\"} 1\nrollcall_a_total{x=\"2\"} 1\n"));
    assert_null(
        strstr(strstr(text.data, "# TYPE rollcall_a_total") + 1, "# TYPE rollcall_a_total"));
}

static void test_every_name_has_a_help_line(void **state)
{
    (void)state;
    rc_metric_add("rollcall_things_total", NULL, 1);
    assert_true(says("# HELP rollcall_things_total rollcall things total\n"));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_counter_adds_up_for_each_label),
        CASE(test_a_gauge_is_its_last_value),
        CASE(test_a_summary_has_sum_and_count),
        CASE(test_the_lines_of_one_name_stand_together_under_one_head),
        CASE(test_every_name_has_a_help_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
