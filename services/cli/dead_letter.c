/* rollcall dead-letter: what was set aside, by cause first, since a thousand letters mostly have
 * one; and what a person does about it. Payloads are never shown: they hold people's data. */
#include "cli.h"
#include "letter.h"
#include "nouns.h"

#include "cli_sql.h"

#include <stdio.h>

#include "rollcall/base/id.h"

/* ---- list ---- */

static const struct out_column cause_columns[] = {
    {"stage", OUT_TEXT, false},    {"class", OUT_TEXT, false},     {"origin", OUT_TEXT, false},
    {"error", OUT_TEXT, false},    {"letters", OUT_NUMBER, false}, {"districts", OUT_NUMBER, false},
    {"first_at", OUT_TIME, false}, {"last_at", OUT_TIME, false},
};
static const struct out_column list_columns[] = {
    {"dead_letter", OUT_TEXT, false},  {"district", OUT_TEXT, false}, {"run", OUT_TEXT, false},
    {"collection", OUT_TEXT, false},   {"stage", OUT_TEXT, false},    {"origin", OUT_TEXT, true},
    {"class", OUT_TEXT, true},         {"error", OUT_TEXT, true},     {"state", OUT_TEXT, false},
    {"at", OUT_TIME, false},           {"closed_at", OUT_TIME, true}, {"closed_by", OUT_TEXT, true},
    {"closed_reason", OUT_TEXT, true}, {"page", OUT_TEXT, true},      {"lane", OUT_TEXT, true},
};

/* District and run that the letters are of, as parameters; NULL: all. */
static rc_status the_scope(struct cli *cli, const char **ret_district, const char **ret_run)
{
    *ret_district = NULL;
    *ret_run = args_value(&cli->args, "run");
    if (*ret_run && !rc_id_valid(rc_str_of(*ret_run)))
        return cli_refuse(cli, CLI_USAGE, "`rollcall run list` shows the ids.",
                          "--run: \"%.60s\" is no run's id", *ret_run);
    return args_has(&cli->args, "district") ? cli_district(cli, ret_district) : RC_OK;
}

static rc_status dead_letter_list(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *causes = NULL;
    RC_AUTO(rc_rows) struct rc_rows *letters = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *state = args_value(&cli->args, "state");
    const char *limit = args_value(&cli->args, "limit");
    const char *district = NULL;
    const char *run = NULL;

    RC_TRY(the_scope(cli, &district, &run));
    const char *const values[] = {district, run, state ? state : "open", limit ? limit : "50"};
    RC_TRY(rc_db_tx(cli->db, NULL, &tx));
    RC_TRY(rc_db_run(tx, sql_dead_letter_causes, COUNT_OF(values), values, &causes));
    RC_TRY(rc_db_run(tx, sql_dead_letter_list, COUNT_OF(values), values, &letters));
    RC_TRY(rc_db_commit(tx));
    out_open(&cli->out);
    out_part(&cli->out, "causes", cause_columns, COUNT_OF(cause_columns), causes);
    out_part(&cli->out, "letters", list_columns, COUNT_OF(list_columns), letters);
    out_close(&cli->out);
    if (rc_rows_count(letters) == 0) out_note(&cli->out, "No dead letter matches.");
    return RC_OK;
}

/* ---- show ---- */

static const struct out_column show_columns[] = {
    {"dead_letter", OUT_TEXT, false},
    {"district", OUT_TEXT, false},
    {"run", OUT_TEXT, false},
    {"run_state", OUT_TEXT, false},
    {"collection", OUT_TEXT, false},
    {"page", OUT_TEXT, false},
    {"lane", OUT_TEXT, false},
    {"stage", OUT_TEXT, false},
    {"stage_version", OUT_TEXT, false},
    {"class", OUT_TEXT, false},
    {"error", OUT_TEXT, false},
    {"state", OUT_TEXT, false},
    {"at", OUT_TIME, false},
    {"closed_at", OUT_TIME, false},
    {"closed_by", OUT_TEXT, false},
    {"closed_reason", OUT_TEXT, false},
    {"origin_topic", OUT_TEXT, false},
    {"origin_partition", OUT_NUMBER, false},
    {"origin_offset", OUT_NUMBER, false},
    {"topic", OUT_TEXT, false},
    {"partition", OUT_NUMBER, false},
    {"offset", OUT_NUMBER, false},
};
static const struct out_column header_columns[] = {{"header", OUT_TEXT, false},
                                                   {"value", OUT_TEXT, false}};

