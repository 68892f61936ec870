import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ProtocolError, Reader } from '../../src/kernel'
import {
  ApiVersions,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  Fetch,
  headerVersion,
  Metadata,
  Produce,
  readBody,
  readHeader,
  SaslHandshake,
  unknownTags,
} from '../../src/protocol'

const test = suite('Frames')
const hex = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('hex')
const frameOf = (chunks: readonly Buffer[]): Buffer => Buffer.concat(chunks).subarray(4)

test('a request of an old version has length, header 1 and plain strings', () => {
  const frame = {
    api: SaslHandshake,
    version: 1,
    correlationId: 7,
    clientId: 'me',
    body: { mechanism: 'PLAIN' },
  }
  assert.is(
    hex(encodeRequest(frame)),
    ['00000013', '0011', '0001', '00000007', '00026d65', '0005504c41494e'].join(''),
  )
})

test('a request of a flexible version has header 2, whose client id keeps its old form', () => {
  const body = { clientSoftwareName: 'rx', clientSoftwareVersion: '1' }
  assert.is(
    hex(encodeRequest({ api: ApiVersions, version: 3, correlationId: 1, clientId: 'me', body })),
    ['00000013', '0012', '0003', '00000001', '00026d65', '00', '037278', '0231', '00'].join(''),
  )
})

test('a client without an id sends null', () => {
  const frame = { api: SaslHandshake, version: 0, correlationId: 1, clientId: null, body: { mechanism: '' } }
  assert.is(hex(encodeRequest(frame)), ['0000000c', '0011', '0000', '00000001', 'ffff', '0000'].join(''))
})

test('a flexible response has header 1, but that of ApiVersions never has', () => {
  assert.is(headerVersion(Metadata, 9, 'response'), 1)
  assert.is(headerVersion(Metadata, 8, 'response'), 0)
  assert.is(headerVersion(ApiVersions, 4, 'response'), 0)
  assert.is(headerVersion(ApiVersions, 4, 'request'), 2)
  const response = encodeResponse(ApiVersions, 3, 7, { errorCode: 35, apiKeys: [] })
  assert.is(hex(response), ['0000000c', '00000007', '0023', '01', '00000000', '00'].join(''))
})

test('what encodeResponse wrote, decodeResponse reads, with every field of the API', () => {
  const brokers = [{ nodeId: 1, host: 'kafka', port: 9092 }]
  const frame = frameOf(encodeResponse(Metadata, 0, 3, { brokers, topics: [] }))
  const metadata = decodeResponse(Metadata, 0, frame)
  assert.equal(metadata.brokers, [{ nodeId: 1, host: 'kafka', port: 9092, rack: null }])
  assert.is(metadata.controllerId, -1)
  assert.is(metadata.clusterId, null)
})

test('the broker side reads header and body of a request, one after the other', () => {
  const body = { mechanism: 'PLAIN' }
  const frame = encodeRequest({ api: SaslHandshake, version: 1, correlationId: 7, clientId: null, body })
  const reader = new Reader(frameOf(frame))
  assert.equal(readHeader(reader, SaslHandshake, 1, 'request'), {
    requestApiKey: 17,
    requestApiVersion: 1,
    correlationId: 7,
    clientId: null,
  })
  assert.equal(readBody(reader, SaslHandshake, 1, 'request'), body)
  assert.is(reader.left, 0)
})

test('records travel by reference, as one or several pieces', () => {
  const pieces = [Buffer.alloc(5000, 1), Buffer.alloc(6000, 2)]
  const topicData = [{ name: 'orders', partitionData: [{ index: 0, records: pieces }] }]
  const body = { acks: -1, timeoutMs: 100, topicData }
  const chunks = encodeRequest({ api: Produce, version: 9, correlationId: 1, clientId: null, body })
  for (const piece of pieces) assert.ok(chunks.some(chunk => chunk.buffer === piece.buffer))
  const reader = new Reader(frameOf(chunks))
  readHeader(reader, Produce, 9, 'request')
  const read = readBody(reader, Produce, 9, 'request') as {
    topicData: { partitionData: { records: Buffer }[] }[]
  }
  assert.equal(read.topicData[0]!.partitionData[0]!.records, Buffer.concat(pieces))
})

test('tagged fields that we do not know are kept, in a struct of defaults too', () => {
  const currentLeader = { [unknownTags]: [{ tag: 1000, data: Buffer.from('new') }] }
  const partition = { index: 0, errorCode: 0, baseOffset: 5n, currentLeader }
  const responses = [{ name: 'orders', partitionResponses: [partition] }]
  const frame = frameOf(encodeResponse(Produce, 10, 1, { responses }))
  const read = decodeResponse(Produce, 10, frame).responses[0]!.partitionResponses[0]!
  assert.equal(read.currentLeader[unknownTags], [{ tag: 1000, data: Buffer.from('new') }])
})

test('a version that the definition does not know is refused on both sides', () => {
  const body = { mechanism: '' }
  const refusals = [
    () => encodeRequest({ api: SaslHandshake, version: 2, correlationId: 1, clientId: null, body }),
    () => encodeResponse(SaslHandshake, 2, 1, { errorCode: 0, mechanisms: [] }),
    () => decodeResponse(SaslHandshake, 2, Buffer.alloc(20)),
  ]
  for (const refusal of refusals)
    assert.throws(refusal, (error: unknown) => {
      assert.instance(error, ProtocolError)
      return (error as ProtocolError).message.includes('SaslHandshake v2: byte 0: known versions are 0 to 1')
    })
})

test('a damaged frame names API, version, field and byte', () => {
  const partitions = [{ partitionIndex: 0, errorCode: 0, highWatermark: 1n, records: Buffer.from('abc') }]
  const responses = [{ topic: 'orders', partitions }]
  const frame = frameOf(encodeResponse(Fetch, 4, 1, { responses }))
  assert.throws(
    () => decodeResponse(Fetch, 4, frame.subarray(0, frame.length - 1)),
    (error: unknown) => {
      const { where, path, reason } = error as ProtocolError
      assert.equal(
        [where, path, reason],
        ['Fetch v4 response', 'responses[0].partitions[0].records', '3 bytes wanted, 2 left'],
      )
      return true
    },
  )
})

test('a length beyond the frame is refused before anything of that size is made', () => {
  const frame = Buffer.from('000000017fffffff', 'hex')
  assert.throws(
    () => decodeResponse(Metadata, 0, frame),
    /brokers.*2147483647 elements announced, 0 bytes left/,
  )
})

test.run()
