import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { EmbeddedKafka, MemoryNetwork, VirtualClock, type EmbeddedKafkaOptions } from '../../src/broker'
import { ArgumentError, systemClock } from '../../src/kernel'
import { KafkaClient } from '../../src/client'

async function refusal(options: EmbeddedKafkaOptions): Promise<ArgumentError> {
  const outcome: unknown = await EmbeddedKafka.start(options).then(
    kafka => kafka.close(),
    (error: unknown) => error,
  )
  assert.instance(outcome, ArgumentError)
  return outcome as ArgumentError
}

test('brokers in memory live by the clock of their network, also when they are not given it', async () => {
  const clock = new VirtualClock()
  const kafka = await EmbeddedKafka.start({ network: new MemoryNetwork(clock), topics: { orders: {} } })
  assert.is(kafka.clientOptions.clock, clock)
  const client = new KafkaClient(kafka.bootstrap, kafka.clientOptions)
  const before = clock.now()
  const [found] = await clock.outcomeOf(
    client.sendFetchRequest([{ topic: 'orders', partition: 0, offset: 0, maxBytes: 100 }], {
      maxWaitMs: 3000,
    }),
  )
  assert.is(found!.messages.length, 0)
  assert.ok(clock.now() - before >= 3000)
  await clock.outcomeOf(client.close())
  await kafka.close()
})

test('another clock than that of the network is refused at once', async () => {
  const network = new MemoryNetwork(new VirtualClock())
  for (const clock of [new VirtualClock(), systemClock])
    assert.match(
      (await refusal({ network, clock })).message,
      'EmbeddedKafka option clock: expected the clock of the network, or none',
    )
})

test('TLS is refused in memory, and its key is not told', async () => {
  const { message } = await refusal({
    network: new MemoryNetwork(new VirtualClock()),
    tls: { key: 'secret', cert: 'public' },
  })
  assert.match(message, 'EmbeddedKafka option tls: expected none with a MemoryNetwork')
  assert.not.match(message, 'secret')
})

test('what is no network is refused, and not taken for TCP', async () => {
  const { dial, listen, lookup, clock } = new MemoryNetwork(new VirtualClock())
  const whole = { dial, listen, lookup, clock }
  for (const missing of ['dial', 'listen', 'lookup', 'clock']) {
    const network = { ...whole, [missing]: undefined } as unknown as MemoryNetwork
    assert.match((await refusal({ network })).message, 'option network: expected a MemoryNetwork')
  }
})

test.run()
