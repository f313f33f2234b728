#ifndef RC_TEST_WITH_PEER_H
#define RC_TEST_WITH_PEER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* A server that says what the test tells it to, byte by byte: the only way to be as wrong as real
 * ones are. One connection at a time, on a thread of its own. */

struct peer {
    int listener;
    uint16_t port;
    pthread_t thread;
    void (*serve)(struct peer *peer, int fd); /* one connection */
    void *context;
    int connections; /* served so far; read it after peer_stop */
    pthread_mutex_t lock;
    char heard[16384]; /* what came, all connections together; read it after peer_stop */
};

void peer_start(struct peer *peer, void (*serve)(struct peer *peer, int fd), void *context);
void peer_stop(struct peer *peer);
/* Reads until what came since this call ends with the text; false: the other side closed. */
bool peer_read_until(struct peer *peer, int fd, const char *end);
/* Did the text come up to now? */
bool peer_heard(struct peer *peer, const char *text);
void peer_say(int fd, const char *text);
/* Connects to a local port; -1: refused. */
int peer_connect(uint16_t port);

#endif
