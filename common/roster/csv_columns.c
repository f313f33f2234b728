/* The files of OneRoster's CSV binding and their columns: 1.1, 1.2 and 1.2.1 in one table, since
 * files are read by the names in their headers. */

#include "csv_columns.h"

#include "mapper_private.h"

/* clang-format off */
#define BASE                                                      \
    {"sourcedId", "sourcedId", CSV_BASE, true, {NULL}},           \
    {"status", "status", CSV_BASE, false, {NULL}},                \
    {"dateLastModified", "dateLastModified", CSV_BASE, false, {"dataLastModified", NULL}}
#define TEXT(name)           {name, name, CSV_TEXT, false, {NULL}}
#define NEEDED(name)         {name, name, CSV_TEXT, true, {NULL}}
#define REF(name, member)    {name, member, CSV_REF, false, {NULL}}
#define NEEDED_REF(name, member) {name, member, CSV_REF, true, {NULL}}
#define OWNER(name)          {name, NULL, CSV_OWNER, true, {NULL}}

static const struct csv_column orgs[] = {
    BASE, NEEDED("name"), NEEDED("type"), TEXT("identifier"), REF("parentSourcedId", "parent"),
};
static const struct csv_column academic_sessions[] = {
    BASE, NEEDED("title"), NEEDED("type"), NEEDED("startDate"), NEEDED("endDate"),
    REF("parentSourcedId", "parent"), TEXT("schoolYear"),
};
static const struct csv_column courses[] = {
    BASE, REF("schoolYearSourcedId", "schoolYear"), NEEDED("title"), TEXT("courseCode"),
    {"grades", "grades", CSV_TEXTS, false, {"grade", NULL}},
    REF("orgSourcedId", "org"),
    {"subjects", "subjects", CSV_TEXTS, false, {"subject", NULL}},
    {"subjectCodes", "subjectCodes", CSV_TEXTS, false, {"subjectCode", NULL}},
};
static const struct csv_column classes[] = {
    BASE, NEEDED("title"),
    {"grades", "grades", CSV_TEXTS, false, {"grade", NULL}},
    REF("courseSourcedId", "course"), TEXT("classCode"), TEXT("classType"), TEXT("location"),
    NEEDED_REF("schoolSourcedId", "school"),
    {"termSourcedIds", "terms", CSV_REFS, false, {"termSourcedId", NULL}},
    {"subjects", "subjects", CSV_TEXTS, false, {"subject", NULL}},
    {"subjectCodes", "subjectCodes", CSV_TEXTS, false, {"subjectCode", NULL}},
    {"periods", "periods", CSV_TEXTS, false, {"period", NULL}},
};
/* Roles stand in users.csv (1.1) or in roles.csv (1.2): neither is needed here. */
static const struct csv_column users[] = {
    BASE, TEXT("enabledUser"),
    {"orgSourcedIds", "orgs", CSV_REFS, false, {"orgSourcedId", NULL}},
    TEXT("role"), TEXT("username"),
    {"userIds", "userIds", CSV_IDS, false, {"userId", NULL}},
    NEEDED("givenName"), NEEDED("familyName"), TEXT("middleName"), TEXT("identifier"),
    TEXT("email"), TEXT("sms"), TEXT("phone"),
    {"agentSourcedIds", "agents", CSV_REFS, false, {"agentSourcedId", NULL}},
    {"grades", "grades", CSV_TEXTS, false, {"grade", NULL}},
    {"password", NULL, CSV_SECRET, false, {NULL}},
    TEXT("userMasterIdentifier"),
    {"preferredGivenName", "preferredFirstName", CSV_TEXT, false,
     {"prefferedGivenName", "preferredFirstName"}},
    TEXT("preferredMiddleName"),
    {"preferredFamilyName", "preferredLastName", CSV_TEXT, false,
     {"prefferedFamilyName", "preferredLastName"}},
    REF("primaryOrgSourcedId", "primaryOrg"), TEXT("pronouns"),
    {"resourceSourcedIds", "resources", CSV_REFS, false, {NULL}},
};
static const struct csv_column enrollments[] = {
    BASE, NEEDED_REF("classSourcedId", "class"), REF("schoolSourcedId", "school"),
    NEEDED_REF("userSourcedId", "user"), NEEDED("role"), TEXT("primary"), TEXT("beginDate"),
    TEXT("endDate"),
};
static const struct csv_column demographics[] = {
    BASE, TEXT("birthDate"), TEXT("sex"), TEXT("americanIndianOrAlaskaNative"), TEXT("asian"),
    TEXT("blackOrAfricanAmerican"), TEXT("nativeHawaiianOrOtherPacificIslander"), TEXT("white"),
    TEXT("demographicRaceTwoOrMoreRaces"), TEXT("hispanicOrLatinoEthnicity"),
    TEXT("countryOfBirthCode"), TEXT("stateOfBirthAbbreviation"), TEXT("cityOfBirth"),
    TEXT("publicSchoolResidenceStatus"),
};
static const struct csv_column resources[] = {
    BASE, NEEDED("vendorResourceId"), TEXT("title"),
    {"roles", "roles", CSV_TEXTS, false, {"role", NULL}},
    TEXT("importance"), TEXT("vendorId"), TEXT("applicationId"),
};
static const struct csv_column roles[] = {
    BASE, OWNER("userSourcedId"), TEXT("roleType"), NEEDED("role"), TEXT("beginDate"),
    TEXT("endDate"), NEEDED_REF("orgSourcedId", "org"),
    REF("userProfileSourcedId", "userProfile"),
};
static const struct csv_column user_profiles[] = {
    {"sourcedId", "profileId", CSV_BASE, true, {NULL}},
    {"status", "status", CSV_BASE, false, {NULL}},
    {"dateLastModified", "dateLastModified", CSV_BASE, false, {"dataLastModified", NULL}},
    OWNER("userSourcedId"), TEXT("profileType"), TEXT("vendorId"), TEXT("applicationId"),
    TEXT("description"),
    {"credentialType", "type", CSV_CREDENTIAL, false, {NULL}},
    {"username", "username", CSV_CREDENTIAL, false, {NULL}},
    {"password", NULL, CSV_SECRET, false, {NULL}},
};
static const struct csv_column user_resources[] = {
    BASE, OWNER("userSourcedId"), NEEDED_REF("resourceSourcedId", NULL),
};
static const struct csv_column class_resources[] = {
    BASE, OWNER("classSourcedId"), NEEDED_REF("resourceSourcedId", NULL),
};
static const struct csv_column course_resources[] = {
    BASE, OWNER("courseSourcedId"), NEEDED_REF("resourceSourcedId", NULL),
};

