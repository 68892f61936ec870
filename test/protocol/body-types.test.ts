import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ArgumentError, Long } from '../../src/kernel'
import type { Metadata } from '../../src/protocol'
import {
  encodeRequest,
  Fetch,
  JoinGroup,
  Produce,
  type FetchRequest,
  type GivenResponseOf,
  type MetadataResponse,
  type ProduceRequest,
  type ReceivedRequestOf,
  type RequestFrame,
  type RequestOf,
  type ResponseOf,
} from '../../src/protocol'

// The compiler is the judge here: an expectation that no longer holds fails the build.

const fetchRequest: FetchRequest = { maxWaitMs: 500, minBytes: 1, topics: [] }
const frame = { correlationId: 1, clientId: null }

test('what has a default, a tag or a first version may be left out, all else must be given', () => {
  assert.ok(encodeRequest({ ...frame, api: Fetch, version: 12, body: fetchRequest }))
  // @ts-expect-error: minBytes is in every version and has no default
  const without: FetchRequest = { maxWaitMs: 500, topics: [] }
  assert.throws(
    () => encodeRequest({ ...frame, api: Fetch, version: 12, body: without }),
    (error: unknown) => error instanceof ArgumentError && error.argument === 'minBytes',
  )
})

test('a field that the API does not have does not compile', () => {
  // @ts-expect-error: it is called maxWaitMs
  const wrong: FetchRequest = { ...fetchRequest, maxWait: 500 }
  assert.ok(wrong)
})

test('a value of another type does not compile, at any depth', () => {
  // @ts-expect-error: acks is a number
  const acks: ProduceRequest = { acks: 'all', timeoutMs: 1, topicData: [] }
  const topicData = [{ partitionData: [{ index: '0', records: null }] }]
  // @ts-expect-error: a partition is a number
  const index: ProduceRequest = { acks: 1, timeoutMs: 1, topicData }
  for (const body of [acks, index])
    assert.throws(
      () => encodeRequest({ ...frame, api: Produce, version: 9, body }),
      (error: unknown) => error instanceof ArgumentError,
    )
})

test('a frame takes the body of its API only', () => {
  // @ts-expect-error: a Fetch body is no JoinGroup body
  const wrong: RequestFrame<typeof JoinGroup> = { ...frame, api: JoinGroup, version: 0, body: fetchRequest }
  assert.throws(
    () => encodeRequest(wrong),
    (error: unknown) => error instanceof ArgumentError && error.argument === 'groupId',
  )
})

test('null is for fields that may be null', () => {
  const allTopics: RequestOf<typeof Metadata> = { topics: null }
  // @ts-expect-error: transactionalId may be null, topicData may not
  const noData: ProduceRequest = { transactionalId: null, acks: 1, timeoutMs: 1, topicData: null }
  assert.ok([allTopics, noData])
})

test('int64 is given as number, bigint or Long and read as Long', () => {
  const partition = { partition: 0, partitionMaxBytes: 1 }
  const offsets: FetchRequest['topics'][number]['partitions'] = [
    { ...partition, fetchOffset: 1 },
    { ...partition, fetchOffset: 1n },
    { ...partition, fetchOffset: Long.ONE },
    // @ts-expect-error: not as text
    { ...partition, fetchOffset: '1' },
  ]
  const read = (response: ResponseOf<typeof Fetch>): Long | undefined =>
    response.responses[0]?.partitions[0]?.highWatermark
  // @ts-expect-error: not as number
  const wrong = (response: ResponseOf<typeof Fetch>): number | undefined => read(response)
  assert.ok([offsets, wrong])
})

test('a reader sees every field, and changes none', () => {
  const rackOf = (metadata: MetadataResponse): string | null | undefined => metadata.brokers[0]?.rack
  const leaderOf = (metadata: MetadataResponse): number => metadata.controllerId
  const change = (metadata: MetadataResponse): void => {
    // @ts-expect-error: what was read is read-only
    metadata.controllerId = 5
  }
  assert.ok([rackOf, leaderOf, change])
})

test('the broker reads every field of a request and may leave out those of a response that have a default', () => {
  const maxBytesOf = (request: ReceivedRequestOf<typeof Fetch>): number => request.maxBytes
  const answer: GivenResponseOf<typeof Metadata> = { brokers: [], topics: [] }
  // @ts-expect-error: every version has topics
  const without: GivenResponseOf<typeof Metadata> = { brokers: [] }
  assert.ok([maxBytesOf, answer, without])
})

test.run()
