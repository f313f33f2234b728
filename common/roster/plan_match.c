/* Records that follow no account yet: recognise the account they belong to, or propose a new one
 * (P2, P7). Records of one person (same name, e-mail and phone; students join with nobody) are
 * decided as one. */
#include "plan_private.h"
#include "rollcall/base/buf.h"
#include "rollcall/format/json.h"

static bool loose(const struct decision *d, size_t at)
{
    return d->person->records[at].account.len == 0;
}

static bool ready(const struct decision *d, size_t at)
{
    const struct rc_plan_record *record = &d->person->records[at];
    return loose(d, at) && d->tokens[at].kind == TOKEN_OK && record->present && !record->excluded;
}

/* The same person as record at, as far as the two records say. */
static bool same_person(const struct decision *d, size_t at, size_t other)
{
    return at == other || (d->keys[at].len > 0 && rc_str_eq(d->keys[at], d->keys[other]));
}

/* Two rows of one person, as their source says. */
static bool same_row_owner(const struct decision *d, size_t at, size_t other)
{
    return d->person->records[at].person.len > 0 && d->person->records[other].person.len > 0 &&
           same_person(d, at, other);
}

static bool follows(const struct decision *d, size_t record, const struct rc_plan_account *account)
{
    return rc_str_eq(d->person->records[record].account, account->node);
}

/* Records of two sources, both of a student or neither: one child may stand in both (D3). Within a
 * source, two records are two children. */
static bool of_two_sources(const struct decision *d, size_t at, size_t other)
{
    const struct rc_plan_record *records = d->person->records;
    return d->student[at] == d->student[other] &&
           !rc_str_eq(source_of(records[at].node), source_of(records[other].node));
}

static bool strangers(const struct decision *d, size_t at, size_t other)
{
    return (d->student[at] || d->student[other]) && !of_two_sources(d, at, other);
}

/* A person said of the pair, which was proposed as re-keyed, that it is two people; until the
 * record has gone and come back (P7). */
static bool told_apart(const struct decision *d, size_t at, const struct rc_plan_account *account)
{
    const struct rc_plan_record *record = &d->person->records[at];
    const struct rc_plan_mark *mark = find_mark(record->marks, record->mark_count, RC_STR("apart"),
                                                account->node);
    int64_t returns = 0;
    return mark && rc_str_int(mark->waits, 0, INT64_MAX, &returns) == RC_OK &&
           returns == record->returns;
}

/* Students whom the application had are left untouched where the owner chose so: the first sync
 * makes new accounts beside them, and a person merges the two. */
static bool made_beside(const struct decision *d, size_t at, const struct rc_plan_account *account)
{
    if (!d->student[at]) return false;
    for (size_t i = 0; i < d->person->record_count; i++) {
        if (follows(d, i, account)) return false;
    }
    return account->beside ||
           (account->before && d->person->records[at].first_sync &&
            rc_str_eq(rc_policy_choice(d->policy, "first-sync"), RC_STR("create-beside")));
}

/* A student joins with nobody of the same source, and nobody with a student, while the record that
 * the account follows is there: but a student whose record has gone and come again under another id
 * is recognised (re-keying), and so is one whose source has a row for each school. */
static bool kept_apart(const struct decision *d, size_t at, const struct rc_plan_account *account)
{
    if (told_apart(d, at, account) || made_beside(d, at, account)) return true;
    for (size_t i = 0; i < d->person->record_count; i++) {
        if (!follows(d, i, account) || !d->person->records[i].present) continue;
        if (same_row_owner(d, at, i)) continue;
        if (strangers(d, at, i)) return true;
    }
    return false;
}

/* Nothing speaks against it, and nobody has. */
static bool may_be(const struct decision *d, size_t at, const struct rc_plan_account *account)
{
    return said_of(d, at, account) != SAID_NO && !kept_apart(d, at, account);
}

/* Does the account state a student's role? */
static bool is_student(const struct rc_plan_account *account)
{
    struct rc_str roles = account->values[RC_FIELD_ROLES];
    while (roles.data) {
        struct rc_str role = rc_str_cut(&roles, ',');
        if (rc_str_eq(rc_str_cut(&role, '@'), RC_STR("student"))) return true;
    }
    return false;
}

