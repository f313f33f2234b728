/* What lies in the zip, by name: the files of a roster, in the root or in one folder around them;
 * what operating systems leave in zips; and the rest, which is told of. */
#include "intake_private.h"

static struct rc_str base_of(struct rc_str name)
{
    for (size_t i = name.len; i > 0; i--)
        if (name.data[i - 1] == '/') return (struct rc_str){name.data + i, name.len - i};
    return name;
}

static struct rc_str folder_of(struct rc_str name)
{
    return (struct rc_str){name.data, name.len - base_of(name).len};
}

static bool is_litter(const struct rc_zip_member *member)
{
    const struct rc_str base = base_of(member->name);

    return member->folder || rc_str_starts(member->name, RC_STR("__MACOSX/")) ||
           rc_str_starts(base, RC_STR(".")) || rc_str_eq_fold(base, RC_STR("thumbs.db")) ||
           rc_str_eq_fold(base, RC_STR("desktop.ini"));
}

/* The folder of the first file of a roster. */
static struct rc_str common_folder(const struct rc_zip *zip)
{
    for (size_t i = 0; i < rc_zip_count(zip); i++) {
        const struct rc_zip_member *member = rc_zip_member(zip, i);
        if (!is_litter(member) && rc_csv_file_find(base_of(member->name)))
            return folder_of(member->name);
    }
    return RC_STR("");
}

static struct entry *entry_of(struct intake *intake, const struct rc_csv_file *file)
{
    size_t at = 0;

    while (intake->entries[at].file != file)
        at++;
    return &intake->entries[at];
}

static void note_member(struct intake *intake, size_t index, struct rc_str folder)
{
    const struct rc_zip_member *member = rc_zip_member(intake->zip, index);
    const struct rc_csv_file *file = rc_str_eq(folder_of(member->name), folder)
                                         ? rc_csv_file_find(base_of(member->name))
                                         : NULL;

    if (is_litter(member)) return;
    if (!file) {
        intake_tell(intake, RC_UPLOAD_UNKNOWN_FILE, NULL, member->name, 0);
        return;
    }
    struct entry *entry = entry_of(intake, file);
    entry->present = true;
    entry->member = index;
}

static bool has_core(const struct intake *intake)
{
    for (size_t i = 0; i < intake->count; i++) {
        const struct entry *entry = &intake->entries[i];
        if (entry->present && entry->file->role == RC_CSV_MAIN &&
            entry->file->collection < RC_DEMOGRAPHICS)
            return true;
    }
    return false;
}

rc_status intake_catalogue(struct intake *intake)
{
    const struct rc_str folder = common_folder(intake->zip);

    for (intake->count = 0; rc_csv_file_at(intake->count); intake->count++)
        intake->entries[intake->count].file = rc_csv_file_at(intake->count);
    for (size_t i = 0; i < rc_zip_count(intake->zip); i++)
        note_member(intake, i, folder);
    if (folder.len > 0) intake_tell(intake, RC_UPLOAD_FOLDER, NULL, folder, 0);
    if (has_core(intake)) return RC_OK;
    return rc_fail(RC_REJECT,
                   "the zip holds no file of a roster, as users.csv: zip the CSV files "
                   "of the export under their own names");
}
