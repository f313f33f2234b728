/* Takes changes back, newest first, one by one: whatever moved since is left alone and counted, and
 * what is taken back is declined, so that the next plan does not propose it again (P7). An act by
 * hand declined the opposite itself: taken back, its marks go, and all is as it was before. */
#include "plan_engine.h"
#include "reconciler_sql.h"
#include "rollcall/base/auto.h"

/* One entry of the history. */
struct entry {
    const char *id, *kind, *account, *node, *field, *was, *made, *waits, *version, *by;
};

struct undoing {
    struct rc_stage_env *env;
    struct rc_db *tx;
    const char *act;    /* that is taken back; NULL: a run */
    struct rc_buf back; /* the entries that were taken back, as an array literal */
    int64_t undone, left;
};

/* A wish to undo. */
struct wish {
    const char *id, *by, *act;
};

/* Runs a compare-and-set; *ret_done is false where the row had moved. */
static rc_status change(struct rc_db *tx, const char *sql, size_t count, const char *const *values,
                        bool *ret_done)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_run(tx, sql, count, values, &rows));
    *ret_done = rc_rows_touched(rows) > 0;
    return RC_OK;
}

/* What the act said with this change is unsaid. */
static rc_status unmark(struct undoing *u, const struct entry *e)
{
    const char *const values[] = {u->act, e->account, e->field};
    return rc_db_run(u->tx, sql_undo_unmark, COUNT_OF(values), values, NULL);
}

static rc_status mark_account(struct undoing *u, const struct entry *e, const char *kind)
{
    if (u->act) return unmark(u, e);
    const struct rc_str node = rc_str_print(u->env->arena, "a:%s", e->account);
    const char *const values[] = {node.data, kind,  strcmp(kind, "archive") == 0 ? "" : e->field,
                                  e->waits,  e->by, e->id};
    return rc_db_run(u->tx, sql_undo_mark, COUNT_OF(values), values, NULL);
}

static rc_status mark_presence(struct undoing *u, const struct entry *e, const char *record)
{
    if (u->act) return unmark(u, e);
    const char *const values[] = {e->account, record, e->by};
    return rc_db_run(u->tx, sql_undo_presence, COUNT_OF(values), values, NULL);
}

static rc_status undo_update(struct undoing *u, const struct entry *e, bool *ret_done)
{
    const char *const values[] = {e->account, e->field, e->was ? e->was : "",
                                  e->made ? e->made : "", e->version};
    const char *const roles[] = {e->account, e->was ? e->was : ""};
    RC_TRY(change(u->tx, sql_undo_field, COUNT_OF(values), values, ret_done));
    if (!*ret_done) return RC_OK;
    if (strcmp(e->field, "roles") == 0) {
        RC_TRY(rc_db_run(u->tx, sql_undo_roles_end, COUNT_OF(roles), roles, NULL));
        RC_TRY(rc_db_run(u->tx, sql_undo_roles_begin, COUNT_OF(roles), roles, NULL));
    }
    return mark_account(u, e, "field");
}

static rc_status undo_appearance(struct undoing *u, const struct entry *e, bool *ret_done)
{
    const char *const values[] = {e->account, "archived", e->version};
    RC_TRY(change(u->tx, sql_undo_status, COUNT_OF(values), values, ret_done));
    return *ret_done ? mark_presence(u, e, "") : RC_OK;
}

static rc_status undo_archive(struct undoing *u, const struct entry *e, bool *ret_done)
{
    const char *const values[] = {e->account, "active", e->version};
    RC_TRY(change(u->tx, sql_undo_status, COUNT_OF(values), values, ret_done));
    return *ret_done ? mark_account(u, e, "archive") : RC_OK;
}

static rc_status undo_link(struct undoing *u, const struct entry *e, bool *ret_done)
{
    const char *const values[] = {e->account, e->node};
    RC_TRY(change(u->tx, sql_undo_link, COUNT_OF(values), values, ret_done));
    return *ret_done ? mark_presence(u, e, e->node) : RC_OK;
}

static rc_status undo_membership(struct undoing *u, const struct entry *e, bool *ret_done)
{
    const bool list = strncmp(e->field, "class:", 6) == 0;
    const char *const values[] = {e->account, e->field, e->kind, e->version, u->act, e->was};
    RC_TRY(change(u->tx, list ? sql_undo_member : sql_undo_guardian,
                  list ? COUNT_OF(values) : COUNT_OF(values) - 1, values, ret_done));
    return *ret_done ? mark_account(u, e, e->kind) : RC_OK;
}

/* A record that a merge had moved goes back to the account that had gone. */
static rc_status undo_move(struct undoing *u, const struct entry *e, bool *ret_done)
{
    const char *const values[] = {e->account, e->node, e->was};
    return change(u->tx, sql_undo_move, COUNT_OF(values), values, ret_done);
}

