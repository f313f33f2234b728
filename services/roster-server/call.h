#ifndef CALL_H
#define CALL_H

#include "rollcall/format/json.h"
#include "rollcall/worker/server.h"

#include "patch.h"
#include "target.h"

/* One request in hand: what came, who asks, what is answered. */

struct roster_options {
    struct rc_server_options server; /* first: the skeleton reads it there */
    int64_t per_minute, burst;
    int64_t lock_ms;
};

/* Why a request is refused: a row each in problem.c, which gives its code and words. */
enum problem {
    PROBLEM_TARGET,
    PROBLEM_TOKEN_MISSING,
    PROBLEM_TOKEN_REFUSED,
    PROBLEM_NOT_PERMITTED,
    PROBLEM_NO_PATH,
    PROBLEM_METHOD,
    PROBLEM_QUERY,
    PROBLEM_BODY,
    PROBLEM_NOT_FOUND,
    PROBLEM_TAKEN,
    PROBLEM_FEED_EXPIRED,
    PROBLEM_VERSION_MOVED,
    PROBLEM_MEDIA,
    PROBLEM_KEY_REUSED,
    PROBLEM_VERSION_MISSING,
    PROBLEM_TOO_MANY,
    PROBLEM_BODY_TOO_LARGE,
    PROBLEM_TARGET_TOO_LONG,
    PROBLEM_HEADERS_TOO_LARGE,
    PROBLEM_BROKEN,
    PROBLEM_LATER,
    PROBLEM_COUNT_
};

/* The application that asks. */
struct caller {
    const char *application; /* uuid */
};

/* What it may in the district of the path: arrays as PostgreSQL writes them, and the same words
 * between commas. */
struct grant {
    const char *reads, *fields, *edits;
    const char *reads_words, *fields_words, *edits_words;
};

struct limit;

enum { CALL_IDS_MAX = 2 };

struct call {
    struct rc_stage_env *env;
    const struct rc_httpd_request *request;
    struct rc_httpd_answer *answer;
    struct rc_arena *arena;
    struct rc_db *db;
    const struct roster_options *options;
    struct target target;
    const struct route *route;
    const char *ids[CALL_IDS_MAX]; /* the {…} of the route, in order: uuids */
    struct caller caller;
    struct grant grant;
    struct limit *limit;
    bool refused; /* the answer is a problem already */
};

/* Answers with a problem (RFC 9457) and returns RC_REJECT, for `return refuse(…)`. The detail, in
 * printf's manner, names no person and repeats nothing that was sent. */
rc_status refuse(struct call *call, enum problem problem, const char *detail, ...) RC_PRINTF(3, 4);
/* As refuse, for a failure of the statement or parser below that set the error's text, which is
 * shown only where it speaks of the request. */
rc_status refuse_failure(struct call *call, rc_status status);
/* The code of a problem, and its name: the end of its type. */
int problem_code(enum problem problem);
const char *problem_name(enum problem problem);

/* Reads Authorization and finds the application; 401 for whatever is wrong with it, 429 where it
 * asks too fast. */
RC_MUST_CHECK rc_status caller_enter(struct call *call);

/* Begins a transaction in the district of the path (ids[0]) and reads what the application may
 * there; 403 where the collection is not among it. */
RC_MUST_CHECK rc_status grant_enter(struct call *call, const char *collection,
                                    struct rc_db **ret_tx);
/* 403 where the collection is not among what it may read, once grant_enter said yes to another. */
RC_MUST_CHECK rc_status grant_need(struct call *call, const char *collection);
/* Is the word among its collections, its fields, its edits? */
bool grant_reads(const struct call *call, const char *collection);
bool grant_shows(const struct call *call, const char *field);
bool grant_changes(const struct call *call, const char *word);

/* How a listing is asked for: ?limit= and ?after=. */
struct page {
    int64_t limit;
    const char *after; /* a uuid; NULL: from the beginning */
    const char *room;  /* limit + 1, as a parameter: one more says that there is more */
};
/* The limit alone, with its room; 400 for what is out of range. */
RC_MUST_CHECK rc_status page_limit(struct call *call, struct page *ret_page);
/* Both. */
RC_MUST_CHECK rc_status page_parse(struct call *call, struct page *ret_page);
/* Every parameter of the query is one of names (NULL-terminated), or 400. */
RC_MUST_CHECK rc_status query_check(struct call *call, const char *const *names);
/* A parameter's value, NULL where it was not given. */
const char *query_value(const struct call *call, const char *name);
/* {"<name>":[…],"next":…} of rows whose column 0 is what comes after= and column 1 is JSON. */
void page_print(struct call *call, const char *name, const struct page *page,
                const struct rc_rows *rows);

/* Checks the body of an edit: its type, its rules, the application's leave for each field (of
 * somebody to be made none is needed beside that to make); *ret_patch is JSON that can be taken as
 * it is. 400, 403, 415. */
RC_MUST_CHECK rc_status patch_check(struct call *call, const char *type, enum patch_kind kind,
                                    const char **ret_patch);
/* Of the body, as hex, in the arena. */
const char *patch_digest(struct call *call);

/* Notes, in the transaction that read them, that the application is told these accounts: column 0
 * of rows, at most so many. fields: an array as PostgreSQL writes it. */
RC_MUST_CHECK rc_status disclose(struct call *call, struct rc_db *tx, const struct rc_rows *rows,
                                 size_t most, const char *fields);

#endif
