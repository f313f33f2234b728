/* pickup.requested: a look into the folder where a source's zips are exported (0016_sftp). A look
 * is taken like a lane's task, by compare-and-set under a lease; whatever it runs into, the message
 * is done, and the row says in words what is wrong and when the next look is due. A zip is taken
 * when two looks, settle_ms apart, saw it the same, and once. */
#include "pickup.h"

#include "fetcher_sql.h"
#include "rollcall/base/clock.h"
#include "rollcall/base/id.h"
#include "rollcall/base/log.h"
#include "rollcall/format/json.h"
#include "rollcall/port/guard.h"
#include "rollcall/worker/keyring.h"

enum { SOON_MS = 1000 };

static const char *number(struct pickup *pickup, int64_t value)
{
    return rc_str_print(pickup->env->arena, "%lld", (long long)value).data;
}

void pickup_file_values(const struct pickup *pickup, const char *values[PICKUP_FILE_VALUES])
{
    const struct rc_pickup_file *file = &pickup->found.file;
    struct rc_arena *arena = pickup->env->arena;

    values[0] = pickup->source;
    values[1] = file->name;
    values[2] = file->name ? rc_str_print(arena, "%lld", (long long)file->bytes).data : NULL;
    values[3] = file->name ? rc_str_print(arena, "%lld", (long long)file->mtime).data : NULL;
}

/* A transaction of one statement. */
static rc_status change(struct pickup *pickup, const char *sql, size_t count,
                        const char *const *values, int64_t *ret_touched)
{
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(pickup->env->db, pickup->district, &tx));
    RC_TRY(rc_db_change(tx, sql, count, values, ret_touched));
    return rc_db_commit(tx);
}

/* ---- taking the look ---- */

static rc_status read_request(struct pickup *pickup, const struct rc_message *in)
{
    const struct rc_json_limits limits = {.max_bytes = 65536};
    struct rc_stage_env *env = pickup->env;
    const struct rc_json *root = NULL;
    struct rc_str source = {0};

    RC_TRY(rc_context(rc_json_parse(in->payload, &limits, env->arena, &root), "pickup.requested"));
    RC_TRY(rc_json_need_text(root, "source", &source));
    if (!rc_id_valid(source) || env->envelope.district.len == 0)
        return rc_fail(RC_REJECT, "pickup.requested must name a district and a source");
    pickup->district = rc_str_copy(env->arena, env->envelope.district).data;
    pickup->source = rc_str_copy(env->arena, source).data;
    return RC_OK;
}

/* Renews the lease while a transfer runs. */
static bool keep(void *self)
{
    struct pickup *pickup = self;
    const char *const values[] = {pickup->source, pickup->take,
                                  number(pickup, pickup->fetcher->options->lease_ms)};
    const int64_t now_ms = rc_clock_mono_ms();
    int64_t touched = 0;

    if (now_ms - pickup->kept_ms < pickup->fetcher->options->lease_ms / 3) return true;
    pickup->kept_ms = now_ms;
    pickup->lost = change(pickup, sql_pickup_keep, COUNT_OF(values), values, &touched) ==
                   RC_NOT_FOUND;
    return !pickup->lost;
}

static const char *text_at(struct pickup *pickup, const struct rc_rows *rows, int column)
{
    if (rc_rows_null(rows, 0, column)) return NULL;
    return rc_str_copy(pickup->env->arena, rc_rows_text(rows, 0, column)).data;
}

/* Empty: there is none, or none that opens. */
static rc_status open_secret(struct pickup *pickup, const struct rc_rows *rows, int column,
                             const char *name, struct rc_str *ret_value)
{
    struct rc_stage_env *env = pickup->env;
    const char *field = rc_str_print(env->arena, "credential:%s", name).data;
    const struct rc_str sealed = rc_rows_bytes(rows, 0, column, env->arena);

    *ret_value = (struct rc_str){0};
    if (sealed.len == 0) return RC_OK;
    const rc_status status = rc_keyring_open(env->keys, env->db, pickup->district, field, sealed,
                                             env->arena, ret_value);
    if (status != RC_REJECT) return status;
    rc_log_error("credential.unreadable", "%s", rc_error_text());
    return RC_OK;
}

static const char *refuse(const void *self, struct rc_str host, const struct sockaddr *address)
{
    return rc_guard_refusal(self, host, address);
}

