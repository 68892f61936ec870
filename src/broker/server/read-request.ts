import { ProtocolError, Reader } from '../../kernel'
import { apiByKey, Apis, readBody, readHeader, type Api, type RequestHeader } from '../../protocol'
import { CloseConnection } from '../handlers'
import type { ServedVersions } from '../profile'

/** A request as it was read. */
export interface ServerRequest {
  readonly api: Api
  readonly version: number
  readonly correlationId: number
  readonly clientId: string | null
  readonly body: unknown
  readonly sizeInBytes: number
  /** ApiVersions in a version that is not served: the one request that is answered all the same. */
  readonly isUnsupported: boolean
}

const apiAndVersion = 4

/**
 * Reads one frame. What no broker of the release would read closes the connection: an API or version that it does not
 * serve, bytes that are no request.
 */
export function readRequest(frame: Buffer, serves: ReadonlyMap<number, ServedVersions>): ServerRequest {
  if (frame.length < apiAndVersion + 4) throw new CloseConnection(`a request of ${frame.length} bytes`)
  const key = frame.readInt16BE(0)
  const version = frame.readInt16BE(2)
  const api = apiByKey.get(key)
  const served = serves.get(key)
  if (api === undefined || served === undefined)
    throw new CloseConnection(`API key ${key}, which is not served here`)
  if (version >= served.servedFrom && version <= served.max) return read(frame, api, version)
  if (api === Apis.ApiVersions) return unsupported(frame)
  throw new CloseConnection(
    `${api.name} v${version}, and v${served.servedFrom} to v${served.max} are served here`,
  )
}

function read(frame: Buffer, api: Api, version: number): ServerRequest {
  const reader = new Reader(frame)
  try {
    const { correlationId, clientId } = readHeader(reader, api, version, 'request') as RequestHeader
    const body = readBody(reader, api, version, 'request')
    return { api, version, correlationId, clientId, body, sizeInBytes: frame.length, isUnsupported: false }
  } catch (error) {
    if (error instanceof ProtocolError) throw new CloseConnection(error.message)
    throw error
  }
}

/** Of a version that is not known only the beginning can be read, which never changes. */
function unsupported(frame: Buffer): ServerRequest {
  return {
    api: Apis.ApiVersions,
    version: 0,
    correlationId: frame.readInt32BE(apiAndVersion),
    clientId: null,
    body: {},
    sizeInBytes: frame.length,
    isUnsupported: true,
  }
}
