/* "Did you mean …?": the distance between two words as the number of letters to add, drop, change
 * or swap (optimal string alignment). */
#include "args.h"

#include <string.h>

enum { WORD_MAX = 40 };

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static unsigned distance(const char *a, const char *b)
{
    unsigned rows[WORD_MAX + 1][WORD_MAX + 1];
    const size_t a_len = strlen(a);
    const size_t b_len = strlen(b);

    if (a_len > WORD_MAX || b_len > WORD_MAX) return WORD_MAX;
    for (size_t i = 0; i <= a_len; i++)
        rows[i][0] = (unsigned)i;
    for (size_t j = 0; j <= b_len; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= a_len; i++) {
        for (size_t j = 1; j <= b_len; j++) {
            const bool same = a[i - 1] == b[j - 1];
            unsigned cost = least(rows[i - 1][j] + 1, rows[i][j - 1] + 1);
            cost = least(cost, rows[i - 1][j - 1] + !same);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                cost = least(cost, rows[i - 2][j - 2] + 1);
            rows[i][j] = cost;
        }
    }
    return rows[a_len][b_len];
}

const char *suggest_nearest(const char *word, const char *(*next)(const void *from, size_t index),
                            const void *from)
{
    /* A third of the word may be wrong; a beginning of at least three letters counts as near. */
    const unsigned limit = (unsigned)strlen(word) / 3 + 1;
    const char *best = NULL;
    unsigned best_distance = limit + 1;

    for (size_t i = 0; next(from, i); i++) {
        const char *candidate = next(from, i);
        unsigned far = distance(word, candidate);
        if (strlen(word) >= 3 && strncmp(word, candidate, strlen(word)) == 0) far = least(far, 1);
        if (far >= best_distance) continue;
        best = candidate;
        best_distance = far;
    }
    return best;
}
