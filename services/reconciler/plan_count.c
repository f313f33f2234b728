/* What a plan holds, counted while it is written: reading a million items once more to count them
 * costs as much as writing them. */
#include "plan_engine.h"

#include "rollcall/base/auto.h"

static void count_hold(struct plan_tally *tally, struct rc_str hold)
{
    for (size_t i = 0; i < tally->hold_count; i++) {
        if (!rc_str_eq(rc_str_of(tally->holds[i].hold), hold)) continue;
        tally->holds[i].items++;
        return;
    }
    if (tally->hold_count == COUNT_OF(tally->holds) || hold.len >= sizeof tally->holds->hold) {
        tally->incomplete = true;
        return;
    }
    struct plan_held *held = &tally->holds[tally->hold_count++];
    memcpy(held->hold, hold.data, hold.len);
    held->items = 1;
}

void plan_tally_add(struct plan_tally *tally, const struct rc_plan_item *item)
{
    tally->items++;
    tally->kinds[item->kind]++;
    if (item->hold.len == 0) return;
    tally->held++;
    tally->waits[item->kind]++;
    count_hold(tally, item->hold);
}

static void put_kinds(struct rc_json_out *json, const char *name,
                      const int64_t counts[RC_ITEM_COUNT_])
{
    rc_json_open(json, name, '{');
    for (int i = 0; i < RC_ITEM_COUNT_; i++) {
        if (counts[i] > 0)
            rc_json_put_int(json, rc_item_kind_name((enum rc_item_kind)i), counts[i]);
    }
    rc_json_close(json, '}');
}

static void put_situations(struct rc_json_out *json, const char *name, const size_t *situations)
{
    rc_json_open(json, name, '{');
    for (size_t i = 0; i < RC_SITUATION_COUNT_; i++)
        rc_json_put_int(json, rc_situation_name((enum rc_situation)i), (int64_t)situations[i]);
    rc_json_close(json, '}');
}

void plan_situations_json(const struct plan_engine *engine, struct rc_buf *out)
{
    struct rc_json_out json = {.buf = out};
    put_situations(&json, NULL, engine->situations);
}

void plan_tally_json(const struct plan_engine *engine, struct rc_buf *out)
{
    const struct plan_tally *tally = &engine->tally;
    struct rc_json_out json = {.buf = out};
    rc_json_open(&json, NULL, '{');
    rc_json_put_int(&json, "items", tally->items);
    rc_json_put_int(&json, "held", tally->held);
    put_kinds(&json, "kinds", tally->kinds);
    put_kinds(&json, "waits", tally->waits);
    rc_json_open(&json, "holds", '{');
    for (size_t i = 0; i < tally->hold_count; i++)
        rc_json_put_int(&json, tally->holds[i].hold, tally->holds[i].items);
    rc_json_close(&json, '}');
    put_situations(&json, "situations", engine->situations);
    rc_json_close(&json, '}');
}
