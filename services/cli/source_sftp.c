/* rollcall sftp: where a source's zips are picked up. Credentials go in and never come out. */
#include "cli.h"
#include "keys.h"
#include "nouns.h"

#include "cli_sql.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "rollcall/intake/pickup.h"
#include "rollcall/port/seal.h"

enum { KEY_FILE_MAX = 65536, HOST_KEYS_MAX = 8 };

/* ---- credentials ---- */

/* One way to sign in, as it was given: a key with or without a passphrase, or a password. */
struct login {
    const char *auth; /* NULL: none was given */
    struct rc_buf key, passphrase, password;
};

static void login_done(struct login *login)
{
    struct rc_buf *all[] = {&login->key, &login->passphrase, &login->password};

    for (size_t i = 0; i < COUNT_OF(all); i++) {
        if (all[i]->data) rc_secret_wipe(all[i]->data, all[i]->len);
        rc_buf_done(all[i]);
    }
}
#define AUTO_LOGIN __attribute__((cleanup(login_done)))

static rc_status refuse_secret(struct cli *cli, const char *what)
{
    return cli_refuse(cli, CLI_USAGE, NULL, "%s: %s", what, rc_error_text());
}

static rc_status read_file(const char *path, struct rc_buf *out)
{
    FILE *file = fopen(path, "re");

    if (!file) return rc_fail(RC_REJECT, "%s cannot be read: %s", path, strerror(errno));
    rc_buf_reserve(out, KEY_FILE_MAX);
    out->len = fread(out->data, 1, KEY_FILE_MAX - 1, file);
    out->data[out->len] = '\0';
    const bool whole = feof(file) && !ferror(file);
    fclose(file);
    return whole ? RC_OK : rc_fail(RC_REJECT, "%s is no key: it is too long", path);
}

static rc_status read_key(struct cli *cli, struct login *login)
{
    const char *passphrase = args_value(&cli->args, "passphrase-file");

    if (read_file(args_value(&cli->args, "key-file"), &login->key) != RC_OK)
        return refuse_secret(cli, "--key-file");
    const char *text = login->key.data ? login->key.data : "";
    if (!strstr(text, "PRIVATE KEY-----"))
        return cli_refuse(cli, CLI_USAGE, "Make one: ssh-keygen -t ed25519 -f FILE.",
                          "--key-file does not hold a private key");
    if (strstr(text, "BEGIN RSA"))
        out_note(&cli->out, "Most servers refuse RSA keys by now: better is ssh-keygen -t ed25519");
    login->auth = "key";
    if (!passphrase || ask_file(passphrase, &login->passphrase) == RC_OK) return RC_OK;
    return refuse_secret(cli, "--passphrase-file");
}

static rc_status read_password(struct cli *cli, struct login *login)
{
    const char *file = args_value(&cli->args, "password-file");
    const bool piped = args_has(&cli->args, "password-stdin");
    const rc_status status = file || piped ? ask_file(piped ? "-" : file, &login->password)
                                           : ask_secret("Password", &login->password);

    login->auth = "password";
    return status == RC_OK ? RC_OK : refuse_secret(cli, "the password");
}

/* must: there is none yet. */
static rc_status read_login(struct cli *cli, bool must, struct login *login)
{
    const int ways = args_has(&cli->args, "key-file") + args_has(&cli->args, "password-file") +
                     args_has(&cli->args, "password-stdin");

    if (ways > 1) return cli_refuse(cli, CLI_USAGE, NULL, "a key or a password is due, not both");
    if (args_has(&cli->args, "key-file")) return read_key(cli, login);
    if (ways == 1 || must) return read_password(cli, login);
    return RC_OK;
}

static rc_status put_login(struct cli *cli, struct rc_db *tx, const char *district,
                           const char *source, const struct login *login)
{
    const struct {
        const char *name;
        const struct rc_buf *value;
    } parts[] = {{"sftp_key", &login->key},
                 {"sftp_passphrase", &login->passphrase},
                 {"sftp_password", &login->password}};

    if (!login->auth) return RC_OK;
    /* A key without a passphrase must not meet the old one's. */
    RC_TRY(rc_db_run(tx, sql_sftp_forget, 1, &source, NULL));
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (parts[i].value->len > 0)
            RC_TRY(keys_put_credential(cli, tx, district, source, parts[i].name,
                                       parts[i].value->data));
    return RC_OK;
}

/* ---- set ---- */

