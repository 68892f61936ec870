import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { layoutOf, RequestHeader, ResponseHeader, type JsonObject } from '../../src/protocol'
import { differences } from '../golden/difference'
import { goldenFrames } from '../golden/golden-frame'
import { recordDifferences } from '../golden/record-difference'
import { jsonLines, runCommand, startCommand } from './run-command'

interface Answer {
  readonly header: JsonObject
  readonly body: JsonObject
  readonly records: readonly JsonObject[]
  readonly hex: string
}

const heartbeat = '000c0001000000070001610001670000000500016d'
const heartbeatHeader = { requestApiKey: 12, requestApiVersion: 1, correlationId: 7, clientId: 'a' }
const decodedHeartbeat = {
  header: heartbeatHeader,
  body: { groupId: 'g', generationId: 5, memberId: 'm' },
  records: [],
  hex: heartbeat,
}

test('decode reads all recorded frames as Kafka does and gives them back byte for byte', async () => {
  const input = goldenFrames.map(({ side, api, version, bytes }) =>
    JSON.stringify({ side, api: api.name, version, hex: bytes.toString('hex') }),
  )
  const { exitCode, stdout, stderr } = await runCommand(['decode', '--jsonl'], input.join('\n'))
  assert.is(stderr, '')
  assert.is(exitCode, 0)
  const answers = jsonLines(stdout)
  assert.is(answers.length, goldenFrames.length)
  goldenFrames.forEach((frame, i) => {
    const { header, body, records, hex } = answers[i] as unknown as Answer
    const { fields } = frame.side === 'request' ? RequestHeader : ResponseHeader
    const found = [
      ...differences(fields, 2, header, frame.headerJson, 'header.'),
      ...differences(layoutOf(frame.api, frame.side).fields, frame.bodyVersion, body, frame.bodyJson),
      ...recordDifferences(records, frame),
    ]
    assert.equal(found, [], `frames.jsonl:${frame.line}`)
    assert.is(hex, frame.bytes.toString('hex'), `frames.jsonl:${frame.line}`)
  })
})

test('a request tells its API itself; int64 are strings and what stands behind the body is kept', async () => {
  const { exitCode, stdout } = await runCommand(['decode', '--request'], `${heartbeat}beef\n`)
  assert.is(exitCode, 0)
  assert.equal(jsonLines(stdout), [{ ...decodedHeartbeat, hex: `${heartbeat}beef` }])
})

test('a response is read by the API and version that were given; int64 keep every digit', async () => {
  const hex = '000000070000000000' + '0000' + '7fffffffffffffff' + '0001' + '00'
  const args = ['decode', '--response', '--api', 'InitProducerId', '--version', '2']
  const { exitCode, stdout } = await runCommand(args, hex)
  assert.is(exitCode, 0)
  const body = { throttleTimeMs: 0, errorCode: 0, producerId: '9223372036854775807', producerEpoch: 1 }
  assert.equal(jsonLines(stdout), [{ header: { correlationId: 7 }, body, records: [], hex }])
})

test('fields at their default are printed too, unless the version lacks them', async () => {
  const hex = '0000000700' + '00000000' + '0000' + '00000005' + '01' + '00'
  const args = (version: number) => ['decode', '--response', '--api', 'Fetch', '--version', String(version)]
  const twelve = { throttleTimeMs: 0, errorCode: 0, sessionId: 5, responses: [] }
  const [at12, at16] = await Promise.all([runCommand(args(12), hex), runCommand(args(16), hex)])
  assert.equal(jsonLines(at12.stdout)[0]?.['body'], twelve)
  assert.equal(jsonLines(at16.stdout)[0]?.['body'], { ...twelve, nodeEndpoints: [] })
})

test('ApiVersions refused by the broker is read in version 0, whatever was asked', async () => {
  const args = ['decode', '--response', '--api', 'ApiVersions', '--version', '4']
  const { stdout } = await runCommand(args, '00000007002300000001001200000003')
  assert.equal(jsonLines(stdout)[0]?.['body'], {
    errorCode: 35,
    apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 3 }],
  })
})

