/** Two names with fewer of their pairs of letters in common than this share are strangers. */
const leastAlike = 0.6

/** The name that was probably meant by one that does not exist; undefined when none is like it. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  let best: string | undefined
  let most = leastAlike
  for (const known of names) {
    const share = alike(name, known)
    if (share <= most) continue
    best = known
    most = share
  }
  return best
}

/** The share of pairs of neighbouring letters that two words have in common (the Dice coefficient), from 0 to 1. */
function alike(a: string, b: string): number {
  const left = pairsIn(a)
  const all = left.length + b.length - 1
  let common = 0
  for (const pair of pairsIn(b)) {
    const at = left.indexOf(pair)
    if (at < 0) continue
    left.splice(at, 1)
    common++
  }
  return all <= 0 ? 0 : (2 * common) / all
}

function pairsIn(word: string): string[] {
  return Array.from({ length: Math.max(0, word.length - 1) }, (_, i) => word.slice(i, i + 2).toLowerCase())
}