static rc_status the_source(struct cli *cli, struct rc_db *tx, const char **ret_source)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(cli_source(cli, tx, ret_source));
    RC_TRY(rc_db_one(tx, "SELECT is_csv_source($1::uuid)", 1, ret_source, &rows));
    if (rc_rows_bool(rows, 0, 0)) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, "Add one: rollcall source add --kind oneroster-csv.",
                      "the source is asked for its roster and takes no zips");
}

static rc_status is_set(struct rc_db *tx, const char *source, bool *ret_set)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_run(tx, sql_sftp_host, 1, &source, &rows));
    *ret_set = rc_rows_count(rows) > 0;
    return RC_OK;
}

static rc_status check_needed(struct cli *cli)
{
    static const char *const needed[] = {"host", "user", "host-key"};

    for (size_t i = 0; i < COUNT_OF(needed); i++)
        if (!args_has(&cli->args, needed[i]))
            return cli_refuse(cli, CLI_USAGE,
                              i == 2 ? "`rollcall sftp host-key HOST` shows what the server has: "
                                       "compare it with what its administrator says."
                                     : NULL,
                              "--%s is due", needed[i]);
    return RC_OK;
}

/* All that were given, blanks between; NULL: none. */
static const char *host_keys(struct cli *cli)
{
    RC_AUTO_BUF struct rc_buf list = {0};

    for (size_t i = 0; i < HOST_KEYS_MAX; i++) {
        const char *one = args_value_at(&cli->args, "host-key", i);
        if (one) rc_buf_print(&list, "%s%s", i > 0 ? " " : "", one);
    }
    return list.len > 0 ? rc_str_copy(cli->arena, rc_buf_str(&list)).data : NULL;
}

static bool is_name(const char *text)
{
    return text[0] && !strchr(text, '/') && strcmp(text, ".") != 0 && strcmp(text, "..") != 0;
}

static const char *or_example(const char *given, const char *example)
{
    return given ? given : example;
}

static rc_status check_given(struct cli *cli, const char *keys)
{
    const struct args *args = &cli->args;
    const struct rc_sftp_host host = {.host = or_example(args_value(args, "host"), "example"),
                                      .user = or_example(args_value(args, "user"), "example"),
                                      .host_keys = or_example(keys, "")};
    RC_AUTO(rc_sftp) struct rc_sftp *sftp = NULL;

    if (rc_sftp_open(&host, &sftp) != RC_OK)
        return cli_refuse(cli, CLI_USAGE, NULL, "%s",
                          rc_str_copy(cli->arena, rc_str_of(rc_error_text())).data);
    if (!is_name(or_example(args_value(args, "pattern"), "*.zip")))
        return cli_refuse(cli, CLI_USAGE, NULL, "--pattern is a name, without folders");
    if (!is_name(or_example(args_value(args, "archive"), "archive")))
        return cli_refuse(cli, CLI_USAGE, NULL, "--archive is the name of a folder in --folder");
    if (args_has(args, "archive") && args_has(args, "leave"))
        return cli_refuse(cli, CLI_USAGE, NULL, "--archive or --leave is due, not both");
    return RC_OK;
}

static const char *duration(struct cli *cli, const char *name)
{
    if (!args_has(&cli->args, name)) return NULL;
    return rc_str_print(cli->arena, "%lld", (long long)args_number(&cli->args, name, 0)).data;
}

static rc_status store(struct cli *cli, struct rc_db *tx, const char *source, const char *keys,
                       const char *auth)
{
    const struct args *args = &cli->args;
    const char *const values[] = {source,
                                  args_value(args, "host"),
                                  args_value(args, "user"),
                                  auth,
                                  keys,
                                  args_value(args, "folder"),
                                  args_value(args, "pattern"),
                                  args_value(args, "archive"),
                                  args_has(args, "leave") ? "true" : "false",
                                  duration(cli, "every"),
                                  duration(cli, "settle"),
                                  duration(cli, "max-age")};

    return rc_db_run(tx, sql_sftp_set, COUNT_OF(values), values, NULL);
}

static struct rc_str audit_of(struct cli *cli, const char *source)
{
    return rc_str_print(cli->arena, "{\"source\":\"%s\"}", source);
}

