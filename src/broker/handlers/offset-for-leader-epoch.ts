import { Apis, type ReceivedRequestOf } from '../../protocol'
import type { Call } from './call'
import { defineHandler } from './handler'
import { codeOf, findLedIn } from './lookup'
import { refuseEach } from './refuse-each'

type AskedPartition = ReceivedRequestOf<
  typeof Apis.OffsetForLeaderEpoch
>['topics'][number]['partitions'][number]

/** Where epochs ended, by which a reader finds that a log was truncated (KIP-320). */
export const offsetForLeaderEpoch = defineHandler(Apis.OffsetForLeaderEpoch, {
  handle: ({ topics }, call) => ({
    topics: topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(asked => answerTo(topic, asked, call)),
    })),
  }),

  refuse: ({ topics }, code) => ({
    topics: refuseEach(topics, ({ partition }) => ({ ...unknown(partition), errorCode: code })),
  }),
})

function answerTo(name: string, { partition, currentLeaderEpoch, leaderEpoch }: AskedPartition, call: Call) {
  const { found, error } = findLedIn({ name }, partition, currentLeaderEpoch, call)
  if (found === undefined) return { ...unknown(partition), errorCode: codeOf(error) }
  return { partition, errorCode: 0, ...found.log.endOffsetOf(leaderEpoch) }
}

const unknown = (partition: number) => ({ partition, leaderEpoch: -1, endOffset: -1n })
