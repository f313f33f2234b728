/* What the process itself uses, under the names that Prometheus' own client libraries gave these
 * numbers: existing dashboards know them. Read from /proc when somebody asks, never in between. */
#include "usage.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "rollcall/base/log.h"
#include "rollcall/worker/process.h"

static void tell_memory(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    const double page = (double)sysconf(_SC_PAGESIZE);
    char line[128] = "";
    char *rest = line;

    if (!file) return;
    if (fgets(line, sizeof line, file)) {
        const long long total = strtoll(line, &rest, 10);
        const long long resident = strtoll(rest, NULL, 10);
        rc_metric_set("process_virtual_memory_bytes", NULL, (double)total * page);
        rc_metric_set("process_resident_memory_bytes", NULL, (double)resident * page);
    }
    (void)fclose(file);
}

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static void tell_processor(void)
{
    struct rusage used;

    if (getrusage(RUSAGE_SELF, &used) != 0) return;
    rc_metric_level("process_cpu_seconds_total", NULL,
                    seconds_of(used.ru_utime) + seconds_of(used.ru_stime));
}

static void tell_files(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;

    if (!folder) return;
    while (readdir(folder))
        count++;
    (void)closedir(folder);
    rc_metric_set("process_open_fds", NULL, count > 3 ? count - 3 : 0); /* ".", "..", the folder */
}

void usage_tell(void)
{
    tell_memory();
    tell_processor();
    tell_files();
    rc_metric_set("rollcall_database_connections", NULL, rc_db_connections());
    rc_metric_level("rollcall_log_suppressed_total", NULL, (double)rc_log_suppressed());
}
