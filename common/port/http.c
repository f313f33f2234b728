/* Asking a source over HTTP. What arrives is bounded while it arrives: bytes are counted after
 * decompression, header values are cut, and what the caller decides by (paging links, totals,
 * waits) is read strictly. */
#include "rollcall/port/http.h"

#include "rollcall/base/clock.h"
#include "stop.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

#define DEFAULT_CONNECT_MS 15000
#define DEFAULT_TOTAL_MS   300000
#define DEFAULT_STALL_MS   60000
#define DEFAULT_MAX_BYTES  ((size_t)16 * 1024 * 1024)
#define HEADER_MAX         16384
#define HEADERS_MAX        65536 /* all of an answer's, in bytes */
#define HEADER_LINES_MAX   300
#define RETRY_AFTER_MAX_S  ((int64_t)7 * 24 * 3600)

struct rc_http {
    CURL *easy;
    char *user_agent;
    char *session; /* whose cookies are in the jar; NULL: it is empty */
};

/* One request under way. */
struct transfer {
    struct rc_arena *arena;
    struct rc_http_answer answer;
    size_t max_bytes;
    size_t header_bytes, header_lines;
    int64_t reset_ms; /* X-RateLimit-Reset as a wait; -1 absent */
    bool too_large;
    const struct rc_guard *guard;
    struct rc_str host;  /* as libcurl reads it out of the URL, without a port */
    bool plain;          /* without TLS */
    const char *refusal; /* why the guard does not let us there; NULL */
    const volatile int *stop;
    bool (*keep)(void *self);
    void *keep_self;
};

/* ---- what comes in: headers ---- */

static void take_type(struct transfer *transfer, struct rc_str value)
{
    const struct rc_str type = rc_str_trim(rc_str_cut(&value, ';'));

    transfer->answer.type = rc_str_lower(transfer->arena, type);
}

/* A server may send several Link headers; one list says the same (RFC 9110, 5.3). */
static void take_link(struct transfer *transfer, struct rc_str value)
{
    const struct rc_str before = transfer->answer.link;

    if (before.len + value.len > HEADER_MAX) return;
    transfer->answer.link = before.len == 0 ? rc_str_copy(transfer->arena, value)
                                            : rc_str_print(transfer->arena, "%.*s, %.*s",
                                                           RC_STR_ARG(before), RC_STR_ARG(value));
}

static void take_location(struct transfer *transfer, struct rc_str value)
{
    transfer->answer.location = rc_str_copy(transfer->arena, value);
}

static bool digits_only(struct rc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') return false;
    }
    return text.len > 0 && text.len <= 15;
}

static int64_t number_of(struct rc_str digits)
{
    int64_t number = 0;

    for (size_t i = 0; i < digits.len; i++)
        number = number * 10 + (digits.data[i] - '0');
    return number;
}

static void take_total(struct transfer *transfer, struct rc_str value)
{
    transfer->answer.total = digits_only(value) ? number_of(value) : -1;
}

/* -1: no date. */
static int64_t date_ms(struct rc_arena *arena, struct rc_str value)
{
    const time_t at = curl_getdate(rc_str_copy(arena, value).data, NULL);

    return at < 0 ? -1 : (int64_t)at * 1000;
}

static void take_date(struct transfer *transfer, struct rc_str value)
{
    transfer->answer.date_ms = date_ms(transfer->arena, value);
}

static int64_t clamp(int64_t value, int64_t min, int64_t max)
{
    if (value < min) return min;
    return value > max ? max : value;
}

static void take_retry_after(struct transfer *transfer, struct rc_str value)
{
    const int64_t max_ms = RETRY_AFTER_MAX_S * 1000;

    if (digits_only(value)) {
        transfer->answer.retry_after_ms = clamp(number_of(value), 0, RETRY_AFTER_MAX_S) * 1000;
        return;
    }
    const int64_t until_ms = date_ms(transfer->arena, value);
    if (until_ms >= 0)
        transfer->answer.retry_after_ms = clamp(until_ms - rc_clock_now_ms(), 0, max_ms);
}

