/* What was typed after `settings set`, `unset` and `preview`: checked whole before anything is
 * asked or written. */
#include "settings_change.h"

#include "schools.h"

static const char *setting_name(const void *from, size_t index)
{
    size_t count = 0;
    const struct rc_setting *settings = rc_settings(&count);

    (void)from;
    return index < count ? settings[index].name : NULL;
}

static rc_status find_setting(struct cli *cli, struct rc_str name,
                              const struct rc_setting **ret_setting)
{
    const char *typed = rc_str_copy(cli->arena, name).data;
    const char *near = suggest_nearest(typed, setting_name, NULL);

    *ret_setting = rc_setting_find(name);
    if (!*ret_setting)
        return cli_refuse(cli, CLI_USAGE, "`rollcall settings show` lists all.",
                          "there is no setting \"%.60s\"%s%s%s", typed,
                          near ? ": did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    if (args_has(&cli->args, "school") && !((*ret_setting)->own & RC_OWN_SCHOOL))
        return cli_refuse(cli, CLI_USAGE, "Set it without --school.",
                          "%s has no value for one school alone", (*ret_setting)->name);
    if (args_has(&cli->args, "source") && !((*ret_setting)->own & RC_OWN_SOURCE))
        return cli_refuse(cli, CLI_USAGE, "Set it without --source.",
                          "%s has no value for one source alone", (*ret_setting)->name);
    return RC_OK;
}

static rc_status parse_change(struct cli *cli, const char *word, enum settings_words words,
                              struct setting_change *change)
{
    RC_AUTO_BUF struct rc_buf json = {0};
    struct rc_str rest = rc_str_of(word);
    const struct rc_str name = rc_str_cut(&rest, '=');

    RC_TRY(find_setting(cli, name, &change->setting));
    if (words != SETTINGS_SET && !rest.data) return RC_OK;
    if (words == SETTINGS_UNSET || !rest.data)
        return cli_refuse(cli, CLI_USAGE, NULL, "%.60s: %s is due", word,
                          words == SETTINGS_UNSET ? "a name alone" : "NAME=VALUE");
    if (rc_setting_value(change->setting, rest, &json) != RC_OK)
        return cli_refuse(cli, CLI_USAGE, NULL, "%s", rc_error_text());
    change->value = rc_str_copy(cli->arena, rc_buf_str(&json)).data;
    return RC_OK;
}

rc_status settings_parse(struct cli *cli, enum settings_words words,
                         const struct setting_change **ret_changes)
{
    const size_t count = cli->args.word_count;
    struct setting_change *changes = rc_arena_array(cli->arena, count, sizeof *changes);

    for (size_t i = 0; i < count; i++)
        RC_TRY(parse_change(cli, args_word(&cli->args, i), words, &changes[i]));
    *ret_changes = changes;
    return RC_OK;
}

rc_status settings_scope(struct cli *cli, struct rc_db *tx, const char **ret_scope)
{
    const char *named = args_value(&cli->args, "school");
    const bool source = args_has(&cli->args, "source");
    const char *id = NULL;

    *ret_scope = "";
    if (named && source)
        return cli_refuse(cli, CLI_USAGE, "Set each on its own: the safer of the two holds.",
                          "--school and --source go not together");
    if (named) RC_TRY(school_find(cli, tx, named, &id));
    if (source) RC_TRY(cli_source(cli, tx, &id));
    if (id) *ret_scope = rc_str_print(cli->arena, source ? "source:%s" : "school:%s", id).data;
    return RC_OK;
}
