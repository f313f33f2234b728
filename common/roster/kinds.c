/* The kinds of fields: each reads a value of the source, in any spelling that is tolerated, and
 * writes the canonical one. */

#include "mapper_private.h"

#define BIT(rule) (1U << (rule))

enum {
    TEXT_RULES = BIT(RC_RULE_MALFORMED) | BIT(RC_RULE_CONTROL_CHARACTERS) | BIT(RC_RULE_TOO_LONG),
    ONE_TEXT_RULES = TEXT_RULES | BIT(RC_RULE_SEVERAL),
    TEXTS_RULES = TEXT_RULES | BIT(RC_RULE_TOO_MANY),
};

static enum rc_took malformed(struct rc_mapper *mapper)
{
    return rc_mapper_report(mapper, RC_RULE_MALFORMED, RC_STR(""));
}

/* The one text of a value. */
static enum rc_took take_one_text(struct rc_mapper *mapper, const struct rc_json *value,
                                  struct rc_str *ret_text)
{
    const struct rc_json *one = rc_take_one(mapper, value);

    return one ? rc_take_text(mapper, one, ret_text) : RC_NOTHING;
}

static enum rc_took put(struct rc_mapper *mapper, enum rc_took took, struct rc_str text)
{
    if (took == RC_TOOK) rc_json_put_text(&mapper->json, mapper->field->name, text);
    return took;
}

/* --- text --- */

static enum rc_took write_text(struct rc_mapper *mapper, const struct rc_json *value)
{
    struct rc_str text = {0};
    const enum rc_took took = take_one_text(mapper, value, &text);

    return put(mapper, took, text);
}
const struct rc_field_kind rc_kind_text = {
    .form = "a text", .write = write_text, .rules = ONE_TEXT_RULES};

/* Something@something, without blanks: enough to tell an address from a remark. */
static bool is_email(struct rc_str text)
{
    struct rc_str rest = text;
    const struct rc_str name = rc_str_cut(&rest, '@');

    return name.len > 0 && rest.len > 0 && !memchr(rest.data, '@', rest.len) &&
           !memchr(text.data, ' ', text.len);
}

static enum rc_took write_email(struct rc_mapper *mapper, const struct rc_json *value)
{
    struct rc_str text = {0};
    const enum rc_took took = take_one_text(mapper, value, &text);

    if (took == RC_TOOK && !is_email(text)) return malformed(mapper);
    return put(mapper, took, text);
}
const struct rc_field_kind rc_kind_email = {
    .form = "an e-mail address, `name@domain`", .write = write_email, .rules = ONE_TEXT_RULES};

/* --- true and false --- */

static const struct rc_word truth_list[] = {
    {"true", NULL},  {"false", NULL}, {"1", "true"},  {"0", "false"}, {"yes", "true"},
    {"no", "false"}, {"y", "true"},   {"n", "false"}, {"t", "true"},  {"f", "false"},
};
static const struct rc_words truth = {truth_list, COUNT_OF(truth_list), false};

static enum rc_took write_bool(struct rc_mapper *mapper, const struct rc_json *value)
{
    const struct rc_json *one = rc_take_one(mapper, value);
    struct rc_str text = {0};

    if (one && rc_json_kind(one) == RC_JSON_BOOL) {
        rc_json_put_bool(&mapper->json, mapper->field->name, rc_json_bool(one));
        return RC_TOOK;
    }
    const enum rc_took took = one ? rc_take_text(mapper, one, &text) : RC_NOTHING;
    if (took != RC_TOOK) return took;
    const char *word = rc_word_find(&truth, text);
    if (!word) return malformed(mapper);
    rc_json_put_raw(&mapper->json, mapper->field->name, rc_str_of(word));
    return RC_TOOK;
}
const struct rc_field_kind rc_kind_bool = {
    .form = "`true` or `false`", .write = write_bool, .rules = ONE_TEXT_RULES};

/* --- dates --- */

static enum rc_took write_date(struct rc_mapper *mapper, const struct rc_json *value)
{
    struct rc_str text = {0};
    char date[11];
    const enum rc_took took = take_one_text(mapper, value, &text);

    if (took == RC_TOOK && !rc_date_read(text, date)) return malformed(mapper);
    return put(mapper, took, took == RC_TOOK ? (struct rc_str){date, 10} : text);
}
const struct rc_field_kind rc_kind_date = {
    .form = "a date, `YYYY-MM-DD`", .write = write_date, .rules = ONE_TEXT_RULES};

static enum rc_took write_year(struct rc_mapper *mapper, const struct rc_json *value)
{
    struct rc_str text = {0};
    char year[5];
    const enum rc_took took = take_one_text(mapper, value, &text);

    if (took == RC_TOOK && !rc_year_read(text, year)) return malformed(mapper);
    return put(mapper, took, took == RC_TOOK ? (struct rc_str){year, 4} : text);
}
const struct rc_field_kind rc_kind_year = {.form = "the year in which the school year ends, `YYYY`",
                                           .write = write_year,
                                           .rules = ONE_TEXT_RULES};

/* --- words --- */

