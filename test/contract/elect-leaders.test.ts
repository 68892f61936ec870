import * as assert from 'uvu/assert'
import { Apis, type RequestOf } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { errorName, needs, talking, type Talk } from '../support/talk'

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

runContract()
