/* rollcall profile: what is known of each kind of SIS, and whether a profile of one's own is right.
 */
#include "nouns.h"
#include "profile_files.h"

#include "rollcall/base/auto.h"

static struct rc_str joined(struct cli *cli, const struct rc_profile_texts *texts)
{
    RC_AUTO_BUF struct rc_buf out = {0};

    for (size_t i = 0; i < texts->count; i++)
        rc_buf_print(&out, "%s%.*s", i > 0 ? ", " : "", RC_STR_ARG(texts->items[i]));
    return rc_str_copy(cli->arena, rc_buf_str(&out));
}

/* ---- list ---- */

static const struct out_column list_columns[] = {
    {"profile", OUT_TEXT, false},   {"name", OUT_TEXT, false}, {"vendor", OUT_TEXT, false},
    {"oneroster", OUT_TEXT, false}, {"auth", OUT_TEXT, false}, {"own", OUT_BOOL, true},
    {"file", OUT_TEXT, true}};
enum { LIST_COLUMNS = COUNT_OF(list_columns) };

/* Room for the next row, or NULL: the file is broken, which was told. */
static bool list_row(struct cli *cli, const struct profile_file *file, struct rc_str *cells)
{
    struct rc_profile profile = {0};

    if (profile_read(cli, file->path, NULL, &profile) != RC_OK) {
        out_note(&cli->out, "%s", rc_error_text());
        return false;
    }
    const struct rc_str row[] = {profile.id,
                                 profile.name,
                                 profile.vendor,
                                 joined(cli, &profile.versions),
                                 joined(cli, &profile.auths),
                                 file->own ? RC_STR("t") : RC_STR("f"),
                                 rc_str_of(file->path)};
    memcpy(cells, row, sizeof row);
    return true;
}

static rc_status profile_list(struct cli *cli)
{
    const struct profile_file *files = NULL;
    size_t count = 0;
    size_t rows = 0;

    RC_TRY(profile_files(cli, &files, &count));
    struct rc_str *cells = rc_arena_array(cli->arena, count * LIST_COLUMNS + 1, sizeof *cells);
    for (size_t i = 0; i < count; i++)
        rows += list_row(cli, &files[i], &cells[rows * LIST_COLUMNS]);
    out_cells(&cli->out, list_columns, LIST_COLUMNS, cells, rows);
    out_note(&cli->out,
             "Not among them? Any SIS that speaks OneRoster: generic-1.1, generic-1.2; "
             "one that exports CSV: rollcall source add --kind oneroster-csv.");
    return RC_OK;
}

/* ---- show ---- */

static const struct out_column fact_columns[] = {{"what", OUT_TEXT, false},
                                                 {"value", OUT_TEXT, false}};
static const struct out_column form_columns[] = {{"field", OUT_TEXT, false},
                                                 {"label", OUT_TEXT, false},
                                                 {"where", OUT_TEXT, false},
                                                 {"example", OUT_TEXT, false},
                                                 {"default", OUT_TEXT, false}};
static const struct out_column note_columns[] = {{"note", OUT_TEXT, false}};

static struct rc_str number(struct cli *cli, int64_t value)
{
    return rc_str_print(cli->arena, "%lld", (long long)value);
}

static struct rc_str busy_hours(struct cli *cli, const struct rc_profile *profile)
{
    if (profile->busy_from.len == 0) return RC_STR("none");
    return rc_str_print(cli->arena, "%.*s to %.*s: one request at a time",
                        RC_STR_ARG(profile->busy_from), RC_STR_ARG(profile->busy_until));
}

static struct rc_str quirks(struct cli *cli, const struct rc_profile *profile)
{
    RC_AUTO_BUF struct rc_buf out = {0};

    if (!profile->quirks) return RC_STR("{}");
    rc_json_print(&out, profile->quirks);
    return rc_str_copy(cli->arena, rc_buf_str(&out));
}

