import { defineApi, field, type Api } from '../protocol'
const { array, bool, int16, int32, int64, string } = field

export const ApiVersions = defineApi({
  name: 'ApiVersions',
  key: 18,
  versions: [0, 4],
  flexible: 3,
  request: {
    clientSoftwareName: string.since(3).ignorable(),
    clientSoftwareVersion: string.since(3).ignorable(),
  },
  response: {
    errorCode: int16,
    apiKeys: array({ apiKey: int16, minVersion: int16, maxVersion: int16 }),
    throttleTimeMs: int32.since(1).ignorable(),
    supportedFeatures: array({ name: string, minVersion: int16, maxVersion: int16 })
      .since(3)
      .tag(0, 3)
      .ignorable(),
    finalizedFeaturesEpoch: int64.since(3).tag(1, 3).default(-1).ignorable(),
    finalizedFeatures: array({ name: string, maxVersionLevel: int16, minVersionLevel: int16 })
      .since(3)
      .tag(2, 3)
      .ignorable(),
    zkMigrationReady: bool.since(3).tag(3, 3).ignorable(),
  },
})

export const Metadata = defineApi({
  name: 'Metadata',
  key: 3,
  versions: [0, 0],
  flexible: null,
  request: { topics: array({ name: string }) },
  response: {
    brokers: array({ nodeId: int32, host: string, port: int32 }),
    topics: array({
      errorCode: int16,
      name: string,
      partitions: array({
        errorCode: int16,
        partitionIndex: int32,
        leaderId: int32,
        replicaNodes: array(int32),
        isrNodes: array(int32),
      }),
    }),
  },
})

export const apis = [ApiVersions, Metadata]

export const Produce = defineApi({
  name: 'Produce',
  key: 0,
  versions: [0, 2],
  flexible: null,
  request: {
    acks: int16,
    timeoutMs: int32,
    topicData: array({
      name: string,
      partitionData: array({ index: int32, records: field.records.nullable() }),
    }),
  },
  response: {
    responses: array({
      name: string,
      partitionResponses: array({ index: int32, errorCode: int16, baseOffset: int64 }),
    }),
    throttleTimeMs: int32.since(1).ignorable(),
  },
})
export const apiByKey = new Map<number, Api>([...apis, Produce].map(api => [api.key, api as Api]))
