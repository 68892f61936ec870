/** First and last version, both included. */
export interface VersionRange {
  readonly min: number
  readonly max: number
}

/** What a broker said of itself when the connection was made. */
export interface BrokerVersions {
  /** How it is known: told by ApiVersions, or found out because the broker is too old to tell. */
  readonly source: 'ApiVersions' | '0.9' | '0.8'
  /** By API key; an API that is not in it is not served. */
  readonly apis: ReadonlyMap<number, VersionRange>
  /** The level that each feature, such as `transaction.version`, is finalized at. */
  readonly finalizedFeatures: ReadonlyMap<string, number>
  /** Grows with every change of the finalized features; -1n when the broker does not tell. */
  readonly finalizedFeaturesEpoch: bigint
}
