/* Redis for one thread: every command is one argument vector, so that no byte of a key or value is
 * ever read as syntax, and every failure drops the connection or leaves it as it was; the next call
 * connects again. */
#include "rollcall/port/kv.h"

#include "rollcall/base/buf.h"
#include "rollcall/port/http.h"

#include <hiredis/hiredis.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#define ARGS_MAX           24
#define DEFAULT_PORT       6379
#define DEFAULT_TIMEOUT_MS 2000
#define INT_TEXT           24

struct rc_kv {
    char *host;
    char *user;
    char *password;
    int port;
    int db;
    int64_t timeout_ms;
    redisContext *redis; /* NULL: not connected */
};

/* Errors that time or an operator mends while we wait, by their first word. The others are our own
 * mistake or our option's. */
static const char *const passing[] = {
    "LOADING",
    "READONLY",
    "OOM",
    "MASTERDOWN",
    "BUSY",
    "MISCONF",
    "CLUSTERDOWN",
    "NOREPLICAS",
    "TRYAGAIN",
    "UNBLOCKED",
    "ERR max number of clients",
};

/* ---- the url ---- */

static char *copy_view(struct rc_str text)
{
    char *copy = rc_malloc(text.len + 1);

    if (text.len > 0) memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    return copy;
}

/* A password may hold any byte, so it stands there percent-encoded. */
static char *copy_decoded(struct rc_str text)
{
    char *copy = copy_view(text);

    copy[rc_url_decode(copy, text.len)] = '\0';
    return copy;
}

static void take_login(struct rc_kv *kv, struct rc_str login)
{
    const struct rc_str user = rc_str_cut(&login, ':');

    if (user.len > 0 && login.data) kv->user = copy_decoded(user);
    kv->password = copy_decoded(login.data ? login : user);
}

static rc_status take_number(struct rc_str text, int64_t max, int *ret_number)
{
    int64_t number = 0;

    if (text.len == 0) return RC_OK;
    RC_TRY(rc_str_int(text, 0, max, &number));
    *ret_number = (int)number;
    return RC_OK;
}

/* host, host:port or [::1]:port */
static rc_status take_host(struct rc_kv *kv, struct rc_str place)
{
    const bool bracket = rc_str_starts(place, RC_STR("["));
    struct rc_str rest = place;
    struct rc_str host = rc_str_cut(&rest, bracket ? ']' : ':');

    if (bracket) {
        host = (struct rc_str){host.data + 1, host.len - 1};
        if (rc_str_starts(rest, RC_STR(":"))) rest = (struct rc_str){rest.data + 1, rest.len - 1};
    }
    if (host.len == 0) return rc_fail(RC_REJECT, "no host");
    kv->host = copy_view(host);
    return take_number(rest, 65535, &kv->port);
}

static rc_status parse_url(struct rc_kv *kv, struct rc_str url)
{
    const struct rc_str scheme = RC_STR("redis://");

    if (!rc_str_starts(url, scheme)) return rc_fail(RC_REJECT, "it does not begin with redis://");
    struct rc_str db = {url.data + scheme.len, url.len - scheme.len};
    struct rc_str place = rc_str_cut(&db, '/');
    const char *at = NULL;
    for (size_t i = 0; i < place.len; i++) {
        if (place.data[i] == '@') at = place.data + i;
    }
    if (at) {
        const size_t len = (size_t)(at - place.data);
        take_login(kv, (struct rc_str){place.data, len});
        place = (struct rc_str){at + 1, place.len - len - 1};
    }
    RC_TRY(take_host(kv, place));
    return take_number(db, 1000000, &kv->db);
}

rc_status rc_kv_open(const char *url, int64_t timeout_ms, struct rc_kv **ret_kv)
{
    RC_AUTO(rc_kv) struct rc_kv *kv = rc_malloc(sizeof *kv);

    *kv = (struct rc_kv){
        .port = DEFAULT_PORT,
        .timeout_ms = timeout_ms > 0 ? timeout_ms : DEFAULT_TIMEOUT_MS,
    };
    const rc_status status = parse_url(kv, rc_str_of(url));
    if (status != RC_OK)
        return rc_context(status, "redis.url is not redis://[user:password@]host[:port][/db]");
    *ret_kv = rc_kv_take(&kv);
    return RC_OK;
}

