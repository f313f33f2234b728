/* SFTP through libcurl. Names in the server's answers never reach an error's text. The private key
 * goes to libssh2 as a file of memory alone, since it takes nothing but paths. */
#define _GNU_SOURCE /* memfd_create */
#include "rollcall/port/sftp.h"

#include "rollcall/port/crypto.h"
#include "rollcall/port/http.h"
#include "rollcall/port/seal.h"
#include "stop.h"

#include <ctype.h>
#include <curl/curl.h>
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#define DEFAULT_CONNECT_MS 15000
#define DEFAULT_STALL_MS   60000
#define DEFAULT_TIMEOUT_MS 600000
#define FINGERPRINT        "SHA256:"
#define FINGERPRINT_DIGITS 43
#define FINGERPRINT_MAX    (sizeof FINGERPRINT + FINGERPRINT_DIGITS)
#define PATH_OF_FD         40

struct rc_sftp {
    CURL *easy;
    char *host, *host_keys, *user, *passphrase, *password; /* the last two and the key: secret */
    int key_fd;                                            /* -1: the password is used */
    char key_path[PATH_OF_FD];
    struct rc_sftp_host limits; /* times, stop and keep; its texts are not kept */
    char seen[FINGERPRINT_MAX];
    bool learns;  /* no key is accepted: what the server has is all that is asked */
    bool refused; /* the key that was seen is none of host_keys */
};

/* One call under way. */
struct transfer {
    struct rc_sftp *sftp;
    struct rc_buf *text; /* where bytes go: here */
    FILE *file;          /* or here; both NULL: nowhere */
    int64_t max_bytes, bytes;
    bool too_large, unwritten;
    const char *refusal; /* why the address may not be connected to; NULL */
};

/* ---- fingerprints ---- */

static bool is_digit(char c)
{
    return isalnum((unsigned char)c) || c == '+' || c == '/';
}

bool rc_sftp_is_fingerprint(struct rc_str text)
{
    const size_t head = sizeof FINGERPRINT - 1;

    if (!rc_str_starts(text, RC_STR(FINGERPRINT)) || text.len != head + FINGERPRINT_DIGITS)
        return false;
    for (size_t i = head; i < text.len; i++)
        if (!is_digit(text.data[i])) return false;
    return true;
}

static bool are_fingerprints(const char *list)
{
    struct rc_str rest = rc_str_of(list);

    while (rest.data) {
        const struct rc_str one = rc_str_cut(&rest, ' ');
        if (one.len > 0 && !rc_sftp_is_fingerprint(one)) return false;
    }
    return true;
}

static void note_seen(struct rc_sftp *sftp, const char *key, size_t len)
{
    RC_AUTO_BUF struct rc_buf text = {0};
    unsigned char digest[RC_SHA256_BYTES];

    rc_sha256((struct rc_str){key, len}, digest);
    rc_buf_add_str(&text, RC_STR(FINGERPRINT));
    rc_base64((struct rc_str){(const char *)digest, sizeof digest}, &text);
    snprintf(sftp->seen, sizeof sftp->seen, "%s", text.data); /* cuts the padding off */
}

/* Nothing has been said to the server yet when libcurl asks here. */
static int on_host_key(void *context, int type, const char *key, size_t len)
{
    struct rc_sftp *sftp = context;
    struct rc_str rest = rc_str_of(sftp->learns ? NULL : sftp->host_keys);

    (void)type;
    note_seen(sftp, key, len);
    while (rest.data)
        if (rc_str_eq(rc_str_cut(&rest, ' '), rc_str_of(sftp->seen))) return CURLKHMATCH_OK;
    sftp->refused = true;
    return CURLKHMATCH_MISMATCH;
}

const char *rc_sftp_seen_key(const struct rc_sftp *sftp)
{
    return sftp->seen;
}

/* ---- life ---- */

static char *copy_text(const char *text)
{
    if (!text) return NULL;
    const size_t size = strlen(text) + 1;
    return memcpy(rc_malloc(size), text, size);
}

static void free_secret(char *text)
{
    if (text) rc_secret_wipe(text, strlen(text));
    free(text);
}

static rc_status check_host(const struct rc_sftp_host *host)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
        "0123456789.-_:[]";

    if (host->host[0] == '\0' || host->host[strspn(host->host, allowed)] != '\0')
        return rc_fail(RC_REJECT, "a host is written as sftp.example.org or sftp.example.org:2222");
    if (host->user[0] == '\0') return rc_fail(RC_REJECT, "the user's name is empty");
    if (!are_fingerprints(host->host_keys))
        return rc_fail(RC_REJECT,
                       "a host key is written as ssh-keygen -l shows it: SHA256: and 43 "
                       "characters");
    return RC_OK;
}

