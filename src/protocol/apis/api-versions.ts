import { defineApi, type RequestOf, type ResponseOf } from '../api'
import { array, bool, int16, int32, int64, string } from '../field'

/**
 * Which APIs the broker knows, in which versions, and which features are on; the first request of a
 * connection.
 */
export const ApiVersions = defineApi({
  name: 'ApiVersions',
  key: 18,
  versions: [0, 4],
  flexible: 3,
  request: {
    /** KIP-511: letters, digits, dots and dashes only, or the broker answers INVALID_REQUEST. */
    clientSoftwareName: string.since(3).ignorable(),
    clientSoftwareVersion: string.since(3).ignorable(),
  },
  response: {
    /** With UNSUPPORTED_VERSION the answer is in version 0 and names at most ApiVersions itself. */
    errorCode: int16,
    apiKeys: array({ apiKey: int16, minVersion: int16, maxVersion: int16 }),
    throttleTimeMs: int32.since(1).ignorable(),
    /** KIP-584. */
    supportedFeatures: array({ name: string, minVersion: int16, maxVersion: int16 })
      .since(3)
      .tag(0)
      .ignorable(),
    /** -1 unknown. */
    finalizedFeaturesEpoch: int64.since(3).default(-1n).tag(1).ignorable(),
    /** What the whole cluster has agreed on, such as `transaction.version`. */
    finalizedFeatures: array({ name: string, maxVersionLevel: int16, minVersionLevel: int16 })
      .since(3)
      .tag(2)
      .ignorable(),
    zkMigrationReady: bool.since(3).tag(3).ignorable(),
  },
})
export interface ApiVersionsRequest extends RequestOf<typeof ApiVersions> {}
export interface ApiVersionsResponse extends ResponseOf<typeof ApiVersions> {}
