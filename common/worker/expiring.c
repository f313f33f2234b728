/* Where options name certificates. They stand within other options as the libraries want them, so
 * each place is a row here; an option of ours that ends in ".ca-file" needs none. */
#include "rollcall/worker/expiring.h"

#include <stdio.h>
#include <string.h>

#include "rollcall/port/certificate.h"
#include "rollcall/worker/process.h"

static rc_status ask_database(const struct rc_common_options *common, const char *name,
                              struct rc_arena *arena, struct rc_str *ret_value)
{
    return rc_db_url_setting(common->database_url, name, arena, ret_value);
}

static rc_status ask_kafka(const struct rc_common_options *common, const char *name,
                           struct rc_arena *arena, struct rc_str *ret_value)
{
    return rc_bus_setting(common->kafka_settings, name, arena, ret_value);
}

static const struct {
    const char *option;
    rc_status (*ask)(const struct rc_common_options *common, const char *name,
                     struct rc_arena *arena, struct rc_str *ret_value);
    const char *name;
    bool trusted;
} places[] = {
    {"database.url sslcert", ask_database, "sslcert", false},
    {"database.url sslrootcert", ask_database, "sslrootcert", true},
    {"kafka.settings ssl.certificate.location", ask_kafka, "ssl.certificate.location", false},
    {"kafka.settings ssl.ca.location", ask_kafka, "ssl.ca.location", true},
};

struct finding {
    struct rc_expiring *out;
    size_t count;
};

static void add(struct finding *finding, const char *option, const char *path, bool trusted)
{
    /* librdkafka's word for "wherever the system keeps them" */
    if (!*path || strcmp(path, "probe") == 0 || finding->count == RC_EXPIRING_MAX) return;
    finding->out[finding->count++] = (struct rc_expiring){option, path, trusted};
}

static bool is_ca_file(const struct rc_option *option)
{
    static const char end[] = ".ca-file";
    const size_t len = strlen(option->name);

    return option->kind == RC_OPTION_TEXT && len >= sizeof end - 1 &&
           strcmp(option->name + len - (sizeof end - 1), end) == 0;
}

static void add_ca_files(struct finding *finding, const struct rc_option *table, const void *config)
{
    for (; table->name; table++) {
        if (!is_ca_file(table)) continue;
        const char *path = *(char *const *)((const char *)config + table->offset);
        add(finding, table->name, path ? path : "", true);
    }
}

size_t rc_expiring_find(const struct rc_option *const *tables, const void *config,
                        struct rc_arena *arena, struct rc_expiring out[RC_EXPIRING_MAX])
{
    struct finding finding = {.out = out};

    for (size_t i = 0; i < COUNT_OF(places); i++) {
        struct rc_str path = {0};
        if (places[i].ask(config, places[i].name, arena, &path) == RC_OK)
            add(&finding, places[i].option, path.data, places[i].trusted);
    }
    for (; *tables; tables++)
        add_ca_files(&finding, *tables, config);
    return finding.count;
}

void rc_expiring_tell(const struct rc_option *const *tables, const void *config)
{
    static const char name[] = "rollcall_certificate_expiry_timestamp_seconds";
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    struct rc_expiring found[RC_EXPIRING_MAX];
    const size_t count = rc_expiring_find(tables, config, arena, found);

    rc_metric_forget(name);
    for (size_t i = 0; i < count; i++) {
        int64_t end_ms = 0;
        char label[100];
        if (rc_certificate_end(found[i].path, found[i].trusted, &end_ms) != RC_OK) continue;
        snprintf(label, sizeof label, "option=\"%s\"", found[i].option);
        rc_metric_set(name, label, (double)end_ms / 1000.0);
    }
}
