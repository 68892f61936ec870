import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  apiByKey,
  Apis,
  decodeResponse,
  encodeResponse,
  errorCode,
  type Api,
  type ErrorName,
} from '../../src/protocol'
import { BrokerRig } from '../broker/broker-rig'

interface Recorded {
  readonly line: number
  readonly api: Api
  readonly version: number
  readonly bodyVersion: number
  readonly request: Buffer
  readonly response: Buffer
  readonly answer: unknown
}

/** Requests that other clients made to Apache Kafka 4.3.1, with its answers. */
const recorded = readFileSync(join(__dirname, '../../../test/golden/frames.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .flatMap((text, index): Recorded[] => {
    const { broker, source, apiKey, version, responseVersion, ...row } = JSON.parse(text) as Line
    const api = apiKey === null ? undefined : apiByKey.get(apiKey)
    if (broker !== '4.3.1' || source === 'inter-broker' || api === undefined || row.responseHex === null)
      return []
    return [
      {
        line: index + 1,
        api,
        version,
        bodyVersion: responseVersion ?? version,
        request: Buffer.from(row.requestHex, 'hex'),
        response: Buffer.from(row.responseHex, 'hex'),
        answer: row.responseJson,
      },
    ]
  })

interface Line {
  readonly broker: string
  readonly source: string
  readonly apiKey: number | null
  readonly version: number
  readonly responseVersion?: number
  readonly requestHex: string
  readonly responseHex: string | null
  readonly responseJson: unknown
}

/** Errors by which a broker refuses what was asked, whatever was asked before. */
const refusals = new Set(
  (
    [
      'UNKNOWN_TOPIC_OR_PARTITION',
      'UNKNOWN_TOPIC_ID',
      'INVALID_TOPIC_EXCEPTION',
      'INVALID_REQUIRED_ACKS',
      'INCONSISTENT_GROUP_PROTOCOL',
      'INVALID_GROUP_ID',
      'UNKNOWN_MEMBER_ID',
      'INVALID_SESSION_TIMEOUT',
      'INVALID_PARTITIONS',
      'INVALID_REPLICATION_FACTOR',
      'INVALID_REPLICA_ASSIGNMENT',
      'INVALID_CONFIG',
      'INVALID_REQUEST',
      'GROUP_ID_NOT_FOUND',
      'UNSUPPORTED_COMPRESSION_TYPE',
      'INVALID_RECORD',
      'MESSAGE_TOO_LARGE',
      'OFFSET_METADATA_TOO_LARGE',
    ] satisfies ErrorName[]
  ).map(errorCode),
)

/** Refusals that did depend on what was there, by their line, and how. */
const hiddenState = new Map([
  ...[666, 680, 695, 706, 721, 738, 742].map(line => [line, 'the group had members'] as const),
  [921, 'the group had members, with another protocol'],
  ...[1318, 1321, 1323].map(line => [line, 'the producer had a transaction'] as const),
])

/** Fields that are our own: where the brokers are, who leads them, which cluster it is, and explanations in words. */
const ownFields = new Set(['brokers', 'clusterId', 'controllerId', 'errorMessage'])

/** Every error code of an answer; of one with parts that have their own, a top level zero says nothing. */
function errorCodes(part: unknown): readonly number[] {
  if (Array.isArray(part)) return part.flatMap(errorCodes)
  if (typeof part !== 'object' || part === null) return []
  const inner = Object.values(part).flatMap(errorCodes)
  const own = (part as { readonly errorCode?: number }).errorCode
  return own === undefined || (own === 0 && inner.length > 0) ? inner : [own, ...inner]
}

function isRefusal({ answer }: Recorded): boolean {
  const codes = errorCodes(answer)
  return codes.length > 0 && codes.every(code => refusals.has(code))
}

