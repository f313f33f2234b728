/* What a digest is written from: one person's districts one after another, each under its own
 * row-level security, in one transaction. */
#include "rollcall/letter/letter.h"

#include "digest.h"
#include "letter_sql.h"

static const struct {
    const char *name;
    const char *sql; /* $1 member, $2 zone, $3 since, $4 before; gives one JSON value, or no row */
} blocks[] = {
    {"district", sql_digest_district}, {"sources", sql_digest_runs},
    {"holds", sql_digest_holds},       {"asked", sql_digest_asked},
    {"leaving", sql_digest_leaving},   {"people", sql_digest_people},
    {"findings", sql_digest_findings}, {"kept", sql_digest_kept},
};

/* One member in hand. */
struct choice {
    const char *zone;
    int64_t hour;
    bool weekly, problems_only; /* what was chosen */
    bool reached, monday;
    const char *day, *day_words;
    const char *since, *before;
};

struct reading {
    struct rc_arena *arena;
    struct rc_db *tx;
    const struct rc_digest_ask *ask;
    struct rc_digest *digest;
    struct rc_digest_part *parts;
    struct rc_json_out *out;
    const char *day_words;
    bool weekly;
};

static const char *keep(const struct reading *reading, const struct rc_rows *rows, size_t row,
                        int column)
{
    if (rc_rows_null(rows, row, column)) return NULL;
    return rc_str_copy(reading->arena, rc_rows_text(rows, row, column)).data;
}

static rc_status read_choice(const struct reading *reading, const char *member,
                             struct choice *choice)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *const values[] = {member, reading->digest->zone, reading->ask->due};

    RC_TRY(rc_db_one(reading->tx, sql_digest_choice, COUNT_OF(values), values, &rows));
    *choice = (struct choice){
        .weekly = rc_str_eq(rc_rows_text(rows, 0, 0), RC_STR("weekly")),
        .problems_only = rc_str_eq(rc_rows_text(rows, 0, 0), RC_STR("only problems")),
        .zone = keep(reading, rows, 0, 1),
        .hour = rc_rows_int(rows, 0, 2),
        .reached = rc_rows_bool(rows, 0, 3),
        .day = keep(reading, rows, 0, 4),
        .since = keep(reading, rows, 0, 5),
        .before = keep(reading, rows, 0, 6),
        .day_words = keep(reading, rows, 0, 7),
        .monday = rc_rows_bool(rows, 0, 8),
    };
    return RC_OK;
}

/* ---- one district ---- */

static rc_status read_blocks(const struct reading *reading, const char *member,
                             const struct choice *choice, struct rc_buf *text)
{
    struct rc_json_out out = {.buf = text};
    const char *const values[] = {member, choice->zone, choice->since, choice->before};

    rc_json_open(&out, NULL, '{');
    for (size_t i = 0; i < COUNT_OF(blocks); i++) {
        RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
        RC_TRY(rc_context(rc_db_run(reading->tx, blocks[i].sql, COUNT_OF(values), values, &rows),
                          "%s", blocks[i].name));
        if (rc_rows_count(rows) > 0)
            rc_json_put_raw(&out, blocks[i].name, rc_rows_text(rows, 0, 0));
    }
    rc_json_close(&out, '}');
    return RC_OK;
}

/* Who wants to hear of problems alone hears of nothing else. */
static rc_status is_wanted(const struct reading *reading, const struct choice *choice,
                           struct rc_str text, bool *ret_wanted)
{
    const struct rc_json *facts = NULL;

    *ret_wanted = true;
    if (reading->ask->all || !choice->problems_only) return RC_OK;
    RC_TRY(rc_json_parse(rc_str_copy(reading->arena, text), NULL, reading->arena, &facts));
    *ret_wanted = digest_rank(facts) < DIGEST_CALM;
    return RC_OK;
}

static bool is_due(const struct reading *reading, const struct choice *choice)
{
    if (reading->ask->choices_only) return false;
    if (reading->ask->all) return true;
    return choice->reached && (!choice->weekly || choice->monday);
}

