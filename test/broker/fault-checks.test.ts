import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  answerWith,
  closeConnection,
  cutAnswer,
  delayAnswer,
  delayRequest,
  dropAnswer,
  duplicate,
  EmbeddedKafka,
  failAfterwards,
  MemoryNetwork,
  throttle,
  VirtualClock,
  type Fault,
} from '../../src/broker'
import { ArgumentError } from '../../src/kernel'
import { Apis, type Api } from '../../src/protocol'

const fault = suite('a fault')
let kafka: EmbeddedKafka

fault.before.each(async () => {
  const clock = new VirtualClock()
  kafka = await EmbeddedKafka.start({ clock, network: new MemoryNetwork(clock) })
})
fault.after.each(() => kafka.close())

/** It throws an ArgumentError that says this. */
function refused(act: () => unknown, message: string): void {
  try {
    act()
  } catch (error) {
    assert.instance(error, ArgumentError)
    assert.match((error as Error).message, message)
    return
  }
  assert.unreachable(`not refused: ${message}`)
}

/** As a test without types would. */
const on = (api: unknown, given: unknown, conditions?: unknown): unknown =>
  kafka.faults.on(api as Api, given as Fault, conditions as object)

fault('with a condition that is misspelt is refused, and told which ones there are', () => {
  refused(
    () => on(Apis.Produce, dropAnswer(), { topik: 'a' }),
    'faults.on option topik: expected a known option (broker, topic, group, when, probability, times), got "a"',
  )
  refused(() => on(Apis.Produce, dropAnswer(), 2), 'faults.on options: expected an object, got 2')
  refused(
    () => kafka.faults.once(Apis.Produce, dropAnswer(), { times: 3 } as object),
    'faults.once option times: expected a known option (broker, topic, group, when, probability), got 3',
  )
})

fault('that was not made is refused: its maker was not called', () => {
  for (const maker of [
    ...[answerWith, closeConnection, cutAnswer, delayAnswer, delayRequest],
    ...[dropAnswer, duplicate, failAfterwards, throttle],
  ])
    refused(
      () => on(Apis.Produce, maker),
      `faults.on fault: expected what it makes: call it, ${maker.name}(...), got function ${maker.name}`,
    )
  refused(
    () => on(Apis.Produce, 'drop'),
    'faults.on fault: expected a fault, such as dropAnswer(), got "drop"',
  )
})

fault('waits for no time that is negative, endless or no number', () => {
  for (const maker of [delayAnswer, delayRequest, throttle])
    for (const ms of [-1, NaN, Infinity, 2 ** 31, '5' as never, undefined as never])
      refused(() => maker(ms), `${maker.name} ms: expected milliseconds from 0 to 2147483647, got `)
  refused(() => throttle(1.5), 'throttle ms: expected a whole number from 0, got 1.5')
  for (const maker of [delayAnswer, delayRequest, throttle]) assert.type(maker(0), 'function')
})

fault('with numbers that cannot be is refused', () => {
  for (const probability of [-0.1, 1.1, NaN, '1'])
    refused(
      () => on(Apis.Produce, dropAnswer(), { probability }),
      'faults.on option probability: expected a number from 0 to 1, got ',
    )
  for (const times of [0, -1, 1.5, NaN, '1'])
    refused(
      () => on(Apis.Produce, dropAnswer(), { times }),
      'faults.on option times: expected a whole number from 1 to 2147483647, got ',
    )
  for (const bytes of [-1, 1.5, NaN])
    refused(() => cutAnswer(bytes), `cutAnswer bytes: expected a whole number from 0, got ${bytes}`)
})

fault('of an error that Kafka does not have is refused, and so is a target that cannot be', () => {
  for (const maker of [answerWith, failAfterwards])
    for (const none of ['NOT_LEADER', 'NONE', undefined])
      refused(() => maker(none as never), `${maker.name} error: expected Kafka's name of an error, such as`)
  refused(() => answerWith('NOT_COORDINATOR', { partition: -1 }), 'answerWith option partition')
  refused(() => answerWith('NOT_COORDINATOR', { partitions: 1 } as object), 'answerWith option partitions')
  refused(
    () => closeConnection('later' as never),
    'closeConnection: expected "before" or "after", got "later"',
  )
})

fault('that can never strike is refused: no such API, broker, topic or group in its requests', () => {
  refused(() => on({}, dropAnswer()), 'faults.on api: expected one of Apis')
  refused(() => on(null, dropAnswer()), 'faults.on api: expected one of Apis')
  refused(() => on(Apis.ShareFetch, dropAnswer()), 'faults.on api: expected an API that this cluster serves')
  refused(
    () => on(Apis.Produce, dropAnswer(), { broker: 2 }),
    'faults.on option broker: expected one of the brokers (1), got 2',
  )
  for (const api of [Apis.Heartbeat, Apis.JoinGroup, Apis.FindCoordinator, Apis.ListGroups, Apis.ApiVersions])
    refused(
      () => on(api, dropAnswer(), { topic: 'a' }),
      `faults.on option topic: expected no topic, since no request of ${api.name} names one`,
    )
  for (const api of [Apis.Produce, Apis.Metadata, Apis.ListGroups, Apis.DeleteTopics])
    refused(
      () => on(api, dropAnswer(), { group: 'a' }),
      `faults.on option group: expected no group, since no request of ${api.name} names one`,
    )
  refused(
    () => on(Apis.Metadata, answerWith('INVALID_TOPIC_EXCEPTION', { topic: 'a' })),
    'faults.on fault: expected one of Produce, Fetch, ListOffsets',
  )
})

fault('may have any condition that can be', () => {
  for (const api of [Apis.Produce, Apis.Fetch, Apis.Metadata, Apis.DeleteTopics, Apis.DescribeConfigs])
    on(api, dropAnswer(), { topic: 'a', times: 1, broker: 1, probability: 0.5, when: () => true })
  for (const api of [Apis.OffsetFetch, Apis.OffsetCommit, Apis.OffsetDelete])
    on(api, dropAnswer(), { topic: 'a', group: 'b' })
  for (const api of [
    Apis.JoinGroup,
    Apis.Heartbeat,
    Apis.FindCoordinator,
    Apis.DeleteGroups,
    Apis.AlterConfigs,
  ])
    on(api, dropAnswer(), { group: 'b' })
})

fault('that is refused is not set', () => {
  assert.throws(() => on(Apis.Produce, dropAnswer(), { times: 0 }))
  assert.is('strike' in kafka.faults, false)
  assert.is('add' in kafka.requests, false)
})

fault.run()