static rc_status sftp_set(struct cli *cli)
{
    const char *keys = host_keys(cli);
    AUTO_LOGIN struct login login = {.auth = NULL};
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *district = NULL;
    const char *source = NULL;
    bool set = false;

    RC_TRY(check_given(cli, keys));
    RC_TRY(cli_district(cli, &district));
    RC_TRY(rc_db_tx(cli->db, district, &tx));
    RC_TRY(the_source(cli, tx, &source));
    RC_TRY(is_set(tx, source, &set));
    if (!set) RC_TRY(check_needed(cli));
    RC_TRY(read_login(cli, !set, &login));
    RC_TRY(store(cli, tx, source, keys, login.auth));
    RC_TRY(put_login(cli, tx, district, source, &login));
    RC_TRY(cli_audit(cli, tx, "sftp.set", audit_of(cli, source)));
    RC_TRY(rc_db_commit(tx));
    const struct out_fact facts[] = {{"source_id", source}};
    out_act(&cli->out, facts, COUNT_OF(facts), "Set; the folder is looked into from now on.");
    out_note(&cli->out, "See what would be taken: rollcall sftp test --district %s",
             args_value(&cli->args, "district"));
    return RC_OK;
}

/* ---- show ---- */

static const struct out_column show_columns[] = {
    {"source", OUT_TEXT, false},        {"host", OUT_TEXT, false},
    {"user", OUT_TEXT, false},          {"auth", OUT_TEXT, false},
    {"host_keys", OUT_TEXT, false},     {"folder", OUT_TEXT, false},
    {"pattern", OUT_TEXT, false},       {"archive", OUT_TEXT, false},
    {"every_s", OUT_NUMBER, false},     {"settle_s", OUT_NUMBER, false},
    {"max_age_s", OUT_NUMBER, false},   {"secret_set_at", OUT_TIME, false},
    {"looked_at", OUT_TIME, false},     {"due_at", OUT_TIME, false},
    {"trouble", OUT_TEXT, false},       {"words", OUT_TEXT, false},
    {"trouble_since", OUT_TIME, false},
};
static const struct out_column file_columns[] = {
    {"name", OUT_TEXT, false},    {"bytes", OUT_NUMBER, false}, {"changed_at", OUT_TIME, false},
    {"outcome", OUT_TEXT, false}, {"upload", OUT_TEXT, false},  {"archived_as", OUT_TEXT, true},
    {"at", OUT_TIME, false},      {"words", OUT_TEXT, false},   {"digest", OUT_TEXT, true},
};
static const struct cli_rows parts[] = {
    {"files", sql_sftp_files, 1, file_columns, COUNT_OF(file_columns)},
};

static rc_status none_set(struct cli *cli)
{
    return cli_refuse(cli, CLI_NOTHING, "Say where: `rollcall sftp set --help`.",
                      "nothing is picked up by SFTP for the source");
}

static rc_status sftp_show(struct cli *cli)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *source = NULL;

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(the_source(cli, tx, &source));
    RC_TRY(rc_db_run(tx, sql_sftp_show, 1, &source, &rows));
    if (rc_rows_count(rows) == 0) return none_set(cli);
    out_open(&cli->out);
    out_fields(&cli->out, show_columns, COUNT_OF(show_columns), rows);
    RC_TRY(cli_parts(cli, tx, parts, COUNT_OF(parts), &source));
    out_close(&cli->out);
    return rc_db_commit(tx);
}

/* ---- test ---- */

static rc_status open_secret(struct cli *cli, struct rc_db *tx, const char *district,
                             const struct rc_rows *rows, int column, const char *name,
                             struct rc_str *ret_value)
{
    const struct rc_str sealed = rc_rows_bytes(rows, 0, column, cli->arena);
    const char *field = rc_str_print(cli->arena, "credential:%s", name).data;
    struct rc_keyring *ring = NULL;

    *ret_value = (struct rc_str){0};
    if (sealed.len == 0) return RC_OK;
    RC_TRY(keys_ring(cli, &ring));
    return rc_keyring_open(ring, tx, district, field, sealed, cli->arena, ret_value);
}

/* The row's host with its credentials, for one look. */
static rc_status open_host(struct cli *cli, struct rc_db *tx, const char *district,
                           const struct rc_rows *rows, const struct rc_pickup *pickup,
                           struct rc_sftp **ret_sftp)
{
    const bool by_key = rc_str_eq(rc_rows_text(rows, 0, 2), RC_STR("key"));
    struct rc_str secret = {0};
    struct rc_str passphrase = {0};

    RC_TRY(open_secret(cli, tx, district, rows, 7, by_key ? "sftp_key" : "sftp_password", &secret));
    RC_TRY(open_secret(cli, tx, district, rows, 8, "sftp_passphrase", &passphrase));
    const struct rc_sftp_host host = {.host = pickup->host,
                                      .host_keys = pickup->host_keys,
                                      .user = pickup->user,
                                      .private_key = by_key ? secret : (struct rc_str){0},
                                      .passphrase = passphrase.len > 0 ? passphrase.data : NULL,
                                      .password = by_key ? NULL : secret.data};
    return rc_sftp_open(&host, ret_sftp);
}

