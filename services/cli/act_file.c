/* The file that says whom an act is about, and for edits what their fields become. */
#include "act_file.h"

#include <string.h>

#include "rollcall/base/id.h"
#include "rollcall/format/csv.h"

enum { FILE_MAX = 64 << 20, CELLS_MAX = 32, VALUE_MAX = 500 };

/* What a person may be reached by: fields that an edit may change, as the account's columns. */
static const char *const editable[] = {"username", "given_name", "family_name", "middle_name",
                                       "email",    "phone",      "sms"};

struct reading {
    struct cli *cli;
    const char *path;
    bool fields;
    struct rc_csv_dialect dialect;
    struct rc_json_out json;
    struct rc_str names[CELLS_MAX]; /* of the columns */
    size_t columns, account;        /* which of them is the account */
    int64_t line;
};

static rc_status refuse(const struct reading *r, const char *what)
{
    return cli_refuse(r->cli, CLI_USAGE, NULL, "%s, line %lld: %s", r->path, (long long)r->line,
                      what);
}

static bool is_editable(struct rc_str name)
{
    for (size_t i = 0; i < COUNT_OF(editable); i++)
        if (rc_str_eq(name, rc_str_of(editable[i]))) return true;
    return false;
}

static bool is_account(struct rc_str name)
{
    return rc_str_eq(name, RC_STR("account")) || rc_str_eq(name, RC_STR("account_id"));
}

static rc_status read_header(struct reading *r, const struct rc_str *cells, size_t count)
{
    r->columns = count;
    r->account = count;
    for (size_t i = 0; i < count; i++) {
        r->names[i] = rc_str_lower(r->cli->arena, rc_str_trim(cells[i]));
        if (is_account(r->names[i])) {
            r->account = i;
        } else if (r->fields && !is_editable(r->names[i])) {
            return refuse(r,
                          "a column is none of account, username, given_name, family_name, "
                          "middle_name, email, phone, sms");
        }
    }
    if (r->account == count) return refuse(r, "the header names no column account");
    if (r->fields && count == 1) return refuse(r, "the header names no field to edit");
    return RC_OK;
}

static rc_status put_fields(struct reading *r, const struct rc_str *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct rc_str value = rc_str_trim(cells[i]);
        if (i == r->account || value.len == 0) continue;
        if (value.len > VALUE_MAX || !rc_str_is_text(value))
            return refuse(r, "a value is too long or is no UTF-8");
        rc_json_put_text(&r->json, r->names[i].data, value);
    }
    return RC_OK;
}

static rc_status read_row(struct reading *r, const struct rc_str *cells, size_t count)
{
    const struct rc_str account = r->account < count ? rc_str_trim(cells[r->account])
                                                     : (struct rc_str){0};
    if (!rc_id_valid(account)) return refuse(r, "the account's id is none");
    if (count > r->columns) return refuse(r, "there are more cells than the header names");
    rc_json_open(&r->json, NULL, '{');
    rc_json_put_int(&r->json, "line", r->line);
    rc_json_put_text(&r->json, "account", rc_str_lower(r->cli->arena, account));
    if (r->fields) RC_TRY(put_fields(r, cells, count));
    rc_json_close(&r->json, '}');
    return RC_OK;
}

static rc_status read_record(struct reading *r, const struct rc_csv_record *record)
{
    struct rc_str cells[CELLS_MAX];

    if (rc_csv_blank(record->text)) return RC_OK;
    if (record->flaws) return refuse(r, "its quotes are wrong");
    const size_t count = rc_csv_cells(&r->dialect, record->text, r->cli->arena, cells, CELLS_MAX);
    if (count > CELLS_MAX) return refuse(r, "it has too many cells");
    if (r->columns > 0) return read_row(r, cells, count);
    if (r->fields || !rc_id_valid(rc_str_trim(cells[0]))) return read_header(r, cells, count);
    r->columns = 1; /* ids without a header */
    return read_row(r, cells, count);
}

static rc_status read_text(struct reading *r, struct rc_str rest)
{
    const size_t mark = rc_str_starts(rest, RC_STR("\xef\xbb\xbf")) ? 3 : 0;
    struct rc_csv_record record;

    rest = (struct rc_str){rest.data + mark, rest.len - mark};
    struct rc_str first = rest;
    r->dialect = (struct rc_csv_dialect){.separator = rc_csv_separator(rc_str_cut(&first, '\n'))};
    r->line = 1;
    for (;;) {
        const rc_status cut = rc_csv_cut(&r->dialect, &rest, true, &record);
        if (cut == RC_NOT_FOUND) return RC_OK;
        RC_TRY(cut);
        RC_TRY(read_record(r, &record));
        r->line += (int64_t)record.lines;
    }
}

static rc_status read_bytes(struct cli *cli, const char *path, struct rc_buf *text)
{
    RC_TRY(cli_read_file(cli, path, FILE_MAX, CLI_USAGE, text));
    if (text->len <= FILE_MAX) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, NULL, "%s is larger than %d MiB", path, FILE_MAX >> 20);
}

rc_status act_file_read(struct cli *cli, const char *path, bool fields, const char **ret_rows)
{
    RC_AUTO_BUF struct rc_buf text = {0}, rows = {0};
    struct reading r = {.cli = cli, .path = path, .fields = fields, .json = {.buf = &rows}};

    RC_TRY(read_bytes(cli, path, &text));
    rc_json_open(&r.json, NULL, '[');
    RC_TRY(read_text(&r, rc_buf_str(&text)));
    rc_json_close(&r.json, ']');
    *ret_rows = rc_str_copy(cli->arena, rc_buf_str(&rows)).data;
    return RC_OK;
}
