import { Observable } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError, ProcessingError, type EachOptions, type ReceivedMessage } from '../../../src'
import { decodeDoneAhead } from '../../../src/consumer/done-ahead'
import { Apis } from '../../../src/protocol'
import { numbered } from '../reading'
import { ServedLog } from '../served-log'
import { Watched, Work } from '../watched'

const billing = { groupId: 'billing' }

async function servedMessages(count: number, { partitions = 1, keys = 0 } = {}): Promise<ServedLog> {
  const served = await ServedLog.start({ partitions })
  for (let partition = 0; partition < partitions; partition++) {
    served.committed.set(partition, 0n)
    for (let from = 0; from < count; from += 10)
      served.append(numbered(10, from), {
        partition,
        ...(keys > 0 && { keyOf: value => `key ${Number(value.split(' ')[1]) % keys}` }),
      })
  }
  return served
}

const processing = (
  served: ServedLog,
  handler: (message: ReceivedMessage) => unknown,
  options: EachOptions<ReceivedMessage> = {},
) => new Watched(served, billing, consumer => consumer.processEach(handler as () => void, options))

const byHand =
  (work: Work) =>
  ({ partition, offset }: ReceivedMessage) =>
    work.byHand(1000n * BigInt(partition) + offset)

/** What the group has stored for partition 0: the offset, and those beyond it that are done. */
const stored = (served: ServedLog): readonly bigint[] => {
  const offset = served.committed.get(0)!
  return [offset, ...decodeDoneAhead(offset, served.metadata.get(0) ?? null)]
}

test('by partition, one message after another; partitions side by side', async () => {
  const served = await servedMessages(20, { partitions: 2 })
  const work = new Work()
  processing(served, byHand(work))
  await served.clock.advance(1000)
  assert.equal(work.begun, [0n, 1000n])
  work.end.get(1000n)!()
  await served.clock.advance(10)
  assert.equal(work.begun, [0n, 1000n, 1001n])
})

test('by key, the messages of a key one after another, keys side by side', async () => {
  const served = await servedMessages(20, { keys: 3 })
  const work = new Work()
  processing(served, byHand(work), { ordering: 'key' })
  await served.clock.advance(1000)
  assert.equal(work.begun, [0n, 1n, 2n])
  work.end.get(1n)!()
  await served.clock.advance(10)
  assert.equal(work.begun, [0n, 1n, 2n, 4n])
  for (; work.done.length < 20; await served.clock.advance(10)) work.endAll()
  for (const key of [0n, 1n, 2n]) {
    const ofKey = work.done.filter(offset => offset % 3n === key)
    assert.equal(
      ofKey,
      [...ofKey].sort((a, b) => Number(a - b)),
    )
  }
})

test('by key, messages without a key keep the order of their partition', async () => {
  const served = await servedMessages(10)
  const work = new Work()
  processing(served, byHand(work), { ordering: 'key' })
  await served.clock.advance(1000)
  assert.equal(work.begun, [0n])
})

test('unordered, as many as maxConcurrency, of all partitions together', async () => {
  const served = await servedMessages(20, { partitions: 2 })
  const work = new Work()
  processing(served, byHand(work), { ordering: 'unordered', maxConcurrency: 5 })
  await served.clock.advance(1000)
  assert.is(work.begun.length, 5)
  for (; work.done.length < 40; await served.clock.advance(10)) {
    assert.ok(work.begun.length - work.done.length <= 5)
    ;[...work.end.values()][0]!()
  }
  assert.is(new Set(work.done).size, 40)
})

test('one that hangs holds up a window of maxUncommitted, no more; the rest of it is committed as done ahead', async () => {
  const served = await servedMessages(100)
  const work = new Work()
  const watched = processing(
    served,
    message => {
      const after = byHand(work)(message)
      if (message.offset !== 3n) work.end.get(message.offset)!()
      return after
    },
    { ordering: 'unordered', maxUncommitted: 20 },
  )
  await served.clock.advance(6000)
  assert.equal(work.begun.at(-1), 22n)
  assert.equal(stored(served), [3n, ...Array.from({ length: 19 }, (_, i) => BigInt(4 + i))])
  assert.is(served.metadata.get(0)!.slice(0, 5), 'rxk1:')
  work.endAll()
  await served.clock.until(() => watched.values.length === 100)
  await served.clock.advance(6000)
  assert.equal(stored(served), [100n])
  assert.is(served.metadata.get(0), '')
})

