/** Java's `String.hashCode`, by which Kafka spreads groups and transactional ids over coordinators. */
export function javaHash(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash
}

/** Kafka's `Utils.abs(hash) % count`, where the lowest number has no positive one. */
export function partitionByHash(text: string, count: number): number {
  const hash = javaHash(text)
  return (hash === -0x80000000 ? 0 : Math.abs(hash)) % count
}
