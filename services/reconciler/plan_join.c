/* How PostgreSQL is to join while a plan is made: whole tables at once, or one person by index.
 * What it knows of the tables may be older than the first load, so it is told. */
#include "plan_engine.h"

#define MANY_ROWS 2000

rc_status plan_engine_join_single(struct plan_engine *engine)
{
    return rc_db_script(engine->tx, "SET LOCAL enable_nestloop = on");
}

rc_status plan_engine_join_for(struct plan_engine *engine, int64_t rows)
{
    if (rows < MANY_ROWS) return plan_engine_join_single(engine);
    return rc_db_script(engine->tx, "SET LOCAL enable_nestloop = off");
}
