/* Asking a source over HTTP. What arrives is bounded while it arrives: bytes are counted after
 * decompression, header values are cut, and what the caller decides by (paging links, totals,
 * waits) is read strictly. */
#include "rollcall/port/http.h"

#include "rollcall/base/clock.h"
#include "stop.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>

#define DEFAULT_CONNECT_MS 15000
#define DEFAULT_TOTAL_MS   300000
#define DEFAULT_STALL_MS   60000
#define DEFAULT_MAX_BYTES  ((size_t)16 * 1024 * 1024)
#define HEADER_MAX         16384
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
    bool too_large;
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
    {"x-perm-rev", take_revision},
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

static rc_status fail_transfer(const struct transfer *transfer, CURL *easy, CURLcode code,
                               struct rc_str host)
{
    curl_off_t took_us = 0;

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

static bool allowed_scheme(struct rc_str url)
{
    struct rc_str rest = url;
    const struct rc_str scheme = rc_str_cut(&rest, ':');

    return rc_str_eq_fold(scheme, RC_STR("https")) || rc_str_eq_fold(scheme, RC_STR("http"));
}

static rc_status check_url(struct rc_str url)
{
    if (!allowed_scheme(url)) return rc_fail(RC_REJECT, "a URL is neither https:// nor http://");
    if (rc_url_host(url).len == 0) return rc_fail(RC_REJECT, "a URL names no host");
    return RC_OK;
}

static rc_status perform(struct rc_http *http, const struct rc_http_request *request,
                         struct transfer *transfer)
{
    AUTO_LIST struct curl_slist *headers = NULL;
    CURL *easy = http->easy;

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
        .stop = request->stop,
        .keep = request->keep,
        .keep_self = request->keep_self,
    };
    const int64_t from_ms = rc_clock_mono_ms();

    rc_buf_clear(answer->body);
    RC_TRY(check_url(rc_str_of(request->url)));
    RC_TRY(perform(http, request, &transfer));
    *answer = transfer.answer;
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
