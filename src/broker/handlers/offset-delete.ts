import { byTopic, type TopicPartition } from '../../kernel'
import { Apis, errorCode, type ErrorName } from '../../protocol'
import type { Call } from './call'
import { memberRefusal } from './coordinated'
import { defineHandler } from './handler'
import { findTopic } from './lookup'

type Row = TopicPartition & { readonly error: ErrorName }

/** Deletes what a group has committed, of topics that no member of it uses. */
export const offsetDelete = defineHandler(Apis.OffsetDelete, {
  async handle({ groupId, topics }, call) {
    const refusal = memberRefusal(groupId, call)
    if (refusal) return failure(errorCode(refusal))
    const rows = topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex }) => check(name, partitionIndex, call)),
    )
    const right = rows.filter(({ error }) => error === 'NONE')
    const { error, partitions } = await call.cluster.groups.deleteOffsets(groupId, right)
    if (error !== 'NONE') return failure(errorCode(error))
    const wrong = rows.filter(row => row.error !== 'NONE')
    return answerOf([...wrong, ...right.map((row, i) => ({ ...row, error: partitions[i]! }))])
  },

  refuse: (_request, code) => failure(code),
})

function check(topic: string, partition: number, call: Call): Row {
  const isThere = findTopic({ name: topic }, call).found?.partitions[partition] !== undefined
  const missing = isThere ? undefined : ('UNKNOWN_TOPIC_OR_PARTITION' as const)
  return { topic, partition, error: missing ?? call.injected(topic, partition) ?? 'NONE' }
}

const failure = (code: number) => ({ throttleTimeMs: 0, errorCode: code, topics: [] })

function answerOf(rows: readonly Row[]) {
  return {
    throttleTimeMs: 0,
    errorCode: 0,
    topics: [...byTopic(rows)].map(([name, partitions]) => ({
      name,
      partitions: partitions.map(({ partition, error }) => ({
        partitionIndex: partition,
        errorCode: errorCode(error),
      })),
    })),
  }
}
