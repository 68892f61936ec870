import { join, resolve } from 'node:path'
import {
  hasRdkafka,
  onJava,
  onNewerNode,
  onThisNode,
  rivalFolder,
  thisNode,
  type Contestant,
} from '../rivals'

export interface ConsumingContestant extends Contestant {
  readonly style?: string
  /** Has no call for batches: where that is the point its messages are counted one by one. */
  readonly byMessage?: true
  readonly onNode?: true
}

const compiled = (name: string): string => join(__dirname, 'clients', `${name}.js`)

const kafkajs = {
  onNode: true,
  prepare: onThisNode(compiled('kafkajs'), rivalFolder.kafkajs),
} as const

const platformatic = {
  onNode: true,
  byMessage: true,
  workloads: ['C1', 'C2', 'C3', 'C4', 'L1'],
  prepare: onNewerNode(compiled('platformatic'), rivalFolder.platformatic),
} as const

const ours = {
  onNode: true,
  ours: true,
  workloads: ['C1', 'C2', 'C3', 'C4', 'L1'],
} as const

export const contestants: readonly ConsumingContestant[] = [
  {
    ...kafkajs,
    name: 'kafkajs',
    setting: `${thisNode}; eachMessage in a group, kafkajs-snappy`,
    workloads: ['C1', 'C2', 'C3', 'L1'],
    style: 'message',
  },
  {
    ...kafkajs,
    name: 'kafkajs-batch',
    setting: `${thisNode}; eachBatch in a group, kafkajs-snappy`,
    workloads: ['C1', 'C2', 'C3', 'C4'],
    style: 'batch',
  },
  {
    ...platformatic,
    name: 'platformatic',
    setting: "Node 24; stream of a group, 'data' events, maxBytes 1 MB",
    style: 'data',
  },
  {
    ...platformatic,
    name: 'platformatic-await',
    setting: 'Node 24; stream of a group, for await, maxBytes 1 MB',
    onDemand: true,
    style: 'await',
  },
  {
    name: 'node-rdkafka',
    setting: `${thisNode}; assign, consume(1000) (latency: 1)`,
    onNode: true,
    byMessage: true,
    workloads: ['C1', 'C2', 'C3', 'C4', 'L1'],
    onDemand: !hasRdkafka(),
    prepare: onThisNode(compiled('rdkafka'), rivalFolder.rdkafka),
  },
  {
    name: 'java',
    setting: 'KafkaConsumer; assign and poll, max.poll.records 2000, -Xmx512m, 4 s of warm-up',
    workloads: ['C1', 'C2', 'C3', 'C4', 'L1'],
    warmUpMs: 4000,
    prepare: onJava(resolve('bench/consume/clients/ConsumeJava.java'), 'ConsumeJava'),
  },
  {
    ...ours,
    name: 'ours',
    setting: `${thisNode}; Consumer.start, fetchMaxWaitMs 10 (latency: 500)`,
    style: 'start',
    prepare: onThisNode(compiled('ours')),
  },
  {
    ...ours,
    name: 'ours-each',
    setting: `${thisNode}; Consumer.processEach, else as ours`,
    workloads: ['C1', 'C2', 'C3', 'L1'],
    onDemand: true,
    style: 'each',
    prepare: onThisNode(compiled('ours')),
  },
  {
    ...ours,
    name: 'ours24',
    setting: 'Node 24; Consumer.start, else as ours',
    style: 'start',
    prepare: onNewerNode(compiled('ours')),
  },
]
