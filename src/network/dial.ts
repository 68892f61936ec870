import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import { SocketWire } from './socket-wire'
import type { TlsOptions } from './tls-options'
import type { Dial, DialTarget } from './wire'

const readBufferBytes = 64 * 1024
const keepAliveMs = 30_000

/** Opens TCP and TLS connections of this machine. */
export const systemDial: Dial = (target, handlers) => {
  // One buffer for the life of the socket: a third less work than a fresh one per read (measured).
  const buffer = Buffer.allocUnsafeSlow(readBufferBytes)
  const callback = (length: number): boolean => {
    wire.received(buffer.subarray(0, length))
    return true
  }
  const onread = { buffer, callback }
  const socket = target.tls === undefined ? openTcp(target, onread) : openTls(target, target.tls, onread)
  socket.setNoDelay(true)
  socket.setKeepAlive(true, keepAliveMs)
  const wire = new SocketWire(socket, target, handlers)
  socket.once(target.tls === undefined ? 'connect' : 'secureConnect', () => wire.opened())
  return wire
}

interface OnRead {
  readonly buffer: Uint8Array
  readonly callback: (length: number) => boolean
}

function openTcp({ address, port }: DialTarget, onread: OnRead): Socket {
  return connect({ host: address, port, onread })
}

/** The certificate is checked against the name asked for, not the address behind it; an IP address is no server name. */
function openTls({ host, address, port }: DialTarget, tls: TlsOptions, onread: OnRead): Socket {
  const servername = isIP(host) === 0 ? host : ''
  const options: ConnectionOptions & { readonly onread: OnRead } = {
    servername,
    ...tls,
    host: address,
    port,
    onread,
  }
  return connectTls(options)
}
