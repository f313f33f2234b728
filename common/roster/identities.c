/* What else a person is known by: ids in other systems, and 1.2's profiles, which say under which
 * name they sign in where. Passwords, which a profile may hold, are never read. */

#include "mapper_private.h"

#define BIT(rule) (1U << (rule))

enum {
    ENTRIES_RULES = BIT(RC_RULE_MALFORMED) | BIT(RC_RULE_CONTROL_CHARACTERS) |
                    BIT(RC_RULE_TOO_LONG) | BIT(RC_RULE_TOO_MANY) | BIT(RC_RULE_INCOMPLETE),
};

typedef void write_entry_fn(struct rc_mapper *mapper, const struct rc_json *entry);

/* A list under name of what write gives for each entry; false, and nothing written, where that is
 * nothing. */
static bool write_entries(struct rc_mapper *mapper, const char *name, const struct rc_json *value,
                          write_entry_fn *write)
{
    const struct rc_json **items = NULL;
    const size_t found = rc_take_items(mapper, value, &items);
    const size_t before = mapper->text.len;
    const bool comma = mapper->json.comma;

    rc_json_open(&mapper->json, name, '[');
    const size_t open = mapper->text.len;
    for (size_t i = 0; i < found; i++)
        write(mapper, items[i]);
    if (mapper->text.len > open) {
        rc_json_close(&mapper->json, ']');
        return true;
    }
    mapper->text.len = before;
    mapper->json.comma = comma;
    return false;
}

static void incomplete(struct rc_mapper *mapper)
{
    (void)rc_mapper_report(mapper, RC_RULE_INCOMPLETE, RC_STR(""));
}

/* --- other ids --- */

static void write_user_id(struct rc_mapper *mapper, const struct rc_json *entry)
{
    const bool object = rc_json_kind(entry) == RC_JSON_OBJECT;
    const struct rc_json *id = object ? rc_json_get(entry, "identifier") : entry;
    struct rc_str identifier = {0};
    struct rc_str type = {0};
    const enum rc_took took = rc_take_text(mapper, id, &identifier);

    if (took == RC_NOTHING) incomplete(mapper);
    if (took != RC_TOOK) return;
    (void)rc_take_text(mapper, object ? rc_json_get(entry, "type") : NULL, &type);
    rc_json_open(&mapper->json, NULL, '{');
    rc_json_put_text(&mapper->json, "identifier", identifier);
    if (type.len > 0) rc_json_put_text(&mapper->json, "type", type);
    rc_json_close(&mapper->json, '}');
}

static enum rc_took write_user_ids(struct rc_mapper *mapper, const struct rc_json *value)
{
    return write_entries(mapper, mapper->field->name, value, write_user_id) ? RC_TOOK : RC_REPORTED;
}
const struct rc_field_kind rc_kind_user_ids = {
    .form = "a list of `{type, identifier}`", .write = write_user_ids, .rules = ENTRIES_RULES};

/* --- profiles --- */

/* A text under its own name, where there is one. */
static void copy_text(struct rc_mapper *mapper, const struct rc_json *entry, const char *name)
{
    struct rc_str text = {0};

    if (rc_take_text(mapper, rc_json_get(entry, name), &text) == RC_TOOK)
        rc_json_put_text(&mapper->json, name, text);
}

/* The text without which an entry says nothing. */
static bool take_main(struct rc_mapper *mapper, const struct rc_json *entry, const char *name,
                      struct rc_str *ret_text)
{
    const enum rc_took took = rc_take_text(mapper, rc_json_get(entry, name), ret_text);

    if (took == RC_NOTHING) incomplete(mapper);
    return took == RC_TOOK;
}

/* A way to sign in without a name is none; often only its password was there. */
static void write_credential(struct rc_mapper *mapper, const struct rc_json *entry)
{
    struct rc_str username = {0};

    if (!take_main(mapper, entry, "username", &username)) return;
    rc_json_open(&mapper->json, NULL, '{');
    copy_text(mapper, entry, "type");
    rc_json_put_text(&mapper->json, "username", username);
    rc_json_close(&mapper->json, '}');
}

static void write_profile(struct rc_mapper *mapper, const struct rc_json *entry)
{
    const struct rc_json *credentials = rc_json_get(entry, "credentials");
    struct rc_str id = {0};

    if (!take_main(mapper, entry, "profileId", &id)) return;
    rc_json_open(&mapper->json, NULL, '{');
    copy_text(mapper, entry, "applicationId");
    if (credentials) (void)write_entries(mapper, "credentials", credentials, write_credential);
    copy_text(mapper, entry, "description");
    rc_json_put_text(&mapper->json, "profileId", id);
    copy_text(mapper, entry, "profileType");
    copy_text(mapper, entry, "vendorId");
    rc_json_close(&mapper->json, '}');
}

static enum rc_took write_profiles(struct rc_mapper *mapper, const struct rc_json *value)
{
    return write_entries(mapper, mapper->field->name, value, write_profile) ? RC_TOOK : RC_REPORTED;
}
const struct rc_field_kind rc_kind_profiles = {
    .form = "a list of `{profileId, profileType, vendorId, credentials}`",
    .write = write_profiles,
    .rules = ENTRIES_RULES};