#define MAIN(name, collection, columns) \
    {{name ".csv", RC_CSV_MAIN, collection}, NULL, columns, COUNT_OF(columns)}
#define JOINED(name, collection, member, columns) \
    {{name ".csv", RC_CSV_JOINED, collection}, member, columns, COUNT_OF(columns)}
#define UNREAD(name) {{name ".csv", RC_CSV_UNREAD, RC_COLLECTION_COUNT_}, NULL, NULL, 0}

/* A table's file is its first member, so that the one is found from the other. */
static const struct csv_table tables[] = {
    {{"manifest.csv", RC_CSV_MANIFEST, RC_COLLECTION_COUNT_}, NULL, NULL, 0},
    MAIN("orgs", RC_ORGS, orgs),
    MAIN("academicSessions", RC_ACADEMIC_SESSIONS, academic_sessions),
    MAIN("courses", RC_COURSES, courses),
    MAIN("classes", RC_CLASSES, classes),
    MAIN("users", RC_USERS, users),
    MAIN("enrollments", RC_ENROLLMENTS, enrollments),
    MAIN("demographics", RC_DEMOGRAPHICS, demographics),
    MAIN("resources", RC_RESOURCES, resources),
    JOINED("roles", RC_USERS, "roles", roles),
    JOINED("userProfiles", RC_USERS, "userProfiles", user_profiles),
    JOINED("userResources", RC_USERS, "resources", user_resources),
    JOINED("classResources", RC_CLASSES, "resources", class_resources),
    JOINED("courseResources", RC_COURSES, "resources", course_resources),
    UNREAD("categories"), UNREAD("lineItems"), UNREAD("results"), UNREAD("scoreScales"),
    UNREAD("lineItemLearningObjectiveIds"), UNREAD("lineItemScoreScales"),
    UNREAD("resultLearningObjectiveIds"), UNREAD("resultScoreScales"),
};
/* clang-format on */

