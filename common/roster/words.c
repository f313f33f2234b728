/* Words of fixed vocabularies, in whatever spelling a source gives them, and grades. */

#include "mapper_private.h"

enum { EXTENSION_MAX = 64 };

static bool is_joint(char c)
{
    return c == '-' || c == '_' || c == ' ';
}

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* gradingPeriod, GradingPeriod, grading_period and "grading period" are one word. */
static bool same_word(struct rc_str text, const char *word)
{
    size_t at = 0;

    for (;;) {
        while (at < text.len && is_joint(text.data[at]))
            at++;
        while (is_joint(*word))
            word++;
        if (at == text.len || *word == '\0') return at == text.len && *word == '\0';
        if (fold(text.data[at++]) != fold(*word++)) return false;
    }
}

const char *rc_word_find(const struct rc_words *words, struct rc_str text)
{
    for (size_t i = 0; i < words->count; i++) {
        const struct rc_word *word = &words->list[i];
        if (same_word(text, word->spelling))
            return word->canonical ? word->canonical : word->spelling;
    }
    return NULL;
}

static bool is_token(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == '_';
}

struct rc_str rc_word_extension(struct rc_arena *arena, struct rc_str text)
{
    const struct rc_str prefix = RC_STR("ext:");
    bool any = false;

    if (rc_str_starts(text, prefix)) text = (struct rc_str){text.data + 4, text.len - 4};
    if (text.len == 0 || text.len > EXTENSION_MAX) return (struct rc_str){0};
    char *word = rc_arena_alloc(arena, prefix.len + text.len);
    memcpy(word, prefix.data, prefix.len);
    for (size_t i = 0; i < text.len; i++) {
        const bool kept = is_token(text.data[i]);
        any = any || kept;
        word[prefix.len + i] = kept ? text.data[i] : '_';
    }
    return any ? (struct rc_str){word, prefix.len + text.len} : (struct rc_str){0};
}

/* The CEDS grade levels that OneRoster 1.1 names, and what sources write for them. */
static const struct rc_word grade_list[] = {
    {"KG", NULL},    {"01", NULL},
    {"02", NULL},    {"03", NULL},
    {"04", NULL},    {"05", NULL},
    {"06", NULL},    {"07", NULL},
    {"08", NULL},    {"09", NULL},
    {"10", NULL},    {"11", NULL},
    {"12", NULL},    {"13", NULL},
    {"PK", NULL},    {"TK", NULL},
    {"IT", NULL},    {"PR", NULL},
    {"PS", NULL},    {"UG", NULL},
    {"Other", NULL}, {"K", "KG"},
    {"KK", "KG"},    {"0", "KG"},
    {"00", "KG"},    {"1", "01"},
    {"2", "02"},     {"3", "03"},
    {"4", "04"},     {"5", "05"},
    {"6", "06"},     {"7", "07"},
    {"8", "08"},     {"9", "09"},
    {"12+", "13"},   {"PreK", "PK"},
    {"P", "PK"},     {"Kindergarten", "KG"},
};
static const struct rc_words grades = {grade_list, COUNT_OF(grade_list), false};

bool rc_grade_read(struct rc_str text, struct rc_str *ret_grade)
{
    /* -1 would be 1 to a comparison that skips dashes */
    const char *found = rc_str_eq(text, RC_STR("-1")) ? "PK" : rc_word_find(&grades, text);

    if (!found) return false;
    *ret_grade = rc_str_of(found);
    return true;
}