/* When more may be asked for: seconds of the clock, or from now. Where a 429 lacks Retry-After. */
static void take_reset(struct transfer *transfer, struct rc_str value)
{
    const int64_t epoch_s = 1000000000;

    if (!digits_only(value)) return;
    int64_t wait_s = number_of(value);
    if (wait_s >= epoch_s) wait_s -= rc_clock_now_ms() / 1000;
    transfer->reset_ms = clamp(wait_s, 0, RETRY_AFTER_MAX_S) * 1000;
}

static void take_revision(struct transfer *transfer, struct rc_str value)
{
    transfer->answer.revision = rc_str_copy(transfer->arena, value);
}

static const struct {
    const char *name;
    void (*take)(struct transfer *transfer, struct rc_str value);
} known_headers[] = {
    {"content-type", take_type},       {"link", take_link},
    {"location", take_location},       {"x-total-count", take_total},
    {"retry-after", take_retry_after}, {"date", take_date},
    {"x-perm-rev", take_revision},     {"x-ratelimit-reset", take_reset},
};

static struct rc_http_answer empty_answer(struct rc_buf *body)
{
    return (struct rc_http_answer){.body = body, .total = -1, .retry_after_ms = -1, .date_ms = -1};
}

static void take_header(struct transfer *transfer, struct rc_str line)
{
    struct rc_str value = line;
    const struct rc_str name = rc_str_cut(&value, ':');

    value = rc_str_trim(value);
    if (value.len > HEADER_MAX) return;
    for (size_t i = 0; i < COUNT_OF(known_headers); i++) {
        if (rc_str_eq_fold(name, rc_str_of(known_headers[i].name)))
            known_headers[i].take(transfer, value);
    }
}

static size_t on_header(char *data, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    const struct rc_str line = {data, size * count};

    transfer->header_bytes += line.len;
    if (transfer->header_bytes > HEADERS_MAX || ++transfer->header_lines > HEADER_LINES_MAX) {
        transfer->too_large = true;
        return 0;
    }
    /* An interim answer (100) came before: only the last one's headers are the answer's. */
    if (rc_str_starts(line, RC_STR("HTTP/")))
        transfer->answer = empty_answer(transfer->answer.body);
    else
        take_header(transfer, line);
    return line.len;
}

/* ---- what comes in: the body ---- */

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    const size_t len = size * count;

    if (len > transfer->max_bytes - transfer->answer.body->len) {
        transfer->too_large = true;
        return 0;
    }
    rc_buf_add(transfer->answer.body, data, len);
    return len;
}

static int on_progress(void *context, curl_off_t down_all, curl_off_t down, curl_off_t up_all,
                       curl_off_t up)
{
    const struct transfer *transfer = context;

    (void)down_all, (void)down, (void)up_all, (void)up;
    if (rc_stop_wished(transfer->stop)) return 1;
    return transfer->keep && !transfer->keep(transfer->keep_self);
}

/* ---- where it goes ---- */

/* One name may have several addresses: once one of them is refused, none of them is taken. */
static bool may_connect(struct transfer *transfer, const struct sockaddr *address)
{
    if (!transfer->guard || transfer->refusal) return !transfer->refusal;
    transfer->refusal = rc_guard_refusal(transfer->guard, transfer->host, address);
    if (!transfer->refusal && transfer->plain &&
        !rc_guard_lists(transfer->guard, transfer->host, address))
        transfer->refusal = "public, and would be asked without TLS";
    return !transfer->refusal;
}

/* Before a byte is sent, to the very address that was resolved. */
static curl_socket_t on_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)purpose;
    if (!may_connect(context, &address->addr)) return CURL_SOCKET_BAD;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* A connection may be one that was kept: it is judged once more, whoever opened it. */
