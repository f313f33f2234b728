#ifndef RC_TEST_WITH_SERVERS_H
#define RC_TEST_WITH_SERVERS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Real servers for one test binary: in a folder of their own, on a port the kernel gave, stopped by
 * their pid. */

struct server {
    pid_t pid; /* 0: not running */
    uint16_t port;
    char folder[64];
    void (*launch)(struct server *server);
};

/* The code by which a test says that a server it needs is not installed (CTest counts it as
 * skipped). */
#define SERVER_MISSING 77

/* Makes the folder and starts it; ends the test binary when that fails. */
void server_start_postgres(struct server *server);
void server_start_redis(struct server *server);
/* Apache Kafka from ROLLCALL_KAFKA_LIBS, or from where deploy/local puts it. Returns when its port
 * is open, some seconds before it answers everything. */
void server_start_kafka(struct server *server);
/* Stops it at once; start_again goes on with the same folder and port. */
void server_stop(struct server *server);
void server_start_again(struct server *server);
/* Stops it and removes its folder. */
void server_remove(struct server *server);

#endif
