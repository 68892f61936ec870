// @ts-check
'use strict'
const { ConfigResourceTypes } = require('kafkajs')
const { eventually, say } = require('./driver')

/** @typedef {import('kafkajs').Admin} Admin */
const retention = 'retention.ms'

/**
 * Looks at a topic and a group, changes and removes them, and says what it saw on the way.
 * @param {import('kafkajs').Kafka} kafka
 * @param {{ topic: string, group: string }} names
 */
async function administer(kafka, { topic, group }) {
  const admin = kafka.admin()
  await admin.connect()
  say({
    ...(await lookAtTopic(admin, topic)),
    ...(await lookAtGroup(admin, topic, group)),
    ...(await changeTopic(admin, topic)),
    ...(await remove(admin, topic, group)),
  })
  await admin.disconnect()
}

/** @param {Admin} admin @param {string} topic */
async function lookAtTopic(admin, topic) {
  const ends = await admin.fetchTopicOffsets(topic)
  return {
    topicIsListed: (await admin.listTopics()).includes(topic),
    end: ends.reduce((sum, { high }) => sum + Number(high), 0),
  }
}

/** @param {Admin} admin @param {string} topic @param {string} group */
async function lookAtGroup(admin, topic, group) {
  const { groups } = await admin.listGroups()
  const described = await admin.describeGroups([group])
  const committed = async () => {
    const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
    return (found?.partitions ?? []).map(({ offset }) => Number(offset))
  }
  const before = await committed()
  await admin.setOffsets({ groupId: group, topic, partitions: [{ partition: 0, offset: '1' }] })
  return {
    groupIsListed: groups.some(({ groupId }) => groupId === group),
    state: described.groups[0]?.state.toLowerCase(),
    committed: before.reduce((sum, offset) => sum + offset, 0),
    setBack: (await committed())[0],
  }
}

/** @param {Admin} admin @param {string} topic */
async function changeTopic(admin, topic) {
  await admin.createPartitions({ topicPartitions: [{ topic, count: 5 }] })
  const partitions = await eventually(5, async () => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    return topics[0]?.partitions.length
  })
  const resource = { type: ConfigResourceTypes.TOPIC, name: topic }
  const configEntries = [{ name: retention, value: '86400000' }]
  await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries }] })
  const value = await eventually('86400000', async () => {
    const query = { resources: [{ ...resource, configNames: [retention] }], includeSynonyms: false }
    const { resources } = await admin.describeConfigs(query)
    return resources[0]?.configEntries[0]?.configValue
  })
  return { partitions, [retention]: value }
}

/** @param {Admin} admin @param {string} topic @param {string} group */
async function remove(admin, topic, group) {
  await admin.deleteGroups([group])
  await admin.deleteTopics({ topics: [topic] })
  const groupIsLeft = async () => (await admin.listGroups()).groups.some(({ groupId }) => groupId === group)
  const topicIsLeft = async () => (await admin.listTopics()).includes(topic)
  return { groupIsLeft: await groupIsLeft(), topicIsLeft: await eventually(false, topicIsLeft) }
}

module.exports = { administer }
