/* Zips that strangers send. libzip reads; what may be in one is decided here, from the central
 * directory alone, so that a bomb is refused before it goes off. */
#include "rollcall/port/zip.h"

#include <stdio.h>
#include <sys/stat.h>
#include <zip.h>

#include "rollcall/base/arena.h"
#include "rollcall/base/map.h"

enum { NAME_MAX_BYTES = 255, RATIO_FROM = 1024 * 1024 };

struct rc_zip {
    zip_t *archive;
    struct rc_arena *arena;
    struct rc_zip_member *members;
    size_t count;
    int64_t bytes;
};

struct rc_zip_reader {
    zip_file_t *file;
    const struct rc_zip_member *member;
    int64_t got;
};

void rc_zip_free(struct rc_zip *zip)
{
    if (!zip) return;
    if (zip->archive) zip_discard(zip->archive);
    rc_arena_free(zip->arena);
    free(zip);
}

/* ---- names ---- */

/* A name's part between slashes. */
static bool climbs(struct rc_str name)
{
    while (name.data)
        if (rc_str_eq(rc_str_cut(&name, '/'), RC_STR(".."))) return true;
    return false;
}

static bool has_bad_byte(struct rc_str name)
{
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.data[i] < 0x20 || name.data[i] == 0x7F || name.data[i] == '\\')
            return true;
    return !rc_str_utf8(name, NULL);
}

static const char *judge_name(struct rc_str name)
{
    if (name.len == 0 || name.len > NAME_MAX_BYTES) return "has no name, or one that is too long";
    if (has_bad_byte(name)) return "has a name with characters that no file of a roster has";
    if (name.data[0] == '/' || (name.len > 1 && name.data[1] == ':')) return "has an absolute name";
    if (climbs(name)) return "has a name that leads out of the zip";
    return NULL;
}

/* ---- the directory ---- */

static bool is_link(zip_t *archive, size_t index)
{
    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;

    if (zip_file_get_external_attributes(archive, index, 0, &system, &attributes) != 0)
        return false;
    return system == ZIP_OPSYS_UNIX && S_ISLNK(attributes >> 16);
}

/* Why a member is not taken; NULL: it is. */
static const char *judge_member(const zip_stat_t *stat, const struct rc_zip_limits *limits)
{
    const zip_uint64_t due = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE |
                             ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;

    if ((stat->valid & due) != due) return "has an incomplete entry";
    if (stat->encryption_method != ZIP_EM_NONE) return "is encrypted: zip it without a password";
    if (stat->comp_method != ZIP_CM_STORE && stat->comp_method != ZIP_CM_DEFLATE)
        return "is packed by a method that is not read: zip it with deflate";
    if (stat->size > (zip_uint64_t)limits->max_member_bytes) return "is larger than is taken";
    if (stat->size > RATIO_FROM &&
        stat->size / (stat->comp_size ? stat->comp_size : 1) > (zip_uint64_t)limits->max_ratio)
        return "unpacks to suspiciously many times its size";
    return NULL;
}

/* A name is shown where it is a text. */
static rc_status refuse(size_t index, struct rc_str name, const char *words)
{
    if (name.len == 0 || name.len > NAME_MAX_BYTES || has_bad_byte(name))
        return rc_fail(RC_REJECT, "the zip's member %zu %s", index + 1, words);
    return rc_fail(RC_REJECT, "%.*s %s", RC_STR_ARG(name), words);
}

static rc_status note_member(struct rc_zip *zip, struct rc_map *names, size_t index,
                             const struct rc_zip_limits *limits)
{
    zip_stat_t stat;

    if (zip_stat_index(zip->archive, index, ZIP_FL_ENC_RAW, &stat) != 0)
        return rc_fail(RC_REJECT, "the zip's member %zu cannot be read", index + 1);
    const struct rc_str name = rc_str_copy(zip->arena, rc_str_of(stat.name));
    const char *wrong = judge_name(name);
    if (!wrong && is_link(zip->archive, index)) wrong = "is a link";
    if (!wrong) wrong = judge_member(&stat, limits);
    if (!wrong && rc_map_put(names, rc_str_lower(zip->arena, name), zip))
        wrong = "stands in the zip twice";
    if (wrong) return refuse(index, name, wrong);
    zip->members[index] = (struct rc_zip_member){
        .name = name, .size = (int64_t)stat.size, .folder = name.data[name.len - 1] == '/'};
    return RC_OK;
}

static rc_status judge_directory(struct rc_zip *zip, const struct rc_zip_limits *limits)
{
    struct rc_map *names = rc_map_new(zip->arena);
    int64_t total = 0;

    for (size_t i = 0; i < zip->count; i++) {
        RC_TRY(note_member(zip, names, i, limits));
        total += zip->members[i].size; /* below count × max_member_bytes: no overflow */
        if (total > limits->max_total_bytes)
            return rc_fail(RC_REJECT, "the zip unpacks to more than %lld bytes",
                           (long long)limits->max_total_bytes);
    }
    return RC_OK;
}