/** The same without what is our own. */
function withoutOwn(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withoutOwn)
  if (typeof part !== 'object' || part === null || Buffer.isBuffer(part) || 'low' in part) return part
  const fields = Object.entries(part).map(([name, value]) => [
    name,
    ownFields.has(name)
      ? Array.isArray(value)
        ? []
        : name === 'controllerId'
          ? -1
          : null
      : withoutOwn(value),
  ])
  return Object.fromEntries(fields)
}

const named = { clientSoftwareName: 'test', clientSoftwareVersion: '1' }

/** Sends a recorded request as it is. */
async function ask(rig: BrokerRig, request: Buffer): Promise<Buffer> {
  const { host, port } = rig.kafka.brokers[0]!
  const chunks: Buffer[] = []
  const length = Buffer.alloc(4)
  length.writeInt32BE(request.length)
  const wire = rig.network.dial(
    { host, port, address: host },
    {
      open: () => wire.write([length, request]),
      data: bytes => void chunks.push(Buffer.from(bytes)),
      close: () => undefined,
    },
  )
  await rig.clock.advance(3000)
  wire.close()
  return Buffer.concat(chunks).subarray(4)
}

const bytesOf = ({ api, bodyVersion }: Recorded, answer: unknown): string =>
  Buffer.concat(encodeResponse(api, bodyVersion, 1, withoutOwn(answer))).toString('hex')

test('what Kafka refuses is refused with the same bytes, but for the fields that are our own', async () => {
  const rig = await BrokerRig.start({
    brokers: 2,
    topics: { 'sw-a': { partitions: 2 }, 'sw-v7': {}, 'golden-p': {} },
    config: { 'auto.create.topics.enable': false, 'offsets.topic.num.partitions': 1 },
  })
  const client = rig.client()
  await rig.done(client.loadCoordinatorForGroup('any'))
  // The frames are asked of the first broker.
  if (rig.kafka.partition('__consumer_offsets', 0).leader !== 1) rig.kafka.moveCoordinator('any', 1)
  await rig.clock.advance(1000)
  const served = new Set(
    (await rig.done(client.request(Apis.ApiVersions, named))).apiKeys.map(row => row.apiKey),
  )
  const chosen = recorded.filter(
    one => served.has(one.api.key) && isRefusal(one) && !hiddenState.has(one.line),
  )
  const different: string[] = []
  for (const one of chosen) {
    const got = await ask(rig, one.request)
    const where = `line ${one.line}, ${one.api.name} v${one.version}`
    if (got.length === 0) different.push(`${where}: no answer`)
    else if (got.readInt32BE(0) !== one.response.readInt32BE(0))
      different.push(`${where}: another correlation id`)
    else {
      const ours = decodeResponse(one.api, one.bodyVersion, got)
      const theirs = decodeResponse(one.api, one.bodyVersion, one.response)
      if (bytesOf(one, ours) !== bytesOf(one, theirs))
        different.push(
          `${where}: ${JSON.stringify(withoutOwn(ours))}\n  Kafka: ${JSON.stringify(withoutOwn(theirs))}`,
        )
    }
  }
  assert.equal(different, [])
  assert.ok(chosen.length >= 50, `only ${chosen.length} frames were compared`)
  await rig.close()
})

test('ApiVersions names the versions that Kafka names, of the APIs that are served', async () => {
  const rig = await BrokerRig.start()
  const asked = recorded.filter(({ api, bodyVersion, answer }) => {
    const { errorCode } = answer as { readonly errorCode: number }
    return api === Apis.ApiVersions && errorCode === 0 && bodyVersion >= 0
  })
  assert.ok(asked.length > 0)
  for (const { request, response, bodyVersion, line } of asked) {
    const ours = decodeResponse(Apis.ApiVersions, bodyVersion, await ask(rig, request)).apiKeys
    const theirs = decodeResponse(Apis.ApiVersions, bodyVersion, response).apiKeys
    const named = new Set(ours.map(row => row.apiKey))
    assert.equal(
      ours,
      theirs.filter(row => named.has(row.apiKey)),
      `line ${line}`,
    )
  }
  await rig.close()
})

test.run()
