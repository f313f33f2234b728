/* A new source over REST: its values, from options, from words NAME=VALUE, from a profile's
 * defaults, or asked for on a terminal. */
#include "source_new.h"

#include "profile_files.h"
#include "source_csv.h"
#include "source_fields.h"

#include <string.h>

#include "rollcall/base/auto.h"

/* ---- without a profile ---- */

static rc_status check_token_url(struct cli *cli, const char *auth, const char *token_url)
{
    const bool oauth2 = strcmp(auth, "oauth2") == 0;

    if (token_url) RC_TRY(source_check_token_url(cli, "--token-url", token_url));
    if (oauth2 && !token_url)
        return cli_refuse(cli, CLI_USAGE, "It stands in the SIS's instructions, often …/token.",
                          "--auth oauth2 needs --token-url");
    if (token_url && !oauth2)
        return cli_refuse(cli, CLI_USAGE, NULL, "--token-url belongs to --auth oauth2");
    return RC_OK;
}

static rc_status gather_typed(struct cli *cli, struct source_new *source)
{
    const struct args *args = &cli->args;

    if (args->word_count > 0)
        return cli_refuse(cli, CLI_USAGE, "`rollcall profile list` shows the profiles.",
                          "NAME=VALUE are a profile's fields: --profile is due");
    RC_TRY(source_check_given(cli));
    *source = (struct source_new){.url = args_value(args, "url"),
                                  .auth = args_value(args, "auth"),
                                  .token_url = args_value(args, "token-url"),
                                  .version = args_value(args, "version"),
                                  .page_size = args_value(args, "page-size"),
                                  .parallel = args_value(args, "parallel"),
                                  .client_id = args_value(args, "client-id"),
                                  .secret_label = "Client secret"};
    RC_TRY(source_check_url(cli, "--url", source->url));
    return check_token_url(cli, source->auth, source->token_url);
}

/* ---- with a profile ---- */

struct form {
    struct cli *cli;
    struct rc_profile profile;
    const char **values; /* of its fields */
    const char *auth;
    bool token_url;        /* there is one to be filled in */
    struct rc_buf missing; /* their names */
};

static bool finds_bearer(const struct form *form)
{
    return strcmp(form->auth, "bearer") == 0 && rc_json_get(form->profile.quirks, "discovery");
}

static bool is(const struct rc_profile_field *field, const char *name)
{
    return rc_str_eq(field->name, rc_str_of(name));
}

/* The option of the field's name; NULL: it has none, or it was not given. */
static const char *option_of(const struct form *form, const struct rc_profile_field *field)
{
    static const char *const own[] = {"url", "token-url", "client-id"};

    for (size_t i = 0; i < COUNT_OF(own); i++)
        if (is(field, own[i])) return args_value(&form->cli->args, own[i]);
    return NULL;
}

static bool stands_in(struct cli *cli, struct rc_str template, struct rc_str name)
{
    const char *field = rc_str_print(cli->arena, "{%.*s}", RC_STR_ARG(name)).data;

    return strstr(rc_str_copy(cli->arena, template).data, field) != NULL;
}

/* Some fields are only for some kinds of sign-in, and an address that was typed needs no parts. */
static bool needed(const struct form *form, const struct rc_profile_field *field)
{
    const struct args *args = &form->cli->args;

    if (is(field, "url") || is(field, "client-secret")) return true;
    if (is(field, "token-url")) return form->token_url;
    if (is(field, "client-id") && (strcmp(form->auth, "bearer") != 0 || finds_bearer(form)))
        return true;
    if (!args_has(args, "url") && stands_in(form->cli, form->profile.url, field->name)) return true;
    return form->token_url && !args_has(args, "token-url") &&
           stands_in(form->cli, form->profile.token_url, field->name);
}

/* One of the profile's list: what was typed, or the first. */
static rc_status choose(struct cli *cli, const struct rc_profile *profile, const char *option,
                        const struct rc_profile_texts *texts, const char **ret_value)
{
    const char *typed = args_value(&cli->args, option);

    *ret_value = typed ? typed : rc_str_copy(cli->arena, texts->items[0]).data;
    if (!typed || rc_profile_has(texts, rc_str_of(typed))) return RC_OK;
    return cli_refuse(cli, CLI_USAGE, "`rollcall profile show` says what it has.",
                      "the profile %.*s does not know --%s %s", RC_STR_ARG(profile->id), option,
                      typed);
}

