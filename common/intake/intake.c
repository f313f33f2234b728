/* The order of an upload's coming in: what refuses it is found before anything is stored. */
#include "intake_private.h"
#include "intake_sql.h"

enum { MANIFEST_BYTES = 256 * 1024 };

static void tell_of_file(struct intake *intake, enum rc_upload_rule rule, struct entry *entry)
{
    intake_tell(intake, rule, entry->file, rc_str_of(entry->file->name), 0);
}

/* ---- the manifest ---- */

static rc_status read_whole(struct intake *intake, const struct entry *entry, struct rc_buf *out)
{
    RC_AUTO(rc_zip_reader) struct rc_zip_reader *reader = NULL;
    size_t got = 1;

    RC_TRY(rc_zip_read_open(intake->zip, entry->member, &reader));
    while (got > 0) {
        rc_buf_reserve(out, MANIFEST_BYTES);
        RC_TRY(rc_zip_read(reader, out->data + out->len, MANIFEST_BYTES, &got));
        out->len += got;
        if (out->len > MANIFEST_BYTES)
            return rc_fail(RC_REJECT, "%s is larger than %d bytes", entry->file->name,
                           MANIFEST_BYTES);
    }
    return RC_OK;
}

static rc_status read_manifest(struct intake *intake)
{
    RC_AUTO_BUF struct rc_buf text = {0};

    for (size_t i = 0; i < intake->count; i++) {
        const struct entry *entry = &intake->entries[i];
        if (entry->file->role != RC_CSV_MANIFEST || !entry->present) continue;
        RC_TRY(read_whole(intake, entry, &text));
        return rc_context(rc_csv_manifest_read(rc_str_copy(intake->arena, rc_buf_str(&text)),
                                               intake->arena, &intake->manifest),
                          "%s", entry->file->name);
    }
    intake_tell(intake, RC_UPLOAD_NO_MANIFEST, NULL, RC_STR("manifest.csv"), 0);
    return RC_OK;
}

/* ---- files ---- */

static void doubt(struct intake *intake, struct entry *entry, enum rc_upload_rule rule)
{
    entry->odd = true;
    entry->rule = rule;
    if (rule != RC_UPLOAD_NO_MANIFEST) tell_of_file(intake, rule, entry);
}

static bool is_read(const struct entry *entry)
{
    return entry->file->role == RC_CSV_MAIN || entry->file->role == RC_CSV_JOINED;
}

/* A row of roles that cannot be read and is left out would take a role away from somebody. */
static rc_status check_joined(const struct entry *entry)
{
    if (entry->file->role != RC_CSV_JOINED || entry->survey.broken == 0) return RC_OK;
    return rc_fail(RC_REJECT,
                   "%s line %lld: bytes that are no text in UTF-8: export the file again in UTF-8",
                   entry->file->name, (long long)entry->survey.broken);
}

static rc_status survey_entry(struct intake *intake, struct entry *entry)
{
    RC_TRY(survey_file(intake->zip, entry->member, entry->file, intake->limits, intake->arena,
                       &entry->survey));
    RC_TRY(check_joined(entry));
    if (entry->survey.windows) tell_of_file(intake, RC_UPLOAD_WINDOWS, entry);
    if (entry->survey.empty)
        doubt(intake, entry, RC_UPLOAD_EMPTY);
    else if (entry->survey.rows == 0 && entry->file->role == RC_CSV_MAIN && !entry->verdict.delta)
        doubt(intake, entry, RC_UPLOAD_HEADER_ONLY);
    return RC_OK;
}

static rc_status judge_file(struct intake *intake, size_t index)
{
    struct entry *entry = &intake->entries[index];

    if (!is_read(entry)) return RC_OK;
    entry->verdict = rc_csv_manifest_judge(&intake->manifest, index, entry->present);
    if (entry->verdict.odd) doubt(intake, entry, entry->verdict.rule);
    return entry->present ? survey_entry(intake, entry) : RC_OK;
}

const struct entry *intake_main(const struct intake *intake, enum rc_collection collection)
{
    size_t at = 0;

    while (intake->entries[at].file->role != RC_CSV_MAIN ||
           intake->entries[at].file->collection != collection)
        at++;
    return &intake->entries[at];
}

/* Changes of roles alone cannot make up whole users. */
static rc_status check_modes(struct intake *intake)
{
    for (size_t i = 0; i < intake->count; i++) {
        const struct entry *entry = &intake->entries[i];
        if (entry->file->role != RC_CSV_JOINED || !entry->present || entry->odd) continue;
        const struct entry *owner = intake_main(intake, entry->file->collection);
        if (entry->verdict.delta && owner->present && !owner->verdict.delta && !owner->odd)
            return rc_fail(RC_REJECT,
                           "manifest.csv: %s is delta and %s is bulk: export both in one mode",
                           entry->file->name, owner->file->name);
    }
    return RC_OK;
}

/* ---- the version ---- */

static const struct entry *named(const struct intake *intake, const char *file)
{
    size_t at = 0;

    while (strcmp(intake->entries[at].file->name, file) != 0)
        at++;
    return &intake->entries[at];
}

