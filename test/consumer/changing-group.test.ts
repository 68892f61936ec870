import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { seededRandom } from '../../src'
import { Dice } from '../support/chaos'
import { partitions, start, type Member } from './members'

const seeds = 4
const messages = 60

/** What members do, each message of it once, and never two of them in one partition. */
class Shared {
  readonly done = new Set<string>()
  readonly wrong: string[] = []
  readonly #busy = new Map<number, Member>()
  readonly #pause: () => Promise<void>

  constructor(pause: () => Promise<void>) {
    this.#pause = pause
  }

  async work(member: Member, partition: number, offsets: readonly bigint[]): Promise<void> {
    const other = this.#busy.get(partition)
    if (other && other !== member) this.wrong.push(`${partition} has two owners`)
    this.#busy.set(partition, member)
    await this.#pause()
    for (const offset of offsets) {
      const name = `${partition}:${offset}`
      if (this.done.has(name)) this.wrong.push(`${name} is done twice`)
      this.done.add(name)
    }
    this.#busy.delete(partition)
  }
}

type Face = 'process' | 'processEach' | 'for await'

function read(face: Face, member: Member, shared: Shared): void {
  const { group } = member
  if (face === 'process')
    member.run(
      group.process(batch =>
        shared.work(
          member,
          batch.partition,
          batch.messages.map(({ offset }) => offset),
        ),
      ),
    )
  else if (face === 'processEach')
    member.run(group.processEach(({ partition, offset }) => shared.work(member, partition, [offset])))
  else
    void (async () => {
      for await (const { partition, messages } of group)
        await shared.work(
          member,
          partition,
          messages.map(({ offset }) => offset),
        )
    })().catch((error: unknown) => member.errors.push(error))
}

async function walk(seed: number, face: Face): Promise<void> {
  const dice = new Dice(seededRandom(seed))
  const { clock, kafka, member, pause, end } = await start(messages)
  const shared = new Shared(() => pause(dice.below(400)))
  const all: Member[] = []
  const come = (): Member => {
    const one = member('orders', { maxBatchMessages: 5 })
    all.push(one)
    read(face, one, shared)
    return one
  }
  const members = [come()]
  for (let step = 0; step < 8; step++) {
    await clock.advance(dice.below(6000))
    if (members.length < 2 || (members.length < 4 && dice.isSo(0.5))) members.push(come())
    else for (const { group } of members.splice(dice.below(members.length), 1)) group.close().start()
  }
  const isStored = (partition: number) => kafka.committed('billing', 'orders', partition) === BigInt(messages)
  const each = Array.from({ length: partitions }, (_, partition) => partition)
  await clock.until(() => shared.done.size === partitions * messages && each.every(isStored))
  assert.equal(shared.wrong, [], `seed ${seed}`)
  assert.equal(
    all.flatMap(({ errors }) => errors),
    [],
  )
  await end()
}

for (const face of ['process', 'processEach', 'for await'] as const)
  test(`${face}: members come and go in good order, at any moment: all is done once, by one at a time, and committed`, async () => {
    for (let seed = 1; seed <= seeds; seed++) await walk(seed, face)
  })

test.run()