static int on_request(void *context, char *remote, char *local, int remote_port, int local_port)
{
    struct transfer *transfer = context;

    (void)local, (void)remote_port, (void)local_port;
    if (transfer->guard && !transfer->refusal)
        transfer->refusal = rc_guard_refusal_text(transfer->guard, transfer->host, remote);
    return transfer->refusal ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

/* ---- what goes out ---- */

static bool has_line_end(const char *text)
{
    return strpbrk(text, "\r\n") != NULL;
}

static void list_free_at(struct curl_slist **list)
{
    curl_slist_free_all(*list);
}
#define AUTO_LIST __attribute__((cleanup(list_free_at)))

static rc_status add_header(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*list, line);

    if (!longer) return rc_fail(RC_RETRY, "no memory for a request's headers");
    *list = longer;
    return RC_OK;
}

static rc_status make_headers(const struct rc_http_request *request, struct curl_slist **ret_list)
{
    /* No "Expect: 100-continue": some sources never answer it. */
    RC_TRY(add_header(ret_list, "Expect:"));
    for (const char *const *line = request->headers; line && *line; line++) {
        if (has_line_end(*line)) return rc_fail(RC_REJECT, "a header to be sent holds a line end");
        RC_TRY(add_header(ret_list, *line));
    }
    return RC_OK;
}

static void set_method(CURL *easy, const struct rc_http_request *request)
{
    const char *method = request->method ? request->method : "GET";

    if (request->body.data) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body.data);
    }
    if (strcmp(method, "HEAD") == 0)
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    else if (request->body.data || strcmp(method, "GET") != 0)
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
}

static long or_default(int64_t value, int64_t fallback)
{
    return (long)(value > 0 ? value : fallback);
}

static void set_limits(CURL *easy, const struct rc_http_request *request)
{
    const long stall_s = (or_default(request->stall_ms, DEFAULT_STALL_MS) + 999) / 1000;

    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     or_default(request->connect_timeout_ms, DEFAULT_CONNECT_MS));
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, or_default(request->timeout_ms, DEFAULT_TOTAL_MS));
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, stall_s);
}

/* What holds for every request, whoever asks. */
static void set_rules(CURL *easy, const char *user_agent)
{
    curl_easy_setopt(easy, CURLOPT_USERAGENT, user_agent);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
}

static void set_callbacks(CURL *easy, struct transfer *transfer)
{
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, transfer);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_request);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
}

/* A session cookie speaks for whoever got it: it never goes out with another's request, even to the
 * same host. */
static void set_session(struct rc_http *http, const char *session)
{
    if (session && http->session && strcmp(session, http->session) == 0) return;
    curl_easy_setopt(http->easy, CURLOPT_COOKIELIST, "ALL");
    free(http->session);
    http->session = NULL;
    if (!session) return;
    const size_t size = strlen(session) + 1;
    http->session = memcpy(rc_malloc(size), session, size);
}

/* ---- what became of it ---- */

static const struct {
    CURLcode code;
    rc_status status;
    const char *text;
} failures[] = {
    {CURLE_COULDNT_RESOLVE_HOST, RC_RETRY, "could not resolve the name"},
    {CURLE_OPERATION_TIMEDOUT, RC_RETRY, "timed out"},
    {CURLE_PEER_FAILED_VERIFICATION, RC_RETRY,
     "TLS: certificate not trusted, or for another name; give a CA file for this source"},
    {CURLE_SSL_CONNECT_ERROR, RC_RETRY, "TLS: no common ground with the server"},
    {CURLE_SSL_CACERT_BADFILE, RC_RETRY, "TLS: the CA file cannot be read"},
    {CURLE_PARTIAL_FILE, RC_RETRY, "cut off before the announced end"},
    {CURLE_GOT_NOTHING, RC_RETRY, "closed without an answer"},
    {CURLE_RECV_ERROR, RC_RETRY, "connection reset"},
    {CURLE_SEND_ERROR, RC_RETRY, "connection reset"},
    {CURLE_BAD_CONTENT_ENCODING, RC_RETRY, "broken compression"},
    {CURLE_WEIRD_SERVER_REPLY, RC_RETRY, "answered, but not in HTTP"},
    {CURLE_UNSUPPORTED_PROTOCOL, RC_RETRY, "answered, but not in HTTP"},
    {CURLE_HTTP2, RC_RETRY, "broke the rules of HTTP/2"},
    {CURLE_HTTP2_STREAM, RC_RETRY, "broke the rules of HTTP/2"},
    {CURLE_ABORTED_BY_CALLBACK, RC_RETRY, "stopped by us"},
    {CURLE_URL_MALFORMAT, RC_REJECT, "malformed URL"},
    {CURLE_LOGIN_DENIED, RC_REJECT,
     "a URL with a login in it is not taken: store credentials apart"},
};

