/** How a request's topics and partitions are read. */
export interface TopicShape<Topic, Partition> {
  readonly key: (topic: Topic) => string
  readonly partitions: (topic: Topic) => readonly Partition[]
  readonly index: (partition: Partition) => number
}

/** Each topic once, and each of its partitions: of several entries for one Kafka keeps the last. */
export function lastOfEach<Topic, Partition>(
  topics: readonly Topic[],
  { key, partitions, index }: TopicShape<Topic, Partition>,
): readonly { readonly topic: Topic; readonly partitions: readonly Partition[] }[] {
  const found = new Map<string, { topic: Topic; byIndex: Map<number, Partition> }>()
  for (const topic of topics) {
    const entry = found.get(key(topic)) ?? { topic, byIndex: new Map<number, Partition>() }
    for (const partition of partitions(topic)) entry.byIndex.set(index(partition), partition)
    found.set(key(topic), entry)
  }
  return [...found.values()].map(({ topic, byIndex }) => ({ topic, partitions: [...byIndex.values()] }))
}
