/**
 * The topics of a refusal: named as the request names them, with an answer for each of their partitions. APIs whose
 * answers have topics and partitions have no other way to refuse.
 */
export function refuseEach<Partition, Topic extends { readonly partitions: readonly Partition[] }, Refused>(
  topics: readonly Topic[],
  refused: (partition: Topic['partitions'][number]) => Refused,
) {
  return topics.map(topic => ({ ...topic, partitions: topic.partitions.map(refused) }))
}
