import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Batch } from '../../src'
import { answerWith, type FaultConditions } from '../../src/broker'
import { Apis } from '../../src/protocol'
import { divided, partitions, start } from './members'

const { JoinGroup, OffsetCommit } = Apis

/** Heartbeats would tell, but much later. */
const quiet = { heartbeatIntervalMs: 30_000, autoCommitIntervalMs: 1000 }

/** A commit of what was done; the first one tells only where the group begins. */
const ofWork: FaultConditions<typeof OffsetCommit> = {
  when: ({ body }) =>
    body.topics.some(topic => topic.partitions.some(({ committedOffset }) => committedOffset.gt(0))),
}

for (const [error, keepsId] of [
  ['ILLEGAL_GENERATION', true],
  ['UNKNOWN_MEMBER_ID', false],
] as const)
  test(`a commit answered ${error}: partitions are lost at once, and it joins again ${keepsId ? 'under its id' : 'as a newcomer'}`, async () => {
    const { clock, kafka, member, end } = await start(20)
    const only = member('orders', quiet)
    const seen: string[] = []
    kafka.faults.once(OffsetCommit, answerWith(error), ofWork)
    only.run(
      only.group.process(({ partition, firstOffset }) => void seen.push(`${partition}:${firstOffset}`)),
    )
    await clock.until(divided(only))
    const { memberId } = only.group.metadata!
    const joins = kafka.requests.of(JoinGroup).length
    await clock.until(() => only.count('lost') > 0, 1500)
    assert.match(only.of('lost')[0]!.error.message, error)
    assert.is(only.count('revoking'), 0)
    await clock.until(divided(only))
    assert.is(kafka.requests.of(JoinGroup)[joins]!.body.memberId, keepsId ? memberId : '')
    // What was not committed is done again.
    await clock.until(() => seen.length === 2 * 2 * partitions)
    await clock.advance(2000)
    assert.is(kafka.committed('billing', 'orders', 0), 20n)
    assert.is(only.count('lost'), 1)
    assert.equal(only.errors, [])
    await end()
  })

test('a commit answered FENCED_INSTANCE_ID ends the stream at once', async () => {
  const { clock, kafka, member, end } = await start(20)
  const only = member('orders', { ...quiet, groupInstanceId: 'one' })
  kafka.faults.once(OffsetCommit, answerWith('FENCED_INSTANCE_ID'), ofWork)
  only.run(only.group.process(() => undefined))
  await clock.until(divided(only))
  await clock.until(() => only.errors.length > 0, 1500)
  assert.match(String(only.errors[0]), 'FENCED_INSTANCE_ID')
  assert.equal(only.owned, [])
  await end()
})

test('a commit answered REBALANCE_IN_PROGRESS: partitions are let go at once and what is done is committed; asking again is for the user', async () => {
  const { clock, kafka, member, end } = await start(20)
  const only = member('orders', quiet)
  kafka.faults.once(OffsetCommit, answerWith('REBALANCE_IN_PROGRESS'), ofWork)
  const seen: string[] = []
  const refusals: unknown[] = []
  let stored = 0
  const save = async (batch: Batch) => {
    seen.push(`${batch.partition}:${batch.firstOffset}`)
    if (batch.partition !== 1 || batch.firstOffset > 0n) return
    await batch.commit().catch(async (error: unknown) => {
      refusals.push(error)
      await batch.commit()
      stored++
    })
  }
  only.run(only.group.process(save))
  await clock.until(divided(only))
  await clock.until(() => only.count('revoked') > 0, 1500)
  assert.match(String(refusals[0]), 'REBALANCE_IN_PROGRESS')
  await clock.until(divided(only), 1000)
  await clock.advance(5000)
  assert.equal([refusals.length, stored], [1, 1])
  assert.is(seen.length, 2 * partitions)
  assert.is(new Set(seen).size, 2 * partitions)
  assert.is(only.count('lost'), 0)
  assert.is(kafka.committed('billing', 'orders', 1), 20n)
  await end()
})

for (const error of [
  'OFFSET_METADATA_TOO_LARGE',
  'TOPIC_AUTHORIZATION_FAILED',
  'UNKNOWN_SERVER_ERROR',
] as const)
  test(`a commit answered ${error} says nothing of the membership`, async () => {
    const { clock, kafka, member, end } = await start(20)
    const only = member('orders', quiet)
    kafka.faults.once(OffsetCommit, answerWith(error), ofWork)
    only.run(only.group.process(() => undefined))
    await clock.until(() => only.count('commit-failed') > 0)
    await clock.advance(3000)
    assert.is(only.count('lost') + only.count('revoking'), 0)
    assert.equal(only.errors, [])
    await end()
  })

test('who closes and has its last commit refused does not join again', async () => {
  const { clock, kafka, member, end } = await start(20)
  const only = member('orders', { ...quiet, autoCommitIntervalMs: 0 })
  only.run(only.group.process(() => undefined))
  await clock.until(divided(only))
  await clock.advance(500)
  const joins = kafka.requests.of(JoinGroup).length
  kafka.faults.once(OffsetCommit, answerWith('UNKNOWN_MEMBER_ID'), ofWork)
  await clock.outcomeOf(only.group.close())
  assert.is(only.count('commit-failed'), partitions)
  assert.is(kafka.requests.of(JoinGroup).length, joins)
  await end()
})

test.run()
