import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { dropAnswer, type Fault } from '../../src/broker'
import { defaultParts, startWith } from '../../src/broker/seams'
import { ArgumentError } from '../../src/kernel'
import { Apis } from '../../src/protocol'
import { BrokerRig } from './broker-rig'

const fault = suite('a fault')
let rig: BrokerRig

const { emitWarning } = process
let warnings: string[]

fault.before.each(async () => {
  rig = await BrokerRig.start()
  warnings = []
  process.emitWarning = (text: string | Error) => void warnings.push(String(text))
})
fault.after.each(async () => {
  process.emitWarning = emitWarning
  await rig.close()
})

const told = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing',
    (error: Error) => error.message,
  )
const isSo = (): boolean => true

const reasons = (of = rig): readonly string[] =>
  of.events.flatMap(event => (event.type === 'connection-closed' ? [event.reason] : []))

fault(
  'that fails, or answers nothing that can be sent, closes the connection as its own defect',
  async () => {
    const broken: readonly [fault: Fault, reason: RegExp][] = [
      [() => Promise.reject(new Error('no idea')), /^a fault failed: Error: no idea/],
      [
        () => {
          throw new Error('no idea')
        },
        /^a fault failed: Error: no idea/,
      ],
      [() => undefined as never, /what a fault answers: expected an answer, .* got undefined/],
      [() => dropAnswer as never, /what a fault answers: expected an answer, .* got function dropAnswer/],
      [() => ({ responses: 'none' }), /^a fault failed: /],
      [
        run => run.refusal('NO_SUCH' as never),
        /^a fault failed: ArgumentError: refusal: expected Kafka's name/,
      ],
      [
        run =>
          run.carryOutWith(() => {
            throw new Error('no idea')
          }),
        /^a fault failed: Error: no idea/,
      ],
      [
        run => run.carryOutWith(() => 'NO_SUCH' as never),
        /^a fault failed: ArgumentError: carryOutWith: expected Kafka's name/,
      ],
      [run => run.wait(NaN) as never, /^a fault failed: ArgumentError: wait: expected milliseconds/],
      [
        run => {
          run.holdBack(-1)
          return run.carryOut()
        },
        /^a fault failed: ArgumentError: holdBack: expected milliseconds/,
      ],
      [
        async run => {
          throw run.cutAnswer(await run.carryOut(), -1)
        },
        /^a fault failed: ArgumentError: cutAnswer bytes: expected a whole number/,
      ],
    ]
    for (const [broke, reason] of broken) {
      const set = rig.kafka.faults.once(Apis.Produce, broke)
      const [answer] = await rig.done(rig.produce('x'))
      assert.ok(answer!.error)
      assert.match(reasons().at(-1)!, reason)
      assert.not.match(reasons().at(-1)!, 'defect of the embedded broker')
      assert.is(set.hits, 1)
      assert.is(await told(rig.kafka.until(isSo)), set.failure?.message)
      assert.is(warnings.at(-1), set.failure?.message)
    }
    assert.is(warnings.length, broken.length)
    assert.is(reasons().length, broken.length)
  },
)

fault('whose condition throws, or answers a promise, closes the connection and says so', async () => {
  const { faults } = rig.kafka
  const conditions: readonly [when: () => boolean, reason: RegExp][] = [
    [
      () => {
        throw new Error('no idea')
      },
      /^a condition of a fault failed: Error: no idea/,
    ],
    [
      () => Promise.resolve(false) as never,
      /^a condition of a fault failed: .*condition `when` of a fault: expected true or false at once/,
    ],
  ]
  for (const [when, reason] of conditions) {
    const set = faults.on(Apis.Produce, dropAnswer(), { when })
    const [answer] = await rig.done(rig.produce('x'))
    assert.ok(answer!.error)
    assert.match(reasons().at(-1)!, reason)
    assert.is(set.hits, 0)
    assert.instance(set.failure, ArgumentError)
    assert.match(set.failure!.message, /^faults\.on Produce option when: expected true or false at once, /)
    assert.equal(warnings.splice(0), [set.failure!.message])
    assert.is(await told(rig.kafka.until(isSo)), set.failure!.message)
    // A condition that cannot judge strikes no more: the test is told, and no request suffers from it again.
    assert.is((await rig.done(rig.produce('y')))[0]!.error, null)
    assert.equal([set.hits, warnings], [0, []])
  }
})

