# shellcheck shell=sh
# The pretend SIS (tests/sis): serves a made-up district over OneRoster REST. Its days are files under
# .local/sis, made from a seed; `next-day` makes the next one from the last.

SIS_DISTRICT=maple-county
SIS_CLIENT=maple-county-client
SIS_SECRET=made-up-for-local-trials

sis_url() { echo "http://127.0.0.1:$(port SIS)/$SIS_DISTRICT"; }
sis_base_url() { echo "$(sis_url)/ims/oneroster/v1p1"; }
sis_token_url() { echo "$(sis_url)/oauth/token"; }

# The number of the day that the SIS shows; 0 before the first.
sis_day() { cat "$STATE/sis/day" 2>/dev/null || echo 0; }

# make_day NUMBER ARG...: writes a day's world whole or not at all, and makes it the one that is shown.
make_day() {
    day=$1
    shift
    mkdir -p "$STATE/sis"
    "$PYTHON" -B "$ROOT/tests/sis/generate.py" --out "$STATE/sis/day-$day.json.new" "$@"
    mv "$STATE/sis/day-$day.json.new" "$STATE/sis/day-$day.json"
    echo "$day" >"$STATE/sis/day.new"
    mv "$STATE/sis/day.new" "$STATE/sis/day"
}

# The first day begins today, so that terms are current and dates look right.
make_first_day() {
    [ "$(sis_day)" -eq 0 ] || return 0
    make_day 1 --seed 1 --students 1200 --schools 3 --today "$(date +%F)"
}

# Who left on an earlier day can return on a later one.
make_next_day() {
    before=$(sis_day)
    make_day $((before + 1)) --seed $((before + 1)) --evolve-from "$STATE/sis/day-$before.json" \
        --changed 0.01 --leave 6 --return 1 --new 4 --move 2
    serve_day
    note "day $(sis_day): 1 % changed, 6 left, 4 are new, 2 moved$([ "$before" -lt 2 ] || echo ', 1 came back')"
}

serve_day() {
    curl -fsS -o "$STATE/sis/answer" -X PUT --data-binary @- \
        "http://127.0.0.1:$(port SIS)/_control/districts/$SIS_DISTRICT" <<EOF
{"world_path": "$STATE/sis/day-$(sis_day).json",
 "auth": {"kind": "oauth2", "client_id": "$SIS_CLIENT", "secret": "$SIS_SECRET"}}
EOF
}

start_sis() {
    note "already running"
    alive sis || launch_sis
    wait_for 20 sis curl -fsS "http://127.0.0.1:$(port SIS)/_control/health"
    make_first_day
    serve_day
}

launch_sis() {
    require_free SIS
    daemon sis "$PYTHON" -B "$ROOT/tests/sis/server.py" --port "$(port SIS)"
    note "$(sis_base_url)"
}

stop_sis() { stop_daemon sis TERM 10; }
