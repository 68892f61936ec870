import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { seededRandom, type EachOptions, type Processed, type ReceivedMessage } from '../../../src'
import { ServedLog, topic } from '../served-log'
import { Watched } from '../watched'

const keys = 100
const perKey = 100
const all = keys * perKey

/** How long a handler takes, in ms, from a draw between 0 and 1; 10 on average. */
const times = {
  'as long as any other': (draw: number) => 1 + 18 * draw,
  'mostly short, some long': (draw: number) => -10 * Math.log(1 - draw),
}

/** Messages of 100 keys in an order that is drawn, each key in one partition. */
async function drawnLog(random: () => number, partitions: number): Promise<ServedLog> {
  const served = await ServedLog.start({ partitions })
  const left = new Array<number>(keys).fill(perKey)
  const values = Array.from({ length: partitions }, (): string[] => [])
  for (let i = 0; i < all; i++) {
    let key = Math.floor(keys * random())
    while (left[key] === 0) key = (key + 1) % keys
    values[key % partitions]!.push(`${key}.${left[key]!--}`)
  }
  for (const [partition, ofIt] of values.entries()) {
    served.committed.set(partition, 0n)
    while (ofIt.length > 0)
      served.append(ofIt.splice(0, 100), { partition, keyOf: value => value.split('.')[0]! })
  }
  return served
}

/** What goes one after another, by name. */
const laneOf = {
  key: ({ key }: ReceivedMessage) => `${key}`,
  partition: ({ partition }: ReceivedMessage) => `${partition}`,
  unordered: ({ partition, offset }: ReceivedMessage) => `${partition}:${offset}`,
}

/** Handlers that take as long as is drawn, and what was seen of them. */
class DrawnWork {
  running = 0
  mostRunning = 0
  /** Of all handlers together, in ms. */
  ms = 0
  /** By lane, ms in all, which is the least that it takes, and the offset begun last. */
  readonly lanes = new Map<string, { ms: number; last: bigint; isRunning: boolean }>()
  readonly #served: ServedLog
  readonly #draw: () => number
  readonly #laneOf: (message: ReceivedMessage) => string

  constructor(served: ServedLog, draw: () => number, ordering: keyof typeof laneOf) {
    this.#served = served
    this.#draw = draw
    this.#laneOf = laneOf[ordering]
  }

  readonly handle = (message: ReceivedMessage): Promise<void> => {
    const ms = this.#draw()
    const name = this.#laneOf(message)
    const lane = this.lanes.get(name) ?? { ms: 0, last: -1n, isRunning: false }
    this.lanes.set(name, lane)
    assert.not(lane.isRunning, `two of ${name} at a time`)
    assert.ok(message.offset > lane.last, `${name}: ${message.offset} after ${lane.last}`)
    Object.assign(lane, { last: message.offset, isRunning: true, ms: lane.ms + ms })
    this.ms += ms
    this.mostRunning = Math.max(this.mostRunning, ++this.running)
    return new Promise(resolve =>
      this.#served.clock.after(ms, () => {
        lane.isRunning = false
        this.running--
        resolve()
      }),
    )
  }

  /** Ms that it takes at least, were there no client: by the handlers at a time, and by the longest lane. */
  idealMs(maxConcurrency: number): number {
    return Math.max(this.ms / maxConcurrency, ...[...this.lanes.values()].map(({ ms }) => ms))
  }
}

/** How many messages of one partition were delivered at a time, from the first that was not done on. */
class Window {
  most = 0
  readonly #watched: Watched<Processed>
  readonly #done = new Set<string>()
  readonly #first: bigint[] = []
  #seen = 0

  constructor(watched: Watched<Processed>) {
    this.#watched = watched
  }

  look(partitions: number): void {
    const { consumer, values, error } = this.#watched
    if (error !== undefined) throw error as Error
    for (; this.#seen < values.length; this.#seen++) {
      const { partition, offset } = values[this.#seen]!
      this.#done.add(`${partition}:${offset}`)
    }
    for (let partition = 0; partition < partitions; partition++) {
      let first = this.#first[partition] ?? 0n
      while (this.#done.delete(`${partition}:${first}`)) first++
      this.#first[partition] = first
      this.most = Math.max(this.most, Number((consumer.position({ topic, partition }) ?? 0n) - first))
    }
  }
}

interface Case {
  readonly partitions: number
  readonly options: EachOptions<ReceivedMessage> & {
    readonly ordering: keyof typeof laneOf
    readonly maxConcurrency: number
  }
}

const cases: readonly Case[] = [
  { partitions: 1, options: { ordering: 'key', maxConcurrency: 16 } },
  { partitions: 4, options: { ordering: 'key', maxConcurrency: 64 } },
  // As many handlers as there are, over 100 keys, run dry where the window holds ten messages of each.
  { partitions: 1, options: { ordering: 'key', maxConcurrency: 64, maxUncommitted: 4000 } },
  { partitions: 16, options: { ordering: 'partition', maxConcurrency: 8 } },
  { partitions: 4, options: { ordering: 'partition', maxConcurrency: 64 } },
  { partitions: 4, options: { ordering: 'unordered', maxConcurrency: 64 } },
]

for (const { partitions, options } of cases) {
  const { ordering, maxConcurrency, maxUncommitted = 1000 } = options
  for (const [kind, timeOf] of Object.entries(times))
    test(`${ordering}, ${maxConcurrency} at a time, of ${partitions} partitions, ${kind}: in order, bounded, at 80 % of the ideal rate`, async () => {
      const random = seededRandom(1)
      const served = await drawnLog(random, partitions)
      const { clock } = served
      const work = new DrawnWork(served, () => timeOf(random()), ordering)
      const began = clock.now()
      const watched = new Watched(served, { groupId: 'billing' }, consumer =>
        consumer.processEach(work.handle, options),
      )
      const window = new Window(watched)
      await clock.until(() => {
        window.look(partitions)
        return watched.values.length === all
      })
      const rate = work.idealMs(maxConcurrency) / (clock.now() - began)
      assert.ok(rate > 0.8, `${rate.toFixed(3)} of the ideal rate`)
      assert.is(work.mostRunning, Math.min(maxConcurrency, work.lanes.size))
      assert.ok(window.most <= maxUncommitted, `${window.most} messages in hand of one partition`)
    })
}

test.run()
