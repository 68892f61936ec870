// @ts-check
import driver from './driver.js'

const { eventually, say } = driver
const retention = 'retention.ms'
/** As `ConfigResourceTypes` and `IncrementalAlterConfigOperationTypes` have them. */
const ofTopic = 2
const set = 0
const latest = -1n

/**
 * Looks at a topic and a group, changes and removes them, and says what it saw on the way.
 * @param {any} admin
 * @param {{ topic: string, group: string }} names
 */
export async function administer(admin, { topic, group }) {
  say({
    ...(await lookAtTopic(admin, topic)),
    ...(await lookAtGroup(admin, topic, group)),
    ...(await changeTopic(admin, topic)),
    ...(await remove(admin, topic, group)),
  })
  await admin.close()
}

/** @param {any} admin @param {string} topic */
async function lookAtTopic(admin, topic) {
  const partitions = [0, 1].map(partitionIndex => ({ partitionIndex, timestamp: latest }))
  const [ends] = await admin.listOffsets({ topics: [{ name: topic, partitions }] })
  return {
    topicIsListed: (await admin.listTopics()).includes(topic),
    end: ends.partitions.reduce((sum, { offset }) => sum + Number(offset), 0),
  }
}

/** @param {any} admin @param {string} topic @param {string} group */
async function lookAtGroup(admin, topic, group) {
  const listed = await admin.listGroups()
  const described = await admin.describeGroups({ groups: [group] })
  const committed = async () => {
    const [found] = await admin.listConsumerGroupOffsets({ groups: [group] })
    const inOrder = found.topics[0].partitions.toSorted((a, b) => a.partitionIndex - b.partitionIndex)
    return inOrder.map(({ committedOffset }) => Number(committedOffset))
  }
  const before = await committed()
  const partitionOffsets = [{ partition: 0, offset: 1n }]
  await admin.alterConsumerGroupOffsets({ groupId: group, topics: [{ name: topic, partitionOffsets }] })
  return {
    groupIsListed: listed.has(group),
    state: described.get(group).state.toLowerCase(),
    committed: before.reduce((sum, offset) => sum + offset, 0),
    setBack: (await committed())[0],
  }
}

/** @param {any} admin @param {string} topic */
async function changeTopic(admin, topic) {
  await admin.createPartitions({ topics: [{ name: topic, count: 5 }] })
  const partitions = await eventually(5, async () => {
    const { topics } = await admin.metadata({ topics: [topic], forceUpdate: true })
    return topics.get(topic).partitionsCount
  })
  const resource = { resourceType: ofTopic, resourceName: topic }
  const configs = [{ name: retention, configOperation: set, value: '86400000' }]
  await admin.incrementalAlterConfigs({ resources: [{ ...resource, configs }] })
  const value = await eventually('86400000', async () => {
    const [found] = await admin.describeConfigs({
      resources: [{ ...resource, configurationKeys: [retention] }],
    })
    return found.configs[0].value
  })
  return { partitions, [retention]: value }
}

/** @param {any} admin @param {string} topic @param {string} group */
async function remove(admin, topic, group) {
  await admin.deleteGroups({ groups: [group] })
  await admin.deleteTopics({ topics: [topic] })
  const groupIsLeft = (await admin.listGroups()).has(group)
  const topicIsLeft = async () => (await admin.listTopics()).includes(topic)
  return { groupIsLeft, topicIsLeft: await eventually(false, topicIsLeft) }
}
