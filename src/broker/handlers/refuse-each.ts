/** The topics of an answer that refuses a whole request: named as there, and each of their partitions refused. */
export function refuseEach<Topic extends { readonly partitions: readonly unknown[] }, Refused>(
  topics: readonly Topic[],
  refused: (partition: Topic['partitions'][number]) => Refused,
) {
  return topics.map(topic => ({ ...topic, partitions: topic.partitions.map(refused) }))
}
