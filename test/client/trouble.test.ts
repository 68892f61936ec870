import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { KafkaClient } from '../../src/client'
import { VirtualClock } from '../../src/kernel'
import { MemoryNetwork } from '../../src/network'

test('a cluster that stays unreachable is told to the logger, with the cause, soon and not too often', async () => {
  const clock = new VirtualClock()
  const network = new MemoryNetwork(clock)
  network.refuse('b1:9092')
  const told: string[] = []
  const client = new KafkaClient('b1', {
    clock,
    dial: network.dial,
    lookup: network.lookup,
    timeoutMs: 120_000,
    logger: (level, message) => {
      if (level === 'warn' && message.startsWith('for ')) told.push(message)
    },
  })
  client.loadMetadataForTopics('orders').subscribe({ error: () => undefined })
  await clock.advance(4000)
  assert.equal(told, [])
  await clock.advance(66_000)
  assert.is(told.length, 2)
  assert.match(told[0]!, /^for \d+ s: .*no broker could be reached \(bootstrap b1:9092\).*refused/)
  client.stop()
  await clock.advance(1000)
})

test.run()
