import type { ConnectionOptions, TlsOptions as ServerOptions } from 'node:tls'

/** What Node's `tls.connect` takes, except where to connect to. `{}` trusts the usual authorities. */
export type TlsOptions = Omit<ConnectionOptions, 'host' | 'port' | 'path' | 'socket' | 'lookup' | 'timeout'>

/** What Node's `tls.createServer` takes: at least `key` and `cert`, or `pfx`. */
export type TlsServerOptions = ServerOptions
