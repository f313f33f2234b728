#ifndef FETCHER_PROBE_H
#define FETCHER_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "paging.h"
#include "rollcall/format/json.h"
#include "rollcall/roster/survey.h"
#include "trouble.h"

/* A test of a source's connection: what was observed, and what follows from it in words. Pure;
 * probe_ask.c observes. */

/* Could it be found out, and what was it? */
enum probe_answer { PROBE_UNKNOWN, PROBE_YES, PROBE_NO };

/* A collection's first page, and how much of the collection was read behind it. */
struct probe_read {
    bool asked;
    enum trouble trouble;
    struct rc_str words; /* of the trouble, for owners */
    int64_t asked_for, received;
    int64_t total; /* -1: not announced */
    int64_t read;  /* records of all pages */
    int64_t took_ms, bytes;
    enum paging_link link;
    bool whole; /* nothing of it was left unread */
};

/* How the source is set up. */
struct probe_setup {
    struct rc_str name, url, auth, version;
    int64_t page_size, parallel;
    bool demographics, resources, honest_dates;
};

struct probe_total {
    const char *role;
    int64_t people; /* -1: not found out */
};
enum { PROBE_ROLES_MAX = 12 };

struct probe_facts {
    struct probe_setup setup;
    struct rc_str unreachable; /* what the transport said; empty: somebody answered */
    enum trouble sign;         /* TROUBLE_NONE: it let us in, or did not come to that */
    struct rc_str sign_words;
    struct rc_str better_auth;    /* signed like this it lets us in; empty: no better is known */
    struct rc_str better_version; /* what it answers to instead; empty: no better is known */
    struct probe_read reads[RC_COLLECTION_COUNT_];
    bool skew_known;
    int64_t skew_ms;           /* its clock before ours */
    enum probe_answer offset;  /* the second page is another one */
    enum probe_answer sorted;  /* pages come in the order that is asked for */
    bool sort_refused;         /* it answers no question that asks for an order */
    enum probe_answer filter;  /* by role */
    enum probe_answer changes; /* filter by dateLastModified */
    int64_t clamp;             /* it gives no page larger than this; 0: none was seen */
    int64_t reached;           /* the largest page that came as large as asked for */
    int64_t slowest_ms, took_ms, requests;
    bool busy;   /* 429 was answered */
    bool cut;    /* the time was over before all was asked */
    bool future; /* a date of change lies in the future */
    struct rc_survey_counts survey;
    struct probe_total totals[PROBE_ROLES_MAX]; /* by filter, ends with a NULL role */
};

/* ---- judgement (probe_judge.c) ---- */

enum probe_state { PROBE_OK, PROBE_OPEN, PROBE_WARNING, PROBE_ERROR, PROBE_STATE_COUNT_ };
/* "ok", "unknown", "warning", "error". */
const char *probe_state_name(enum probe_state state);

/* A line of the report card: what was looked at, what was found, in plain words, and what to ask
 * the SIS vendor or administrator (NULL: nothing). */
struct probe_line {
    const char *check;
    enum probe_state state;
    struct rc_str says;
    const char *ask;
};
enum { PROBE_LINES_MAX = 32 };

struct probe_card {
    struct probe_line lines[PROBE_LINES_MAX];
    size_t count;
    const char *verdict; /* "good", "limited", "bad": a sync cannot work */
};
/* Lines that were not come to are left out. Texts in arena. */
void probe_judge(const struct probe_facts *facts, struct rc_arena *arena,
                 struct probe_card *ret_card);

/* ---- the strategy (probe_strategy.c) ---- */

struct probe_strategy {
    int64_t page_size, parallel;
    bool sorted, delta, demographics, resources;
};
/* How to read this source; what could not be found out stays as it is set up. page_bytes: the
 * largest page that a fetcher takes. */
void probe_choose(const struct probe_facts *facts, int64_t page_bytes,
                  struct probe_strategy *ret_strategy);

/* A setting of the source that should be another one: `rollcall source set name=better`. */
struct probe_advice {
    const char *name;
    struct rc_str now, better;
    const char *why;
};
enum { PROBE_ADVICE_MAX = 8 };
/* How many there are. Texts in arena. */
size_t probe_advise(const struct probe_facts *facts, const struct probe_strategy *strategy,
                    struct rc_arena *arena, struct probe_advice advice[PROBE_ADVICE_MAX]);

/* Do the dates of changes move with their records, as far as the sample shows? */
enum probe_answer probe_dates(const struct probe_facts *facts);

/* ---- what is compared with the test before (probe_matters.c) ---- */

/* A JSON object of words: what matters for a sync. What could not be found out this time is taken
 * over from before (NULL: nothing is), which *ret_changes, a JSON array of sentences, is about. */
void probe_matters(const struct probe_facts *facts, const struct probe_card *card,
                   const struct rc_json *before, struct rc_arena *arena, struct rc_buf *ret_matters,
                   struct rc_buf *ret_changes);

/* ---- the report card as JSON (probe_report.c) ---- */

struct probe_result {
    const struct probe_facts *facts;
    const struct probe_card *card;
    const struct probe_strategy *strategy;
    const struct rc_survey *survey;
    struct rc_str changes; /* JSON */
};
/* Appended to out. */
void probe_report(const struct probe_result *result, struct rc_arena *arena, struct rc_buf *out);

#endif
