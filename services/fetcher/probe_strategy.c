/* How to read a source, from what a test of it found. */
#include "probe.h"

#include <inttypes.h>

#include "rollcall/base/auto.h"

enum {
    PAGE_MS = 10 * 1000, /* no page should take longer */
    TELLING_MS = 1000,   /* sooner it is the way that takes the time, not the records */
    LANE_PAGES = 20,     /* a lane is worth so many pages */
    LANES_MAX = 4,
    SAMPLE_LEAST = 20, /* fewer records prove nothing about dates */
};

/* ---- the page size ---- */

static const int64_t sizes[] = {10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1};

static int64_t rounded(int64_t size)
{
    size_t i = 0;

    while (i + 1 < COUNT_OF(sizes) && sizes[i] > size)
        i++;
    return sizes[i];
}

/* What one page may hold where its records are as large, and come as slowly, as those of the
 * sample. */
static int64_t bounded(const struct probe_facts *facts, int64_t page_bytes, int64_t size)
{
    for (int c = 0; c < RC_COLLECTION_COUNT_; c++) {
        const struct probe_read *read = &facts->reads[c];
        if (!read->asked || read->received == 0 || read->trouble != TROUBLE_NONE) continue;
        const int64_t by_bytes = page_bytes / 2 * read->received / (read->bytes + 1);
        const int64_t by_time = PAGE_MS * read->received / (read->took_ms + 1);
        if (size > by_bytes) size = by_bytes;
        if (read->took_ms >= TELLING_MS && size > by_time) size = by_time;
    }
    return size > 1 ? size : 1;
}

static int64_t choose_size(const struct probe_facts *facts, int64_t page_bytes)
{
    const int64_t most = facts->clamp > 0                          ? facts->clamp
                         : facts->reached > facts->setup.page_size ? facts->reached
                                                                   : facts->setup.page_size;
    const int64_t size = bounded(facts, page_bytes, most);

    return size == most ? most : rounded(size);
}

/* ---- lanes ---- */

static int64_t largest(const struct probe_facts *facts)
{
    int64_t most = 0;

    for (int c = 0; c < RC_COLLECTION_COUNT_; c++)
        if (facts->reads[c].asked && facts->reads[c].total > most) most = facts->reads[c].total;
    return most;
}

/* Side by side only what is known to stay in its order and to have an end. */
static int64_t choose_parallel(const struct probe_facts *facts, int64_t page_size)
{
    const int64_t lanes = largest(facts) / page_size / LANE_PAGES;

    if (facts->busy || facts->sorted != PROBE_YES || facts->offset != PROBE_YES || lanes < 2)
        return 1;
    return lanes < LANES_MAX ? 2 : LANES_MAX;
}

/* ---- the whole ---- */

enum probe_answer probe_dates(const struct probe_facts *facts)
{
    const struct rc_survey_counts *seen = &facts->survey;
    int64_t records = 0;

    for (int c = 0; c < RC_COLLECTION_COUNT_; c++)
        records += seen->records[c];
    records -= seen->unreadable;
    if (records < SAMPLE_LEAST) return PROBE_UNKNOWN;
    return seen->dated == records && seen->dates > 1 && !facts->future ? PROBE_YES : PROBE_NO;
}

/* Another day it may answer. */
static bool passes(enum trouble trouble)
{
    return trouble == TROUBLE_LIMITED || trouble_row(trouble)->pace == TROUBLE_LATER;
}

static bool shares(const struct probe_facts *facts, enum rc_collection collection, bool otherwise)
{
    const struct probe_read *read = &facts->reads[collection];

    return read->asked && !passes(read->trouble) ? read->trouble == TROUBLE_NONE : otherwise;
}

void probe_choose(const struct probe_facts *facts, int64_t page_bytes,
                  struct probe_strategy *ret_strategy)
{
    const int64_t size = choose_size(facts, page_bytes);

    *ret_strategy = (struct probe_strategy){
        .page_size = size,
        .parallel = choose_parallel(facts, size),
        .sorted = !facts->sort_refused,
        .delta = facts->changes == PROBE_YES && probe_dates(facts) == PROBE_YES,
        .demographics = shares(facts, RC_DEMOGRAPHICS, facts->setup.demographics),
        .resources = shares(facts, RC_RESOURCES, facts->setup.resources),
    };
}

/* ---- advice ---- */

struct advising {
    struct rc_arena *arena;
    struct probe_advice *advice;
    size_t count;
};

static void advise(struct advising *a, const char *name, struct rc_str now, struct rc_str better,
                   const char *why)
{
    if (a->count < PROBE_ADVICE_MAX && !rc_str_eq(now, better))
        a->advice[a->count++] = (struct probe_advice){name, now, better, why};
}

static struct rc_str number(const struct advising *a, int64_t value)
{
    return rc_str_print(a->arena, "%" PRId64, value);
}

static void advise_off(struct advising *a, const char *name, bool wanted, bool shared)
{
    if (wanted && !shared)
        advise(a, name, RC_STR("on"), RC_STR("off"), "the SIS does not share them");
}

static const char *why_size(const struct probe_facts *facts, int64_t size)
{
    if (size == facts->clamp) return "no larger page is given";
    return size > facts->setup.page_size ? "larger pages come as asked: fewer requests"
                                         : "larger pages take too long or are too large";
}

size_t probe_advise(const struct probe_facts *facts, const struct probe_strategy *strategy,
                    struct rc_arena *arena, struct probe_advice advice[PROBE_ADVICE_MAX])
{
    struct advising a = {arena, advice, 0};
    const struct probe_setup *setup = &facts->setup;

    if (facts->better_auth.len > 0)
        advise(&a, "auth", setup->auth, facts->better_auth, "the SIS lets us in with it");
    if (facts->better_version.len > 0)
        advise(&a, "version", setup->version, facts->better_version, "the SIS answers to it");
    advise(&a, "page-size", number(&a, setup->page_size), number(&a, strategy->page_size),
           why_size(facts, strategy->page_size));
    if (facts->reads[RC_ENROLLMENTS].asked)
        advise(&a, "parallel", number(&a, setup->parallel), number(&a, strategy->parallel),
               strategy->parallel > setup->parallel
                   ? "large collections can be read side by side"
                   : "nothing is gained by several requests at once, or they are not safe");
    advise_off(&a, "demographics", setup->demographics, strategy->demographics);
    advise_off(&a, "resources", setup->resources, strategy->resources);
    if (setup->honest_dates && probe_dates(facts) == PROBE_NO)
        advise(&a, "honest-dates", RC_STR("on"), RC_STR("off"),
               "dateLastModified does not move with the record");
    return a.count;
}
