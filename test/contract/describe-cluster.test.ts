import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contract, runContract } from '../support/contract'
import { errorName, needs, talking } from '../support/talk'

const { DescribeCluster, Metadata } = Apis

for (const version of [0, 2]) {
  contract(
    `DescribeCluster v${version} tells cluster id, controller and brokers as Metadata does`,
    needs('DescribeCluster', version),
    talking(async (talk, { brokers }) => {
      const cluster = await talk.request(DescribeCluster, version, {
        includeClusterAuthorizedOperations: false,
      })
      const metadata = await talk.request(Metadata, 12, { topics: [] })
      assert.is(errorName(cluster), 'NONE')
      assert.is(cluster.errorMessage, null)
      assert.is(cluster.endpointType, 1)
      assert.is(cluster.clusterId, metadata.clusterId)
      assert.ok(brokers.some(({ id }) => id === cluster.controllerId))
      const told = cluster.brokers.map(({ brokerId, host, port, rack }) => [brokerId, host, port, rack])
      const expected = metadata.brokers.map(({ nodeId, host, port, rack }) => [nodeId, host, port, rack])
      assert.equal(told.sort(), expected.sort())
      assert.is(cluster.clusterAuthorizedOperations, -2147483648)
      assert.ok(cluster.brokers.every(({ isFenced }) => !isFenced))
    }),
  )
}

contract(
  'DescribeCluster tells what we may do when asked',
  needs('DescribeCluster', 2),
  talking(async talk => {
    const body = { includeClusterAuthorizedOperations: true, includeFencedBrokers: true }
    const { clusterAuthorizedOperations } = await talk.request(DescribeCluster, 2, body)
    assert.is(clusterAuthorizedOperations, 8096)
  }),
)

contract(
  'a broker that is asked for the controllers says that it is none, and a third kind is unknown to it',
  needs('DescribeCluster', 1),
  talking(async talk => {
    const answers = {
      controllers: await talk.request(DescribeCluster, 1, {
        includeClusterAuthorizedOperations: false,
        endpointType: 2,
      }),
      third: await talk.request(DescribeCluster, 1, {
        includeClusterAuthorizedOperations: false,
        endpointType: 3,
      }),
    }
    assert.is(errorName(answers.controllers), 'MISMATCHED_ENDPOINT_TYPE')
    assert.is(errorName(answers.third), 'UNSUPPORTED_ENDPOINT_TYPE')
    for (const answer of Object.values(answers)) {
      assert.is(answer.clusterId, '')
      assert.is(answer.controllerId, -1)
      assert.equal(answer.brokers, [])
      assert.is.not(answer.errorMessage, null)
    }
  }),
)

runContract()
