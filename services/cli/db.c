/* rollcall db: brings the schema to a version, forwards or back. The table of versions is
 * golang-migrate's, so that either tool can take over. Each step looks, runs and notes its version
 * in one transaction under one advisory lock: a second migration that runs at the same time waits
 * and then finds the work done, and a step that fails leaves nothing behind. */
#include "cli.h"
#include "migrations.h"
#include "nouns.h"

#include <stdio.h>

static const char lock_sql[] =
    "SELECT pg_advisory_xact_lock(hashtextextended('rollcall.migrate', 0))";

static const char known_sql[] = "SELECT to_regclass('public.schema_migrations') IS NOT NULL";

static const char table_sql[] =
    "CREATE TABLE IF NOT EXISTS public.schema_migrations "
    "(version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL)";

static const char version_sql[] =
    "SELECT version, dirty FROM public.schema_migrations ORDER BY version DESC LIMIT 1";

/* What is, and what is known. */
struct schema {
    struct migrations known;
    int64_t version; /* 0: none */
    bool dirty;
};

static rc_status read_version(struct rc_db *tx, struct schema *schema)
{
    RC_AUTO(rc_rows) struct rc_rows *known = NULL;
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    schema->version = 0;
    schema->dirty = false;
    RC_TRY(rc_db_one(tx, known_sql, 0, NULL, &known));
    if (!rc_rows_bool(known, 0, 0)) return RC_OK;
    RC_TRY(rc_db_run(tx, version_sql, 0, NULL, &rows));
    if (rc_rows_count(rows) == 0) return RC_OK;
    schema->version = rc_rows_int(rows, 0, 0);
    schema->dirty = rc_rows_bool(rows, 0, 1);
    return RC_OK;
}

static rc_status read_folder(struct cli *cli, struct schema *schema)
{
    const char *folder = args_value(&cli->args, "dir");

    if (!folder) RC_TRY(cli_schemas(cli, "sql", &folder));
    if (migrations_read(folder, cli->arena, &schema->known) == RC_OK) return RC_OK;
    return cli_refuse(cli, CLI_CONFIG, "--dir names the folder of the migrations.", "%s",
                      rc_error_text());
}

/* A step that another tool left half done is for a person to look at. */
static rc_status refuse_odd(struct cli *cli, const struct schema *schema)
{
    if (schema->dirty)
        return cli_refuse(cli, CLI_FAILED,
                          "Look at the schema, mend it by hand, then note the version that it has: "
                          "UPDATE public.schema_migrations SET version = N, dirty = false.",
                          "version %lld is dirty: a migration broke off in it",
                          (long long)schema->version);
    if (schema->version != 0 && migrations_find(&schema->known, schema->version) < 0)
        return cli_refuse(
            cli, CLI_FAILED, "The database is newer than this program: install the newer one.",
            "version %lld is none of %s", (long long)schema->version, schema->known.folder);
    return RC_OK;
}

static rc_status note_version(struct rc_db *tx, int64_t version)
{
    char sql[160];

    /* As golang-migrate does: one row, none before the first step. */
    snprintf(sql, sizeof sql,
             version == 0 ? "DELETE FROM public.schema_migrations"
                          : "DELETE FROM public.schema_migrations; INSERT INTO "
                            "public.schema_migrations VALUES (%lld, false)",
             (long long)version);
    return rc_db_script(tx, sql);
}

/* Runs the file of step `at` and notes `version` as what holds after it. */
static rc_status run_step(struct cli *cli, struct rc_db *tx, const struct schema *schema, size_t at,
                          const char *suffix, int64_t version)
{
    const char *text = NULL;

    RC_TRY(migrations_text(&schema->known, at, suffix, cli->arena, &text));
    RC_TRY(rc_db_script(tx, table_sql));
    RC_TRY(rc_context(rc_db_script(tx, text), "%s%s", schema->known.items[at].name, suffix));
    RC_TRY(note_version(tx, version));
    RC_TRY(rc_db_commit(tx));
    out_note(&cli->out, "%s%s", schema->known.items[at].name, suffix);
    return RC_OK;
}

static rc_status look(struct cli *cli, struct rc_db *tx, struct schema *schema)
{
    RC_TRY(rc_db_script(tx, lock_sql));
    RC_TRY(read_version(tx, schema));
    return refuse_odd(cli, schema);
}

/* ---- migrate ---- */

/* One step towards the target; *ret_more false: it is reached. */
static rc_status step_up(struct cli *cli, struct schema *schema, int64_t target, bool *ret_more)
{
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, NULL, &tx));
    RC_TRY(look(cli, tx, schema));
    const int at = migrations_find(&schema->known, schema->version);
    const size_t next = at < 0 ? 0 : (size_t)at + 1;
    *ret_more = next < schema->known.count && schema->known.items[next].version <= target;
    if (!*ret_more) return rc_db_commit(tx);
    return run_step(cli, tx, schema, next, ".up.sql", schema->known.items[next].version);
}

static rc_status find_target(struct cli *cli, const struct schema *schema, int64_t *ret_target)
{
    const int64_t newest = schema->known.items[schema->known.count - 1].version;
    const int64_t target = args_number(&cli->args, "to", newest);

    if (migrations_find(&schema->known, target) < 0)
        return cli_refuse(cli, CLI_NOTHING, NULL, "there is no version %lld in %s",
                          (long long)target, schema->known.folder);
    *ret_target = target;
    return RC_OK;
}