static rc_status read_pickup(struct cli *cli, const char *district, const char **ret_source,
                             struct rc_pickup *ret_pickup, struct rc_sftp **ret_sftp)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, district, &tx));
    RC_TRY(the_source(cli, tx, ret_source));
    RC_TRY(rc_db_run(tx, sql_sftp_host, 1, ret_source, &rows));
    if (rc_rows_count(rows) == 0) return none_set(cli);
    *ret_pickup = (struct rc_pickup){.host = cli_keep(cli, rows, 0, 0),
                                     .user = cli_keep(cli, rows, 0, 1),
                                     .host_keys = cli_keep(cli, rows, 0, 3),
                                     .folder = cli_keep(cli, rows, 0, 4),
                                     .pattern = cli_keep(cli, rows, 0, 5),
                                     .archive = cli_keep(cli, rows, 0, 6)};
    RC_TRY(open_host(cli, tx, district, rows, ret_pickup, ret_sftp));
    return rc_db_commit(tx);
}

static const struct out_column verdict_columns[] = {
    {"newest", OUT_TEXT, false},
    {"bytes", OUT_NUMBER, false},
    {"changed_at", OUT_TIME, false},
    {"it", OUT_TEXT, false},
};

static rc_status show_verdict(struct cli *cli, const char *district, const char *source,
                              const struct rc_pickup_file *file)
{
    const char *const values[] = {source, file->name,
                                  rc_str_print(cli->arena, "%lld", (long long)file->bytes).data,
                                  rc_str_print(cli->arena, "%lld", (long long)file->mtime).data};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, district, &tx));
    RC_TRY(rc_db_one(tx, sql_sftp_verdict, COUNT_OF(values), values, &rows));
    out_fields(&cli->out, verdict_columns, COUNT_OF(verdict_columns), rows);
    return rc_db_commit(tx);
}

static rc_status sftp_test(struct cli *cli)
{
    RC_AUTO(rc_sftp) struct rc_sftp *sftp = NULL;
    struct rc_pickup pickup = {.host = NULL};
    struct rc_pickup_found found;
    const char *district = NULL;
    const char *source = NULL;

    RC_TRY(cli_district(cli, &district));
    RC_TRY(read_pickup(cli, district, &source, &pickup, &sftp));
    rc_pickup_look(sftp, &pickup, cli->arena, &found);
    if (found.trouble == RC_PICKUP_FINE && !found.file.name) {
        found.trouble = RC_PICKUP_NO_FILE;
        found.words = rc_pickup_words(RC_PICKUP_NO_FILE, &pickup, "", cli->arena);
    }
    if (found.trouble != RC_PICKUP_FINE)
        return cli_refuse(cli, CLI_FAILED, NULL, "%s", found.words.data);
    return show_verdict(cli, district, source, &found.file);
}

/* ---- host-key ---- */

static rc_status sftp_host_key(struct cli *cli)
{
    const struct rc_sftp_host host = {
        .host = or_example(args_word(&cli->args, 0), ""), .host_keys = "", .user = "nobody"};
    RC_AUTO(rc_sftp) struct rc_sftp *sftp = NULL;

    if (rc_sftp_open(&host, &sftp) != RC_OK)
        return cli_refuse(cli, CLI_USAGE, NULL, "%s",
                          rc_str_copy(cli->arena, rc_str_of(rc_error_text())).data);
    if (rc_sftp_ask_key(sftp) != RC_SFTP_DONE)
        return cli_refuse(cli, CLI_FAILED, NULL, "%s: %s", host.host,
                          rc_str_copy(cli->arena, rc_str_of(rc_error_text())).data);
    const struct out_fact facts[] = {{"host", host.host}, {"host_key", rc_sftp_seen_key(sftp)}};
    out_act(&cli->out, facts, COUNT_OF(facts), "%s", rc_sftp_seen_key(sftp));
    out_note(&cli->out,
             "Whoever sits between here and there could show this too: compare it with "
             "what the server's administrator says.");
    return RC_OK;
}

/* ---- remove ---- */

