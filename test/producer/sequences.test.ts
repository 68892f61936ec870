import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { SequenceWalk, type WalkStep } from '../support/chaos'

type Step = WalkStep | readonly [WalkStep, number]

const retry = 0
const split = 1
const fail = 3

/** What became of the calls, by their number, and the calls in the log. */
function walk(...steps: readonly Step[]) {
  const walk = new SequenceWalk({ isIdempotent: true, isStrict: false, epoch: 0, sequence: 0 })
  for (const step of ['send', 'leave', 'process', 'answer', ...steps] as const)
    if (typeof step === 'string') walk.step(step, 0)
    else walk.step(...step)
  walk.heal()
  const outcomes = [...walk.outcomes].sort(([one], [other]) => one - other).map(([, outcome]) => outcome)
  return { outcomes, log: walk.log }
}

test('what may be written under its sequence gets no other one when a batch before it is too large', () => {
  const { outcomes, log } = walk(
    ...(['send', 'send', 'leave', 'leave'] as const),
    // The first is refused for now, the second is read and not looked at when the connection breaks.
    ...([
      ['refuse', retry],
      ['answer', 0],
      ['close', 1],
    ] as const),
    ...(['leave', ['refuse', split], 'answer'] as const),
    ...(['send', 'leave', 'process', 'late', 'leave', 'process'] as const),
  )
  assert.equal(outcomes, ['delivered', 'unwritten', 'unknown', 'delivered', 'delivered'])
  assert.equal(log, [1, 4, 5])
})

test('nor when the topic is deleted and created again, and the new log refuses the batch before it', () => {
  const { outcomes, log } = walk(
    ...(['send', 'send', 'leave', 'leave', 'stumble', 'other log', 'late'] as const),
  )
  assert.equal(outcomes, ['delivered', 'delivered', 'unknown', 'delivered'])
  assert.equal(log, [3, 2, 4])
})

test('who failed behind a batch that is too large, and may be written, is fenced all the same', () => {
  const { outcomes, log } = walk(
    ...(['send', 'send', 'send', 'send', 'leave', 'leave', 'leave', 'leave'] as const),
    ...([
      ['refuse', retry],
      ['answer', 0],
      ['refuse', fail],
      ['answer', 0],
      ['close', 2],
    ] as const),
    ...(['leave', ['refuse', split], 'answer', ['send', 2], 'leave', 'process', 'late', 'late'] as const),
  )
  assert.equal(outcomes.slice(1, 5), ['unwritten', 'unwritten', 'unknown', 'unknown'])
  assert.equal(log, [1, 6, 7, 8, 9])
})

const fiveWritten: readonly Step[] = [
  ...(['send', 'send', 'send', 'send', 'send'] as const),
  ...(['leave', 'leave', 'leave', 'leave', 'leave'] as const),
  ...(['process', 'process', 'process', 'process', 'process'] as const),
  'close',
]

test('what was written and is too old to be known again is delivered when a batch behind it is', () => {
  const { outcomes, log } = walk(...fiveWritten, 'restore')
  assert.equal(outcomes, Array(7).fill('delivered'))
  assert.equal(log, [1, 2, 3, 4, 5, 6, 7])
})

test('also when it has to be looked for again, since a connection breaks in the middle', () => {
  const { outcomes, log } = walk(
    ...fiveWritten,
    ...(['restore', 'leave', 'leave', 'leave', 'process', 'answer', 'process', 'answer', 'close'] as const),
  )
  assert.equal(outcomes, Array(7).fill('delivered'))
  assert.equal(log, [1, 2, 3, 4, 5, 6, 7])
})

test('what surely is not in the log, since the broker lost what was before it, is sent under a new epoch', () => {
  const { outcomes, log } = walk(...(['send', 'leave', 'process', 'answer', ...fiveWritten] as const), [
    'lose',
    5,
  ])
  assert.equal(outcomes, Array(8).fill('delivered'))
  assert.equal(log, [1, 3, 4, 5, 6, 7, 8])
})

test.run()
