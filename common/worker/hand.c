/* What is in hand and who may go next. Everything that decides about order, fairness and poison
 * between messages stands here, so that it can be read and tested in one place. */
#include "hand.h"

#include <stdlib.h>
#include <string.h>

#include "rollcall/base/arena.h"

void hand_item_free(struct hand_item *item)
{
    if (!item) return;
    rc_message_free(item->message);
    free(item);
}

void hand_done(struct hand *hand)
{
    for (size_t i = 0; i < hand->count; i++)
        hand_item_free(hand->items[i]);
    free(hand->items);
    *hand = (struct hand){0};
}

struct hand_item *hand_add(struct hand *hand, struct rc_message *message, size_t intake)
{
    struct hand_item *item = rc_malloc(sizeof *item);

    *item = (struct hand_item){.message = message, .intake = intake};
    if (hand->count == hand->room) {
        hand->room = hand->room ? hand->room * 2 : 16;
        hand->items = rc_realloc(hand->items, hand->room * sizeof(struct hand_item *));
    }
    hand->items[hand->count++] = item;
    hand->bytes += message->payload.len;
    return item;
}

static bool is_due(const struct hand_item *item, int64_t now_ms)
{
    return item->state == HAND_QUEUED || (item->state == HAND_WAITING && item->due_ms <= now_ms);
}

/* Order per key (design.md, topics): an earlier message with the same key goes first, done or not.
 */
static bool is_behind(const struct hand *hand, size_t at)
{
    const struct hand_item *item = hand->items[at];

    if (item->message->key.len == 0) return false;
    for (size_t i = 0; i < at; i++) {
        const struct hand_item *before = hand->items[i];
        if (before->state == HAND_DONE || before->intake != item->intake) continue;
        if (rc_str_eq(before->message->key, item->message->key)) return true;
    }
    return false;
}

static struct hand_item *find_next(const struct hand *hand, int64_t now_ms, bool alone)
{
    for (size_t i = 0; i < hand->count; i++) {
        struct hand_item *item = hand->items[i];
        if (item->alone == alone && !item->dropped && is_due(item, now_ms) && !is_behind(hand, i))
            return item;
    }
    return NULL;
}

static bool one_runs_alone(const struct hand *hand)
{
    for (size_t i = 0; i < hand->count; i++)
        if (hand->items[i]->alone && hand->items[i]->state == HAND_RUNNING) return true;
    return false;
}

struct hand_item *hand_next(struct hand *hand, int64_t now_ms)
{
    if (hand->frozen || one_runs_alone(hand)) return NULL;
    struct hand_item *item = find_next(hand, now_ms, true);
    if (item && hand_count(hand, HAND_RUNNING) > 0) return NULL;
    if (!item) item = find_next(hand, now_ms, false);
    if (item) item->state = HAND_RUNNING;
    return item;
}

void hand_remove(struct hand *hand, struct hand_item *item)
{
    for (size_t i = 0; i < hand->count; i++) {
        if (hand->items[i] != item) continue;
        hand->count--;
        memmove(hand->items + i, hand->items + i + 1,
                (hand->count - i) * sizeof(struct hand_item *));
        hand->bytes -= item->message->payload.len;
        return;
    }
}

size_t hand_count(const struct hand *hand, enum hand_state state)
{
    size_t count = 0;

    for (size_t i = 0; i < hand->count; i++)
        count += hand->items[i]->state == state ? 1 : 0;
    return count;
}

static bool is_of(const struct hand_item *item, size_t intake, int32_t partition)
{
    return intake == SIZE_MAX || (item->intake == intake && item->message->partition == partition);
}

static bool is_troubled(const struct hand_item *item)
{
    return item->tries > 0 && item->state != HAND_DONE;
}

bool hand_troubled(const struct hand *hand, size_t intake, int32_t partition)
{
    for (size_t i = 0; i < hand->count; i++)
        if (is_troubled(hand->items[i]) && is_of(hand->items[i], intake, partition)) return true;
    return false;
}

size_t hand_count_troubled(const struct hand *hand)
{
    size_t count = 0;

    for (size_t i = 0; i < hand->count; i++)
        count += is_troubled(hand->items[i]) ? 1 : 0;
    return count;
}

size_t hand_running(const struct hand *hand, size_t intake, int32_t partition)
{
    size_t count = 0;

    for (size_t i = 0; i < hand->count; i++)
        if (hand->items[i]->state == HAND_RUNNING && is_of(hand->items[i], intake, partition))
            count++;
    return count;
}

struct hand_item *hand_drop(struct hand *hand, size_t intake, int32_t partition)
{
    for (size_t i = 0; i < hand->count; i++) {
        struct hand_item *item = hand->items[i];
        if (item->state == HAND_RUNNING || item->state == HAND_DONE) continue;
        if (!is_of(item, intake, partition)) continue;
        hand_remove(hand, item);
        return item;
    }
    return NULL;
}

void hand_disown(struct hand *hand, size_t intake, int32_t partition)
{
    for (size_t i = 0; i < hand->count; i++)
        if (hand->items[i]->state == HAND_RUNNING && is_of(hand->items[i], intake, partition))
            hand->items[i]->dropped = true;
}

struct hand_item *hand_take_done(struct hand *hand)
{
    for (size_t i = 0; i < hand->count; i++) {
        struct hand_item *item = hand->items[i];
        if (item->state != HAND_DONE) continue;
        hand_remove(hand, item);
        return item;
    }
    return NULL;
}
