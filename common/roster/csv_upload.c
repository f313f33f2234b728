/* What an upload says about itself. The rule for all of it: what is not clear is read as a delta,
 * from which no absence follows, and the owner is told why. */

#include "rollcall/roster/csv_upload.h"

#include "mapper_private.h"

static const struct upload_rule {
    const char *code;
    enum rc_severity severity;
    const char *what; /* after the subject */
    const char *mend;
} rules[] = {
    [RC_UPLOAD_NO_MANIFEST] = {"upload.manifest.missing", RC_WARNING,
                               "is not in the zip, so it is not known which files are whole: they "
                               "add and change, and nobody counts as gone",
                               "Export with a manifest.csv that says bulk for whole files."},
    [RC_UPLOAD_UNSAID] = {"upload.manifest.unsaid", RC_WARNING,
                          "is in the zip and manifest.csv does not say whether it is whole: it "
                          "adds and changes, and nobody counts as gone",
                          "Add its line to manifest.csv: bulk for a whole file."},
    [RC_UPLOAD_HIDDEN] = {"upload.manifest.hidden", RC_WARNING,
                          "is in the zip although manifest.csv says absent: it adds and changes, "
                          "and nobody counts as gone",
                          "Correct manifest.csv, or leave the file out."},
    [RC_UPLOAD_LACKING] = {"upload.manifest.lacking", RC_ERROR,
                           "is not in the zip although manifest.csv announces it: nothing of it "
                           "changes, and nobody counts as gone",
                           "Export again; check that the file was made and has its exact name."},
    [RC_UPLOAD_ODD] = {"upload.manifest.odd", RC_WARNING,
                       "has another word than absent, bulk or delta in manifest.csv: it adds and "
                       "changes, and nobody counts as gone",
                       "Correct manifest.csv."},
    [RC_UPLOAD_TWICE] = {"upload.manifest.twice", RC_WARNING,
                         "stands in manifest.csv twice, with different words: it adds and changes, "
                         "and nobody counts as gone",
                         "Correct manifest.csv."},
    [RC_UPLOAD_VERSION] = {"upload.manifest.version", RC_WARNING,
                           "names another version of OneRoster than its files have; the files are "
                           "believed",
                           "Correct oneroster.version in manifest.csv."},
    [RC_UPLOAD_EMPTY] = {"upload.file.empty", RC_ERROR,
                         "holds nothing, not even a header: nobody counts as gone for it",
                         "Export again; an export that was cut off is often the cause."},
    [RC_UPLOAD_HEADER_ONLY] = {"upload.file.header-only", RC_WARNING,
                               "holds a header and no rows, which is no evidence that everybody "
                               "has left: nobody counts as gone",
                               "Export again; check what the export is allowed to see."},
    [RC_UPLOAD_UNKNOWN_FILE] = {"upload.file.unknown", RC_WARNING,
                                "is no file of OneRoster and is left out",
                                "Leave it out of the zip, or correct its name."},
    [RC_UPLOAD_FOLDER] = {"upload.file.folder", RC_WARNING,
                          "is a folder around the files; it was looked into",
                          "Zip the files, not the folder that they lie in."},
    [RC_UPLOAD_WINDOWS] = {"upload.file.windows-1252", RC_WARNING,
                           "is not written in UTF-8 and was read as Windows-1252",
                           "Export in UTF-8."},
    [RC_UPLOAD_ORPHANS] = {"upload.file.orphans", RC_WARNING,
                           "has rows that belong to no record of the zip; they are left out",
                           "Export again, so that every id that is named is in its own file."},
};
_Static_assert(COUNT_OF(rules) == RC_UPLOAD_RULE_COUNT_, "a text for every rule");

const char *rc_upload_rule_code(enum rc_upload_rule rule)
{
    return rules[rule].code;
}

enum rc_severity rc_upload_rule_severity(enum rc_upload_rule rule)
{
    return rules[rule].severity;
}

void rc_upload_rule_message(enum rc_upload_rule rule, struct rc_str subject, struct rc_buf *out)
{
    rc_buf_print(out, "%.*s %s. %s", RC_STR_ARG(subject), rules[rule].what, rules[rule].mend);
}

void rc_upload_document(struct rc_buf *out)
{
    for (int i = 0; i < RC_UPLOAD_RULE_COUNT_; i++) {
        rc_buf_print(out, "| `%s` | %s | ", rules[i].code, rc_severity_name(rules[i].severity));
        rc_upload_rule_message((enum rc_upload_rule)i, RC_STR("FILE"), out);
        rc_buf_add_str(out, RC_STR(" | a zip of CSV files |\n"));
    }
}

