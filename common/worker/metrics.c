/* The numbers behind /metrics. One registry for the process, since what is counted belongs to the
 * process and not to whoever counts; a program has some hundreds of series, so a search through
 * them is cheaper than a call to PostgreSQL by orders of magnitude. */
#include "metrics.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "rollcall/worker/process.h"

#include "metric_table.h"

enum { LABELS_MAX = 200 };

struct series {
    const char *name;
    char labels[LABELS_MAX];
    enum metric_kind kind;
    double value; /* of a histogram: the sum */
    uint64_t count;
    uint64_t buckets[METRIC_BUCKETS]; /* each by itself; added up when printed */
};

/* Series come from tables in the program, so their number is known by reading it; beyond the limit
 * further ones are not counted rather than growing without bound. */
enum { SERIES_MAX = 1024 };

static struct {
    pthread_mutex_t mutex;
    struct series items[SERIES_MAX];
    size_t count;
} registry = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static struct series *find_series(const char *name, const char *labels, enum metric_kind kind)
{
    labels = labels ? labels : "";
    for (size_t i = 0; i < registry.count; i++) {
        struct series *series = &registry.items[i];
        if (strcmp(series->name, name) == 0 && strcmp(series->labels, labels) == 0) return series;
    }
    if (registry.count == SERIES_MAX) return NULL;
    struct series *series = &registry.items[registry.count++];
    *series = (struct series){.name = name, .kind = kind};
    snprintf(series->labels, sizeof series->labels, "%s", labels);
    return series;
}

static void add_value(struct series *series, double value)
{
    series->value += value;
    series->count++;
}

static void set_value(struct series *series, double value)
{
    series->value = value;
}

static void observe_value(struct series *series, double value)
{
    add_value(series, value);
    for (size_t i = 0; i < METRIC_BUCKETS; i++) {
        if (value > metric_bounds[i]) continue;
        series->buckets[i]++;
        return;
    }
}

static void (*const changes[])(struct series *series, double value) = {
    [METRIC_COUNTER] = add_value,
    [METRIC_GAUGE] = set_value,
    [METRIC_HISTOGRAM] = observe_value,
};
_Static_assert(COUNT_OF(changes) == METRIC_KIND_COUNT_, "a change for every kind");

static void change_series(const char *name, const char *labels, enum metric_kind kind, double value)
{
    pthread_mutex_lock(&registry.mutex);
    struct series *series = find_series(name, labels, kind);
    if (series) changes[kind](series, value);
    pthread_mutex_unlock(&registry.mutex);
}

void rc_metric_add(const char *name, const char *labels, double by)
{
    change_series(name, labels, METRIC_COUNTER, by);
}

void rc_metric_count(const char *name, double by, const char *labels, ...)
{
    char text[LABELS_MAX];
    va_list values;

    va_start(values, labels);
    vsnprintf(text, sizeof text, labels, values);
    va_end(values);
    rc_metric_add(name, text, by);
}

void rc_metric_set(const char *name, const char *labels, double value)
{
    change_series(name, labels, METRIC_GAUGE, value);
}

void rc_metric_observe(const char *name, const char *labels, double value)
{
    change_series(name, labels, METRIC_HISTOGRAM, value);
}

void rc_metric_level(const char *name, const char *labels, double total)
{
    pthread_mutex_lock(&registry.mutex);
    struct series *series = find_series(name, labels, METRIC_COUNTER);
    if (series) set_value(series, total);
    pthread_mutex_unlock(&registry.mutex);
}

void rc_metric_forget(const char *name)
{
    size_t kept = 0;

    pthread_mutex_lock(&registry.mutex);
    for (size_t i = 0; i < registry.count; i++)
        if (strcmp(registry.items[i].name, name) != 0) registry.items[kept++] = registry.items[i];
    registry.count = kept;
    pthread_mutex_unlock(&registry.mutex);
}

/* ---- printing ---- */

static void print_value(struct rc_buf *out, double value)
{
    if (value == floor(value) && fabs(value) < 9e15)
        rc_buf_print(out, " %" PRId64 "\n", (int64_t)value);
    else
        rc_buf_print(out, " %.9g\n", value);
}

static void print_line(struct rc_buf *out, const struct series *series, const char *suffix,
                       double value)
{
    rc_buf_print(out, "%s%s", series->name, suffix);
    if (series->labels[0]) rc_buf_print(out, "{%s}", series->labels);
    print_value(out, value);
}

static void print_bucket(struct rc_buf *out, const struct series *series, const char *bound,
                         uint64_t count)
{
    rc_buf_print(out, "%s_bucket{%s%sle=\"%s\"} %" PRIu64 "\n", series->name, series->labels,
                 series->labels[0] ? "," : "", bound, count);
}

static void print_histogram(struct rc_buf *out, const struct series *series)
{
    uint64_t below = 0;
    char bound[24];

    for (size_t i = 0; i < METRIC_BUCKETS; i++) {
        below += series->buckets[i];
        snprintf(bound, sizeof bound, "%g", metric_bounds[i]);
        print_bucket(out, series, bound, below);
    }
    print_bucket(out, series, "+Inf", series->count);
    print_line(out, series, "_sum", series->value);
    print_line(out, series, "_count", (double)series->count);
}

static void print_series(struct rc_buf *out, const struct series *series)
{
    if (series->kind == METRIC_HISTOGRAM)
        print_histogram(out, series);
    else
        print_line(out, series, "", series->value);
}

/* A name without a row is said in its own words; tests/contract finds it. */
static void print_head(struct rc_buf *out, const struct series *series)
{
    const struct metric_row *row = metric_row_of(series->name);

    rc_buf_print(out, "# HELP %s ", series->name);
    for (const char *c = row ? row->help : series->name; *c; c++)
        rc_buf_add_char(out, *c == '_' && !row ? ' ' : *c);
    rc_buf_print(out, "\n# TYPE %s %s\n", series->name, metric_kind_name(series->kind));
}

static bool is_first(size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(registry.items[i].name, registry.items[at].name) == 0) return false;
    return true;
}

/* All series of one name stand together, as the format demands. */
static void print_group(struct rc_buf *out, size_t first)
{
    print_head(out, &registry.items[first]);
    for (size_t i = first; i < registry.count; i++)
        if (strcmp(registry.items[i].name, registry.items[first].name) == 0)
            print_series(out, &registry.items[i]);
}

void metrics_print(struct rc_buf *out)
{
    pthread_mutex_lock(&registry.mutex);
    for (size_t i = 0; i < registry.count; i++)
        if (is_first(i)) print_group(out, i);
    pthread_mutex_unlock(&registry.mutex);
}

void metrics_markdown(struct rc_buf *out)
{
    rc_buf_print(out, "| metric | type | labels | from | meaning |\n|---|---|---|---|---|\n");
    for (const struct metric_row *row = metric_table; row->name; row++)
        rc_buf_print(out, "| `%s` | %s | %s | %s | %s |\n", row->name, metric_kind_name(row->kind),
                     row->labels, row->from, row->help);
}

void metrics_reset(void)
{
    pthread_mutex_lock(&registry.mutex);
    registry.count = 0;
    pthread_mutex_unlock(&registry.mutex);
}
