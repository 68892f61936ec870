import { ProtocolError, Reader, Writer } from '../kernel'
import { layoutOf, type Api, type Side } from './api'
import { apiByKey } from './apis'
import { encoder } from './encode'
import { explainLayout } from './explain'
import { checkVersion, messageName, readBody, readHeader } from './frame'
import { headerLayout, headerVersion } from './header'
import type { OnRow } from './row-reader'

/** What has to be known of a frame before it can be read. */
export interface FrameKind {
  readonly side: Side
  readonly api: Api
  /** Version of the request; it decides the headers of both sides. */
  readonly version: number
  /** Version of the body; differs where a broker answers ApiVersions in version 0. */
  readonly bodyVersion: number
}

/** A frame read to its end. */
export interface WholeFrame {
  readonly header: unknown
  readonly body: unknown
  /** What stands behind the body; a few clients leave something there. */
  readonly trailing: Buffer
}

/** A request names its own API and version; ProtocolError when this package does not know them. */
export function requestKind(frame: Buffer): FrameKind {
  if (frame.length < 4) throw new ProtocolError('request', 'requestApiKey', 0, 'the header is cut off')
  const key = frame.readInt16BE(0)
  const version = frame.readInt16BE(2)
  const api = apiByKey.get(key)
  if (!api) throw new ProtocolError('request', 'requestApiKey', 0, `no known API has key ${key}`)
  checkVersion(api, version, 'requestApiVersion', 2)
  return { side: 'request', api, version, bodyVersion: version }
}

const apiVersionsKey = 18
const unsupportedVersion = 35

/**
 * A response says neither: they are those of its request. An ApiVersions request in a version unknown to the broker is
 * answered in version 0, with the error first (KIP-511).
 */
export function responseKind(api: Api, version: number, frame: Buffer): FrameKind {
  const errorAt = 4
  const isRefused =
    api.key === apiVersionsKey &&
    frame.length >= errorAt + 2 &&
    frame.readInt16BE(errorAt) === unsupportedVersion
  if (!isRefused) checkVersion(api, version)
  return { side: 'response', api, version, bodyVersion: isRefused ? 0 : version }
}

/** Header, body and rest of a frame (without its length prefix); a damaged one is a ProtocolError that names field and byte. */
export function readFrame(kind: FrameKind, frame: Buffer): WholeFrame {
  const { side, api, version, bodyVersion } = kind
  const reader = new Reader(frame)
  const header = readHeader(reader, api, version, side)
  const body = readBody(reader, api, bodyVersion, side)
  return { header, body, trailing: reader.bytes(reader.left) }
}

/**
 * The frame (without its length prefix) that reads as this; the same bytes if its first writer was canonical. Throws
 * an ArgumentError or UnsupportedError that names the field.
 */
export function encodeFrame(kind: FrameKind, { header, body, trailing }: WholeFrame): Buffer {
  const { side, api, version, bodyVersion } = kind
  const writer = new Writer()
  encoder(headerLayout(side), headerVersion(api, version, side))(writer, header)
  encoder(layoutOf(api, side), bodyVersion)(writer, body)
  writer.bytes(trailing)
  return Buffer.concat(writer.finish())
}

/** Every field of a frame with its bytes; a ProtocolError after the last row that could be read. */
export function explainFrame(kind: FrameKind, frame: Buffer, onRow: OnRow): void {
  const { side, api, version, bodyVersion } = kind
  const reader = new Reader(frame)
  const inHeader = messageName(api, version, side)
  explainLayout(reader, headerLayout(side), headerVersion(api, version, side), inHeader, onRow)
  const inBody = messageName(api, bodyVersion, side)
  explainLayout(reader, layoutOf(api, side), bodyVersion, inBody, onRow)
  const { position, left } = reader
  if (left > 0)
    onRow({ offset: position, bytes: reader.bytes(left), path: '(trailing)', value: `${left} bytes` })
}
