"""What librdkafka's admin client does with a topic and a group."""

import time

from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import (
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    OffsetSpec,
    ResourceType,
)

RETENTION = "retention.ms"


def eventually(wanted, look):
    """What `look` answers as soon as that is what is wanted, or after 10 s: other brokers hear of a change later."""
    deadline = time.monotonic() + 10
    while (seen := look()) != wanted and time.monotonic() < deadline:
        time.sleep(0.1)
    return seen


def one(futures):
    """The outcome of a call about one thing."""
    return next(iter(futures.values())).result(30)


def administer(admin, topic, group):
    """Looks at a topic and a group, changes and removes them, and answers what it saw on the way."""
    return {
        **look_at_topic(admin, topic),
        **look_at_group(admin, topic, group),
        **change_topic(admin, topic),
        **remove(admin, topic, group),
    }


def look_at_topic(admin, topic):
    latest = {TopicPartition(topic, partition): OffsetSpec.latest() for partition in (0, 1)}
    ends = [future.result(30).offset for future in admin.list_offsets(latest).values()]
    return {"topicIsListed": topic in admin.list_topics().topics, "end": sum(ends)}


def groups_of(admin):
    return [listing.group_id for listing in admin.list_consumer_groups().result(30).valid]


def look_at_group(admin, topic, group):
    def committed():
        found = one(admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)]))
        return [place.offset for place in sorted(found.topic_partitions, key=lambda place: place.partition)]

    listed = group in groups_of(admin)
    state = one(admin.describe_consumer_groups([group])).state.name
    before = committed()
    one(admin.alter_consumer_group_offsets([ConsumerGroupTopicPartitions(group, [TopicPartition(topic, 0, 1)])]))
    return {"groupIsListed": listed, "state": state.lower(), "committed": sum(before), "setBack": committed()[0]}


def change_topic(admin, topic):
    one(admin.create_partitions([NewPartitions(topic, 5)]))
    partitions = eventually(5, lambda: len(admin.list_topics(topic).topics[topic].partitions))
    entry = ConfigEntry(RETENTION, "86400000", incremental_operation=AlterConfigOpType.SET)
    one(admin.incremental_alter_configs([ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])]))
    resource = ConfigResource(ResourceType.TOPIC, topic)
    value = eventually("86400000", lambda: one(admin.describe_configs([resource]))[RETENTION].value)
    return {"partitions": partitions, RETENTION: value}


def remove(admin, topic, group):
    one(admin.delete_consumer_groups([group]))
    one(admin.delete_topics([topic]))
    return {
        "groupIsLeft": group in groups_of(admin),
        "topicIsLeft": eventually(False, lambda: topic in admin.list_topics().topics),
    }
