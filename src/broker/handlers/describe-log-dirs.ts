import { Apis, type ReceivedRequestOf } from '../../protocol'
import type { Partition } from '../cluster'
import type { Call } from './call'
import { defineHandler } from './handler'

type AskedTopics = ReceivedRequestOf<typeof Apis.DescribeLogDirs>['topics']

/** What lies where on the disk of a broker: everything in one place, which is memory. */
export const describeLogDirs = defineHandler(Apis.DescribeLogDirs, {
  handle({ topics }, call) {
    const dir = { errorCode: 0, logDir: logDirOf(call), topics: toldTopics(topics, call) }
    return { throttleTimeMs: 0, results: [dir] }
  },

  refuse: (_request, code) => ({ throttleTimeMs: 0, errorCode: code, results: [] }),
})

function logDirOf({ cluster }: Call): string {
  const { config } = cluster
  const [first] = config.isSet('log.dirs') ? config.list('log.dirs') : config.list('log.dir')
  return first!
}

/** Null asks for all; only what this broker has a replica of is told. */
function toldTopics(asked: AskedTopics, { broker, cluster }: Call) {
  return [...cluster.topics].flatMap(({ name, partitions }) => {
    const wanted = partitions.filter(partition => isAsked(asked, name, partition))
    const held = wanted.filter(({ replicas }) => replicas.includes(broker.id))
    return held.length === 0 ? [] : [{ name, partitions: held.map(fieldsOf) }]
  })
}

function isAsked(asked: AskedTopics, name: string, { index }: Partition): boolean {
  return asked === null || asked.some(({ topic, partitions }) => topic === name && partitions.includes(index))
}

function fieldsOf({ index, log }: Partition) {
  return { partitionIndex: index, partitionSize: log.sizeInBytes, offsetLag: 0, isFutureKey: false }
}
