/* rollcall-roster-server: the directory over HTTP, for the application that owns it. */
#include "limit.h"
#include "route.h"

#define AT(member) offsetof(struct roster_options, member)

static const struct rc_option roster_table[] = {
    {"roster.requests-per-minute", RC_OPTION_INT, AT(per_minute), "1200", 0, 1000000,
     "How fast one application may ask this process; beyond it 429. 0: no limit."},
    {"roster.burst", RC_OPTION_INT, AT(burst), "100", 1, 100000,
     "Requests that an application may make at once before that rate holds."},
    {"roster.lock-timeout", RC_OPTION_MILLIS, AT(lock_ms), "10s", 100, 300000,
     "How long an application's edit waits while a sync is applied; beyond it 503."},
    {.name = NULL},
};

static const struct rc_option *const tables[] = {rc_common_option_table, rc_server_option_table,
                                                 roster_table, NULL};

static rc_status open_limit(void *self, const void *config)
{
    (void)config;
    limit_init(self);
    return RC_OK;
}

static void close_limit(void *self)
{
    limit_done(self);
}

static const struct rc_server roster_server = {
    .name = "roster-server",
    .tables = tables,
    .config_size = sizeof(struct roster_options),
    .state_size = sizeof(struct limit),
    .open = open_limit,
    .close = close_limit,
    .answer = route_answer,
};

int main(int argc, char **argv)
{
    return rc_server_main(&roster_server, argc, argv);
}
