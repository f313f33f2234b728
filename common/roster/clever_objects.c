/* Schools, terms, courses and sections of Clever as records. */
#include "clever_writer.h"
#include "rollcall/base/map.h"

static const struct rc_json *field(const struct rc_clever_writer *writer, const char *name)
{
    return rc_json_get(writer->object, name);
}

static void begin(struct rc_clever_writer *writer)
{
    rc_clever_begin(writer, rc_json_text(field(writer, "id")), writer->deleted);
}

/* What has a district is a school in it. */
void rc_clever_write_org(struct rc_clever_writer *writer)
{
    const struct rc_json *district = field(writer, "district");
    const struct rc_json *const numbers[] = {field(writer, "school_number"),
                                             field(writer, "sis_id"), field(writer, "state_id"),
                                             field(writer, "nces_id")};

    begin(writer);
    rc_clever_put(writer, "name", field(writer, "name"));
    rc_json_put_text(&writer->json, "type", district ? RC_STR("school") : RC_STR("district"));
    rc_clever_put(writer, "parent", district);
    rc_clever_put_first(writer, "identifier", numbers, COUNT_OF(numbers));
    rc_clever_end(writer);
}

/* A term may lack its name and its dates. */
void rc_clever_write_term(struct rc_clever_writer *writer)
{
    const struct rc_json *name = field(writer, "name");

    begin(writer);
    rc_clever_put(writer, "title", name);
    if (!rc_clever_holds(name)) rc_json_put_text(&writer->json, "title", RC_STR("Term"));
    rc_json_put_text(&writer->json, "type", RC_STR("term"));
    rc_clever_put(writer, "startDate", field(writer, "start_date"));
    rc_clever_put(writer, "endDate", field(writer, "end_date"));
    rc_clever_end(writer);
}

void rc_clever_write_course(struct rc_clever_writer *writer)
{
    const struct rc_json *const names[] = {field(writer, "name"), field(writer, "number")};

    begin(writer);
    rc_clever_put_first(writer, "title", names, COUNT_OF(names));
    if (!rc_clever_holds(names[0]) && !rc_clever_holds(names[1]))
        rc_json_put_text(&writer->json, "title", RC_STR("Course"));
    rc_clever_put(writer, "courseCode", field(writer, "number"));
    rc_clever_put(writer, "org", field(writer, "district"));
    rc_clever_end(writer);
}

void rc_clever_write_class(struct rc_clever_writer *writer)
{
    const struct rc_json *const codes[] = {field(writer, "section_number"),
                                           field(writer, "sis_id")};
    const bool homeroom = rc_str_eq(rc_json_text(field(writer, "subject")),
                                    RC_STR("homeroom/advisory"));

    begin(writer);
    rc_clever_put(writer, "title", field(writer, "name"));
    rc_clever_put_first(writer, "classCode", codes, COUNT_OF(codes));
    rc_json_put_text(&writer->json, "classType",
                     homeroom ? RC_STR("homeroom") : RC_STR("scheduled"));
    rc_clever_put(writer, "course", field(writer, "course"));
    rc_clever_put_grade(writer, field(writer, "grade"));
    rc_clever_put(writer, "periods", field(writer, "period"));
    rc_clever_put(writer, "school", field(writer, "school"));
    rc_clever_put(writer, "subjects", field(writer, "subject"));
    rc_clever_put(writer, "terms", field(writer, "term_id"));
    rc_clever_end(writer);
}

/* ---- enrollments: derived from whom a section lists ---- */

struct seats {
    struct rc_clever_writer *writer;
    struct rc_map *taken; /* ids of enrollments that were written */
    bool deleted;
};

static void write_seat(struct seats *seats, const struct rc_json *user, const char *role)
{
    struct rc_clever_writer *writer = seats->writer;
    const struct rc_str section = rc_json_text(field(writer, "id"));
    const struct rc_str person = rc_json_text(user);
    const struct rc_str id = rc_str_print(writer->arena, "%.*s:%.*s:%s", RC_STR_ARG(section),
                                          RC_STR_ARG(person), role);

    if (person.len == 0 || rc_map_put(seats->taken, id, writer)) return;
    rc_clever_begin(writer, id, seats->deleted);
    rc_json_put_text(&writer->json, "class", section);
    rc_json_put_text(&writer->json, "role", rc_str_of(role));
    rc_clever_put(writer, "school", field(writer, "school"));
    rc_json_put_text(&writer->json, "user", person);
    if (strcmp(role, "teacher") == 0)
        rc_json_put_bool(&writer->json, "primary",
                         rc_str_eq(person, rc_json_text(field(writer, "teacher"))));
    rc_clever_end(writer);
}

/* All whom an object lists: of a section as it is, or of what an event says that it was before. */
static void write_seats(struct seats *seats, const struct rc_json *list)
{
    static const struct {
        const char *name, *role;
    } lists[] = {{"students", "student"}, {"teachers", "teacher"}};

    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        const struct rc_json *users = rc_json_get(list, lists[i].name);
        for (const struct rc_json *at = rc_json_first(users); at; at = rc_json_next(at))
            write_seat(seats, at, lists[i].role);
    }
    write_seat(seats, rc_json_get(list, "teacher"), "teacher");
}

void rc_clever_write_enrollments(struct rc_clever_writer *writer)
{
    struct seats seats = {writer, rc_map_new(writer->arena), writer->deleted};

    write_seats(&seats, writer->object);
    seats.deleted = true;
    write_seats(&seats, writer->before);
}
