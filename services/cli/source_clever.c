/* rollcall source add --kind clever. */
#include "source_clever.h"

#include "cli_sql.h"
#include "keys.h"
#include "source_fields.h"

#include <string.h>

static const char *const of_others[] = {"version", "auth", "parallel", "resources"};

bool source_is_clever(const struct cli *cli)
{
    const char *kind = args_value(&cli->args, "kind");

    return kind && strcmp(kind, "clever") == 0;
}

static rc_status check_id(struct cli *cli, const char *id)
{
    const size_t len = strlen(id);

    if (len > 0 && len <= 64 && strspn(id, "0123456789abcdefABCDEF") == len) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, "It stands in the district's page in Clever.",
                      "--clever-district: the id of a district at Clever is due, 24 digits and "
                      "letters from a to f");
}

rc_status source_clever_check(struct cli *cli)
{
    const char *id = args_value(&cli->args, "clever-district");
    const char *url = args_value(&cli->args, "url");
    const char *token_url = args_value(&cli->args, "token-url");

    for (size_t i = 0; i < COUNT_OF(of_others); i++)
        if (args_has(&cli->args, of_others[i]))
            return cli_refuse(cli, CLI_USAGE, NULL, "--%s: a source of Clever has none",
                              of_others[i]);
    if (!id)
        return cli_refuse(cli, CLI_USAGE, "It stands in the district's page in Clever.",
                          "--clever-district is due: which district at Clever it is");
    RC_TRY(check_id(cli, id));
    if (url) RC_TRY(source_check_url(cli, "--url", url));
    return token_url ? source_check_url(cli, "--token-url", token_url) : RC_OK;
}

static const char *or_else(const char *value, const char *fallback)
{
    return value ? value : fallback;
}

static rc_status insert(struct cli *cli, struct rc_db *tx, const char *name,
                        const char **ret_source)
{
    const struct args *args = &cli->args;
    const char *const values[] = {
        name,
        source_clean_url(cli, or_else(args_value(args, "url"), "https://api.clever.com")),
        or_else(args_value(args, "token-url"), "https://clever.com/oauth/tokens"),
        args_value(args, "ca-file"),
        args_value(args, "page-size"),
        args_has(args, "demographics") ? "true" : "false",
        args_value(args, "clever-district"),
    };
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    const rc_status added = rc_db_one(tx, sql_source_add_clever, COUNT_OF(values), values, &rows);
    if (added == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_FAILED, "`rollcall source set` changes it.",
                          "the district has a source \"%.70s\" already", name);
    RC_TRY(added);
    *ret_source = cli_keep(cli, rows, 0, 0);
    return RC_OK;
}

static rc_status store(struct cli *cli, const char *district, const char *name, const char *secret,
                       const char **ret_source)
{
    const char *client = args_value(&cli->args, "client-id");
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, district, &tx));
    RC_TRY(insert(cli, tx, name, ret_source));
    if (client) RC_TRY(keys_put_credential(cli, tx, district, *ret_source, "client_id", client));
    RC_TRY(keys_put_credential(cli, tx, district, *ret_source, "client_secret", secret));
    RC_TRY(cli_audit(cli, tx, "source.add",
                     rc_str_print(cli->arena, "{\"source\":\"%s\"}", *ret_source)));
    return rc_db_commit(tx);
}

rc_status source_add_clever(struct cli *cli, const char *secret)
{
    const char *name = or_else(args_value(&cli->args, "name"), "sis");
    const char *district = NULL;
    const char *source = NULL;

    RC_TRY(cli_district(cli, &district));
    RC_TRY(store(cli, district, name, secret, &source));
    const struct out_fact facts[] = {{"source", name}, {"source_id", source}};
    out_act(&cli->out, facts, COUNT_OF(facts), "Source %s was added.", name);
    out_note(&cli->out,
             "Next: rollcall settings set, then rollcall run start --district %s; the "
             "run waits until Clever lists the district",
             args_value(&cli->args, "district"));
    return RC_OK;
}

/* ---- set ---- */

static const struct {
    const char *name, *words;
} not_of_clever[] = {
    {"version", "it is read in the version that this program knows"},
    {"auth", "it is signed in to with a token"},
    {"parallel", "Clever's pages follow one another, and its limit is one for all of them"},
    {"delta", "its changes stand in the feed of events (events-every)"},
    {"full-every-days", "each nightly run reads everything"},
    {"profile", "its ways are known"},
    {"verify", "what is gone is seen in its lists and its feed"},
    {"resources", "what Clever calls resources is no roster"},
};

static rc_status check_other(struct cli *cli, const char *word)
{
    struct rc_str rest = rc_str_of(word);

    if (!rc_str_eq(rc_str_cut(&rest, '='), RC_STR("events-every"))) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, NULL,
                      "events-every: only a source of Clever has a feed of events");
}

static rc_status check_word(struct cli *cli, const char *word)
{
    struct rc_str rest = rc_str_of(word);
    const struct rc_str name = rc_str_cut(&rest, '=');

    for (size_t i = 0; i < COUNT_OF(not_of_clever); i++)
        if (rc_str_eq(name, rc_str_of(not_of_clever[i].name)))
            return cli_refuse(cli, CLI_USAGE, NULL, "a source of Clever has no %s: %s",
                              not_of_clever[i].name, not_of_clever[i].words);
    return RC_OK;
}

rc_status source_clever_check_set(struct cli *cli, struct rc_db *tx, const char *source)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(tx, sql_source_is_clever, 1, &source, &rows));
    const bool clever = rc_rows_bool(rows, 0, 0);
    for (size_t i = 0; i < cli->args.word_count; i++) {
        const char *word = args_word(&cli->args, i);
        RC_TRY(clever ? check_word(cli, word) : check_other(cli, word));
    }
    return RC_OK;
}
