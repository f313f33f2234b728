/* A test of a source's connection, asked for by a person or by the clock: whichever fetcher sees it
 * first carries it out, beside its tasks and under a lease of its own, and leaves the report card
 * in PostgreSQL. A fetcher that dies over it is followed by another. */
#include "fetcher.h"

#include "probe_ask.h"
#include "probe_store.h"
#include "rollcall/base/clock.h"
#include "rollcall/base/log.h"

enum { LEASE_TIMES = 3, LANE_LEASE_MS = 7 * 24 * 3600 * 1000 };

/* What owners are told of a test that nobody asked for: how its answer differs. */
static const char *alert_of(const struct probe *probe, struct rc_str changes)
{
    RC_AUTO_BUF struct rc_buf text = {0};
    const struct rc_json *list = NULL;

    if (!probe->by_clock || probe->removed ||
        rc_json_parse(changes, NULL, probe->env->arena, &list) != RC_OK || !rc_json_first(list))
        return NULL;
    rc_buf_print(&text, "the SIS of source %.*s answers otherwise than at its last test",
                 RC_STR_ARG(probe->facts.setup.name));
    for (const struct rc_json *one = rc_json_first(list); one; one = rc_json_next(one))
        rc_buf_print(&text, "; %.*s", RC_STR_ARG(rc_json_text(one)));
    return rc_str_copy(probe->env->arena, rc_buf_str(&text)).data;
}

static rc_status finish(struct probe *probe, const struct probe_card *card)
{
    RC_AUTO_BUF struct rc_buf report = {0};
    RC_AUTO_BUF struct rc_buf matters = {0};
    RC_AUTO_BUF struct rc_buf changes = {0};
    const struct rc_json *before = NULL;
    struct probe_strategy strategy;

    RC_TRY(probe_before(probe, &before));
    probe_choose(&probe->facts, probe->fetcher->options->page_bytes, &strategy);
    probe_matters(&probe->facts, card, before, probe->env->arena, &matters, &changes);
    const struct probe_result result = {&probe->facts, card, &strategy, probe->survey,
                                        rc_buf_str(&changes)};
    probe_report(&result, probe->env->arena, &report);
    const struct probe_end end = {card->verdict, rc_buf_str(&report), rc_buf_str(&matters),
                                  rc_buf_str(&changes), alert_of(probe, rc_buf_str(&changes))};
    return probe_finish(probe, &end);
}

/* A drain: another fetcher begins it anew. */
static rc_status give_back(const struct probe *probe)
{
    bool mine = false;

    return probe_renew(probe, 0, &mine);
}

/* Its turn did not come, which says nothing about the SIS, and nobody waits for it. */
static bool was_limited(const struct probe *probe)
{
    return probe->by_clock && probe->facts.reads[RC_ORGS].trouble == TROUBLE_LIMITED;
}

static rc_status carry_out(struct probe *probe)
{
    struct probe_card card;
    RC_LOG_SCOPE("district", probe->district);

    probe_ask_all(probe);
    asker_done(&probe->asker);
    if (probe->lost) return give_back(probe);
    if (was_limited(probe)) return probe_put_off(probe, probe->asker.limited_ms);
    rc_survey_counts(probe->survey, &probe->facts.survey);
    probe_judge(&probe->facts, probe->env->arena, &card);
    RC_TRY(finish(probe, &card));
    rc_log_info("probe.ended", "the test of a source found it %s, with %lld questions",
                card.verdict, (long long)probe->facts.requests);
    return RC_OK;
}

/* A question of a test waits less long than a page may take: somebody looks on. */
static const struct fetcher_options *bounded(struct rc_stage_env *env)
{
    const struct fetcher_options *options = env->config;
    struct fetcher_options *own = rc_arena_alloc(env->arena, sizeof *own);

    *own = *options;
    if (own->timeout_ms > options->probe_timeout_ms) own->timeout_ms = options->probe_timeout_ms;
    if (own->connect_timeout_ms > own->timeout_ms) own->connect_timeout_ms = own->timeout_ms;
    if (own->stall_ms > own->timeout_ms) own->stall_ms = own->timeout_ms;
    return own;
}

static void prepare(struct probe *probe, struct fetcher *fetcher)
{
    fetcher->options = bounded(probe->env);
    oauth2_tokens_done(&fetcher->tokens); /* whether one is still given is what is tested */
    fetcher->tokens = (struct oauth2_tokens){0};
    probe->fetcher = fetcher;
    probe->until_ms = rc_clock_mono_ms() + fetcher->options->probe_budget_ms;
    /* The lane is no row: its lease is never due to be renewed; the test's own is. */
    probe->lease = (struct lease){probe->env, &probe->lane, LANE_LEASE_MS, rc_clock_mono_ms(),
                                  false};
    probe->asker = asker_new(fetcher, probe->env, &probe->lane, &probe->lease);
}

rc_status fetcher_probe(void *self, struct rc_stage_env *env)
{
    const struct fetcher_options *options = env->config;
    struct probe *probe = rc_arena_alloc(env->arena, sizeof *probe);
    RC_AUTO(rc_survey) struct rc_survey *survey = NULL;

    if (!env->db) return RC_OK;
    *probe = (struct probe){.env = env};
    const rc_status taken = probe_take(probe, LEASE_TIMES * options->probe_timeout_ms);
    if (taken == RC_NOT_FOUND) return RC_OK;
    RC_TRY(taken);
    /* What nobody waits for keeps the SIS's quiet hours. */
    if (probe->by_clock && !probe->removed && probe->lane.limits.quiet_ms > 0)
        return probe_put_off(probe, probe->lane.limits.quiet_ms);
    survey = rc_survey_new();
    probe->survey = survey;
    prepare(probe, self);
    return carry_out(probe);
}
