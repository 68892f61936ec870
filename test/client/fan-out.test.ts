import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { runCall } from '../../src/client/call'
import { collect, fanOut, type Outcome } from '../../src/client/payloads/fan-out'
import type { BrokerError } from '../../src/kernel'
import { FailedPayloadsError, type KafkaError, VirtualClock } from '../../src/kernel'
import { brokerError } from '../../src/protocol'

interface Payload {
  readonly topic: string
  readonly partition: number
  readonly id: string
}

const notLeader = brokerError(6, 'test')
const tooLarge = brokerError(10, 'test')
const payload = (partition: number, id: string): Payload => ({ topic: 'a', partition, id })

/** Runs a fan-out against scripted answers; `script` is asked for each payload of each attempt. */
async function play(
  payloads: readonly Payload[],
  script: (id: string, attempt: number) => KafkaError | null,
  timeoutMs = 1000,
) {
  const clock = new VirtualClock()
  const attempts: string[] = []
  const remedies: string[] = []
  const done = runCall({ clock, what: 'test', timeoutMs }, call =>
    fanOut<Payload, string>({
      call,
      payloads,
      retry: {
        clock,
        random: () => 0.5,
        retryBackoffMs: 100,
        retryBackoffMaxMs: 1000,
        apply: error => Promise.resolve(remedies.push(error.remedy)),
      },
      mayRepeat: error => error.retriable,
      attempt: heads => {
        attempts.push(heads.map(({ id }) => id).join(' '))
        return Promise.resolve(
          heads.map(({ id }): Outcome<string> => {
            const error = script(id, attempts.length)
            return error ? { error } : { response: id }
          }),
        )
      },
    }),
  )
  await clock.advance(timeoutMs + 1)
  return { outcomes: await done, attempts, remedies }
}

test('payloads of different partitions go together, those of one partition one after another', async () => {
  const { attempts, outcomes } = await play([payload(0, 'a'), payload(1, 'b'), payload(0, 'c')], () => null)
  assert.equal(attempts, ['a b', 'c'])
  assert.equal(outcomes, [{ response: 'a' }, { response: 'b' }, { response: 'c' }])
})

test('what may be repeated is asked again after its remedy, before those behind it', async () => {
  const script = (id: string, attempt: number) => (id === 'a' && attempt < 3 ? notLeader : null)
  const { attempts, remedies } = await play([payload(0, 'a'), payload(0, 'b'), payload(1, 'c')], script)
  assert.equal(attempts, ['a c', 'a', 'a', 'b'])
  assert.equal(remedies, ['refresh-metadata', 'refresh-metadata'])
})

test('what may not be repeated fails, and what worked is kept', async () => {
  const payloads = [payload(0, 'a'), payload(1, 'b')]
  const { outcomes } = await play(payloads, id => (id === 'a' ? tooLarge : null))
  const blank = ({ id }: Payload) => ({ id })
  try {
    collect('test', payloads, outcomes as readonly Outcome<{ id: string }>[], blank, true)
    assert.unreachable()
  } catch (error) {
    assert.instance(error, FailedPayloadsError)
    assert.equal((error as FailedPayloadsError).responses, ['b'])
    assert.is((error as FailedPayloadsError).failedPayloads[0]?.payload, payloads[0])
    assert.is((error as FailedPayloadsError).failedPayloads[0]?.error, tooLarge)
  }
})

test('with failOnError false every error comes back as data, in payload order', async () => {
  const payloads = [payload(0, 'a'), payload(1, 'b')]
  const { outcomes } = await play(payloads, id => (id === 'a' ? tooLarge : null))
  const told = outcomes.map(outcome =>
    'error' in outcome ? outcome : { response: { said: outcome.response } },
  )
  const all = collect<Payload, object>('test', payloads, told, ({ id }, error) => ({ id, error }), false)
  assert.equal(all, [{ id: 'a', error: tooLarge }, { said: 'b' }])
})

test('at the deadline whoever still waits fails with what stood in the way', async () => {
  const { outcomes } = await play([payload(0, 'a'), payload(0, 'b'), payload(1, 'c')], id =>
    id === 'c' ? null : notLeader,
  )
  assert.equal(
    outcomes.map(outcome => ('error' in outcome ? (outcome.error as BrokerError).reason : outcome.response)),
    ['NOT_LEADER_OR_FOLLOWER', 'NOT_LEADER_OR_FOLLOWER', 'c'],
  )
})

test.run()