/* The key's text in a file that no folder has and no disk holds. */
static rc_status keep_key(struct rc_sftp *sftp, struct rc_str key)
{
    sftp->key_fd = -1;
    if (key.len == 0) return RC_OK;
    sftp->key_fd = memfd_create("sftp-key", MFD_CLOEXEC);
    const bool whole = sftp->key_fd >= 0 &&
                       write(sftp->key_fd, key.data, key.len) == (ssize_t)key.len;
    snprintf(sftp->key_path, sizeof sftp->key_path, "/proc/self/fd/%d", sftp->key_fd);
    return whole ? RC_OK : rc_fail(RC_RETRY, "no memory for a key: %s", strerror(errno));
}

rc_status rc_sftp_open(const struct rc_sftp_host *host, struct rc_sftp **ret_sftp)
{
    RC_TRY(check_host(host));
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return rc_fail(RC_FATAL, "libcurl cannot start");
    RC_AUTO(rc_sftp) struct rc_sftp *sftp = rc_malloc(sizeof *sftp);
    *sftp = (struct rc_sftp){.easy = curl_easy_init(),
                             .host = copy_text(host->host),
                             .host_keys = copy_text(host->host_keys),
                             .user = copy_text(host->user),
                             .passphrase = copy_text(host->passphrase),
                             .password = copy_text(host->password),
                             .limits = *host};
    RC_TRY(keep_key(sftp, host->private_key));
    if (!sftp->easy) return rc_fail(RC_FATAL, "libcurl cannot start");
    *ret_sftp = rc_sftp_take(&sftp);
    return RC_OK;
}

void rc_sftp_free(struct rc_sftp *sftp)
{
    if (!sftp) return;
    curl_easy_cleanup(sftp->easy);
    if (sftp->key_fd >= 0) close(sftp->key_fd);
    free(sftp->host);
    free(sftp->host_keys);
    free(sftp->user);
    free_secret(sftp->passphrase);
    free_secret(sftp->password);
    free(sftp);
    curl_global_cleanup();
}

/* ---- what comes in ---- */

static bool take_bytes(struct transfer *transfer, const char *data, size_t len)
{
    if (transfer->text) rc_buf_add(transfer->text, data, len);
    if (!transfer->file) return true;
    transfer->unwritten = fwrite(data, 1, len, transfer->file) != len;
    return !transfer->unwritten;
}

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    const size_t len = size * count;

    transfer->too_large = (int64_t)len > transfer->max_bytes - transfer->bytes;
    if (transfer->too_large) return 0;
    transfer->bytes += (int64_t)len;
    return take_bytes(transfer, data, len) ? len : 0;
}

static int on_progress(void *context, curl_off_t down_all, curl_off_t down, curl_off_t up_all,
                       curl_off_t up)
{
    const struct rc_sftp_host *limits = &((const struct transfer *)context)->sftp->limits;

    (void)down_all, (void)down, (void)up_all, (void)up;
    if (rc_stop_wished(limits->stop)) return 1;
    return limits->keep && !limits->keep(limits->keep_self);
}

/* "[::1]:2222" and "sftp.example:2222" without their ports. */
static struct rc_str host_alone(const char *host)
{
    const bool bracketed = host[0] == '[';
    struct rc_str rest = rc_str_of(bracketed ? host + 1 : host);

    return rc_str_cut(&rest, bracketed ? ']' : ':');
}

/* What a name resolves to is judged here, where libcurl is about to connect to just that. */
static curl_socket_t on_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct transfer *transfer = context;
    const struct rc_sftp_host *limits = &transfer->sftp->limits;

    (void)purpose;
    if (limits->refuse)
        transfer->refusal = limits->refuse(limits->refuse_self, host_alone(transfer->sftp->host),
                                           &address->addr);
    if (transfer->refusal) return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* ---- what goes out ---- */

static long or_default(int64_t value, int64_t fallback)
{
    return (long)(value > 0 ? value : fallback);
}

static void set_rules(struct transfer *transfer)
{
    struct rc_sftp *sftp = transfer->sftp;
    CURL *easy = sftp->easy;

    curl_easy_reset(easy);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "sftp");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_SSH_HOSTKEYFUNCTION, on_host_key);
    curl_easy_setopt(easy, CURLOPT_SSH_HOSTKEYDATA, sftp);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, transfer);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
}

