/* The field in hand: where its values stand, and what is told of it. What the kinds of fields and
 * the engine share, so that neither calls the other. */

#include "mapper_private.h"

enum rc_took rc_mapper_report(struct rc_mapper *mapper, enum rc_rule rule, struct rc_str detail)
{
    const enum rc_severity severity = rc_rule_severity(rule, mapper->needed);
    const struct rc_finding finding = {.collection = mapper->mapping->collection,
                                       .id = mapper->id,
                                       .place = mapper->place,
                                       .field = mapper->field_name,
                                       .rule = rule,
                                       .severity = severity,
                                       .detail = detail};

    if (severity == RC_ERROR) mapper->dropped = true;
    if ((mapper->reported & (1U << rule)) != 0) return RC_REPORTED;
    mapper->reported |= 1U << rule;
    if (mapper->options.found) mapper->options.found(mapper->options.self, &finding);
    return RC_REPORTED;
}

void rc_mapper_begin(struct rc_mapper *mapper, const struct rc_field *field,
                     const unsigned char *slot)
{
    mapper->field = field;
    mapper->slot = slot;
    mapper->field_name = field->sources[0];
    mapper->needed = field->need == RC_NEEDED;
    mapper->reported = 0;
}

const struct rc_json *rc_mapper_source(const struct rc_mapper *mapper, size_t which)
{
    if (which >= RC_FIELD_SOURCES || !mapper->field->sources[which]) return NULL;
    const struct rc_json *value = mapper->values[mapper->slot[which]];

    return rc_json_has_value(value) ? value : NULL;
}
