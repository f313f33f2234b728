#ifndef CLI_LETTER_H
#define CLI_LETTER_H

#include "cli.h"

/* A dead letter as it is recorded; texts live in the arena. */
struct letter {
    const char *id, *district, *slug, *run, *run_state, *page, *lane, *state, *origin_topic, *topic;
    int32_t partition;
    int64_t offset;
};

/* The letter with this id, of whichever district. CLI_NOTHING: there is none. ret_rows (may be
 * NULL) holds all of its columns. */
RC_MUST_CHECK rc_status letter_find(struct cli *cli, const char *id, struct letter *ret_letter,
                                    struct rc_rows **ret_rows);
/* Reads the letter itself from Kafka. CLI_FAILED: retention took it, or the brokers are away. */
RC_MUST_CHECK rc_status letter_read(struct cli *cli, const struct letter *letter,
                                    struct rc_message **ret_message);

/* Lets what was set aside be tried again; *ret_refused is NULL, or why that is pointless. */
RC_MUST_CHECK rc_status letter_replay(struct cli *cli, const struct letter *letter,
                                      const char **ret_refused);
/* Gives it up for --reason; *ret_told is NULL, or what became of its run. */
RC_MUST_CHECK rc_status letter_discard(struct cli *cli, const struct letter *letter,
                                       const char **ret_told);

#endif