fault('whose condition is async is refused at once', () => {
  const when = (async () => true) as never
  assert.throws(
    () => rig.kafka.faults.on(Apis.Produce, dropAnswer(), { when }),
    /faults\.on option when: expected a function that answers true or false at once, and no async one/,
  )
})

fault('that fails is told once by until, else by close, and warned of once', async () => {
  const own = await BrokerRig.start()
  const set = own.kafka.faults.on(Apis.Produce, () => {
    throw new Error('no idea')
  })
  const waiting = told(own.kafka.until(() => false, { timeoutMs: 60_000 }))
  for (let i = 0; i < 2; i++) await own.done(own.produce('x'))
  assert.is(await waiting, set.failure!.message)
  assert.match(await waiting, /^faults\.on Produce fault: expected an answer, .*, got Error: no idea/)
  assert.equal([set.hits, warnings.length, await told(own.kafka.until(isSo))], [2, 1, 'nothing'])
  own.kafka.faults.clear()
  own.kafka.faults.once(Apis.Produce, () => undefined as never)
  await own.done(own.produce('x'))
  assert.match(await told(own.kafka.close()), /^faults\.once Produce fault: .*, got undefined/)
  assert.not.ok(own.kafka.broker(1).isUp)
})

fault('is not blamed for a handler that fails', async () => {
  const closed: string[] = []
  const handlers = defaultParts.handlers.map(handler =>
    handler.api.key === Apis.Produce.key
      ? {
          ...handler,
          handle: () => {
            throw new Error('broken')
          },
        }
      : handler,
  )
  const own = new BrokerRig()
  own.kafka = await startWith(
    {
      clock: own.clock,
      network: own.network,
      topics: { orders: {} },
      onEvent: event => event.type === 'connection-closed' && closed.push(event.reason),
    },
    { ...defaultParts, handlers },
  )
  own.kafka.faults.on(Apis.Produce, run => run.carryOut())
  await own.done(own.produce('x'))
  assert.match(closed[0]!, /^a defect of the embedded broker: Error: broken/)
  await own.close()
})

fault('need not wait for what it began: nothing of that ends the process', async () => {
  let unhandled = 0
  const count = (): void => void unhandled++
  process.on('unhandledRejection', count)
  const careless: Fault = run => {
    void run.wait(1000)
    void run.carryOutWith(() => {
      throw new Error('no idea')
    })
    return run.refusal('UNKNOWN_SERVER_ERROR')
  }
  rig.kafka.faults.once(Apis.Produce, careless)
  await rig.done(rig.produce('x', { timeoutMs: 50 }))
  await rig.kafka.broker(1).kill()
  await new Promise(resolve => setImmediate(resolve))
  process.off('unhandledRejection', count)
  assert.is(unhandled, 0)
  assert.match(await told(rig.kafka.until(isSo)), /^faults\.once Produce fault: .*no idea/)
})

fault('that begins to wait when its broker is gone waits no more', async () => {
  let outcome = 'waits'
  rig.kafka.faults.once(Apis.Produce, async run => {
    const answer = await run.carryOut()
    await rig.kafka.broker(1).kill()
    await run.wait(60_000).catch(() => (outcome = 'interrupted'))
    return answer
  })
  rig.produce('x').subscribe({ error: () => undefined })
  await rig.clock.advance(100)
  assert.is(outcome, 'interrupted')
})

for (const [when, waits] of [
  ['something is written', 60_000],
  ['its time is up', 1000],
] as const)
  fault(
    `whose errors fail when a fetch that waits is looked at again, since ${when}, closes the connection`,
    async () => {
      let asked = 0
      rig.kafka.faults.once(Apis.Fetch, run =>
        run.carryOutWith(() => {
          if (asked++ > 0) throw new Error('no idea')
          return undefined
        }),
      )
      const wanted = [{ topic: 'orders', partition: 0, offset: 0, maxBytes: 1000 }]
      const fetching = rig.client().sendFetchRequest(wanted, { maxWaitMs: waits, minBytes: 1 })
      fetching.subscribe({ error: () => undefined })
      await rig.clock.until(() => asked > 0)
      if (waits > 1000) rig.kafka.partition('orders').append([{ value: 'a' }])
      await rig.clock.until(() => reasons().length > 0)
      assert.match(reasons().at(0)!, /^a fault failed: Error: no idea/)
      assert.match(await told(rig.kafka.until(isSo)), /^faults\.once Fetch fault: .*no idea/)
    },
  )

fault.run()
