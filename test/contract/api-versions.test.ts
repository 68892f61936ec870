import * as assert from 'uvu/assert'
import { Apis, type RequestOf, type ResponseOf } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { errorName, needs, needsAll, talking, type Talk } from '../support/talk'

const { ApiVersions, Produce } = Apis
const client = { clientSoftwareName: 'rx-kafka', clientSoftwareVersion: '0.1.0' }
const versions = [0, 1, 2, 3, 4]

type Answer = ResponseOf<typeof ApiVersions>

const rowsOf = ({ apiKeys }: Answer) =>
  apiKeys.map(({ apiKey, minVersion, maxVersion }) => `${apiKey}: ${minVersion} to ${maxVersion}`)
const namesOf = (features: readonly { readonly name: string }[]) => features.map(({ name }) => name).sort()

for (const version of versions) {
  contract(
    `ApiVersions v${version} names every API once, with its first and last version`,
    needsAll({ ApiVersions: [0, version] }),
    talking(async talk => {
      const answer = await talk.request(ApiVersions, version, client)
      assert.is(errorName(answer), 'NONE')
      const keys = answer.apiKeys.map(({ apiKey }) => apiKey)
      assert.is(new Set(keys).size, keys.length)
      for (const key of [0, 1, 2, 3, 18]) assert.ok(keys.includes(key), `API ${key} is missing`)
      for (const row of answer.apiKeys) assert.ok(row.minVersion <= row.maxVersion, `API ${row.apiKey}`)
      const oldest = await talk.request(ApiVersions, 0, {})
      assert.equal(rowsOf(answer), rowsOf(oldest))
    }),
  )
}

contract(
  'what only brokers say to each other is not named',
  needs('ApiVersions', 4),
  talking(async talk => {
    const { apiKeys } = await talk.request(ApiVersions, 4, client)
    const keys = apiKeys.map(({ apiKey }) => apiKey)
    // LeaderAndIsr, StopReplica, UpdateMetadata, ControlledShutdown; Vote, Fetch of snapshots, broker registration.
    for (const key of [4, 5, 6, 7, 52, 53, 54, 59, 62, 63]) assert.not(keys.includes(key), `API ${key}`)
  }),
)

contract(
  'Produce is named from version 0 on, and versions 0 to 2 close the connection',
  needsAll({ Produce: [0, 3, 13], ApiVersions: 0 }),
  talking(async (talk, { brokers, uniqueName }) => {
    for (const version of [0, 1, 2]) {
      const connection = talk.open(brokers[0]!.id)
      connection.tell(Produce, version, produceTo(uniqueName('topic')))
      await connection.closed()
    }
    const oldest = await talk.request(Produce, 3, produceTo(uniqueName('topic')))
    assert.is(errorName(oldest.responses[0]!.partitionResponses[0]), 'UNKNOWN_TOPIC_OR_PARTITION')
  }),
)

const produceTo = (name: string): RequestOf<typeof Produce> => ({
  acks: 1,
  timeoutMs: 1000,
  topicData: [{ name, partitionData: [{ index: 0, records: Buffer.alloc(0) }] }],
})

contract(
  'features come with v3: what the cluster has agreed on is within what the broker can',
  needs('ApiVersions', 0, 1, 2, 3, 4),
  talking(async talk => {
    for (const version of [0, 1, 2]) {
      const answer = await talk.request(ApiVersions, version, client)
      assert.equal([...answer.supportedFeatures, ...answer.finalizedFeatures], [])
      assert.is(String(answer.finalizedFeaturesEpoch), '-1')
    }
    for (const version of [3, 4]) {
      const answer = await talk.request(ApiVersions, version, client)
      assert.ok(answer.finalizedFeaturesEpoch.gte(0))
      assert.ok(namesOf(answer.finalizedFeatures).includes('metadata.version'))
      for (const { name, minVersionLevel, maxVersionLevel } of answer.finalizedFeatures) {
        assert.is(minVersionLevel, maxVersionLevel, name)
        const can = answer.supportedFeatures.find(feature => feature.name === name)
        if (can) assert.ok(can.minVersion <= maxVersionLevel && maxVersionLevel <= can.maxVersion, name)
      }
    }
  }),
)