static void show_facts(struct cli *cli, const struct rc_profile *profile)
{
    const struct rc_str facts[] = {
        RC_STR("profile"),
        profile->id,
        RC_STR("name"),
        profile->name,
        RC_STR("vendor"),
        profile->vendor,
        RC_STR("before"),
        profile->check,
        RC_STR("before, where"),
        profile->check_where,
        RC_STR("oneroster"),
        joined(cli, &profile->versions),
        RC_STR("auth"),
        joined(cli, &profile->auths),
        RC_STR("url"),
        profile->url,
        RC_STR("token url"),
        profile->token_url,
        RC_STR("page size"),
        number(cli, profile->page_size),
        RC_STR("parallel"),
        number(cli, profile->parallel),
        RC_STR("busy hours"),
        busy_hours(cli, profile),
        RC_STR("trusts dates"),
        profile->honest_dates ? RC_STR("yes") : RC_STR("no"),
        RC_STR("trusts deletes"),
        profile->honest_deletes ? RC_STR("yes") : RC_STR("no"),
        RC_STR("primary parent"),
        profile->parent,
        RC_STR("in words"),
        profile->parent_words,
        RC_STR("quirks"),
        quirks(cli, profile),
    };

    out_part_cells(&cli->out, "profile", fact_columns, COUNT_OF(fact_columns), facts,
                   COUNT_OF(facts) / COUNT_OF(fact_columns));
}

static void show_form(struct cli *cli, const struct rc_profile *profile)
{
    struct rc_str *cells = rc_arena_array(
        cli->arena, profile->field_count * COUNT_OF(form_columns) + 1, sizeof *cells);

    for (size_t i = 0; i < profile->field_count; i++) {
        const struct rc_profile_field *field = &profile->fields[i];
        const struct rc_str row[] = {field->name, field->label, field->where, field->example,
                                     field->fallback};
        memcpy(&cells[i * COUNT_OF(form_columns)], row, sizeof row);
    }
    out_part_cells(&cli->out, "form", form_columns, COUNT_OF(form_columns), cells,
                   profile->field_count);
}

static rc_status profile_show(struct cli *cli)
{
    struct rc_profile profile = {0};

    RC_TRY(profile_find(cli, args_word(&cli->args, 0), &profile));
    out_open(&cli->out);
    show_facts(cli, &profile);
    show_form(cli, &profile);
    out_part_cells(&cli->out, "notes", note_columns, COUNT_OF(note_columns), profile.notes.items,
                   profile.notes.count);
    out_close(&cli->out);
    return RC_OK;
}

/* ---- check ---- */

static const struct out_column problem_columns[] = {{"problem", OUT_TEXT, false}};

static rc_status tell_problems(struct cli *cli, const char *path, const struct rc_buf *problems)
{
    struct rc_str *cells = rc_arena_array(cli->arena, problems->len, sizeof *cells);
    struct rc_str rest = {problems->data, problems->len - 1};
    size_t count = 0;

    while (rest.data)
        cells[count++] = rc_str_cut(&rest, '\n');
    out_cells(&cli->out, problem_columns, COUNT_OF(problem_columns), cells, count);
    return cli_end(cli, CLI_FAILED, "%s is no profile: %zu problems.", path, count);
}

static rc_status profile_check(struct cli *cli)
{
    RC_AUTO_BUF struct rc_buf problems = {0};
    const char *path = args_word(&cli->args, 0);
    struct rc_profile profile = {0};

    const rc_status status = profile_read(cli, path, &problems, &profile);
    if (problems.len > 0) return tell_problems(cli, path, &problems);
    RC_TRY(status);
    const char *id = rc_str_copy(cli->arena, profile.id).data;
    const struct out_fact facts[] = {{"profile", id}, {"file", path}};
    out_act(&cli->out, facts, COUNT_OF(facts), "%s is in order; call it %s.json in profiles.dir.",
            path, id);
    return RC_OK;
}

const struct command profile_commands[] = {
    {"list",
     NULL,
     "The profiles: kinds of SIS that something is known of.",
     "An operator's own stand in the folder profiles.dir and go before installed ones of their "
     "name.",
     NULL,
     {"profile list", "profile list -o json"},
     NEEDS_OPTIONS,
     profile_list},
    {"show",
     "PROFILE",
     "What a connection needs and where it stands in that SIS, and how it is asked.",
     NULL,
     NULL,
     {"profile show infinite-campus-1.2", "profile show classlink-proxy -o json"},
     NEEDS_OPTIONS,
     profile_show},
    {"check",
     "FILE",
     "Says whether a file is a profile, and every problem if not (exit 1).",
     NULL,
     NULL,
     {"profile check maple-sis.json"},
     NEEDS_OPTIONS,
     profile_check},
    {0},
};
