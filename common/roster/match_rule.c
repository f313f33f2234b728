/* What people write as a matching rule: the values that must agree, and how sure that makes
 * (design: links go before all rules). */
#include "rollcall/base/auto.h"
#include "rollcall/roster/policy.h"

static const struct {
    const char *word;
    unsigned part;
} words[] = {{"name", RC_MATCH_NAME},     {"master-id", RC_MATCH_MASTER_ID},
             {"number", RC_MATCH_NUMBER}, {"username", RC_MATCH_USERNAME},
             {"email", RC_MATCH_EMAIL},   {"phone", RC_MATCH_PHONE}};

#define ALLOWED                                                                                   \
    "values that must agree and a weight from 1 to 100 are due, as in name+email=85; the values " \
    "are name, master-id, number, username and email, and phone together with name and email"

static unsigned part_of(struct rc_str word)
{
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (rc_str_eq(word, rc_str_of(words[i].word))) return words[i].part;
    }
    return 0;
}

/* A name alone is many people's, and so is a phone: only what people are found by in the first
 * place (rc_plan_keys) may carry a rule. */
static bool finds_people(unsigned parts)
{
    if (parts & RC_MATCH_PHONE) return (parts & RC_MATCH_CONTACT) == RC_MATCH_CONTACT;
    return (parts & ~(unsigned)RC_MATCH_NAME) != 0;
}

rc_status rc_match_rule_parse(struct rc_str text, struct rc_match_rule *ret_rule)
{
    struct rc_str weight = rc_str_trim(text);
    struct rc_match_rule rule = {.name = rc_str_cut(&weight, '=')};
    int64_t number = 0;
    for (struct rc_str rest = rule.name; rest.data;) {
        const unsigned part = part_of(rc_str_cut(&rest, '+'));
        if (part == 0 || (rule.parts & part) != 0)
            return rc_fail(RC_REJECT, "matching: \"%.*s\": " ALLOWED, RC_STR_ARG(text));
        rule.parts |= part;
    }
    if (!finds_people(rule.parts) || rc_str_int(weight, 1, 100, &number) != RC_OK)
        return rc_fail(RC_REJECT, "matching: \"%.*s\": " ALLOWED, RC_STR_ARG(text));
    rule.weight = (int)number;
    *ret_rule = rule;
    return RC_OK;
}
