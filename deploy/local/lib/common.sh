# shellcheck shell=sh
# What every script of deploy/local shares: where things are, the ports, one progress line per step,
# failures that say what to do, and daemons that are known by their pid. Sourced, never run.
# HERE (the folder deploy/local) is set by the script that sources this.
# shellcheck disable=SC2034 # most names are for the sourcing script

set -eu
umask 022

ROOT=$(cd "${HERE:?}/../.." && pwd)
STATE=${ROLLCALL_LOCAL_DIR:-$ROOT/.local}
LOGS=$STATE/log
PIDS=$STATE/run
BIN=${ROLLCALL_BIN:-$ROOT/build/release/bin}
PYTHON=/usr/bin/python3 # Debian's own: it sees the packages that apt installed

# --- ports: the environment wins over what the last start used, that over the default ---------------

# Name and default of every port. `up` checks that each is free before it starts anything.
PORT_TABLE='KAFKA 19092
KAFKA_CONTROLLER 19093
POSTGRES 15432
REDIS 16379
SMTP 12525
SIS 18080
ADMIN_FETCHER_1 19101
ADMIN_FETCHER_2 19102
ADMIN_NORMALIZER 19103
ADMIN_RECONCILER 19104
ADMIN_NOTIFIER 19105
ADMIN_SCHEDULER 19106
ADMIN_ROSTER_SERVER 19107
ADMIN_WEBHOOK 19108
ROSTER_SERVER 18480'

# port NAME: the number to use for it.
port() {
    eval "port_value=\${ROLLCALL_LOCAL_$1_PORT:-}"
    if [ -z "$port_value" ] && [ -f "$STATE/ports" ]; then
        port_value=$(awk -v name="$1" '$1 == name { print $2 }' "$STATE/ports")
    fi
    [ -n "$port_value" ] || port_value=$(echo "$PORT_TABLE" | awk -v n="$1" '$1 == n { print $2 }')
    echo "$port_value"
}

# Every "NAME number" that holds now.
ports_now() {
    echo "$PORT_TABLE" | while read -r name _; do echo "$name $(port "$name")"; done
}

# port_taken NUMBER: whether something listens there. Reads /proc, so no tool has to be installed.
port_taken() {
    printf '%04X\n' "$1" | awk '
        NR == FNR { want = ":" $1 "$"; next }
        $4 == "0A" && $2 ~ want { found = 1 }
        END { exit !found }' - /proc/net/tcp "$(tcp6_table)"
}

tcp6_table() {
    if [ -r /proc/net/tcp6 ]; then echo /proc/net/tcp6; else echo /dev/null; fi
}

# require_free NAME: ends the script when NAME's port belongs to somebody else.
require_free() {
    required=$(port "$1")
    case $required in
    '' | *[!0-9]*) die "ROLLCALL_LOCAL_$1_PORT is '$required', which is not a port number." ;;
    esac
    # What was just killed may hold its port a moment longer than its name.
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        port_taken "$required" || return 0
        sleep 0.2
    done
    die "Port $required is in use by another program. Choose another one, for example:" \
        "    ROLLCALL_LOCAL_$1_PORT=$((required + 1000)) deploy/local/up"
}

# --- words on screen ----------------------------------------------------------------------------------

say() { printf '%s\n' "$*"; }

# die LINE...: the last words of a script that cannot go on.
die() {
    printf '%s\n' "$@" >&2
    exit 1
}

millis() { echo $(($(date +%s%N) / 1000000)); }

# note TEXT: what the running step wants shown behind its time.
note() { printf '%s' "$*" >"$STATE/step.note"; }

# What the running step printed last.
last_line() { tail -n 1 "$step_log"; }

# hint TEXT: what to do should the running step fail; replaces the step's general advice.
hint() { printf '%s\n' "$*" >"$STATE/step.hint"; }

# step TITLE ADVICE FUNCTION [ARG...]: runs it with its output in a log; one line on screen either way.
step() {
    step_title=$1 step_advice=$2
    shift 2
    step_log=$LOGS/step-$1.log
    step_began=$(millis)
    rm -f "$STATE/step.note" "$STATE/step.hint"
    printf '%-46s' "$step_title"
    set +e
    (
        set -e
        "$@"
    ) >"$step_log" 2>&1 </dev/null
    step_status=$?
    set -e
    [ "$step_status" -eq 0 ] || step_failed
    printf '%7s s  %s\n' "$(seconds_since "$step_began")" "$(cat "$STATE/step.note" 2>/dev/null || :)"
}

seconds_since() {
    elapsed=$(($(millis) - $1))
    printf '%d.%d' $((elapsed / 1000)) $((elapsed % 1000 / 100))
}

