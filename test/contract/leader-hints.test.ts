import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract, type ContractContext } from '../support/contract'
import { errorName, eventually, needsAll, Partition, talking, type Talk } from '../support/talk'
import { create } from '../support/talk/topics'
import { batchOf } from '../support/wire'

const nobody = { leaderId: -1, leaderEpoch: -1 }

/** A partition on one broker, and a connection to another broker that knows of it. */
async function partitionAndStranger(talk: Talk, { brokers, uniqueName }: ContractContext) {
  const name = uniqueName('topic')
  await create(talk, 7, [{ name }])
  const partition = await Partition.find(talk, name)
  const stranger = talk.broker(brokers.find(({ id }) => id !== partition.leader)!.id)
  await eventually(
    () => partition.listOffset(-1, { on: stranger }),
    listed => errorName(listed) === 'NOT_LEADER_OR_FOLLOWER',
  )
  const { host, port } = brokers.find(({ id }) => id === partition.leader)!
  return { partition, stranger, address: { nodeId: partition.leader, host, port } }
}

for (const version of [4, 11, 12, 15, 16, 18])
  contract(
    `Fetch v${version} from who does not lead ${version < 16 ? 'is refused without a word of' : 'names'} the leader`,
    { ...needsAll({ Fetch: version, CreateTopics: 7, Metadata: 10 }), brokers: 3 },
    talking(async (talk, context) => {
      const { partition, stranger, address } = await partitionAndStranger(talk, context)
      const { responses, nodeEndpoints } = await stranger.request(
        Apis.Fetch,
        version,
        partition.fetchRequest(0),
      )
      const fetched = responses[0]!.partitions[0]!
      assert.is(errorName(fetched), 'NOT_LEADER_OR_FOLLOWER')
      const { leader: leaderId, leaderEpoch } = partition
      assert.equal(fetched.currentLeader, version < 16 ? nobody : { leaderId, leaderEpoch })
      assert.equal(nodeEndpoints.map(placeOf), version < 16 ? [] : [address])
    }),
  )

for (const version of [3, 9, 10, 13])
  contract(
    `Produce v${version} to who does not lead ${version < 10 ? 'is refused without a word of' : 'names'} the leader`,
    { ...needsAll({ Produce: version, CreateTopics: 7, Metadata: 10 }), brokers: 3 },
    talking(async (talk, context) => {
      const { partition, stranger, address } = await partitionAndStranger(talk, context)
      const body = partition.produceRequest(batchOf(['a']))
      const { responses, nodeEndpoints } = await stranger.request(Apis.Produce, version, body)
      const produced = responses[0]!.partitionResponses[0]!
      assert.is(errorName(produced), 'NOT_LEADER_OR_FOLLOWER')
      const { leader: leaderId, leaderEpoch } = partition
      assert.equal(produced.currentLeader, version < 10 ? nobody : { leaderId, leaderEpoch })
      assert.equal(nodeEndpoints.map(placeOf), version < 10 ? [] : [address])
    }),
  )

const placeOf = ({ nodeId, host, port }: { nodeId: number; host: string; port: number }) => ({
  nodeId,
  host,
  port,
})

runContract()
