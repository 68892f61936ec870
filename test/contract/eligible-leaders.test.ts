import * as assert from 'uvu/assert'
import { Apis } from '../../src/protocol'
import { contractAlone, runContract, type BrokerControl } from '../support/contract'
import { eventually, needsAll, talking, type Talk } from '../support/talk'
import { operation, resource } from '../support/talk/configs'
import { create, topicWhen } from '../support/talk/topics'

const { DescribeTopicPartitions, IncrementalAlterConfigs } = Apis
const away = 3

/** Nobody is eligible besides, and somebody leads. */
const none = (line: string): string => `${line} [] []`

/** `leader@epoch [in sync] [eligible] [last known]` of each topic's only partition. */
async function leaders(talk: Talk, names: readonly string[]): Promise<string[]> {
  const topics = names.map(name => ({ name }))
  const answer = await talk.request(DescribeTopicPartitions, 0, { topics })
  return names.map(name => {
    const { partitions } = answer.topics.find(topic => topic.name === name)!
    const { leaderId, leaderEpoch, isrNodes, ...one } = partitions[0]!
    const lists = [[...isrNodes].sort(), one.eligibleLeaderReplicas ?? [], one.lastKnownElr ?? []]
    return `${leaderId}@${leaderEpoch} ${lists.map(ids => `[${ids.join()}]`).join(' ')}`
  })
}

async function tells(talk: Talk, names: readonly string[], expected: readonly string[]): Promise<void> {
  const told = await eventually(
    () => leaders(talk, names),
    lines => lines.join() === expected.join(),
  ).catch(() => leaders(talk, names))
  assert.equal(told, expected)
}

for (const [how, goes] of [
  ['stopped', (control: BrokerControl) => control.stop(away)],
  ['killed', (control: BrokerControl) => control.kill(away)],
] as const)
  contractAlone(
    `when its broker is ${how} a replica remains eligible, where fewer than min.insync.replicas are left in sync`,
    {
      ...needsAll({ CreateTopics: 7, DescribeTopicPartitions: 0, Metadata: 12 }),
      brokers: 3,
      config: { 'auto.leader.rebalance.enable': false },
    },
    talking(async (talk, { control, uniqueName }) => {
      const make = async (brokerIds: readonly number[], minInsync: number) => {
        const name = uniqueName('topic')
        const byHand = { numPartitions: -1, replicationFactor: -1 }
        const assignments = [{ partitionIndex: 0, brokerIds: [...brokerIds] }]
        const configs = [{ name: 'min.insync.replicas', value: String(minInsync) }]
        await create(talk, 7, [{ name, ...byHand, assignments, configs }])
        await topicWhen(talk, name)
        return name
      }
      const names = [
        await make([away], 1),
        await make([away, 2], 1),
        await make([away, 2], 2),
        await make([2, away], 2),
        await make([away, 2, 1], 2),
        await make([away], 2),
      ]
      await tells(
        talk,
        names,
        ['3@0 [3]', '3@0 [2,3]', '3@0 [2,3]', '2@0 [2,3]', '3@0 [1,2,3]', '3@0 [3]'].map(none),
      )
      await goes(control)
      await tells(talk, names, [
        '-1@1 [] [3] [3]',
        '2@1 [2] [] []',
        '2@1 [2] [3] []',
        '2@0 [2] [3] []',
        '2@1 [1,2] [] []',
        '-1@1 [] [3] [3]',
      ])
      await control.start(away)
      await tells(
        talk,
        names,
        ['3@2 [3]', '2@1 [2,3]', '2@1 [2,3]', '2@0 [2,3]', '2@1 [1,2,3]', '3@2 [3]'].map(none),
      )
    }),
  )

const minInsync = 'min.insync.replicas'

for (const [whose, resourceType] of [
  ['a topic', resource.topic],
  ['all brokers', resource.broker],
] as const)
  contractAlone(
    `where ${minInsync} of ${whose} is altered nobody remains eligible, and who led last may not lead again`,
    {
      ...needsAll({ CreateTopics: 7, DescribeTopicPartitions: 0, IncrementalAlterConfigs: 1, Metadata: 12 }),
      brokers: 3,
      config: { 'auto.leader.rebalance.enable': false },
    },
    talking(async (talk, { control, uniqueName }) => {
      const names = [uniqueName('topic'), uniqueName('topic')]
      const alter = async (value: string): Promise<void> => {
        const configs = [{ name: minInsync, configOperation: operation.set, value }]
        const resources = (resourceType === resource.topic ? names : ['']).map(resourceName => ({
          ...{ resourceType, resourceName, configs },
        }))
        const asked = { resources, validateOnly: false }
        const { responses } = await talk.request(IncrementalAlterConfigs, 1, asked)
        assert.ok(responses.every(({ errorCode }) => errorCode === 0))
      }
      await createOn(talk, names, [[2, away], [away]])
      await alter('2')
      await tells(talk, names, ['2@0 [2,3]', '3@0 [3]'].map(none))
      await control.stop(away)
      await tells(talk, names, ['2@0 [2] [3] []', '-1@1 [] [3] [3]'])
      await alter('1')
      await tells(talk, names, ['2@0 [2]', '-1@1 []'].map(none))
      await control.start(away)
      await tells(talk, names, ['2@0 [2,3]', '-1@1 []'].map(none))
    }),
  )

async function createOn(talk: Talk, names: readonly string[], replicas: readonly number[][]): Promise<void> {
  const byHand = { numPartitions: -1, replicationFactor: -1 }
  const wishes = names.map((name, i) => ({
    ...{ name, ...byHand, assignments: [{ partitionIndex: 0, brokerIds: replicas[i]! }] },
  }))
  await create(talk, 7, wishes)
  for (const name of names) await topicWhen(talk, name)
}

runContract()
