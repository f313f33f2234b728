/* Runs every file of the folders named through the fuzz target that this is linked with, so that
 * what fuzzing once found stays found in builds without libFuzzer. A folder without files is a
 * mistake and fails. */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"
#include "rollcall/base/buf.h"

static int run_file(const char *path)
{
    RC_AUTO_BUF struct rc_buf text = {0};
    FILE *file = fopen(path, "rb");
    size_t got = 1;

    while (file && got > 0) {
        rc_buf_reserve(&text, 65536);
        got = fread(text.data + text.len, 1, 65536, file);
        text.len += got;
    }
    if (!file) return 1;
    (void)fclose(file);
    /* A copy of just that size, so that the address sanitizer sees one byte too far. */
    uint8_t *exact = rc_malloc(text.len);
    if (text.len > 0) memcpy(exact, text.data, text.len);
    (void)LLVMFuzzerTestOneInput(exact, text.len);
    free(exact);
    return 0;
}

static int run_folder(const char *folder)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    DIR *dir = opendir(folder);
    int count = 0;

    for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
        if (entry->d_name[0] == '.') continue;
        const struct rc_str path = rc_str_print(arena, "%s/%s", folder, entry->d_name);
        if (run_file(path.data) == 0) count++;
    }
    if (dir) (void)closedir(dir);
    printf("%s: %d files\n", folder, count);
    return count > 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    int failed = argc < 2;

    for (int i = 1; i < argc; i++)
        failed |= run_folder(argv[i]);
    return failed;
}
