import * as assert from 'uvu/assert'
import { Apis, type RequestOf } from '../../src/protocol'
import { contract, contractAlone, runContract } from '../support/contract'
import { errorName, needs, talking, type Talk } from '../support/talk'
import { topicWhen } from '../support/talk/topics'

const { ElectLeaders } = Apis
type Request = RequestOf<typeof ElectLeaders>
type Partitions = Request['topicPartitions']

/** The error of the whole, then `topic/partition: error` of each. */
async function elect(talk: Talk, version: number, topicPartitions: Partitions, electionType?: number) {
  const kind = electionType === undefined ? {} : { electionType }
  const body = { topicPartitions, timeoutMs: 8000, ...kind }
  const answer = await talk.request(ElectLeaders, version, body)
  const results = answer.replicaElectionResults.flatMap(({ topic, partitionResult }) =>
    partitionResult.map(one => `${topic}/${one.partitionId}: ${errorName(one)}`),
  )
  return [errorName(answer), ...results.sort()]
}

for (const version of [0, 2]) {
  contract(
    `no election is needed where the preferred replica leads, says ElectLeaders v${version}`,
    needs('ElectLeaders', version),
    talking(async (talk, { uniqueName, uniqueTopic }) => {
      const topic = await uniqueTopic()
      const unknown = uniqueName('topic')
      const asked = [
        { topic, partitions: [0, 9] },
        { topic: unknown, partitions: [0] },
      ]
      const expected = [
        `${topic}/0: ELECTION_NOT_NEEDED`,
        `${topic}/9: UNKNOWN_TOPIC_OR_PARTITION`,
        `${unknown}/0: UNKNOWN_TOPIC_OR_PARTITION`,
      ]
      assert.equal(await elect(talk, version, asked), ['NONE', ...expected.sort()])
      assert.equal(await elect(talk, version, []), ['NONE'])
    }),
  )
}

contract(
  'where a partition has a leader there is nothing to elect out of sync; a third kind of election is unknown',
  needs('ElectLeaders', 1),
  talking(async (talk, { uniqueTopic }) => {
    const topic = await uniqueTopic()
    const asked = [{ topic, partitions: [0] }]
    assert.equal(await elect(talk, 1, asked, 1), ['NONE', `${topic}/0: ELECTION_NOT_NEEDED`])
    assert.equal(await elect(talk, 1, asked, 5), ['INVALID_REQUEST', `${topic}/0: INVALID_REQUEST`])
  }),
)

contractAlone(
  'after a broker was away its partitions are given back to it by an election, in a new leader epoch',
  { ...needs('ElectLeaders', 2), brokers: 3, config: { 'auto.leader.rebalance.enable': false } },
  talking(async (talk, { control, uniqueTopic }) => {
    const name = await uniqueTopic(6)
    const away = 3
    const { partitions } = await topicWhen(talk, name)
    const led = partitions.filter(({ leaderId }) => leaderId === away).map(one => one.partitionIndex)
    assert.is(led.length, 2)
    await control.stop(away)
    const leads = (of: { readonly leaderId: number }) => of.leaderId === away
    const moved = await topicWhen(talk, name, topic => !topic.partitions.some(leads))
    const preferredIsGone = await elect(talk, 2, [{ topic: name, partitions: led }], 0)
    const unavailable = led.map(index => `${name}/${index}: PREFERRED_LEADER_NOT_AVAILABLE`)
    assert.equal(preferredIsGone, ['NONE', ...unavailable.sort()])
    await control.start(away)
    await topicWhen(talk, name, topic => topic.partitions.every(({ isrNodes }) => isrNodes.length === 3))
    // Asked for all partitions, it tells of those in which there was something to do.
    const results = await elect(talk, 2, null, 0)
    for (const index of led) assert.ok(results.includes(`${name}/${index}: NONE`))
    assert.is(results.filter(line => line.startsWith(`${name}/`)).length, led.length)
    const back = await topicWhen(talk, name, topic => topic.partitions.filter(leads).length === 2)
    for (const index of led) {
      const epochOf = (topic: typeof back) =>
        topic.partitions.find(({ partitionIndex }) => partitionIndex === index)!.leaderEpoch
      assert.is(epochOf(back), epochOf(moved) + 1)
    }
  }),
)

runContract()
