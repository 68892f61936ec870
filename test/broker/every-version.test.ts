import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { answerWith } from '../../src/broker'
import { profiles, releases, type Release } from '../../src/broker/profile'
import { handlers } from '../../src/broker/handlers'
import { decodeResponse, encodeBatch, encodeRequest, type Api } from '../../src/protocol'
import { arbitraryBody } from '../support/arbitrary-body'
import { BrokerRig } from './broker-rig'

const bodiesPerVersion = 12
const config = { 'group.initial.rebalance.delay.ms': 0 }

/** What makes a body mean something to a broker: a topic that is there, a partition of it, one group. */
const known: Readonly<Record<string, unknown>> = {
  name: 'orders',
  topic: 'orders',
  topicName: 'orders',
  resourceName: 'orders',
  resourceType: 2,
  partition: 0,
  partitionIndex: 0,
  fetchOffset: 0n,
  /** The end of the log. */
  timestamp: -1n,
  groupId: 'billing',
  memberId: '',
  protocolType: 'consumer',
  sessionTimeoutMs: 10_000,
  timeoutMs: 100,
  maxWaitMs: 100,
  currentLeaderEpoch: -1,
  sessionId: 0,
  sessionEpoch: -1,
  acks: -1,
  records: encodeBatch([{ value: Buffer.from('x') }], { timestamp: 1 }),
}

/** Values of fields that the version lacks. */
const absent = new Set<unknown>(['', 0, -1, null])

/** The body with some of its fields so that they mean something, by the toss of a coin. */
function meaningful(body: unknown, coin: () => boolean): unknown {
  if (Array.isArray(body)) return body.map(one => meaningful(one, coin))
  if (body === null || typeof body !== 'object' || Object.getPrototypeOf(body) !== Object.prototype)
    return body
  const entries = Object.entries(body).map(([name, value]): [string, unknown] => {
    const replaced = Object.hasOwn(known, name) && !absent.has(value) && coin()
    return [name, replaced ? known[name] : meaningful(value, coin)]
  })
  return Object.fromEntries(entries)
}

/** Bodies that a client could send, the same each time. */
function bodiesOf(api: Api, version: number): unknown[] {
  const coins = fc.infiniteStream(fc.integer({ min: 0, max: 3 }).map(toss => toss > 0))
  const bodies = fc
    .tuple(arbitraryBody({ ...api, fields: api.request }, version), coins)
    .map(([body, coin]) => meaningful(body, () => coin.next().value as boolean))
  return fc.sample(bodies, { numRuns: bodiesPerVersion, seed: api.key * 100 + version })
}

/** Sends each body on a connection of its own, and answers the frames that came back. */
async function ask(rig: BrokerRig, api: Api, version: number, bodies: readonly unknown[]): Promise<Buffer[]> {
  const { host, port } = rig.kafka.brokers[0]!
  const received: Buffer[] = []
  const wires = bodies.map((body, correlationId) => {
    const request = encodeRequest({ api, version, correlationId, clientId: 'any', body: body as never })
    const events = {
      open: () => wire.write(request),
      data: (bytes: Buffer) => void received.push(Buffer.from(bytes)),
      close: () => undefined,
    }
    const wire = rig.network.dial({ host, port, address: host }, events)
    return wire
  })
  await rig.clock.advance(20_000)
  for (const wire of wires) wire.close()
  await rig.clock.advance(1)
  return received
}

function defects(rig: BrokerRig): string[] {
  return rig.events.flatMap(event =>
    event.type === 'connection-closed' && event.reason.includes('defect') ? [event.reason] : [],
  )
}

for (const release of releases)
  test(`as Kafka ${release} it answers every API in every version, and refuses it, in fields that the version has`, async () => {
    for (const { api, version } of served(release)) {
      const rig = await BrokerRig.start({ versions: release, config })
      await rig.done(rig.produce('x'))
      const bodies = bodiesOf(api, version)
      const answers = await ask(rig, api, version, bodies)
      rig.kafka.faults.on(api, answerWith('NOT_COORDINATOR'))
      const refusals = await ask(rig, api, version, bodies)
      const what = `${api.name} v${version}`
      assert.equal(defects(rig), [], what)
      assert.ok(answers.length > 0 && refusals.length > 0, `${what} is never answered`)
      for (const answer of [...answers, ...refusals]) decodeResponse(api, version, answer.subarray(4))
      await rig.close()
    }
  })

function served(release: Release): { api: Api; version: number }[] {
  return handlers.flatMap(({ api }) => {
    const versions = profiles[release].apis.get(api.key)
    if (versions === undefined) return []
    const { servedFrom, max } = versions
    return Array.from({ length: max - servedFrom + 1 }, (_, i) => ({ api, version: servedFrom + i }))
  })
}

test.run()
