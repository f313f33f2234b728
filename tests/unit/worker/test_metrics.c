/* The text of /metrics. */
#include "../../../common/worker/metric_table.h"
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

static void test_a_histogram_has_buckets_that_add_up(void **state)
{
    (void)state;
    rc_metric_observe("rollcall_took_seconds", "stage=\"x\"", 0.25);
    rc_metric_observe("rollcall_took_seconds", "stage=\"x\"", 0.5);
    rc_metric_observe("rollcall_took_seconds", "stage=\"x\"", 1000);
    assert_true(says("# TYPE rollcall_took_seconds histogram\n"));
    assert_true(says("\nrollcall_took_seconds_bucket{stage=\"x\",le=\"0.1\"} 0\n"));
    assert_true(says("\nrollcall_took_seconds_bucket{stage=\"x\",le=\"0.25\"} 1\n"));
    assert_true(says("\nrollcall_took_seconds_bucket{stage=\"x\",le=\"300\"} 2\n"));
    assert_true(says("\nrollcall_took_seconds_bucket{stage=\"x\",le=\"+Inf\"} 3\n"));
    assert_true(says("\nrollcall_took_seconds_sum{stage=\"x\"} 1000.75\n"));
    assert_true(says("\nrollcall_took_seconds_count{stage=\"x\"} 3\n"));
}

static void test_labels_can_be_put_together(void **state)
{
    (void)state;
    rc_metric_count("rollcall_things_total", 2, "a=\"%s\",b=\"%d\"", "x", 7);
    assert_true(says("\nrollcall_things_total{a=\"x\",b=\"7\"} 2\n"));
}

static void test_a_total_that_is_kept_elsewhere_is_not_added_up(void **state)
{
    (void)state;
    rc_metric_level("rollcall_kept_total", NULL, 5);
    rc_metric_level("rollcall_kept_total", NULL, 6);
    assert_true(says("\nrollcall_kept_total 6\n"));
    assert_true(says("# TYPE rollcall_kept_total counter\n"));
}

static void test_what_is_forgotten_is_not_told(void **state)
{
    (void)state;
    rc_metric_set("rollcall_lag", "partition=\"0\"", 1);
    rc_metric_set("rollcall_lag", "partition=\"1\"", 1);
    rc_metric_set("rollcall_other", NULL, 1);
    rc_metric_forget("rollcall_lag");
    assert_false(says("rollcall_lag"));
    assert_true(says("rollcall_other"));
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
    rc_metric_set("rollcall_ready", NULL, 1);
    assert_true(says("# HELP rollcall_things_total rollcall things total\n"));
    assert_true(says("# HELP rollcall_ready 1 while /readyz says ready.\n"));
}

/* Prometheus' rules, and ours: no district is ever a label. */
static void test_every_row_of_the_table_is_sound(void **state)
{
    (void)state;
    for (const struct metric_row *row = metric_table; row->name; row++) {
        const struct rc_str name = rc_str_of(row->name);
        assert_ptr_equal(metric_row_of(row->name), row); /* once */
        assert_true(row->help[0] && row->help[strlen(row->help) - 1] == '.');
        assert_true(row->from[0]);
        assert_null(strstr(row->labels, "district"));
        assert_int_equal(rc_str_ends(name, RC_STR("_total")), row->kind == METRIC_COUNTER);
        if (row->kind == METRIC_HISTOGRAM) assert_true(rc_str_ends(name, RC_STR("_seconds")));
    }
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_counter_adds_up_for_each_label),
        CASE(test_a_gauge_is_its_last_value),
        CASE(test_a_histogram_has_buckets_that_add_up),
        CASE(test_labels_can_be_put_together),
        CASE(test_a_total_that_is_kept_elsewhere_is_not_added_up),
        CASE(test_what_is_forgotten_is_not_told),
        CASE(test_the_lines_of_one_name_stand_together_under_one_head),
        CASE(test_every_name_has_a_help_line),
        CASE(test_every_row_of_the_table_is_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
