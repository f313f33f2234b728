/* What lies in a pick-up's folder. One row per trouble; whoever decides by trouble looks there. */
#include "rollcall/intake/pickup.h"

#include "rollcall/base/clock.h"
#include "rollcall/port/sftp_listing.h"

#include <string.h>
#include <time.h>

enum {
    LISTING_BYTES = 8 * 1024 * 1024, /* some 100,000 files */
    SEEN_MAX = 16,                   /* of the newest by the listing, looked at closely */
    STAMP_MAX = 20,
};

/* ---- troubles ---- */

/* words: %1$s the host, %2$s the folder, %3$s the pattern; then the detail in brackets. */
static const struct {
    const char *name;
    int looks;
    const char *words;
} troubles[] = {
    [RC_PICKUP_FINE] = {NULL, 0, ""},
    [RC_PICKUP_UNREACHABLE] = {"unreachable", 3,
                               "%1$s could not be reached: check the host and its port, and that "
                               "its firewall lets us in"},
    [RC_PICKUP_INWARD] =
        {"inward", 1,
         "%1$s is an address that sources may not lead to: give its public one, or "
         "ask the operator to allow it"},
    [RC_PICKUP_HOST_KEY] =
        {"host-key", 1,
         "%1$s shows another host key than the pinned one, so nothing was sent to it: ask its "
         "administrator whether it was changed, then `rollcall sftp set --host-key`"},
    [RC_PICKUP_LOGIN] = {"login", 1,
                         "%1$s refused the login: check the user, and that the key (ed25519 or "
                         "ecdsa) or password stored here is the one it knows"},
    [RC_PICKUP_CREDENTIALS] = {"credentials", 1,
                               "there is no key and no password for %1$s that can be opened: store "
                               "it with `rollcall sftp set`"},
    [RC_PICKUP_FOLDER] = {"folder", 1,
                          "the folder %2$s on %1$s does not exist or may not be read: check its "
                          "path, and the user's rights"},
    [RC_PICKUP_UNREADABLE] = {"unreadable", 2,
                              "what lies in %2$s on %1$s could not be read: check the user's "
                              "rights"},
    [RC_PICKUP_NO_FILE] = {"no-file", 1,
                           "no file in %2$s on %1$s fits %3$s: check the pattern, and that the SIS "
                           "exports there"},
    [RC_PICKUP_OLD] = {"old", 1,
                       "no new zip came into %2$s on %1$s for too long: check that the SIS's "
                       "export still runs"},
    [RC_PICKUP_GROWING] = {"growing", 10,
                           "the newest zip in %2$s on %1$s is empty or changes all the time: check "
                           "that the SIS's export ends"},
    [RC_PICKUP_TOO_LARGE] = {"too-large", 1,
                             "the newest zip in %2$s on %1$s is larger than upload.max-bytes: "
                             "raise that option of the fetchers, or export less"},
    [RC_PICKUP_REFUSED] = {"refused", 1, "the newest zip in %2$s on %1$s is refused"},
    [RC_PICKUP_ARCHIVE] = {"archive", 1,
                           "a zip in %2$s on %1$s was taken but could not be moved to the archive "
                           "folder: let the user write there, or `rollcall sftp set --leave`"},
    [RC_PICKUP_LOCAL] = {"local", 1,
                         "a zip could not be kept while it was read: check the space in the "
                         "fetcher's /tmp"},
    [RC_PICKUP_STOPPED] = {NULL, 0, ""},
};
_Static_assert(COUNT_OF(troubles) == RC_PICKUP_TROUBLE_COUNT_, "a row for every trouble");

const char *rc_pickup_trouble_name(enum rc_pickup_trouble trouble)
{
    return troubles[trouble].name;
}

int rc_pickup_trouble_looks(enum rc_pickup_trouble trouble)
{
    return troubles[trouble].looks;
}

static const char *folder_of(const struct rc_pickup *pickup)
{
    return pickup->folder[0] ? pickup->folder : "the home folder";
}

/* Text with %1$s and so on replaced; formats are never built from what comes from outside. */
static void fill(const char *words, const struct rc_pickup *pickup, struct rc_buf *out)
{
    const char *const parts[] = {pickup->host, folder_of(pickup), pickup->pattern};

    for (const char *at = words; *at; at++) {
        if (at[0] != '%') {
            rc_buf_add_char(out, *at);
            continue;
        }
        rc_buf_add_str(out, rc_str_of(parts[at[1] - '1']));
        at += 3;
    }
}

struct rc_str rc_pickup_words(enum rc_pickup_trouble trouble, const struct rc_pickup *pickup,
                              const char *detail, struct rc_arena *arena)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    fill(troubles[trouble].words, pickup, &text);
    if (detail[0]) rc_buf_print(&text, " [%s]", detail);
    return rc_str_copy(arena, rc_buf_str(&text));
}

