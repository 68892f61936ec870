import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { debugLog } from '../kernel'
import type { Address } from './address'
import { SocketWire } from './socket-wire'
import type { TlsServerOptions } from './tls-options'
import type { AcceptedWire, WireHandlers } from './wire'

export interface ListenOptions extends Address {
  readonly tls?: TlsServerOptions | undefined
}

/** Takes a new connection and says who handles it; `open` is called next. */
export type Accept = (wire: AcceptedWire) => WireHandlers

export interface Listener extends Address {
  /** Accepts nothing more and closes every connection it accepted, at once; their handlers hear of it. */
  close(): Promise<void>
}

/** Listens; port 0 takes any free port, which the listener then tells. Rejects with the system's error. */
export type Listen = (options: ListenOptions, accept: Accept) => Promise<Listener>

const log = debugLog('network')

/** Listens on TCP or TLS of this machine. */
export const systemListen: Listen = ({ host, port, tls }, accept) => {
  const sockets = new Set<Socket>()
  const onSocket = (socket: Socket): void => serve(socket, accept)
  const server =
    tls === undefined
      ? createServer({ noDelay: true, allowHalfOpen: true }, onSocket)
      : createTlsServer({ ...tls, noDelay: true, allowHalfOpen: true }, onSocket)
  // Also those whose TLS handshake is not over.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      // A connection that could not be accepted (too many open files) concerns nobody but its client.
      server.on('error', (error: Error) => log(`${host}: ${error.message}`))
      const { port: bound } = server.address() as AddressInfo
      resolve({ host, port: bound, close: () => shut(server, sockets) })
    })
  })
}

function serve(socket: Socket, accept: Accept): void {
  const { remoteAddress = 'unknown', remotePort = 0 } = socket
  const wire = new SocketWire(socket, { address: remoteAddress, port: remotePort })
  wire.handleWith(accept(wire))
  wire.opened()
  socket.on('data', (bytes: Buffer) => wire.received(bytes))
}

function shut(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    for (const socket of sockets) socket.destroy()
  })
}
