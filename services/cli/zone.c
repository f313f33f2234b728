/* Time zones are checked by the server that will compute with them. */
#include "zone.h"

#include "cli_sql.h"

#include <string.h>

rc_status zone_check(struct cli *cli, struct rc_db *tx, const char *zone)
{
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO(rc_rows) struct rc_rows *near = NULL;
    const char *const values[] = {zone};

    const rc_status found = rc_db_one(tx, sql_zone_known, 1, values, &rows);
    if (found != RC_NOT_FOUND) return found;
    /* Cities are mostly what people know of a zone's name. */
    const char *slash = strrchr(zone, '/');
    const char *const parts[] = {slash ? slash + 1 : zone};
    RC_TRY(rc_db_one(tx, sql_zone_near, 1, parts, &near));
    const char *names = cli_keep(cli, near, 0, 0);
    return cli_refuse(cli, CLI_USAGE,
                      names ? rc_str_print(cli->arena, "Perhaps one of: %s", names).data
                            : "Zones are named as America/New_York or Europe/Berlin.",
                      "PostgreSQL knows no time zone \"%.60s\"", zone);
}
