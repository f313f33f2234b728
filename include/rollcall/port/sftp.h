#ifndef RC_PORT_SFTP_H
#define RC_PORT_SFTP_H

#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>

#include "rollcall/base/arena.h"
#include "rollcall/base/auto.h"
#include "rollcall/base/buf.h"
#include "rollcall/base/str.h"

/* Files of an SFTP server, through libcurl with libssh2: a folder listed, a file looked at, fetched
 * and moved. The server must prove itself with one of the pinned host keys before anything is told
 * to it; there is no way to accept any. One handle per server and thread keeps its connection.
 * Every answer and every time is bounded.
 *
 * Keys of the kind ssh-rsa do not work with servers of today (libssh2 before 1.11 signs with SHA-1
 * alone): ed25519 or ecdsa. */

/* What became of a call; the reason is in rc_error_text, in words that name no path or login. */
enum rc_sftp_outcome {
    RC_SFTP_DONE,
    RC_SFTP_UNREACHABLE, /* no connection, broken off, timed out, or no SSH */
    RC_SFTP_HOST_KEY,    /* the server's key is none of the pinned ones */
    RC_SFTP_LOGIN,       /* key or password refused, or the key cannot be used */
    RC_SFTP_ABSENT,      /* there is no such file or folder */
    RC_SFTP_FORBIDDEN,   /* it may not be read, or not be changed */
    RC_SFTP_TOO_LARGE,   /* more bytes than were allowed */
    RC_SFTP_INWARD,      /* refuse does not let us there */
    RC_SFTP_LOCAL,       /* our own disk, or memory */
    RC_SFTP_STOPPED,     /* by stop or keep */
    RC_SFTP_OUTCOME_COUNT_
};

/* Where and as whom; everything is copied. */
struct rc_sftp_host {
    const char *host;      /* "sftp.example.org" or with ":2222"; IPv6 in brackets */
    const char *host_keys; /* fingerprints as ssh-keygen -l shows them, "SHA256:…", blanks between;
                              "": none is accepted, which tells what the server has */
    const char *user;
    struct rc_str private_key; /* the file's text; empty: the password is used */
    const char *passphrase;    /* of the private key; NULL: none */
    const char *password;
    int64_t connect_timeout_ms; /* to the end of the handshake; 0: 15 s */
    int64_t stall_ms;           /* no byte for so long ends a transfer; 0: 60 s */
    int64_t timeout_ms;         /* of one whole transfer; 0: 10 min */
    /* Asked about the very address before each connection: why it must not be made, in words, or
     * NULL; may be NULL. host: without a port. */
    const char *(*refuse)(const void *self, struct rc_str host, const struct sockaddr *address);
    const void *refuse_self;
    const volatile int *stop; /* non-zero ends a transfer; may be NULL */
    bool (*keep)(void *self); /* asked about once a second; false ends a transfer; may be NULL */
    void *keep_self;
};

struct rc_sftp;

/* Does not connect yet. RC_REJECT: host, user or host_keys are not written as they must be. */
RC_MUST_CHECK rc_status rc_sftp_open(const struct rc_sftp_host *host, struct rc_sftp **ret_sftp);
/* Closes the connection, wipes the secrets; NULL is nothing. */
void rc_sftp_free(struct rc_sftp *sftp);
RC_AUTO_DEFINE(rc_sftp)

/* The fingerprint of the key that the server showed last; "" before a connection. */
const char *rc_sftp_seen_key(const struct rc_sftp *sftp);

/* Paths are as the server has them: from its root where they begin with a slash, else from the
 * user's home. */

/* The folder's listing as the server writes it, a line a file (port/sftp_listing.h), appended. */
RC_MUST_CHECK enum rc_sftp_outcome rc_sftp_list(struct rc_sftp *sftp, const char *folder,
                                                size_t max_bytes, struct rc_buf *out);
/* Size, and the time of the last change in seconds since 1970. */
RC_MUST_CHECK enum rc_sftp_outcome rc_sftp_stat(struct rc_sftp *sftp, const char *path,
                                                int64_t *ret_bytes, int64_t *ret_mtime);
/* The whole file, written to where file stands. */
RC_MUST_CHECK enum rc_sftp_outcome rc_sftp_fetch(struct rc_sftp *sftp, const char *path,
                                                 int64_t max_bytes, FILE *file, int64_t *ret_bytes);
/* Renames; folder (may be NULL) is made first where it is not there. */
RC_MUST_CHECK enum rc_sftp_outcome rc_sftp_move(struct rc_sftp *sftp, const char *from,
                                                const char *to, const char *folder);
/* Connects only as far as the server's key, which is then seen; signs in nowhere. RC_SFTP_DONE or
 * RC_SFTP_UNREACHABLE. The handle's pinned keys do not matter. */
RC_MUST_CHECK enum rc_sftp_outcome rc_sftp_ask_key(struct rc_sftp *sftp);

/* Is it a fingerprint: "SHA256:" and 43 characters of base64? */
bool rc_sftp_is_fingerprint(struct rc_str text);

#endif
