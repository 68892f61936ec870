import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { VirtualClock, type KafkaError } from '../../src/kernel'
import { Connection, MemoryNetwork, type Closed, type ConnectionOptions } from '../../src/network'
import { ApiVersions, Metadata } from '../../src/network/apis-for-now'
import { ScriptedPeer } from '../support/scripted-peer'

test('first', async () => {
  const clock = new VirtualClock()
  const network = new MemoryNetwork(clock)
  const peer = await ScriptedPeer.start({ listen: network.listen, address: { host: 'b1', port: 9092 }, clock })
  peer.answer(Metadata, { brokers: [], topics: [] })
  const c = new Connection({ broker: 'b1:9092', target: { host: 'b1', port: 9092 }, clientId: 'me', clock, dial: network.dial, lookup: network.lookup })
  c.open()
  let got: unknown
  c.exchange({ api: Metadata, version: 0, body: { topics: [] }, done: (e, r) => (got = e ?? r) })
  await clock.until(() => got !== undefined)
  assert.equal(got, { throttleTimeMs: 0, brokers: [], topics: [] })
})

test.run()
