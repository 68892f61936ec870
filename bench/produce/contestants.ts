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

export interface ProducingContestant extends Contestant {
  /** Has no call for many messages: where that is not the point they are sent one by one. */
  readonly oneByOne?: true
  readonly outstanding: number | 'ready'
  readonly style?: string
}

const compiled = (name: string): string => join(__dirname, 'clients', `${name}.js`)

const kafkajs: ProducingContestant = {
  name: 'kafkajs',
  setting: `${thisNode}; 10,000 outstanding, 5 requests in flight when idempotent, kafkajs-snappy`,
  workloads: ['P1', 'P2', 'P3', 'P4', 'P5', 'L1', 'S1', 'S2'],
  outstanding: 10_000,
  prepare: onThisNode(compiled('kafkajs'), rivalFolder.kafkajs),
}

const platformatic = {
  outstanding: 10_000,
  prepare: onNewerNode(compiled('platformatic'), rivalFolder.platformatic),
} as const

const platformaticSend: ProducingContestant = {
  ...platformatic,
  name: 'platformatic',
  setting: 'Node 24; send(), 10,000 outstanding, compatibilityPartitioner',
  workloads: ['P1', 'P2', 'P3', 'P4', 'P5', 'L1', 'S1', 'S2'],
  style: 'send',
}

const platformaticStream: ProducingContestant = {
  ...platformatic,
  name: 'platformatic-stream',
  setting: 'Node 24; asStream(): batchSize 1000, batchTime 5, highWaterMark 10,000',
  workloads: ['P1', 'P2', 'P4'],
  style: 'stream',
}

const rdkafka: ProducingContestant = {
  name: 'node-rdkafka',
  setting: `${thisNode}; linger 5 (latency: 0), polled each 5 ms (1), delivery reports, 99,000 outstanding`,
  workloads: ['P1', 'P2', 'P4', 'P5', 'L1', 'S1', 'S2'],
  oneByOne: true,
  onDemand: !hasRdkafka(),
  outstanding: 99_000,
  prepare: onThisNode(compiled('rdkafka'), rivalFolder.rdkafka),
}

const java: ProducingContestant = {
  name: 'java',
  setting: 'KafkaProducer; linger 5 (latency: 0), batch 64 KB, buffer 16 MB, -Xmx512m, 4 s of warm-up',
  workloads: ['P1', 'P2', 'P4', 'P5', 'L1', 'S1', 'S2'],
  oneByOne: true,
  outstanding: 0,
  warmUpMs: 4000,
  prepare: onJava(resolve('bench/produce/clients/ProduceJava.java'), 'ProduceJava'),
}

type Ours = Pick<ProducingContestant, 'name' | 'workloads'> &
  Partial<ProducingContestant> & { readonly newer?: true }

function ours({ newer, outstanding = 10_000, style = 'subscribe', ...rest }: Ours): ProducingContestant {
  const limit =
    outstanding === 'ready'
      ? 'ready() within 32 MiB of maxBufferedBytes'
      : `${outstanding.toLocaleString('en')} outstanding`
  return {
    setting: `${newer ? 'Node 24' : thisNode}; ${style} on each delivery, ${limit}`,
    ours: true,
    style,
    outstanding,
    prepare: (newer ? onNewerNode : onThisNode)(compiled('ours')),
    ...rest,
  }
}

const heard = ['P1', 'P2', 'P3', 'P4', 'P5', 'L1', 'S3']
const awaited = ['P1', 'P2', 'P4', 'S1', 'S2']
/** What 10,000 awaits hold does not fit into V8's young generation of 16 MB: S2 shows what that costs. */
const awaitedAtOnce = 1000
const single = ['P1', 'P2', 'P4']

export const contestants: readonly ProducingContestant[] = [
  kafkajs,
  platformaticSend,
  platformaticStream,
  rdkafka,
  java,
  ours({ name: 'ours', workloads: heard }),
  ours({ name: 'ours-await', workloads: awaited, style: 'await', outstanding: awaitedAtOnce }),
  ours({ name: 'ours-then', workloads: awaited, style: 'then', outstanding: awaitedAtOnce, onDemand: true }),
  ours({ name: 'ours-ready', workloads: [...single, 'P3', 'P5'], outstanding: 'ready', onDemand: true }),
  ours({ name: 'ours24', workloads: heard, newer: true }),
  ours({
    name: 'ours24-await',
    workloads: awaited,
    newer: true,
    style: 'await',
    outstanding: awaitedAtOnce,
    onDemand: true,
  }),
]