/* The best rule between the record and what the account itself holds. */
static const struct rc_match_rule *own_rule(const struct decision *d, size_t at,
                                            const struct rc_plan_account *account)
{
    return rule_between(d, d->person->records[at].values, account->values,
                        d->student[at] || is_student(account));
}

/* The best rule between two records. */
static const struct rc_match_rule *rule_of_two(const struct decision *d, size_t at, size_t other)
{
    const struct rc_plan_record *records = d->person->records;
    return rule_between(d, records[at].values, records[other].values,
                        d->student[at] || d->student[other]);
}

/* The best rule by which any value of the account, its own or a linked record's, names this person.
 */
static const struct rc_match_rule *holds(const struct decision *d, size_t at,
                                         const struct rc_plan_account *account)
{
    const struct rc_match_rule *best = own_rule(d, at, account);
    for (size_t i = 0; i < d->person->record_count; i++) {
        if (follows(d, i, account)) best = better_rule(best, rule_of_two(d, at, i));
    }
    return best;
}

/* A linked account is matched by what its present records say; its own older value only blocks a
 * create. */
static const struct rc_match_rule *matches(const struct decision *d, size_t at,
                                           const struct rc_plan_account *account)
{
    const struct rc_match_rule *best = NULL;
    bool linked = false;
    for (size_t i = 0; i < d->person->record_count; i++) {
        if (!follows(d, i, account) || !d->person->records[i].present) continue;
        linked = true;
        best = better_rule(best, rule_of_two(d, at, i));
    }
    return linked ? best : holds(d, at, account);
}

/* A student under another id whose own record is no longer there: as far as anyone can tell it is
 * the same child (re-keying). */
static bool rekeyed(const struct decision *d, size_t at, size_t before)
{
    const struct rc_plan_record *records = d->person->records;
    return (d->student[at] || d->student[before]) && !records[before].present &&
           is_sure(d, rule_of_two(d, at, before));
}

/* The same person in another source, as far as the two records say. */
static bool same_elsewhere(const struct decision *d, size_t at, size_t other)
{
    return of_two_sources(d, at, other) && is_sure(d, rule_of_two(d, at, other));
}

/* Somebody said no about this person: by exclusion or decline of any record or account that is the
 * same (P7). */
static bool refused(struct decision *d, size_t at, enum rc_situation *ret_why)
{
    for (size_t i = 0; i < d->person->record_count; i++) {
        if (!loose(d, i)) continue;
        if (!same_person(d, at, i) && !rekeyed(d, at, i) && !same_elsewhere(d, at, i)) continue;
        *ret_why = d->person->records[i].excluded ? RC_SITUATION_EXCLUDED
                                                  : RC_SITUATION_OUT_OF_SCOPE;
        if (d->person->records[i].excluded || presence_declined(&d->person->records[i]))
            return true;
    }
    for (size_t i = 0; i < d->person->account_count; i++) {
        const struct rc_plan_account *account = &d->person->accounts[i];
        *ret_why = RC_SITUATION_EXCLUDED;
        if (account->excluded && may_be(d, at, account) && is_sure(d, holds(d, at, account)))
            return true;
    }
    return false;
}

/* Who else has this username or e-mail: the name of the field, or NULL. */
static const char *taken_by_values(const struct rc_str *mine, const struct rc_str *theirs)
{
    if (equal_value(mine, theirs, RC_FIELD_USERNAME)) return "username is taken";
    return equal_value(mine, theirs, RC_FIELD_EMAIL) ? "e-mail is taken" : NULL;
}

/* The first record of those that one create is made of. */
static size_t first_of(const struct decision *d, size_t at)
{
    size_t first = d->keys[at].len > 0 ? 0 : at;
    while (first < at && !(ready(d, first) && same_person(d, at, first)))
        first++;
    return first;
}

/* mine: what the account would hold that is made of record first and its like. */
static const char *taken(const struct decision *d, size_t first, const struct rc_str *mine)
{
    for (size_t i = 0; i < d->person->account_count; i++) {
        const char *why = taken_by_values(mine, d->person->accounts[i].values);
        if (why) return why;
    }
    for (size_t i = 0; i < d->person->record_count; i++) {
        const bool before = ready(d, i) && first_of(d, i) < first;
        const char *why = before || !loose(d, i)
                              ? taken_by_values(mine, d->person->records[i].values)
                              : NULL;
        if (why) return why;
    }
    return NULL;
}