static const char *refusal(CURL *easy, CURLcode code)
{
    long os_error = 0;

    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &os_error);
    return code == CURLE_COULDNT_CONNECT && os_error == ECONNREFUSED ? "connection refused"
                                                                     : curl_easy_strerror(code);
}

/* Too late is only what was asked: not to be reached in time is another thing. */
static enum rc_http_fault fault_of(const struct transfer *transfer, CURL *easy, CURLcode code)
{
    curl_off_t asked_us = 0;

    if (transfer->refusal) return RC_HTTP_INWARD;
    if (transfer->too_large) return RC_HTTP_LARGE;
    if (code == CURLE_URL_MALFORMAT || code == CURLE_LOGIN_DENIED) return RC_HTTP_URL;
    curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &asked_us);
    return code == CURLE_OPERATION_TIMEDOUT && asked_us > 0 ? RC_HTTP_LATE : RC_HTTP_BROKEN;
}

static rc_status fail_transfer(const struct transfer *transfer, CURL *easy, CURLcode code,
                               struct rc_str host)
{
    curl_off_t took_us = 0;

    if (transfer->refusal)
        return rc_fail(RC_REJECT, "%.*s: its address is %s, where a source must not lead us",
                       RC_STR_ARG(host), transfer->refusal);
    if (transfer->header_bytes > HEADERS_MAX || transfer->header_lines > HEADER_LINES_MAX)
        return rc_fail(RC_REJECT, "%.*s: the answer has more than %d bytes or %d lines of headers",
                       RC_STR_ARG(host), HEADERS_MAX, HEADER_LINES_MAX);
    if (transfer->too_large)
        return rc_fail(RC_REJECT, "%.*s: the answer is larger than %zu bytes", RC_STR_ARG(host),
                       transfer->max_bytes);
    curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &took_us);
    const long long took_ms = took_us / 1000;
    for (size_t i = 0; i < COUNT_OF(failures); i++) {
        if (failures[i].code == code)
            return rc_fail(failures[i].status, "%.*s: %s (after %lld ms)", RC_STR_ARG(host),
                           failures[i].text, took_ms);
    }
    return rc_fail(RC_RETRY, "%.*s: %s (after %lld ms)", RC_STR_ARG(host), refusal(easy, code),
                   took_ms);
}

static void url_free_at(CURLU **url)
{
    curl_url_cleanup(*url);
}
#define AUTO_URL __attribute__((cleanup(url_free_at)))

static struct rc_str url_part(CURLU *url, CURLUPart part, struct rc_arena *arena)
{
    char *text = NULL;

    if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return (struct rc_str){0};
    const struct rc_str copy = rc_str_copy(arena, rc_str_of(text));
    curl_free(text);
    return copy;
}

/* Host and scheme as libcurl itself will read them: two readers of one URL would be two opinions of
 * where it leads. */
