import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { capOf, chooseVersion } from '../../src/client/negotiate'
import { UnsupportedError } from '../../src/kernel'
import type { BrokerVersions } from '../../src/network'
import { Apis, type Api } from '../../src/protocol'

function versions(served: Record<number, readonly [number, number]>, transactionVersion = 2): BrokerVersions {
  return {
    source: 'ApiVersions',
    apis: new Map(Object.entries(served).map(([key, [min, max]]) => [Number(key), { min, max }])),
    finalizedFeatures: new Map([['transaction.version', transactionVersion]]),
    finalizedFeaturesEpoch: 1n,
  }
}

const newest = versions({
  0: [0, 99],
  1: [4, 99],
  8: [2, 99],
  9: [1, 99],
  24: [0, 99],
  26: [0, 99],
  28: [0, 99],
})
const id = 'KAAAAAAAAAAAAAAAAAAAAQ'

function chosen(api: Api, body: object, broker = newest): number {
  return chooseVersion(api, broker, { broker: 'b', cap: capOf(api, body, broker) })
}

test('the highest version that both sides know is spoken', () => {
  assert.is(chosen(Apis.Metadata, {}, versions({ 3: [0, 9] })), 9)
  assert.is(chosen(Apis.Metadata, {}, versions({ 3: [0, 99] })), Apis.Metadata.versions[1])
})

test('a body with topic names only stays below the versions that speak of ids', () => {
  assert.is(chosen(Apis.Produce, { topicData: [{ name: 'a' }] }), 12)
  assert.is(chosen(Apis.Produce, { topicData: [{ name: 'a', topicId: id }] }), 13)
  assert.is(chosen(Apis.Produce, { topicData: [{ topicId: id }, { name: 'a' }] }), 12)
  assert.is(chosen(Apis.Fetch, { topics: [{ topic: 'a' }] }), 12)
  assert.is(chosen(Apis.Fetch, { topics: [{ topicId: id }] }), Apis.Fetch.versions[1])
  assert.is(chosen(Apis.Fetch, { topics: [{ topicId: id }], forgottenTopicsData: [{ topic: 'b' }] }), 12)
  assert.is(chosen(Apis.OffsetCommit, { topics: [{ name: 'a' }] }), 9)
  assert.is(chosen(Apis.OffsetFetch, { groups: [{ topics: [{ name: 'a' }] }] }), 9)
  assert.is(chosen(Apis.OffsetFetch, { groups: [{ topics: null }] }), 10)
})

test('versions that mean transactions V2 are spoken only where that is finalized', () => {
  const old = versions({ 0: [0, 13], 26: [0, 5], 28: [0, 5] }, 1)
  const body = { topicData: [{ topicId: id }] }
  assert.is(chosen(Apis.Produce, body, old), 11)
  assert.is(chosen(Apis.EndTxn, {}, old), 4)
  assert.is(chosen(Apis.EndTxn, {}), 5)
  assert.is(chosen(Apis.TxnOffsetCommit, {}, old), 4)
})

test('AddPartitionsToTxn stays at 3: above is between brokers', () => {
  assert.is(chosen(Apis.AddPartitionsToTxn, {}), 3)
})

test('an API that the broker does not serve, or in no version we know, is an UnsupportedError that says so', () => {
  const missing = () => chosen(Apis.DescribeCluster, {}, versions({}))
  assert.throws(
    missing,
    (error: Error) =>
      error instanceof UnsupportedError && /does not serve DescribeCluster/.test(error.message),
  )
  const tooNew = () => chosen(Apis.Metadata, {}, versions({ 3: [90, 99] }))
  assert.throws(
    tooNew,
    (error: Error) => error instanceof UnsupportedError && /serves Metadata 90 to 99/.test(error.message),
  )
})

test('a version asked for by the caller is spoken, or refused when it is not served', () => {
  const broker = versions({ 3: [2, 9] })
  assert.is(chooseVersion(Apis.Metadata, broker, { broker: 'b', cap: Infinity, wanted: 4 }), 4)
  const wrong = () => chooseVersion(Apis.Metadata, broker, { broker: 'b', cap: Infinity, wanted: 1 })
  assert.throws(wrong, /version 1 was asked for/)
})

test.run()