/* Is contact data all that is wanted of this guardian, for one of the students who name it? */
static bool is_contact(struct decision *d, size_t at)
{
    const struct rc_str node = d->person->records[at].node;
    for (size_t i = 0; i < d->person->record_count; i++) {
        const struct rc_plan_record *student = &d->person->records[i];
        struct rc_place *places = NULL;
        if (!d->student[i] || !names_guardian(student, node)) continue;
        const size_t count = places_of_record(d, student, &places);
        if (rc_policy_guardians_are_contacts(d->policy, places, count)) return true;
    }
    return false;
}

static bool contact_only(struct decision *d, const struct picked *use)
{
    bool contact = false;
    for (size_t i = 0; i < use->count; i++) {
        if (!family_only(d, use->at[i])) return false;
        contact = contact || is_contact(d, use->at[i]);
    }
    return contact;
}

/* What these records say of the account they make. */
static void gather_values(struct decision *d, const struct picked *use, struct rc_str *ret_values)
{
    const struct voices voices = voices_of(d, use);
    for (int i = 0; i < RC_FIELD_COUNT_; i++) {
        const enum rc_field field = (enum rc_field)i;
        const size_t voice = voice_for(d, &voices, field);
        ret_values[i] = field == RC_FIELD_ROLES ? roles_of(d, use)
                                                : d->person->records[voice].values[field];
    }
}

/* The account as JSON. */
static struct rc_str account_json(struct decision *d, const struct picked *use,
                                  const struct rc_str *values)
{
    RC_AUTO_BUF struct rc_buf text = {0};
    struct rc_json_out json = {.buf = &text};
    rc_json_open(&json, NULL, '{');
    rc_json_put_text(&json, "kind", contact_only(d, use) ? RC_STR("contact") : RC_STR("account"));
    for (int i = 0; i < RC_FIELD_COUNT_; i++) {
        if (values[i].len > 0) rc_json_put_text(&json, rc_field_name((enum rc_field)i), values[i]);
    }
    rc_json_close(&json, '}');
    return rc_str_copy(d->arena, rc_buf_str(&text));
}

/* What a decline of create, link or restore waits for: each record's next return from being gone.
 */
static struct rc_str presence_waits(struct decision *d, const struct picked *use)
{
    struct rc_str waits = {0};
    for (size_t i = 0; i < use->count; i++) {
        const struct rc_plan_record *record = &d->person->records[use->at[i]];
        list_add(d->arena, &waits, record->node,
                 rc_str_print(d->arena, "%lld", (long long)record->returns));
    }
    return waits;
}

/* Says to the members' side that these records are about to get an account, and what it waits for.
 */
static void note_create(struct decision *d, const struct picked *use, struct rc_str hold)
{
    for (size_t i = 0; i < use->count; i++) {
        struct rc_str **joined = &d->joined[use->at[i]];
        *joined = rc_arena_alloc(d->arena, sizeof **joined);
        **joined = hold;
        count_situation(d, RC_SITUATION_NEW);
    }
    d->creates[d->create_count++] = *use;
}

/* Another source's record of the same person is about to get an account: this one follows it then.
 * Where it is only perhaps the same person, there will be something to ask. */
static bool comes_second(struct decision *d, size_t at)
{
    const struct rc_match_rule *best = NULL;
    for (size_t i = 0; i < at; i++) {
        if (loose(d, i) && d->joined[i] && of_two_sources(d, at, i))
            best = better_rule(best, rule_of_two(d, at, i));
    }
    if (!is_worth_asking(d, best)) return false;
    count_situation(d, is_sure(d, best) ? RC_SITUATION_MATCHED : RC_SITUATION_AMBIGUOUS);
    return true;
}

