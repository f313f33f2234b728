#!/bin/sh
# Entry point of the kafka image: one broker in KRaft mode, formatted at the first start. KAFKA_HOST is the
# name by which clients reach it.
set -eu
host=${KAFKA_HOST:-kafka}
port=${KAFKA_PORT:-9092}
controller=${KAFKA_CONTROLLER_PORT:-9093}
data=/data/kafka
jvm='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto'

properties() {
    cat <<EOF
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@localhost:$controller
listeners=PLAINTEXT://:$port,CONTROLLER://localhost:$controller
advertised.listeners=PLAINTEXT://$host:$port
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=$1
auto.create.topics.enable=false
message.max.bytes=18874368
replica.fetch.max.bytes=18874368
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
log.cleaner.dedupe.buffer.size=16777216
EOF
}

# shellcheck disable=SC2086 # the JVM's flags are several words
kafka_java() { java $jvm "$@"; }

if [ ! -d "$data" ]; then
    rm -rf "$data.new"
    properties "$data.new" >/tmp/format.properties
    id=$(kafka_java -Xmx128m -cp '/usr/share/kafka/*' kafka.tools.StorageTool random-uuid | tail -n 1)
    kafka_java -Xmx128m -cp '/usr/share/kafka/*' kafka.tools.StorageTool format -t "$id" -c /tmp/format.properties
    mv "$data.new" "$data"
fi
properties "$data" >/tmp/server.properties
# shellcheck disable=SC2086 # the JVM's flags are several words
exec java $jvm -Xms256m -Xmx512m -cp '/usr/share/kafka/*' kafka.Kafka /tmp/server.properties
