# shellcheck shell=sh
# The pretend SIS: serves a generated district over OneRoster REST.

start_sis() {
    if alive sis; then
        note "already running"
        return 0
    fi
    require_free SIS
    echo "the pretend SIS is not there yet"
    return 1
}

stop_sis() { stop_daemon sis TERM 10; }