static void propose_create(struct decision *d, size_t at)
{
    if (first_of(d, at) != at) return; /* decided with the first record of the person */
    if (comes_second(d, at)) return;
    struct picked use = {0};
    for (size_t i = at; i < d->person->record_count; i++) {
        if (ready(d, i) && same_person(d, at, i)) pick(d, &use, i);
    }
    struct rc_str values[RC_FIELD_COUNT_];
    gather_values(d, &use, values);
    struct rc_plan_item *item = add_item(d, RC_ITEM_CREATE, d->person->records[at].node, &use);
    item->to = account_json(d, &use, values);
    item->cause = RC_STR("new");
    item->waits = presence_waits(d, &use);
    set_group(item, values[RC_FIELD_ROLES]);
    const char *why = taken(d, at, values);
    if (why) item->hold = rc_str_of(why);
    note_create(d, &use, item->hold);
}

/* What is to become of a record that follows no account. */
enum verdict { VERDICT_NONE, VERDICT_REFUSED, VERDICT_LINK, VERDICT_ASK, VERDICT_CREATE };

struct whose {
    enum verdict verdict;
    enum rc_situation why;                 /* REFUSED */
    const struct rc_plan_account *account; /* LINK */
    struct rc_str evidence;                /* what makes the link, and how sure that is */
    bool said;                             /* a person says so */
    bool by_signs;                         /* no rule of the district finds it */
    size_t sure;                           /* how many accounts match for sure */
};

static void propose_link(struct decision *d, size_t at, const struct whose *whose)
{
    const struct picked use = {&at, 1, 1};
    const bool by_new_id = !whose->said && has_new_id(d, at, whose->account);
    struct rc_plan_item *item = add_item(d, RC_ITEM_LINK, d->person->records[at].node, &use);
    item->to = whose->account->node;
    item->cause = by_new_id ? RC_STR("re-keyed") : RC_STR("matched");
    item->evidence = whose->evidence;
    item->waits = presence_waits(d, &use);
    if (whose->by_signs && item->hold.len == 0) item->hold = RC_STR("re-keyed");
    set_group(item, roles_of(d, &use));
    d->joined[at] = rc_arena_alloc(d->arena, sizeof *d->joined[at]);
    *d->joined[at] = item->hold;
    count_situation(d, RC_SITUATION_MATCHED);
}

/* ---- whose a record is ---- */

/* The account that somebody said is the record's; NULL: nobody did. */
static const struct rc_plan_account *said_account(const struct decision *d, size_t at)
{
    if (d->person->records[at].answer_count == 0) return NULL;
    for (size_t i = 0; i < d->person->account_count; i++) {
        const struct rc_plan_account *account = &d->person->accounts[i];
        if (said_of(d, at, account) == SAID_YES && !kept_apart(d, at, account)) return account;
    }
    return NULL;
}

/* What finds the account for the record. */
struct found {
    const struct rc_match_rule *any;  /* by whatever it ever held */
    const struct rc_match_rule *rule; /* by what it is known by now */
    bool by_signs;                    /* and by no rule, but as somebody under a new id */
};

static struct found find_rule(const struct decision *d, size_t at,
                              const struct rc_plan_account *account)
{
    struct found found = {.any = holds(d, at, account), .rule = matches(d, at, account)};
    if (is_sure(d, found.rule)) return found;
    const struct rc_match_rule *signs = rule_of_rekeying(d, at, account);
    found.any = better_rule(found.any, signs);
    found.by_signs = signs && better_rule(found.rule, signs) == signs;
    if (found.by_signs) found.rule = signs;
    return found;
}

/* Does another new record that may not be joined with this one come to the same account? Students
 * join with nobody of their source, so a person must say whose it is. said: by a person's word
 * alone. */
static bool contested(const struct decision *d, size_t at, const struct rc_plan_account *account,
                      bool said)
{
    for (size_t i = 0; i < d->person->record_count; i++) {
        if (i == at || !strangers(d, at, i) || !ready(d, i)) continue;
        if (same_row_owner(d, at, i)) continue;
        if (presence_declined(&d->person->records[i]) || !may_be(d, i, account)) continue;
        const struct rc_plan_account *other = said_account(d, i);
        if (other || said ? other == account : is_sure(d, find_rule(d, i, account).rule))
            return true;
    }
    return false;
}

