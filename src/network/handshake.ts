import { ConnectionError, toBigInt, type Clock, type KafkaError, type Timer } from '../kernel'
import { Apis, decodeResponse, type ResponseOf } from '../protocol'
import type { BrokerVersions } from './broker-versions'
import { oldBrokers } from './old-brokers'
import { pendingOf, type Pending } from './pending'

/**
 * What is asked first, each on a wire of its own, as long as the broker closes it without a word. Kafka 0.8 does so
 * whenever it is asked for its versions; a broker that is starting or stopping may do so once.
 */
export const greetings = ['newest ApiVersions', 'ApiVersions v0', 'Metadata v0'] as const
export type Greeting = (typeof greetings)[number]

export interface HandshakeOptions {
  /** Names the broker in errors. */
  readonly broker: string
  readonly clock: Clock
  /** Told to the broker for its own metrics (KIP-511). */
  readonly software: { readonly name: string; readonly version: string }
  send(pending: Pending): void
  done(error: KafkaError | undefined, versions: BrokerVersions | undefined): void
}

const { ApiVersions, Metadata } = Apis
const unsupportedVersion = 35
/** From this version on the answer tells the finalized features. */
const firstWithFeatures = 3
/**
 * Version 0 cannot ask for no topics, all of them may be many, and a name might be created. This one is illegal, so
 * every release answers at once with an error (seen with 0.8.2, 0.9.0 and 4.3).
 */
const noTopic = '/'
/** After so long without a word the broker may be a 0.9. */
const silenceMs = 1000

type VersionsResponse = ResponseOf<typeof ApiVersions>

/**
 * Finds out what the broker speaks. Answers of a lost or late connection do not come here: whoever runs the
 * handshake times and closes it.
 */
export class Handshake {
  readonly #options: HandshakeOptions
  #silence: Timer | undefined
  #suspected: BrokerVersions | undefined
  #isOver = false
  /** The highest version of ApiVersions that the broker has not refused: what it advertises may be another's. */
  #ceiling = ApiVersions.versions[1]

  constructor(options: HandshakeOptions) {
    this.#options = options
  }

  /** What a broker that answered Metadata and then closes the wire must be. */
  get suspected(): BrokerVersions | undefined {
    return this.#suspected
  }

  /** A broker that was starting answers this time: only one that closes when asked for its versions again is a 0.8. */
  start(greeting: Greeting): void {
    if (greeting === 'Metadata v0')
      this.#askMetadata(() => {
        this.#suspected = oldBrokers['0.8']
        this.#askVersions(0)
      })
    else {
      this.#askVersions(greeting === 'ApiVersions v0' ? 0 : ApiVersions.versions[1])
      this.#silence = this.#options.clock.after(silenceMs, () => this.#askMetadata(() => undefined))
    }
  }

  cancel(): void {
    this.#isOver = true
    this.#silence?.cancel()
  }

  /**
   * Kafka 0.9 skips a question for its versions and answers the next request, so an answer to Metadata with this
   * one skipped proves it; one that answers in order is merely slow.
   */
  #askVersions(version: number): void {
    const { name, version: softwareVersion } = this.#options.software
    const body = version < 3 ? {} : { clientSoftwareName: name, clientSoftwareVersion: softwareVersion }
    const pending = pendingOf(
      this.#options.clock,
      { api: ApiVersions, version, body, done: (error, response) => this.#told(version, error, response) },
      { decode: decodeVersions, skipped: () => this.#finish(undefined, oldBrokers['0.9']) },
    )
    this.#options.send(pending)
  }

  #askMetadata(answered: () => void): void {
    const done = (error: KafkaError | undefined): void => {
      if (!error) answered()
    }
    this.#options.send(
      pendingOf(this.#options.clock, {
        api: Metadata,
        version: 0,
        body: { topics: [{ name: noTopic }] },
        done,
      }),
    )
  }

  #told(version: number, error: KafkaError | undefined, response: VersionsResponse | undefined): void {
    if (this.#isOver || error || !response) return
    this.#silence?.cancel()
    const isRefused = response.errorCode === unsupportedVersion && version > 0
    if (isRefused) this.#ceiling = version - 1
    const theirs = response.apiKeys.find(({ apiKey }) => apiKey === ApiVersions.key)?.maxVersion ?? 0
    const best = Math.max(0, Math.min(this.#ceiling, theirs))
    if (isRefused) this.#askVersions(theirs < version ? best : 0)
    else if (response.errorCode !== 0) this.#refuse(version, response.errorCode)
    else if (version < firstWithFeatures && best >= firstWithFeatures) this.#askVersions(best)
    else this.#finish(undefined, versionsOf(response))
  }

  #refuse(version: number, code: number): void {
    const text = `answered ApiVersions v${version} with error code ${code}; is this a Kafka broker?`
    this.#finish(new ConnectionError(this.#options.broker, text, { maybeSent: false }), undefined)
  }

  #finish(error: KafkaError | undefined, versions: BrokerVersions | undefined): void {
    if (this.#isOver) return
    this.cancel()
    this.#options.done(error, versions)
  }
}

/** A version the broker does not know is answered in the form of version 0, with the error first (KIP-511). */
function decodeVersions(version: number, frame: Buffer): VersionsResponse {
  const errorAt = 4
  const isUnsupported = frame.length >= errorAt + 2 && frame.readInt16BE(errorAt) === unsupportedVersion
  return decodeResponse(ApiVersions, isUnsupported ? 0 : version, frame)
}

function versionsOf(response: VersionsResponse): BrokerVersions {
  return {
    source: 'ApiVersions',
    apis: new Map(
      response.apiKeys.map(({ apiKey, minVersion, maxVersion }) => [
        apiKey,
        { min: minVersion, max: maxVersion },
      ]),
    ),
    finalizedFeatures: new Map(
      response.finalizedFeatures.map(({ name, maxVersionLevel }) => [name, maxVersionLevel]),
    ),
    finalizedFeaturesEpoch: toBigInt(response.finalizedFeaturesEpoch),
  }
}
