import type { Call } from '../../../src/broker/seams'
import { Apis } from '../../../src/protocol'
import { answerOf, type Mutate } from './mutate'

type Log = NonNullable<ReturnType<Call['cluster']['topics']['get']>>['partitions'][number]['log']

/** Something happens to the log of each partition that was written to. */
export const afterProduce = (happen: (log: Log) => void): Mutate =>
  answerOf(Apis.Produce, (answer, request, { cluster }) => {
    for (const { name, topicId, partitionData } of request.topicData) {
      const topic = cluster.topics.get(name) ?? cluster.topics.withId(topicId)
      for (const { index } of partitionData) {
        const partition = topic?.partitions[index]
        if (partition) happen(partition.log)
      }
    }
    return answer
  })
