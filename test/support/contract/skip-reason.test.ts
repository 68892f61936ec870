import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { apiKeys, unaskedApis } from './api-keys'
import type { CaseOptions, ContractCase } from './case'
import { skipReason, type Facts } from './skip-reason'

const facts: Facts = {
  kafkaVersion: '2.8.2',
  brokers: 1,
  coreOnly: false,
  apis: new Map([[apiKeys.Fetch, { min: 4, max: 12 }]]),
  refusal: () => undefined,
}
const shared = (options: CaseOptions): ContractCase => ({
  title: 'a case',
  alone: false,
  options,
  body: () => Promise.resolve(),
})
const alone: ContractCase = { title: 'a case', alone: true, options: {}, body: () => Promise.resolve() }

test('a case that needs nothing runs', () => {
  assert.is(skipReason(shared({}), facts), undefined)
})

test('a case runs at the first and the last version that is served, and not beyond', () => {
  const reasonAt = (version: number) => skipReason(shared({ needs: [{ api: 'Fetch', version }] }), facts)
  assert.is(reasonAt(4), undefined)
  assert.is(reasonAt(12), undefined)
  assert.is(reasonAt(13), 'needs Fetch v13, and Kafka 2.8.2 serves v4 to v12')
  assert.is(reasonAt(3), 'needs Fetch v3, and Kafka 2.8.2 serves v4 to v12')
})

test('one API that is missing among several is the reason', () => {
  const needs = [
    { api: 'Fetch', version: 12 },
    { api: 'ShareFetch', version: 1 },
  ] as const
  assert.is(skipReason(shared({ needs }), facts), 'needs ShareFetch v1, and Kafka 2.8.2 does not serve it')
})

test('where only core cases run the others are skipped', () => {
  const old = { ...facts, coreOnly: true }
  assert.is(skipReason(shared({ core: true }), old), undefined)
  assert.is(skipReason(shared({}), old), 'not a core case, and only those run on Kafka 2.8.2')
})

test('a case that needs three brokers is skipped on one', () => {
  assert.is(skipReason(shared({ brokers: 3 }), facts), 'needs 3 brokers, and there are 1')
  assert.is(skipReason(shared({ brokers: 3 }), { ...facts, brokers: 3 }), undefined)
})

test('a case with a cluster to itself is skipped for the reason its provider gives', () => {
  assert.is(skipReason(alone, facts), undefined)
  assert.is(skipReason(alone, { ...facts, refusal: () => 'not ours' }), 'not ours')
})

test('Kafka 0.9 has groups and Kafka 0.8 has none', () => {
  const needs = [{ api: 'JoinGroup', version: 0 }] as const
  assert.is(skipReason(shared({ needs }), { ...facts, apis: unaskedApis['0.9.0.1']! }), undefined)
  const reason = skipReason(shared({ needs }), { ...facts, apis: unaskedApis['0.8.2.2']! })
  assert.match(reason ?? '', 'does not serve it')
})

test.run()
