import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { KafkaError, seededRandom, type Random } from '../../src/kernel'
import type { Connection } from '../../src/network'
import { Apis } from '../../src/protocol'
import { ConnectionRig, place, type Asked } from '../support/connection-rig'

const { Metadata, Produce } = Apis

interface Question {
  readonly tag: string
  readonly asked: Asked<typeof Metadata>
  readonly connection: Connection
  cancelled?: 'not-sent' | 'sent'
}

/** Answers in order, each after a time of its own, some with a throttle time, some never, some with the end. */
function misbehave(rig: ConnectionRig, random: Random): void {
  const busyUntil: number[] = []
  rig.peer.ignore(Produce).on(Metadata, ({ body, connection }, reply) => {
    const now = rig.clock.monotonic()
    const dice = random()
    if (dice < 0.005) return
    if (dice < 0.01) {
      reply.close()
      return
    }
    busyUntil[connection] = Math.max(busyUntil[connection] ?? 0, now) + Math.floor(random() * 40)
    const throttleTimeMs = dice < 0.05 ? Math.floor(random() * 500) : 0
    const clusterId = body.topics![0]!.name
    reply.after(busyUntil[connection] - now, { brokers: [], topics: [], clusterId, throttleTimeMs })
  })
}

/** One thing that goes wrong in the network. */
const faults: readonly ((rig: ConnectionRig, random: Random) => void)[] = [
  rig => void rig.network.cut(place),
  rig => rig.network.hold(place),
  rig => rig.network.heal(place),
  (rig, random) => rig.network.delay(Math.floor(random() * 20)),
  (rig, random) => rig.network.split(1 + Math.floor(random() * 30)),
]

async function live(
  seed: number,
): Promise<{ rig: ConnectionRig; questions: Question[]; produced: Asked<typeof Produce>[] }> {
  const random = seededRandom(seed)
  const rig = await ConnectionRig.start()
  misbehave(rig, random)
  const questions: Question[] = []
  const produced: Asked<typeof Produce>[] = []
  let connection = rig.connect({ requestTimeoutMs: 2000, idleMs: 5000 })
  for (let step = 0; step < 60; step++) {
    if (connection.state === 'closed') connection = rig.connect({ requestTimeoutMs: 2000, idleMs: 5000 })
    for (let count = Math.floor(random() * 4); count > 0; count--) {
      const tag = `${seed}/${questions.length}`
      const body = { topics: [{ name: tag }] }
      questions.push({ tag, connection, asked: rig.ask(connection, { api: Metadata, version: 9, body }) })
    }
    if (random() < 0.1) {
      const body = { acks: 0, timeoutMs: 1, topicData: [] }
      produced.push(rig.ask(connection, { api: Produce, version: 3, body, noResponse: true }))
    }
    const victim = questions[Math.floor(random() * questions.length)]
    if (victim && random() < 0.2 && !victim.asked.isDone) victim.cancelled ??= victim.asked.exchange.cancel()
    if (random() < 0.1) faults[Math.floor(random() * faults.length)]!(rig, random)
    if (random() < 0.02) connection.close({ graceful: random() < 0.5 })
    await rig.clock.advance(Math.floor(random() * 60))
  }
  rig.network.heal(place)
  await rig.clock.advance(60_000)
  return { rig, questions, produced }
}

test('whatever goes wrong, every exchange ends once and with its own answer', async () => {
  const outcomes = { answered: 0, failed: 0, cancelled: 0 }
  for (let seed = 1; seed <= 10; seed++) {
    const { rig, questions, produced } = await live(seed)
    const received = new Set(rig.peer.of(Metadata).map(({ body }) => body.topics![0]!.name))
    for (const { tag, asked, connection, cancelled } of questions) {
      assert.is(connection.state, 'closed', `seed ${seed}`)
      assert.is(asked.isDone, cancelled === undefined, `${tag} is told once, or never when cancelled`)
      const { error, response } = asked
      if (cancelled !== undefined) outcomes.cancelled++
      else if (error === undefined) outcomes.answered++
      else outcomes.failed++
      if (asked.isDone && error === undefined) assert.is(response?.clusterId, tag)
      if (error !== undefined) assert.instance(error, KafkaError)
      const surelyNotSent = cancelled === 'not-sent' || (error && 'maybeSent' in error && !error.maybeSent)
      if (surelyNotSent) assert.not(received.has(tag), `${tag} arrived although it surely was not sent`)
    }
    assert.ok(produced.every(({ isDone }) => isDone))
    assert.is(rig.clock.pending, 0, `seed ${seed} leaves no timer`)
  }
  assert.ok(
    outcomes.answered > 100 && outcomes.failed > 50 && outcomes.cancelled > 20,
    JSON.stringify(outcomes),
  )
})

test('the same seed gives the same history', async () => {
  const history = async (): Promise<string> => {
    const { rig, questions } = await live(99)
    const told = questions.map(
      ({ tag, asked }) => `${tag} ${asked.error?.message ?? asked.response?.clusterId ?? '-'}`,
    )
    return [...told, ...rig.peer.received.map(({ at, api }) => `${at} ${api.name}`)].join('\n')
  }
  assert.is(await history(), await history())
})

test.run()