/* By the rules. */
static struct whose found_by_rules(struct decision *d, size_t at)
{
    struct whose whose = {.verdict = VERDICT_CREATE};
    for (size_t i = 0; i < d->person->account_count; i++) {
        const struct rc_plan_account *account = &d->person->accounts[i];
        if (!may_be(d, at, account)) continue;
        const struct found found = find_rule(d, at, account);
        if (!is_worth_asking(d, found.any)) continue;
        whose.verdict = VERDICT_ASK;
        if (!is_sure(d, found.rule)) continue;
        whose.sure++;
        whose.account = account;
        whose.by_signs = found.by_signs;
        whose.evidence = rc_str_print(d->arena, "%.*s=%d", RC_STR_ARG(found.rule->name),
                                      found.rule->weight);
    }
    if (whose.sure == 1 && !contested(d, at, whose.account, false)) whose.verdict = VERDICT_LINK;
    return whose;
}

static struct whose whose_record(struct decision *d, size_t at)
{
    struct whose whose = {.verdict = VERDICT_REFUSED, .why = RC_SITUATION_OUT_OF_SCOPE};
    if (refused(d, at, &whose.why)) return whose;
    const struct rc_plan_account *said = said_account(d, at);
    if (!said || contested(d, at, said, true)) return found_by_rules(d, at);
    return (struct whose){
        .verdict = VERDICT_LINK, .account = said, .evidence = RC_STR("answer=100"), .said = true};
}

/* ---- what comes of it ---- */

/* Why the record and that account are a question. */
static const char *why_asked(const struct decision *d, const struct whose *whose,
                             const struct rc_match_rule *rule)
{
    if (is_sure(d, rule)) return whose->sure > 1 ? "several accounts" : "several records";
    return is_worth_asking(d, rule) ? "not sure" : "older value";
}

/* Whom a person must say about is neither archived nor ended meanwhile (D3). */
static void await_answer(struct decision *d, size_t at, const struct whose *whose)
{
    for (size_t i = 0; i < d->person->account_count; i++) {
        const struct rc_plan_account *account = &d->person->accounts[i];
        if (!may_be(d, at, account)) continue;
        const struct found found = find_rule(d, at, account);
        if (!is_worth_asking(d, found.any)) continue;
        const bool now = is_worth_asking(d, found.rule);
        d->awaited[i] = d->awaited[i] || now;
        ask(d, at, account, why_asked(d, whose, found.rule), now ? found.rule : found.any);
    }
    count_situation(d, RC_SITUATION_AMBIGUOUS);
}

/* Does a record of the same person get an account, or wait for an answer? Then this one goes with
 * it once that is done, and is no account of its own. */
static bool goes_with_another(struct decision *d, size_t at, const struct whose *all)
{
    enum verdict best = VERDICT_NONE;
    for (size_t i = 0; i < d->person->record_count; i++) {
        if (all[i].verdict != VERDICT_LINK && all[i].verdict != VERDICT_ASK) continue;
        if (best != VERDICT_LINK && same_person(d, at, i)) best = all[i].verdict;
    }
    if (best == VERDICT_NONE) return false;
    count_situation(d, best == VERDICT_LINK ? RC_SITUATION_MATCHED : RC_SITUATION_AMBIGUOUS);
    return true;
}

static void carry_out(struct decision *d, size_t at, const struct whose *all)
{
    const struct whose *whose = &all[at];
    switch (whose->verdict) {
    case VERDICT_REFUSED:
        count_situation(d, whose->why);
        break;
    case VERDICT_LINK:
        propose_link(d, at, whose);
        break;
    case VERDICT_ASK:
        await_answer(d, at, whose); /* for a person to say */
        break;
    case VERDICT_CREATE:
        if (!goes_with_another(d, at, all)) propose_create(d, at);
        break;
    case VERDICT_NONE:
        if (is_out(d, at)) count_situation(d, RC_SITUATION_OUT_OF_SCOPE);
        break;
    }
}

void decide_loose(struct decision *d)
{
    const size_t count = d->person->record_count;
    struct whose *all = rc_arena_array(d->arena, count + 1, sizeof *all);
    for (size_t i = 0; i < count; i++)
        if (ready(d, i)) all[i] = whose_record(d, i);
    for (size_t i = 0; i < count; i++)
        if (loose(d, i)) carry_out(d, i, all);
    /* Only now: whether a guardian is about to get an account is known once everybody was decided.
     */
    for (size_t i = 0; i < d->create_count; i++)
        decide_members(d, NULL, &d->creates[i], true);
}