static rc_status say_version(struct cli *cli, int64_t before, int64_t after)
{
    char from[24];
    char to[24];

    snprintf(from, sizeof from, "%lld", (long long)before);
    snprintf(to, sizeof to, "%lld", (long long)after);
    const struct out_fact facts[] = {{"before", from}, {"version", to}};
    if (before == after)
        out_act(&cli->out, facts, COUNT_OF(facts), "The schema has version %s already.", to);
    else
        out_act(&cli->out, facts, COUNT_OF(facts), "The schema has version %s now (%s before).", to,
                from);
    return RC_OK;
}

/* What would be run; nothing is. */
static rc_status show_steps(struct cli *cli, const struct schema *schema, int64_t target)
{
    for (size_t i = 0; i < schema->known.count; i++) {
        const struct migration *item = &schema->known.items[i];
        if (item->version > schema->version && item->version <= target)
            out_note(&cli->out, "would run %s.up.sql", item->name);
    }
    return say_version(cli, schema->version, schema->version);
}

static rc_status read_schema(struct cli *cli, struct schema *schema)
{
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(read_folder(cli, schema));
    RC_TRY(rc_db_tx(cli->db, NULL, &tx));
    RC_TRY(read_version(tx, schema));
    return rc_db_commit(tx);
}

static rc_status db_migrate(struct cli *cli)
{
    struct schema schema = {0};
    int64_t target = 0;
    bool more = true;

    RC_TRY(read_schema(cli, &schema));
    RC_TRY(refuse_odd(cli, &schema));
    RC_TRY(find_target(cli, &schema, &target));
    if (args_has(&cli->args, "dry-run")) return show_steps(cli, &schema, target);
    const int64_t before = schema.version;
    if (before > target)
        return cli_refuse(cli, CLI_USAGE, "`rollcall db down N` goes back.",
                          "the schema has version %lld, which is past %lld", (long long)before,
                          (long long)target);
    while (more)
        RC_TRY(step_up(cli, &schema, target, &more));
    return say_version(cli, before, schema.version);
}

/* ---- version, down ---- */

static rc_status db_version(struct cli *cli)
{
    struct schema schema = {0};
    char version[24];

    RC_TRY(read_schema(cli, &schema));
    const int64_t newest = schema.known.items[schema.known.count - 1].version;
    snprintf(version, sizeof version, "%lld", (long long)schema.version);
    const struct out_fact facts[] = {{"version", version}, {"dirty", schema.dirty ? "yes" : "no"}};
    out_act(&cli->out, facts, COUNT_OF(facts), "%s%s", version, schema.dirty ? " (dirty)" : "");
    if (schema.version != newest)
        out_note(&cli->out, "This program brings version %lld: `rollcall db migrate`.",
                 (long long)newest);
    return RC_OK;
}

static rc_status step_down(struct cli *cli, struct schema *schema)
{
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(cli->db, NULL, &tx));
    RC_TRY(look(cli, tx, schema));
    const int at = migrations_find(&schema->known, schema->version);
    if (at < 0) return cli_refuse(cli, CLI_NOTHING, NULL, "there is no step left to go back");
    schema->version = at == 0 ? 0 : schema->known.items[at - 1].version;
    return run_step(cli, tx, schema, (size_t)at, ".down.sql", schema->version);
}

static rc_status db_down(struct cli *cli)
{
    struct schema schema = {0};
    int64_t steps = 0;

    if (rc_str_int(rc_str_of(args_word(&cli->args, 0)), 1, 10000, &steps) != RC_OK)
        return cli_refuse(cli, CLI_USAGE, NULL, "how many steps to go back: %s", rc_error_text());
    RC_TRY(read_schema(cli, &schema));
    const int64_t before = schema.version;
    RC_TRY(cli_confirm(cli, 1, "Going back drops tables with all that they hold."));
    for (int64_t i = 0; i < steps; i++)
        RC_TRY(step_down(cli, &schema));
    return say_version(cli, before, schema.version);
}

/* ---- the table ---- */

#define OPTION_DIR                                                                               \
    {                                                                                            \
        "dir", 0, "FOLDER", NULL, 0, 0, 0, "The migrations (those that came with this program)." \
    }

static const struct cli_option migrate_options[] = {
    {"to", 0, "VERSION", NULL, OPTION_NUMBER, 1, INT64_MAX, "No further than this (the newest)."},
    {"dry-run", 0, NULL, NULL, 0, 0, 0, "Only say what would be run."},
    OPTION_DIR,
    OPTION_END,
};
static const struct cli_option version_options[] = {OPTION_DIR, OPTION_END};
static const struct cli_option down_options[] = {OPTION_DIR, OPTION_YES, OPTION_END};

const struct command db_commands[] = {
    {"migrate",
     NULL,
     "Brings the schema up to date.",
     "Signs in by database.url, which must be the owner of the database (rollcall_owner). May be "
     "run by\nseveral at once: one works, the others wait. A step that fails changes nothing.",
     migrate_options,
     {"db migrate", "db migrate --dry-run", "db migrate --to 1"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     db_migrate},
    {"version",
     NULL,
     "The version of the schema.",
     NULL,
     version_options,
     {"db version", "db version -o json"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     db_version},
    {"down",
     "STEPS",
     "Goes back so many steps; drops what they made, with its data.",
     NULL,
     down_options,
     {"db down 1 --yes"},
     NEEDS_OPTIONS | NEEDS_DATABASE,
     db_down},
    {0},
};
