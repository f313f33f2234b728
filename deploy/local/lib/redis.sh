# shellcheck shell=sh
# Redis with an append-only file. Debian's redis-tools holds the server's program under the name of one
# of its tools; it behaves by the name it is called, so a link is enough and no host service is added.

redis_program() {
    if command -v redis-server >/dev/null; then
        command -v redis-server
        return
    fi
    ln -sf /usr/bin/redis-check-rdb "$STATE/redis/redis-server"
    echo "$STATE/redis/redis-server"
}

redis_conf() {
    cat <<EOF
# Written by deploy/local/up at each start.
bind 127.0.0.1
port $(port REDIS)
dir $STATE/redis/data
appendonly yes
appendfsync everysec
save ""
daemonize no
EOF
}

redis_ready() { [ "$(redis-cli -h 127.0.0.1 -p "$(port REDIS)" ping 2>/dev/null)" = PONG ]; }

start_redis() {
    note "already running"
    alive redis || launch_redis
    wait_for 30 redis redis_ready
}

launch_redis() {
    require_free REDIS
    mkdir -p "$STATE/redis/data"
    redis_conf >"$STATE/redis/redis.conf"
    daemon redis "$(redis_program)" "$STATE/redis/redis.conf"
    note "127.0.0.1:$(port REDIS)"
}

stop_redis() { stop_daemon redis TERM 20; }
