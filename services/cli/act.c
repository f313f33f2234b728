/* rollcall act: changes of the directory by hand, many at once. Prepared and shown first, approved
 * by the hash of what was shown, applied by the reconciler, taken back as a run is (P8). */
#include "act.h"

#include "keep.h"
#include "nouns.h"
#include "undo_show.h"
#include "undo_wait.h"
#include "wait.h"

#include "cli_sql.h"

#include <string.h>

#include "rollcall/base/id.h"

/* ---- making one ---- */

rc_status act_begin(struct cli *cli, struct rc_db *tx, const char *kind, struct act_ref *ret_act)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *const values[] = {kind, args_value(&cli->args, "reason"), cli->who};

    RC_TRY(rc_db_one(tx, sql_act_add, COUNT_OF(values), values, &rows));
    *ret_act = (struct act_ref){.act = cli_keep(cli, rows, 0, 0), .kind = kind, .state = "open"};
    return RC_OK;
}

static rc_status audit(struct cli *cli, struct rc_db *tx, const char *verb,
                       const struct act_ref *act)
{
    RC_AUTO_BUF struct rc_buf what = {0};
    struct rc_json_out json = {.buf = &what};

    rc_json_open(&json, NULL, '{');
    rc_json_put_text(&json, "act", rc_str_of(act->act));
    rc_json_put_text(&json, "kind", rc_str_of(act->kind));
    rc_json_put_text(&json, "hash", rc_str_of(act->hash));
    rc_json_put_int(&json, "items", act->items);
    rc_json_close(&json, '}');
    return cli_audit(cli, tx, rc_str_print(cli->arena, "act.%s", verb).data, rc_buf_str(&what));
}

rc_status act_seal(struct cli *cli, struct rc_db *tx, struct act_ref *act, const char *nothing)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(tx, sql_act_seal, 1, &act->act, &rows));
    act->hash = cli_keep(cli, rows, 0, 0);
    act->items = rc_rows_int(rows, 0, 1);
    if (act->items == 0)
        return cli_refuse(cli, CLI_NOTHING, NULL, "there is nothing to do: %s", nothing);
    return audit(cli, tx, "prepare", act);
}

/* ---- showing ---- */

static const struct out_column show_columns[] = {
    {"act", OUT_TEXT, false},          {"kind", OUT_TEXT, false},
    {"state", OUT_TEXT, false},        {"hash", OUT_TEXT, false},
    {"reason", OUT_TEXT, false},       {"made_by", OUT_TEXT, false},
    {"made_at", OUT_TIME, false},      {"decided_by", OUT_TEXT, false},
    {"decided_at", OUT_TIME, false},   {"done_at", OUT_TIME, false},
    {"items", OUT_NUMBER, false},      {"applied", OUT_NUMBER, false},
    {"overtaken", OUT_NUMBER, false},  {"undone", OUT_NUMBER, false},
    {"left_alone", OUT_NUMBER, false}, {"why", OUT_TEXT, false},
};
static const struct out_column group_columns[] = {
    {"kind", OUT_TEXT, false},    {"field", OUT_TEXT, false},     {"roles", OUT_TEXT, false},
    {"items", OUT_NUMBER, false}, {"applied", OUT_NUMBER, false}, {"overtaken", OUT_NUMBER, false},
};
static const struct out_column item_columns[] = {
    {"item", OUT_NUMBER, false},  {"kind", OUT_TEXT, true},    {"what", OUT_TEXT, false},
    {"outcome", OUT_TEXT, false}, {"account", OUT_TEXT, true}, {"field", OUT_TEXT, true},
    {"old", OUT_TEXT, false},     {"new", OUT_TEXT, false},
};
enum { ITEM_VALUES = 2 }; /* the last columns, which only --values shows */

