/** What comes once, and what comes more often; each in the order of its first coming. */
export function partRepeated<T>(items: readonly T[]): { single: readonly T[]; repeated: readonly T[] } {
  const counts = new Map<T, number>()
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1)
  const those = (isWanted: (count: number) => boolean): T[] =>
    [...counts].filter(([, count]) => isWanted(count)).map(([item]) => item)
  return { single: those(count => count === 1), repeated: those(count => count > 1) }
}
