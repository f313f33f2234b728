/* How PostgreSQL is to join while a plan is made: whole tables at once, or one person by index.
 * What it knows of the tables may be older than the first load, so it is told. */
#include "plan_engine.h"

#define MANY_ROWS 10000

rc_status plan_engine_join_for(struct plan_engine *engine, int64_t rows)
{
    return rc_db_script(engine->tx, rows < MANY_ROWS ? "SET LOCAL enable_nestloop = on"
                                                     : "SET LOCAL enable_nestloop = off");
}
