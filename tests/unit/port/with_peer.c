/* See with_peer.h. */
#include "with_peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in local(uint16_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void *run(void *context)
{
    struct peer *peer = context;

    for (int fd = accept(peer->listener, NULL, NULL); fd >= 0;
         fd = accept(peer->listener, NULL, NULL)) {
        peer->connections++;
        peer->serve(peer, fd);
        close(fd);
    }
    return NULL;
}

void peer_start(struct peer *peer, void (*serve)(struct peer *peer, int fd), void *context)
{
    struct sockaddr_in at = local(0);
    socklen_t size = sizeof at;

    memset(peer, 0, sizeof *peer);
    pthread_mutex_init(&peer->lock, NULL);
    peer->serve = serve;
    peer->context = context;
    peer->listener = socket(AF_INET, SOCK_STREAM, 0);
    (void)!bind(peer->listener, (const struct sockaddr *)&at, sizeof at);
    (void)!listen(peer->listener, 8);
    (void)!getsockname(peer->listener, (struct sockaddr *)&at, &size);
    peer->port = ntohs(at.sin_port);
    pthread_create(&peer->thread, NULL, run, peer);
}

void peer_stop(struct peer *peer)
{
    shutdown(peer->listener, SHUT_RDWR);
    pthread_join(peer->thread, NULL);
    close(peer->listener);
    pthread_mutex_destroy(&peer->lock);
}

static void keep(struct peer *peer, size_t at, char c)
{
    pthread_mutex_lock(&peer->lock);
    peer->heard[at] = c;
    peer->heard[at + 1] = '\0';
    pthread_mutex_unlock(&peer->lock);
}

bool peer_heard(struct peer *peer, const char *text)
{
    pthread_mutex_lock(&peer->lock);
    const bool found = strstr(peer->heard, text) != NULL;
    pthread_mutex_unlock(&peer->lock);
    return found;
}

bool peer_read_until(struct peer *peer, int fd, const char *end)
{
    const size_t from = strlen(peer->heard);
    const size_t end_len = strlen(end);

    for (size_t len = from; len + 1 < sizeof peer->heard; len++) {
        if (len - from >= end_len && memcmp(peer->heard + len - end_len, end, end_len) == 0)
            return true;
        char c = '\0';
        if (recv(fd, &c, 1, 0) != 1) return false;
        keep(peer, len, c);
    }
    return false;
}

void peer_say(int fd, const char *text)
{
    (void)!send(fd, text, strlen(text), MSG_NOSIGNAL);
}

int peer_connect(uint16_t port)
{
    const struct sockaddr_in at = local(port);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (connect(fd, (const struct sockaddr *)&at, sizeof at) == 0) return fd;
    close(fd);
    return -1;
}