const struct rc_csv_file *rc_csv_file_at(size_t index)
{
    return index < COUNT_OF(tables) ? &tables[index].file : NULL;
}

const struct rc_csv_file *rc_csv_file_find(struct rc_str name)
{
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        if (rc_str_eq_fold(name, rc_str_of(tables[i].file.name))) return &tables[i].file;
    return NULL;
}

const struct csv_table *csv_table_of(const struct rc_csv_file *file)
{
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        if (&tables[i].file == file) return tables[i].columns ? &tables[i] : NULL;
    return NULL;
}

/* --- headers --- */

/* Characters that nobody sees, and blanks, which nobody means. */
static size_t invisible_step(struct rc_str text)
{
    static const struct rc_str marks[] = {
        RC_STR_INIT("\xEF\xBB\xBF"), RC_STR_INIT("\xE2\x80\x8B"), RC_STR_INIT("\xE2\x80\x8C"),
        RC_STR_INIT("\xE2\x80\x8D"), RC_STR_INIT("\xE2\x80\x8E"), RC_STR_INIT("\xE2\x80\x8F"),
        RC_STR_INIT("\xE2\x81\xA0"), RC_STR_INIT("\xC2\xA0"),     RC_STR_INIT("\xC2\xAD"),
    };

    if ((unsigned char)*text.data <= ' ' || *text.data == '_' || *text.data == '-') return 1;
    for (size_t i = 0; i < COUNT_OF(marks); i++)
        if (rc_str_starts(text, marks[i])) return marks[i].len;
    return 0;
}

static struct rc_str visible(struct rc_str name, struct rc_arena *arena)
{
    char *out = rc_arena_bytes(arena, name.len + 1);
    size_t len = 0;

    while (name.len > 0) {
        const size_t skip = invisible_step(name);
        if (skip == 0) out[len++] = *name.data;
        name.data += skip ? skip : 1;
        name.len -= skip ? skip : 1;
    }
    return (struct rc_str){out, len};
}

static bool is_called(const struct csv_column *column, struct rc_str name)
{
    if (rc_str_eq_fold(name, rc_str_of(column->name))) return true;
    for (size_t i = 0; i < CSV_ALIASES && column->aliases[i]; i++)
        if (rc_str_eq_fold(name, rc_str_of(column->aliases[i]))) return true;
    return false;
}

/* The column of a name; table->count: none of ours. */
static size_t column_of(const struct csv_table *table, struct rc_str name)
{
    size_t column = 0;

    while (column < table->count && !is_called(&table->columns[column], name))
        column++;
    return column;
}

static rc_status note_names(struct rc_csv_layout *layout, const struct rc_str *cells,
                            struct rc_arena *arena)
{
    const struct csv_table *table = layout->table;

    for (size_t i = 0; i < layout->cells; i++) {
        const size_t column = column_of(table, visible(cells[i], arena));
        if (column == table->count) continue;
        if (layout->at[column] >= 0)
            return rc_fail(RC_REJECT, "the column %s stands in the header twice",
                           table->columns[column].name);
        layout->at[column] = (int16_t)i;
    }
    return RC_OK;
}