static rc_status read_url(struct transfer *transfer, const char *text)
{
    AUTO_URL CURLU *url = curl_url();

    if (!rc_str_starts(rc_str_lower(transfer->arena, rc_str_of(text)), RC_STR("http")) ||
        curl_url_set(url, CURLUPART_URL, text, 0) != CURLUE_OK)
        return rc_fail(RC_REJECT, "a URL is neither https:// nor http://, or malformed");
    const struct rc_str scheme = url_part(url, CURLUPART_SCHEME, transfer->arena);
    transfer->plain = rc_str_eq_fold(scheme, RC_STR("http"));
    if (!transfer->plain && !rc_str_eq_fold(scheme, RC_STR("https")))
        return rc_fail(RC_REJECT, "a URL is neither https:// nor http://");
    transfer->host = url_part(url, CURLUPART_HOST, transfer->arena);
    if (transfer->host.len == 0 || rc_url_host(rc_str_of(text)).len == 0)
        return rc_fail(RC_REJECT, "a URL names no host");
    return RC_OK;
}

static rc_status perform(struct rc_http *http, const struct rc_http_request *request,
                         struct transfer *transfer)
{
    AUTO_LIST struct curl_slist *headers = NULL;
    CURL *easy = http->easy;

    transfer->answer.fault = RC_HTTP_BROKEN; /* until something came */
    RC_TRY(make_headers(request, &headers));
    curl_easy_reset(easy);
    set_rules(easy, http->user_agent);
    set_session(http, request->session);
    set_limits(easy, request);
    set_callbacks(easy, transfer);
    set_method(easy, request);
    curl_easy_setopt(easy, CURLOPT_URL, request->url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    if (request->ca_file) curl_easy_setopt(easy, CURLOPT_CAINFO, request->ca_file);
    const CURLcode code = curl_easy_perform(easy);
    transfer->answer.fault = code == CURLE_OK ? RC_HTTP_WHOLE : fault_of(transfer, easy, code);
    if (code != CURLE_OK)
        return fail_transfer(transfer, easy, code, rc_url_host(rc_str_of(request->url)));
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &transfer->answer.code);
    /* The header list dies with this call. */
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, NULL);
    return RC_OK;
}

rc_status rc_http_ask(struct rc_http *http, const struct rc_http_request *request,
                      struct rc_arena *arena, struct rc_http_answer *answer)
{
    struct transfer transfer = {
        .arena = arena,
        .answer = empty_answer(answer->body),
        .max_bytes = request->max_bytes > 0 ? request->max_bytes : DEFAULT_MAX_BYTES,
        .reset_ms = -1,
        .guard = request->guard,
        .stop = request->stop,
        .keep = request->keep,
        .keep_self = request->keep_self,
    };
    const int64_t from_ms = rc_clock_mono_ms();

    rc_buf_clear(answer->body);
    answer->fault = RC_HTTP_URL;
    RC_TRY(read_url(&transfer, request->url));
    const rc_status status = perform(http, request, &transfer);
    answer->fault = transfer.answer.fault;
    if (status != RC_OK) return status;
    *answer = transfer.answer;
    if (answer->code == 429 && answer->retry_after_ms < 0)
        answer->retry_after_ms = transfer.reset_ms;
    answer->took_ms = rc_clock_mono_ms() - from_ms;
    return RC_OK;
}

rc_status rc_http_open(const char *user_agent, struct rc_http **ret_http)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return rc_fail(RC_FATAL, "libcurl cannot start");
    CURL *easy = curl_easy_init();
    if (!easy) return rc_fail(RC_FATAL, "libcurl cannot start");
    /* A cookie that says nothing turns cookies on, for good; CURLOPT_COOKIEFILE would have to be
     * set again after every reset, and libcurl 7.88 leaks a little each time. */
    curl_easy_setopt(easy, CURLOPT_COOKIELIST, "Set-Cookie:");
    const size_t size = strlen(user_agent) + 1;
    struct rc_http *http = rc_malloc(sizeof *http);
    *http = (struct rc_http){
        .easy = easy,
        .user_agent = memcpy(rc_malloc(size), user_agent, size),
    };
    *ret_http = http;
    return RC_OK;
}

void rc_http_free(struct rc_http *http)
{
    if (!http) return;
    curl_easy_cleanup(http->easy);
    free(http->user_agent);
    free(http->session);
    free(http);
    curl_global_cleanup();
}

const char *rc_http_version(void)
{
    return curl_version_info(CURLVERSION_NOW)->version;
}