static rc_status sftp_remove(struct cli *cli)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *source = NULL;
    int64_t touched = 0;

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(the_source(cli, tx, &source));
    RC_TRY(cli_confirm(cli, 1, "Nothing is picked up any more, and the key is forgotten."));
    const rc_status removed = rc_db_change(tx, sql_sftp_remove, 1, &source, &touched);
    if (removed == RC_NOT_FOUND) return none_set(cli);
    RC_TRY(removed);
    RC_TRY(rc_db_run(tx, sql_sftp_forget, 1, &source, NULL));
    RC_TRY(cli_audit(cli, tx, "sftp.remove", audit_of(cli, source)));
    RC_TRY(rc_db_commit(tx));
    const struct out_fact facts[] = {{"source_id", source}};
    out_act(&cli->out, facts, COUNT_OF(facts), "Removed; what was picked up stays.");
    return RC_OK;
}

/* ---- the table ---- */

static const struct cli_option set_options[] = {
    OPTION_DISTRICT,
    OPTION_SOURCE,
    {"host", 0, "HOST", NULL, 0, 0, 0, "The server, with :PORT where it is not 22."},
    {"host-key", 0, "FINGERPRINT", NULL, OPTION_MANY, 0, 0,
     "The server's key, SHA256:…; several where it has one of each kind."},
    {"user", 0, "NAME", NULL, 0, 0, 0, "As whom one signs in there."},
    {"key-file", 0, "FILE", NULL, 0, 0, 0, "A private key (ed25519 or ecdsa) to sign in with."},
    {"passphrase-file", 0, "FILE", NULL, 0, 0, 0, "Its first line opens that key."},
    {"password-file", 0, "FILE", NULL, 0, 0, 0,
     "Its first line is the password; else, without a key, it is asked for."},
    {"password-stdin", 0, NULL, NULL, 0, 0, 0, "The password is the line on stdin."},
    {"folder", 0, "FOLDER", NULL, 0, 0, 0,
     "Where the zips lie; without a slash before it, in the user's home (the home itself)."},
    {"pattern", 0, "PATTERN", NULL, 0, 0, 0, "Which files: * and ? (*.zip)."},
    {"archive", 0, "NAME", NULL, 0, 0, 0,
     "A folder in that folder, where zips are moved once they are taken."},
    {"leave", 0, NULL, NULL, 0, 0, 0, "Leave zips where they are (so without --archive)."},
    {"every", 0, "TIME", NULL, OPTION_DURATION, 1000, 86400000, "How often to look (15m)."},
    {"settle", 0, "TIME", NULL, OPTION_DURATION, 0, 86400000,
     "How long a zip must stay the same before it is taken (1m)."},
    {"max-age", 0, "TIME", NULL, OPTION_DURATION, 1000, INT64_C(31536000000),
     "Without a new zip for so long the owners are told (36h)."},
    OPTION_END,
};
static const struct cli_option one_options[] = {OPTION_DISTRICT, OPTION_SOURCE, OPTION_END};
static const struct cli_option remove_options[] = {OPTION_DISTRICT, OPTION_SOURCE, OPTION_YES,
                                                   OPTION_END};
static const struct cli_option no_options[] = {OPTION_END};

const struct command sftp_commands[] = {
    {"set",
     NULL,
     "Says where a source's zips are picked up by SFTP, or changes it.",
     "The source is one of zips: rollcall source add --kind oneroster-csv. The newest zip that "
     "fits "
     "is taken\nonce two looks saw it the same, and once. A server that shows another key than the "
     "given ones is never\nspoken to.",
     set_options,
     {"sftp set --district maple-county --host sftp.sis.example --host-key "
      "SHA256:uNiVztksCsDhcc0u9e8BrSrqPCSTtM8JJ1kHGvLmzUQ --user maple --key-file maple.key "
      "--folder /exports --archive taken",
      "sftp set --district maple-county --every 30m --max-age 50h"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     sftp_set},
    {"show",
     NULL,
     "Where zips are picked up, what was taken, and what is wrong.",
     NULL,
     one_options,
     {"sftp show --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     sftp_show},
    {"test",
     NULL,
     "Looks into the folder from here and says what would be taken; takes nothing.",
     NULL,
     one_options,
     {"sftp test --district maple-county"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     sftp_test},
    {"host-key",
     "HOST",
     "Shows the key of an SFTP server, to be compared with what its administrator says.",
     NULL,
     no_options,
     {"sftp host-key sftp.sis.example", "sftp host-key sftp.sis.example:2222"},
     NEEDS_NOTHING,
     sftp_host_key},
    {"remove",
     NULL,
     "Picks nothing up any more and forgets the credentials.",
     NULL,
     remove_options,
     {"sftp remove --district maple-county --yes"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     sftp_remove},
    {0},
};