/* ---- opening ---- */

static rc_status no_zip(zip_error_t *error)
{
    rc_ignore(
        rc_fail(RC_REJECT, "this is no zip, or a damaged one: %s", zip_error_strerror(error)));
    zip_error_fini(error);
    return RC_REJECT;
}

static rc_status too_many(zip_int64_t count, const struct rc_zip_limits *limits)
{
    return rc_fail(RC_REJECT, "the zip has %lld members, at most %lld are taken", (long long)count,
                   (long long)limits->max_members);
}

/* Takes the source over. */
static rc_status open_source(zip_source_t *source, int64_t bytes,
                             const struct rc_zip_limits *limits, struct rc_zip **ret_zip)
{
    RC_AUTO(rc_zip) struct rc_zip *zip = rc_malloc(sizeof *zip);
    zip_error_t error;

    *zip = (struct rc_zip){.arena = rc_arena_new(0), .bytes = bytes};
    zip_error_init(&error);
    zip->archive = zip_open_from_source(source, ZIP_RDONLY, &error);
    if (!zip->archive) {
        zip_source_free(source);
        return no_zip(&error);
    }
    const zip_int64_t count = zip_get_num_entries(zip->archive, 0);
    if (count < 0 || count > limits->max_members) return too_many(count, limits);
    zip->count = (size_t)count;
    zip->members = rc_arena_array(zip->arena, zip->count, sizeof *zip->members);
    RC_TRY(judge_directory(zip, limits));
    *ret_zip = rc_zip_take(&zip);
    return RC_OK;
}

static rc_status check_size(int64_t bytes, const struct rc_zip_limits *limits)
{
    if (bytes == 0) return rc_fail(RC_REJECT, "this is no zip: it is empty");
    if (bytes <= limits->max_bytes) return RC_OK;
    return rc_fail(RC_REJECT, "the zip has %lld bytes, at most %lld are taken", (long long)bytes,
                   (long long)limits->max_bytes);
}

rc_status rc_zip_open(const char *path, const struct rc_zip_limits *limits, struct rc_zip **ret_zip)
{
    struct stat stat_of;
    zip_error_t error;

    if (stat(path, &stat_of) != 0 || !S_ISREG(stat_of.st_mode))
        return rc_fail(RC_RETRY, "there is no such file, or it is none");
    RC_TRY(check_size(stat_of.st_size, limits));
    zip_error_init(&error);
    zip_source_t *source = zip_source_file_create(path, 0, -1, &error);
    if (!source) return no_zip(&error);
    return open_source(source, stat_of.st_size, limits, ret_zip);
}

rc_status rc_zip_open_bytes(struct rc_str bytes, const struct rc_zip_limits *limits,
                            struct rc_zip **ret_zip)
{
    zip_error_t error;

    RC_TRY(check_size((int64_t)bytes.len, limits));
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes.data, bytes.len, 0, &error);
    if (!source) return no_zip(&error);
    return open_source(source, (int64_t)bytes.len, limits, ret_zip);
}

size_t rc_zip_count(const struct rc_zip *zip)
{
    return zip->count;
}

const struct rc_zip_member *rc_zip_member(const struct rc_zip *zip, size_t index)
{
    return &zip->members[index];
}

int64_t rc_zip_bytes(const struct rc_zip *zip)
{
    return zip->bytes;
}

/* ---- reading ---- */

rc_status rc_zip_read_open(struct rc_zip *zip, size_t index, struct rc_zip_reader **ret_reader)
{
    zip_file_t *file = zip_fopen_index(zip->archive, index, 0);

    if (!file)
        return rc_fail(RC_REJECT, "%s cannot be unpacked: %s", zip->members[index].name.data,
                       zip_strerror(zip->archive));
    struct rc_zip_reader *reader = rc_malloc(sizeof *reader);
    *reader = (struct rc_zip_reader){.file = file, .member = &zip->members[index]};
    *ret_reader = reader;
    return RC_OK;
}

void rc_zip_reader_free(struct rc_zip_reader *reader)
{
    if (!reader) return;
    zip_fclose(reader->file);
    free(reader);
}

rc_status rc_zip_read(struct rc_zip_reader *reader, void *out, size_t room, size_t *ret_got)
{
    const char *name = reader->member->name.data;
    const zip_int64_t got = zip_fread(reader->file, out, room);

    if (got < 0)
        return rc_fail(RC_REJECT, "%s is damaged: %s", name, zip_file_strerror(reader->file));
    reader->got += got;
    if (reader->got > reader->member->size)
        return rc_fail(RC_REJECT, "%s is longer than the zip says", name);
    if (got == 0 && reader->got < reader->member->size)
        return rc_fail(RC_REJECT, "%s is shorter than the zip says", name);
    *ret_got = (size_t)got;
    return RC_OK;
}