rc_status act_tell(struct cli *cli, struct rc_db *tx, const struct act_ref *act)
{
    RC_AUTO(rc_rows) struct rc_rows *shown = NULL, *groups = NULL, *items = NULL;
    const char *limit = args_value(&cli->args, "limit");
    const char *const values[] = {act->act, limit ? limit : "20"};
    const size_t hidden = args_has(&cli->args, "values") ? 0 : ITEM_VALUES;

    RC_TRY(rc_db_one(tx, sql_act_show, 1, values, &shown));
    RC_TRY(rc_db_run(tx, sql_act_groups, 1, values, &groups));
    RC_TRY(rc_db_run(tx, sql_act_items, COUNT_OF(values), values, &items));
    out_fields(&cli->out, show_columns, COUNT_OF(show_columns), shown);
    out_part(&cli->out, "changes", group_columns, COUNT_OF(group_columns), groups);
    out_part(&cli->out, "list", item_columns, COUNT_OF(item_columns) - hidden, items);
    return RC_OK;
}

rc_status act_present(struct cli *cli, struct rc_db *tx, const struct act_ref *act)
{
    out_open(&cli->out);
    RC_TRY(act_tell(cli, tx, act));
    out_close(&cli->out);
    RC_TRY(rc_db_commit(tx));
    RC_TRY(out_flush(&cli->out));
    out_note(&cli->out,
             "\nNothing is changed yet. Next:\n"
             "  rollcall act approve --district %s %s --hash %.12s",
             args_value(&cli->args, "district"), act->act, act->hash);
    return RC_OK;
}

/* The act that the command names, its row locked. */
static rc_status find(struct cli *cli, struct rc_db *tx, struct act_ref *ret_act)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *act = args_word(&cli->args, 0);

    *ret_act = (struct act_ref){.act = "", .state = "", .hash = "", .kind = ""};
    if (!act || !rc_id_valid(rc_str_of(act)))
        return cli_refuse(cli, CLI_USAGE, "`rollcall act list` shows the ids.",
                          "which act: its id is due");
    const rc_status found = rc_db_one(tx, sql_act_lock, 1, &act, &rows);
    if (found == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_NOTHING, "`rollcall act list` shows all.",
                          "the district has no act %s", act);
    RC_TRY(found);
    *ret_act = (struct act_ref){.act = act,
                                .state = cli_keep(cli, rows, 0, 0),
                                .hash = cli_keep(cli, rows, 0, 1),
                                .kind = cli_keep(cli, rows, 0, 2)};
    return RC_OK;
}

static rc_status show(struct cli *cli)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct act_ref act;

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(find(cli, tx, &act));
    out_open(&cli->out);
    RC_TRY(act_tell(cli, tx, &act));
    out_close(&cli->out);
    return rc_db_commit(tx);
}

static rc_status list(struct cli *cli)
{
    static const struct out_column columns[] = {
        {"act", OUT_TEXT, false},       {"kind", OUT_TEXT, false},
        {"state", OUT_TEXT, false},     {"items", OUT_NUMBER, false},
        {"applied", OUT_NUMBER, false}, {"overtaken", OUT_NUMBER, false},
        {"reason", OUT_TEXT, false},    {"made_by", OUT_TEXT, false},
        {"made_at", OUT_TIME, false},   {"decided_by", OUT_TEXT, true},
        {"hash", OUT_TEXT, true},       {"why", OUT_TEXT, true},
    };
    const struct cli_rows rows = {NULL, sql_act_list, 1, columns, COUNT_OF(columns)};
    const char *limit = args_value(&cli->args, "limit");
    const char *const values[] = {limit ? limit : "50"};

    return cli_list(cli, &rows, values);
}

/* ---- deciding ---- */

static rc_status check_open(struct cli *cli, const struct act_ref *act)
{
    if (strcmp(act->state, "open") != 0)
        return cli_refuse(cli, CLI_NOTHING, "`rollcall act list` shows what waits.",
                          "act %s is %s already", act->act, act->state);
    return cli_check_hash(cli, act->hash, "the act", "Look at it once more: rollcall act show.");
}

static rc_status decide(struct cli *cli, struct rc_db *tx, const struct act_ref *act,
                        const char *decision)
{
    const char *const values[] = {act->act, decision, cli->who};

    return rc_db_run(tx, sql_act_decide, COUNT_OF(values), values, NULL);
}

