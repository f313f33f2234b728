/* Health and readiness of the process, told to whoever supervises it. The admin server's thread
 * reads what all others write, so everything here is behind one mutex. */
#include "health.h"

#include <stdio.h>
#include <string.h>

#include "rollcall/base/clock.h"
#include "rollcall/format/json.h"
#include "rollcall/worker/expiring.h"
#include "rollcall/worker/process.h"

#include "metrics.h"
#include "signals.h"
#include "usage.h"

void health_init(struct health *health, const volatile int *stopping)
{
    memset(health, 0, sizeof *health);
    pthread_mutex_init(&health->mutex, NULL);
    health->stopping = stopping;
}

void health_done(struct health *health)
{
    pthread_mutex_destroy(&health->mutex);
}

void health_watch(struct health *health, const struct rc_option *const *tables, const void *config)
{
    health->tables = tables;
    health->config = config;
}

static struct health_part *find_part(struct health *health, const char *name)
{
    for (size_t i = 0; i < health->count; i++)
        if (strcmp(health->parts[i].name, name) == 0) return &health->parts[i];
    if (health->count == HEALTH_PARTS_MAX) return NULL;
    struct health_part *part = &health->parts[health->count++];
    snprintf(part->name, sizeof part->name, "%s", name);
    return part;
}

bool health_set(struct health *health, const char *name, const char *why)
{
    bool changed = false;

    pthread_mutex_lock(&health->mutex);
    struct health_part *part = find_part(health, name);
    if (part) {
        changed = part->waits != (why != NULL);
        part->waits = why != NULL;
        snprintf(part->why, sizeof part->why, "%s", why ? why : "");
    }
    pthread_mutex_unlock(&health->mutex);
    return changed;
}

void health_beat(struct health *health, int64_t grace_ms)
{
    pthread_mutex_lock(&health->mutex);
    health->alive_until_ms = rc_clock_mono_ms() + grace_ms;
    pthread_mutex_unlock(&health->mutex);
}

bool health_print_alive(struct health *health, struct rc_buf *out)
{
    pthread_mutex_lock(&health->mutex);
    const int64_t until_ms = health->alive_until_ms;
    pthread_mutex_unlock(&health->mutex);
    const bool alive = until_ms == 0 || rc_clock_mono_ms() <= until_ms;
    rc_buf_print(out, "{\"alive\":%s}\n", alive ? "true" : "false");
    return alive;
}

bool health_print_started(struct health *health, struct rc_buf *out)
{
    pthread_mutex_lock(&health->mutex);
    const bool started = health->alive_until_ms != 0;
    pthread_mutex_unlock(&health->mutex);
    rc_buf_print(out, "{\"started\":%s}\n", started ? "true" : "false");
    return started;
}

static bool print_parts(const struct health *health, struct rc_json_out *json)
{
    bool ready = true;

    rc_json_open(json, "parts", '{');
    for (size_t i = 0; i < health->count; i++) {
        const struct health_part *part = &health->parts[i];
        rc_json_put_text(json, part->name, rc_str_of(part->waits ? part->why : "ready"));
        ready = ready && !part->waits;
    }
    rc_json_close(json, '}');
    return ready;
}

bool health_print_ready(struct health *health, struct rc_buf *out)
{
    struct rc_json_out json = {.buf = out};
    const bool draining = flag_read(health->stopping);

    rc_json_open(&json, NULL, '{');
    pthread_mutex_lock(&health->mutex);
    const bool started = health->alive_until_ms != 0;
    const bool ready = print_parts(health, &json) && started && !draining;
    pthread_mutex_unlock(&health->mutex);
    rc_json_put_bool(&json, "started", started);
    rc_json_put_bool(&json, "draining", draining);
    rc_json_put_bool(&json, "ready", ready);
    rc_json_close(&json, '}');
    rc_buf_add_char(out, '\n');
    return ready;
}

static void answer_alive(void *self, struct rc_httpd_reply *reply)
{
    reply->code = health_print_alive(self, reply->body) ? 200 : 503;
}

static void answer_ready(void *self, struct rc_httpd_reply *reply)
{
    reply->code = health_print_ready(self, reply->body) ? 200 : 503;
}

/* Started: the main loop has begun. Before that an orchestrator should wait, not restart. */
static void answer_started(void *self, struct rc_httpd_reply *reply)
{
    reply->code = health_print_started(self, reply->body) ? 200 : 503;
}

static void answer_metrics(void *self, struct rc_httpd_reply *reply)
{
    struct health *health = self;
    RC_AUTO_BUF struct rc_buf unread = {0};

    usage_tell();
    if (health->tables) rc_expiring_tell(health->tables, health->config);
    rc_metric_set("rollcall_ready", NULL, health_print_ready(health, &unread) ? 1 : 0);
    reply->type = "text/plain; version=0.0.4; charset=utf-8";
    metrics_print(reply->body);
}

const struct rc_httpd_route health_routes[] = {
    {"/healthz", answer_alive},
    {"/readyz", answer_ready},
    {"/startupz", answer_started},
    {"/metrics", answer_metrics},
    {NULL, NULL},
};