test('whoever reads next calls no handler for what was done ahead, and commits past it', async () => {
  const served = await servedMessages(30)
  const first = new Work()
  const watched = processing(served, byHand(first), { ordering: 'unordered', maxConcurrency: 10 })
  await served.clock.advance(100)
  for (const offset of [0n, 1n, 4n, 7n, 9n]) first.end.get(offset)!()
  await served.clock.advance(10)
  watched.subscription.unsubscribe()
  await served.clock.advance(1000)
  assert.equal(stored(served), [2n, 4n, 7n, 9n])
  const second: bigint[] = []
  const again = processing(served, ({ offset }) => void second.push(offset))
  await served.clock.until(() => again.values.length === 25)
  assert.equal(second.slice(0, 6), [2n, 3n, 5n, 6n, 8n, 10n])
  await served.clock.advance(6000)
  assert.equal(stored(served), [30n])
})

test('markers and the end of the log are no work: no message is taken for done since they are', async () => {
  const served = await servedMessages(10)
  served.append([], { control: 'commit', producerId: 7n })
  served.append(['last'])
  served.append([], { control: 'commit', producerId: 7n })
  const first = new Work()
  const watched = processing(served, byHand(first), { ordering: 'unordered' })
  await served.clock.advance(2000)
  first.end.get(11n)!()
  await served.clock.advance(10)
  watched.subscription.unsubscribe()
  await served.clock.advance(1000)
  assert.equal(stored(served), [0n, 11n])
  const second: bigint[] = []
  processing(served, ({ offset }) => void second.push(offset))
  await served.clock.advance(2000)
  assert.equal(second, [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n])
})

test('what takes the place of messages that a truncation took is not done, whatever was done ahead', async () => {
  const served = await ServedLog.start({ brokers: 2 })
  for (let i = 0; i < 10; i++) served.append([`${i}`])
  const work = new Work()
  const watched = processing(served, byHand(work), { ordering: 'unordered', maxConcurrency: 100 })
  await served.clock.until(() => work.begun.length === 10)
  for (const offset of [2n, 7n, 8n]) work.end.get(offset)!()
  served.truncateFrom(5n)
  served.moveLeader(0, 2)
  for (let i = 5; i < 9; i++) served.append([`other ${i}`])
  await served.clock.until(() => work.begun.length === 14)
  await served.clock.advance(6000)
  assert.equal(stored(served), [0n, 2n])
  watched.subscription.unsubscribe()
  await served.clock.advance(1000)
  const again: bigint[] = []
  processing(served, ({ offset }) => void again.push(offset))
  await served.clock.advance(2000)
  assert.equal(again, [0n, 1n, 3n, 4n, 5n, 6n, 7n, 8n])
})

test('metadata of others is none of ours', async () => {
  const served = await servedMessages(10)
  served.committed.set(0, 2n)
  served.metadata.set(0, 'written by another program')
  const seen: bigint[] = []
  processing(served, ({ offset }) => void seen.push(offset))
  await served.clock.until(() => seen.length === 8)
})

test('after a seek what was done ahead before is called again', async () => {
  const served = await servedMessages(30)
  served.metadata.set(0, 'rxk1:' + Buffer.from([0b10110]).toString('base64'))
  const work = new Work()
  const watched = processing(served, byHand(work), { ordering: 'unordered', maxConcurrency: 100 })
  await served.clock.advance(100)
  assert.equal(work.begun.slice(0, 3), [0n, 3n, 5n])
  work.begun.length = 0
  watched.consumer.seek({ topic: 'orders', partition: 0 }, 1)
  await served.clock.advance(1000)
  assert.equal(work.begun.slice(0, 3), [1n, 2n, 3n])
})

test('after a seek back the commits go back too, as soon as anything is done there', async () => {
  const served = await servedMessages(100)
  const work = new Work()
  const watched = processing(served, byHand(work), { ordering: 'unordered', maxConcurrency: 200 })
  await served.clock.advance(100)
  work.endAll()
  await served.clock.advance(6000)
  assert.equal(stored(served), [100n])
  watched.consumer.seek({ topic: 'orders', partition: 0 }, 10)
  await served.clock.advance(1000)
  work.end.get(12n)!()
  await served.clock.advance(6000)
  assert.equal(stored(served), [10n, 12n])
  work.endAll()
  await served.clock.advance(6000)
  assert.equal(stored(served), [100n])
  assert.is(work.done.length, 190)
})

test('a seek drops what was delivered and not begun, and what is under way counts for nothing', async () => {
  const served = await servedMessages(100)
  const work = new Work()
  const watched = processing(served, byHand(work))
  await served.clock.advance(100)
  watched.consumer.seek({ topic: 'orders', partition: 0 }, 50)
  work.endAll()
  await served.clock.advance(1000)
  assert.equal(work.begun, [0n, 50n])
  work.endAll()
  await served.clock.advance(6000)
  assert.equal(stored(served), [51n])
  assert.is(watched.error, undefined)
})

