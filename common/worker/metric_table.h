#ifndef RC_WORKER_METRIC_TABLE_H
#define RC_WORKER_METRIC_TABLE_H

#include <stddef.h>

/* What can be counted: one row a name. deploy/observe/METRICS.md is made from it (--metrics-md of
 * any worker), and tests/contract finds names that are counted and stand in no row. */

enum metric_kind { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM, METRIC_KIND_COUNT_ };

struct metric_row {
    const char *name;
    enum metric_kind kind;
    const char *labels; /* names, separated by spaces; never a district's */
    const char *from;   /* which programs have it */
    const char *help;   /* one sentence */
};

/* Ends with a row without a name. */
extern const struct metric_row metric_table[];

/* The row, or NULL for a name that stands in none (which is a gap in the table, not a reason to
 * stop working). */
const struct metric_row *metric_row_of(const char *name);
/* "counter", "gauge", "histogram". */
const char *metric_kind_name(enum metric_kind kind);

/* Upper bounds of a histogram's buckets, in seconds; the last bucket has none. */
enum { METRIC_BUCKETS = 12 };
extern const double metric_bounds[METRIC_BUCKETS];

#endif
