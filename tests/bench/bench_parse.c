/* The plain limit of reading JSON: cJSON over a day's pages, each tree thrown away at once, on an
 * arena as the normalizer has it. Nothing is looked at, so nothing can be faster with this parser.
 *
 *     bench-parse FOLDER RECORDS-A-PAGE [COLLECTION]     prints {"records":…,"bytes":…,"seconds":…}
 */
#include "bench_set.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "rollcall/base/arena.h"

struct sum {
    size_t records;
    size_t bytes;
    double seconds;
};

static struct rc_arena *arena; /* cJSON's hooks take no context */

static void *take(size_t size)
{
    return rc_arena_bytes(arena, size);
}

static void drop(void *memory)
{
    (void)memory; /* with the whole arena */
}

static double now(void)
{
    struct timespec at;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static rc_status parse_page(const struct rc_buf *page, struct sum *sum)
{
    const double began = now();
    const cJSON *tree = cJSON_ParseWithLength(page->data, page->len);

    if (!tree) return rc_fail(RC_FATAL, "a page is no JSON");
    rc_arena_reset(arena);
    sum->seconds += now() - began;
    sum->bytes += page->len;
    return RC_OK;
}

static rc_status parse_collection(const struct bench_collection *collection, size_t records,
                                  struct sum *sum)
{
    const size_t count = bench_set_count(collection, 1);
    RC_AUTO_BUF struct rc_buf page = {0};

    for (size_t offset = 0; offset < count; offset += records) {
        page.len = 0;
        bench_set_page(collection, 1, offset, records, &page);
        RC_TRY(parse_page(&page, sum));
    }
    sum->records += count;
    return RC_OK;
}

static rc_status run(int argc, char **argv)
{
    RC_AUTO(bench_set) struct bench_set *set = NULL;
    struct sum sum = {0};
    int64_t records = 0;

    if (argc < 3) return rc_fail(RC_FATAL, "bench-parse FOLDER RECORDS-A-PAGE [COLLECTION]");
    RC_TRY(rc_str_int(rc_str_of(argv[2]), 1, 1000000, &records));
    RC_TRY(bench_set_open(argv[1], &set));
    for (size_t i = 0; i < BENCH_COLLECTIONS; i++)
        if (argc == 3 || strcmp(argv[3], set->collections[i].name) == 0)
            RC_TRY(parse_collection(&set->collections[i], (size_t)records, &sum));
    printf("{\"records\":%zu,\"bytes\":%zu,\"seconds\":%.4f}\n", sum.records, sum.bytes,
           sum.seconds);
    return RC_OK;
}

int main(int argc, char **argv)
{
    cJSON_Hooks hooks = {take, drop};

    arena = rc_arena_new(1 << 20);
    cJSON_InitHooks(&hooks);
    const rc_status status = run(argc, argv);
    rc_arena_free(arena);
    if (status == RC_OK) return 0;
    fprintf(stderr, "bench-parse: %s\n", rc_error_text());
    return 1;
}
