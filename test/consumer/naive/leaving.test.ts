import { mergeMap, tap, type Observable } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { OFFSET_COMMITTED, type Batch, type Consumer } from '../../../src'
import { decodeDoneAhead } from '../../../src/consumer/done-ahead'
import { Apis } from '../../../src/protocol'
import { numbered } from '../reading'
import type { ServedLog } from '../served-log'
import { ServedLog as Served } from '../served-log'
import { Watched } from '../watched'

const messages = 60

async function servedSlowly(): Promise<ServedLog> {
  const served = await Served.start({ partitions: 2 })
  for (const partition of [0, 1]) {
    served.committed.set(partition, 0n)
    for (let from = 0; from < messages; from += 10) served.append(numbered(10, from), { partition })
  }
  // So that every step of the way takes its time.
  served.network.delay(3)
  return served
}

type Done = Map<string, number>

/** Each face as it is used, telling what is begun and what is done. */
type Use = (
  consumer: Consumer,
  begun: (what: string) => void,
  done: (what: string) => void,
) => Observable<unknown>

const names = ({ topic: _, partition, firstOffset, count }: Batch): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${partition}:${firstOffset + BigInt(i)}`)

function uses(served: ServedLog): Readonly<Record<string, Use>> {
  const work = (ms: number): Promise<void> => new Promise(resolve => served.clock.after(ms, resolve))
  const whole =
    (begun: (what: string) => void, done: (what: string) => void, ack = false) =>
    async (batch: Batch): Promise<void> => {
      names(batch).forEach(begun)
      await work(7)
      // Whoever has left does not hear of it.
      if (batch.signal.aborted) return
      names(batch).forEach(done)
      if (ack) batch.ack()
    }
  return {
    process: (consumer, begun, done) => consumer.process(whole(begun, done)),
    'processEach by partition': (consumer, begun, done) =>
      consumer
        .processEach(async ({ partition, offset }) => {
          begun(`${partition}:${offset}`)
          await work(2)
        })
        .pipe(tap(({ partition, offset }) => done(`${partition}:${offset}`))),
    'processEach unordered': (consumer, begun, done) =>
      consumer
        .processEach(
          async ({ partition, offset }) => {
            begun(`${partition}:${offset}`)
            await work(Number(offset % 5n) * 3)
          },
          { ordering: 'unordered', maxConcurrency: 8 },
        )
        .pipe(tap(({ partition, offset }) => done(`${partition}:${offset}`))),
    'start with mergeMap': (consumer, begun, done) =>
      consumer.start(OFFSET_COMMITTED).pipe(mergeMap(whole(begun, done, true))),
    partitions$: (consumer, begun, done) =>
      consumer
        .partitions$(OFFSET_COMMITTED)
        .pipe(mergeMap(one => one.pipe(mergeMap(whole(begun, done, true))))),
  }
}

/** Offsets of a partition that are done before the committed one, and those stored as done beyond it. */
function isStored(served: ServedLog, what: string): boolean {
  const [partition, offset] = what.split(':').map(Number) as [number, number]
  const committed = served.committed.get(partition)!
  if (BigInt(offset) < committed) return true
  return decodeDoneAhead(committed, served.metadata.get(partition) ?? null).has(BigInt(offset))
}

function openFetchConnections(served: ServedLog): number {
  const [peer] = served.peers
  const used = new Set(peer!.of(Apis.Fetch).map(({ connection }) => connection))
  return [...used].filter(connection => !peer!.closed.includes(connection)).length
}

function count(into: Done): (what: string) => void {
  return what => void into.set(what, (into.get(what) ?? 0) + 1)
}

for (const name of Object.keys(uses(new Served())))
  test(`${name}: left at any moment, just what was done is committed, and who comes next does the rest`, async () => {
    for (let ms = 0; ms < 110; ms += 3) {
      const served = await servedSlowly()
      const [begun, done] = [new Map<string, number>(), new Map<string, number>()]
      const use = uses(served)[name]!
      const first = new Watched(served, { groupId: 'billing', maxBatchMessages: 10 }, consumer =>
        use(consumer, count(begun), count(done)),
      )
      await served.clock.advance(ms)
      first.subscription.unsubscribe()
      const before = begun.size
      await served.clock.advance(5000)
      assert.is(begun.size, before, `${ms} ms: nothing is begun any more`)
      assert.is(openFetchConnections(served), 0, `${ms} ms: connections`)
      for (const partition of [0, 1])
        for (let offset = 0; offset < messages; offset++) {
          const what = `${partition}:${offset}`
          assert.is(isStored(served, what), done.has(what), `${ms} ms: ${what}`)
        }
      const second = new Watched(served, { groupId: 'billing', maxBatchMessages: 10 }, consumer =>
        use(consumer, count(begun), count(done)),
      )
      await served.clock.until(() => done.size === 2 * messages)
      await served.clock.outcomeOf(second.consumer.close())
      assert.ok(
        [...done.values()].every(times => times === 1),
        `${ms} ms: nothing is done twice`,
      )
      assert.equal([...served.committed.values()], [60n, 60n])
      assert.is(first.error ?? second.error, undefined)
    }
  })

for (const name of Object.keys(uses(new Served())))
  test(`${name}: closed at any moment, all that was begun is done and committed, and the stream completes`, async () => {
    for (let ms = 0; ms < 110; ms += 3) {
      const served = await servedSlowly()
      const [begun, done] = [new Map<string, number>(), new Map<string, number>()]
      const watched = new Watched(served, { groupId: 'billing', maxBatchMessages: 10 }, consumer =>
        uses(served)[name]!(consumer, count(begun), count(done)),
      )
      await served.clock.advance(ms)
      watched.consumer.close()
      await served.clock.until(() => watched.isComplete, 5000)
      assert.equal([...done.keys()].sort(), [...begun.keys()].sort(), `${ms} ms`)
      for (const what of begun.keys()) assert.ok(isStored(served, what), `${ms} ms: ${what}`)
      await served.clock.advance(5000)
      assert.is(openFetchConnections(served), 0, `${ms} ms: connections`)
      assert.equal(watched.of('close-timed-out'), [])
    }
  })

test.run()
