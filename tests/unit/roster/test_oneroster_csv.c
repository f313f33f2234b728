/* OneRoster's CSV as real exports write it, and what becomes of each: a page in, canonical records
 * and findings out, through the same mappings as REST. Each row is one deviation. */

#include "rollcall/roster/oneroster_csv.h"

#include <stdlib.h>

#include "rollcall/format/csv_page.h"
#include "rollcall/roster/mapper.h"
#include "support/unit.h"

/* --- pages read to text --- */

struct reading {
    struct rc_csv_reader *reader;
    struct rc_buf *out;
    bool messages;
};

static void note(void *self, const struct rc_finding *finding)
{
    struct reading *reading = self;
    RC_AUTO_BUF struct rc_buf where = {0};
    struct rc_finding told = *finding;

    if (told.where.len == 0) rc_csv_reader_where(reading->reader, told.field, &where);
    if (told.where.len == 0) told.where = rc_buf_str(&where);
    rc_buf_add_str(reading->out, RC_STR("! "));
    if (reading->messages)
        rc_finding_message(&told, reading->out);
    else
        rc_finding_code(&told, reading->out);
    rc_buf_print(reading->out, " %s\n", rc_severity_name(told.severity));
}

static void put_row(struct reading *reading, struct rc_mapper *mapper, const struct rc_csv_row *row)
{
    struct rc_record record = {.dropped = true};

    if (!row->dropped) rc_mapper_record(mapper, row->json, row->line, &record);
    const struct rc_str id = row->dropped ? row->id : record.id;
    rc_buf_print(reading->out, "%lld %.*s%s%s ", (long long)row->line, RC_STR_ARG(id),
                 row->deleted ? " deleted" : "", record.dropped ? " dropped" : "");
    for (size_t i = 0; i < record.body.len; i++)
        rc_buf_add_char(reading->out, record.body.data[i] == '"' ? '\'' : record.body.data[i]);
    rc_buf_add_char(reading->out, '\n');
}

static void read_page(const char *version, enum rc_collection collection, struct rc_str page,
                      bool messages, struct rc_buf *out)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    RC_AUTO(rc_csv_reader) struct rc_csv_reader *reader = NULL;
    RC_AUTO(rc_mapper) struct rc_mapper *mapper = NULL;
    struct reading reading = {.out = out, .messages = messages};
    const struct rc_csv_reader_options options = {.found = note, .self = &reading};
    const struct rc_mapper_options mapping_options = {.found = note, .self = &reading};
    const struct rc_mapping *mapping = NULL;
    struct rc_csv_row row;

    assert_ok(rc_csv_reader_new(page, collection, &options, arena, &reader));
    assert_ok(rc_mapping_find(rc_str_of(version), collection, &mapping));
    reading.reader = reader;
    mapper = rc_mapper_new(mapping, &mapping_options);
    size_t count = 0;
    for (; rc_csv_reader_next(reader, &row); count++)
        put_row(&reading, mapper, &row);
    assert_int_equal(count, rc_csv_reader_count(reader));
}

/* "header\nrows", its first row on line 2. */
static void add_file(struct rc_buf *page, const char *file, bool delta, const char *text)
{
    struct rc_str rows = rc_str_of(text);
    const struct rc_str header = rc_str_cut(&rows, '\n');
    const struct rc_csv_section section = {rc_str_of(file), delta,
                                           strchr(text, '#') == text ? 0 : 2, header, rows};

    rc_csv_section_print(&section, page);
}

static const char *file_of(enum rc_collection collection)
{
    const struct rc_csv_file *file = NULL;

    for (size_t i = 0; (file = rc_csv_file_at(i)) != NULL; i++)
        if (file->role == RC_CSV_MAIN && file->collection == collection) return file->name;
    return "";
}

/* --- deviations --- */

#define USER_COLUMNS                                                                              \
    "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName" \
    ",familyName"
#define USER_BODY                                                            \
    "{'enabled':true,'familyName':'Lee','givenName':'Ann','roles':[{'org':'" \
    "s1','role':'teacher'}],'username':'ann'}"
#define ENROLLMENT_BODY "{'class':'c1','role':'student','school':'s1','user':'u1'}"
#define CLASS_COLUMNS                                                          \
    "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode" \
    ",classType,location,schoolSourcedId,termSourcedIds"

