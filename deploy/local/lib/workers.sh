# shellcheck shell=sh
# The programs of Rollcall: each gets its configuration from a file of environment variables under
# .local/env, which can also be read to see (or try by hand) what a program was started with.

# Daemon name, program, and the name of its admin port; two fetchers, since fetchers are what one scales.
WORKER_TABLE='fetcher-1 rollcall-fetcher ADMIN_FETCHER_1
fetcher-2 rollcall-fetcher ADMIN_FETCHER_2
normalizer rollcall-normalizer ADMIN_NORMALIZER
reconciler rollcall-reconciler ADMIN_RECONCILER
notifier rollcall-notifier ADMIN_NOTIFIER
scheduler rollcall-scheduler ADMIN_SCHEDULER
roster-server rollcall-roster-server ADMIN_ROSTER_SERVER
webhook rollcall-webhook ADMIN_WEBHOOK'

worker_names() { echo "$WORKER_TABLE" | cut -d' ' -f1; }

# worker_field NAME NUMBER
worker_field() { echo "$WORKER_TABLE" | awk -v n="$1" -v f="$2" '$1 == n { print $f }'; }

common_env() {
    cat <<EOF
ROLLCALL_KAFKA_BROKERS=127.0.0.1:$(port KAFKA)
ROLLCALL_REDIS_URL=redis://127.0.0.1:$(port REDIS)/0
ROLLCALL_LOG_LEVEL=${ROLLCALL_LOG_LEVEL:-info}
EOF
}

# The master key of this machine alone, for the programs that seal or open: made once, kept by `down`.
key_env() { echo "ROLLCALL_KEYS_MASTER_FILE=$STATE/keys/master"; }

make_master_key() {
    [ ! -s "$STATE/keys/master" ] || return 0
    mkdir -p "$STATE/keys"
    (
        umask 077
        head -c 32 /dev/urandom | base64 >"$STATE/keys/master"
    )
}

# worker_env NAME: the whole environment of one worker.
worker_env() {
    env_program=$(worker_field "$1" 2)
    common_env
    echo "ROLLCALL_DATABASE_URL=$(database_url "$(echo "$env_program" | tr - _)")"
    echo "ROLLCALL_ADMIN_PORT=$(port "$(worker_field "$1" 3)")"
    case $env_program in
    rollcall-fetcher | rollcall-normalizer | rollcall-reconciler | rollcall-webhook) key_env ;;
    esac
    case $env_program in
    rollcall-fetcher) echo "ROLLCALL_FETCH_ALLOW_HOSTS=127.0.0.1" ;; # where the pretend SIS listens
    rollcall-reconciler) echo "ROLLCALL_STAGE_INSTANCE=$1" ;; # restarted, it keeps its partitions
    rollcall-webhook) echo "ROLLCALL_WEBHOOK_ALLOW_HOSTS=127.0.0.1" ;; # where a sample application listens
    rollcall-roster-server) echo "ROLLCALL_SERVER_PORT=$(port ROSTER_SERVER)" ;;
    rollcall-notifier) echo "ROLLCALL_SMTP_URL=smtp://127.0.0.1:$(port SMTP)" ;;
    esac
}

# cli_env ROLE: the command line tool connects as its own role, only the migrations as the owner.
cli_env() {
    common_env
    key_env
    echo "ROLLCALL_DATABASE_URL=$(database_url "$1")"
}

write_env() {
    mkdir -p "$STATE/env"
    make_master_key
    for name in $(worker_names); do worker_env "$name" >"$STATE/env/$name"; done
    cli_env rollcall_cli >"$STATE/env/cli"
    cli_env rollcall_owner >"$STATE/env/owner"
}

# with_env NAME COMMAND...: runs COMMAND under the variables of .local/env/NAME.
with_env() {
    env_name=$1
    shift
    # shellcheck disable=SC2046 # one word per variable; values hold no blanks
    env $(env_words "$env_name") "$@"
}

# env_words NAME: the arguments of env(1) for it. Variables of the scripts themselves (ports, folders) are
# taken away: a program ends with an error at a setting that it does not know.
env_words() {
    env | sed -n 's/^\(ROLLCALL_[A-Z0-9_]*\)=.*/-u \1/p'
    cat "$STATE/env/$1"
}

rollcall() { with_env cli "$BIN/rollcall" "$@"; }

migrate_database() { with_env owner "$BIN/rollcall" db migrate && note "$(last_line)"; }
seal_what_lies_plain() { rollcall key seal-all && note "$(last_line)"; }
apply_topics() { with_env cli "$BIN/rollcall" topics apply && note "$(last_line)"; }

# What a program and its environment were when it was started; another sum means start it anew.
worker_sum() { sum_of "$BIN/$(worker_field "$1" 2)" "$STATE/env/$1"; }

start_workers() {
    started=0
    for name in $(worker_names); do
        start_worker "$name"
    done
    for name in $(worker_names); do
        wait_for 60 "$name" worker_ready "$name"
    done
    note "$started started, $(worker_names | wc -l) ready"
}

start_worker() {
    if alive "$1"; then
        ! stamp_holds "worker-$1" "$(worker_sum "$1")" || return 0
        stop_daemon "$1" TERM 30
    fi
    require_free "$(worker_field "$1" 3)"
    started=$((started + 1))
    # shellcheck disable=SC2046 # one word per variable; values hold no blanks
    daemon "$1" env $(env_words "$1") "$BIN/$(worker_field "$1" 2)"
    stamp "worker-$1" "$(worker_sum "$1")"
}

worker_ready() {
    curl -fsS -o /dev/null --max-time 2 "http://127.0.0.1:$(port "$(worker_field "$1" 3)")/readyz"
}

# All are asked first and awaited then, so that they drain side by side.
stop_workers() {
    for name in $(worker_names); do
        ! worker_pid=$(pid_of "$name") || kill -s TERM "$worker_pid" 2>/dev/null || :
    done
    for name in $(worker_names); do stop_daemon "$name" TERM 35; done
}
