/* The numbers behind /metrics. One table for the process, since what is counted belongs to the
 * process and not to whoever counts; a program has some dozens of series, so a search through them
 * is cheaper than a call to PostgreSQL by orders of magnitude. */
#include "metrics.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "rollcall/worker/process.h"

enum metric_kind { METRIC_COUNTER, METRIC_GAUGE, METRIC_SUMMARY, METRIC_KIND_COUNT_ };

static const char *const kind_names[] = {
    [METRIC_COUNTER] = "counter", [METRIC_GAUGE] = "gauge", [METRIC_SUMMARY] = "summary"};
_Static_assert(COUNT_OF(kind_names) == METRIC_KIND_COUNT_, "a name for every kind");

enum { LABELS_MAX = 200 };

struct series {
    const char *name;
    char labels[LABELS_MAX];
    enum metric_kind kind;
    double value; /* of a summary: the sum */
    uint64_t count;
};

/* Series come from tables in the program, so their number is known by reading it; beyond the limit
 * further ones are not counted rather than growing without bound. */
enum { SERIES_MAX = 512 };

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

static void change_series(const char *name, const char *labels, enum metric_kind kind, double value)
{
    pthread_mutex_lock(&registry.mutex);
    struct series *series = find_series(name, labels, kind);
    if (series) {
        series->value = kind == METRIC_GAUGE ? value : series->value + value;
        series->count++;
    }
    pthread_mutex_unlock(&registry.mutex);
}

void rc_metric_add(const char *name, const char *labels, double by)
{
    change_series(name, labels, METRIC_COUNTER, by);
}

void rc_metric_set(const char *name, const char *labels, double value)
{
    change_series(name, labels, METRIC_GAUGE, value);
}

void rc_metric_observe(const char *name, const char *labels, double value)
{
    change_series(name, labels, METRIC_SUMMARY, value);
}

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

static void print_series(struct rc_buf *out, const struct series *series)
{
    if (series->kind != METRIC_SUMMARY) {
        print_line(out, series, "", series->value);
        return;
    }
    print_line(out, series, "_sum", series->value);
    print_line(out, series, "_count", (double)series->count);
}

/* The name in words: what a name says here is said well enough by itself. */
static void print_head(struct rc_buf *out, const struct series *series)
{
    rc_buf_print(out, "# HELP %s ", series->name);
    for (const char *c = series->name; *c; c++)
        rc_buf_add_char(out, *c == '_' ? ' ' : *c);
    rc_buf_print(out, "\n# TYPE %s %s\n", series->name, kind_names[series->kind]);
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

void metrics_reset(void)
{
    pthread_mutex_lock(&registry.mutex);
    registry.count = 0;
    pthread_mutex_unlock(&registry.mutex);
}