/* Without a credential sftp stays NULL. */
static rc_status open_host(struct pickup *pickup, const struct rc_rows *rows)
{
    const struct fetcher_options *options = pickup->fetcher->options;
    const bool by_key = rc_str_eq(rc_rows_text(rows, 0, 3), RC_STR("key"));
    struct rc_str secret = {0};
    struct rc_str passphrase = {0};

    RC_TRY(open_secret(pickup, rows, 10, by_key ? "sftp_key" : "sftp_password", &secret));
    if (by_key) RC_TRY(open_secret(pickup, rows, 11, "sftp_passphrase", &passphrase));
    if (secret.len == 0) return RC_OK;
    const struct rc_sftp_host host = {.host = pickup->at.host,
                                      .host_keys = pickup->at.host_keys,
                                      .user = pickup->at.user,
                                      .private_key = by_key ? secret : (struct rc_str){0},
                                      .passphrase = passphrase.len > 0 ? passphrase.data : NULL,
                                      .password = by_key ? NULL : secret.data,
                                      .connect_timeout_ms = options->connect_timeout_ms,
                                      .stall_ms = options->stall_ms,
                                      .timeout_ms = options->pickup_timeout_ms,
                                      .refuse = refuse,
                                      .refuse_self = pickup->fetcher->guard,
                                      .stop = rc_process_abandoned(pickup->env->process),
                                      .keep = keep,
                                      .keep_self = pickup};
    const rc_status status = rc_sftp_open(&host, &pickup->sftp);
    return status == RC_REJECT ? RC_OK : status; /* what `rollcall sftp set` never stores */
}

static rc_status take_look(struct pickup *pickup)
{
    const char *const values[] = {pickup->source,
                                  number(pickup, pickup->fetcher->options->lease_ms)};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    RC_TRY(rc_db_tx(pickup->env->db, pickup->district, &tx));
    const rc_status taken = rc_db_one(tx, sql_pickup_take, COUNT_OF(values), values, &rows);
    if (taken == RC_NOT_FOUND) RC_TRY(rc_db_commit(tx)); /* it may have put the look off */
    RC_TRY(taken);
    pickup->take = text_at(pickup, rows, 0);
    pickup->at = (struct rc_pickup){.host = text_at(pickup, rows, 1),
                                    .user = text_at(pickup, rows, 2),
                                    .host_keys = text_at(pickup, rows, 4),
                                    .folder = text_at(pickup, rows, 5),
                                    .pattern = text_at(pickup, rows, 6),
                                    .archive = text_at(pickup, rows, 7)};
    pickup->every_ms = rc_rows_int(rows, 0, 8);
    pickup->settle_ms = rc_rows_int(rows, 0, 9);
    pickup->kept_ms = rc_clock_mono_ms();
    RC_TRY(open_host(pickup, rows));
    return rc_db_commit(tx);
}

/* ---- judging ---- */

static void set_trouble(struct pickup *pickup, enum rc_pickup_trouble trouble, const char *detail)
{
    pickup->found.trouble = trouble;
    pickup->found.words = rc_pickup_words(trouble, &pickup->at, detail, pickup->env->arena);
}

static rc_status note_seen(struct pickup *pickup)
{
    const char *file[PICKUP_FILE_VALUES];

    pickup_file_values(pickup, file);
    const char *const values[] = {file[0], pickup->take, file[1], file[2], file[3]};
    return change(pickup, sql_pickup_seen, COUNT_OF(values), values, NULL);
}

/* A row of sql_pickup_known. */
struct known {
    struct rc_str outcome; /* empty: it was not taken yet */
    const char *words;
    bool archived, later_taken, settled, moved, stale, any;
};

static rc_status ask_known(struct pickup *pickup, struct known *ret_known)
{
    const char *values[PICKUP_FILE_VALUES];
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;
    RC_AUTO_TX struct rc_db *tx = NULL;

    pickup_file_values(pickup, values);
    RC_TRY(rc_db_tx(pickup->env->db, pickup->district, &tx));
    RC_TRY(rc_db_one(tx, sql_pickup_known, COUNT_OF(values), values, &rows));
    *ret_known = (struct known){
        .outcome = rc_str_copy(pickup->env->arena, rc_rows_text(rows, 0, 0)),
        .words = text_at(pickup, rows, 1),
        .archived = !rc_rows_null(rows, 0, 2),
        .later_taken = rc_rows_bool(rows, 0, 3),
        .settled = rc_rows_bool(rows, 0, 4),
        .moved = rc_rows_bool(rows, 0, 5),
        .stale = rc_rows_bool(rows, 0, 6),
        .any = rc_rows_bool(rows, 0, 7),
    };
    return rc_db_commit(tx);
}

/* It was seen for the first time, or not for long enough. */
static void look_soon(struct pickup *pickup)
{
    if (pickup->settle_ms < pickup->every_ms) pickup->every_ms = pickup->settle_ms;
}

static rc_status judge_new(struct pickup *pickup, const struct known *known)
{
    RC_TRY(note_seen(pickup));
    if (pickup->found.file.bytes > pickup->fetcher->options->uploads.zip.max_bytes)
        set_trouble(pickup, RC_PICKUP_TOO_LARGE, "");
    else if (known->moved || pickup->found.file.bytes == 0)
        set_trouble(pickup, RC_PICKUP_GROWING, "");
    else if (known->settled)
        return pickup_take_zip(pickup);
    if (pickup->found.trouble != RC_PICKUP_TOO_LARGE) look_soon(pickup);
    return RC_OK;
}

