/* People under new ids: how much each value that agrees says. Weights add up as chances do: what
 * one sign leaves open, the next one halves or quarters. */
#include "rollcall/roster/rekey.h"

#include "rollcall/base/auto.h"
#include "rollcall/base/buf.h"

#define WITH_NAME (RC_REKEY_BIRTH_DATE | RC_REKEY_GRADE | RC_REKEY_SCHOOL | RC_REKEY_CLASSES)
#define MOST      99

/* In the order in which a rule names them. Weights are those of the setting "matching" in spirit:
 * two or three everyday values together are as good as a rule that links. */
static const struct {
    unsigned sign;
    const char *name;
    int weight;
} signs_known[] = {
    {RC_REKEY_NAME, "name", 30},       {RC_REKEY_MASTER_ID, "master-id", 80},
    {RC_REKEY_NUMBER, "number", 70},   {RC_REKEY_USERNAME, "username", 45},
    {RC_REKEY_EMAIL, "email", 45},     {RC_REKEY_BIRTH_DATE, "birth-date", 75},
    {RC_REKEY_GRADE, "grade", 25},     {RC_REKEY_SCHOOL, "school", 25},
    {RC_REKEY_CLASSES, "classes", 50},
};

/* A name alone is many people's. */
static unsigned counting(unsigned signs)
{
    if (!(signs & RC_REKEY_NAME)) return signs & ~(unsigned)WITH_NAME;
    return signs == RC_REKEY_NAME ? 0 : signs;
}

int rc_rekey_confidence(unsigned signs)
{
    const unsigned count = counting(signs);
    double open = 1;
    for (size_t i = 0; i < COUNT_OF(signs_known); i++) {
        if (count & signs_known[i].sign) open *= (100 - signs_known[i].weight) / 100.0;
    }
    const int sure = (int)(100 * (1 - open) + 0.5);
    return sure < MOST ? sure : MOST;
}

struct rc_str rc_rekey_rule(struct rc_arena *arena, unsigned signs)
{
    RC_AUTO_BUF struct rc_buf rule = {0};
    const unsigned count = counting(signs);
    for (size_t i = 0; i < COUNT_OF(signs_known); i++) {
        if (count & signs_known[i].sign)
            rc_buf_print(&rule, "%s%s", rule.len > 0 ? "+" : "", signs_known[i].name);
    }
    return rc_str_copy(arena, rc_buf_str(&rule));
}
