import { KafkaClient, Producer, seededRandom } from '../../../src'
import { consoleConsume, createTopic, startKafka, type KafkaVersion, type OwnKafkaCluster } from '../kafka'
import { copyUntilDone } from './copying'
import { judge, shareOf, valueOf, type Judgement } from './judge'
import { killBrokers } from './killing'

export interface TrialOptions {
  readonly messages: number
  readonly version: KafkaVersion
  readonly seed: number
  /** Messages in a transaction. */
  readonly batch: number
  /** Ms that a copier lives at least. */
  readonly copierLivesMs: number
  /** Ms between the return of a broker and the next kill, at least; 0: none is killed. */
  readonly brokerKillMs: number
  readonly log: (line: string) => void
}

export interface Trial extends Judgement {
  readonly copiersKilled: number
  readonly copiersFailed: number
  readonly brokersKilled: number
  readonly seconds: number
}

const partitions = 6
const sentinel = 'the end'
const [source, target] = ['source', 'copies']

/**
 * The example of an exactly-once copy on three real brokers, while copier and brokers are killed without a word; what
 * Java's console consumer reads of it with `read_committed` is compared with what is right.
 */
export async function tryExactlyOnce(options: TrialOptions): Promise<Trial> {
  const { version, log, messages } = options
  const cluster = await startKafka({ version, brokers: 3, config: { 'min.insync.replicas': 2 } })
  log(`Kafka ${version} on ${cluster.bootstrap}`)
  try {
    for (const name of [source, target])
      await createTopic(cluster.brokers, { name, partitions, replication: 3 }, 2)
    await fill(cluster, messages)
    log(`${messages} messages in ${partitions} partitions`)
    const began = performance.now()
    const ends = await copyUnderFire(cluster, options)
    const seconds = Math.round((performance.now() - began) / 1000)
    const read = await readCommitted(cluster, messages)
    return { ...ends, seconds, ...judge(read, messages, partitions) }
  } finally {
    await cluster.stopAll()
  }
}

async function fill({ bootstrap }: OwnKafkaCluster, messages: number): Promise<void> {
  const client = new KafkaClient(bootstrap)
  const producer = new Producer(client, { bufferTime: 5 })
  for (let partition = 0; partition < partitions; partition++) {
    const share = shareOf(partition, messages, partitions)
    for (let index = 0; index < share; index++) {
      if (index % 1000 === 0) await producer.ready()
      producer
        .send({ topic: source, partition, key: `${index % 97}`, value: valueOf(partition, index) })
        .subscribe({ error: (error: Error) => log(error) })
    }
  }
  await producer.flush()
  await client.close()
}

function log(error: Error): void {
  console.error(error.message)
  process.exitCode = 1
}

async function copyUnderFire(cluster: OwnKafkaCluster, options: TrialOptions) {
  const { seed, batch, copierLivesMs, brokerKillMs } = options
  const done = new AbortController()
  const random = seededRandom(seed)
  const fire = { cluster, random: seededRandom(seed + 1), everyMs: brokerKillMs, log: options.log }
  const killing = brokerKillMs > 0 ? killBrokers(fire, done.signal) : Promise.resolve(0)
  const env = { KAFKA_BROKERS: cluster.bootstrap, SOURCE: source, TARGET: target, BATCH: `${batch}` }
  const { killed, failed } = await copyUntilDone({
    env,
    random,
    livesMs: copierLivesMs,
    log: options.log,
  }).finally(() => done.abort())
  return { copiersKilled: killed, copiersFailed: failed, brokersKilled: await killing }
}

/** Everything that is committed: behind the last message of each partition comes one that tells that it was the last. */
async function readCommitted(cluster: OwnKafkaCluster, messages: number): Promise<string[]> {
  const client = new KafkaClient(cluster.bootstrap)
  const producer = new Producer(client)
  for (let partition = 0; partition < partitions; partition++)
    await producer.send({ topic: target, partition, value: sentinel })
  await client.close()
  // Were any doubled, the last of these would not be read.
  const isolation = ['--isolation-level', 'read_committed']
  const lines = await consoleConsume(cluster, target, messages + partitions, isolation)
  const ends = lines.filter(line => line === sentinel).length
  if (ends !== partitions) console.error(`only ${ends} of ${partitions} partitions were read to their end`)
  return lines.filter(line => line !== sentinel)
}
