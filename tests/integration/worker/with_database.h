#ifndef RC_TEST_WITH_DATABASE_H
#define RC_TEST_WITH_DATABASE_H

#include "rollcall/port/db.h"
#include "with_servers.h"

/* A PostgreSQL with all migrations applied, and connections to it as any role. */
struct database {
    struct server server;
};

#define DISTRICT_A "0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4aaa"
#define DISTRICT_B "0190f3c2-7b1e-7cc0-8a5b-2f1d9c0e4bbb"

void database_start(struct database *database);
void database_stop(struct database *database);
/* The address for a role, valid until the next call. */
const char *database_url(const struct database *database, const char *role);
struct rc_db *database_open(const struct database *database, const char *role);
/* Runs statements as the superuser, on a connection of its own. */
void database_tell(const struct database *database, const char *sql);
/* The number that a query gives to the superuser. */
int64_t database_ask(const struct database *database, const char *sql);

#endif
