#ifndef CLI_OUT_H
#define CLI_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "rollcall/base/buf.h"
#include "rollcall/format/json.h"
#include "rollcall/port/db.h"

/* What a command answers with: data on stdout as an aligned table on a terminal, as lines with tabs
 * when piped, or as JSON with -o json. Everything for people only (notes, progress, questions) goes
 * to stderr and is silent under -q. One description of columns serves all three forms. */

enum out_form { OUT_TABLE, OUT_TABS, OUT_JSON };

enum out_kind {
    OUT_TEXT,
    OUT_NUMBER,
    OUT_BOOL,
    OUT_TIME, /* a timestamptz of a session in UTC; shown as RFC 3339 to the second */
    OUT_RAW,  /* JSON: an object or a list */
    OUT_KIND_COUNT_
};

/* A column: its name is the key in JSON and, in capitals, the heading of a table. */
struct out_column {
    const char *name;
    enum out_kind kind;
    bool detail; /* only in JSON */
};

struct out {
    enum out_form form;
    bool quiet;
    bool parts;         /* several parts follow: one JSON object around them */
    struct rc_buf text; /* of the answer so far */
    struct rc_json_out json;
};

/* quiet: nothing but results and errors. */
void out_init(struct out *out, enum out_form form, bool quiet);
/* Writes what is gathered to stdout. RC_RETRY: it could not be written. */
RC_MUST_CHECK rc_status out_flush(struct out *out);
/* Frees what is gathered, unwritten. */
void out_done(struct out *out);

/* A list of things; columns as the statement gives them. */
void out_rows(struct out *out, const struct out_column *columns, size_t count,
              const struct rc_rows *rows);
/* The same from cells of our own, row by row; data NULL is absent, a bool is "t" or "f". */
void out_cells(struct out *out, const struct out_column *columns, size_t count,
               const struct rc_str *cells, size_t rows);
/* One thing: row 0 as lines "name  value", or a JSON object. */
void out_fields(struct out *out, const struct out_column *columns, size_t count,
                const struct rc_rows *rows);
/* An answer of several parts: between the two calls each list has a title, which is its key in
 * JSON ("collections"); fields and the result of an act stand in the object itself. */
void out_open(struct out *out);
void out_part(struct out *out, const char *title, const struct out_column *columns, size_t count,
              const struct rc_rows *rows);
/* As out_part, of cells row by row that are not of a statement. */
void out_part_cells(struct out *out, const char *title, const struct out_column *columns,
                    size_t count, const struct rc_str *cells, size_t rows);
/* Ends the answer that out_open began. */
void out_close(struct out *out);

/* The result of an act. In JSON an object of these texts; else the sentence alone. */
struct out_fact {
    const char *name, *value; /* value NULL: left out */
};
/* The result of an act: facts as JSON, the sentence in every other form. */
void out_act(struct out *out, const struct out_fact *facts, size_t count, const char *format, ...)
    RC_PRINTF(4, 5);

/* A number, and whether something is so, in an answer that out_open began: for JSON alone, people
 * read them in the sentence. */
void out_number(struct out *out, const char *name, int64_t value);
void out_flag(struct out *out, const char *name, bool value);

/* To people, on stderr; silent under -q. */
void out_note(const struct out *out, const char *format, ...) RC_PRINTF(2, 3);

#endif