static const struct {
    const char *says;
    enum rc_collection collection;
    bool delta;
    const char *text;
    const char *records;
} cases[] = {
    {"a row as the standard writes it", RC_USERS, false,
     USER_COLUMNS "\nu1,,,true,s1,teacher,ann,,Ann,Lee\n", "2 u1 " USER_BODY "\n"},
    {"every cell quoted", RC_USERS, false,
     USER_COLUMNS "\n\"u1\",\"\",\"\",\"true\",\"s1\",\"teacher\",\"ann\",\"\",\"Ann\",\"Lee\"\n",
     "2 u1 " USER_BODY "\n"},
    {"semicolons instead of commas", RC_USERS, false,
     "sourcedId;enabledUser;orgSourcedIds;role;username;givenName;familyName\n"
     "u1;true;s1;teacher;ann;Ann;Lee\n",
     "2 u1 " USER_BODY "\n"},
    {"columns in another order and case", RC_USERS, false,
     "FAMILYNAME,GivenName,sourcedid,Role,OrgSourcedIds,username,enableduser\n"
     "Lee,Ann,u1,teacher,s1,ann,true\n",
     "2 u1 " USER_BODY "\n"},
    {"invisible characters in headers", RC_USERS, false,
     "\xEF\xBB\xBFsourcedId,enabledUser ,\xE2\x80\x8Borg "
     "Sourced_Ids,role\xC2\xA0,username,givenName,"
     "familyName\nu1,true,s1,teacher,ann,Ann,Lee\n",
     "2 u1 " USER_BODY "\n"},
    {"True and TRUE", RC_USERS, false, USER_COLUMNS "\nu1,,,True,s1,teacher,ann,,Ann,Lee\n",
     "2 u1 " USER_BODY "\n"},
    {"status and date filled in bulk are ignored", RC_USERS, false,
     USER_COLUMNS "\nu1,tobedeleted,yesterday,TRUE,s1,teacher,ann,,Ann,Lee\n",
     "2 u1 " USER_BODY "\n"},
    {"status inactive marks a delta's row as deleted", RC_USERS, true,
     USER_COLUMNS "\nu1,inactive,2023-05-01,true,s1,teacher,ann,,Ann,Lee\n",
     "2 u1 deleted " USER_BODY "\n"},
    {"ids of other systems", RC_USERS, false,
     USER_COLUMNS "\nu1,,,true,s1,teacher,ann,\"{LDAP:12},{SIS: 99}, 7\",Ann,Lee\n",
     "2 u1 {'enabled':true,'familyName':'Lee','givenName':'Ann','roles':[{'org':'s1','role':"
     "'teacher'}],'userIds':[{'identifier':'12','type':'LDAP'},{'identifier':'99','type':'SIS'},{"
     "'identifier':'7'}],'username':'ann'}\n"},
    {"a role at several orgs, with blanks around the items", RC_USERS, false,
     USER_COLUMNS "\nu1,,,true,\" s1 , s2,\",teacher,ann,,Ann,Lee\n",
     "2 u1 {'enabled':true,'familyName':'Lee','givenName':'Ann','roles':[{'org':'s1','role':"
     "'teacher'},{'org':'s2','role':'teacher'}],'username':'ann'}\n"},
    {"prefferedGivenName, and preferredFirstName in CSV", RC_USERS, false,
     USER_COLUMNS ",prefferedGivenName\nu1,,,true,s1,teacher,ann,,Ann,Lee,Annie\n",
     "2 u1 {'enabled':true,'familyName':'Lee','givenName':'Ann','preferredFirstName':'Annie',"
     "'roles':[{'org':'s1','role':'teacher'}],'username':'ann'}\n"},
    {"resourceSourcedIds of the 2021 draft", RC_USERS, false,
     USER_COLUMNS ",resourceSourcedIds\nu1,,,true,s1,teacher,ann,,Ann,Lee,\"r2,r1\"\n",
     "2 u1 {'enabled':true,'familyName':'Lee','givenName':'Ann','resources':['r1','r2'],'roles':[{"
     "'org':'s1','role':'teacher'}],'username':'ann'}\n"},
    {"a password is never read", RC_USERS, false,
     USER_COLUMNS ",password\nu1,,,true,s1,teacher,ann,,Ann,Lee,made-up\n", "2 u1 " USER_BODY "\n"},
    {"metadata and other columns behind the standard's", RC_ENROLLMENTS, false,
     "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role,metadata.x,courseSourcedId\n"
     "e1,c1,s1,u1,student,5,k1\n",
     "2 e1 " ENROLLMENT_BODY "\n"},
    {"trailing empty columns", RC_ENROLLMENTS, false,
     "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role,,\n"
     "e1,c1,s1,u1,student,,\ne2,c1,s1,u1,student,,,,\n",
     "2 e1 " ENROLLMENT_BODY "\n3 e2 " ENROLLMENT_BODY "\n"},
    {"termSourcedId in the singular, Scheduled with a capital", RC_CLASSES, false,
     "sourcedId,title,courseSourcedId,classType,schoolSourcedId,termSourcedId\n"
     "c1,Math,k1,Scheduled,s1,t1\n",
     "2 c1 {'classType':'scheduled','course':'k1','school':'s1','terms':['t1'],'title':'Math'}\n"},
    {"lists padded with blanks", RC_CLASSES, false,
     CLASS_COLUMNS "\nc1,,,Math,\" 09, 10 \",k1,,homeroom,,s1,\"t1 , t2\"\n",
     "2 c1 {'classType':'homeroom','course':'k1','grades':['09','10'],'school':'s1','terms':['t1',"
     "'t2'],'title':'Math'}\n"},
    {"dates as 1/05/2023", RC_ACADEMIC_SESSIONS, false,
     "sourcedId,title,type,startDate,endDate,schoolYear\nt1,Fall,term,1/05/2023,2023-06-01,2023\n",
     "2 t1 {'endDate':'2023-06-01','schoolYear':'2023','startDate':'2023-01-05','title':'Fall',"
     "'type':'term'}\n"},
    {"stateofBirthAbbreviation with a small o", RC_DEMOGRAPHICS, false,
     "sourcedId,stateofBirthAbbreviation\nu1,OH\n", "2 u1 {'stateOfBirthAbbreviation':'OH'}\n"},
    {"dataLastModified", RC_ORGS, true,
     "sourcedId,status,dataLastModified,name,type\no1,active,2023-05-01,North,school\n",
     "2 o1 {'name':'North','type':'school'}\n"},
    {"a course's org and school year are references", RC_COURSES, false,
     "sourcedId,schoolYearSourcedId,title,courseCode,orgSourcedId,subjects\n"
     "k1,y1,Algebra,A1,d1,\"Maths,Logic\"\n",
     "2 k1 {'courseCode':'A1','org':'d1','schoolYear':'y1','subjects':['Maths','Logic'],'title':"
     "'Algebra'}\n"},
    {"line numbers count blank lines and breaks within quotes", RC_ORGS, false,
     "sourcedId,name,type,identifier\no1,North,school,\n\no2,South,school,\"a\nb\"\no3,East,school,"
     "\n",
     "2 o1 {'name':'North','type':'school'}\n! orgs.identifier.control-characters warning\n"
     "4 o2 {'name':'South','type':'school'}\n6 o3 {'name':'East','type':'school'}\n"},

    /* --- damage: values are dropped, the record stays present --- */
    {"a short row", RC_ORGS, false, "sourcedId,name,type\no1,North\no2,South,school\n",
     "! orgs.record.short error\n2 o1 dropped \n3 o2 {'name':'South','type':'school'}\n"},
    {"a row of its id alone has no readable id", RC_ORGS, false, "sourcedId,name,type\no1\n",
     "! orgs.record.short error\n2  dropped \n"},
    {"a long row", RC_ORGS, false, "sourcedId,name,type\no1,North, Upper,school\n",
     "! orgs.record.long error\n2 o1 dropped \n"},
    {"an unclosed quote", RC_ORGS, false,
     "sourcedId,name,type\no1,\"North,school\no2,South,school\n",
     "! orgs.record.quotes error\n2 o1 dropped \n3 o2 {'name':'South','type':'school'}\n"},
    {"a quote closed within a value", RC_ORGS, false, "sourcedId,name,type\no1,\"No\"rth,school\n",
     "! orgs.record.quotes error\n2 o1 dropped \n"},
    {"bytes that are no UTF-8", RC_ORGS, false, "sourcedId,name,type\no1,N\xF6rth,school\n",
     "! orgs.record.encoding error\n2 o1 dropped \n"},
    {"a row of separators has no readable id", RC_ORGS, false, "sourcedId,name,type\n,,\n",
     "! orgs.sourcedId.missing error\n2  dropped \n"},
    {"an id that a spreadsheet rounded", RC_ORGS, false,
     "sourcedId,name,type\n1.23E+05,North,school\n",
     "! orgs.sourcedId.rounded error\n2  dropped \n"},
    {"a reference that a spreadsheet rounded", RC_ORGS, false,
     "sourcedId,name,type,parentSourcedId\no1,North,school,1.23E+15\n",
     "! orgs.parent.rounded warning\n2 o1 {'name':'North','type':'school'}\n"},
    {"a needed reference that a spreadsheet rounded", RC_ENROLLMENTS, false,
     "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role\ne1,c1,s1,4E+14,student\n",
     "! enrollments.user.rounded warning\n! enrollments.user.missing error\n2 e1 dropped \n"},
};

