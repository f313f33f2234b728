# shellcheck shell=sh
# Every part of the local system, in the order in which they start.

for part in common packages kafka postgres redis mail build workers sis sample; do
    # shellcheck source=/dev/null
    . "$HERE/lib/$part.sh"
done

# Name of each part as `status` shows it; the workers and the pretend SIS follow.
service_names() { printf '%s\n' postgres redis kafka mail; }

start_services() {
    step "PostgreSQL 15" "see .local/log/postgres.log" start_postgres
    step "Redis, append-only" "see .local/log/redis.log" start_redis
    step "Kafka, one broker in KRaft mode" "see .local/log/kafka.log" start_kafka
    step "Mail sink" "see .local/log/mail.log" start_mail
}

# Checked before anything starts or stops, so that a taken port costs nothing. A port that a running
# program of ours already holds is taken by right.
check_ports() {
    while read -r name number; do
        if ! port_kept "$name" "$number" || ! port_in_our_hands "$name"; then require_free "$name"; fi
    done <"$1"
}

# port_kept NAME NUMBER: whether the last start used the same.
port_kept() { grep -qsx "$1 $2" "$STATE/ports"; }

# port_in_our_hands NAME: whether the program that this port is for is ours and running.
port_in_our_hands() {
    case $1 in
    KAFKA | KAFKA_CONTROLLER) alive kafka ;;
    SMTP) alive mail ;;
    ROSTER_SERVER) alive roster-server ;;
    ADMIN_*) alive "$(echo "${1#ADMIN_}" | tr '[:upper:]_' '[:lower:]-')" ;;
    *) alive "$(echo "$1" | tr '[:upper:]' '[:lower:]')" ;;
    esac
}

# Ports are kept, so that the other scripts and the next start use the same. Running programs hold the
# old ones: they are stopped first when a port was changed.
settle_ports() {
    ports_now >"$STATE/ports.new"
    check_ports "$STATE/ports.new"
    if [ -f "$STATE/ports" ] && ! cmp -s "$STATE/ports" "$STATE/ports.new"; then
        say "Ports were changed: stopping what runs on the old ones."
        stop_all
    fi
    mv "$STATE/ports.new" "$STATE/ports"
}

# Workers first, while what they need to drain is still there.
stop_all() {
    step "Workers" "see .local/log" stop_workers
    step "Pretend SIS" "see .local/log/sis.log" stop_sis
    step "Mail sink" "see .local/log/mail.log" stop_mail
    step "Kafka" "see .local/log/kafka.log" stop_kafka
    step "Redis" "see .local/log/redis.log" stop_redis
    step "PostgreSQL" "see .local/log/postgres.log" stop_postgres
}
