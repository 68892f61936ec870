import { Apis } from '../../src/protocol'
import { noTopicId, handlerOf } from '../support/mutants'

/** DeleteTopics deletes nothing. */
export const mutate = handlerOf(Apis.DeleteTopics, async (request, call, right) => {
  const nothing = { ...request, topics: [], topicNames: [] }
  const answer = await right(nothing, call)
  if (typeof answer === 'symbol') return answer
  const names = [...request.topicNames, ...request.topics.map(({ name }) => name)]
  return { ...answer, responses: names.map(name => ({ name, errorCode: 0, topicId: noTopicId })) }
})

export const only = /^(delete-topics|producer-topics)\./
