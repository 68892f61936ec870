/** What was probably meant: `; did you mean produce?`, and nothing where no word is near. */
export function didYouMean(word: string, words: readonly string[]): string {
  const found = nearest(word, words)
  return found === undefined ? '' : `; did you mean ${found}?`
}

/** The word that a mistyped one is nearest to; undefined when none is near. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const bare = word.replace(/^-+/, '')
  if (bare.length < 2) return undefined
  const ranked = words
    .map(known => ({ known, distance: distanceOf(bare, known.replace(/^-+/, '')) }))
    .sort((a, b) => a.distance - b.distance)
  const [first] = ranked
  if (first !== undefined && first.distance <= Math.ceil(bare.length / 4)) return first.known
  return bare.length < 3 ? undefined : words.find(known => known.replace(/^-+/, '').startsWith(bare))
}

/** How many letters must be put in, taken out, changed, or swapped with their neighbour. */
function distanceOf(a: string, b: string): number {
  let last: readonly number[] = []
  let above: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(Math.min(change, above[j]! + 1, row[j - 1]! + 1, isSwap ? last[j - 2]! + 1 : Infinity))
    }
    last = above
    above = row
  }
  return above[b.length]!
}