static void test_each_deviation_has_its_own_end(void **state)
{
    int failed = 0;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        RC_AUTO_BUF struct rc_buf page = {0};
        RC_AUTO_BUF struct rc_buf got = {0};
        add_file(&page, file_of(cases[i].collection), cases[i].delta, cases[i].text);
        read_page("oneroster-rest/1.1", cases[i].collection, rc_buf_str(&page), false, &got);
        if (rc_str_eq(rc_buf_str(&got), rc_str_of(cases[i].records))) continue;
        print_error("%s:\n%swhere this is due:\n%s", cases[i].says, got.data, cases[i].records);
        failed++;
    }
    assert_int_equal(failed, 0);
}

static void test_a_nul_in_a_row_drops_its_values(void **state)
{
    static const char rows[] = "o1,No\0rth,school\n";
    const struct rc_csv_section section = {
        RC_STR("orgs.csv"), false, 2, RC_STR("sourcedId,name,type"), {rows, sizeof rows - 1}};
    RC_AUTO_BUF struct rc_buf page = {0};
    RC_AUTO_BUF struct rc_buf got = {0};

    (void)state;
    rc_csv_section_print(&section, &page);
    read_page("oneroster-rest/1.1", RC_ORGS, rc_buf_str(&page), false, &got);
    assert_string_equal(got.data, "! orgs.record.encoding error\n2 o1 dropped \n");
}