step_failed() {
    printf '  FAILED\n\n'
    say "\"$step_title\" failed (status $step_status). The last lines of $(shown "$step_log"):"
    tail -n 25 "$step_log" | sed 's/^/    /'
    say ""
    say "What to do: $(cat "$STATE/step.hint" 2>/dev/null || echo "$step_advice")"
    say "Then run the same command again: it goes on where it stopped."
    exit 1
}

# shown PATH: the path as somebody at the top of the checkout would type it.
shown() { echo "${1#"$ROOT"/}"; }

# --- state folder ---------------------------------------------------------------------------------------

prepare_state() {
    mkdir -p "$LOGS" "$PIDS" || die "Cannot write to $STATE. Set ROLLCALL_LOCAL_DIR to a folder of yours."
    if [ ! -w "$STATE/run" ]; then
        die "$STATE belongs to another user. Run this as that user, or set ROLLCALL_LOCAL_DIR."
    fi
}

# Only one script changes the local system at a time; the lock falls with the process.
lock_state() {
    prepare_state
    exec 9>"$STATE/lock"
    flock -n 9 || die "Another deploy/local script is at work here. Wait for it to end."
}

interrupted() {
    printf '\n'
    say "Interrupted. Nothing is left half-written; run the same command again to go on," \
        "or deploy/local/down to stop what is running."
    exit 130
}

# --- daemons --------------------------------------------------------------------------------------------

# started_at PID: the kernel's start time of a living process. With it a pid names one process for
# ever: a number that was given out again is not taken for ours.
started_at() {
    [ -r "/proc/$1/stat" ] || return 1
    sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" { print $20; found = 1 } END { exit !found }'
}

# daemon NAME COMMAND...: starts it apart from this terminal, so that Ctrl-C does not reach it. Called
# from a step. Ctrl-C waits until the pid is written down: there is no daemon that nobody knows.
daemon() {
    daemon_name=$1
    shift
    daemon_late=0
    trap 'daemon_late=130' INT TERM # caught, not ignored: what is ignored stays so in the daemon
    rm -f "$PIDS/$daemon_name.pid"
    setsid "$@" </dev/null >>"$LOGS/$daemon_name.log" 2>&1 9>&- &
    daemon_pid=$!
    echo "$daemon_pid $(started_at "$daemon_pid" || echo 0)" >"$PIDS/$daemon_name.pid.new"
    mv "$PIDS/$daemon_name.pid.new" "$PIDS/$daemon_name.pid"
    trap - INT TERM
    [ "$daemon_late" -eq 0 ] || exit "$daemon_late"
}

# pid_of NAME: prints the pid of a daemon of ours that is alive; fails when there is none.
pid_of() {
    [ -f "$PIDS/$1.pid" ] || return 1
    read -r known_pid known_start <"$PIDS/$1.pid" || return 1
    [ "$(started_at "$known_pid" || echo gone)" = "$known_start" ] || return 1
    echo "$known_pid"
}

alive() { pid_of "$1" >/dev/null; }

# wait_for SECONDS NAME COMMAND...: until COMMAND succeeds; fails at once when the daemon has ended.
wait_for() {
    wait_until=$(($(millis) + $1 * 1000)) wait_name=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        if ! alive "$wait_name"; then
            echo "$wait_name ended while starting. Its last words:"
            tail -n 20 "$LOGS/$wait_name.log"
            return 1
        fi
        if [ "$(millis)" -gt "$wait_until" ]; then
            echo "$wait_name did not become ready in time. Its last words:"
            tail -n 20 "$LOGS/$wait_name.log"
            return 1
        fi
        sleep 0.1
    done
}

# stop_daemon NAME SIGNAL SECONDS: asks, waits, and only then insists.
stop_daemon() {
    stop_pid=$(pid_of "$1") || {
        rm -f "$PIDS/$1.pid"
        return 0
    }
    kill -s "$2" "$stop_pid" 2>/dev/null || :
    stop_until=$(($(millis) + $3 * 1000))
    while alive "$1" && [ "$(millis)" -lt "$stop_until" ]; do sleep 0.1; done
    if alive "$1"; then
        note "$1 did not end within $3 s and was killed"
        kill -s KILL "$stop_pid" 2>/dev/null || :
    fi
    rm -f "$PIDS/$1.pid"
}

# --- stamps: what was done for which input ----------------------------------------------------------------

# stamp_holds NAME SUM / stamp NAME SUM: whether NAME was last done for SUM; notes that it was.
stamp_holds() { [ "$(cat "$STATE/$1.stamp" 2>/dev/null)" = "$2" ]; }
stamp() {
    echo "$2" >"$STATE/$1.stamp.new"
    mv "$STATE/$1.stamp.new" "$STATE/$1.stamp"
}

sum_of() { cat "$@" | sha256sum | cut -d' ' -f1; }
