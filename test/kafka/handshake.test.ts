import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { systemClock } from '../../src/kernel'
import { Connection, systemDial, systemLookup, type BrokerVersions, type TlsOptions } from '../../src/network'
import { Apis, type ResponseOf } from '../../src/protocol'
import { contract, contractAlone, runContract } from '../support/contract'

const { Metadata } = Apis

interface Seen {
  readonly versions: BrokerVersions
  readonly metadata: ResponseOf<typeof Metadata>
}

/** Connects, asks for metadata in the highest version both know, and leaves. */
function visit(target: { host: string; port: number }, tls?: TlsOptions): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const connection = new Connection({
      broker: `${target.host}:${target.port}`,
      target,
      clientId: 'handshake',
      clock: systemClock,
      dial: systemDial,
      lookup: systemLookup,
      tls,
      closed: ({ error }) => error && reject(error),
    })
    connection.open()
    connection.exchange({
      api: Metadata,
      version: ({ apis }) => Math.min(Metadata.versions[1], apis.get(Metadata.key)!.max),
      body: { topics: [] },
      done: (error, metadata) => {
        if (error) reject(error)
        else resolve({ versions: connection.versions!, metadata: metadata! })
        connection.close()
      },
    })
  })
}

contract('the handshake finds out what this release speaks', { core: true }, async ctx => {
  const [broker] = ctx.brokers
  const { versions, metadata } = await visit(broker!)
  const [old] = /^0\.[89]/.exec(ctx.kafkaVersion) ?? []
  if (ctx.kafkaVersion !== 'unknown') assert.is(versions.source, old ?? 'ApiVersions')
  assert.ok(versions.apis.has(Apis.Produce.key) && versions.apis.has(Apis.Fetch.key))
  assert.ok(metadata.brokers.every(({ nodeId }) => ctx.brokers.some(({ id }) => id === nodeId)))
})

contractAlone('a TLS listener is spoken to in TLS, and known when it is not', { tls: true }, async ctx => {
  const [host, port] = ctx.control.tlsBootstrap!.split(':')
  const target = { host: host!, port: Number(port) }
  const { metadata } = await visit(target, { ca: readFileSync(ctx.control.ca!) })
  assert.is(metadata.brokers.length, 1)
  const plain = await visit(target).catch((error: unknown) => error)
  assert.match(String(plain), /these bytes are TLS/)
  const untrusted = await visit(target, {}).catch((error: unknown) => error)
  assert.match(String(untrusted), /unknown authority; give that in tls\.ca/)
})

runContract()
