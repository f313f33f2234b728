/* Who does a thing that one instance should do at a time. Losing the race is an expected answer,
 * not a failure; losing PostgreSQL is an outage like any other. */
#include "lease.h"

#include <inttypes.h>
#include <stdio.h>

/* Free is also what a holder has left behind that is late to renew and has no connection any more:
 * a killed program's are gone at once, and its work need not wait for the lease to run out. Who
 * only lost its connection comes back to find another leader, which harms nothing. */
static const char take_sql[] =
    "INSERT INTO leader_lease AS held (name, holder, token, until) "
    "VALUES ($1, $2, 1, now() + $3::bigint * interval '1 millisecond') "
    "ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until, "
    "token = held.token + (held.holder <> excluded.holder)::int "
    "WHERE held.holder = excluded.holder OR held.until < now() "
    "OR (held.until < now() + $4::bigint * interval '1 millisecond' AND NOT EXISTS (SELECT FROM "
    "pg_stat_activity a "
    "WHERE a.application_name = left(held.holder, 63)))";

static const char release_sql[] =
    "UPDATE leader_lease SET until = '-infinity' WHERE name = $1 AND holder = $2";

rc_status lease_take(struct rc_db *db, const char *name, const char *holder, int64_t ms,
                     int64_t spare_ms)
{
    char span[24];
    char spare[24];
    const char *const values[] = {name, holder, span, spare};

    snprintf(span, sizeof span, "%" PRId64, ms);
    snprintf(spare, sizeof spare, "%" PRId64, spare_ms);
    return rc_context(rc_db_change(db, take_sql, COUNT_OF(values), values, NULL), "lease %s", name);
}

rc_status lease_release(struct rc_db *db, const char *name, const char *holder)
{
    const char *const values[] = {name, holder};

    return rc_context(rc_db_run(db, release_sql, COUNT_OF(values), values, NULL), "lease %s", name);
}