static rc_status judge_taken(struct pickup *pickup, const struct known *known)
{
    if (rc_str_eq(known->outcome, RC_STR("refused"))) {
        set_trouble(pickup, RC_PICKUP_REFUSED, known->words);
        return RC_OK;
    }
    if (!known->archived && known->outcome.len > 0) RC_TRY(pickup_archive(pickup));
    if (pickup->found.trouble == RC_PICKUP_FINE && known->stale)
        set_trouble(pickup, RC_PICKUP_OLD, "");
    return RC_OK;
}

static rc_status judge(struct pickup *pickup)
{
    struct known known;

    RC_TRY(ask_known(pickup, &known));
    if (pickup->found.file.name && known.outcome.len == 0 && !known.later_taken)
        return judge_new(pickup, &known);
    if (!pickup->found.file.name && (!known.any || known.stale)) {
        set_trouble(pickup, RC_PICKUP_NO_FILE, "");
        return RC_OK;
    }
    return judge_taken(pickup, &known);
}

static rc_status look(struct pickup *pickup)
{
    if (!pickup->sftp) {
        set_trouble(pickup, RC_PICKUP_CREDENTIALS, "");
        return RC_OK;
    }
    rc_pickup_look(pickup->sftp, &pickup->at, pickup->env->arena, &pickup->found);
    return pickup->found.trouble == RC_PICKUP_FINE ? judge(pickup) : RC_OK;
}

/* ---- the end ---- */

static void tell(const struct pickup *pickup, const char *trouble)
{
    const char *label =
        rc_str_print(pickup->env->arena, "outcome=\"%s\"", trouble ? trouble : "fine").data;

    rc_metric_add("rollcall_pickup_looks_total", label, 1);
    if (trouble)
        rc_log_warn("pickup.trouble", "%s: %s", trouble, pickup->found.words.data);
    else
        rc_log_debug("pickup.looked", "nothing is wrong");
}

static rc_status end_look(struct pickup *pickup)
{
    const enum rc_pickup_trouble trouble = pickup->found.trouble;
    const char *name = rc_pickup_trouble_name(trouble);
    const int64_t wait_ms = pickup->every_ms > SOON_MS ? pickup->every_ms : SOON_MS;
    const char *const values[] = {pickup->source,
                                  pickup->take,
                                  name,
                                  name ? pickup->found.words.data : NULL,
                                  number(pickup, rc_pickup_trouble_looks(trouble)),
                                  number(pickup, wait_ms)};
    RC_AUTO_TX struct rc_db *tx = NULL;

    tell(pickup, name);
    RC_TRY(rc_db_tx(pickup->env->db, pickup->district, &tx));
    RC_TRY(rc_db_run(tx, sql_pickup_end, COUNT_OF(values), values, NULL));
    return rc_db_commit(tx);
}

/* Stopped, or something of ours is away: whoever comes next may look at once. */
static void release(struct pickup *pickup)
{
    const char *const values[] = {pickup->source, pickup->take};

    rc_ignore(change(pickup, sql_pickup_release, COUNT_OF(values), values, NULL));
}

/* Ends whatever the look came to. */
static rc_status finish(struct pickup *pickup, rc_status status)
{
    if (status == RC_NOT_FOUND || pickup->lost) {
        rc_log_debug("pickup.taken-over", "the lease ran out and another fetcher looks");
        return RC_OK;
    }
    if (status == RC_OK && pickup->found.trouble != RC_PICKUP_STOPPED) return end_look(pickup);
    if (status == RC_OK) status = rc_fail(RC_RETRY, "the fetcher is being stopped");
    if (status == RC_RETRY) release(pickup);
    return status;
}

/* Of a process. A zip may be on its way for minutes, and lanes must not wait behind zips. */
static int looks_in_hand;

static rc_status look_and_finish(struct pickup *pickup)
{
    const rc_status taken = take_look(pickup);

    if (taken == RC_NOT_FOUND) {
        rc_log_debug("pickup.not-taken", "old news, leased, not due, or over");
        return RC_OK;
    }
    const rc_status status = taken == RC_OK ? look(pickup) : taken;
    rc_sftp_free(pickup->sftp);
    return taken == RC_OK ? finish(pickup, status) : taken;
}

rc_status fetcher_pickup(void *self, struct rc_stage_env *env, const struct rc_message *in)
{
    struct pickup *pickup = rc_arena_alloc(env->arena, sizeof *pickup);
    const int64_t most = (rc_process_options(env->process)->parallel + 1) / 2;
    rc_status status = RC_OK;

    *pickup = (struct pickup){.fetcher = self, .env = env};
    RC_TRY(read_request(pickup, in));
    if (__atomic_add_fetch(&looks_in_hand, 1, __ATOMIC_RELAXED) <= most)
        status = look_and_finish(pickup);
    else
        rc_log_debug("pickup.later", "enough zips are on their way: the sweep asks again");
    __atomic_sub_fetch(&looks_in_hand, 1, __ATOMIC_RELAXED);
    return status;
}
