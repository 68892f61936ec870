import { Reader, type Clock } from '../../src/kernel'
import { FrameSplitter, type Address, type Listen, type Listener, type Wire } from '../../src/network'
import {
  apiByKey,
  Apis,
  encodeResponse,
  readBody,
  readHeader,
  type Api,
  type GivenResponseOf,
  type ReceivedRequestOf,
  type RequestHeader,
} from '../../src/protocol'

/** A request as the peer read it. */
export interface PeerRequest<A extends Api = Api> {
  readonly api: A
  readonly version: number
  readonly correlationId: number
  readonly clientId: string | null
  readonly body: ReceivedRequestOf<A>
  /** Which connection it came on, counted from 0. */
  readonly connection: number
  /** When it came, on the monotonic clock. */
  readonly at: number
}

/** The ways of answering one request. Not answering at all is one of them. */
export interface Reply<A extends Api = Api> {
  (body: GivenResponseOf<A>): void
  /** Answers after so many ms. */
  after(ms: number, body: GivenResponseOf<A>): void
  /** Answers as if in another version, or to another request. */
  as(other: { readonly version?: number; readonly correlationId?: number }, body: GivenResponseOf<A>): void
  /** Only the first so many bytes of the answer, its length prefix included. */
  part(bytes: number, body: GivenResponseOf<A>): void
  /** Any bytes in place of an answer. */
  raw(bytes: Buffer): void
  close(): void
}

export type Handler<A extends Api> = (request: PeerRequest<A>, reply: Reply<A>) => void

export interface Served {
  readonly apiKey: number
  readonly minVersion: number
  readonly maxVersion: number
}

export interface ScriptedPeerOptions {
  readonly listen: Listen
  readonly address: Address
  readonly clock: Clock
  /** What ApiVersions says; default: all that our own tables know. */
  readonly serves?: readonly Served[]
}

/** A broker that does what a test tells it to, request by request. Nothing else is answered. */
export class ScriptedPeer {
  /** Everything that came, in order. */
  readonly received: PeerRequest[] = []
  /** The connections that were opened; closed ones stay, so that an index keeps its meaning. */
  readonly wires: Wire[] = []
  /** Connections the other side has closed, by index. */
  readonly closed: number[] = []
  readonly #handlers = new Map<number, Handler<Api>>()
  readonly #clock: Clock
  #listener: Listener | undefined

  /** A peer that listens. */
  static async start(options: ScriptedPeerOptions): Promise<ScriptedPeer> {
    const peer = new ScriptedPeer(options)
    peer.#listener = await options.listen(options.address, wire => {
      const connection = peer.wires.push(wire) - 1
      const splitter = new FrameSplitter(frame => peer.#take(frame, wire, connection), {
        where: 'peer request',
      })
      return {
        open: () => undefined,
        data: bytes => splitter.push(bytes),
        close: () => void peer.closed.push(connection),
      }
    })
    return peer
  }

  private constructor({ clock, serves = allOfOurs() }: ScriptedPeerOptions) {
    this.#clock = clock
    this.on(Apis.ApiVersions, (_, reply) => reply({ errorCode: 0, apiKeys: serves, throttleTimeMs: 0 }))
  }

  /** Where it listens; differs from what was asked for when that was port 0. */
  get address(): Address {
    return this.#listener!
  }

  /** What to do with requests of this API from now on. */
  on<A extends Api>(api: A, handler: Handler<A>): this {
    // The table forgets which API a handler is for; requests are dispatched by the same key.
    this.#handlers.set(api.key, handler as unknown as Handler<Api>)
    return this
  }

  /** Answers every request of this API with the same body. */
  answer<A extends Api>(api: A, body: GivenResponseOf<A>): this {
    return this.on(api, (_, reply) => reply(body))
  }

  /** Takes requests of this API without a word. */
  ignore(api: Api): this {
    return this.on(api, () => undefined)
  }

  /** The requests of one API that came, in order. */
  of<A extends Api>(api: A): readonly PeerRequest<A>[] {
    return this.received.filter(
      request => request.api.key === api.key,
    ) as unknown as readonly PeerRequest<A>[]
  }

  /** Ends every connection and listens no more. */
  async stop(): Promise<void> {
    await this.#listener?.close()
  }

  #take(frame: Buffer, wire: Wire, connection: number): void {
    const api = apiByKey.get(frame.readInt16BE(0))
    if (api === undefined) return wire.close()
    const version = frame.readInt16BE(2)
    const reader = new Reader(frame)
    const { correlationId, clientId } = readHeader(reader, api, version, 'request') as RequestHeader
    const body = readBody(reader, api, version, 'request') as PeerRequest['body']
    const request = { api, version, correlationId, clientId, body, connection, at: this.#clock.monotonic() }
    this.received.push(request)
    const handler = this.#handlers.get(api.key)
    if (handler === undefined) throw new Error(`the scripted peer has no answer to ${api.name} v${version}`)
    handler(request, this.#replyTo(request, wire))
  }

  #replyTo(request: PeerRequest, wire: Wire): Reply {
    const { api, version, correlationId } = request
    const bytesOf = (body: unknown): Buffer =>
      Buffer.concat(encodeResponse(api, version, correlationId, body))
    const reply = (body: unknown): void => wire.write([bytesOf(body)])
    return Object.assign(reply, {
      after: (ms: number, body: unknown) => void this.#clock.after(ms, () => reply(body)),
      as: (other: { version?: number; correlationId?: number }, body: unknown) =>
        wire.write(encodeResponse(api, other.version ?? version, other.correlationId ?? correlationId, body)),
      part: (bytes: number, body: unknown) => wire.write([bytesOf(body).subarray(0, bytes)]),
      raw: (bytes: Buffer) => wire.write([bytes]),
      close: () => wire.close(),
    })
  }
}

/** Every API that our own tables know, in every version. */
export function allOfOurs(): readonly Served[] {
  return [...apiByKey.values()].map(({ key, versions: [minVersion, maxVersion] }) => ({
    apiKey: key,
    minVersion,
    maxVersion,
  }))
}