static void fail(struct rc_pickup_found *found, enum rc_pickup_trouble trouble,
                 const struct rc_pickup *pickup, const char *detail, struct rc_arena *arena)
{
    found->trouble = trouble;
    found->words = rc_pickup_words(trouble, pickup, detail, arena);
}

/* ---- what a server's refusal means ---- */

/* absent: what it means that there is no such thing, or that one may not. */
static void fail_call(struct rc_pickup_found *found, enum rc_sftp_outcome outcome,
                      enum rc_pickup_trouble absent, struct rc_sftp *sftp,
                      const struct rc_pickup *pickup, struct rc_arena *arena)
{
    const enum rc_pickup_trouble meanings[] = {
        [RC_SFTP_DONE] = RC_PICKUP_FINE,
        [RC_SFTP_UNREACHABLE] = RC_PICKUP_UNREACHABLE,
        [RC_SFTP_HOST_KEY] = RC_PICKUP_HOST_KEY,
        [RC_SFTP_LOGIN] = RC_PICKUP_LOGIN,
        [RC_SFTP_ABSENT] = absent,
        [RC_SFTP_FORBIDDEN] = absent,
        [RC_SFTP_TOO_LARGE] = RC_PICKUP_TOO_LARGE,
        [RC_SFTP_LOCAL] = RC_PICKUP_LOCAL,
        [RC_SFTP_INWARD] = RC_PICKUP_INWARD,
        [RC_SFTP_STOPPED] = RC_PICKUP_STOPPED,
    };
    const bool key = outcome == RC_SFTP_HOST_KEY;
    const char *detail = key ? rc_str_print(arena, "it shows %s", rc_sftp_seen_key(sftp)).data
                             : rc_error_text();

    _Static_assert(COUNT_OF(meanings) == RC_SFTP_OUTCOME_COUNT_, "a meaning for every outcome");
    fail(found, meanings[outcome], pickup, detail, arena);
}

/* ---- names ---- */

static char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* A star that went too far goes on one character further than before: no recursion, and no more
 * than pattern times name steps. */