static void drop(struct rc_kv *kv)
{
    if (kv->redis) redisFree(kv->redis);
    kv->redis = NULL;
}

void rc_kv_free(struct rc_kv *kv)
{
    if (!kv) return;
    drop(kv);
    free(kv->host);
    free(kv->user);
    free(kv->password);
    free(kv);
}

/* ---- one command ---- */

/* A command in the making: its words in order. */
struct command {
    const char *words[ARGS_MAX];
    size_t sizes[ARGS_MAX];
    int count;
};

static void add(struct command *command, struct rc_str word)
{
    command->words[command->count] = word.data ? word.data : "";
    command->sizes[command->count] = word.len;
    command->count++;
}

static void add_text(struct command *command, const char *word)
{
    add(command, rc_str_of(word));
}

static struct rc_str print_int(char out[INT_TEXT], int64_t value)
{
    const int len = snprintf(out, INT_TEXT, "%" PRId64, value);

    return (struct rc_str){out, (size_t)len};
}

static void reply_free_at(redisReply **reply)
{
    if (*reply) freeReplyObject(*reply);
}
#define AUTO_REPLY __attribute__((cleanup(reply_free_at)))

static bool passes(const char *error)
{
    for (size_t i = 0; i < COUNT_OF(passing); i++) {
        if (strncmp(error, passing[i], strlen(passing[i])) == 0) return true;
    }
    return false;
}

static rc_status judge_error(const struct rc_kv *kv, const char *error)
{
    if (passes(error)) {
        rc_ignore(rc_fail(RC_RETRY, "Redis at %s:%d: %s", kv->host, kv->port, error));
        return RC_RETRY;
    }
    rc_ignore(rc_fail(RC_FATAL, "Redis at %s:%d does not take our command: %s", kv->host, kv->port,
                      error));
    return RC_FATAL;
}

/* Sends on a connection that is there and reads the answer. */
static rc_status exchange(struct rc_kv *kv, struct command *command, redisReply **ret_reply)
{
    redisReply *reply = redisCommandArgv(kv->redis, command->count, command->words, command->sizes);

    if (!reply) {
        rc_ignore(rc_fail(RC_RETRY, "Redis at %s:%d: %s", kv->host, kv->port, kv->redis->errstr));
        drop(kv);
        return RC_RETRY;
    }
    if (reply->type == REDIS_REPLY_ERROR) {
        const rc_status status = judge_error(kv, reply->str);
        freeReplyObject(reply);
        return status;
    }
    *ret_reply = reply;
    return RC_OK;
}

static rc_status exchange_plain(struct rc_kv *kv, struct command *command)
{
    AUTO_REPLY redisReply *reply = NULL;

    return exchange(kv, command, &reply);
}

/* Who we are and which database: what every new connection says first. */
static rc_status greet(struct rc_kv *kv)
{
    char number[INT_TEXT];
    struct command login = {.count = 0};
    struct command choice = {.count = 0};

    if (kv->password) {
        add_text(&login, "AUTH");
        if (kv->user) add_text(&login, kv->user);
        add_text(&login, kv->password);
        RC_TRY(exchange_plain(kv, &login));
    }
    if (kv->db == 0) return RC_OK;
    add_text(&choice, "SELECT");
    add(&choice, print_int(number, kv->db));
    return exchange_plain(kv, &choice);
}

static rc_status need(struct rc_kv *kv)
{
    const struct timeval timeout = {
        .tv_sec = (time_t)(kv->timeout_ms / 1000),
        .tv_usec = (suseconds_t)(kv->timeout_ms % 1000 * 1000),
    };

    if (kv->redis) return RC_OK;
    kv->redis = redisConnectWithTimeout(kv->host, kv->port, timeout);
    if (!kv->redis) return rc_fail(RC_RETRY, "no memory for a connection to Redis");
    if (kv->redis->err) {
        const rc_status status = rc_fail(RC_RETRY, "Redis at %s:%d cannot be reached: %s", kv->host,
                                         kv->port, kv->redis->errstr);
        drop(kv);
        return status;
    }
    redisSetTimeout(kv->redis, timeout);
    redisEnableKeepAlive(kv->redis);
    const rc_status status = greet(kv);
    if (status != RC_OK) drop(kv);
    return status;
}

