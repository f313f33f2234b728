/* Credentials leave PostgreSQL sealed and are opened here, in the program that signs in with them,
 * for the time of one task. */
#include "credential.h"

#include "rollcall/base/log.h"
#include "rollcall/worker/keyring.h"

static rc_status open_sealed(struct rc_stage_env *env, const struct lane *lane, const char *name,
                             struct rc_str sealed, struct rc_str *ret_value)
{
    const char *field = rc_str_print(env->arena, "credential:%s", name).data;
    const rc_status status = rc_keyring_open(env->keys, env->db, lane->request.district, field,
                                             sealed, env->arena, ret_value);

    if (status != RC_REJECT) return status;
    rc_log_error("credential.unreadable", "%s", rc_error_text());
    *ret_value = (struct rc_str){0};
    return RC_OK;
}

rc_status credential_read(struct rc_stage_env *env, const struct lane *lane,
                          const struct rc_rows *rows, int at, const char *name,
                          struct rc_str *ret_value)
{
    const struct rc_str value = rc_rows_bytes(rows, 0, at, env->arena);

    *ret_value = value;
    if (value.len == 0 || !rc_rows_bool(rows, 0, at + 1)) return RC_OK;
    return open_sealed(env, lane, name, value, ret_value);
}
