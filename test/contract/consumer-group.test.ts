import * as assert from 'uvu/assert'
import { concat, concatMap, defer, ignoreElements } from 'rxjs'
import { ConsumerGroup, KafkaClient, Producer, type ConsumerGroupOptions } from '../../src'
import { setTimeout as wait } from 'node:timers/promises'
import { Apis } from '../../src/protocol'
import { contract, runContract, type ContractContext } from '../support/contract'

const partitions = 12
const needs = [{ api: 'SyncGroup', version: 0 }] as const
const mayAdd = [...needs, { api: 'CreatePartitions', version: 0 }] as const

/** Asks until it is so, or 30 s have passed. */
async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !isSo(); await wait(10))
    if (Date.now() > end) throw new Error(`not so within 30 s: ${isSo}`)
}

/** Members of one group over one topic, and what each of them was given. */
class Rig {
  readonly clients: KafkaClient[] = []
  readonly members: ConsumerGroup[] = []
  /** Values that were done, with the member that did them. */
  readonly done: { readonly value: string; readonly member: number }[] = []
  readonly errors: unknown[] = []
  readonly topic: string
  readonly group: string
  readonly #ctx: ContractContext

  constructor(ctx: ContractContext, topic: string) {
    this.#ctx = ctx
    this.topic = topic
    this.group = ctx.uniqueName('group')
  }

  client(): KafkaClient {
    const client = new KafkaClient(this.#ctx.bootstrap)
    this.clients.push(client)
    return client
  }

  member(options: ConsumerGroupOptions = {}): ConsumerGroup {
    const member = new ConsumerGroup(this.client(), this.group, this.topic, {
      autoOffsetReset: 'earliest',
      heartbeatIntervalMs: 200,
      rebalanceTimeoutMs: 10_000,
      ...options,
    })
    const number = this.members.push(member)
    member
      .process(batch => {
        for (const { value } of batch) this.done.push({ value: value!.toString(), member: number })
      })
      .subscribe({ error: (error: unknown) => this.errors.push(error) })
    return member
  }

  async close(): Promise<void> {
    for (const client of this.clients) await client.close()
  }
}

async function withGroup(ctx: ContractContext, body: (rig: Rig) => Promise<void>): Promise<void> {
  const rig = new Rig(ctx, await ctx.uniqueTopic(partitions))
  try {
    await body(rig)
  } finally {
    await rig.close()
  }
}

contract('commit after each batch, in the stream of start', { needs }, ctx =>
  withGroup(ctx, async rig => {
    const producer = new Producer(rig.client())
    for (let i = 0; i < 30; i++) await producer.send({ topic: rig.topic, key: `${i}`, value: `${i}` })
    const seen: string[] = []
    const group = new ConsumerGroup(rig.client(), rig.group, rig.topic, { autoOffsetReset: 'earliest' })
    const reading = group
      .start()
      .pipe(
        concatMap(batch =>
          concat(
            defer(() => {
              seen.push(...batch.messages.map(({ value }) => value!.toString()))
              return []
            }).pipe(ignoreElements()),
            batch.commit(),
          ),
        ),
      )
      .subscribe({ error: (error: unknown) => rig.errors.push(error) })
    await until(() => seen.length === 30)
    await group.close()
    reading.unsubscribe()
    const again = rig.member()
    await until(() => again.assignment.length === partitions)
    await producer.send({ topic: rig.topic, value: 'last' })
    await until(() => rig.done.length > 0)
    assert.equal(
      rig.done.map(({ value }) => value),
      ['last'],
    )
    assert.equal(rig.errors, [])
  }),
)

contract(
  'a partition that is added is read from its first message, though the group begins at the latest',
  { needs: mayAdd },
  ctx =>
    withGroup(ctx, async rig => {
      const options = { autoOffsetReset: 'latest', heartbeatIntervalMs: 200 } as const
      const client = new KafkaClient(ctx.bootstrap, { metadataMaxAgeMs: 300 })
      rig.clients.push(client)
      const group = new ConsumerGroup(client, rig.group, rig.topic, options)
      const seen: string[] = []
      group
        .process(batch => {
          for (const { value, partition } of batch) seen.push(`${partition}: ${value!.toString()}`)
        })
        .subscribe({ error: (error: unknown) => rig.errors.push(error) })
      await until(() => group.assignment.length === partitions)
      await rig.client().request(Apis.CreatePartitions, {
        topics: [{ name: rig.topic, count: partitions + 1, assignments: null }],
        timeoutMs: 10_000,
        validateOnly: false,
      })
      const producer = new Producer(rig.client())
      await producer.send({ topic: rig.topic, partition: partitions, value: 'first' })
      await until(() => seen.length > 0)
      assert.equal(seen, [`${partitions}: first`])
      assert.equal(rig.errors, [])
    }),
)

runContract()
