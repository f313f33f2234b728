/* The real schema for tests of the worker, so that rights and row-level security are the real ones.
 */
#include "with_database.h"

#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <unistd.h>

#include "rollcall/base/clock.h"
#include "support/unit.h"

const char *database_url(const struct database *database, const char *role)
{
    static char url[160];

    snprintf(url, sizeof url,
             "postgresql://%s@127.0.0.1:%u/postgres?options=-csearch_path%%3Drollcall,pg_temp",
             role, (unsigned)database->server.port);
    return url;
}

struct rc_db *database_open(const struct database *database, const char *role)
{
    struct rc_db *db = NULL;

    assert_ok(rc_db_open(database_url(database, role), "test", &db));
    return db;
}

void database_tell(const struct database *database, const char *sql)
{
    RC_AUTO(rc_db) struct rc_db *db = database_open(database, "postgres");

    assert_ok(rc_db_script(db, sql));
}

int64_t database_ask(const struct database *database, const char *sql)
{
    RC_AUTO(rc_db) struct rc_db *db = database_open(database, "postgres");
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    assert_ok(rc_db_one(db, sql, 0, NULL, &rows));
    return rc_rows_int(rows, 0, 0);
}

static void await_server(const struct database *database)
{
    RC_AUTO(rc_db) struct rc_db *db = database_open(database, "postgres");
    rc_status status = RC_RETRY;

    for (int i = 0; i < 500 && status == RC_RETRY; i++) {
        status = rc_db_run(db, "SELECT 1", 0, NULL, NULL);
        if (status == RC_RETRY) rc_clock_sleep_ms(20);
    }
    assert_ok(status);
}

static void run_file(const struct database *database, const char *path)
{
    RC_AUTO_BUF struct rc_buf text = {0};
    const int fd = open(path, O_RDONLY);

    assert_true(fd >= 0);
    for (ssize_t got = 1; got > 0; text.len += (size_t)got) {
        rc_buf_reserve(&text, 65536);
        got = read(fd, text.data + text.len, 65536);
        assert_true(got >= 0);
    }
    close(fd);
    rc_buf_add_char(&text, '\n');
    database_tell(database, text.data);
}

void database_start(struct database *database)
{
    glob_t found = {0};

    server_start_postgres(&database->server);
    await_server(database);
    assert_int_equal(glob(RC_SOURCE_DIR "/schemas/sql/*.up.sql", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++)
        run_file(database, found.gl_pathv[i]);
    globfree(&found);
}

void database_stop(struct database *database)
{
    server_remove(&database->server);
}