static rc_status take_word(struct form *form, const char *word)
{
    struct rc_str value = rc_str_of(word);
    const struct rc_str name = rc_str_cut(&value, '=');
    const struct rc_profile_field *field = rc_profile_field_find(&form->profile, name);

    if (!field || !value.data)
        return cli_refuse(form->cli, CLI_USAGE,
                          "`rollcall profile show` names its fields; give them as NAME=VALUE.",
                          "\"%.60s\" is no field of the profile %.*s", word,
                          RC_STR_ARG(form->profile.id));
    if (is(field, "client-secret"))
        return cli_refuse(form->cli, CLI_USAGE,
                          "Give --client-secret-file FILE or --client-secret-stdin.",
                          "a secret does not belong on a command line, where others see it");
    form->values[field - form->profile.fields] = value.data;
    return RC_OK;
}

static void tell_field(const struct form *form, const struct rc_profile_field *field)
{
    out_note(&form->cli->out, "%.*s: %.*s%s%.*s", RC_STR_ARG(field->label),
             RC_STR_ARG(field->where), field->example.len > 0 ? " For example " : "",
             RC_STR_ARG(field->example));
}

static bool has_secret(const struct cli *cli)
{
    return args_has(&cli->args, "client-secret-file") ||
           args_has(&cli->args, "client-secret-stdin") || ask_possible();
}

/* From where it was given, the profile's default, or a person. The secret is read later, and never
 * kept here. */
static rc_status take_field(struct form *form, const struct rc_profile_field *field)
{
    RC_AUTO_BUF struct rc_buf typed = {0};
    const char **value = &form->values[field - form->profile.fields];
    const char *option = option_of(form, field);
    const bool secret = is(field, "client-secret");

    if (option) *value = option;
    if (*value || !needed(form, field)) return RC_OK;
    if (secret ? has_secret(form->cli) : ask_possible()) tell_field(form, field);
    if (secret && has_secret(form->cli)) return RC_OK;
    if (field->fallback.len > 0) {
        *value = rc_str_copy(form->cli->arena, field->fallback).data;
    } else if (!secret && ask_text(rc_str_copy(form->cli->arena, field->label).data, &typed)) {
        *value = rc_str_copy(form->cli->arena, rc_buf_str(&typed)).data;
    } else {
        if (!ask_possible()) tell_field(form, field);
        rc_buf_print(&form->missing, "%s%.*s", form->missing.len > 0 ? ", " : "",
                     RC_STR_ARG(field->name));
    }
    return RC_OK;
}

static rc_status take_fields(struct form *form)
{
    const struct args *args = &form->cli->args;

    for (size_t i = 0; i < args->word_count; i++)
        RC_TRY(take_word(form, args_word(args, i)));
    for (size_t i = 0; i < form->profile.field_count; i++)
        RC_TRY(take_field(form, &form->profile.fields[i]));
    if (form->missing.len == 0) return RC_OK;
    return cli_refuse(form->cli, CLI_USAGE,
                      "Give them as NAME=VALUE or by option; `rollcall profile show` says where "
                      "they stand. The secret comes from --client-secret-file or "
                      "--client-secret-stdin.",
                      "the profile %.*s needs: %s", RC_STR_ARG(form->profile.id),
                      form->missing.data);
}

static struct rc_str value_of(void *self, struct rc_str name)
{
    const struct form *form = self;
    const struct rc_profile_field *field = rc_profile_field_find(&form->profile, name);

    return field ? rc_str_of(form->values[field - form->profile.fields]) : (struct rc_str){0};
}

/* What was typed, the profile's own address, or its field of that name. */
static rc_status address(struct form *form, const char *option, struct rc_str template,
                         const char **ret_address)
{
    struct rc_str made = {0};

    *ret_address = args_value(&form->cli->args, option);
    if (*ret_address) return RC_OK;
    if (template.len == 0) {
        *ret_address = value_of(form, rc_str_of(option)).data;
        return RC_OK;
    }
    const rc_status status = rc_profile_address(template, value_of, form, form->cli->arena, &made);
    if (status != RC_OK)
        return cli_refuse(form->cli, CLI_USAGE, NULL, "%s",
                          rc_str_copy(form->cli->arena, rc_str_of(rc_error_text())).data);
    *ret_address = made.data;
    return RC_OK;
}

