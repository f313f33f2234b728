/* rollcall-roster-server: the directory over HTTP, for the application that owns it. */
#include "route.h"

static const struct rc_option *const tables[] = {rc_common_option_table, rc_server_option_table,
                                                 NULL};

static const struct rc_server roster_server = {
    .name = "roster-server",
    .tables = tables,
    .config_size = sizeof(struct roster_options),
    .answer = route_answer,
};

int main(int argc, char **argv)
{
    return rc_server_main(&roster_server, argc, argv);
}
