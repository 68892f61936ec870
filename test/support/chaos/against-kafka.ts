import { setTimeout as wait } from 'node:timers/promises'
import { KafkaClient } from '../../../src/client'
import { seededRandom } from '../../../src/kernel'
import { Producer } from '../../../src/producer'
import { createTopic, kafkaVersion, startKafka, type OwnKafkaCluster } from '../kafka'
import { faultsOf, Ledger, type Account } from '../ledger'
import { BrokerProxy, type ProxyFault } from '../proxy'

export interface RealRun {
  readonly messages: number
  /** undefined: as fast as they go. */
  readonly perSecond: number | undefined
}

export interface RealRunOptions {
  readonly version: string
  readonly seed: number
  /** How often a Produce request meets a fault of the proxy. */
  readonly faultsPerRequest: number
}

const topic = 'orders'
const partitions = 6
const messageBytes = 100
const produceKey = 0
const requestTimeoutMs = 5000
const ackTimeoutMs = 5000
/** How long a killed broker is gone, and all of them are there. */
const outageMs = 5000
const restMs = 5000
const tickMs = 10

/** One run on three brokers behind a proxy, killed in turn; prints figures and answers what is wrong. */
export async function runAgainstKafka(run: RealRun, options: RealRunOptions): Promise<readonly string[]> {
  const cluster = await startKafka({
    version: kafkaVersion(options.version),
    brokers: 3,
    config: { 'min.insync.replicas': '2' },
  })
  try {
    await createTopic(cluster.brokers, { name: topic, partitions, replication: 3 }, 2)
    return await runOn(cluster, run, options)
  } finally {
    await cluster.stopAll()
  }
}

async function runOn(
  cluster: OwnKafkaCluster,
  run: RealRun,
  { seed, faultsPerRequest }: RealRunOptions,
): Promise<readonly string[]> {
  const random = seededRandom(seed)
  const proxy = await BrokerProxy.start(cluster.brokers, apiKey =>
    apiKey === produceKey && random() < faultsPerRequest ? anyFault(random) : undefined,
  )
  const { mapAddress } = proxy
  const client = new KafkaClient(proxy.bootstrap, { mapAddress, requestTimeoutMs, connectTimeoutMs: 3000 })
  // A request may take both timeouts until its connection is given up.
  const producer = new Producer(client, { ackTimeoutMs })
  const ledger = new Ledger()
  const pauses = watchPauses(producer)
  const started = performance.now()
  const killing = killInTurn(cluster)
  await sendAll(producer, ledger, run)
  await producer.flush()
  const seconds = (performance.now() - started) / 1000
  const kills = await killing.stop()
  proxy.heal()
  const epochs = pauses.epochs()
  await client.close()
  await proxy.close()
  await readBack(cluster, ledger)
  const account = ledger.account()
  tell(account, ledger, { seconds, kills, epochs, longestPauseMs: pauses.longest(), struck: proxy.struck })
  // Who has two minutes for each message need not fail any in such weather.
  const failures = [...ledger.failures].map(([kind, count]) => `${count} failed: ${kind}`)
  return [...faultsOf(account), ...failures]
}

function anyFault(random: () => number): ProxyFault {
  const faults: readonly ProxyFault[] = [
    { kind: 'swallow' },
    { kind: 'cut after' },
    { kind: 'cut within' },
    { kind: 'cut answer' },
    { kind: 'delay', ms: 20 + Math.floor(random() * 500) },
    { kind: 'delay', ms: requestTimeoutMs + ackTimeoutMs + 1000 },
  ]
  return faults[Math.floor(random() * faults.length)]!
}

async function sendAll(producer: Producer, ledger: Ledger, { messages, perSecond }: RealRun): Promise<void> {
  const burst = perSecond === undefined ? 1000 : Math.max(1, Math.round((perSecond * tickMs) / 1000))
  const started = performance.now()
  for (let sent = 0; sent < messages;) {
    for (let left = Math.min(burst, messages - sent); left > 0; left--, sent++) {
      const entry = ledger.enter(topic, sent % partitions, 1, messageBytes)
      const { partition } = entry
      ledger.watch(entry, producer.send({ topic, partition, value: entry.values[0]! }))
    }
    if (perSecond === undefined) await producer.ready()
    const due = perSecond === undefined ? 0 : started + (sent * 1000) / perSecond - performance.now()
    await wait(Math.max(0, due))
  }
}

/** kill -9 of one broker after the other, each of which comes back before the next one goes. */
function killInTurn(cluster: OwnKafkaCluster) {
  let isOver = false
  let kills = 0
  const running = (async () => {
    for (let turn = 0; !isOver; turn++) {
      const { id } = cluster.brokers[turn % cluster.brokers.length]!
      await wait(turn === 0 ? 1000 : restMs)
      if (isOver) return
      await cluster.kill(id)
      kills++
      await wait(outageMs)
      await cluster.start(id)
    }
  })()
  const stop = async (): Promise<number> => {
    isOver = true
    await running
    return kills
  }
  return { stop }
}

function watchPauses(producer: Producer) {
  let last = performance.now()
  let longest = 0
  let epochs = 0
  producer.batches$.subscribe({
    next: () => {
      const now = performance.now()
      longest = Math.max(longest, now - last)
      last = now
    },
  })
  producer.events$.subscribe({ next: ({ type }) => type === 'producer-id' && epochs++ })
  return { longest: () => Math.round(longest), epochs: () => epochs }
}

/** All logs, from the brokers themselves. */
async function readBack(cluster: OwnKafkaCluster, ledger: Ledger): Promise<void> {
  const client = new KafkaClient(cluster.bootstrap)
  for (let partition = 0; partition < partitions; partition++) {
    for (let offset = 0n, isOver = false; !isOver;) {
      const [answer] = await client.sendFetchRequest([{ topic, partition, offset }], { maxWaitMs: 500 })
      for (const { value, offset: at } of answer!.messages) ledger.read(topic, partition, String(value), at)
      offset = answer!.nextOffset
      isOver = offset >= answer!.highWatermark
    }
  }
  await client.close()
}

interface Figures {
  readonly seconds: number
  readonly kills: number
  readonly epochs: number
  readonly longestPauseMs: number
  readonly struck: ReadonlyMap<string, number>
}

function tell(account: Account, ledger: Ledger, { seconds, struck, ...figures }: Figures): void {
  const { calls, delivered, unknown, unknownWritten, unwritten, ...wrong } = account
  console.log(
    JSON.stringify({
      messages: calls,
      seconds: Math.round(seconds),
      perSecond: Math.round(calls / seconds),
      delivered,
      unknown,
      unknownWritten,
      unwritten,
      failures: Object.fromEntries(ledger.failures),
      ...figures,
      faults: Object.fromEntries(struck),
    }),
  )
  const counts = Object.entries(wrong).map(([name, { count }]) => `${name} ${count}`)
  console.log(`wrong: ${counts.join(', ')}`)
}