static rc_status say(struct rc_db *tx, const char *act, const char *undo)
{
    const char *const values[] = {act, undo};

    return rc_db_run(tx, sql_act_say, COUNT_OF(values), values, NULL);
}

rc_status act_approve(struct cli *cli, struct rc_db *tx, const struct act_ref *act)
{
    RC_TRY(decide(cli, tx, act, "approved"));
    RC_TRY(audit(cli, tx, "approve", act));
    return say(tx, act->act, NULL);
}

static rc_status count_items(struct rc_db *tx, struct act_ref *act)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(tx, sql_act_count, 1, &act->act, &rows));
    act->items = rc_rows_int(rows, 0, 0);
    return RC_OK;
}

/* What is asked about, as it stands before the question. */
static rc_status look_at(struct cli *cli, struct act_ref *ret_act)
{
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(find(cli, tx, ret_act));
    RC_TRY(check_open(cli, ret_act));
    RC_TRY(count_items(tx, ret_act));
    return rc_db_commit(tx);
}

struct progress {
    const char *district, *act, *why; /* why: it cannot be carried out */
    int64_t applied, overtaken;
};

static rc_status look(struct cli *cli, void *self, struct rc_buf *line, bool *ret_done)
{
    struct progress *progress = self;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, progress->district, &tx));
    RC_TRY(rc_db_one(tx, sql_act_progress, 1, &progress->act, &rows));
    RC_TRY(rc_db_commit(tx));
    *ret_done = rc_rows_bool(rows, 0, 0);
    progress->applied = rc_rows_int(rows, 0, 1);
    progress->overtaken = rc_rows_int(rows, 0, 2);
    progress->why = cli_keep(cli, rows, 0, 3);
    rc_buf_print(line, "the act waits for the reconciler");
    return RC_OK;
}

rc_status act_wait(struct cli *cli, const char *district, const char *act)
{
    struct progress progress = {.district = district, .act = act};
    const struct wait wait = {.what = "the act", .look = look, .self = &progress};

    RC_TRY(wait_until_done(cli, &wait));
    if (progress.why)
        return cli_refuse(cli, CLI_FAILED, "Nothing of it was done. Prepare it without that.",
                          "act %s cannot be carried out: %s", act, progress.why);
    const char *applied = rc_str_print(cli->arena, "%lld", (long long)progress.applied).data;
    const char *left = rc_str_print(cli->arena, "%lld", (long long)progress.overtaken).data;
    const struct out_fact facts[] = {{"act", act}, {"applied", applied}, {"overtaken", left}};
    out_act(&cli->out, facts, COUNT_OF(facts),
            "%s changes were applied; %s were left, since they moved after they were shown.",
            applied, left);
    if (progress.overtaken > 0) cli->exit = CLI_PARTLY;
    return RC_OK;
}

/* Under the row's lock: the act that was looked at, still open. */
static rc_status decide_shown(struct cli *cli, const struct act_ref *shown, bool approved)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    struct act_ref act;

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(find(cli, tx, &act));
    RC_TRY(check_open(cli, &act));
    if (approved) {
        RC_TRY(act_approve(cli, tx, shown));
    } else {
        RC_TRY(decide(cli, tx, shown, "discarded"));
        RC_TRY(audit(cli, tx, "discard", shown));
    }
    return rc_db_commit(tx);
}

static rc_status approve(struct cli *cli)
{
    struct act_ref act;
    const char *district = NULL;

    RC_TRY(look_at(cli, &act));
    RC_TRY(cli_confirm(cli, act.items,
                       rc_str_print(cli->arena, "Approve act %s (%s, %lld changes), hash %.12s.",
                                    act.act, act.kind, (long long)act.items, act.hash)
                           .data));
    RC_TRY(decide_shown(cli, &act, true));
    RC_TRY(cli_district(cli, &district));
    if (args_has(&cli->args, "wait")) return act_wait(cli, district, act.act);
    const struct out_fact facts[] = {{"act", act.act}, {"state", "approved"}};
    out_act(&cli->out, facts, COUNT_OF(facts), "Act %s is carried out.", act.act);
    return RC_OK;
}

