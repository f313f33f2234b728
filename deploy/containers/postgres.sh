#!/bin/sh
# Entry point of the postgres image: makes the cluster and Rollcall's database at the first start, then is
# the server. Trust on the network: for trials behind a compose network, never published.
set -eu
bin=/usr/lib/postgresql/15/bin
data=/data/postgres
port=${POSTGRES_PORT:-5432}

if [ ! -d "$data" ]; then
    rm -rf "$data.new"
    "$bin/initdb" -D "$data.new" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-instructions
    {
        echo "listen_addresses = '*'"
        echo "unix_socket_directories = '/tmp'"
        echo "max_connections = 200"
        echo "timezone = 'UTC'"
    } >>"$data.new/postgresql.conf"
    echo "host all all all trust" >>"$data.new/pg_hba.conf"
    # Alone with itself: nobody connects before the owner and the database are there.
    "$bin/postgres" --single -D "$data.new" postgres >/dev/null <<EOF
CREATE ROLE rollcall_owner LOGIN CREATEROLE
CREATE DATABASE rollcall OWNER rollcall_owner
EOF
    mv "$data.new" "$data"
fi
exec "$bin/postgres" -D "$data" -p "$port"