static rc_status run(struct rc_kv *kv, struct command *command, redisReply **ret_reply)
{
    RC_TRY(need(kv));
    return exchange(kv, command, ret_reply);
}

static rc_status unexpected(const char *what, const redisReply *reply)
{
    return rc_fail(RC_FATAL, "Redis answered %s with a reply of type %d", what, reply->type);
}

/* Runs a command whose answer is one integer. */
static rc_status run_int(struct rc_kv *kv, struct command *command, int64_t *ret_value)
{
    AUTO_REPLY redisReply *reply = NULL;

    RC_TRY(run(kv, command, &reply));
    if (reply->type != REDIS_REPLY_INTEGER) return unexpected(command->words[0], reply);
    *ret_value = reply->integer;
    return RC_OK;
}

/* ---- values ---- */

rc_status rc_kv_ping(struct rc_kv *kv)
{
    AUTO_REPLY redisReply *reply = NULL;
    struct command command = {.count = 0};

    add_text(&command, "PING");
    return run(kv, &command, &reply);
}

rc_status rc_kv_info(struct rc_kv *kv, struct rc_arena *arena, struct rc_str *ret_text)
{
    AUTO_REPLY redisReply *reply = NULL;
    struct command command = {.count = 0};

    add_text(&command, "INFO");
    RC_TRY(run(kv, &command, &reply));
    if (reply->type != REDIS_REPLY_STRING) return unexpected("INFO", reply);
    *ret_text = (struct rc_str){rc_arena_copy(arena, reply->str, reply->len), reply->len};
    return RC_OK;
}

rc_status rc_kv_time(struct rc_kv *kv, int64_t *ret_ms)
{
    AUTO_REPLY redisReply *reply = NULL;
    struct command command = {.count = 0};

    add_text(&command, "TIME");
    RC_TRY(run(kv, &command, &reply));
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 2) return unexpected("TIME", reply);
    *ret_ms = strtoll(reply->element[0]->str, NULL, 10) * 1000 +
              strtoll(reply->element[1]->str, NULL, 10) / 1000;
    return RC_OK;
}

rc_status rc_kv_get(struct rc_kv *kv, struct rc_str key, struct rc_arena *arena,
                    struct rc_str *ret_value)
{
    AUTO_REPLY redisReply *reply = NULL;
    struct command command = {.count = 0};

    add_text(&command, "GET");
    add(&command, key);
    RC_TRY(run(kv, &command, &reply));
    if (reply->type == REDIS_REPLY_NIL) return RC_NOT_FOUND;
    if (reply->type != REDIS_REPLY_STRING) return unexpected("GET", reply);
    *ret_value = (struct rc_str){rc_arena_copy(arena, reply->str, reply->len), reply->len};
    return RC_OK;
}

rc_status rc_kv_set(struct rc_kv *kv, struct rc_str key, struct rc_str value, int64_t ttl_ms)
{
    AUTO_REPLY redisReply *reply = NULL;
    struct command command = {.count = 0};
    char ttl[INT_TEXT];

    add_text(&command, "SET");
    add(&command, key);
    add(&command, value);
    if (ttl_ms > 0) {
        add_text(&command, "PX");
        add(&command, print_int(ttl, ttl_ms));
    }
    return run(kv, &command, &reply);
}

rc_status rc_kv_delete(struct rc_kv *kv, struct rc_str key)
{
    struct command command = {.count = 0};
    int64_t deleted = 0;

    add_text(&command, "DEL");
    add(&command, key);
    return run_int(kv, &command, &deleted);
}

/* ---- locks ---- */