static enum rc_took write_enum(struct rc_mapper *mapper, const struct rc_json *value)
{
    const struct rc_json *one = rc_take_one(mapper, value);
    struct rc_str word = {0};
    const enum rc_took took = one ? rc_take_word(mapper, one, &word) : RC_NOTHING;

    return put(mapper, took, word);
}
const struct rc_field_kind rc_kind_enum = {.form = "a word of the standard's list",
                                           .write = write_enum,
                                           .rules = ONE_TEXT_RULES | BIT(RC_RULE_UNKNOWN)};

/* --- references --- */

static enum rc_took write_ref(struct rc_mapper *mapper, const struct rc_json *value)
{
    const struct rc_json *one = rc_take_one(mapper, value);
    struct rc_str id = {0};
    const enum rc_took took = one ? rc_take_ref(mapper, one, &id) : RC_NOTHING;

    mapper->refs[mapper->field - mapper->mapping->fields] = id;
    return put(mapper, took, id);
}
const struct rc_field_kind rc_kind_ref = {
    .form = "a reference with a `sourcedId`", .write = write_ref, .rules = ONE_TEXT_RULES};

typedef enum rc_took take_fn(struct rc_mapper *mapper, const struct rc_json *value,
                             struct rc_str *ret_text);

/* Every element that can be read; one that cannot costs itself. */
static enum rc_took write_list(struct rc_mapper *mapper, const struct rc_json *value, take_fn *take,
                               bool sorted)
{
    const struct rc_json **items = NULL;
    const size_t found = rc_take_items(mapper, value, &items);
    struct rc_str *texts = rc_arena_array(mapper->scratch, found, sizeof *texts);
    const bool needed = mapper->needed;
    size_t count = 0;

    mapper->needed = false;
    for (size_t i = 0; i < found; i++)
        if (take(mapper, items[i], &texts[count]) == RC_TOOK) count++;
    mapper->needed = needed;
    return rc_put_texts(mapper, texts, count, sorted);
}

static enum rc_took write_refs(struct rc_mapper *mapper, const struct rc_json *value)
{
    const bool agents = rc_str_eq(rc_str_of(mapper->field->name), RC_STR("agents"));

    return write_list(mapper, value, rc_take_ref, !(agents && mapper->options.keeps_agents));
}
const struct rc_field_kind rc_kind_refs = {
    .form = "references with a `sourcedId` each", .write = write_refs, .rules = TEXTS_RULES};

static enum rc_took write_texts(struct rc_mapper *mapper, const struct rc_json *value)
{
    return write_list(mapper, value, rc_take_text, false);
}
const struct rc_field_kind rc_kind_texts = {
    .form = "a list of texts", .write = write_texts, .rules = TEXTS_RULES};

/* --- grades --- */

/* Room for every part of every text between commas. */
static size_t count_parts(const struct rc_json **items, size_t found)
{
    size_t parts = 0;

    for (size_t i = 0; i < found; i++) {
        const struct rc_str text = rc_json_text(items[i]);
        for (size_t at = 0; at < text.len; at++)
            parts += text.data[at] == ',';
        parts++;
    }
    return parts;
}

static size_t add_grades(struct rc_mapper *mapper, struct rc_str text, bool listed,
                         struct rc_str *grades)
{
    size_t count = 0;

    while (text.data) {
        const struct rc_str part = rc_trim_all(rc_str_cut(&text, ','));
        if (part.len == 0) continue;
        if (!rc_grade_read(part, &grades[count])) {
            if (listed) (void)rc_mapper_report(mapper, RC_RULE_UNKNOWN, RC_STR(""));
            grades[count] = part;
        }
        count++;
    }
    return count;
}

/* listed: a grade outside the list is worth a word. */
static enum rc_took put_grades(struct rc_mapper *mapper, const struct rc_json *value, bool listed)
{
    const struct rc_json **items = NULL;
    const size_t found = rc_take_items(mapper, value, &items);
    const size_t room = count_parts(items, found);
    struct rc_str *grades = rc_arena_array(mapper->scratch, room, sizeof *grades);
    size_t count = 0;

    for (size_t i = 0; i < found; i++) {
        struct rc_str text = {0};
        if (rc_take_text(mapper, items[i], &text) == RC_TOOK)
            count += add_grades(mapper, text, listed, grades + count);
    }
    return rc_put_texts(mapper, grades, count, true);
}

static enum rc_took write_grades(struct rc_mapper *mapper, const struct rc_json *value)
{
    return put_grades(mapper, value, true);
}
const struct rc_field_kind rc_kind_grades = {
    .form = "grades: IT, PR, PK, TK, KG, 01 to 13, PS, UG, Other",
    .write = write_grades,
    .rules = TEXTS_RULES | BIT(RC_RULE_UNKNOWN)};

static enum rc_took write_local_grades(struct rc_mapper *mapper, const struct rc_json *value)
{
    return put_grades(mapper, value, false);
}
const struct rc_field_kind rc_kind_local_grades = {
    .form = "grades, as 1.1 lists them or as the district agreed on them",
    .write = write_local_grades,
    .rules = TEXTS_RULES};
