import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  Consumer,
  ConsumerGroup,
  KafkaClient,
  VirtualClock,
  seededRandom,
  type ConsumerEvent,
  type EachOptions,
  type ReceivedMessage,
} from '../../../src'
import { EmbeddedKafka } from '../../../src/broker'
import { decodeDoneAhead } from '../../../src/consumer/done-ahead'
import { MemoryNetwork } from '../../../src/network'

const partitions = 2
const perPartition = 400
const all = partitions * perPartition
const groupId = 'billing'

// Small answers and frequent commits: more of them lie between two crashes.
const settings = {
  autoOffsetReset: 'earliest',
  autoCommitIntervalMs: 10,
  maxPartitionFetchBytes: 1000,
} as const
const options: EachOptions<ReceivedMessage> = { ordering: 'key', maxConcurrency: 16, maxUncommitted: 200 }

type Wire = ReturnType<MemoryNetwork['dial']>

/** A program that reads, until it dies without a word. */
class Life {
  readonly client: KafkaClient
  readonly begun: string[] = []
  readonly done: string[] = []
  readonly events: ConsumerEvent[] = []
  readonly #wires: Wire[] = []
  #isDead = false

  constructor(kafka: EmbeddedKafka, { clock, dial }: MemoryNetwork, random: () => number, isMember: boolean) {
    this.client = new KafkaClient(kafka.bootstrap, {
      ...kafka.clientOptions,
      random,
      dial: (target, handlers) => {
        if (this.#isDead) return { remote: '', write: () => undefined, close: () => undefined }
        const wire = dial(target, handlers)
        this.#wires.push(wire)
        return wire
      },
    })
    const work = (message: ReceivedMessage): Promise<void> => {
      const name = nameOf(message)
      this.begun.push(name)
      return new Promise(resolve =>
        clock.after(1 + 18 * random(), () => {
          if (!this.#isDead) this.done.push(name)
          resolve()
        }),
      )
    }
    const consumer = this.#consumer(isMember)
    consumer.events$.subscribe(event => void this.events.push(event))
    consumer.processEach(work, options).subscribe({ error: assert.unreachable })
  }

  #consumer(isMember: boolean): Consumer | ConsumerGroup {
    return isMember
      ? new ConsumerGroup(this.client, groupId, 'orders', { ...settings, sessionTimeoutMs: 6000 })
      : new Consumer(this.client, 'orders', { ...settings, groupId })
  }

  /** Nothing of it leaves any more. */
  crash(): void {
    this.#isDead = true
    for (const wire of this.#wires) wire.close()
    this.client.stop()
  }
}

const nameOf = ({ partition, offset }: { partition: number; offset: bigint }): string =>
  `${partition}:${offset}`

/** What the group has stored as done: before the offset, and beyond it. */
function stored(kafka: EmbeddedKafka): ReadonlySet<string> {
  const names = new Set<string>()
  for (const { partition, offset, metadata } of kafka.group(groupId)?.offsets ?? []) {
    for (let before = 0n; before < offset; before++) names.add(nameOf({ partition, offset: before }))
    for (const ahead of decodeDoneAhead(offset, metadata)) names.add(nameOf({ partition, offset: ahead }))
  }
  return names
}

const without = (some: Iterable<string>, others: ReadonlySet<string>): readonly string[] =>
  [...some].filter(one => !others.has(one))

async function start(seed: number, config: Readonly<Record<string, number>> = {}) {
  const clock = new VirtualClock()
  const network = new MemoryNetwork(clock, { latencyMs: seed % 5 })
  const random = seededRandom(seed)
  const kafka = await clock.outcomeOf(
    EmbeddedKafka.start({ topics: { orders: { partitions } }, config, network, clock, random }),
  )
  for (let i = 0; i < all; i += 20)
    kafka
      .partition('orders', (i / 20) % partitions)
      .append(Array.from({ length: 20 }, () => ({ key: `${Math.floor(40 * random())}`, value: 'order' })))
  const begin = (): Life => new Life(kafka, network, random, seed % 2 === 0)
  return { clock, kafka, random, begin }
}

for (let seed = 1; seed <= 20; seed++)
  test(`crashed at any moment, just what was done and not stored is done twice, and nothing is lost (seed ${seed})`, async () => {
    const { clock, kafka, random, begin } = await start(seed)
    const done = new Set<string>()
    let before = stored(kafka)
    for (let crashes = 0; done.size < all; crashes++) {
      const life = begin()
      await clock.until(() => life.begun.length > 0)
      const end = crashes < 6 ? clock.now() + 150 * random() : Infinity
      await clock.until(() => clock.now() >= end || before.size + life.done.length === all)
      life.crash()
      await clock.advance(10)
      assert.is(new Set([...before, ...life.begun]).size, before.size + life.begun.length, 'done again')
      for (const one of life.done) done.add(one)
      const now = stored(kafka)
      assert.equal(without(now, done), [], 'stored, and not done')
      assert.equal(without(before, now), [], 'stored, and forgotten')
      before = now
    }
    await kafka.close()
  })

test('where a broker takes less beside an offset, offsets are stored without what is done ahead, and an event tells', async () => {
  const { clock, kafka, begin } = await start(1, { 'offset.metadata.max.bytes': 12 })
  const life = begin()
  await clock.until(() => life.done.length === all / 2)
  await clock.advance(20)
  assert.ok(stored(kafka).size > all / 4)
  await clock.until(() => life.done.length === all)
  await clock.advance(100)
  assert.is(stored(kafka).size, all)
  assert.ok(life.events.some(({ type }) => type === 'done-ahead-dropped'))
  assert.not(life.events.some(({ type }) => type === 'commit-failed'))
  life.crash()
  await kafka.close()
})

test.run()
