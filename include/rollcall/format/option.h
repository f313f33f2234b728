#ifndef RC_FORMAT_OPTION_H
#define RC_FORMAT_OPTION_H

#include <stdbool.h>

#include "rollcall/base/buf.h"
#include "rollcall/base/str.h"

/* A program's configuration is one table: from it come parsing, --help, --check, the dump at start
 * with secrets masked, and the manual (deploy/config/OPTIONS.md, which a test compares). Order:
 * default < file < environment < --set. The file has lines `name = value`, # comments, sections
 * [kafka] that prefix names; the environment ROLLCALL_KAFKA_BROKERS; ROLLCALL_X_FILE (or
 * x-file in the file and by --set) names a file that holds the value of the secret x. */

enum rc_option_kind {
    RC_OPTION_TEXT,   /* char * ; owned by the table's user until rc_options_done */
    RC_OPTION_SECRET, /* char * ; shown as ***; not by --set. `<name>-file` is the path of a file
                         that holds it */
    RC_OPTION_INT,    /* int64_t, within [min, max] */
    RC_OPTION_BOOL,   /* bool: true/false, on/off, yes/no, 1/0 */
    RC_OPTION_MILLIS, /* int64_t milliseconds: 250ms, 30s, 5m, 2h, 1d */
    RC_OPTION_BYTES,  /* int64_t bytes: 512, 64KiB, 8MiB, 1GiB */
    RC_OPTION_KIND_COUNT_
};

struct rc_option {
    const char *name; /* "kafka.brokers"; a NULL name ends a table */
    enum rc_option_kind kind;
    size_t offset;        /* of the value in the configuration struct */
    const char *fallback; /* default, in the option's own notation; NULL: must be set */
    int64_t min, max;     /* for numbers; max 0: no limit */
    const char *help;     /* one sentence */
};

/* Where values come from; all may be NULL. */
struct rc_option_sources {
    const char *file;        /* path of --config */
    char **environment;      /* as environ */
    const char *const *sets; /* "name=value", NULL-terminated */
};

/* Fills config, which the caller zeroed, from the tables (NULL-terminated array of tables, offsets
 * all into config). Unknown names, values out of range and missing ones are collected, every
 * problem on a line of *ret_problems, with "did you mean" for names; RC_REJECT then. Variables that
 * start with ROLLCALL_LOCAL_, ROLLCALL_TEST_ or ROLLCALL_FAULT are not options. */
RC_MUST_CHECK rc_status rc_options_load(const struct rc_option *const *tables,
                                        const struct rc_option_sources *sources, void *config,
                                        struct rc_buf *ret_problems);
/* Frees what rc_options_load allocated. */
void rc_options_done(const struct rc_option *const *tables, void *config);
/* "name = value" lines, secrets as ***. */
void rc_options_dump(const struct rc_option *const *tables, const void *config, struct rc_buf *out);
/* The tables as text for --help. */
void rc_options_help(const struct rc_option *const *tables, struct rc_buf *out);
/* The same as rows of a Markdown table: name, kind, default, range, what it is for. */
void rc_options_markdown(const struct rc_option *const *tables, struct rc_buf *out);
/* The same as items of a list in a manual page (mdoc). */
void rc_options_mdoc(const struct rc_option *const *tables, struct rc_buf *out);
/* The file parser alone (fuzzed): calls each for every name and value. RC_REJECT names the line. */
RC_MUST_CHECK rc_status rc_option_file_parse(struct rc_str text,
                                             rc_status (*each)(void *self, struct rc_str name,
                                                               struct rc_str value, int line),
                                             void *self);
/* A duration in the notation above, to milliseconds. RC_REJECT with a text. */
RC_MUST_CHECK rc_status rc_option_millis(struct rc_str text, int64_t *ret_ms);
/* The same for sizes: bytes, or KiB, MiB, GiB. */
RC_MUST_CHECK rc_status rc_option_bytes(struct rc_str text, int64_t *ret_bytes);

#endif
