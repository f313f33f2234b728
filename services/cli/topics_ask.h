#ifndef CLI_TOPICS_ASK_H
#define CLI_TOPICS_ASK_H

#include "cli.h"
#include "topics.h"

/* What several commands ask of Kafka's topics: those that are declared, and how their groups stand.
 */

/* The declared topics; path NULL: of the file that came with this program. CLI_CONFIG: none. */
RC_MUST_CHECK rc_status topics_load(struct cli *cli, const char *path, struct topics *ret_topics);
/* "rollcall-fetcher" of "fetcher", in the arena. */
const char *topics_group(struct cli *cli, struct rc_str consumer);

struct topic_lag {
    int64_t messages; /* kept on the topic */
    int64_t behind;   /* of those, not committed by the group */
    int64_t unset;    /* partitions without any commit */
};
/* As rc_bus_marks. */
RC_MUST_CHECK rc_status topics_behind(struct cli *cli, const char *group, const struct topic *topic,
                                      struct topic_lag *ret_lag);

#endif