test('commits are by message: what is done of a batch counts', async () => {
  const served = await servedMessages(10)
  const work = new Work()
  processing(served, byHand(work))
  for (let i = 0; i < 3; i++) {
    await served.clock.advance(100)
    work.endAll()
  }
  await served.clock.advance(6000)
  assert.equal(stored(served), [3n])
})

test('handlers that are slow and go on are no stall, though all buffers are full', async () => {
  const served = await servedMessages(0)
  const large = numbered(10).map(value => value.padEnd(1024, '.'))
  for (let i = 0; i < 500; i++) served.append(large)
  const watched = processing(served, () => new Promise<void>(resolve => served.clock.after(1000, resolve)))
  await served.clock.advance(200_500)
  assert.is(watched.values.length, 200)
  assert.is(watched.of('ack-stalled').length, 0)
})

test('one that hangs is a stall, told by an event, until maxProcessingMs ends the stream', async () => {
  const served = await servedMessages(2000)
  const watched = processing(
    served,
    ({ offset }) => (offset === 0n ? new Promise(() => undefined) : undefined),
    { ordering: 'unordered', maxProcessingMs: 100_000 },
  )
  await served.clock.advance(99_000)
  assert.is(watched.values.length, 999)
  assert.ok(watched.of('ack-stalled').length > 0)
  await served.clock.advance(32_000)
  assert.match(String(watched.error), /orders\/0 offset 0: the handler has not ended within 100000 ms/)
  assert.equal(stored(served).length, 1000)
})

test('handlers that take long without waiting let the event loop live', async () => {
  const served = await servedMessages(100)
  const { clock } = served
  const monotonic = clock.monotonic.bind(clock)
  let [spent, turns] = [0, 0]
  const turnOf: number[] = []
  clock.monotonic = () => monotonic() + spent
  processing(served, () => {
    spent += 4
    turnOf.push(turns)
    clock.soon(() => turns++)
  })
  await clock.until(() => turnOf.length === 100)
  for (let i = 4; i < 100; i++) assert.ok(turnOf[i]! > turnOf[i - 4]!, turnOf.join())
})

test('one that fails ends the stream, once those under way have ended; nothing more is begun', async () => {
  const served = await servedMessages(100)
  const work = new Work()
  const watched = processing(served, byHand(work), { ordering: 'unordered', maxConcurrency: 4 })
  await served.clock.advance(100)
  work.fail.get(1n)!(new Error('bad'))
  await served.clock.advance(5000)
  assert.is(watched.error, undefined)
  work.end.get(0n)!()
  work.end.get(3n)!()
  work.fail.get(2n)!(new Error('as bad'))
  await served.clock.advance(100)
  assert.instance(watched.error, ProcessingError)
  assert.match(String(watched.error), /orders\/0 offset 1: the handler failed: bad/)
  assert.is(work.begun.length, 4)
  assert.equal(stored(served), [1n, 3n])
})

test('close waits for what was begun, not for what was only delivered', async () => {
  const served = await servedMessages(500)
  const work = new Work()
  const watched = processing(served, byHand(work))
  await served.clock.advance(100)
  watched.consumer.close()
  await served.clock.advance(5000)
  assert.not(watched.isComplete)
  work.endAll()
  await served.clock.advance(100)
  assert.ok(watched.isComplete)
  assert.equal(work.begun, [0n])
  assert.equal(stored(served), [1n])
  assert.is(watched.of('close-timed-out').length, 0)
})

test('unsubscribing gives up what can be given up, begins nothing more, commits what was done', async () => {
  const served = await servedMessages(100)
  let left = 0
  const watched = processing(
    served,
    ({ offset }) => (offset < 2n ? undefined : new Observable(() => () => left++)),
    { ordering: 'unordered', maxConcurrency: 8 },
  )
  await served.clock.advance(100)
  watched.subscription.unsubscribe()
  assert.is(left, 8)
  await served.clock.advance(10_000)
  assert.is(left, 8)
  assert.equal(stored(served), [2n])
})

test('a handler is told by its signal when nobody wants the message done any more, and not while it is waited for', async () => {
  const served = await servedMessages(20, { partitions: 2 })
  const signals: AbortSignal[] = []
  const work = new Work()
  const watched = new Watched(served, billing, consumer =>
    consumer.processEach((message, { signal }) => {
      signals.push(signal)
      return byHand(work)(message)
    }),
  )
  await served.clock.until(() => signals.length === 2)
  watched.consumer.close({ timeoutMs: 5000 })
  await served.clock.advance(4900)
  assert.equal(
    signals.map(({ aborted }) => aborted),
    [false, false],
  )
  await served.clock.advance(200)
  assert.ok(signals.every(({ aborted }) => aborted))
  assert.equal(stored(served), [0n])
})