/* Headers hold ids, names of fields and texts without people in them; the payload is only measured.
 */
static void show_headers(struct cli *cli, const struct rc_message *message)
{
    struct rc_str cells[2 * RC_HEADERS_MAX];

    for (size_t i = 0; i < message->headers.count; i++) {
        cells[2 * i] = message->headers.items[i].name;
        cells[2 * i + 1] = message->headers.items[i].value;
    }
    out_part_cells(&cli->out, "headers", header_columns, COUNT_OF(header_columns), cells,
                   message->headers.count);
    out_note(&cli->out, "The payload has %zu bytes.", message->payload.len);
}

static rc_status dead_letter_show(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO(rc_message) struct rc_message *message = NULL;
    struct letter letter;

    RC_TRY(letter_find(cli, args_word(&cli->args, 0), &letter, &rows));
    const rc_status read = letter_read(cli, &letter, &message);
    if (read != RC_OK) out_note(&cli->out, "Without its headers: %s", rc_error_text());
    cli->exit = CLI_DONE;
    out_open(&cli->out);
    out_fields(&cli->out, show_columns, COUNT_OF(show_columns), rows);
    if (read == RC_OK) show_headers(cli, message);
    out_close(&cli->out);
    return RC_OK;
}

/* ---- replay, discard ---- */

/* Letters one by one; one that is refused keeps no other from being done. */
struct batch {
    rc_status (*act)(struct cli *cli, const struct letter *letter, const char **ret_words);
    bool words_refuse; /* words mean that it was not done */
    const char *done;  /* "replayed" */
    size_t count, refused;
    const char *last_refusal;
};

static rc_status act_on(struct cli *cli, struct batch *batch, const char *id)
{
    struct letter letter;
    const char *words = NULL;

    RC_TRY(letter_find(cli, id, &letter, NULL));
    const rc_status status = batch->act(cli, &letter, &words);
    batch->count++;
    if (status != RC_OK && status != RC_REJECT) return status;
    const bool refused = status != RC_OK || (words && batch->words_refuse);
    if (status != RC_OK) words = rc_str_copy(cli->arena, rc_str_of(rc_error_text())).data;
    if (words) out_note(&cli->out, "%s: %s", id, words);
    batch->refused += refused;
    if (refused) batch->last_refusal = words;
    return RC_OK;
}

static rc_status act_on_named(struct cli *cli, struct batch *batch)
{
    for (size_t i = 0; i < cli->args.word_count; i++)
        RC_TRY(act_on(cli, batch, args_word(&cli->args, i)));
    return RC_OK;
}

static rc_status find_all(struct cli *cli, struct rc_rows **ret_rows)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *values[2];

    RC_TRY(the_scope(cli, &values[0], &values[1]));
    RC_TRY(rc_db_tx(cli->db, NULL, &tx));
    RC_TRY(rc_db_run(tx, sql_dead_letter_all, COUNT_OF(values), values, ret_rows));
    return rc_db_commit(tx);
}

static rc_status act_on_all(struct cli *cli, struct batch *batch)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    char question[120];

    RC_TRY(find_all(cli, &rows));
    const size_t count = rc_rows_count(rows);
    if (count == 0) return cli_refuse(cli, CLI_NOTHING, NULL, "no open dead letter matches");
    snprintf(question, sizeof question, "%zu dead letters are to be %s.", count, batch->done);
    RC_TRY(cli_confirm(cli, (long long)count, question));
    for (size_t i = 0; i < count; i++)
        RC_TRY(act_on(cli, batch, cli_keep(cli, rows, i, 0)));
    return RC_OK;
}

