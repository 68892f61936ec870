import { ArgumentError, ProtocolError } from 'rx-kafka'
import { apiByName, requestKind, responseKind, type Api, type FrameKind } from 'rx-kafka/protocol'
import type { FrameSource } from './frame-source'

export interface Frame {
  readonly kind: FrameKind
  readonly bytes: Buffer
}

/** The frame that one line of the input holds; throws a KafkaError about the line or the frame. */
export function frameOf(source: FrameSource, line: string): Frame {
  switch (source.form) {
    case 'request':
      return requestOf(hexOf(line))
    case 'response':
      return responseOf(source.api, source.version, hexOf(line))
    case 'jsonl':
      return frameOfObject(objectOf(line))
  }
}

function requestOf(bytes: Buffer): Frame {
  return { kind: requestKind(bytes), bytes }
}

function responseOf(api: Api, version: number, bytes: Buffer): Frame {
  return { kind: responseKind(api, version, bytes), bytes }
}

function frameOfObject({ side, api: name, version, hex }: Readonly<Record<string, unknown>>): Frame {
  if (side !== 'request' && side !== 'response')
    throw new ArgumentError('side', side, '"request" or "response"')
  const api = typeof name === 'string' ? apiByName.get(name) : undefined
  if (!api) throw new ArgumentError('api', name, 'the name of a Kafka API, such as "Fetch"')
  if (typeof version !== 'number' || !Number.isInteger(version))
    throw new ArgumentError('version', version, 'a whole number')
  if (typeof hex !== 'string') throw new ArgumentError('hex', hex, 'a string of hexadecimal digits')
  const bytes = hexOf(hex)
  if (side === 'response') return responseOf(api, version, bytes)
  const frame = requestOf(bytes)
  const { kind } = frame
  if (kind.api === api && kind.version === version) return frame
  const said = `the line says ${api.name} v${version}`
  throw new ProtocolError('request', 'requestApiKey', 0, `a ${kind.api.name} v${kind.version} frame; ${said}`)
}

function objectOf(line: string): Readonly<Record<string, unknown>> {
  const value = parsed(line)
  if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>
  throw new ArgumentError('line', value, 'an object { side, api, version, hex }')
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw new ArgumentError('line', line, 'JSON')
  }
}

function hexOf(text: string): Buffer {
  const hex = text.trim()
  const bytes = Buffer.from(hex, 'hex')
  if (bytes.length * 2 === hex.length) return bytes
  const bad = hex[bytes.length * 2 + (/[^0-9a-f]/i.test(hex[bytes.length * 2] ?? '') ? 0 : 1)]
  const reason = bad === undefined ? 'half a byte at the end' : `"${bad}" is no hexadecimal digit`
  throw new ProtocolError('hex', '', bytes.length, reason)
}
