import { ArgumentError, KafkaError, type Clock } from '../kernel'
import { decodeResponse, encodeRequest, type Api } from '../protocol'
import type { BrokerVersions } from './broker-versions'
import type { ExchangeRequest } from './exchange'
import { tell } from './tell'
import { throttleTimeOf } from './throttle'

/** An exchange as the queue and the in-flight table hold it: what its API is no longer matters. */
export interface Pending {
  /** `Fetch v12`, or `Fetch` as long as the version is not chosen. */
  label: string
  readonly timeoutMs: number | undefined
  readonly noResponse: boolean
  /** Called when the broker has answered the next request instead of this one, as Kafka 0.9 does. */
  readonly skipped: (() => void) | undefined
  /** Nobody waits for the outcome any more: it was told, or the exchange was cancelled. */
  isSettled: boolean
  isSent: boolean
  /** Chooses the version and writes the request, length prefix included. Throws a KafkaError. */
  encode(correlationId: number, clientId: string | null, versions: BrokerVersions | undefined): Buffer[]
  /** Throws a ProtocolError. */
  decode(frame: Buffer): Answer
  settle(error: KafkaError | undefined, response?: unknown): void
}

export interface Answer {
  readonly response: unknown
  readonly throttleTimeMs: number
}

/** What the handshake needs beyond an ordinary request. */
interface Special {
  readonly skipped?: () => void
  readonly decode?: (version: number, frame: Buffer) => unknown
}

export function pendingOf<A extends Api>(
  clock: Clock,
  request: ExchangeRequest<A>,
  special: Special = {},
): Pending {
  const { api, body } = request
  let version = -1
  return {
    label: api.name,
    timeoutMs: request.timeoutMs,
    noResponse: request.noResponse ?? false,
    skipped: special.skipped,
    isSettled: false,
    isSent: false,
    encode(correlationId, clientId, versions) {
      version = choose(request, versions)
      this.label = `${api.name} v${version}`
      return encode(() => encodeRequest({ api, version, correlationId, clientId, body }), this.label, body)
    },
    decode(frame) {
      const response = special.decode?.(version, frame) ?? decodeResponse(api, version, frame)
      return { response, throttleTimeMs: throttleTimeOf(api, version, response) }
    },
    settle(error, response) {
      if (this.isSettled) return
      this.isSettled = true
      // A table of all APIs forgets the type of this one; `decode` above made the value from the same API.
      tell(clock, () => request.done(error, response as Parameters<typeof request.done>[1]))
    },
  }
}

function choose(
  { api, version }: Pick<ExchangeRequest<Api>, 'api' | 'version'>,
  versions: BrokerVersions | undefined,
): number {
  if (typeof version === 'number') return version
  if (versions === undefined)
    throw new ArgumentError('version', version, `a number for ${api.name} in a handshake`)
  return version(versions)
}

/** A body so wrong that the encoder trips over it fails alone, and must not take its neighbours along. */
function encode(write: () => Buffer[], label: string, body: unknown): Buffer[] {
  try {
    return write()
  } catch (error) {
    if (error instanceof KafkaError) throw error
    throw new ArgumentError(`${label} body`, body, `a body that can be encoded (${String(error)})`)
  }
}
