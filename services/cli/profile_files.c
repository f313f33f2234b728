/* Where profiles lie. */
#include "profile_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rollcall/base/auto.h"

enum { FILES_MAX = 500, FILE_BYTES_MAX = 65536 };

static const char suffix[] = ".json";
static const char schema_name[] = "profile.schema";

/* ---- one file ---- */

static rc_status read_text(struct cli *cli, const char *path, struct rc_str *ret_text)
{
    FILE *file = fopen(path, "re");

    if (!file) return rc_fail(RC_REJECT, "%s cannot be read: %s", path, strerror(errno));
    char *text = rc_arena_bytes(cli->arena, FILE_BYTES_MAX + 1);
    const size_t len = fread(text, 1, FILE_BYTES_MAX + 1, file);
    const bool broken = ferror(file) != 0;
    fclose(file);
    if (broken || len > FILE_BYTES_MAX)
        return rc_fail(RC_REJECT, "%s cannot be read, or is larger than 64 KiB", path);
    *ret_text = (struct rc_str){text, len};
    return RC_OK;
}

rc_status profile_read(struct cli *cli, const char *path, struct rc_buf *problems,
                       struct rc_profile *ret_profile)
{
    struct rc_str text = {0};

    RC_TRY(read_text(cli, path, &text));
    return rc_context(rc_profile_parse(text, cli->arena, problems, ret_profile), "%s", path);
}

/* ---- folders ---- */

struct found {
    struct profile_file *items;
    size_t count;
};

static const struct profile_file *find_file(const struct found *found, struct rc_str id)
{
    for (size_t i = 0; i < found->count; i++)
        if (rc_str_eq(rc_str_of(found->items[i].id), id)) return &found->items[i];
    return NULL;
}

static void take_file(struct cli *cli, const char *folder, bool own, const char *name,
                      struct found *found)
{
    struct rc_str id = rc_str_of(name);

    if (!rc_str_ends(id, rc_str_of(suffix)) || id.data[0] == '.') return;
    id.len -= sizeof suffix - 1;
    if (rc_str_eq(id, rc_str_of(schema_name)) || find_file(found, id)) return;
    if (found->count == FILES_MAX) return;
    found->items[found->count++] = (struct profile_file){
        rc_str_copy(cli->arena, id).data, rc_str_print(cli->arena, "%s/%s", folder, name).data,
        own};
}

static rc_status take_folder(struct cli *cli, const char *folder, bool own, struct found *found)
{
    DIR *dir = opendir(folder);

    if (!dir)
        return cli_refuse(cli, CLI_CONFIG, "Look at the option profiles.dir.",
                          "the folder of profiles %s cannot be read: %s", folder, strerror(errno));
    for (const struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
        take_file(cli, folder, own, entry->d_name, found);
    closedir(dir);
    return RC_OK;
}

static int by_id(const void *left, const void *right)
{
    return strcmp(((const struct profile_file *)left)->id,
                  ((const struct profile_file *)right)->id);
}

static rc_status find_all(struct cli *cli, struct found *ret_found)
{
    struct found found = {.items = rc_arena_array(cli->arena, FILES_MAX, sizeof *found.items)};
    const char *installed = NULL;

    if (cli->operation.profiles_dir[0] != '\0')
        RC_TRY(take_folder(cli, cli->operation.profiles_dir, true, &found));
    RC_TRY(cli_schemas(cli, "profiles", &installed));
    RC_TRY(take_folder(cli, installed, false, &found));
    qsort(found.items, found.count, sizeof *found.items, by_id);
    *ret_found = found;
    return RC_OK;
}

rc_status profile_files(struct cli *cli, const struct profile_file **ret_files, size_t *ret_count)
{
    struct found found = {0};

    RC_TRY(find_all(cli, &found));
    *ret_files = found.items;
    *ret_count = found.count;
    return RC_OK;
}

static const char *id_at(const void *from, size_t index)
{
    const struct found *found = from;

    return index < found->count ? found->items[index].id : NULL;
}

static rc_status no_such(struct cli *cli, const struct found *found, const char *id)
{
    const char *near = suggest_nearest(id, id_at, found);

    return cli_refuse(cli, CLI_NOTHING,
                      "`rollcall profile list` shows all. Where a SIS is not among them: "
                      "generic-1.1, generic-1.2, or CSV zips (source add --kind oneroster-csv).",
                      "there is no profile \"%.60s\"%s%s%s", id, near ? ": did you mean \"" : "",
                      near ? near : "", near ? "\"?" : "");
}

rc_status profile_find(struct cli *cli, const char *id, struct rc_profile *ret_profile)
{
    struct found found = {0};

    RC_TRY(find_all(cli, &found));
    const struct profile_file *file = find_file(&found, rc_str_of(id));
    if (!file) return no_such(cli, &found, id);
    if (profile_read(cli, file->path, NULL, ret_profile) != RC_OK)
        return cli_refuse(cli, CLI_CONFIG, "`rollcall profile check FILE` says all of it.", "%s",
                          rc_str_copy(cli->arena, rc_str_of(rc_error_text())).data);
    if (!rc_str_eq(ret_profile->id, rc_str_of(id)))
        return cli_refuse(cli, CLI_CONFIG, "Call the file as its profile.",
                          "%s holds the profile %.*s", file->path, RC_STR_ARG(ret_profile->id));
    return RC_OK;
}
