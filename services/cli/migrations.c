/* Finds the steps of the schema in a folder and makes sure that they are whole before any is run.
 */
#include "migrations.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MIGRATIONS_MAX = 2000, FILE_MAX = 4 << 20 };

rc_status file_read(const char *path, struct rc_arena *arena, struct rc_str *ret_text)
{
    FILE *file = fopen(path, "re");

    if (!file) return rc_fail(RC_REJECT, "%s cannot be read: %s", path, strerror(errno));
    char *text = rc_arena_bytes(arena, FILE_MAX + 1);
    const size_t len = fread(text, 1, FILE_MAX, file);
    const bool whole = !ferror(file) && feof(file);
    fclose(file);
    if (!whole) return rc_fail(RC_REJECT, "%s cannot be read, or is larger than 4 MiB", path);
    *ret_text = rc_str_copy(arena, (struct rc_str){text, len});
    return RC_OK;
}

/* "0001_init.up.sql" is version 1; other files are none of ours. */
static bool parse_name(const char *file, struct rc_arena *arena, struct migration *ret_migration)
{
    static const char suffix[] = ".up.sql";
    struct rc_str name = rc_str_of(file);
    int64_t version = 0;

    if (!rc_str_ends(name, rc_str_of(suffix))) return false;
    name.len -= sizeof suffix - 1;
    struct rc_str rest = name;
    const struct rc_str number = rc_str_cut(&rest, '_');
    if (!rest.data || rc_str_int(number, 1, INT64_MAX, &version) != RC_OK) return false;
    *ret_migration = (struct migration){version, rc_str_copy(arena, name).data};
    return true;
}

static int by_version(const void *a, const void *b)
{
    const int64_t left = ((const struct migration *)a)->version;
    const int64_t right = ((const struct migration *)b)->version;

    return left < right ? -1 : left > right;
}

static rc_status check(const struct migrations *migrations)
{
    char path[4200];

    if (migrations->count == 0)
        return rc_fail(RC_REJECT, "%s holds no NNNN_name.up.sql", migrations->folder);
    for (size_t i = 0; i < migrations->count; i++) {
        const struct migration *item = &migrations->items[i];
        if (i > 0 && item->version == item[-1].version)
            return rc_fail(RC_REJECT, "%s: version %lld stands twice, as %s and %s",
                           migrations->folder, (long long)item->version, item[-1].name, item->name);
        snprintf(path, sizeof path, "%s/%s.down.sql", migrations->folder, item->name);
        if (access(path, R_OK) != 0)
            return rc_fail(RC_REJECT, "%s is missing: every step needs a way back", path);
    }
    return RC_OK;
}

rc_status migrations_read(const char *folder, struct rc_arena *arena,
                          struct migrations *ret_migrations)
{
    DIR *dir = opendir(folder);

    if (!dir) return rc_fail(RC_REJECT, "%s cannot be read: %s", folder, strerror(errno));
    struct migrations found = {.folder = folder,
                               .items = rc_arena_array(arena, MIGRATIONS_MAX, sizeof *found.items)};
    for (const struct dirent *entry = readdir(dir); entry && found.count < MIGRATIONS_MAX;
         entry = readdir(dir))
        found.count += parse_name(entry->d_name, arena, &found.items[found.count]);
    closedir(dir);
    qsort(found.items, found.count, sizeof *found.items, by_version);
    RC_TRY(check(&found));
    *ret_migrations = found;
    return RC_OK;
}

int migrations_find(const struct migrations *migrations, int64_t version)
{
    for (size_t i = 0; i < migrations->count; i++)
        if (migrations->items[i].version == version) return (int)i;
    return -1;
}

rc_status migrations_text(const struct migrations *migrations, size_t at, const char *suffix,
                          struct rc_arena *arena, const char **ret_text)
{
    struct rc_str text = RC_STR("");
    const char *path =
        rc_str_print(arena, "%s/%s%s", migrations->folder, migrations->items[at].name, suffix).data;

    RC_TRY(file_read(path, arena, &text));
    if (memchr(text.data, '\0', text.len)) return rc_fail(RC_REJECT, "%s holds a NUL byte", path);
    *ret_text = text.data;
    return RC_OK;
}