/* --- 1.2: rows of other files --- */

static void test_rows_of_other_files_make_a_user_of_1_2(void **state)
{
    RC_AUTO_BUF struct rc_buf page = {0};
    RC_AUTO_BUF struct rc_buf got = {0};

    (void)state;
    add_file(&page, "users.csv", false,
             "sourcedId,enabledUser,username,givenName,familyName,primaryOrgSourcedId\n"
             "u1,true,ann,Ann,Lee,s1\nu2,true,bob,Bob,Ray,\n");
    add_file(&page, "roles.csv", false,
             "#,sourcedId,status,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId\n"
             "4,r1,,u1,primary,teacher,,,s1\n9,r3,,u2,primary,student,2026-08-01,,s1\n"
             "7,r2,,u1,secondary,proctor,,,s2\n");
    add_file(&page, "userProfiles.csv", false,
             "#,sourcedId,userSourcedId,profileType,vendorId,credentialType,username,password\n"
             "3,p1,u1,primary,v1,basic,ann.lee,made-up\n");
    add_file(&page, "userResources.csv", false,
             "#,sourcedId,userSourcedId,resourceSourcedId\n3,x1,u1,res2\n2,x2,u1,res1\n");
    read_page("oneroster-rest/1.2", RC_USERS, rc_buf_str(&page), false, &got);
    assert_string_equal(
        got.data,
        "2 u1 {'enabled':true,'familyName':'Lee','givenName':'Ann','primaryOrg':'s1','resources':["
        "'res1','res2'],'roles':[{'org':'s2','role':'proctor','roleType':'secondary'},{'org':'s1',"
        "'role':'teacher','roleType':'primary'}],'userProfiles':[{'credentials':[{'type':'basic',"
        "'username':'ann.lee'}],'profileId':'p1','profileType':'primary','vendorId':'v1'}],"
        "'username':'ann'}\n"
        "3 u2 {'enabled':true,'familyName':'Ray','givenName':'Bob','roles':[{'beginDate':"
        "'2026-08-01','org':'s1','role':'student','roleType':'primary'}],'username':'bob'}\n");
}

