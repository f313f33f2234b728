/* Pages cut out of mapped files. Records stand in the order of their making, the index in the order
 * of their ids, as a student information system has them too. */
#include "bench_set.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const names[BENCH_COLLECTIONS] = {
    "orgs", "academicSessions", "courses", "classes", "users", "enrollments", "demographics"};

/* ---- files ---- */

static rc_status map_open_file(int fd, const char *path, struct bench_map *ret_map)
{
    struct stat facts;

    if (fd < 0 || fstat(fd, &facts) != 0) return rc_fail(RC_FATAL, "%s cannot be read", path);
    *ret_map = (struct bench_map){.len = (size_t)facts.st_size};
    if (ret_map->len == 0) return RC_OK;
    ret_map->at = mmap(NULL, ret_map->len, PROT_READ, MAP_SHARED, fd, 0);
    return ret_map->at == MAP_FAILED ? rc_fail(RC_FATAL, "%s cannot be mapped", path) : RC_OK;
}

static rc_status map_file(const char *folder, const char *name, const char *suffix,
                          struct bench_map *ret_map)
{
    char path[4096];

    snprintf(path, sizeof path, "%s/%s%s", folder, name, suffix);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const rc_status status = map_open_file(fd, path, ret_map);
    if (fd >= 0) close(fd);
    return status;
}

static rc_status open_collection(const char *folder, const char *name,
                                 struct bench_collection *collection)
{
    collection->name = name;
    RC_TRY(map_file(folder, name, ".json", &collection->data));
    RC_TRY(map_file(folder, name, ".1.index", &collection->index[0]));
    return map_file(folder, name, ".2.index", &collection->index[1]);
}

rc_status bench_set_open(const char *folder, struct bench_set **ret_set)
{
    RC_AUTO(bench_set) struct bench_set *set = rc_malloc(sizeof *set);

    memset(set, 0, sizeof *set);
    for (size_t i = 0; i < BENCH_COLLECTIONS; i++)
        RC_TRY(open_collection(folder, names[i], &set->collections[i]));
    *ret_set = bench_set_take(&set);
    return RC_OK;
}

static void unmap(const struct bench_map *map)
{
    if (map->at && map->at != MAP_FAILED) munmap(map->at, map->len);
}

void bench_set_free(struct bench_set *set)
{
    for (size_t i = 0; set && i < BENCH_COLLECTIONS; i++) {
        unmap(&set->collections[i].data);
        unmap(&set->collections[i].index[0]);
        unmap(&set->collections[i].index[1]);
    }
    free(set);
}

/* ---- records ---- */

const struct bench_collection *bench_set_find(const struct bench_set *set, struct rc_str name)
{
    for (size_t i = 0; i < BENCH_COLLECTIONS; i++)
        if (rc_str_eq(name, rc_str_of(set->collections[i].name))) return &set->collections[i];
    return NULL;
}

size_t bench_set_count(const struct bench_collection *collection, int day)
{
    return collection->index[day - 1].len / sizeof(struct bench_entry);
}

struct rc_str bench_set_record(const struct bench_collection *collection, int day, size_t place)
{
    const struct bench_entry *entries = collection->index[day - 1].at;

    return (struct rc_str){(const char *)collection->data.at + entries[place].offset,
                           entries[place].len};
}

/* The id of a record, which begins {"sourcedId":"… and whose ids need no escapes. */
static struct rc_str id_of(struct rc_str record)
{
    const size_t head = sizeof "{\"sourcedId\":\"" - 1;
    struct rc_str rest = {record.data + head, record.len - head};

    return rc_str_cut(&rest, '"');
}

static int compare(struct rc_str a, struct rc_str b)
{
    const int order = memcmp(a.data, b.data, a.len < b.len ? a.len : b.len);

    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

struct rc_str bench_set_single(const struct bench_collection *collection, int day, struct rc_str id)
{
    size_t low = 0;
    size_t high = bench_set_count(collection, day);

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct rc_str record = bench_set_record(collection, day, middle);
        const int order = compare(id_of(record), id);
        if (order == 0) return record;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return (struct rc_str){0};
}

void bench_set_page(const struct bench_collection *collection, int day, size_t offset, size_t limit,
                    struct rc_buf *out)
{
    const size_t count = bench_set_count(collection, day);
    const size_t end = offset > count || limit > count - offset ? count : offset + limit;

    rc_buf_print(out, "{\"%s\":[", collection->name);
    for (size_t place = offset; place < end; place++) {
        if (place > offset) rc_buf_add_char(out, ',');
        rc_buf_add_str(out, bench_set_record(collection, day, place));
    }
    rc_buf_add_str(out, RC_STR("]}"));
}