/* --- the manifest --- */

static const struct rc_word said_list[] = {
    {"absent", NULL},
    {"bulk", NULL},
    {"delta", NULL},
};
static const struct rc_words said_words = {said_list, COUNT_OF(said_list), false};

static enum rc_csv_said said_of(struct rc_str value)
{
    const char *word = value.len > 0 ? rc_word_find(&said_words, value) : NULL;

    if (value.len == 0) return RC_CSV_SAID_NOTHING;
    for (size_t i = 0; word && i < COUNT_OF(said_list); i++)
        if (strcmp(word, said_list[i].spelling) == 0)
            return (enum rc_csv_said)(RC_CSV_SAID_ABSENT + (int)i);
    return RC_CSV_SAID_ODD;
}

/* "file.users" → the place of users.csv; -1: of no file. */
static int file_of(struct rc_str name, struct rc_arena *arena)
{
    static const struct rc_str prefix = RC_STR_INIT("file.");
    const struct rc_csv_file *file = NULL;

    if (name.len <= prefix.len || !rc_str_eq_fold((struct rc_str){name.data, prefix.len}, prefix))
        return -1;
    const struct rc_str full = rc_str_print(arena, "%.*s.csv", (int)(name.len - prefix.len),
                                            name.data + prefix.len);
    for (size_t i = 0; (file = rc_csv_file_at(i)) != NULL; i++)
        if (rc_str_eq_fold(full, rc_str_of(file->name))) return (int)i;
    return -1;
}

static void note_property(struct rc_csv_manifest *manifest, struct rc_str name, struct rc_str value,
                          struct rc_arena *arena)
{
    const int at = file_of(name, arena);

    if (rc_str_eq_fold(name, RC_STR("oneroster.version")) && manifest->version.len == 0)
        manifest->version = value;
    if (at < 0) return;
    const enum rc_csv_said said = said_of(value);
    enum rc_csv_said *slot = &manifest->said[at];
    *slot = *slot == RC_CSV_SAID_NOTHING || *slot == said ? said : RC_CSV_SAID_TWICE;
}

enum { MANIFEST_ROWS = 1000 };

rc_status rc_csv_manifest_read(struct rc_str text, struct rc_arena *arena,
                               struct rc_csv_manifest *ret_manifest)
{
    struct rc_csv_manifest manifest = {.present = true};
    struct rc_csv_dialect dialect = {0};
    struct rc_csv_record record;
    struct rc_str first = text;
    size_t rows = 0;

    dialect.separator = rc_csv_separator(rc_str_cut(&first, '\n'));
    while (text.len > 0) {
        struct rc_str cells[2] = {{0}};
        const rc_status status = rc_csv_cut(&dialect, &text, true, &record);
        if (status != RC_OK) return status;
        if (++rows > MANIFEST_ROWS) return rc_fail(RC_REJECT, "more than %d rows", MANIFEST_ROWS);
        (void)rc_csv_cells(&dialect, record.text, arena, cells, COUNT_OF(cells));
        note_property(&manifest, rc_trim_all(cells[0]), rc_trim_all(cells[1]), arena);
    }
    *ret_manifest = manifest;
    return RC_OK;
}

/* --- judgement: what was said × whether it is there --- */

#define ODD(rule)              \
    {                          \
        true, true, true, rule \
    }
static const struct rc_csv_verdict verdicts[RC_CSV_SAID_COUNT_][2] = {
    /* not there, there */
    [RC_CSV_SAID_NOTHING] = {{0}, ODD(RC_UPLOAD_UNSAID)},
    [RC_CSV_SAID_ABSENT] = {{0}, ODD(RC_UPLOAD_HIDDEN)},
    [RC_CSV_SAID_BULK] = {ODD(RC_UPLOAD_LACKING), {.taken = true}},
    [RC_CSV_SAID_DELTA] = {ODD(RC_UPLOAD_LACKING), {.taken = true, .delta = true}},
    [RC_CSV_SAID_ODD] = {{0}, ODD(RC_UPLOAD_ODD)},
    [RC_CSV_SAID_TWICE] = {ODD(RC_UPLOAD_LACKING), ODD(RC_UPLOAD_TWICE)},
};

struct rc_csv_verdict rc_csv_manifest_judge(const struct rc_csv_manifest *manifest, size_t index,
                                            bool present)
{
    static const struct rc_csv_verdict unknown = ODD(RC_UPLOAD_NO_MANIFEST);

    if (!manifest->present) return present ? unknown : (struct rc_csv_verdict){0};
    return verdicts[manifest->said[index]][present];
}
