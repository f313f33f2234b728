#ifndef FETCHER_PROBE_ASK_H
#define FETCHER_PROBE_ASK_H

#include "asker.h"
#include "probe.h"

/* A test of a source while it is carried out; lives in the tick's arena. */
struct probe {
    struct rc_stage_env *env;
    struct fetcher *fetcher;
    const char *id, *district, *take;
    bool by_clock;
    bool removed;     /* the source was removed while the test waited */
    struct lane lane; /* no row of PostgreSQL: it names the source and the collection */
    struct lease lease;
    struct asker asker;
    int64_t until_ms; /* of rc_clock_mono_ms: no question later */
    bool lost;        /* it is another fetcher's, or the fetcher is being stopped */
    struct probe_facts facts;
    struct rc_survey *survey;
};

/* Asks all questions and notes what came, as far as it goes. Never fails: what goes wrong with a
 * source is what a test is for. */
void probe_ask_all(struct probe *probe);

#endif