static rc_status take_addresses(struct form *form, struct source_new *source)
{
    RC_TRY(address(form, "url", form->profile.url, &source->url));
    RC_TRY(source_check_url(form->cli, "url", source->url));
    if (!form->token_url) return RC_OK;
    RC_TRY(address(form, "token-url", form->profile.token_url, &source->token_url));
    return source_check_token_url(form->cli, "token-url", source->token_url);
}

static const char *number_or(struct cli *cli, const char *option, int64_t fallback)
{
    const char *typed = args_value(&cli->args, option);

    return typed ? typed : rc_str_print(cli->arena, "%lld", (long long)fallback).data;
}

static const char *secret_label(const struct form *form)
{
    const struct rc_profile_field *field = rc_profile_field_find(&form->profile,
                                                                 RC_STR("client-secret"));

    return rc_str_copy(form->cli->arena, field->label).data;
}

static rc_status fill(struct form *form, struct source_new *source)
{
    struct cli *cli = form->cli;
    const struct rc_profile *profile = &form->profile;

    RC_TRY(choose(cli, profile, "version", &profile->versions, &source->version));
    RC_TRY(choose(cli, profile, "auth", &profile->auths, &source->auth));
    form->auth = source->auth;
    form->token_url = strcmp(form->auth, "oauth2") == 0 || finds_bearer(form);
    form->values = rc_arena_array(cli->arena, profile->field_count + 1, sizeof *form->values);
    out_note(&cli->out, "First: %.*s %.*s", RC_STR_ARG(profile->check),
             RC_STR_ARG(profile->check_where));
    RC_TRY(take_fields(form));
    RC_TRY(take_addresses(form, source));
    source->client_id = value_of(form, RC_STR("client-id")).data;
    source->page_size = number_or(cli, "page-size", profile->page_size);
    source->parallel = number_or(cli, "parallel", profile->parallel);
    source->secret_label = secret_label(form);
    source->profile = source_profile_json(cli, profile);
    return RC_OK;
}

rc_status source_new_gather(struct cli *cli, struct source_new *ret_source)
{
    const char *id = args_value(&cli->args, "profile");
    struct form form = {.cli = cli};
    struct source_new source = {0};

    if (!id) return gather_typed(cli, ret_source);
    RC_TRY(profile_find(cli, id, &form.profile));
    const rc_status status = fill(&form, &source);
    rc_buf_done(&form.missing);
    if (status == RC_OK) *ret_source = source;
    return status;
}

/* ---- what is kept of it ---- */

static void put_quirks(struct rc_json_out *json, const struct rc_profile *profile)
{
    rc_json_open(json, "quirks", '{');
    for (const struct rc_json *one = rc_json_first(profile->quirks); one; one = rc_json_next(one)) {
        RC_AUTO_BUF struct rc_buf value = {0};
        RC_AUTO_BUF struct rc_buf name = {0};
        rc_buf_add_str(&name, rc_json_name(one));
        rc_json_print(&value, one);
        rc_json_put_raw(json, name.data, rc_buf_str(&value));
    }
    rc_json_put_text(json, "primary_parent", profile->parent);
    rc_json_close(json, '}');
}

const char *source_profile_json(struct cli *cli, const struct rc_profile *profile)
{
    RC_AUTO_BUF struct rc_buf text = {0};
    struct rc_json_out json = {.buf = &text};

    rc_json_open(&json, NULL, '{');
    rc_json_put_text(&json, "profile", profile->id);
    rc_json_put_bool(&json, "dates", profile->honest_dates);
    rc_json_put_bool(&json, "deletes", profile->honest_deletes);
    if (profile->busy_from.len > 0) {
        rc_json_put_text(&json, "busy_from", profile->busy_from);
        rc_json_put_text(&json, "busy_until", profile->busy_until);
    }
    put_quirks(&json, profile);
    rc_json_close(&json, '}');
    return rc_str_copy(cli->arena, rc_buf_str(&text)).data;
}
