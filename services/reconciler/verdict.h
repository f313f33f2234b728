#ifndef RECONCILER_VERDICT_H
#define RECONCILER_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

/* Check (C3): what a collection's evidence is worth. Pure. */

struct collection_facts {
    const char *collection;
    bool counted; /* the source gave a total */
    int64_t total;
    bool sealed;           /* every lane sealed, nothing struck */
    const char *reason;    /* why not; "" */
    int64_t records;       /* in the pages that the lanes list */
    int64_t pages_missing; /* listed and not in the ledger */
    int64_t lanes_open;    /* neither sealed nor unsealed */
    int64_t lanes_broken;  /* sealed, and their own evidence contradicts it */
    int64_t arrived;       /* seen + staged + dropped */
    int64_t ids;           /* different ones among those */
    int64_t nameless;      /* dropped, their ids unreadable (N1) */
    int64_t unknown;       /* dropped, their ids not in the mirror (N2) */
};

enum verdict { VERDICT_SEALED, VERDICT_UNSEALED, VERDICT_BROKEN };

struct judgement {
    enum verdict verdict;
    char words[240]; /* for owners; "" where sealed */
    int64_t twice;   /* records beyond the first of their id */
};

/* Broken before unsealed before sealed. */
void verdict_judge(const struct collection_facts *facts, struct judgement *ret_judgement);

#endif
