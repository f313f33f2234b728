#ifndef RC_TEST_WITH_STAGE_H
#define RC_TEST_WITH_STAGE_H

#include "support/unit.h"
#include "with_mock.h"
#include "with_servers.h"

/* A stage of made-up work as a process of its own, over a mock Kafka in the test and a real Redis.
 * What its function does with a message stands in the message's payload, as words:
 *
 *   <name>             the first word: what the trace calls it
 *   sleep=<ms>         takes so long
 *   retry-while=<file> RC_RETRY while the file exists (in the world's folder)
 *   kill-while=<file>  SIGKILL to itself while the file exists
 *   reject, fatal, bug returns RC_REJECT, RC_FATAL, RC_NOT_FOUND
 *   send               sends a message to "test.out" through rc_stage_send
 *
 * Each begin and end is a line of the trace: "begin <name>", "end <name>". */

#define TOPIC_ONE  "rollcall.test.one.v1"
#define TOPIC_TWO  "rollcall.test.two.v1"
#define TOPIC_OUT  "rollcall.test.out.v1"
#define TOPIC_DEAD "rollcall.dead.letter.v1"
#define PARTITIONS 4

struct world {
    struct mock mock;
    struct server redis;
    struct rc_producer *producer;
    char folder[64];
    char admin_port[8];
};

/* main of a test binary: runs the stage instead when it was started as one. */
bool world_is_stage(int argc, char **argv, int *ret_exit);

int world_setup(void **state);
int world_teardown(void **state);

/* Starts the stage with further variables ("ROLLCALL_X=y"), NULL-terminated. */
pid_t stage_start(struct world *world, const char *const *variables);
#define STAGE_START(world, ...) stage_start(world, (const char *const[]){__VA_ARGS__, NULL})
/* Waits until it has ended: its exit code, or 1000 + the signal; -1: it did not, and was killed. */
int stage_wait(pid_t pid, int64_t ms);
/* The same, but -1 while it runs on. */
int stage_peek(pid_t pid, int64_t ms);
/* SIGTERM, and its exit code. */
int stage_drain(pid_t pid);
void stage_kill(pid_t pid);

/* Sends a message with a full envelope. */
void world_send(struct world *world, const char *topic, const char *key, const char *payload);
/* Makes and removes a file of the folder. */
void world_flag(struct world *world, const char *name, bool present);
/* How often the line stands in the trace. */
size_t trace_count(const struct world *world, const char *line);
/* Waits until the line stands there so often. */
void trace_await(const struct world *world, const char *line, size_t count);
/* Position of the line in the trace, the first or the last time, or -1. */
long trace_at(const struct world *world, const char *line);
long trace_last(const struct world *world, const char *line);
/* Never begun again before it ended, and ended at least once. */
bool trace_alternates(const struct world *world, const char *name);
/* Sum of what the group has committed over all partitions of the topic. */
int64_t committed(const struct world *world, const char *topic);
void committed_await(const struct world *world, const char *topic, int64_t sum);
/* How many messages the topic holds. */
int64_t held(const struct world *world, const char *topic);
/* The first message that the topic holds, of whichever partition. */
struct rc_message *first_of(const struct world *world, const char *topic);
/* Says a command to Redis; the number that it answers. */
long long redis_tell(const struct world *world, const char *command);
/* The HTTP code of a path on the admin port; 0: no answer. body may be NULL. */
int admin_ask(const struct world *world, const char *path, char *body, size_t size);
void admin_await(const struct world *world, const char *path, int code);

#endif
