#ifndef RC_PORT_BUS_PRIVATE_H
#define RC_PORT_BUS_PRIVATE_H

#include "rollcall/port/bus.h"

#include <librdkafka/rdkafka.h>
#include <stdatomic.h>

/* What the files bus_*.c share: how settings become a client, and a native message one of ours. */

struct rc_bus_setting {
    const char *name;
    const char *value;
};

/* A client's settings in three layers: defaults (may be changed by config->extra), then extra, then
 * rules (may not be). Each list ends with a NULL name. RC_FATAL names the setting, never its value.
 */
RC_MUST_CHECK rc_status rc_bus_conf(const struct rc_bus_config *config,
                                    const struct rc_bus_setting *defaults,
                                    const struct rc_bus_setting *rules, rd_kafka_conf_t **ret_conf);
/* Makes the client; takes conf over in any case. */
RC_MUST_CHECK rc_status rc_bus_client(rd_kafka_type_t type, rd_kafka_conf_t *conf,
                                      rd_kafka_t **ret_client);
/* A consumer's client that never joins a group: for questions and administration. group: whose
 * offsets; NULL: nobody's. */
RC_MUST_CHECK rc_status rc_bus_visitor(const struct rc_bus_config *config, const char *group,
                                       rd_kafka_t **ret_client);

/* Calls each for every "name=value" of text, separated by semicolons; text may be NULL. RC_FATAL:
 * something without "=". */
RC_MUST_CHECK rc_status rc_bus_each_setting(const char *text,
                                            rc_status (*each)(void *self, const char *name,
                                                              const char *value),
                                            void *self);

/* Sets one setting; RC_FATAL names it. */
RC_MUST_CHECK rc_status rc_bus_set(rd_kafka_conf_t *conf, const char *name, const char *value);

/* RC_NOT_FOUND: no such topic. */
RC_MUST_CHECK rc_status rc_bus_partitions(rd_kafka_t *client, const char *topic, int *ret_count);
/* May the same question be answered a little later (a coordinator or leader that moves, a broker
 * that starts)? */
bool rc_bus_passing(rd_kafka_resp_err_t err);

/* Takes raw over; *out counts the messages that are not yet freed. */
struct rc_message *rc_message_wrap(rd_kafka_message_t *raw, atomic_size_t *out);
/* A copy that outlives raw and its client. */
struct rc_message *rc_message_copy(const rd_kafka_message_t *raw);

static inline void rc_bus_list_free_at(rd_kafka_topic_partition_list_t **list)
{
    if (*list) rd_kafka_topic_partition_list_destroy(*list);
}
#define AUTO_LIST __attribute__((cleanup(rc_bus_list_free_at)))

static inline void rc_bus_client_free_at(rd_kafka_t **client)
{
    if (*client) rd_kafka_destroy(*client);
}
#define AUTO_CLIENT __attribute__((cleanup(rc_bus_client_free_at)))

#endif