static rc_status discard(struct cli *cli)
{
    struct act_ref act;

    RC_TRY(look_at(cli, &act));
    RC_TRY(decide_shown(cli, &act, false));
    const struct out_fact facts[] = {{"act", act.act}, {"state", "discarded"}};
    out_act(&cli->out, facts, COUNT_OF(facts), "Act %s was put away; nothing of it was done.",
            act.act);
    return RC_OK;
}

/* ---- taking back ---- */

/* All of what the act did, as an undo of it would find it. */
static rc_status look_back(struct cli *cli, struct act_ref *ret_act, struct undo_shown *ret_shown)
{
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(find(cli, tx, ret_act));
    ret_shown->act = ret_act->act;
    RC_TRY(undo_look(cli, tx, ret_shown));
    ret_act->items = ret_shown->back;
    if (args_has(&cli->args, "dry-run")) RC_TRY(undo_tell(cli, tx, ret_shown));
    return rc_db_commit(tx);
}

static rc_status write_wish(struct cli *cli, const struct act_ref *act,
                            const struct undo_shown *shown, const char *pair,
                            struct undo_wish *wish)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *const values[] = {act->act,
                                  cli->who,
                                  pair,
                                  shown ? shown->hash : NULL,
                                  shown ? shown->last : NULL,
                                  shown ? shown->leaves : "{}"};

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(rc_db_one(tx, sql_act_undo, COUNT_OF(values), values, &rows));
    wish->undo = cli_keep(cli, rows, 0, 0);
    RC_TRY(audit(cli, tx, "undo", act));
    RC_TRY(say(tx, act->act, wish->undo));
    return rc_db_commit(tx);
}

rc_status act_take_back(struct cli *cli, const struct act_ref *act, const struct undo_shown *shown,
                        const char *pair)
{
    struct undo_wish wish = {.count = act->items};

    RC_TRY(cli_district(cli, &wish.district));
    RC_TRY(cli_confirm(cli, wish.count,
                       rc_str_print(cli->arena, "Take back %lld changes of act %s.",
                                    (long long)wish.count, act->act)
                           .data));
    RC_TRY(write_wish(cli, act, shown, pair, &wish));
    if (args_has(&cli->args, "wait")) return undo_wait(cli, &wish);
    const struct out_fact facts[] = {{"undo", wish.undo}, {"act", act->act}};
    out_act(&cli->out, facts, COUNT_OF(facts), "%lld changes of act %s are taken back.",
            (long long)wish.count, act->act);
    return RC_OK;
}

static rc_status undo(struct cli *cli)
{
    struct undo_shown shown = {0};
    struct act_ref act;

    RC_TRY(look_back(cli, &act, &shown));
    if (args_has(&cli->args, "dry-run")) return RC_OK;
    RC_TRY(undo_needed(cli, &shown));
    return act_take_back(cli, &act, &shown, NULL);
}

/* ---- the table ---- */

#define OPTION_VALUES                                                                    \
    {                                                                                    \
        "values", 0, NULL, NULL, 0, 0, 0, "Show values before and after: personal data." \
    }
#define OPTION_HASH                                                                         \
    {                                                                                       \
        "hash", 0, "HASH", NULL, 0, 0, 0, "Only if the act is this one (6 or more digits)." \
    }

