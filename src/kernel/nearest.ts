const most = 3

/**
 * What was probably meant by a mistyped name: the known ones with the fewest letters that differ, else those that it is
 * a part of or that are a part of it; three at most, none where none is near.
 */
function nearest(name: string, known: readonly string[]): readonly string[] {
  const given = name.toLowerCase()
  if (given.length < 3) return []
  const ranked = known.map(one => ({ one, distance: distanceOf(given, one.toLowerCase()) }))
  const least = Math.min(...ranked.map(({ distance }) => distance))
  const isNear = least <= Math.ceil(given.length / 4)
  const found = isNear
    ? ranked.filter(({ distance }) => distance === least).map(({ one }) => one)
    : known.filter(one => isPart(one.toLowerCase(), given))
  return found.slice(0, most)
}

/** ` (did you mean timeoutMs?)`, or else what there is instead. */
export function hint(name: string, known: readonly string[], otherwise = ''): string {
  const meant = nearest(name, known)
  return meant.length === 0 ? otherwise : ` (did you mean ${meant.join(' or ')}?)`
}

const isPart = (a: string, b: string): boolean =>
  Math.min(a.length, b.length) >= 3 && (a.includes(b) || b.includes(a))

/** How many letters must be put in, taken out or changed. */
function distanceOf(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++)
      row.push(Math.min(row[j - 1]! + 1, above[j]! + 1, above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    above = row
  }
  return above[b.length]!
}
