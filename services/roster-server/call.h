#ifndef CALL_H
#define CALL_H

#include "rollcall/format/json.h"
#include "rollcall/worker/server.h"

#include "target.h"

/* One request in hand: what came, who asks, what is answered. */

struct roster_options {
    struct rc_server_options server; /* first: the skeleton reads it there */
};

/* Why a request is refused: a row each in problem.c, which gives its code and words. */
enum problem {
    PROBLEM_TARGET,
    PROBLEM_TOKEN_MISSING,
    PROBLEM_TOKEN_REFUSED,
    PROBLEM_NOT_PERMITTED,
    PROBLEM_NO_PATH,
    PROBLEM_METHOD,
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

struct route;

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

/* Reads Authorization and finds the application; 401 for whatever is wrong with it. */
RC_MUST_CHECK rc_status caller_enter(struct call *call);

#endif
