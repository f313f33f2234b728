/* A batch and the mirror's rows of its ids, compared. Both mostly come in the same order, and then
 * nothing is searched for. */
#include "seen.h"

#include <stdlib.h>

#include "moment.h"

/* Between 1970 and 2000, where PostgreSQL begins to count. */
#define EPOCH_MICROS (INT64_C(946684800) * 1000000)

static int id_order(const void *left, const void *right)
{
    const struct seen_place *a = left, *b = right;
    const int order = rc_str_cmp(a->id, b->id);
    return order ? order : (a->record > b->record) - (a->record < b->record);
}

static bool put_in_order(struct seen *seen)
{
    bool sorted = true;
    for (uint32_t i = 0; i < seen->batch->count; i++) {
        seen->order[i] = (struct seen_place){seen->batch->records[i].id, i};
        sorted = sorted && (i == 0 || id_order(&seen->order[i - 1], &seen->order[i]) < 0);
    }
    return sorted;
}

void seen_init(struct seen *seen, const struct batch *batch, bool honest, struct rc_arena *arena)
{
    *seen = (struct seen){.batch = batch, .honest = honest};
    seen->order = rc_arena_array(arena, batch->count + 1, sizeof *seen->order);
    seen->rows = rc_arena_array(arena, batch->count + 1, sizeof *seen->rows);
    seen->met = rc_arena_array(arena, batch->count + 1, sizeof *seen->met);
    memset(seen->rows, 0, batch->count * sizeof *seen->rows);
    memset(seen->met, 0, batch->count * sizeof *seen->met);
    if (!put_in_order(seen)) qsort(seen->order, batch->count, sizeof *seen->order, id_order);
}

struct rc_str seen_first(const struct seen *seen)
{
    return seen->order[0].id;
}

struct rc_str seen_last(const struct seen *seen)
{
    return seen->order[seen->batch->count - 1].id;
}

/* ---- a row ---- */

/* The first place in order whose id is not less. */
static size_t place_of(const struct seen *seen, struct rc_str id)
{
    size_t low = 0, high = seen->batch->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (rc_str_cmp(seen->order[middle].id, id) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool is_at(const struct seen *seen, size_t place, struct rc_str id)
{
    return place < seen->batch->count && rc_str_eq(seen->order[place].id, id);
}

/* "0002A5F1…": what timestamptz_send gives, as microseconds since 1970. False: it is none. */
static bool sent_moment(struct rc_str hex, int64_t *ret_micros)
{
    uint64_t value = 0;
    for (size_t i = 0; i < hex.len; i++) {
        const char c = hex.data[i];
        const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0) return false;
        value = value << 4 | (uint64_t)digit;
    }
    *ret_micros = (int64_t)value + EPOCH_MICROS;
    return hex.len == 16;
}

static bool same_date(struct rc_str modified, struct rc_str sent)
{
    int64_t came = 0, stands = 0;
    if (modified.len == 0 || sent.len == 0) return modified.len == sent.len;
    return moment_parse(modified, &came) == RC_OK && sent_moment(sent, &stands) && came == stands;
}

/* A record without values, or one that is marked deleted, is never merely seen (N1). */
static bool is_same(const struct seen *seen, const struct batch_record *record,
                    const struct seen_row *row)
{
    return record->body.len > 0 && !record->deleted && rc_str_eq(record->hash, row->hash) &&
           (!seen->honest || same_date(record->modified, row->modified));
}

void seen_tell(struct seen *seen, const struct seen_row *row)
{
    size_t place = is_at(seen, seen->next, row->id) ? seen->next : place_of(seen, row->id);
    bool stands = false;
    for (; is_at(seen, place, row->id); place++) {
        const uint32_t record = seen->order[place].record;
        seen->met[record] = true;
        stands = stands || seen->rows[record] != 0;
        if (stands || !is_same(seen, &seen->batch->records[record], row)) continue;
        seen->rows[record] = row->row_no;
        seen->count++;
        stands = true;
    }
    seen->next = place;
}

/* ---- all of them ---- */

static int number_order(const void *left, const void *right)
{
    const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

void seen_ranges(const struct seen *seen, struct rc_arena *arena, struct rc_buf *out)
{
    int64_t *rows = rc_arena_array(arena, seen->count + 1, sizeof *rows);
    size_t count = 0;
    for (size_t i = 0; i < seen->batch->count; i++) {
        if (seen->rows[i] != 0) rows[count++] = seen->rows[i];
    }
    qsort(rows, count, sizeof *rows, number_order);
    rc_buf_add_char(out, '{');
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && rows[end] == rows[end - 1] + 1; end++) {
        }
        rc_buf_print(out, "%s[%lld,%lld)", i > 0 ? "," : "", (long long)rows[i],
                     (long long)rows[end - 1] + 1);
    }
    rc_buf_add_char(out, '}');
}
