import { Apis } from '../../src/protocol'
import { all, askedElsewhere } from '../support/mutants'

/** A broker serves the partitions that others lead. */
export const mutate = all(
  askedElsewhere(Apis.Produce, ({ topicData: [topic] }, { cluster }) => {
    const known = topic && (cluster.topics.get(topic.name) ?? cluster.topics.withId(topic.topicId))
    return known?.partitions[topic!.partitionData[0]?.index ?? 0]?.leader
  }),
  askedElsewhere(Apis.Fetch, ({ topics: [topic] }, { cluster }) => {
    const known = topic && (cluster.topics.get(topic.topic) ?? cluster.topics.withId(topic.topicId))
    return known?.partitions[topic!.partitions[0]?.partition ?? 0]?.leader
  }),
  askedElsewhere(
    Apis.ListOffsets,
    ({ topics: [topic] }, { cluster }) =>
      topic && cluster.topics.get(topic.name)?.partitions[topic.partitions[0]?.partitionIndex ?? 0]?.leader,
  ),
  askedElsewhere(
    Apis.OffsetForLeaderEpoch,
    ({ topics: [topic] }, { cluster }) =>
      topic && cluster.topics.get(topic.topic)?.partitions[topic.partitions[0]?.partition ?? 0]?.leader,
  ),
)

export const brokers = 3

export const only = /^not-leader\./
