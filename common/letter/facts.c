/* What a letter is written from, read in the transaction that plans it. Each block is one query, so
 * that a new part of the mail is a file and a line here. */
#include "rollcall/letter/letter.h"

#include "letter_sql.h"

struct block {
    const char *name;
    const char *sql;  /* $1 run, $2 zone, $3 member; gives one JSON value, or no row */
    bool of_member;   /* $1 is the member, and there is no $3 */
    bool without_run; /* may be asked without a run */
};

static const struct block blocks[] = {
    {"district", sql_facts_district, true, true},
    {"missed", sql_facts_missed, true, true},
    {"run", sql_facts_run, false, false},
    {"people", sql_facts_people, false, false},
    {"memberships", sql_facts_memberships, false, false},
    {"holds", sql_facts_holds, false, false},
    {"leaving", sql_facts_leaving, false, false},
    {"kept", sql_facts_kept, false, false},
    {"findings", sql_facts_findings, false, false},
    {"collections", sql_facts_collections, false, false},
};

/* An alert is about one thing: numbers of the run behind it would only confuse. */
static bool wanted(const struct block *block, const struct rc_letter_about *about)
{
    if (block->without_run) return true;
    if (!about->run) return false;
    return about->kind != RC_LETTER_ALERT || rc_str_eq(rc_str_of(block->name), RC_STR("run"));
}

static rc_status add_block(struct rc_db *tx, const struct block *block,
                           const struct rc_letter_about *about, struct rc_json_out *out)
{
    const char *const values[] = {block->of_member ? about->member : about->run, about->zone,
                                  about->member};
    const size_t count = block->of_member ? 2 : 3;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_context(rc_db_run(tx, block->sql, count, values, &rows), "%s", block->name));
    if (rc_rows_count(rows) > 0) rc_json_put_raw(out, block->name, rc_rows_text(rows, 0, 0));
    return RC_OK;
}

static void add_alert(const struct rc_json *alert, struct rc_json_out *out)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    if (!alert) return;
    rc_json_print(&text, alert);
    rc_json_put_raw(out, "alert", rc_buf_str(&text));
}

rc_status rc_letter_facts(struct rc_arena *arena, struct rc_db *tx,
                          const struct rc_letter_about *about, const struct rc_json **ret_facts)
{
    RC_AUTO_BUF struct rc_buf text = {0};
    struct rc_json_out out = {.buf = &text};

    rc_json_open(&out, NULL, '{');
    for (size_t i = 0; i < COUNT_OF(blocks); i++)
        if (wanted(&blocks[i], about)) RC_TRY(add_block(tx, &blocks[i], about, &out));
    add_alert(about->alert, &out);
    rc_json_close(&out, '}');
    return rc_json_parse(rc_str_copy(arena, rc_buf_str(&text)), NULL, arena, ret_facts);
}
