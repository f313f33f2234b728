/* People under new ids: how much each value that agrees says. Weights add up as chances do: what
 * one sign leaves open, the next one halves or quarters. */
#include "rollcall/roster/rekey.h"

#include "rollcall/base/auto.h"
#include "rollcall/base/buf.h"
#include "rollcall/base/map.h"

#define WITH_NAME (RC_REKEY_BIRTH_DATE | RC_REKEY_GRADE | RC_REKEY_SCHOOL | RC_REKEY_CLASSES)
#define MOST      99
#define MARGIN    10 /* by so much the surer one is another thing than the next */

struct sign {
    unsigned sign;
    const char *name;
    int weight;
};

/* In the order in which a rule names them. Weights are those of the setting "matching" in spirit:
 * two or three everyday values together are as good as a rule that links. */
static const struct sign of_people[] = {
    {RC_REKEY_NAME, "name", 30},       {RC_REKEY_MASTER_ID, "master-id", 80},
    {RC_REKEY_NUMBER, "number", 70},   {RC_REKEY_USERNAME, "username", 45},
    {RC_REKEY_EMAIL, "email", 45},     {RC_REKEY_BIRTH_DATE, "birth-date", 75},
    {RC_REKEY_GRADE, "grade", 25},     {RC_REKEY_SCHOOL, "school", 25},
    {RC_REKEY_CLASSES, "classes", 50}, {0, NULL, 0},
};
/* A code in the same term is enough, and so are title and course where there is no code. */
static const struct sign of_classes[] = {
    {RC_CLASS_CODE, "code", 70},
    {RC_CLASS_TITLE, "title", 45},
    {RC_CLASS_COURSE, "course", 40},
    {RC_CLASS_TERM, "term", 40},
    {RC_CLASS_TEACHER, "teacher", 40},
    {RC_CLASS_MEMBERS, "members", 60},
    {0, NULL, 0},
};

static int confidence(const struct sign *known, unsigned signs)
{
    double open = 1;
    for (; known->name; known++) {
        if (signs & known->sign) open *= (100 - known->weight) / 100.0;
    }
    const int sure = (int)(100 * (1 - open) + 0.5);
    return sure < MOST ? sure : MOST;
}

static struct rc_str rule(struct rc_arena *arena, const struct sign *known, unsigned signs)
{
    RC_AUTO_BUF struct rc_buf text = {0};
    for (; known->name; known++) {
        if (signs & known->sign) rc_buf_print(&text, "%s%s", text.len > 0 ? "+" : "", known->name);
    }
    return rc_str_copy(arena, rc_buf_str(&text));
}

/* A name alone is many people's. */
static unsigned counting(unsigned signs)
{
    if (!(signs & RC_REKEY_NAME)) return signs & ~(unsigned)WITH_NAME;
    return signs == RC_REKEY_NAME ? 0 : signs;
}

int rc_rekey_confidence(unsigned signs)
{
    return confidence(of_people, counting(signs));
}

struct rc_str rc_rekey_rule(struct rc_arena *arena, unsigned signs)
{
    return rule(arena, of_people, counting(signs));
}

/* Sections of a course are alike in all but their code, so that no other sign outweighs it. */
int rc_rekey_class_confidence(unsigned signs)
{
    const int sure = confidence(of_classes, signs);
    return signs & RC_CLASS_OTHER_CODE ? sure * 3 / 4 : sure;
}

struct rc_str rc_rekey_class_rule(struct rc_arena *arena, unsigned signs)
{
    return rule(arena, of_classes, signs);
}

/* ---- pairs ---- */

/* The two best of an id's candidates. */
struct rank {
    int best, next;
};

static void note(struct rc_map *ranks, struct rc_arena *arena, struct rc_str id, int sure)
{
    struct rank *rank = rc_map_get(ranks, id);
    if (!rank) {
        rank = rc_arena_alloc(arena, sizeof *rank);
        *rank = (struct rank){0};
        rc_map_put(ranks, id, rank);
    }
    if (sure > rank->best) {
        rank->next = rank->best;
        rank->best = sure;
    } else if (sure > rank->next) {
        rank->next = sure;
    }
}

static enum rc_rekey_verdict judged(const struct rc_map *ranks, struct rc_str id, int sure)
{
    const struct rank *rank = rc_map_get(ranks, id);
    if (sure == rank->best && sure - rank->next >= MARGIN) return RC_REKEY_PAIR;
    return rank->best - sure < MARGIN ? RC_REKEY_UNSURE : RC_REKEY_NOTHING;
}

void rc_rekey_choose(struct rc_rekey_candidate *candidates, size_t count, int least)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct rc_map *olds = rc_map_new(arena), *news = rc_map_new(arena);
    for (size_t i = 0; i < count; i++) {
        note(olds, arena, candidates[i].was, candidates[i].confidence);
        note(news, arena, candidates[i].now, candidates[i].confidence);
    }
    for (size_t i = 0; i < count; i++) {
        struct rc_rekey_candidate *one = &candidates[i];
        const enum rc_rekey_verdict old = judged(olds, one->was, one->confidence),
                                    now = judged(news, one->now, one->confidence);
        one->verdict = old < now ? old : now;
        if (one->confidence < least) one->verdict = RC_REKEY_NOTHING;
    }
}