static const struct cli_option new_options[] = {
    OPTION_DISTRICT,
    {"file", 0, "FILE", NULL, 0, 0, 0, "A CSV of account ids; - is stdin."},
    {"role", 0, "ROLE", "student|teacher|staff|administrator|guardian", 0, 0, 0,
     "Everybody with this role."},
    {"school", 0, "SCHOOL", NULL, 0, 0, 0, "Everybody with a role there, by name or SIS id."},
    OPTION_REASON,
    OPTION_VALUES,
    OPTION_LIMIT,
    OPTION_END,
};
static const struct cli_option edit_options[] = {
    OPTION_DISTRICT,
    {"file", 0, "FILE", NULL, OPTION_REQUIRED, 0, 0,
     "A CSV with a column account and columns of fields; - is stdin."},
    OPTION_REASON,
    OPTION_VALUES,
    OPTION_LIMIT,
    OPTION_END,
};
static const struct cli_option list_options[] = {OPTION_DISTRICT, OPTION_LIMIT, OPTION_END};
static const struct cli_option show_options[] = {OPTION_DISTRICT, OPTION_VALUES, OPTION_LIMIT,
                                                 OPTION_END};
static const struct cli_option approve_options[] = {OPTION_DISTRICT, OPTION_HASH,    OPTION_YES,
                                                    OPTION_WAIT,     OPTION_TIMEOUT, OPTION_END};
static const struct cli_option discard_options[] = {OPTION_DISTRICT, OPTION_HASH, OPTION_END};
static const struct cli_option undo_options[] = {OPTION_DISTRICT, OPTION_DRY_RUN, OPTION_UNDO_HASH,
                                                 OPTION_VALUES,   OPTION_LIMIT,   OPTION_YES,
                                                 OPTION_WAIT,     OPTION_TIMEOUT, OPTION_END};

#define ACT_ID "01980000-0000-7000-8000-000000000001"

const struct command act_commands[] = {
    {"archive",
     "[PERSON...]",
     "Prepares the archiving of accounts.",
     "No sync restores who was archived by hand before they have gone from the roster and come "
     "back.",
     new_options,
     {"act archive --district maple-county --file leavers.csv --reason \"left at midyear\"",
      "act archive --district maple-county --role guardian --school \"North High\" --reason "
      "\"asked by the school\""},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     act_archive},
    {"restore",
     "[PERSON...]",
     "Prepares the return of archived accounts, with what they had.",
     "No sync archives them again for the absence that stands now.",
     new_options,
     {"act restore --district maple-county s-1042 --reason \"is on exchange\""},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     act_restore},
    {"remove-guardians",
     "[PERSON...]",
     "Prepares the end of guardianships: of these students, or of these guardians.",
     "The guardians' accounts stay. No sync joins them again before the record has gone and come "
     "back.",
     new_options,
     {"act remove-guardians --district maple-county --file students.csv --reason \"court order\""},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     act_remove_guardians},
    {"edit",
     NULL,
     "Prepares new names, user names and contact details of accounts.",
     "Columns: account, then any of username, given_name, family_name, middle_name, email, phone,\n"
     "sms. An empty cell changes nothing, - empties the field. What the SIS says goes before, "
     "where\n"
     "existing people are updated: a pin keeps the field.",
     edit_options,
     {"act edit --district maple-county --file phones.csv --reason \"collected on paper\" "
      "--values"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     act_edit},
    {"list",
     NULL,
     "What was prepared and done by hand, newest first.",
     NULL,
     list_options,
     {"act list --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     list},
    {"show",
     "ACT",
     "One act: what it would change, or has changed.",
     NULL,
     show_options,
     {"act show --district maple-county " ACT_ID " --values"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     show},
    {"approve",
     "ACT",
     "Approves an act as it was shown; the reconciler carries it out.",
     "What moved since it was shown is left as it is and counted as overtaken (exit code 5).\n"
     "Of one that the directory cannot take nothing is done: it has failed (exit code 1).",
     approve_options,
     {"act approve --district maple-county " ACT_ID " --hash 1f2e3d4c5b6a --wait"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     approve},
    {"discard",
     "ACT",
     "Puts an act away that was not approved.",
     NULL,
     discard_options,
     {"act discard --district maple-county " ACT_ID},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     discard},
    {"undo",
     "ACT",
     "Takes back what an act changed, where nobody touched it since.",
     "Exit code 5 with --wait: some changes were left alone.",
     undo_options,
     {"act undo --district maple-county " ACT_ID " --dry-run",
      "act undo --district maple-county " ACT_ID " --wait"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     undo},
    {0},
};
