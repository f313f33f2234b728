/* How well two sets of values agree, by the district's matching rules. What counts as the same
 * value is said here alone, and no finer than the digests of plan_keys.c. */
#include "plan_private.h"

/* The values that are one person's alone. */
static const struct {
    unsigned part;
    enum rc_field field;
} own_values[] = {{RC_MATCH_MASTER_ID, RC_FIELD_MASTER_ID},
                  {RC_MATCH_NUMBER, RC_FIELD_IDENTIFIER},
                  {RC_MATCH_USERNAME, RC_FIELD_USERNAME},
                  {RC_MATCH_EMAIL, RC_FIELD_EMAIL}};

bool equal_value(const struct rc_str *a, const struct rc_str *b, enum rc_field field)
{
    const struct rc_str left = rc_str_trim(a[field]), right = rc_str_trim(b[field]);
    return left.len > 0 && rc_str_eq_fold(left, right);
}

static bool both_blank(const struct rc_str *a, const struct rc_str *b, enum rc_field field)
{
    return rc_str_trim(a[field]).len == 0 && rc_str_trim(b[field]).len == 0;
}

/* The next digit of a phone number, or -1. */
static int next_digit(struct rc_str *phone)
{
    while (phone->len > 0) {
        const char c = *phone->data++;
        phone->len--;
        if (c >= '0' && c <= '9') return c - '0';
    }
    return -1;
}

/* *ret_any: there are digits at all. */
static bool same_digits(struct rc_str a, struct rc_str b, bool *ret_any)
{
    *ret_any = false;
    for (;;) {
        const int left = next_digit(&a), right = next_digit(&b);
        if (left != right) return false;
        if (left < 0) return true;
        *ret_any = true;
    }
}

/* E-mail and phone, not both of them blank. */
static bool same_contact(const struct rc_str *a, const struct rc_str *b)
{
    bool phone = false;
    const bool email = equal_value(a, b, RC_FIELD_EMAIL);
    if (!email && !both_blank(a, b, RC_FIELD_EMAIL)) return false;
    return same_digits(a[RC_FIELD_PHONE], b[RC_FIELD_PHONE], &phone) && (email || phone);
}

bool same_name(const struct rc_str *a, const struct rc_str *b)
{
    return equal_value(a, b, RC_FIELD_GIVEN_NAME) && equal_value(a, b, RC_FIELD_FAMILY_NAME);
}

/* The parts in which they agree; the phone stands for the contact data as a whole. */
static unsigned agreement(const struct rc_str *a, const struct rc_str *b, bool student)
{
    unsigned parts = same_name(a, b) ? RC_MATCH_NAME : 0;
    for (size_t i = 0; i < sizeof own_values / sizeof *own_values; i++) {
        if (equal_value(a, b, own_values[i].field)) parts |= own_values[i].part;
    }
    if (!student && (parts & RC_MATCH_NAME) && same_contact(a, b)) parts |= RC_MATCH_PHONE;
    return parts;
}

static unsigned needed(const struct rc_match_rule *rule)
{
    return rule->parts & RC_MATCH_PHONE ? rule->parts & ~(unsigned)RC_MATCH_EMAIL : rule->parts;
}

const struct rc_match_rule *rule_between(const struct decision *d, const struct rc_str *a,
                                         const struct rc_str *b, bool student)
{
    if (d->rules.by_name && !same_name(a, b)) return NULL;
    const unsigned parts = agreement(a, b, student);
    for (size_t i = 0; i < d->rules.count; i++) {
        const struct rc_match_rule *rule = &d->rules.items[i];
        if ((needed(rule) & ~parts) == 0) return rule;
    }
    return NULL;
}

const struct rc_match_rule *better_rule(const struct rc_match_rule *a,
                                        const struct rc_match_rule *b)
{
    return !a || (b && b->weight > a->weight) ? b : a;
}

bool is_sure(const struct decision *d, const struct rc_match_rule *rule)
{
    return rule && rule->weight >= d->rules.link;
}

bool is_worth_asking(const struct decision *d, const struct rc_match_rule *rule)
{
    return rule && rule->weight >= d->rules.ask;
}

struct match_rules match_rules_of(const struct rc_policy *policy)
{
    struct match_rules rules = {
        .link = rc_policy_match_link(policy), .ask = rc_policy_match_ask(policy), .by_name = true};
    rules.items = rc_policy_matching(policy, &rules.count);
    for (size_t i = 0; i < rules.count; i++)
        rules.by_name = rules.by_name && (rules.items[i].parts & RC_MATCH_NAME) != 0;
    return rules;
}
