/* What most commands do first: find the district, the source, the files of schemas/; and last: show
 * rows, leave a trace of who did what. */
#include "cli.h"

#include "cli_sql.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { HASH_MIN = 6 };

const char *cli_keep(struct cli *cli, const struct rc_rows *rows, size_t row, int column)
{
    if (rc_rows_null(rows, row, column)) return NULL;
    return rc_str_copy(cli->arena, rc_rows_text(rows, row, column)).data;
}

rc_status cli_district_of(struct cli *cli, const char *slug, const char **ret_district)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;
    const char *const values[] = {slug};

    RC_TRY(rc_db_tx(cli->db, NULL, &tx));
    const rc_status found = rc_db_one(tx, sql_district_id, 1, values, &rows);
    if (found == RC_NOT_FOUND)
        return cli_refuse(cli, CLI_NOTHING, "`rollcall district list` shows all.",
                          "there is no district \"%.70s\"", slug);
    RC_TRY(found);
    *ret_district = cli_keep(cli, rows, 0, 0);
    return rc_db_commit(tx);
}

rc_status cli_district(struct cli *cli, const char **ret_district)
{
    return cli_district_of(cli, args_value(&cli->args, "district"), ret_district);
}

rc_status cli_begin(struct cli *cli, struct rc_db **ret_tx)
{
    const char *district = NULL;

    RC_TRY(cli_district(cli, &district));
    return rc_db_tx(cli->db, district, ret_tx);
}

rc_status cli_list(struct cli *cli, const struct cli_rows *list, const char *const *values)
{
    return cli_list_counted(cli, list, values, NULL);
}

rc_status cli_list_counted(struct cli *cli, const struct cli_rows *list, const char *const *values,
                           size_t *ret_count)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(cli_begin(cli, &tx));
    RC_TRY(rc_db_run(tx, list->sql, list->values, values, &rows));
    out_rows(&cli->out, list->columns, list->count, rows);
    if (ret_count) *ret_count = rc_rows_count(rows);
    return rc_db_commit(tx);
}

rc_status cli_parts(struct cli *cli, struct rc_db *tx, const struct cli_rows *parts, size_t count,
                    const char *const *values)
{
    for (size_t i = 0; i < count; i++) {
        RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
        RC_TRY(rc_db_run(tx, parts[i].sql, parts[i].values, values, &rows));
        out_part(&cli->out, parts[i].title, parts[i].columns, parts[i].count, rows);
    }
    return RC_OK;
}

static rc_status which_source(struct cli *cli, const char *name, size_t count)
{
    if (count > 1)
        return cli_refuse(cli, CLI_USAGE, "`rollcall source list` shows their names.",
                          "the district has %zu sources: --source NAME is due", count);
    if (name)
        return cli_refuse(cli, CLI_NOTHING, "`rollcall source list` shows their names.",
                          "the district has no source \"%.70s\"", name);
    return cli_refuse(cli, CLI_NOTHING, "Add one: `rollcall source add --help`.",
                      "the district has no source");
}

rc_status cli_source(struct cli *cli, struct rc_db *tx, const char **ret_source)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    const char *const values[] = {args_value(&cli->args, "source")};

    RC_TRY(rc_db_run(tx, sql_source_id, 1, values, &rows));
    if (rc_rows_count(rows) != 1) return which_source(cli, values[0], rc_rows_count(rows));
    *ret_source = cli_keep(cli, rows, 0, 0);
    return RC_OK;
}

rc_status cli_audit(struct cli *cli, struct rc_db *tx, const char *act, struct rc_str what)
{
    const char *const values[] = {cli->who, act,
                                  what.len > 0 ? rc_str_copy(cli->arena, what).data : "{}"};

    return rc_db_run(tx, sql_audit_add, COUNT_OF(values), values, NULL);
}

rc_status cli_read_file(struct cli *cli, const char *path, int64_t most, int refused,
                        struct rc_buf *text)
{
    const bool piped = strcmp(path, "-") == 0;
    FILE *file = piped ? stdin : fopen(path, "re");
    size_t got = 1;

    if (!file)
        return cli_refuse(cli, refused, NULL, "%.200s cannot be read: %s", path, strerror(errno));
    while (got > 0 && (int64_t)text->len <= most) {
        char piece[1 << 14];
        got = fread(piece, 1, sizeof piece, file);
        rc_buf_add(text, piece, got);
    }
    const bool broken = ferror(file) != 0;
    if (!piped) (void)fclose(file);
    if (!broken) return RC_OK;
    return cli_refuse(cli, refused, NULL, "%.200s cannot be read to its end", path);
}

rc_status cli_check_hash(struct cli *cli, const char *hash, const char *what, const char *fix)
{
    const char *given = args_value(&cli->args, "hash");

    if (!given || (strlen(given) >= HASH_MIN && strncmp(given, hash, strlen(given)) == 0))
        return RC_OK;
    return cli_refuse(cli, CLI_FAILED, fix, "%s is another one than %.64s: its hash is %s", what,
                      given, hash);
}

rc_status cli_confirm(struct cli *cli, long long count, const char *question)
{
    if (args_has(&cli->args, "yes")) return RC_OK;
    if (!ask_possible())
        return cli_refuse(cli, CLI_USAGE, "Add --yes if that is meant.",
                          "%s Nobody is there to confirm it", question);
    if (ask_confirm(question, count)) return RC_OK;
    return cli_refuse(cli, CLI_FAILED, NULL, "nothing was done");
}

struct rc_bus_config cli_bus(const struct cli *cli)
{
    return (struct rc_bus_config){.brokers = cli->options.kafka_brokers,
                                  .client_id = "rollcall",
                                  .extra = cli->options.kafka_settings,
                                  .send_timeout_ms = 20000};
}

/* ---- schemas/ ---- */

static void drop_last_part(char *path)
{
    char *slash = strrchr(path, '/');

    if (slash) *slash = '\0';
}

/* From a folder upwards: an installation's share/rollcall/schemas, or a checkout's schemas. */
static const char *find_above(struct cli *cli, const char *folder, const char *name)
{
    static const char *const places[] = {"share/rollcall/schemas", "schemas"};
    char at[PATH_MAX];

    snprintf(at, sizeof at, "%s", folder);
    for (; at[0] != '\0'; drop_last_part(at)) {
        for (size_t i = 0; i < COUNT_OF(places); i++) {
            const char *path = rc_str_print(cli->arena, "%s/%s/%s", at, places[i], name).data;
            if (access(path, R_OK) == 0) return path;
        }
        if (!strchr(at, '/')) break;
    }
    return NULL;
}

rc_status cli_schemas(struct cli *cli, const char *name, const char **ret_path)
{
    char here[PATH_MAX] = "";
    char program[PATH_MAX] = "";
    const ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);

    program[len > 0 ? len : 0] = '\0';
    drop_last_part(program);
    const char *path = find_above(cli, program, name);
    if (!path && getcwd(here, sizeof here)) path = find_above(cli, here, name);
    if (!path)
        return cli_refuse(cli, CLI_CONFIG,
                          "Install rollcall (cmake --install), or say where they are with --dir.",
                          "schemas/%s was found neither beside the program nor here", name);
    *ret_path = path;
    return RC_OK;
}
