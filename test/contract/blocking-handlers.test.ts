import { setTimeout as wait } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { ConsumerGroup, KafkaClient, type ClientEvent, type ConsumerEvent } from '../../src'
import { contract, runContract, type ContractContext } from '../support/contract'

const partitions = 2
const needs = [{ api: 'SyncGroup', version: 0 }] as const

/** Nothing else runs in this process for so long. */
function block(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

const faces = {
  process: (group: ConsumerGroup) => group.process(() => block(50)),
  processEach: (group: ConsumerGroup) => group.processEach(() => block(50), { ordering: 'unordered' }),
}

/** A member whose handlers block the event loop, and all that it tells. */
class Member {
  readonly client: KafkaClient
  readonly group: ConsumerGroup
  readonly told: (ClientEvent | ConsumerEvent)['type'][] = []
  readonly errors: unknown[] = []

  constructor({ bootstrap }: ContractContext, topic: string, groupId: string, face: keyof typeof faces) {
    // Whatever is not heard for a second breaks its connection.
    this.client = new KafkaClient(bootstrap, { timeoutMs: 1000 })
    this.group = new ConsumerGroup(this.client, groupId, topic, {
      autoOffsetReset: 'earliest',
      heartbeatIntervalMs: 100,
      rebalanceTimeoutMs: 20_000,
      maxBatchMessages: 1,
    })
    this.client.events$.subscribe(({ type }) => void this.told.push(type))
    this.group.events$.subscribe(({ type }) => void this.told.push(type))
    faces[face](this.group).subscribe({ error: (error: unknown) => this.errors.push(error) })
  }

  get owned(): number {
    return this.group.assignment.length
  }
}

for (const face of ['process', 'processEach'] as const)
  contract(
    `${face}: handlers that block the event loop 50 ms at a time lose neither connections nor the group, which divides anew meanwhile`,
    { needs, brokers: 3 },
    async ctx => {
      const [topic, groupId] = [await ctx.uniqueTopic(partitions), ctx.uniqueName('group')]
      const writer = new KafkaClient(ctx.bootstrap)
      const messages = Array.from({ length: 500 }, (_, i) => `${i}`)
      for (let partition = 0; partition < partitions; partition++)
        await writer.sendProduceRequest([{ topic, partition, messages }])
      await writer.close()
      const members = [new Member(ctx, topic, groupId, face)]
      const until = async (isSo: () => boolean) => {
        for (const end = performance.now() + 10_000; !isSo() && performance.now() < end;) await wait(5)
        assert.ok(isSo(), members.map(({ told, owned }) => `${owned}: ${told.join()}`).join('; '))
      }
      try {
        await until(() => members[0]!.told.includes('committed') || members[0]!.owned === partitions)
        await wait(300)
        members.push(new Member(ctx, topic, groupId, face))
        await until(() => members.every(({ owned }) => owned === 1))
        await wait(1000)
        for (const { told, errors } of members) {
          assert.equal(errors, [])
          for (const bad of ['disconnected', 'lost', 'commit-failed', 'release-timed-out'] as const)
            assert.not(told.includes(bad), `${bad}: ${told.join()}`)
        }
      } finally {
        for (const { client } of members) await client.stop()
      }
    },
  )

runContract()
