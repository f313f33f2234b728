/* Offsets are committed in Kafka as one number per partition, while messages are finished in any
 * order. The number that may be committed is the lowest offset still in hand: what lies below is
 * done, what lies above is read again after a crash. Pure, so that the rule is tested without
 * Kafka. */
#include "marks.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "rollcall/base/arena.h"

void marks_done(struct marks *marks)
{
    free(marks->entries);
    *marks = (struct marks){0};
}

void marks_reset(struct marks *marks)
{
    struct marks_entry *entries = marks->entries;
    const size_t room = marks->room;

    *marks = (struct marks){.entries = entries, .room = room};
}

/* Entries move to the front before there is more memory. */
static void need_room(struct marks *marks)
{
    if (marks->first + marks->count < marks->room) return;
    if (marks->first > 0) {
        memmove(marks->entries, marks->entries + marks->first,
                marks->count * sizeof *marks->entries);
        marks->first = 0;
        return;
    }
    marks->room = marks->room ? marks->room * 2 : 16;
    marks->entries = rc_realloc(marks->entries, marks->room * sizeof *marks->entries);
}

bool marks_add(struct marks *marks, int64_t offset)
{
    if (marks->any && offset <= marks->last) return false;
    need_room(marks);
    marks->entries[marks->first + marks->count++] = (struct marks_entry){.offset = offset};
    if (!marks->any) marks->next = marks->committed = offset;
    marks->any = true;
    marks->last = offset;
    return true;
}

static struct marks_entry *find_entry(struct marks *marks, int64_t offset)
{
    for (size_t i = marks->first; i < marks->first + marks->count; i++)
        if (marks->entries[i].offset == offset) return &marks->entries[i];
    return NULL;
}

void marks_finish(struct marks *marks, int64_t offset)
{
    struct marks_entry *entry = find_entry(marks, offset);

    assert(entry && !entry->done);
    entry->done = true;
    while (marks->count > 0 && marks->entries[marks->first].done) {
        marks->first++;
        marks->count--;
    }
    /* Offsets have gaps (compaction, control records): behind the last one lies the next to read.
     */
    marks->next = marks->count > 0 ? marks->entries[marks->first].offset : marks->last + 1;
}

int64_t marks_due(const struct marks *marks)
{
    return marks->any && marks->next > marks->committed ? marks->next : -1;
}

void marks_commit(struct marks *marks, int64_t offset)
{
    if (offset > marks->committed) marks->committed = offset;
}