static void set_limits(const struct rc_sftp *sftp)
{
    const struct rc_sftp_host *limits = &sftp->limits;
    const long stall_s = (or_default(limits->stall_ms, DEFAULT_STALL_MS) + 999) / 1000;

    curl_easy_setopt(sftp->easy, CURLOPT_CONNECTTIMEOUT_MS,
                     or_default(limits->connect_timeout_ms, DEFAULT_CONNECT_MS));
    curl_easy_setopt(sftp->easy, CURLOPT_TIMEOUT_MS,
                     or_default(limits->timeout_ms, DEFAULT_TIMEOUT_MS));
    curl_easy_setopt(sftp->easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(sftp->easy, CURLOPT_LOW_SPEED_TIME, stall_s);
}

/* Some servers ask for the password by the other way, keyboard-interactive. No agent, and no key
 * from whoever's home the program runs in. */
static void set_login(const struct rc_sftp *sftp)
{
    const bool by_key = sftp->key_fd >= 0;

    curl_easy_setopt(sftp->easy, CURLOPT_USERNAME, sftp->user);
    curl_easy_setopt(sftp->easy, CURLOPT_SSH_AUTH_TYPES,
                     by_key ? (long)CURLSSH_AUTH_PUBLICKEY
                            : (long)(CURLSSH_AUTH_PASSWORD | CURLSSH_AUTH_KEYBOARD));
    if (by_key) curl_easy_setopt(sftp->easy, CURLOPT_SSH_PRIVATE_KEYFILE, sftp->key_path);
    if (by_key) curl_easy_setopt(sftp->easy, CURLOPT_KEYPASSWD, sftp->passphrase);
    if (!by_key) curl_easy_setopt(sftp->easy, CURLOPT_PASSWORD, sftp->password);
}

/* libcurl's "/~/" is the user's home. */
static void print_url(const struct rc_sftp *sftp, const char *path, struct rc_buf *out)
{
    struct rc_str rest = rc_str_of(path);

    rc_buf_print(out, "sftp://%s%s", sftp->host, path[0] == '/' ? "" : "/~/");
    while (rest.data) {
        rc_url_encode(out, rc_str_cut(&rest, '/'));
        if (rest.data) rc_buf_add_char(out, '/');
    }
}

/* ---- what became of it ---- */

static const struct {
    CURLcode code;
    enum rc_sftp_outcome outcome;
    const char *text;
} failures[] = {
    {CURLE_COULDNT_RESOLVE_HOST, RC_SFTP_UNREACHABLE, "its name could not be resolved"},
    {CURLE_OPERATION_TIMEDOUT, RC_SFTP_UNREACHABLE, "timed out"},
    {CURLE_FAILED_INIT, RC_SFTP_UNREACHABLE, "it does not speak SSH, or no kind that we do"},
    {CURLE_SSH, RC_SFTP_UNREACHABLE, "the connection broke off, or it offers no SFTP"},
    {CURLE_RECV_ERROR, RC_SFTP_UNREACHABLE, "the connection was reset"},
    {CURLE_SEND_ERROR, RC_SFTP_UNREACHABLE, "the connection was reset"},
    {CURLE_LOGIN_DENIED, RC_SFTP_LOGIN, "the login was refused"},
    {CURLE_REMOTE_FILE_NOT_FOUND, RC_SFTP_ABSENT, "there is no such file or folder"},
    {CURLE_REMOTE_ACCESS_DENIED, RC_SFTP_FORBIDDEN, "permission denied"},
    {CURLE_QUOTE_ERROR, RC_SFTP_FORBIDDEN, "it was not renamed"},
    {CURLE_OUT_OF_MEMORY, RC_SFTP_LOCAL, "no memory"},
    {CURLE_ABORTED_BY_CALLBACK, RC_SFTP_STOPPED, "stopped by us"},
};

static enum rc_sftp_outcome say(enum rc_sftp_outcome outcome, const char *text)
{
    rc_ignore(rc_fail(RC_RETRY, "%s", text));
    return outcome;
}

static enum rc_sftp_outcome refused(const struct transfer *transfer, CURLcode code)
{
    long os_error = 0;

    if (code == CURLE_COULDNT_CONNECT && transfer->refusal)
        return say(RC_SFTP_INWARD, transfer->refusal);
    if (transfer->sftp->refused) return say(RC_SFTP_HOST_KEY, "the host key is another");
    if (transfer->too_large) return say(RC_SFTP_TOO_LARGE, "more bytes than are allowed");
    if (transfer->unwritten) return say(RC_SFTP_LOCAL, "our disk is full");
    for (size_t i = 0; i < COUNT_OF(failures); i++)
        if (failures[i].code == code) return say(failures[i].outcome, failures[i].text);
    curl_easy_getinfo(transfer->sftp->easy, CURLINFO_OS_ERRNO, &os_error);
    return say(RC_SFTP_UNREACHABLE, code == CURLE_COULDNT_CONNECT && os_error == ECONNREFUSED
                                        ? "connection refused"
                                        : curl_easy_strerror(code));
}

static enum rc_sftp_outcome perform(struct transfer *transfer, const char *path)
{
    RC_AUTO_BUF struct rc_buf url = {0};
    struct rc_sftp *sftp = transfer->sftp;

    sftp->refused = false;
    print_url(sftp, path, &url);
    curl_easy_setopt(sftp->easy, CURLOPT_URL, url.data);
    const CURLcode code = curl_easy_perform(sftp->easy);
    return code == CURLE_OK ? RC_SFTP_DONE : refused(transfer, code);
}

static void prepare(struct transfer *transfer)
{
    set_rules(transfer);
    set_limits(transfer->sftp);
    set_login(transfer->sftp);
}

/* ---- the calls ---- */

enum rc_sftp_outcome rc_sftp_list(struct rc_sftp *sftp, const char *folder, size_t max_bytes,
                                  struct rc_buf *out)
{
    RC_AUTO_BUF struct rc_buf path = {0};
    struct transfer transfer = {.sftp = sftp, .text = out, .max_bytes = (int64_t)max_bytes};

    /* With a slash behind it libcurl takes it for a folder. */
    rc_buf_print(&path, "%s%s", folder, rc_str_ends(rc_str_of(folder), RC_STR("/")) ? "" : "/");
    prepare(&transfer);
    return perform(&transfer, folder[0] == '\0' ? "" : path.data);
}

enum rc_sftp_outcome rc_sftp_stat(struct rc_sftp *sftp, const char *path, int64_t *ret_bytes,
                                  int64_t *ret_mtime)
{
    struct transfer transfer = {.sftp = sftp};
    curl_off_t bytes = 0;
    curl_off_t mtime = -1;

    prepare(&transfer);
    curl_easy_setopt(sftp->easy, CURLOPT_NOBODY, 1L);
    curl_easy_setopt(sftp->easy, CURLOPT_FILETIME, 1L);
    const enum rc_sftp_outcome outcome = perform(&transfer, path);
    if (outcome != RC_SFTP_DONE) return outcome;
    curl_easy_getinfo(sftp->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &bytes);
    curl_easy_getinfo(sftp->easy, CURLINFO_FILETIME_T, &mtime);
    *ret_bytes = bytes < 0 ? 0 : bytes; /* libcurl's word for an empty file, too */
    *ret_mtime = mtime;
    return RC_SFTP_DONE;
}

enum rc_sftp_outcome rc_sftp_fetch(struct rc_sftp *sftp, const char *path, int64_t max_bytes,
                                   FILE *file, int64_t *ret_bytes)
{
    struct transfer transfer = {.sftp = sftp, .file = file, .max_bytes = max_bytes};

    prepare(&transfer);
    const enum rc_sftp_outcome outcome = perform(&transfer, path);
    *ret_bytes = transfer.bytes;
    if (outcome == RC_SFTP_DONE && fflush(file) != 0) return say(RC_SFTP_LOCAL, "our disk is full");
    return outcome;
}

/* As libcurl's commands take names: within quotation marks, those and backslashes escaped. */
static void add_quoted(struct rc_buf *out, const char *path)
{
    rc_buf_add_str(out, RC_STR(" \""));
    for (; *path; path++) {
        if (*path == '"' || *path == '\\') rc_buf_add_char(out, '\\');
        rc_buf_add_char(out, *path);
    }
    rc_buf_add_char(out, '"');
}

static struct curl_slist *add_command(struct curl_slist *list, const char *name, const char *first,
                                      const char *second)
{
    RC_AUTO_BUF struct rc_buf command = {0};

    rc_buf_print(&command, "%s", name);
    add_quoted(&command, first);
    if (second) add_quoted(&command, second);
    return curl_slist_append(list, command.data);
}

enum rc_sftp_outcome rc_sftp_move(struct rc_sftp *sftp, const char *from, const char *to,
                                  const char *folder)
{
    struct transfer transfer = {.sftp = sftp};
    struct curl_slist *commands = NULL;

    /* With an asterisk it may fail: the folder is there already. */
    if (folder) commands = add_command(commands, "*mkdir", folder, NULL);
    commands = add_command(commands, "rename", from, to);
    prepare(&transfer);
    curl_easy_setopt(sftp->easy, CURLOPT_NOBODY, 1L);
    curl_easy_setopt(sftp->easy, CURLOPT_QUOTE, commands);
    const enum rc_sftp_outcome outcome = perform(&transfer, "");
    curl_easy_setopt(sftp->easy, CURLOPT_QUOTE, NULL);
    curl_slist_free_all(commands);
    return outcome;
}

enum rc_sftp_outcome rc_sftp_ask_key(struct rc_sftp *sftp)
{
    struct transfer transfer = {.sftp = sftp};

    prepare(&transfer);
    curl_easy_setopt(sftp->easy, CURLOPT_FRESH_CONNECT, 1L);
    sftp->learns = true;
    const enum rc_sftp_outcome outcome = perform(&transfer, "");
    sftp->learns = false;
    return outcome == RC_SFTP_HOST_KEY ? RC_SFTP_DONE : outcome;
}
