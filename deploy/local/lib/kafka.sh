# shellcheck shell=sh
# Apache Kafka: one broker in KRaft mode from plain jars, small enough for a laptop. The jars are shared
# with the tests (ROLLCALL_KAFKA_LIBS names another place for them).

KAFKA_LIBS=${ROLLCALL_KAFKA_LIBS:-$STATE/kafka/libs}
KAFKA_POM=$HERE/kafka/pom.xml
# Flags for a JVM that starts fast and stays small: one compiler tier, the serial collector.
KAFKA_JVM='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto'

# Downloads into a folder beside the final one: an interrupted download is never taken for a whole one.
fetch_kafka() {
    pom_sum=$(sum_of "$KAFKA_POM")
    if [ "$(cat "$KAFKA_LIBS/.pom-sum" 2>/dev/null)" = "$pom_sum" ]; then
        note "present"
        return 0
    fi
    mkdir -p "$(dirname "$KAFKA_LIBS")"
    rm -rf "$KAFKA_LIBS.new"
    mvn -q -B -f "$KAFKA_POM" dependency:copy-dependencies -DincludeScope=runtime \
        "-DoutputDirectory=$KAFKA_LIBS.new"
    echo "$pom_sum" >"$KAFKA_LIBS.new/.pom-sum"
    rm -rf "$KAFKA_LIBS"
    mv "$KAFKA_LIBS.new" "$KAFKA_LIBS"
    note "$(find "$KAFKA_LIBS" -name '*.jar' | wc -l) jars"
}

kafka_properties() {
    cat <<EOF
# Written by deploy/local/up at each start.
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$(port KAFKA_CONTROLLER)
listeners=PLAINTEXT://127.0.0.1:$(port KAFKA),CONTROLLER://127.0.0.1:$(port KAFKA_CONTROLLER)
advertised.listeners=PLAINTEXT://127.0.0.1:$(port KAFKA)
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=$STATE/kafka/data
auto.create.topics.enable=false
# The largest topic (dead.letter) takes 17 MiB; one more for the batch around it.
message.max.bytes=18874368
replica.fetch.max.bytes=18874368
# One broker: every internal topic has one copy, and few partitions.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
# After a kill the broker waits for its own old registration to lapse: seconds, not the default nine.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
log.cleaner.dedupe.buffer.size=16777216
EOF
}

# shellcheck disable=SC2086 # the JVM's flags are several words
kafka_java() {
    heap=$1
    shift
    java $KAFKA_JVM "-Xmx$heap" -cp "$KAFKA_LIBS/*" "$@"
}

# Formats into a new folder first, for the same reason as above.
format_kafka() {
    [ ! -d "$STATE/kafka/data" ] || return 0
    rm -rf "$STATE/kafka/data.new"
    sed "s|^log.dirs=.*|log.dirs=$STATE/kafka/data.new|" "$STATE/kafka/server.properties" \
        >"$STATE/kafka/format.properties"
    cluster_id=$(kafka_java 128m kafka.tools.StorageTool random-uuid | tail -n 1)
    kafka_java 128m kafka.tools.StorageTool format -t "$cluster_id" \
        -c "$STATE/kafka/format.properties"
    rm -f "$STATE/kafka/format.properties"
    mv "$STATE/kafka/data.new" "$STATE/kafka/data"
}

start_kafka() {
    note "already running"
    alive kafka || launch_kafka
    wait_for 90 kafka kafka_started
}

launch_kafka() {
    require_free KAFKA
    require_free KAFKA_CONTROLLER
    mkdir -p "$STATE/kafka"
    kafka_properties >"$STATE/kafka/server.properties"
    format_kafka
    : >"$LOGS/kafka.log"
    # shellcheck disable=SC2086 # the JVM's flags are several words
    daemon kafka java $KAFKA_JVM -Xms256m -Xmx512m -cp "$KAFKA_LIBS/*" \
        kafka.Kafka "$STATE/kafka/server.properties"
    note "127.0.0.1:$(port KAFKA)"
}

kafka_started() { grep -q 'Kafka Server started' "$LOGS/kafka.log"; }

stop_kafka() { stop_daemon kafka TERM 30; }