static void test_findings_name_file_line_and_column(void **state)
{
    RC_AUTO_BUF struct rc_buf page = {0};
    RC_AUTO_BUF struct rc_buf got = {0};

    (void)state;
    add_file(&page, "users.csv", false,
             "sourcedId,enabledUser,username,givenName,familyName,email,primaryOrgSourcedId\n"
             "u1,true,ann,Ann,Lee,no address,1E+15\nu2,true,bob,Bob,Ray,,\n");
    add_file(&page, "roles.csv", false,
             "#,sourcedId,userSourcedId,roleType,role,orgSourcedId\n17,r1,u1,primary,,s1\n"
             "21,r2,u2,primary,teacher\n");
    read_page("oneroster-rest/1.2", RC_USERS, rc_buf_str(&page), true, &got);
    assert_non_null(strstr(got.data, "! users.csv line 2: email is not in a form"));
    assert_non_null(strstr(got.data,
                           "users.csv line 2, column primaryOrgSourcedId: primaryOrg is a "
                           "number that a spreadsheet has rounded"));
    assert_non_null(strstr(got.data, "! roles.csv line 17: roles has an entry without all"));
    assert_non_null(strstr(got.data, "! roles.csv line 21: record has fewer cells"));
    assert_non_null(strstr(got.data, "\n3 u2 dropped"));
}

static void test_a_role_that_a_delta_marks_deleted_is_none(void **state)
{
    RC_AUTO_BUF struct rc_buf page = {0};
    RC_AUTO_BUF struct rc_buf got = {0};

    (void)state;
    add_file(&page, "users.csv", true,
             "sourcedId,status,dateLastModified,enabledUser,givenName,familyName\n"
             "u1,active,2026-10-01T00:00:00.000Z,true,Ann,Lee\n");
    add_file(&page, "roles.csv", true,
             "#,sourcedId,status,dateLastModified,userSourcedId,roleType,role,orgSourcedId\n"
             "2,r1,active,,u1,primary,teacher,s1\n3,r2,tobedeleted,,u1,primary,aide,s1\n"
             "4,r3,To be deleted,,u1,primary,aide,s2\n");
    read_page("oneroster-rest/1.2", RC_USERS, rc_buf_str(&page), false, &got);
    assert_non_null(
        strstr(got.data, "'roles':[{'org':'s1','role':'teacher','roleType':'primary'}]"));
}

/* --- headers that cannot be used --- */

static rc_status read_header(const char *file, const char *header)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct rc_csv_layout *layout = NULL;

    return rc_csv_layout_read(rc_csv_file_find(rc_str_of(file)), rc_str_of(header), arena, &layout);
}

static void test_a_header_without_a_needed_column_is_refused_by_name(void **state)
{
    (void)state;
    assert_ok(read_header("userprofiles.csv", "sourcedId,userSourcedId"));
    assert_fails(read_header("users.csv", "id,givenName,familyName"), RC_REJECT,
                 "no column sourcedId");
    assert_fails(read_header("users.csv", "sourcedId,givenName"), RC_REJECT,
                 "no column familyName");
    assert_fails(read_header("roles.csv", "sourcedId,role,orgSourcedId"), RC_REJECT,
                 "no column userSourcedId");
    assert_fails(read_header("orgs.csv", "sourcedId,name,type,Name"), RC_REJECT,
                 "the column name stands in the header twice");
    assert_null(rc_csv_file_find(RC_STR("people.csv")));
}

static void test_a_page_of_another_collection_is_refused(void **state)
{
    RC_AUTO(rc_arena) struct rc_arena *arena = rc_arena_new(0);
    const struct rc_csv_reader_options options = {.found = note};
    RC_AUTO_BUF struct rc_buf page = {0};
    struct rc_csv_reader *reader = NULL;

    (void)state;
    add_file(&page, "orgs.csv", false, "sourcedId,name,type\n");
    assert_fails(rc_csv_reader_new(rc_buf_str(&page), RC_USERS, &options, arena, &reader),
                 RC_REJECT, "orgs.csv is not read for users");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_deviation_has_its_own_end),
        cmocka_unit_test(test_a_nul_in_a_row_drops_its_values),
        cmocka_unit_test(test_rows_of_other_files_make_a_user_of_1_2),
        cmocka_unit_test(test_findings_name_file_line_and_column),
        cmocka_unit_test(test_a_role_that_a_delta_marks_deleted_is_none),
        cmocka_unit_test(test_a_header_without_a_needed_column_is_refused_by_name),
        cmocka_unit_test(test_a_page_of_another_collection_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