test('bad lines are answered with error, path and offset in their place, and the exit code tells', async () => {
  const input = [
    heartbeat,
    heartbeat.slice(0, 30),
    '',
    '0abc00010000',
    'zz',
    '000c0',
    '000c0063000000070001610001670000',
    '00',
    heartbeat,
  ]
  const { exitCode, stdout, stderr } = await runCommand(['decode', '--request'], input.join('\r\n'))
  assert.is(stderr, '')
  assert.is(exitCode, 1)
  assert.equal(jsonLines(stdout), [
    decodedHeartbeat,
    { error: 'Heartbeat v1 request: 4 bytes wanted, 1 left', path: 'generationId', offset: 14 },
    { error: 'request: no known API has key 2748', path: 'requestApiKey', offset: 0 },
    { error: 'hex: "z" is no hexadecimal digit', path: '', offset: 0 },
    { error: 'hex: half a byte at the end', path: '', offset: 2 },
    { error: 'Heartbeat v99: known versions are 0 to 4', path: 'requestApiVersion', offset: 2 },
    { error: 'request: the header is cut off', path: 'requestApiKey', offset: 0 },
    decodedHeartbeat,
  ])
})

test('bad objects are told by the field that is wrong', async () => {
  const line = { side: 'request', api: 'Heartbeat', version: 1, hex: heartbeat }
  const input = [
    'nonsense',
    '[]',
    '7',
    JSON.stringify({ ...line, side: 'both' }),
    JSON.stringify({ ...line, api: 'Heartbreak' }),
    JSON.stringify({ ...line, version: '1' }),
    JSON.stringify({ ...line, hex: 12 }),
    JSON.stringify({ ...line, version: 2 }),
    JSON.stringify({ ...line, side: 'response', version: 77 }),
    JSON.stringify(line),
  ]
  const { exitCode, stdout } = await runCommand(['decode', '--jsonl'], input.join('\n'))
  assert.is(exitCode, 1)
  const answers = jsonLines(stdout)
  assert.equal(
    answers.map(({ error, path }) => error && [path, error]),
    [
      ['line', 'line: expected JSON, got "nonsense"'],
      ['side', 'side: expected "request" or "response", got undefined'],
      ['line', 'line: expected an object { side, api, version, hex }, got 7'],
      ['side', 'side: expected "request" or "response", got "both"'],
      ['api', 'api: expected the name of a Kafka API, such as "Fetch", got "Heartbreak"'],
      ['version', 'version: expected a whole number, got "1"'],
      ['hex', 'hex: expected a string of hexadecimal digits, got 12'],
      ['requestApiKey', 'request: a Heartbeat v1 frame; the line says Heartbeat v2'],
      ['', 'Heartbeat v77: known versions are 0 to 4'],
      undefined,
    ],
  )
  assert.equal(answers.at(-1), decodedHeartbeat)
})

test('a frame of millions of bytes on one line is read', async () => {
  const size = 4_000_000
  const length = Buffer.alloc(4)
  length.writeInt32BE(size)
  const header = '0000000300000007000161'
  const body = 'ffff0001000003e8000000010001740000000100000000'
  const head = header + body + length.toString('hex')
  const { exitCode, stdout } = await runCommand(['decode', '--request'], head + '00'.repeat(size))
  assert.is(exitCode, 0, stdout.slice(0, 300))
  assert.is((jsonLines(stdout)[0]?.['hex'] as string).length, head.length + 2 * size)
})

test('a reader that leaves early ends the command quietly', async () => {
  const child = startCommand(['decode', '--request'])
  child.stdin.on('error', () => {})
  child.stdin.end(`${heartbeat}\n`.repeat(50_000))
  await once(child.stdout, 'data')
  child.stdout.destroy()
  const [stderr, [exitCode]] = await Promise.all([
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  assert.is(stderr, '')
  assert.is(exitCode, 0)
})

test.run()