contract(
  'features that may be switched off are named as supported from v4 on (KAFKA-17011)',
  needs('ApiVersions', 3, 4),
  talking(async talk => {
    const before = await talk.request(ApiVersions, 3, client)
    const since = await talk.request(ApiVersions, 4, client)
    assert.ok(before.supportedFeatures.every(({ minVersion }) => minVersion > 0))
    const always = since.supportedFeatures.filter(({ minVersion }) => minVersion > 0)
    assert.equal(namesOf(before.supportedFeatures), namesOf(always))
    assert.ok(namesOf(since.supportedFeatures).includes('transaction.version'))
    assert.equal(namesOf(before.finalizedFeatures), namesOf(since.finalizedFeatures))
    const supported = namesOf(since.supportedFeatures)
    for (const name of namesOf(since.finalizedFeatures)) assert.ok(supported.includes(name), name)
  }),
)

const names: readonly (readonly [name: string, version: string, error: string])[] = [
  ['rx-kafka', '0.1.0', 'NONE'],
  ['a', 'v1.0.0', 'NONE'],
  ['9', '9', 'NONE'],
  ['A..b--C', '1.2-x', 'NONE'],
  ['a'.repeat(300), '1', 'NONE'],
  ['', '1', 'INVALID_REQUEST'],
  ['a', '', 'INVALID_REQUEST'],
  ['a b', '1', 'INVALID_REQUEST'],
  ['a_b', '1', 'INVALID_REQUEST'],
  ['-a', '1', 'INVALID_REQUEST'],
  ['a-', '1', 'INVALID_REQUEST'],
  ['.a', '1', 'INVALID_REQUEST'],
  ['a.', '1', 'INVALID_REQUEST'],
  ['ä', '1', 'INVALID_REQUEST'],
  ['a', '1 2', 'INVALID_REQUEST'],
  ['a', '1/2', 'INVALID_REQUEST'],
  ['a', '1_0', 'INVALID_REQUEST'],
  ['a', '-1', 'INVALID_REQUEST'],
]

for (const version of [3, 4]) {
  contract(
    `ApiVersions v${version} takes a client's name and version only with letters, digits, dots and dashes inside`,
    needs('ApiVersions', version),
    talking(async talk => {
      for (const [clientSoftwareName, clientSoftwareVersion, error] of names) {
        const said = { clientSoftwareName, clientSoftwareVersion }
        const answer = await talk.request(ApiVersions, version, said)
        assert.is(errorName(answer), error, `${clientSoftwareName} ${clientSoftwareVersion}`)
        assert.is(answer.apiKeys.length > 0, error === 'NONE')
        if (error !== 'NONE') assert.equal(answer.finalizedFeatures, [])
      }
    }),
  )
}

contract(
  'a version of ApiVersions not known yet is answered in version 0: error 35, and the versions that are',
  needs('ApiVersions', 0, 4),
  talking(async (talk, { brokers }) => {
    const own = await rowOf(talk, ApiVersions.key)
    const connection = talk.open(brokers[0]!.id)
    for (const version of [own.maxVersion + 1, 99, 32767]) {
      connection.send(requestOf(version))
      const answer = await connection.nextFrame()
      assert.is(answer.readInt32BE(0), 7)
      assert.is(answer.readInt16BE(4), 35)
      assert.is(answer.readInt32BE(6), 1)
      const row = [answer.readInt16BE(10), answer.readInt16BE(12), answer.readInt16BE(14)]
      assert.equal(row, [ApiVersions.key, own.minVersion, own.maxVersion])
      assert.is(answer.length, 16)
    }
    // The connection is as good as new.
    assert.is(errorName(await connection.request(ApiVersions, 0, {})), 'NONE')
  }),
)

async function rowOf(talk: Talk, key: number) {
  const { apiKeys } = await talk.request(ApiVersions, 0, {})
  return apiKeys.find(({ apiKey }) => apiKey === key)!
}

/** With the newest header: correlation id 7, client id "c", no tags; the body is as unknown as the version. */
function requestOf(version: number): Buffer {
  const frame = Buffer.from([0, 0, 0, 0, 0, 18, 0, 0, 0, 0, 0, 7, 0, 1, 0x63, 0, 0xff, 0xff])
  frame.writeInt32BE(frame.length - 4, 0)
  frame.writeInt16BE(version, 6)
  return frame
}

runContract()