/* 1.2 has roles in a file of their own, 1.1 has them in users.csv. The files are believed. */
static rc_status find_version(struct intake *intake)
{
    const struct rc_str said = intake->manifest.version;
    const struct entry *users = named(intake, "users.csv");
    const struct rc_csv_layout *layout = users->survey.layout;
    const bool has_roles = named(intake, "roles.csv")->present;
    const bool says_12 = rc_str_starts(said, RC_STR("1.2")) || rc_str_eq(said, RC_STR("v1p2"));
    const bool in_users = layout && rc_csv_layout_has(layout, "role") &&
                          rc_csv_layout_has(layout, "orgSourcedIds");

    intake->result.version = has_roles || (says_12 && !in_users) ? "1.2" : "1.1";
    if (layout && !has_roles && !in_users)
        return rc_fail(RC_REJECT,
                       "users.csv line 1: the header has no columns role and "
                       "orgSourcedIds, and the zip holds no roles.csv: export with one "
                       "or the other");
    if (said.len > 0 && says_12 != (intake->result.version[2] == '2'))
        intake_tell(intake, RC_UPLOAD_VERSION, NULL, RC_STR("manifest.csv"), 0);
    return RC_OK;
}

/* ---- storing ---- */

static rc_status add_upload(struct intake *intake)
{
    const struct rc_intake_request *request = intake->request;
    const char *const values[] = {
        request->source, request->name, intake->result.version,
        rc_str_print(intake->arena, "%lld", (long long)rc_zip_bytes(intake->zip)).data,
        request->who};
    RC_AUTO(rc_rows) struct rc_rows *rows = NULL;

    RC_TRY(rc_db_one(intake->tx, sql_upload_add, COUNT_OF(values), values, &rows));
    intake->result.upload = rc_str_copy(intake->arena, rc_rows_text(rows, 0, 0)).data;
    return RC_OK;
}

static const char *reason_of(const struct intake *intake, const struct entry *entry)
{
    RC_AUTO_BUF struct rc_buf text = {0};
    const struct rc_str subject = rc_str_of(
        entry->rule == RC_UPLOAD_NO_MANIFEST ? "manifest.csv" : entry->file->name);

    if (!entry->odd) return NULL;
    rc_upload_rule_message(entry->rule, subject, &text);
    return rc_str_copy(intake->arena, rc_buf_str(&text)).data;
}

static rc_status store_file(struct intake *intake, const struct entry *entry)
{
    int64_t records = 0;

    if (entry->present && !entry->survey.empty) RC_TRY(pages_store(intake, entry, &records));
    const char *const values[] = {intake->result.upload,
                                  rc_collection_name(entry->file->collection),
                                  entry->file->name,
                                  entry->verdict.delta ? "delta" : "bulk",
                                  rc_str_print(intake->arena, "%lld", (long long)records).data,
                                  reason_of(intake, entry)};
    intake->result.records += records;
    return rc_db_run(intake->tx, sql_upload_file, COUNT_OF(values), values, NULL);
}

static rc_status store(struct intake *intake)
{
    RC_AUTO_BUF struct rc_buf list = {0};

    RC_TRY(add_upload(intake));
    RC_TRY(joined_load(intake));
    for (size_t i = 0; i < intake->count; i++)
        if (intake->entries[i].file->role == RC_CSV_MAIN && intake->entries[i].verdict.taken)
            RC_TRY(store_file(intake, &intake->entries[i]));
    RC_TRY(joined_tell_orphans(intake));
    rc_buf_print(&list, "[%.*s]", RC_STR_ARG(rc_buf_str(intake->findings.buf)));
    const char *const values[] = {intake->result.upload, list.data};
    return rc_db_run(intake->tx, sql_upload_end, COUNT_OF(values), values, NULL);
}

static rc_status take_in(struct intake *intake)
{
    RC_TRY(intake_catalogue(intake));
    RC_TRY(read_manifest(intake));
    for (size_t i = 0; i < intake->count; i++)
        RC_TRY(judge_file(intake, i));
    RC_TRY(check_modes(intake));
    RC_TRY(find_version(intake));
    return store(intake);
}

rc_status rc_intake_add(struct rc_db *tx, struct rc_keyring *keyring,
                        const struct rc_intake_request *request,
                        const struct rc_intake_limits *limits, struct rc_arena *arena,
                        struct rc_intake_result *ret_result)
{
    RC_AUTO_BUF struct rc_buf findings = {0};
    RC_AUTO(rc_zip) struct rc_zip *zip = NULL;
    struct intake *intake = rc_arena_alloc(arena, sizeof *intake);

    RC_TRY(rc_zip_open(request->path, &limits->zip, &zip));
    *intake = (struct intake){.tx = tx,
                              .keyring = keyring,
                              .request = request,
                              .limits = limits,
                              .arena = arena,
                              .zip = zip,
                              .findings = {.buf = &findings}};
    RC_TRY(take_in(intake));
    *ret_result = intake->result;
    return RC_OK;
}
