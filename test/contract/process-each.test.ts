import { setTimeout as wait } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { Consumer, KafkaClient, seededRandom, type ReceivedMessage } from '../../src'
import { decodeDoneAhead } from '../../src/consumer/done-ahead'
import { systemDial } from '../../src/network'
import { contract, runContract, type ContractContext } from '../support/contract'

const partitions = 2
const all = 800
const keys = 40
const needs = [{ api: 'OffsetCommit', version: 2 }] as const

type Wire = ReturnType<typeof systemDial>

const nameOf = ({ partition, offset }: { partition: number; offset: bigint }): string =>
  `${partition}:${offset}`

/** A program that reads, until it dies without a word. */
class Life {
  readonly begun: string[] = []
  readonly done: string[] = []
  mostRunning = 0
  error: unknown
  readonly #client: KafkaClient
  readonly #wires: Wire[] = []
  readonly #lastOf = new Map<string, bigint>()
  #running = 0
  #isDead = false

  constructor({ bootstrap }: ContractContext, topic: string, groupId: string, random: () => number) {
    this.#client = new KafkaClient(bootstrap, {
      dial: (target, handlers) => {
        if (this.#isDead) return { remote: '', write: () => undefined, close: () => undefined }
        const wire = systemDial(target, handlers)
        this.#wires.push(wire)
        return wire
      },
    })
    new Consumer(this.#client, topic, { groupId, autoOffsetReset: 'earliest', autoCommitIntervalMs: 20 })
      .processEach(message => this.#work(message, 10 * random()), {
        ordering: 'key',
        maxConcurrency: 16,
        maxUncommitted: 200,
      })
      .subscribe({ error: (error: unknown) => (this.error = error) })
  }

  /** Nothing of it leaves any more. */
  crash(): void {
    this.#isDead = true
    for (const wire of this.#wires) wire.close()
    this.#client.stop()
  }

  async #work(message: ReceivedMessage, ms: number): Promise<void> {
    const { key, offset } = message
    assert.ok(offset > (this.#lastOf.get(`${key}`) ?? -1n), `order of key ${key}`)
    this.#lastOf.set(`${key}`, offset)
    this.begun.push(nameOf(message))
    this.mostRunning = Math.max(this.mostRunning, ++this.#running)
    await wait(ms)
    this.#running--
    if (!this.#isDead) this.done.push(nameOf(message))
  }
}

/** What the group has stored as done: before the offset, and beyond it. */
async function stored(client: KafkaClient, topic: string, groupId: string): Promise<ReadonlySet<string>> {
  const names = new Set<string>()
  const payloads = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
  for (const { partition, offset, metadata } of await client.sendOffsetFetchRequest(groupId, payloads)) {
    for (let before = 0n; before < offset; before++) names.add(nameOf({ partition, offset: before }))
    for (const ahead of decodeDoneAhead(offset, metadata)) names.add(nameOf({ partition, offset: ahead }))
  }
  return names
}

contract(
  'processEach by key: in order, bounded; after crashes just what was done and not stored is done twice',
  { needs, brokers: 3 },
  async ctx => {
    const [topic, groupId] = [await ctx.uniqueTopic(partitions), ctx.uniqueName('group')]
    const client = new KafkaClient(ctx.bootstrap)
    const random = seededRandom(1)
    // A key is of one partition.
    for (let partition = 0; partition < partitions; partition++) {
      const key = () => `${partitions * Math.floor((keys / partitions) * random()) + partition}`
      const messages = Array.from({ length: all / partitions }, () => ({ key: key(), value: 'order' }))
      await client.sendProduceRequest([{ topic, partition, messages }])
    }
    const done = new Set<string>()
    let before = await stored(client, topic, groupId)
    try {
      for (let crashes = 0; done.size < all; crashes++) {
        const life = new Life(ctx, topic, groupId, random)
        try {
          while (life.begun.length === 0 && life.error === undefined) await wait(1)
          const end = crashes < 3 ? performance.now() + 100 * random() : Infinity
          while (performance.now() < end && before.size + life.done.length < all && life.error === undefined)
            await wait(1)
        } finally {
          life.crash()
        }
        assert.is(life.error, undefined)
        assert.ok(life.mostRunning <= 16)
        // A commit that was on its way may still come.
        await wait(200)
        assert.is(new Set([...before, ...life.begun]).size, before.size + life.begun.length, 'done again')
        for (const one of life.done) done.add(one)
        const now = await stored(client, topic, groupId)
        assert.equal(
          [...now].filter(one => !done.has(one)),
          [],
          'stored, and not done',
        )
        assert.equal(
          [...before].filter(one => !now.has(one)),
          [],
          'stored, and forgotten',
        )
        before = now
      }
    } finally {
      await client.close()
    }
  },
)

runContract()
