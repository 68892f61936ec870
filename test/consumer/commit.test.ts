import { concatMap, firstValueFrom, map, take } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { BrokerError } from '../../src'
import {
  ArgumentError,
  ClosedError,
  Consumer,
  OFFSET_COMMITTED,
  OFFSET_EARLIEST,
  type Batch,
} from '../../src'
import { Apis, errorCode as errorCodeOf } from '../../src/protocol'
import { numbered, Reading } from './reading'
import { ServedLog, topic } from './served-log'

const nothing = () => undefined
const commitsOf = (served: ServedLog) =>
  served.peers[0]!.of(Apis.OffsetCommit).map(({ body }) =>
    body.topics[0]!.partitions.map(({ committedOffset }) => `${committedOffset}`).join(),
  )

async function served40(): Promise<ServedLog> {
  const served = await ServedLog.start()
  for (let i = 0; i < 4; i++) served.append(numbered(10, 10 * i), { leaderEpoch: i })
  return served
}

test('commit does nothing until it is listened to; then it acks and stores nextOffset with its leader epoch', async () => {
  const served = await served40()
  const reading = new Reading(served, { groupId: 'billing', maxBatchMessages: 20, each: nothing })
  await served.clock.until(() => reading.batches.length === 1)
  const commit = reading.batches[0]!.commit()
  await served.clock.advance(1000)
  assert.equal(commitsOf(served), [])
  let isDone = false
  commit.subscribe({ complete: () => (isDone = true) })
  await served.clock.until(() => isDone)
  const { body } = served.peers[0]!.of(Apis.OffsetCommit)[0]!
  assert.is(body.generationIdOrMemberEpoch, -1)
  assert.is(body.memberId, '')
  assert.is(body.topics[0]!.partitions[0]!.committedLeaderEpoch, 1)
  assert.is(served.committed.get(0), 20n)
  await served.clock.until(() => reading.batches.length === 2)
})

test('only what is acked without a gap is committed, and a commit waits for those before it', async () => {
  const served = await served40()
  const reading = new Reading(served, {
    groupId: 'billing',
    maxBatchMessages: 10,
    maxInFlightBatches: 4,
    each: nothing,
  })
  await served.clock.until(() => reading.batches.length === 4)
  const [first, second, third] = reading.batches
  const done: string[] = []
  third!.commit().subscribe({ complete: () => done.push('third') })
  second!.ack()
  await served.clock.advance(1000)
  assert.equal(commitsOf(served), [])
  first!.commit().subscribe({ complete: () => done.push('first') })
  await served.clock.until(() => done.length === 2)
  assert.equal(commitsOf(served), ['30'])
})

test('commits asked for while one is under way go together', async () => {
  const served = await served40()
  const reading = new Reading(served, {
    groupId: 'billing',
    maxBatchMessages: 10,
    maxInFlightBatches: 4,
    each: nothing,
  })
  await served.clock.until(() => reading.batches.length === 4)
  let done = 0
  served.network.delay(20)
  for (const [i, batch] of reading.batches.entries())
    served.clock.after(5 * i, () => batch.commit().subscribe({ complete: () => done++ }))
  await served.clock.until(() => done === 4)
  assert.equal(commitsOf(served), ['10', '40'])
})

test('concatMap over commits goes through all', async () => {
  const served = await served40()
  const consumer = new Consumer(served.client(), topic, { groupId: 'billing', maxBatchMessages: 10 })
  const offsets: bigint[] = []
  consumer
    .start(OFFSET_EARLIEST)
    .pipe(
      concatMap(batch => batch.commit().pipe(map(() => batch.nextOffset))),
      take(4),
    )
    .subscribe(offset => offsets.push(offset))
  await served.clock.until(() => offsets.length === 4)
  assert.equal(commitsOf(served), ['10', '20', '30', '40'])
})

test('reading goes on where the group has committed', async () => {
  const served = await served40()
  served.committed.set(0, 15n)
  const reading = new Reading(served, { groupId: 'billing', from: OFFSET_COMMITTED })
  await served.clock.until(() => reading.count === 25)
  assert.equal(reading.values, numbered(25, 15))
})

test('what is acked is committed when the subscription is left, what is not is not', async () => {
  const served = await served40()
  const each = (batch: Batch) => batch.firstOffset < 20n && batch.ack()
  const reading = new Reading(served, { groupId: 'billing', maxBatchMessages: 10, each })
  await served.clock.until(() => reading.batches.length === 3)
  reading.subscription.unsubscribe()
  await served.clock.advance(100)
  assert.equal(commitsOf(served), ['20'])
})

