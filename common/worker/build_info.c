/* What runs: the version, the commit, and the libraries that were found at run time. An operator
 * who asks why two hosts differ asks this first. */
#include <stdio.h>

#include "rollcall/format/json.h"
#include "rollcall/port/bus.h"
#include "rollcall/port/crypto.h"
#include "rollcall/port/db.h"
#include "rollcall/port/http.h"
#include "rollcall/port/httpd.h"
#include "rollcall/port/kv.h"
#include "rollcall/worker/process.h"

static const struct {
    const char *name;
    const char *(*version)(void);
} libraries[] = {
    {"librdkafka", rc_bus_version}, {"libcurl", rc_http_version},
    {"hiredis", rc_kv_version},     {"libsodium", rc_crypto_version},
    {"cJSON", rc_json_version},     {"libmicrohttpd", rc_httpd_version},
};

const char *rc_build_version(void)
{
    return RC_VERSION;
}

const char *rc_build_commit(void)
{
    return RC_COMMIT;
}

void rc_build_print(const char *program, struct rc_buf *out)
{
    const int libpq = rc_db_client_version();

    rc_buf_print(out, "%s %s (commit %s)\n", program, rc_build_version(), rc_build_commit());
    for (size_t i = 0; i < COUNT_OF(libraries); i++)
        rc_buf_print(out, "  %s %s\n", libraries[i].name, libraries[i].version());
    rc_buf_print(out, "  libpq %d.%d\n", libpq / 10000, libpq % 10000);
}