bool rc_pickup_fits(const char *pattern, struct rc_str name)
{
    const char *star = NULL;
    size_t kept = 0;
    size_t at = 0;

    if (!rc_str_is_text(name)) return false;
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.data[i] < ' ' || name.data[i] == '/') return false;
    while (at < name.len) {
        if (*pattern == '*') {
            star = pattern++;
            kept = at;
        } else if (*pattern == '?' || (*pattern && folded(*pattern) == folded(name.data[at]))) {
            pattern++;
            at++;
        } else if (star) {
            pattern = star + 1;
            at = ++kept;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

static const char *path_of(const struct rc_pickup *pickup, const char *name, struct rc_arena *arena)
{
    const struct rc_str folder = rc_str_of(pickup->folder);
    const bool joined = folder.len == 0 || rc_str_ends(folder, RC_STR("/"));

    return rc_str_print(arena, "%s%s%s", pickup->folder, joined ? "" : "/", name).data;
}

/* ---- the listing ---- */

struct candidates {
    struct rc_sftp_entry entries[SEEN_MAX]; /* the newest by the listing's dates, newest first */
    size_t count, lines, unread;
};

static void put_in_order(struct candidates *all, const struct rc_sftp_entry *entry)
{
    size_t at = all->count < SEEN_MAX ? all->count++ : SEEN_MAX - 1;

    if (all->count == SEEN_MAX && at == SEEN_MAX - 1 && all->entries[at].name.data &&
        all->entries[at].moment >= entry->moment)
        return;
    for (; at > 0 && all->entries[at - 1].moment < entry->moment; at--)
        all->entries[at] = all->entries[at - 1];
    all->entries[at] = *entry;
}

static void choose(struct rc_str text, const char *pattern, struct candidates *all)
{
    const time_t now = (time_t)(rc_clock_now_ms() / 1000);
    struct rc_sftp_entry entry;
    struct tm date;

    gmtime_r(&now, &date);
    for (;; all->lines++) {
        const rc_status status = rc_sftp_listing_next(&text, date.tm_year + 1900, date.tm_mon + 1,
                                                      &entry);
        if (status == RC_NOT_FOUND) return;
        if (status != RC_OK)
            all->unread++;
        else if (entry.regular && rc_pickup_fits(pattern, entry.name))
            put_in_order(all, &entry);
    }
}

/* ---- looking ---- */

void rc_pickup_see(struct rc_sftp *sftp, const struct rc_pickup *pickup,
                   struct rc_pickup_file *file, struct rc_arena *arena,
                   struct rc_pickup_found *found)
{
    const enum rc_sftp_outcome outcome = rc_sftp_stat(sftp, file->path, &file->bytes, &file->mtime);

    if (outcome != RC_SFTP_DONE)
        fail_call(found, outcome, RC_PICKUP_UNREADABLE, sftp, pickup, arena);
}

static bool newer(const struct rc_pickup_file *a, const struct rc_pickup_file *b)
{
    if (!b->name || a->mtime != b->mtime) return !b->name || a->mtime > b->mtime;
    return strcmp(a->name, b->name) > 0; /* of one second: names often hold a date */
}

static void see_newest(struct rc_sftp *sftp, const struct rc_pickup *pickup,
                       const struct candidates *all, struct rc_arena *arena,
                       struct rc_pickup_found *found)
{
    for (size_t i = 0; i < all->count && found->trouble == RC_PICKUP_FINE; i++) {
        const char *name = rc_str_copy(arena, all->entries[i].name).data;
        struct rc_pickup_file file = {.name = name, .path = path_of(pickup, name, arena)};
        rc_pickup_see(sftp, pickup, &file, arena, found);
        if (found->trouble == RC_PICKUP_FINE && newer(&file, &found->file)) found->file = file;
    }
}

void rc_pickup_look(struct rc_sftp *sftp, const struct rc_pickup *pickup, struct rc_arena *arena,
                    struct rc_pickup_found *ret_found)
{
    RC_AUTO_BUF struct rc_buf listing = {0};
    struct candidates all = {.count = 0};

    *ret_found = (struct rc_pickup_found){.trouble = RC_PICKUP_FINE};
    const enum rc_sftp_outcome outcome = rc_sftp_list(sftp, pickup->folder, LISTING_BYTES,
                                                      &listing);
    if (outcome != RC_SFTP_DONE) {
        fail_call(ret_found, outcome, RC_PICKUP_FOLDER, sftp, pickup, arena);
        return;
    }
    choose(rc_buf_str(&listing), pickup->pattern, &all);
    if (all.unread > 0 && all.unread == all.lines)
        fail(ret_found, RC_PICKUP_UNREADABLE, pickup, rc_error_text(), arena);
    else
        see_newest(sftp, pickup, &all, arena, ret_found);
}

/* ---- taking ---- */

void rc_pickup_fetch(struct rc_sftp *sftp, const struct rc_pickup *pickup,
                     const struct rc_pickup_file *file, int64_t max_bytes, FILE *into,
                     struct rc_arena *arena, struct rc_pickup_found *ret_found)
{
    struct rc_pickup_file after = *file;
    int64_t bytes = 0;

    *ret_found = (struct rc_pickup_found){.trouble = RC_PICKUP_FINE, .file = *file};
    const enum rc_sftp_outcome outcome = rc_sftp_fetch(sftp, file->path, max_bytes, into, &bytes);
    if (outcome != RC_SFTP_DONE) {
        fail_call(ret_found, outcome, RC_PICKUP_UNREADABLE, sftp, pickup, arena);
        return;
    }
    rc_pickup_see(sftp, pickup, &after, arena, ret_found);
    if (ret_found->trouble != RC_PICKUP_FINE) return;
    if (bytes != file->bytes || after.bytes != file->bytes || after.mtime != file->mtime)
        fail(ret_found, RC_PICKUP_GROWING, pickup, "", arena);
}

/* "20261123T060501Z-roster.zip": exports often have one name every day, and a name that is taken
 * would refuse the move. */
static const char *archived_name(const struct rc_pickup_file *file, struct rc_arena *arena)
{
    const time_t at = (time_t)file->mtime;
    char stamp[STAMP_MAX] = "";
    struct tm date;

    if (gmtime_r(&at, &date)) strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &date);
    return rc_str_print(arena, "%s-%s", stamp, file->name).data;
}

void rc_pickup_archive(struct rc_sftp *sftp, const struct rc_pickup *pickup,
                       const struct rc_pickup_file *file, struct rc_arena *arena,
                       struct rc_pickup_found *ret_found, const char **ret_name)
{
    const char *folder = path_of(pickup, pickup->archive, arena);
    const char *name = archived_name(file, arena);
    const char *to = rc_str_print(arena, "%s/%s", folder, name).data;

    *ret_found = (struct rc_pickup_found){.trouble = RC_PICKUP_FINE, .file = *file};
    *ret_name = name;
    const enum rc_sftp_outcome outcome = rc_sftp_move(sftp, file->path, to, folder);
    if (outcome != RC_SFTP_DONE)
        fail_call(ret_found, outcome, RC_PICKUP_ARCHIVE, sftp, pickup, arena);
}