static rc_status answer(struct cli *cli, const struct batch *batch)
{
    const char *done = rc_str_print(cli->arena, "%zu", batch->count - batch->refused).data;
    const char *refused = rc_str_print(cli->arena, "%zu", batch->refused).data;
    const struct out_fact facts[] = {{batch->done, done}, {"refused", refused}};

    if (batch->refused == batch->count)
        return cli_refuse(cli, CLI_FAILED, NULL, "nothing was %s: %s", batch->done,
                          batch->last_refusal);
    out_act(&cli->out, facts, COUNT_OF(facts), "%s %s, %s refused.", done, batch->done, refused);
    cli->exit = batch->refused > 0 ? CLI_PARTLY : CLI_DONE;
    return RC_OK;
}

static rc_status act_on_letters(struct cli *cli, struct batch *batch)
{
    const bool all = args_has(&cli->args, "all");

    if (all == (cli->args.word_count > 0))
        return cli_refuse(cli, CLI_USAGE, "`rollcall dead-letter list` shows the ids.",
                          "which letters: ids, or --all with --run or --district");
    if (all && !args_has(&cli->args, "run") && !args_has(&cli->args, "district"))
        return cli_refuse(cli, CLI_USAGE, NULL, "--all needs --run or --district");
    RC_TRY(all ? act_on_all(cli, batch) : act_on_named(cli, batch));
    return answer(cli, batch);
}

static rc_status dead_letter_replay(struct cli *cli)
{
    struct batch batch = {.act = letter_replay, .words_refuse = true, .done = "replayed"};

    return act_on_letters(cli, &batch);
}

static rc_status dead_letter_discard(struct cli *cli)
{
    struct batch batch = {.act = letter_discard, .done = "discarded"};

    return act_on_letters(cli, &batch);
}

/* ---- the table ---- */

#define OPTION_RUN                                                \
    {                                                             \
        "run", 0, "RUN", NULL, 0, 0, 0, "Of this run, by its id." \
    }
#define OPTION_ALL                                                                \
    {                                                                             \
        "all", 0, NULL, NULL, 0, 0, 0, "All open ones of --run or of --district." \
    }

static const struct cli_option list_options[] = {
    OPTION_ANY_DISTRICT,
    OPTION_RUN,
    {"state", 0, "STATE", "open|replayed|discarded|closed|all", 0, 0, 0, "In this state (open)."},
    OPTION_LIMIT,
    OPTION_END,
};
static const struct cli_option replay_options[] = {OPTION_ANY_DISTRICT, OPTION_RUN, OPTION_ALL,
                                                   OPTION_YES, OPTION_END};
static const struct cli_option discard_options[] = {
    {"reason", 0, "TEXT", NULL, OPTION_REQUIRED, 0, 0, "Why; kept with the letter."},
    OPTION_ANY_DISTRICT,
    OPTION_RUN,
    OPTION_ALL,
    OPTION_YES,
    OPTION_END,
};

const struct command dead_letter_commands[] = {
    {"list",
     NULL,
     "What was set aside, by cause.",
     NULL,
     list_options,
     {"dead-letter list", "dead-letter list --district maple-county --state all"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     dead_letter_list},
    {"show",
     "ID",
     "One letter: where it comes from, its error, its headers.",
     NULL,
     NULL,
     {"dead-letter show 01980000-0000-7000-8000-000000000001"},
     NEEDS_OPTIONS | NEEDS_DATABASE | NEEDS_KAFKA,
     dead_letter_show},
    {"replay",
     "[ID...]",
     "Tries it again, after what was wrong has been mended.",
     "Its run goes on where it stood; refused where a later run has brought newer records.\nExit "
     "code 5: some were refused.",
     replay_options,
     {"dead-letter replay 01980000-0000-7000-8000-000000000001",
      "dead-letter replay --all --run 01980000-0000-7000-8000-000000000001 --yes"},
     NEEDS_OPTIONS | NEEDS_DATABASE | NEEDS_KAFKA,
     dead_letter_replay},
    {"discard",
     "[ID...]",
     "Gives it up; its run goes on without it.",
     "A page that is left out makes its collection unsealed: nobody counts as gone by it.",
     discard_options,
     {"dead-letter discard 01980000-0000-7000-8000-000000000001 --reason \"cannot be mended\""},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     dead_letter_discard},
    {0},
};