test('unsubscribing, and maxProcessingMs, abort the signal too', async () => {
  const served = await servedMessages(20)
  let signal: AbortSignal | undefined
  const hang = () =>
    new Watched(served, billing, consumer =>
      consumer.processEach(
        (_, context) => {
          signal = context.signal
          return new Promise(() => undefined)
        },
        { maxProcessingMs: 1000 },
      ),
    )
  const left = hang()
  await served.clock.until(() => signal !== undefined)
  assert.not(signal!.aborted)
  left.subscription.unsubscribe()
  assert.ok(signal!.aborted)
  hang()
  await served.clock.until(() => !signal!.aborted)
  await served.clock.advance(1100)
  assert.ok(signal!.aborted)
})

test('onError skip and retry are for the message alone', async () => {
  const served = await servedMessages(30)
  const calls: bigint[] = []
  const fail = ({ offset }: ReceivedMessage) => {
    calls.push(offset)
    if (offset === 5n) throw new Error('bad')
  }
  const skipping = processing(served, fail, { onError: 'skip' })
  await served.clock.until(() => skipping.values.length === 29)
  assert.is(skipping.of('skipped').length, 1)
  await served.clock.advance(6000)
  assert.equal(stored(served), [30n])
  skipping.subscription.unsubscribe()
  served.committed.set(0, 0n)
  const retrying = processing(served, fail, { onError: 'retry', maxAttempts: 2 })
  await served.clock.until(() => retrying.error !== undefined)
  assert.is(calls.filter(offset => offset === 5n).length, 3)
})

for (const ordering of ['partition', 'key', 'unordered'] as const)
  test(`onError pause, ${ordering}: nothing more of the partition is begun; when it is resumed all is done`, async () => {
    const served = await servedMessages(50, { partitions: 2, keys: 5 })
    let isDown = true
    const calls: string[] = []
    const watched = processing(
      served,
      ({ partition, offset }) => {
        calls.push(`${partition}:${offset}`)
        if (isDown && partition === 0 && offset === 7n) throw new Error('down')
      },
      { ordering, onError: 'pause', maxConcurrency: 4 },
    )
    await served.clock.advance(70_000)
    assert.equal(calls.filter(call => call.startsWith('0:')).length, 8)
    assert.is(calls.filter(call => call.startsWith('1:')).length, 50)
    assert.is(watched.of('paused').length, 2)
    isDown = false
    watched.consumer.resume()
    await served.clock.until(() => watched.values.length === 100)
    assert.is(calls.length, 101)
    await served.clock.advance(6000)
    assert.equal(stored(served), [50n])
  })

test('close does not wait for what is paused', async () => {
  const served = await servedMessages(50)
  const fail = () => {
    throw new Error('down')
  }
  const watched = processing(served, fail, { onError: 'pause' })
  await served.clock.advance(1000)
  watched.consumer.close()
  await served.clock.advance(100)
  assert.ok(watched.isComplete)
})

test('while its partition is paused by hand nothing more of it is begun', async () => {
  const served = await servedMessages(50)
  const work = new Work()
  const watched = processing(served, byHand(work))
  await served.clock.advance(100)
  watched.consumer.pause()
  work.endAll()
  await served.clock.advance(100)
  assert.equal(work.begun, [0n])
  watched.consumer.resume()
  await served.clock.advance(100)
  assert.equal(work.begun, [0n, 1n])
})

test('more done ahead than a broker keeps is an event, and no commit fails for it', async () => {
  const served = await servedMessages(10)
  for (let i = 0; i < 30; i++) served.append(numbered(1000))
  const watched = processing(
    served,
    ({ offset }) => (offset === 0n ? new Promise(() => undefined) : undefined),
    { ordering: 'unordered', maxUncommitted: 30_000 },
  )
  await served.clock.until(() => watched.values.length === 29_999)
  await served.clock.advance(6000)
  assert.ok(watched.of('done-ahead-dropped').length > 0)
  assert.is(watched.of('commit-failed').length, 0)
  const lengths = served.peers[0]!.of(Apis.OffsetCommit).map(
    ({ body }) => body.topics[0]!.partitions[0]!.committedMetadata!.length,
  )
  assert.ok(Math.max(...lengths) <= 4096)
})

test('what is no handler, and bad options, are refused through the stream, at once', async () => {
  const served = await servedMessages(10)
  for (const [handler, options] of [
    [undefined, {}],
    [() => undefined, { ordering: 'none' }],
    [() => undefined, { maxUncommitted: 0 }],
  ] as const)
    assert.instance(processing(served, handler as () => void, options as never).error, ArgumentError)
})

test.run()