static rc_status undo_merge(struct undoing *u, const struct entry *e, bool *ret_done)
{
    const char *const values[] = {e->account, e->was, e->made, e->version, u->act};
    return change(u->tx, sql_undo_merge, COUNT_OF(values), values, ret_done);
}

static rc_status undo_rename(struct undoing *u, const struct entry *e, bool *ret_done)
{
    const char *const values[] = {e->node, e->was, e->made};
    const char *const mark[] = {e->node, "field", "name", e->waits, e->by, e->id};
    /* a list whose class is there under its new id alone does not go back to the old one */
    if (strcmp(e->field, "name") != 0) return RC_OK;
    RC_TRY(change(u->tx, sql_undo_rename, COUNT_OF(values), values, ret_done));
    return *ret_done ? rc_db_run(u->tx, sql_undo_mark, COUNT_OF(mark), mark, NULL) : RC_OK;
}

static const struct {
    const char *kind;
    rc_status (*undo)(struct undoing *u, const struct entry *e, bool *ret_done);
} undos[] = {{"update", undo_update},   {"create", undo_appearance}, {"restore", undo_appearance},
             {"archive", undo_archive}, {"link", undo_link},         {"join", undo_membership},
             {"end", undo_membership},  {"rename", undo_rename},     {"move", undo_move},
             {"merge", undo_merge}};

static rc_status undo_entry(struct undoing *u, const struct entry *e)
{
    bool done = false;
    for (size_t i = 0; i < COUNT_OF(undos); i++) {
        if (strcmp(undos[i].kind, e->kind) == 0) RC_TRY(undos[i].undo(u, e, &done));
    }
    u->undone += done;
    u->left += !done;
    if (done) rc_db_array_add(&u->back, rc_str_of(e->id));
    return RC_OK;
}

static rc_status undo_entries(struct undoing *u, const struct wish *wish)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_run(u->tx, sql_undo_pick, 1, &wish->id, &rows));
    for (size_t i = 0; i < rc_rows_count(rows); i++) {
        const struct entry entry = {rc_rows_cstr(rows, i, 0), rc_rows_cstr(rows, i, 1),
                                    rc_rows_cstr(rows, i, 2), rc_rows_cstr(rows, i, 3),
                                    rc_rows_cstr(rows, i, 4), rc_rows_cstr(rows, i, 5),
                                    rc_rows_cstr(rows, i, 6), rc_rows_cstr(rows, i, 7),
                                    rc_rows_cstr(rows, i, 8), wish->by};
        RC_TRY(undo_entry(u, &entry));
    }
    return RC_OK;
}

/* What was taken back is marked and told at once, however many entries it has. */
static rc_status tell(const struct undoing *u, const struct wish *wish)
{
    const struct rc_str trace = u->env->envelope.traceparent;
    const char *const done[] = {u->back.data, wish->by};
    const char *const event[] = {u->back.data, trace.data ? trace.data : ""};
    const char *undone = rc_str_print(u->env->arena, "%lld", (long long)u->undone).data;
    const char *left = rc_str_print(u->env->arena, "%lld", (long long)u->left).data;
    const char *const values[] = {wish->id, undone, left};
    RC_TRY(rc_db_run(u->tx, sql_undo_done, COUNT_OF(done), done, NULL));
    RC_TRY(rc_db_run(u->tx, sql_undo_event, COUNT_OF(event), event, NULL));
    RC_TRY(rc_db_run(u->tx, sql_undo_lists, 1, event, NULL));
    return rc_db_run(u->tx, sql_undo_end, COUNT_OF(values), values, NULL);
}

static rc_status undo_one(struct undoing *u, const struct wish *wish)
{
    u->act = wish->act;
    u->undone = u->left = 0;
    rc_buf_clear(&u->back);
    rc_db_array_open(&u->back);
    RC_TRY(undo_entries(u, wish));
    rc_db_array_close(&u->back);
    return tell(u, wish);
}

static rc_status undo_all(struct undoing *u)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_TRY(rc_db_run(u->tx, sql_undo_open, 0, NULL, &rows));
    for (size_t i = 0; i < rc_rows_count(rows); i++) {
        const struct wish wish = {rc_rows_cstr(rows, i, 0), rc_rows_cstr(rows, i, 1),
                                  rc_rows_cstr(rows, i, 2)};
        RC_TRY(undo_one(u, &wish));
    }
    return RC_OK;
}

rc_status plan_undo(struct rc_stage_env *env, const char *district)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    RC_TRY(rc_db_tx(env->db, district, &tx));
    RC_TRY(rc_db_run(tx, sql_plan_lock, 0, NULL, NULL));
    RC_TRY(rc_db_run(tx, sql_lists_later, 0, NULL, NULL));
    struct undoing undoing = {.env = env, .tx = tx};
    const rc_status status = undo_all(&undoing);
    rc_buf_done(&undoing.back);
    return status == RC_OK ? rc_db_commit(tx) : status;
}
