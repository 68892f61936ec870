import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { TimeoutError, type FailedPayloadsError } from '../../src/kernel'
import { Apis } from '../../src/protocol'
import { ClientRig, reasonOf } from './client-rig'

const { FindCoordinator, OffsetCommit } = Apis
const orders = (...messages: string[]) => ({ topic: 'orders', partition: 0, messages })
const commits = [{ topic: 'orders', partition: 0, offset: 1 }]

/** Commits are answered with this code; `times` of them, then with success. */
function commitWith(rig: ClientRig, code: number, times = Infinity): void {
  let left = times
  rig.peer(1).on(OffsetCommit, ({ body }, reply) => {
    const errorCode = left-- > 0 ? code : 0
    const partitions = [{ partitionIndex: 0, errorCode }]
    reply({ throttleTimeMs: 0, topics: body.topics.map(({ name }) => ({ name, partitions })) })
  })
}

const gapsOf = (requests: readonly { readonly at: number }[]) =>
  requests.slice(1).map(({ at }, i) => at - requests[i]!.at)

test('before each new attempt there is a pause that doubles up to its cap, jittered by a fifth', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  rig.refuseProduce(1, 6)
  await rig.failure(rig.client().sendProduceRequest([orders('a')], { timeoutMs: 20_000 }))
  const gaps = gapsOf(rig.of(Apis.Produce))
  for (const [i, gap] of gaps.entries()) {
    const ms = Math.min(1000, 100 * 2 ** i)
    assert.ok(gap >= ms * 0.8 && gap <= ms * 1.2, `pause ${i} was ${gap}, not about ${ms}`)
  }
  assert.ok(gaps.length > 15)
  assert.ok(new Set(gaps.slice(5)).size > 5, 'there is no jitter')
})

test('retryBackoffMs and retryBackoffMaxMs set the first pause and the longest', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  rig.refuseProduce(1, 6)
  const client = rig.client({ retryBackoffMs: 1000, retryBackoffMaxMs: 4000, random: () => 0.5 })
  await rig.failure(client.sendProduceRequest([orders('a')], { timeoutMs: 20_000 }))
  assert.equal(gapsOf(rig.of(Apis.Produce)), [1000, 2000, 4000, 4000, 4000, 4000])
})

test('success in between makes the pauses short again', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  const client = rig.client({ random: () => 0.5 })
  rig.refuseProduce(1, 6, 3)
  await rig.result(client.sendProduceRequest([orders('a')]))
  const seen = rig.of(Apis.Produce).length
  rig.refuseProduce(1, 6, 1)
  await rig.result(client.sendProduceRequest([orders('b')]))
  assert.equal(gapsOf(rig.of(Apis.Produce).slice(seen)), [100])
})

test('a coordinator that always denies it does not make a loop: there are pauses, and one deadline', async () => {
  const rig = await ClientRig.start({ topics: { orders: [1] } })
  commitWith(rig, 16)
  const before = rig.clock.now()
  const error = await rig.failure(
    rig.client().sendOffsetCommitRequest('billing', commits, { timeoutMs: 5000 }),
  )
  assert.is(reasonOf((error as FailedPayloadsError).failedPayloads[0]!.error), 'NOT_COORDINATOR')
  assert.ok(rig.clock.now() - before <= 5000)
  assert.ok(rig.of(OffsetCommit).length < 12, `${rig.of(OffsetCommit).length} requests in 5 s`)
  assert.is(rig.of(FindCoordinator).length, rig.of(OffsetCommit).length)
})

test('one deadline holds for the whole call: the default, or what the call says', async () => {
  for (const [options, expected] of [
    [{}, 7000],
    [{ timeoutMs: 2000 }, 2000],
  ] as const) {
    const rig = await ClientRig.start({ topics: { orders: [1] } })
    rig.network.ignore('b1:9092')
    const before = rig.clock.now()
    const call = rig.client({ timeoutMs: 7000 }).sendProduceRequest([orders('a')], options)
    await rig.failure(call)
    assert.is(rig.clock.now() - before, expected)
  }
})

test('at the deadline a TimeoutError tells how long, for what, and what stood in the way', async () => {
  const rig = await ClientRig.start()
  rig.network.refuse('b1:9092')
  const error = await rig.failure(
    rig.client().request(Apis.DescribeConfigs, { resources: [] }, { timeoutMs: 3000 }),
  )
  assert.instance(error, TimeoutError)
  assert.equal(
    [(error as TimeoutError).deadline, (error as TimeoutError).ms, (error as TimeoutError).maybeSent],
    ['call', 3000, false],
  )
  assert.match(error.message, /DescribeConfigs.*last:.*b1:9092.*refused.*no answer within 3000 ms/)
})

const ended = [
  [22, 'ILLEGAL_GENERATION'],
  [12, 'OFFSET_METADATA_TOO_LARGE'],
  [30, 'GROUP_AUTHORIZATION_FAILED'],
] as const

for (const [code, name] of ended) {
  test(`${name} changes what has to be asked, or cannot be mended: it ends the call at once`, async () => {
    const rig = await ClientRig.start({ topics: { orders: [1] } })
    commitWith(rig, code)
    const before = rig.clock.now()
    await rig.failure(rig.client().sendOffsetCommitRequest('billing', commits))
    assert.is(rig.of(OffsetCommit).length, 1)
    assert.is(rig.clock.now(), before)
  })
}

const mended = [
  [14, 'COORDINATOR_LOAD_IN_PROGRESS'],
  [15, 'COORDINATOR_NOT_AVAILABLE'],
  [7, 'REQUEST_TIMED_OUT'],
] as const

for (const [code, name] of mended) {
  test(`after ${name} the same is asked again`, async () => {
    const rig = await ClientRig.start({ topics: { orders: [1] } })
    commitWith(rig, code, 2)
    await rig.result(rig.client().sendOffsetCommitRequest('billing', commits))
    assert.is(rig.of(OffsetCommit).length, 3)
  })
}

test('a coordinator that is not there yet is asked for again', async () => {
  const rig = await ClientRig.start()
  let left = 2
  rig.peer(1).on(FindCoordinator, (request, reply) => {
    const { throttleTimeMs, coordinators } = rig.found(request)
    const [told] = coordinators
    reply({ throttleTimeMs, coordinators: [left-- > 0 ? { ...told!, errorCode: 15 } : told!] })
  })
  assert.is(await rig.result(rig.client().loadCoordinatorForGroup('billing')), 1)
  assert.is(rig.of(FindCoordinator).length, 3)
})

test.run()