static void note_first(struct reading *reading, const struct choice *choice)
{
    struct rc_digest *digest = reading->digest;

    if (!digest->zone) {
        digest->zone = choice->zone;
        digest->day = choice->day;
        digest->hour = choice->hour;
        digest->weekly_only = true;
        reading->day_words = choice->day_words;
    }
    if (!choice->weekly) digest->weekly_only = false;
}

static rc_status read_member(struct reading *reading, const char *district, const char *member)
{
    RC_AUTO_BUF struct rc_buf text = {0};
    struct choice choice = {0};
    bool wanted = false;

    RC_TRY(rc_db_enter(reading->tx, district));
    RC_TRY(read_choice(reading, member, &choice));
    note_first(reading, &choice);
    if (!is_due(reading, &choice)) return RC_OK;
    RC_TRY(read_blocks(reading, member, &choice, &text));
    RC_TRY(is_wanted(reading, &choice, rc_buf_str(&text), &wanted));
    if (!wanted) return RC_OK;
    rc_json_put_raw(reading->out, NULL, rc_buf_str(&text));
    if (reading->digest->count == 0) reading->weekly = true;
    if (!choice.weekly) reading->weekly = false;
    reading->parts[reading->digest->count++] = (struct rc_digest_part){district, member,
                                                                       choice.since};
    return RC_OK;
}

/* ---- all of them ---- */

static rc_status read_members(struct reading *reading, const struct rc_rows *members)
{
    rc_json_open(reading->out, "districts", '[');
    for (size_t i = 0; i < rc_rows_count(members); i++)
        RC_TRY(read_member(reading, keep(reading, members, i, 0), keep(reading, members, i, 1)));
    rc_json_close(reading->out, ']');
    return RC_OK;
}

/* Mails to the first member that may not have arrived: the row of this one will stand there (M1).
 */
static rc_status read_missed(struct reading *reading)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const struct rc_digest_part *first = &reading->parts[0];
    const char *const values[] = {first->member, reading->digest->zone};

    if (reading->digest->count == 0) return RC_OK;
    RC_TRY(rc_db_enter(reading->tx, first->district));
    RC_TRY(rc_db_run(reading->tx, sql_facts_missed, COUNT_OF(values), values, &rows));
    if (rc_rows_count(rows) > 0) rc_json_put_raw(reading->out, "missed", rc_rows_text(rows, 0, 0));
    return RC_OK;
}

static void put_head(struct reading *reading)
{
    const char *day = reading->day_words ? reading->day_words : "";
    const char *zone = reading->digest->zone ? reading->digest->zone : "";

    rc_json_put_text(reading->out, "day", rc_str_of(day));
    rc_json_put_text(reading->out, "zone", rc_str_of(zone));
    rc_json_put_bool(reading->out, "weekly", reading->weekly);
}

rc_status rc_digest_read(struct rc_arena *arena, struct rc_db *tx, const struct rc_digest_ask *ask,
                         struct rc_digest *ret_digest)
{
    RC_AUTO(rc_rows) struct rc_rows *members = NULL;
    RC_AUTO_BUF struct rc_buf text = {0};
    struct rc_json_out out = {.buf = &text};
    struct rc_digest digest = {0};
    struct reading reading = {.arena = arena, .tx = tx, .ask = ask, .digest = &digest, .out = &out};
    const char *const values[] = {ask->reader, ask->district, ask->member};

    RC_TRY(rc_db_run(tx, sql_digest_members, COUNT_OF(values), values, &members));
    reading.parts = rc_arena_array(arena, rc_rows_count(members) + 1, sizeof *reading.parts);
    rc_json_open(&out, NULL, '{');
    RC_TRY(read_members(&reading, members));
    RC_TRY(read_missed(&reading));
    put_head(&reading);
    rc_json_close(&out, '}');
    digest.parts = reading.parts;
    RC_TRY(rc_json_parse(rc_str_copy(arena, rc_buf_str(&text)), NULL, arena, &digest.facts));
    *ret_digest = digest;
    return RC_OK;
}