test('an ack after the end counts for nothing, and an event says so', async () => {
  const served = await served40()
  const reading = new Reading(served, { groupId: 'billing', maxBatchMessages: 10, each: nothing })
  await served.clock.until(() => reading.batches.length === 1)
  reading.subscription.unsubscribe()
  reading.batches[0]!.ack()
  let error: unknown
  reading.batches[0]!.commit().subscribe({ error: (thrown: unknown) => (error = thrown) })
  await served.clock.advance(10_000)
  assert.instance(error, ClosedError)
  assert.equal(commitsOf(served), [])
  assert.equal(
    reading.of('stale-ack').map(({ nextOffset }) => nextOffset),
    [10n],
  )
})

test('a commit that waits when the subscription ends fails', async () => {
  const served = await served40()
  const options = { groupId: 'billing', maxBatchMessages: 10, maxInFlightBatches: 2, each: nothing }
  const reading = new Reading(served, options)
  await served.clock.until(() => reading.batches.length === 2)
  let error: unknown
  reading.batches[1]!.commit().subscribe({ error: (thrown: unknown) => (error = thrown) })
  await served.clock.advance(10)
  reading.subscription.unsubscribe()
  await served.clock.advance(10)
  assert.instance(error, ClosedError)
})

test('without a group id a commit is an error that names the option', async () => {
  const served = await served40()
  const reading = new Reading(served, { ack: 'manual', each: nothing })
  await served.clock.until(() => reading.batches.length === 1)
  const error = await firstValueFrom(reading.batches[0]!.commit()).catch((thrown: unknown) => thrown)
  assert.instance(error, ArgumentError)
  assert.is((error as ArgumentError).argument, 'consumer option groupId')
})

test('what the broker refuses is the error of the commit and an event; reading goes on', async () => {
  const served = await served40()
  let code = 30
  served.peers[0]!.on(Apis.OffsetCommit, ({ body }, reply) => {
    const { name, partitions } = body.topics[0]!
    const told = partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: code }))
    reply({ topics: [{ name, partitions: told }] })
  })
  const reading = new Reading(served, { groupId: 'billing', maxBatchMessages: 10, each: nothing })
  await served.clock.until(() => reading.batches.length === 1)
  let error: unknown
  reading.batches[0]!.commit().subscribe({ error: (thrown: unknown) => (error = thrown) })
  await served.clock.until(() => error !== undefined && reading.batches.length === 2)
  assert.is((error as BrokerError).reason, 'GROUP_AUTHORIZATION_FAILED')
  assert.is(reading.of('commit-failed').length, 1)
  code = 0
  let isDone = false
  reading.batches[1]!.commit().subscribe({ complete: () => (isDone = true) })
  await served.clock.until(() => isDone)
  assert.equal(commitsOf(served), ['10', '20'])
})

test('what a commit by time did not store is stored by a later one, though nothing more is acked', async () => {
  const served = await served40()
  let isLoading = true
  served.peers[0]!.on(Apis.OffsetCommit, ({ body }, reply) => {
    const { name, partitions } = body.topics[0]!
    const errorCode = isLoading ? errorCodeOf('COORDINATOR_LOAD_IN_PROGRESS') : 0
    const told = partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode }))
    reply({ topics: [{ name, partitions: told }] })
  })
  const client = served.client({ timeoutMs: 1000 })
  const reading = new Reading(served, { client, groupId: 'billing', autoCommitIntervalMs: 2000 })
  await served.clock.until(() => reading.of('commit-failed').length === 1)
  assert.is(reading.count, 40)
  isLoading = false
  await served.clock.advance(3000)
  assert.equal(commitsOf(served).at(-1), '40')
  assert.is(reading.of('committed').length, 1)
})

test('autoCommitCount: while a commit is under way no other begins, also if it fails', async () => {
  const served = await ServedLog.start()
  for (let i = 0; i < 100; i++) served.append(numbered(1, i))
  served.peers[0]!.on(Apis.OffsetCommit, ({ body }, reply) => {
    const refused = body.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: errorCodeOf('GROUP_AUTHORIZATION_FAILED'),
      })),
    }))
    served.clock.after(500, () => reply({ topics: refused }))
  })
  const reading = new Reading(served, {
    groupId: 'billing',
    autoCommitCount: 1,
    autoCommitIntervalMs: 0,
    maxBatchMessages: 1,
  })
  await served.clock.until(() => reading.count === 100)
  await served.clock.advance(60_000)
  const asked = served.peers[0]!.of(Apis.OffsetCommit).length
  assert.ok(asked > 0 && asked <= 10, `${asked}`)
})

test.run()
