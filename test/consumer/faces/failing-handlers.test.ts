import type { Observable } from 'rxjs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { seededRandom, type Consumer } from '../../../src'
import { Dice } from '../../support/chaos'
import { numbered } from '../reading'
import { ServedLog, topic } from '../served-log'
import { Watched } from '../watched'

const seeds = 8
const partitions = 3
const messages = 200

/** How often what was done. */
class Done {
  readonly times = new Map<string, number>()

  readonly add = (partition: number, offset: bigint): void => {
    const name = `${partition}:${offset}`
    this.times.set(name, (this.times.get(name) ?? 0) + 1)
  }

  get isWhole(): boolean {
    return this.times.size === partitions * messages
  }
}

async function backlog(dice: Dice): Promise<ServedLog> {
  const served = await ServedLog.start({ partitions, brokers: 2 })
  for (let partition = 0; partition < partitions; partition++) {
    served.committed.set(partition, 0n)
    for (let from = 0; from < messages; from += 10)
      served.append(
        numbered(10, from).map(value => value + 'x'.repeat(dice.below(300))),
        { partition },
      )
  }
  return served
}

/** All with `onError: 'pause'`, and otherwise with whatever options. */
const faces = {
  process: (consumer, dice, work, { add }) =>
    consumer.process(
      async batch => {
        await work()
        for (const { partition, offset } of batch.messages) add(partition, offset)
      },
      { onError: 'pause', ...(dice.isSo(0.5) && { maxConcurrency: 1 + dice.below(3) }) },
    ),
  processEach: (consumer, dice, work, { add }) =>
    consumer.processEach(
      async ({ partition, offset }) => {
        await work()
        add(partition, offset)
      },
      {
        onError: 'pause',
        ordering: dice.oneOf(['unordered', 'partition', 'key']),
        maxConcurrency: 1 + dice.below(20),
        maxUncommitted: 1 + dice.below(50),
      },
    ),
} satisfies Record<
  string,
  (consumer: Consumer, dice: Dice, work: () => Promise<void>, done: Done) => Observable<unknown>
>

async function walk(seed: number, face: keyof typeof faces): Promise<void> {
  const dice = new Dice(seededRandom(seed))
  const served = await backlog(dice)
  const { clock } = served
  const done = new Done()
  let isDown = true
  const work = async (): Promise<void> => {
    if (dice.isSo(0.7)) await new Promise<void>(resolve => clock.after(dice.below(200), resolve))
    if (isDown && dice.isSo(0.03)) throw new Error('down')
  }
  const options = { groupId: 'billing', maxBatchMessages: 7, maxFetchBufferBytes: 2 ** (15 + dice.below(6)) }
  const watched = new Watched<unknown>(served, options, consumer => faces[face](consumer, dice, work, done))
  const { consumer } = watched
  // There is nothing to control before.
  await clock.until(() => watched.of('started').length > 0)
  for (let step = 0; step < 100; step++) {
    await clock.advance(dice.below(100))
    const at = { topic, partition: dice.below(partitions) }
    const what = dice.below(20)
    if (what < 3) consumer.pause(at)
    else if (what < 8) consumer.resume(at)
    else if (what === 8) served.moveLeader(at.partition, 1 + dice.below(2))
  }
  isDown = false
  consumer.resume()
  await clock.until(() => done.isWhole, 60_000)
  const isStored = (): boolean => [...served.committed.values()].every(offset => offset === BigInt(messages))
  await clock.until(isStored, 10_000)
  assert.ok(
    [...done.times.values()].every(times => times === 1),
    `seed ${seed}: something is done twice`,
  )
  assert.is(watched.error, undefined)
  await clock.outcomeOf(consumer.close())
}

for (const face of ['process', 'processEach'] as const)
  test(`${face}: partitions that pause as handlers fail, or by hand, and go on, at any moment: all is done once, and committed`, async () => {
    for (let seed = 1; seed <= seeds; seed++) await walk(seed, face)
  })

test.run()
