#ifndef CLI_TOPICS_H
#define CLI_TOPICS_H

#include "rollcall/base/arena.h"
#include "rollcall/base/error.h"
#include "rollcall/base/str.h"

/* schemas/topics.csv, read. */

enum { TOPICS_MAX = 100 };

struct topic {
    const char *name; /* whole: "rollcall.page.fetched.v1" */
    int64_t partitions, retention_days, max_message_mib;
    const char *compression;
    bool sealed;             /* payloads are, or may be */
    struct rc_str consumers; /* short names of programs, separated by blanks */
};

struct topics {
    struct topic items[TOPICS_MAX];
    size_t count;
};

/* RC_REJECT names the line and what is wrong with it. */
RC_MUST_CHECK rc_status topics_parse(struct rc_str text, struct rc_arena *arena,
                                     struct topics *ret_topics);
/* The settings that Kafka is given for a topic, "name=value;…". replication: copies of each
 * message. */
const char *topic_settings(const struct topic *topic, int64_t replication, struct rc_arena *arena);

#endif
