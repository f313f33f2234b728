#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "args.h"
#include "ask.h"
#include "operator_options.h"
#include "out.h"

#include "rollcall/intake/intake.h"
#include "rollcall/port/bus.h"
#include "rollcall/port/db.h"
#include "rollcall/worker/process.h"

/* What a command works with, and how it says that it cannot. */

enum cli_exit {
    CLI_DONE = 0,
    CLI_FAILED = 1,
    CLI_USAGE = 2,
    CLI_NOTHING = 3, /* nothing matched */
    CLI_AUTH = 4,    /* PostgreSQL does not let this role in, or not do it */
    CLI_PARTLY = 5,
    CLI_TIMEOUT = 6, /* of a waiting */
    CLI_CONFIG = 78,
    CLI_INTERRUPTED = 130,
};

struct cli {
    struct args args;
    struct rc_common_options options;
    struct rc_intake_limits uploads;   /* read with them: operator_options.c */
    struct operator_options operation; /* likewise */
    struct rc_arena *arena;            /* for the whole life of the program */
    struct rc_keyring *keys;           /* keys.c: opened at first need */
    struct rc_db *db;
    struct out out;
    const char *who; /* the person acting: --as, or $USER */
    int exit;        /* CLI_DONE: as the status says */
    const char *fix; /* how to mend the failure; NULL: its text says enough */
};

/* Every option that this tool reads. */
extern const struct rc_option *const cli_option_tables[];

/* The whole program; returns its exit code. */
int cli_main(int argc, char **argv);

/* A failure with its exit code and what to do about it (NULL: nothing to add). */
rc_status cli_refuse(struct cli *cli, enum cli_exit exit, const char *fix, const char *format, ...)
    RC_PRINTF(4, 5);
/* An answer that is no failure and has an exit code of its own, told in words on stderr. */
rc_status cli_end(struct cli *cli, enum cli_exit exit, const char *format, ...) RC_PRINTF(3, 4);

/* The id of the district that --district (or slug) names; CLI_NOTHING when there is none. */
RC_MUST_CHECK rc_status cli_district(struct cli *cli, const char **ret_district);
/* Of a slug that stands elsewhere than in --district. */
RC_MUST_CHECK rc_status cli_district_of(struct cli *cli, const char *slug,
                                        const char **ret_district);
/* Begins a transaction in the district that --district names. */
RC_MUST_CHECK rc_status cli_begin(struct cli *cli, struct rc_db **ret_tx);
/* The id of the source that --source names, or of the only one. In the transaction in hand. */
RC_MUST_CHECK rc_status cli_source(struct cli *cli, struct rc_db *tx, const char **ret_source);

/* What was done, by whom, into the audit trail; in the transaction that did it. what is JSON. */
RC_MUST_CHECK rc_status cli_audit(struct cli *cli, struct rc_db *tx, const char *act,
                                  struct rc_str what);

/* A file as it is, "-" is stdin, before any transaction begins: nobody waits for a slow one. Stops
 * soon after most bytes, which is the caller's to see by the length. Exit code refused: it cannot
 * be read. */
RC_MUST_CHECK rc_status cli_read_file(struct cli *cli, const char *path, int64_t most, int refused,
                                      struct rc_buf *text);

/* Is --hash, where it is given, of what was looked at? CLI_FAILED: of another one; what names it
 * ("the plan"), fix says how to look again. */
RC_MUST_CHECK rc_status cli_check_hash(struct cli *cli, const char *hash, const char *what,
                                       const char *fix);

/* Asks for confirmation unless --yes was given; without a terminal --yes is demanded. */
RC_MUST_CHECK rc_status cli_confirm(struct cli *cli, long long count, const char *question);

/* Rows that a command shows: the statement that gives them, with the first of the command's values
 * as parameters, and its columns. The title is for a part of a larger answer. */
struct cli_rows {
    const char *title;
    const char *sql;
    size_t values;
    const struct out_column *columns;
    size_t count;
};
/* All of a command that lists something of the district that --district names. */
RC_MUST_CHECK rc_status cli_list(struct cli *cli, const struct cli_rows *list,
                                 const char *const *values);
/* The same, and how many rows there were. */
RC_MUST_CHECK rc_status cli_list_counted(struct cli *cli, const struct cli_rows *list,
                                         const char *const *values, size_t *ret_count);
/* Parts of an answer that is open, in the transaction in hand. */
RC_MUST_CHECK rc_status cli_parts(struct cli *cli, struct rc_db *tx, const struct cli_rows *parts,
                                  size_t count, const char *const *values);

/* A text of the arena, for values that outlive their rows. NULL for a SQL null. */
const char *cli_keep(struct cli *cli, const struct rc_rows *rows, size_t row, int column);

/* What reaches Kafka. */
struct rc_bus_config cli_bus(const struct cli *cli);

/* The path of a file of schemas/ (sql, topics.csv): beside an installation, or in the checkout that
 * the program or the working directory lies in. CLI_CONFIG: it is nowhere. */
RC_MUST_CHECK rc_status cli_schemas(struct cli *cli, const char *name, const char **ret_path);

#define OPTION_END                         \
    {                                      \
        NULL, 0, NULL, NULL, 0, 0, 0, NULL \
    }
#define OPTION_DISTRICT                                                                    \
    {                                                                                      \
        "district", "d", "SLUG", NULL, OPTION_REQUIRED, 0, 0, "The district, by its slug." \
    }
#define OPTION_ANY_DISTRICT                                                        \
    {                                                                              \
        "district", "d", "SLUG", NULL, 0, 0, 0, "Only this district, by its slug." \
    }
#define OPTION_SOURCE                                                         \
    {                                                                         \
        "source", 0, "NAME", NULL, 0, 0, 0,                                   \
            "The source, by its name; needed where the district has several." \
    }
#define OPTION_YES                                                  \
    {                                                               \
        "yes", "y", NULL, NULL, 0, 0, 0, "Do not ask, for scripts." \
    }
#define OPTION_LIMIT                                                                      \
    {                                                                                     \
        "limit", 0, "COUNT", NULL, OPTION_NUMBER, 1, 100000, "At most so many rows (50)." \
    }

#endif
