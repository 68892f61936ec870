import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { record, RequestLog, type LoggedRequest } from '../../src/broker/inspect'
import { Apis, type Api } from '../../src/protocol'
import { BrokerRig } from './broker-rig'

const request = (correlationId: number, sizeInBytes = 10, api: Api = Apis.Produce): LoggedRequest => ({
  ...{ broker: 1, api, version: 0, clientId: null, body: {}, topics: [], at: 0, client: 'here:1' },
  ...{ correlationId, sizeInBytes },
})

const kept = (log: RequestLog, ...api: [Api?]): readonly number[] =>
  (api[0] ? log.of(api[0]) : log.of()).map(one => one.correlationId)

test('a request log keeps the last requests by their number, and counts the others', () => {
  const log = new RequestLog({ requests: 3, bytes: 1000 })
  for (let i = 1; i <= 3; i++) record(log, request(i))
  assert.equal([kept(log), log.dropped], [[1, 2, 3], 0])
  for (let i = 4; i <= 10; i++) record(log, request(i, 10, i % 2 ? Apis.Fetch : Apis.Produce))
  assert.equal([kept(log), kept(log, Apis.Fetch), log.dropped], [[8, 9, 10], [9], 7])
  log.clear()
  assert.equal([kept(log), log.dropped], [[], 0])
})

test('a request log keeps the last requests by the bytes of their frames, at least the newest', () => {
  const log = new RequestLog({ requests: 100, bytes: 100 })
  for (let i = 1; i <= 5; i++) record(log, request(i, 40))
  assert.equal([kept(log), log.dropped], [[4, 5], 3])
  record(log, request(6, 500))
  assert.equal([kept(log), log.dropped], [[6], 5])
  record(log, request(7, 100))
  assert.equal([kept(log), log.dropped], [[7], 6])
  log.clear()
  for (let i = 8; i <= 9; i++) record(log, request(i, 50))
  assert.equal([kept(log), log.dropped], [[8, 9], 0])
})

test('a request log of no requests keeps none, and counts them', () => {
  const log = new RequestLog({ requests: 0, bytes: 100 })
  record(log, request(1))
  assert.equal([kept(log), log.dropped], [[], 1])
})

test('a request log asked for what is no API says so, and does not answer all or none', () => {
  const log = new RequestLog({ requests: 3, bytes: 1000 })
  record(log, request(1))
  for (const wrong of [undefined, null, 0, 'Produce', {}])
    assert.throws(
      () => log.of(wrong as never),
      /^requests\.of api: expected one of Apis of rx-kafka\/protocol, such as Apis\.Produce, got /,
    )
  assert.equal(kept(log), [1])
})

test('a cluster keeps 1,000 requests and 16 MiB of them unless it is told otherwise', async () => {
  const rig = await BrokerRig.start({ config: { 'message.max.bytes': 10_000_000 } })
  const client = rig.client()
  for (let i = 0; i < 5; i++) await rig.done(rig.produce('x'.repeat(6_000_000), { client }))
  const { requests } = rig.kafka
  assert.is(requests.of(Apis.Produce).length, 2)
  assert.ok(requests.dropped >= 3)
  await rig.close()

  const small = await BrokerRig.start({ recordedRequests: 100, recordedBytes: 1 })
  await small.done(small.produce('x'))
  assert.is(small.kafka.requests.of().length, 1)
  assert.ok(small.kafka.requests.dropped >= 1)
  await small.close()
})

test.run()