rc_status rc_kv_lock(struct rc_kv *kv, struct rc_str key, struct rc_str owner, int64_t ttl_ms)
{
    AUTO_REPLY redisReply *reply = NULL;
    struct command command = {.count = 0};
    char ttl[INT_TEXT];

    add_text(&command, "SET");
    add(&command, key);
    add(&command, owner);
    add_text(&command, "NX");
    add_text(&command, "PX");
    add(&command, print_int(ttl, ttl_ms));
    RC_TRY(run(kv, &command, &reply));
    return reply->type == REDIS_REPLY_NIL ? RC_NOT_FOUND : RC_OK;
}

/* Runs a script over one key; 0 is its word for "not yours". */
static rc_status run_script(struct rc_kv *kv, const char *script, struct rc_str key,
                            struct rc_str owner, struct rc_str ttl)
{
    struct command command = {.count = 0};
    int64_t done = 0;

    add_text(&command, "EVAL");
    add_text(&command, script);
    add_text(&command, "1");
    add(&command, key);
    add(&command, owner);
    add(&command, ttl);
    RC_TRY(run_int(kv, &command, &done));
    return done == 0 ? RC_NOT_FOUND : RC_OK;
}

rc_status rc_kv_renew(struct rc_kv *kv, struct rc_str key, struct rc_str owner, int64_t ttl_ms)
{
    char ttl[INT_TEXT];

    return run_script(kv,
                      "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end "
                      "return redis.call('PEXPIRE', KEYS[1], ARGV[2])",
                      key, owner, print_int(ttl, ttl_ms));
}

rc_status rc_kv_unlock(struct rc_kv *kv, struct rc_str key, struct rc_str owner)
{
    return run_script(kv,
                      "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end "
                      "return redis.call('DEL', KEYS[1])",
                      key, owner, (struct rc_str){NULL, 0});
}

/* ---- counters ---- */

rc_status rc_kv_count(struct rc_kv *kv, struct rc_str key, struct rc_str field, int64_t by,
                      int64_t ttl_ms, int64_t *ret_value)
{
    struct command command = {.count = 0};
    char step[INT_TEXT];
    char ttl[INT_TEXT];

    /* One script: a counter that lost its expiry to a crash in between would stay for ever. */
    add_text(&command, "EVAL");
    add_text(&command,
             "local value = redis.call('HINCRBY', KEYS[1], ARGV[1], ARGV[2]) "
             "if ARGV[3] ~= '0' then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end "
             "return value");
    add_text(&command, "1");
    add(&command, key);
    add(&command, field);
    add(&command, print_int(step, by));
    add(&command, print_int(ttl, ttl_ms > 0 ? ttl_ms : 0));
    return run_int(kv, &command, ret_value);
}

/* ---- scripts ---- */

static rc_status read_ints(const redisReply *reply, int64_t *ret_values, size_t count)
{
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != count)
        return unexpected("EVAL", reply);
    for (size_t i = 0; i < count; i++)
        if (reply->element[i]->type != REDIS_REPLY_INTEGER)
            return unexpected("EVAL", reply->element[i]);
    for (size_t i = 0; i < count; i++)
        ret_values[i] = reply->element[i]->integer;
    return RC_OK;
}

rc_status rc_kv_script(struct rc_kv *kv, const struct rc_kv_script *script, int64_t *ret_values,
                       size_t count)
{
    AUTO_REPLY redisReply *reply = NULL;
    struct command command = {.count = 0};
    char keys[INT_TEXT];

    if (script->key_count + script->arg_count + 3 > ARGS_MAX)
        return rc_fail(RC_FATAL, "a script for Redis has too many words");
    add_text(&command, "EVAL");
    add_text(&command, script->text);
    add(&command, print_int(keys, (int64_t)script->key_count));
    for (size_t i = 0; i < script->key_count; i++)
        add(&command, script->keys[i]);
    for (size_t i = 0; i < script->arg_count; i++)
        add(&command, script->args[i]);
    RC_TRY(run(kv, &command, &reply));
    return read_ints(reply, ret_values, count);
}

#define VERSION_TEXT2(a, b, c) #a "." #b "." #c
#define VERSION_TEXT(a, b, c)  VERSION_TEXT2(a, b, c)

const char *rc_kv_version(void)
{
    return VERSION_TEXT(HIREDIS_MAJOR, HIREDIS_MINOR, HIREDIS_PATCH);
}
