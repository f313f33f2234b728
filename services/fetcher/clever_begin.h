#ifndef FETCHER_CLEVER_BEGIN_H
#define FETCHER_CLEVER_BEGIN_H

#include "fetcher.h"

/* The beginning of a run whose source is Clever. Before the run has lanes, Clever is asked: is the
 * district on its list, how does it stand with it, and where does its feed of events end? So the
 * feed is followed from a place that lies before everything the run reads. */

/* *ret_clever false: the source is not Clever, nothing was done. Else the run has begun, or will be
 * asked for again (the district is waited for, Clever is out of reach), or has failed with words.
 * RC_RETRY: PostgreSQL is away. */
RC_MUST_CHECK rc_status clever_begin(struct fetcher *fetcher, struct rc_stage_env *env,
                                     const char *district, const char *run, bool *ret_clever);

#endif
