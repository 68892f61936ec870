import { MalformedBytes, ProtocolError, Reader, Writer } from '../kernel'
import { layoutOf, type Api, type Layout, type RequestOf, type ResponseOf, type Side } from './api'
import { decoder } from './decode'
import { encoder } from './encode'
import { explainLayout } from './explain'
import { headerLayout, headerVersion, RequestHeader, ResponseHeader } from './header'
import { within } from './version'

/** A request and what its header says of it. */
export interface RequestFrame<A extends Api> {
  readonly api: A
  readonly version: number
  /** Comes back in the response; an int32. */
  readonly correlationId: number
  readonly clientId: string | null
  readonly body: RequestOf<A>
}

/**
 * A request as it goes on the wire, length prefix included; large byte strings are chunks of their own, not copied.
 * Throws an ArgumentError for a value that does not fit its field, an UnsupportedError for a field that this version
 * lacks, a ProtocolError for a version that no definition covers.
 */
export function encodeRequest<A extends Api>(frame: RequestFrame<A>): Buffer[] {
  const { api, version } = frame
  checkVersion(api, version)
  const writer = new Writer()
  writer.int32(0)
  encoder(RequestHeader, headerVersion(api, version, 'request'))(writer, {
    requestApiKey: api.key,
    requestApiVersion: version,
    correlationId: frame.correlationId,
    clientId: frame.clientId,
  })
  encoder(layoutOf(api, 'request'), version)(writer, frame.body)
  return prefixed(writer)
}

/** A response as it goes on the wire, length prefix included; throws as `encodeRequest`. */
export function encodeResponse(api: Api, version: number, correlationId: number, body: unknown): Buffer[] {
  checkVersion(api, version)
  const writer = new Writer()
  writer.int32(0)
  encoder(ResponseHeader, headerVersion(api, version, 'response'))(writer, { correlationId })
  encoder(layoutOf(api, 'response'), version)(writer, body)
  return prefixed(writer)
}

function prefixed(writer: Writer): Buffer[] {
  const length = writer.length - 4
  const chunks = writer.finish()
  chunks[0]!.writeInt32BE(length, 0)
  return chunks
}

/**
 * The body of a response frame (without its length prefix). Byte strings are views of the frame. A damaged frame is a
 * ProtocolError that names field and byte.
 */
export function decodeResponse<A extends Api>(api: A, version: number, frame: Buffer): ResponseOf<A> {
  const reader = new Reader(frame)
  readHeader(reader, api, version, 'response')
  return readBody(reader, api, version, 'response') as ResponseOf<A>
}

/** Header of one side, leaving the reader before the body; a damaged one is a ProtocolError. */
export function readHeader(reader: Reader, api: Api, version: number, side: Side): unknown {
  return read(reader, headerLayout(side), headerVersion(api, version, side), messageName(api, version, side))
}

/** Body of one side, leaving the reader behind it; a damaged one is a ProtocolError. */
export function readBody(reader: Reader, api: Api, version: number, side: Side): unknown {
  checkVersion(api, version)
  return read(reader, layoutOf(api, side), version, messageName(api, version, side))
}

/** Any layout, such as a subscription, from byte `start` on; a damaged one is a ProtocolError that names field and byte. */
export function decodeLayout(layout: Layout, version: number, bytes: Buffer, start = 0): unknown {
  return read(new Reader(bytes, start), layout, version, `${layout.name} v${version}`)
}

/** Any layout in one version; throws an ArgumentError or UnsupportedError that names the field. */
export function encodeLayout(layout: Layout, version: number, value: unknown): Buffer {
  const writer = new Writer()
  encoder(layout, version)(writer, value)
  return Buffer.concat(writer.finish())
}

/**
 * The fast decoder does not know where it is; only when it fails are the bytes read once more, slowly, to name
 * the field.
 */
function read(reader: Reader, layout: Layout, version: number, where: string): unknown {
  const start = reader.position
  try {
    return decoder(layout, version)(reader)
  } catch (error) {
    if (!(error instanceof MalformedBytes)) throw error
    explainLayout(new Reader(reader.buffer, start, reader.end), layout, version, where)
    throw new ProtocolError(where, '', error.offset, error.message)
  }
}

/** What error texts call one side of an API: `Fetch v12 response`. */
export function messageName(api: Api, version: number, side: Side): string {
  return `${api.name} v${version} ${side}`
}

/** ProtocolError when no definition covers this version. */
export function checkVersion(api: Api, version: number, path = '', offset = 0): void {
  if (within({ first: api.versions[0], last: api.versions[1] }, version)) return
  throw new ProtocolError(
    `${api.name} v${version}`,
    path,
    offset,
    `known versions are ${api.versions.join(' to ')}`,
  )
}