static rc_status check_needed(const struct rc_csv_layout *layout)
{
    const struct csv_table *table = layout->table;

    for (size_t i = 0; i < table->count; i++)
        if (table->columns[i].needed && layout->at[i] < 0)
            return rc_fail(RC_REJECT, "the header has no column %s", table->columns[i].name);
    return RC_OK;
}

enum { HEADER_CELLS_MAX = 500 };

rc_status rc_csv_layout_read(const struct rc_csv_file *file, struct rc_str header,
                             struct rc_arena *arena, const struct rc_csv_layout **ret_layout)
{
    struct rc_csv_layout *layout = rc_arena_alloc(arena, sizeof *layout);
    struct rc_str *cells = rc_arena_array(arena, HEADER_CELLS_MAX, sizeof *cells);

    layout->table = csv_table_of(file);
    if (!layout->table) return rc_fail(RC_REJECT, "%s has no columns that are read", file->name);
    layout->dialect.separator = rc_csv_separator(header);
    layout->cells = rc_csv_cells(&layout->dialect, header, arena, cells, HEADER_CELLS_MAX);
    if (layout->cells > HEADER_CELLS_MAX)
        return rc_fail(RC_REJECT, "the header has %zu columns, at most %d are taken", layout->cells,
                       HEADER_CELLS_MAX);
    for (size_t i = 0; i < CSV_COLUMNS_MAX; i++)
        layout->at[i] = -1;
    RC_TRY(note_names(layout, cells, arena));
    RC_TRY(check_needed(layout));
    *ret_layout = layout;
    return RC_OK;
}

bool rc_csv_layout_has(const struct rc_csv_layout *layout, const char *column)
{
    for (size_t i = 0; i < layout->table->count; i++)
        if (strcmp(layout->table->columns[i].name, column) == 0) return layout->at[i] >= 0;
    return false;
}

const struct rc_csv_dialect *rc_csv_layout_dialect(const struct rc_csv_layout *layout)
{
    return &layout->dialect;
}

/* --- cells --- */

struct rc_str csv_cell_of(const struct rc_csv_layout *layout, const struct rc_str *cells,
                          size_t column)
{
    const int16_t at = layout->at[column];

    return at < 0 ? (struct rc_str){0} : rc_trim_all(cells[at]);
}

bool csv_is_id(enum csv_cell cell)
{
    return cell == CSV_REF || cell == CSV_REFS;
}

static size_t digits(struct rc_str text, size_t at)
{
    size_t count = 0;

    while (at + count < text.len && text.data[at + count] >= '0' && text.data[at + count] <= '9')
        count++;
    return count;
}

/* 1.23E+05, 1,23E+15, 5E+14 */
bool csv_is_rounded(struct rc_str text)
{
    size_t at = digits(text, 0);

    if (at != 1) return false;
    if (at < text.len && (text.data[at] == '.' || text.data[at] == ','))
        at += 1 + digits(text, at + 1);
    if (at + 3 > text.len || (text.data[at] != 'E' && text.data[at] != 'e') ||
        text.data[at + 1] != '+')
        return false;
    const size_t exponent = digits(text, at + 2);
    return exponent > 0 && at + 2 + exponent == text.len;
}

struct rc_str rc_csv_row_owner(const struct rc_csv_layout *layout, struct rc_str row,
                               struct rc_arena *arena)
{
    struct rc_str *cells = rc_arena_array(arena, layout->cells, sizeof *cells);
    const size_t count = rc_csv_cells(&layout->dialect, row, arena, cells, layout->cells);
    size_t column = CSV_SOURCED_ID;

    if (layout->table->file.role == RC_CSV_JOINED)
        for (column = 0; layout->table->columns[column].cell != CSV_OWNER;)
            column++;
    return (size_t)layout->at[column] < count ? csv_cell_of(layout, cells, column)
                                              : (struct rc_str){0};
}
