"""librdkafka by way of confluent-kafka, as its documentation says to use it. See driver.js for how it is told what to do."""

import json
import sys
import threading

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

import librdkafka_admin


def say(seen):
    print(json.dumps(seen), flush=True)


def text(data):
    return None if data is None else data.decode()


def create(order):
    admin = AdminClient({"bootstrap.servers": order["bootstrap"]})
    topic = NewTopic(order["topic"], order["partitions"], order["replication"])
    for outcome in admin.create_topics([topic]).values():
        outcome.result(30)


def administer(order):
    admin = AdminClient({"bootstrap.servers": order["bootstrap"]})
    say(librdkafka_admin.administer(admin, order["topic"], order["group"]))


class Sender:
    """A producer that fails when a message does."""

    def __init__(self, order, **settings):
        self.topic = order["topic"]
        self.failures = []
        common = {"bootstrap.servers": order["bootstrap"], "linger.ms": 100, "message.timeout.ms": 30000}
        self.producer = Producer({**common, **settings})

    def send(self, messages):
        for message in messages:
            self.producer.produce(
                self.topic,
                key=message["key"],
                value=message["value"],
                headers=[(name, value) for name, value in message["headers"]],
                on_delivery=lambda error, _: self.failures.append(error) if error else None,
            )
        unsent = self.producer.flush(30)
        if self.failures or unsent:
            raise RuntimeError(f"{unsent} not sent, failed: {self.failures[:3]}")


def produce(order):
    settings = {"compression.type": order["codec"], "enable.idempotence": order["idempotent"]}
    Sender(order, **settings).send(order["messages"])


def write(order):
    sender = Sender(order)
    for line in sys.stdin:
        sender.send(json.loads(line))


def consumer_of(order):
    return Consumer(
        {
            "bootstrap.servers": order["bootstrap"],
            "group.id": order["group"],
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "heartbeat.interval.ms": 500,
        }
    )


def seen(message):
    return {
        "partition": message.partition(),
        "offset": str(message.offset()),
        "key": text(message.key()),
        "value": text(message.value()),
        "headers": [[name, text(value)] for name, value in message.headers() or []],
    }


def transact(order):
    """One transaction is committed, one aborted, one committed with an offset; says what is seen of them."""
    topic = order["topic"]
    writer = Producer({"bootstrap.servers": order["bootstrap"], "transactional.id": order["group"]})
    writer.init_transactions(30)
    reader = consumer_of(order)
    reader.subscribe([topic])

    def send(value):
        writer.begin_transaction()
        writer.produce(topic, key="k", value=value, headers=[("h", "1")])
        writer.flush(30)

    def read():
        message = None
        while message is None:
            message = reader.poll(1)
        if message.error():
            raise KafkaException(message.error())
        say(seen(message))
        return TopicPartition(topic, message.partition(), message.offset() + 1)

    send("committed")
    writer.commit_transaction(30)
    position = read()
    send("aborted")
    writer.abort_transaction(30)
    send("with an offset")
    writer.send_offsets_to_transaction([position], reader.consumer_group_metadata(), 30)
    writer.commit_transaction(30)
    read()
    reader.close()


def consume(order):
    consumer = consumer_of(order)
    consumer.subscribe([order["topic"]])
    positions = {}
    left = order["count"]
    while left > 0:
        message = consumer.poll(1)
        if message is None:
            continue
        if message.error():
            raise KafkaException(message.error())
        say(seen(message))
        positions[message.partition()] = message.offset() + 1
        left -= 1
    consumer.commit(
        offsets=[TopicPartition(order["topic"], *position) for position in positions.items()],
        asynchronous=False,
    )
    consumer.close()


def join(order):
    consumer = consumer_of(order)
    consumer.subscribe([order["topic"]])
    leaving = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), leaving.set()), daemon=True).start()
    while not leaving.is_set():
        message = consumer.poll(0.2)
        if message is not None and not message.error():
            say(seen(message))
    consumer.close()


if __name__ == "__main__":
    commands = {
        "create": create,
        "produce": produce,
        "write": write,
        "consume": consume,
        "join": join,
        "administer": administer,
        "transact": transact,
    }
    order = json.loads(sys.stdin.readline())
    commands[order.pop("command")](order)
