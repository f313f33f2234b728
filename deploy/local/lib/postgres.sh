# shellcheck shell=sh
# PostgreSQL 15: a cluster of our own under .local, on its own port, TCP on the loopback only. Debian's
# clusters (pg_lsclusters) are neither read nor changed.

PG_BIN=/usr/lib/postgresql/15/bin
PG_DATA=$STATE/postgres/data

# PG_AS: the words in front of a command that has to run as the cluster's user. PostgreSQL refuses to run
# as root, so root hands over to Debian's user `postgres`; anybody else runs it as himself. Where that
# user cannot reach the folder (a checkout below /root), it gets the one capability that lets it through.
choose_postgres_user() {
    PG_AS=
    [ "$(id -u)" -eq 0 ] || return 0
    PG_AS='setpriv --reuid=postgres --regid=postgres --clear-groups'
    mkdir -p "$STATE/postgres"
    chown postgres "$STATE/postgres"
    $PG_AS test -x "$STATE/postgres" 2>/dev/null ||
        PG_AS="$PG_AS --inh-caps=-all,+dac_override --ambient-caps=-all,+dac_override"
}

create_cluster() {
    [ ! -d "$PG_DATA" ] || return 0
    mkdir -p "$STATE/postgres"
    rm -rf "$PG_DATA.new"
    # shellcheck disable=SC2086 # PG_AS is several words
    (cd / && exec $PG_AS "$PG_BIN/initdb" -D "$PG_DATA.new" -U postgres -A trust -E UTF8 \
        --locale=C.UTF-8 --no-instructions)
    # shared_buffers and the rest suit a laptop; no socket, since its path may be too long for one.
    cat >>"$PG_DATA.new/postgresql.conf" <<EOF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = '128MB'
timezone = 'UTC'
log_timezone = 'UTC'
EOF
    mv "$PG_DATA.new" "$PG_DATA"
}

psql_admin() {
    PGOPTIONS='-c client_min_messages=warning' psql -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 \
        -p "$(port POSTGRES)" -U postgres -d "${PG_DATABASE:-postgres}" "$@"
}

postgres_ready() { "$PG_BIN/pg_isready" -q -h 127.0.0.1 -p "$(port POSTGRES)"; }

# The owner of everything may create the programs' roles, which the migrations do.
create_database() {
    if [ "$(psql_admin -At -c "SELECT 1 FROM pg_roles WHERE rolname = 'rollcall_owner'")" != 1 ]; then
        psql_admin -c 'CREATE ROLE rollcall_owner LOGIN CREATEROLE'
    fi
    if [ "$(psql_admin -At -c "SELECT 1 FROM pg_database WHERE datname = 'rollcall'")" != 1 ]; then
        psql_admin -c 'CREATE DATABASE rollcall OWNER rollcall_owner'
    fi
}

start_postgres() {
    note "already running"
    alive postgres || launch_postgres
    wait_for 60 postgres postgres_ready
    create_database
}

launch_postgres() {
    require_free POSTGRES
    choose_postgres_user
    create_cluster
    # A server that was killed leaves this file behind and cannot know whether that pid is still its own.
    rm -f "$PG_DATA/postmaster.pid"
    : >"$LOGS/postgres.log"
    # shellcheck disable=SC2086 # PG_AS is several words
    daemon postgres $PG_AS "$PG_BIN/postgres" -D "$PG_DATA" -p "$(port POSTGRES)"
    note "127.0.0.1:$(port POSTGRES)"
}

# INT is PostgreSQL's "fast": it ends sessions and writes a checkpoint.
stop_postgres() { stop_daemon postgres INT 60; }

# database_url ROLE
database_url() { echo "postgresql://$1@127.0.0.1:$(port POSTGRES)/rollcall"; }
