/* A zip's way from its server into the tables: a file that has no name, one transaction for the
 * upload, its run and the note that it was taken; then its move to the archive, which a crash in
 * between leaves to the next look. */
#include "pickup.h"

#include <errno.h>
#include <sys/mman.h>

#include "fetcher_sql.h"
#include "rollcall/base/fault.h"
#include "rollcall/base/log.h"
#include "rollcall/intake/intake.h"
#include "rollcall/port/crypto.h"

static void close_spool(FILE **file)
{
    if (*file) fclose(*file);
}

static void set_local(struct pickup *pickup)
{
    pickup->found.trouble = RC_PICKUP_LOCAL;
    pickup->found.words = rc_pickup_words(RC_PICKUP_LOCAL, &pickup->at, strerror(errno),
                                          pickup->env->arena);
}

/* Of its bytes; false: they cannot be read. */
static bool digest_of(FILE *file, size_t bytes, char out[RC_HASH_TEXT])
{
    void *at = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fileno(file), 0);

    if (at == MAP_FAILED) return false;
    rc_digest_text((struct rc_str){at, bytes}, out);
    munmap(at, bytes);
    return true;
}

/* ---- into the tables ---- */

/* One zip on its way in. */
struct zip {
    const char *path, *digest;
    const char *outcome; /* of pickup_file */
    const char *words, *upload;
};

/* RC_NOT_FOUND: another look has begun. */
static rc_status hold(struct pickup *pickup, struct rc_db *tx, const struct zip *zip,
                      bool *ret_same)
{
    const char *const values[] = {pickup->source, pickup->take, zip->digest};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(tx, sql_pickup_hold, COUNT_OF(values), values, &rows));
    *ret_same = rc_rows_bool(rows, 0, 0);
    return RC_OK;
}

static rc_status note_file(struct pickup *pickup, struct rc_db *tx, const struct zip *zip)
{
    const char *file[PICKUP_FILE_VALUES];

    pickup_file_values(pickup, file);
    const char *const values[] = {file[0],     file[1],      file[2],    file[3],
                                  zip->digest, zip->outcome, zip->words, zip->upload};
    return rc_db_run(tx, sql_pickup_file, COUNT_OF(values), values, NULL);
}

static rc_status take_in(struct pickup *pickup, struct rc_db *tx, struct zip *zip)
{
    const struct rc_intake_request request = {.path = zip->path,
                                              .name = pickup->found.file.name,
                                              .district = pickup->district,
                                              .source = pickup->source,
                                              .who = "sftp"};
    struct rc_intake_result result = {0};

    RC_TRY(rc_intake_add(tx, pickup->env->keys, &request, &pickup->fetcher->options->uploads,
                         pickup->env->arena, &result));
    zip->outcome = "taken";
    zip->upload = result.upload;
    rc_log_info("pickup.taken", "upload %s: %lld records, %lld findings", result.upload,
                (long long)result.records, (long long)result.findings);
    return rc_db_run(tx, sql_pickup_run, 1, &pickup->source, NULL);
}

/* RC_REJECT: the zip is refused, and nothing of it was stored. */
static rc_status store(struct pickup *pickup, struct zip *zip)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    bool same = false;

    RC_TRY(rc_db_tx(pickup->env->db, pickup->district, &tx));
    RC_TRY(hold(pickup, tx, zip, &same));
    zip->outcome = "same";
    if (!same) RC_TRY(take_in(pickup, tx, zip));
    RC_TRY(note_file(pickup, tx, zip));
    return rc_db_commit(tx);
}

static rc_status refuse(struct pickup *pickup, struct zip *zip)
{
    RC_AUTO_TX struct rc_db *tx = NULL;
    bool same = false;

    zip->outcome = "refused";
    zip->words = rc_str_copy(pickup->env->arena, rc_str_of(rc_error_text())).data;
    pickup->found.trouble = RC_PICKUP_REFUSED;
    pickup->found.words = rc_pickup_words(RC_PICKUP_REFUSED, &pickup->at, zip->words,
                                          pickup->env->arena);
    RC_TRY(rc_db_tx(pickup->env->db, pickup->district, &tx));
    RC_TRY(hold(pickup, tx, zip, &same));
    RC_TRY(note_file(pickup, tx, zip));
    return rc_db_commit(tx);
}

/* ---- the order ---- */

static rc_status bring(struct pickup *pickup, FILE *spool)
{
    char digest[RC_HASH_TEXT];
    struct zip zip = {
        .path = rc_str_print(pickup->env->arena, "/proc/self/fd/%d", fileno(spool)).data,
        .digest = digest};

    if (!digest_of(spool, (size_t)pickup->found.file.bytes, digest)) {
        set_local(pickup);
        return RC_OK;
    }
    const rc_status status = store(pickup, &zip);
    if (status == RC_REJECT) return refuse(pickup, &zip);
    RC_TRY(status);
    rc_fault_point("fetcher.pickup.stored");
    return pickup_archive(pickup);
}

rc_status pickup_take_zip(struct pickup *pickup)
{
    const struct rc_pickup_file file = pickup->found.file;
    __attribute__((cleanup(close_spool))) FILE *spool = tmpfile();

    if (!spool) {
        set_local(pickup);
        return RC_OK;
    }
    rc_pickup_fetch(pickup->sftp, &pickup->at, &file,
                    pickup->fetcher->options->uploads.zip.max_bytes, spool, pickup->env->arena,
                    &pickup->found);
    return pickup->found.trouble == RC_PICKUP_FINE ? bring(pickup, spool) : RC_OK;
}

rc_status pickup_archive(struct pickup *pickup)
{
    const struct rc_pickup_file file = pickup->found.file;
    const char *values[PICKUP_FILE_VALUES + 1];
    RC_AUTO_TX struct rc_db *tx = NULL;

    if (!pickup->at.archive) return RC_OK;
    pickup_file_values(pickup, values);
    rc_pickup_archive(pickup->sftp, &pickup->at, &file, pickup->env->arena, &pickup->found,
                      &values[PICKUP_FILE_VALUES]);
    if (pickup->found.trouble != RC_PICKUP_FINE) return RC_OK;
    RC_TRY(rc_db_tx(pickup->env->db, pickup->district, &tx));
    RC_TRY(rc_db_run(tx, sql_pickup_archived, COUNT_OF(values), values, NULL));
    return rc_db_commit(tx);
}
