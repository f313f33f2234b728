/* Tables of the standard, a row per version and per service. */
#include "version.h"

#include "rollcall/base/auto.h"

/* The standard splits what it serves; each part has scopes of its own and, in 1.2, a root. */
enum service { ROSTERING, DEMOGRAPHICS, RESOURCES, SERVICE_COUNT_ };

enum { SCOPES_MAX = 2, ROOTS_MAX = 6 };

struct oneroster_version {
    const char *name, *format;
    const char *scopes[SERVICE_COUNT_][SCOPES_MAX]; /* the least first */
    const char *roots[SERVICE_COUNT_];              /* behind ROOT */
    const char *known[ROOTS_MAX];                   /* roots that may stand in a pasted address */
};

#define ROOT     "/ims/oneroster"
#define SCOPE_11 "https://purl.imsglobal.org/spec/or/v1p1/scope/"
#define SCOPE_12 "https://purl.imsglobal.org/spec/or/v1p2/scope/"

static const struct oneroster_version versions[] = {
    {"1.1",
     "oneroster-rest/1.1",
     {{SCOPE_11 "roster-core.readonly", SCOPE_11 "roster.readonly"},
      {SCOPE_11 "roster-demographics.readonly"},
      {SCOPE_11 "resource.readonly"}},
     {"/v1p1", "/v1p1", "/v1p1"},
     {"", "/v1p1"}},
    {"1.2",
     "oneroster-rest/1.2",
     {{SCOPE_12 "roster-core.readonly", SCOPE_12 "roster.readonly"},
      {SCOPE_12 "roster-demographics.readonly"},
      {SCOPE_12 "resource-core.readonly", SCOPE_12 "resource.readonly"}},
     {"/rostering/v1p2", "/rostering/v1p2", "/resources/v1p2"},
     {"", "/v1p2", "/rostering/v1p2", "/resources/v1p2", "/gradebook/v1p2"}},
};

static enum service service_of(struct rc_str collection)
{
    if (rc_str_eq(collection, RC_STR("demographics"))) return DEMOGRAPHICS;
    return rc_str_eq(collection, RC_STR("resources")) ? RESOURCES : ROSTERING;
}

const struct oneroster_version *oneroster_version_find(struct rc_str name)
{
    for (size_t i = 0; i < COUNT_OF(versions); i++)
        if (rc_str_eq(name, rc_str_of(versions[i].name))) return &versions[i];
    return NULL;
}

struct rc_str oneroster_format(const struct oneroster_version *version)
{
    return rc_str_of(version->format);
}

bool oneroster_is_optional(struct rc_str collection)
{
    return service_of(collection) != ROSTERING;
}

/* ---- addresses ---- */

static struct rc_str without_slashes(struct rc_str url)
{
    url = rc_str_trim(url);
    while (url.len > 0 && url.data[url.len - 1] == '/')
        url.len--;
    return url;
}

/* Where the last ROOT of url begins, its end or a slash behind it; url.len: nowhere. */
static size_t find_root(struct rc_str url)
{
    const struct rc_str root = RC_STR(ROOT);

    for (size_t at = url.len + 1; at-- > 0;) {
        const struct rc_str rest = {url.data + at, url.len - at};
        if (!rc_str_starts(rest, root)) continue;
        if (rest.len == root.len || rest.data[root.len] == '/') return at;
    }
    return url.len;
}

static bool is_known(const struct oneroster_version *version, struct rc_str root)
{
    for (size_t i = 0; i < ROOTS_MAX && version->known[i]; i++)
        if (rc_str_eq(root, rc_str_of(version->known[i]))) return true;
    return false;
}

struct rc_str oneroster_address(const struct oneroster_version *version, struct rc_str base_url,
                                struct rc_str collection, struct rc_arena *arena)
{
    const struct rc_str url = without_slashes(base_url);
    const size_t at = find_root(url);
    const size_t behind = at + sizeof ROOT - 1;

    if (at < url.len && !is_known(version, (struct rc_str){url.data + behind, url.len - behind}))
        return rc_str_print(arena, "%.*s/%.*s", RC_STR_ARG(url), RC_STR_ARG(collection));
    return rc_str_print(arena, "%.*s" ROOT "%s/%.*s", (int)at, url.data,
                        version->roots[service_of(collection)], RC_STR_ARG(collection));
}

/* ---- scopes ---- */

struct rc_str oneroster_scope(const struct oneroster_version *version, struct rc_str collection,
                              size_t nth)
{
    return nth < SCOPES_MAX ? rc_str_of(version->scopes[service_of(collection)][nth])
                            : (struct rc_str){0};
}

static struct rc_str last_part(struct rc_str scope)
{
    struct rc_str part = {0};

    while (scope.data)
        part = rc_str_cut(&scope, '/');
    return part;
}

/* By its last part: sources grant the other version's scopes too, or the bare words. */
static bool is_scope_of(enum service service, struct rc_str name)
{
    const struct oneroster_version *newest = &versions[COUNT_OF(versions) - 1];

    for (size_t i = 0; i < SCOPES_MAX && newest->scopes[service][i]; i++)
        if (rc_str_eq(name, last_part(rc_str_of(newest->scopes[service][i])))) return true;
    return false;
}

bool oneroster_scope_serves(struct rc_str granted, struct rc_str collection)
{
    const enum service service = service_of(collection);
    bool others = false;

    while (granted.data) {
        const struct rc_str name = last_part(rc_str_cut(&granted, ' '));
        if (is_scope_of(service, name)) return true;
        for (int other = 0; other < SERVICE_COUNT_; other++)
            others = others || is_scope_of((enum service)other, name);
    }
    return !others;
}
