#ifndef FETCHER_PICKUP_H
#define FETCHER_PICKUP_H

#include "fetcher.h"
#include "rollcall/intake/pickup.h"

/* One look into a folder of an SFTP server (0016_sftp): what it works with. Texts live in the
 * message's arena. */
struct pickup {
    struct fetcher *fetcher;
    struct rc_stage_env *env;
    const char *district, *source; /* uuids */
    const char *take;              /* the look's number: what is written demands it */
    struct rc_pickup at;
    struct rc_sftp *sftp;
    int64_t every_ms, settle_ms;
    int64_t kept_ms; /* when the lease was last renewed */
    bool lost;       /* another look has begun */
    struct rc_pickup_found found;
};

/* The zip that found names comes in: fetched, taken in with its run, or noted as refused. What went
 * wrong is in found; RC_NOT_FOUND: another look has begun. */
RC_MUST_CHECK rc_status pickup_take_zip(struct pickup *pickup);
/* Moves it to the archive folder, where there is one. */
RC_MUST_CHECK rc_status pickup_archive(struct pickup *pickup);
/* source, name, bytes, time: what names a zip in the tables. */
enum { PICKUP_FILE_VALUES = 4 };
void pickup_file_values(const struct pickup *pickup, const char *values[PICKUP_FILE_VALUES]);

#endif
